"""Processes of our own, forked from one that has everything imported: they start in a moment, and die like others."""

import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot.__main__ import main

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "tests.forks",
        "tests.processes.child",
        "sqlalchemy.dialects.sqlite.aiosqlite",
        "sqlalchemy.dialects.postgresql.asyncpg",
        "aiosqlite",
        "asyncpg",
        "holidays.countries.vietnam",
        "tests.warm",
    ]
)
_LONGEST = 120  # seconds


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit status and the lines of its two outputs."""

    status: int
    out: list[str]
    err: list[str]


def run_keng(home: Path, *words: str | Path, **env: str) -> Ran:
    """`keng …` in that folder, with this environment added to ours without any KENG_ variable."""
    with tempfile.TemporaryDirectory() as folder:
        begun = _begin(Path(folder), home, words, env)
        status = begun.ended()
        return Ran(
            status, begun.out.read_text("utf-8").splitlines(), begun.err.read_text("utf-8").splitlines()
        )


@dataclass(frozen=True)
class Begun:
    """A command that runs, and the files with its two outputs."""

    process: ForkServerProcess
    out: Path
    err: Path

    @property
    def number(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def ended(self) -> int:
        """Its exit status, once it has ended by itself or was ended."""
        self.process.join(_LONGEST)
        if self.process.exitcode is None:
            self.process.kill()
        assert self.process.exitcode is not None, f"took more than {_LONGEST} s"
        return self.process.exitcode


def begin_keng(home: Path, *words: str | Path, **env: str) -> Begun:
    """`keng …` runs in that folder, which keeps its outputs as well; the caller sees to its end."""
    return _begin(home, home, words, env)


def _begin(folder: Path, home: Path, words: Sequence[str | Path], env: Mapping[str, str]) -> Begun:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KENG_")}
    out, err = folder / "out", folder / "err"
    for one in (out, err):
        one.touch()
    orders = ([str(word) for word in words], str(home), {**kept, **env}, str(out), str(err))
    process = FORKS.Process(target=_command, args=orders)
    process.start()
    return Begun(process, out, err)


def _command(words: Sequence[str], home: str, env: Mapping[str, str], out: str, err: str) -> None:
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), number)
    sys.stdout, sys.stderr = (open(n, "w", encoding="utf-8", closefd=False) for n in (1, 2))  # noqa: SIM115
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(home)
    sys.argv = ["keng", *words]
    main()
