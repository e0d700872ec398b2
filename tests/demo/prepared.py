"""What demos begin with, made once in a run of the tests however many processes share it."""

import asyncio
import fcntl
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.demo.opening import open_beginning
from reports.roster.fictional import fictional_roster
from reports.roster.template import write_roster

_SMALL = "small.xlsx"


def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    # With xdist every worker has a folder of its own below the run's.
    found = (base.parent if base.name.startswith("popen-") else base) / "demos"
    found.mkdir(exist_ok=True)
    return found


def stocked(shelf: Path, home: Path, *, small: bool) -> Path:
    """A home in which `keng demo` finds everything made. Small: with --roster of the workbook returned."""
    kind = shelf / ("small" if small else "commune")
    roster = shelf / _SMALL
    with (shelf / f"{kind.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kind.exists():
            kind.mkdir()
            if small:
                write_roster(roster, fictional_roster())
            made = open_beginning(kind, roster if small else None, lambda: None)
            with ThreadPoolExecutor(1) as elsewhere:  # a browser may have this thread's loop
                elsewhere.submit(asyncio.run, made).result()
    shutil.copytree(kind / "prepared", home / ".demo" / "prepared")
    return roster
