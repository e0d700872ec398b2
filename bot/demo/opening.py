"""The database a demo begins with: made once for a version of Kẻng and a roster, then copied for every beginning."""

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

from bot.app import Parts, assemble, make_house
from bot.demo.history import ARRIVED, BEGINS, STARTS, History, local
from bot.roster import import_roster
from bot.settings import Settings
from jobs.clock import MovableClock
from reports.roster.fictional_commune import fictional_commune
from reports.roster.template import write_roster
from services.work import House
from storage.database import Database
from storage.schema import migrate

_PREPARED = "prepared"
_DATABASE, _KEY = "keng.db", "key"
_PACKAGES = ("bot", "handlers", "jobs", "services", "storage", "reports", "chat", "meetings", "locales")
_READ = (".py", ".po", ".toml")


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where the clock stands (aware), and the key that signed the buttons people have in their chats."""

    now: datetime
    key: str


def url_of(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / _DATABASE}"


def house_of(folder: Path, key: str) -> House:
    return make_house(Settings(database_url=url_of(folder), secret_keys=key, policy=None))


async def open_beginning(folder: Path, roster: Path | None, preparing: Callable[[], None]) -> Beginning:
    """Put a fresh database into the folder. `preparing` is called where a past is to be played first.

    Raises RosterRefused and NotAWorkbook for a faulty workbook, and leaves what was there.
    """
    prepared = folder / _PREPARED / await asyncio.to_thread(_version, roster)
    if not await asyncio.to_thread(prepared.exists):
        if roster is None:
            preparing()
        await _prepare(prepared, roster)
    key = await asyncio.to_thread(_put, prepared, folder)
    return Beginning(local(STARTS, house_of(folder, key)), key)


def _put(prepared: Path, folder: Path) -> str:
    """A copy in the place of what was there; the key."""
    for old in folder.glob(f"{_DATABASE}*"):
        old.unlink()
    shutil.copyfile(prepared / _DATABASE, folder / _DATABASE)
    return (prepared / _KEY).read_text("utf-8")


def _version(roster: Path | None) -> str:
    """What a prepared database depends on: the program with its words, and the workbook."""
    found = blake2b(digest_size=16)
    for path in _sources():
        found.update(path.read_bytes())
    if roster is not None:
        found.update(roster.read_bytes())
    return found.hexdigest()


def _sources() -> Iterator[Path]:
    for package in _PACKAGES:
        root = Path(str(files(package)))
        yield from sorted(path for path in root.rglob("*") if path.suffix in _READ)


async def _prepare(prepared: Path, roster: Path | None) -> None:
    """All of it or nothing: the folder has its name when everything is in it. Older ones are thrown away."""
    prepared.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=prepared.parent, ignore_cleanup_errors=True) as making:
        new = Path(making)
        key = secrets.token_hex(16)
        (new / _KEY).touch(mode=0o600)
        (new / _KEY).write_text(key, "utf-8")
        await migrate(url_of(new))
        await _play_history(new, key, roster)
        for old in prepared.parent.iterdir():
            if old != new:
                shutil.rmtree(old, ignore_errors=True)
        os.rename(new, prepared)  # noqa: PTH104 - the one that is promised to be atomic


async def _play_history(new: Path, key: str, roster: Path | None) -> None:
    house = house_of(new, key)
    clock = MovableClock(local(BEGINS if roster is None else ARRIVED, house))
    database = Database(url_of(new), durable=False)  # what is cut short here is made anew
    try:
        parts: Parts = assemble(database, house, clock)
        workbook = roster or new / "roster.xlsx"
        if roster is None:
            write_roster(workbook, fictional_commune())
        await import_roster(database, house, workbook, now=clock.now())
        await parts.ticks.all()
        await History(parts, clock).play()
    finally:
        await database.close()
