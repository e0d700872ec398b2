"""What many scenarios begin with is played once a run: the database after it is kept, and copied for the others.

A beginning is a name for everything that went in since the empty database: workbook, policy, start, who joined,
how far the clock went. The first scenario that has it plays it through the page like any other step.
"""

import hashlib
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path


class Beginnings:
    """The databases after beginnings, in a folder that all processes of a run share."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder

    def recall(self, steps: tuple[str, ...], database: Path) -> bool:
        """Make the database what it was after these steps; False where nobody has played them yet."""
        kept = self._path(steps)
        if kept.exists():
            _copy(kept, database)
        return kept.exists()

    def keep(self, steps: tuple[str, ...], database: Path) -> None:
        """Others see it whole or not at all."""
        kept = self._path(steps)
        making = kept.with_suffix(f".{os.getpid()}")
        _copy(database, making)
        making.replace(kept)

    def _path(self, steps: tuple[str, ...]) -> Path:
        return self._folder / f"{hashlib.sha256(repr(steps).encode()).hexdigest()}.db"


class Beginning:
    """The beginning of one scenario, as far as it goes: it ends with the first step of another kind.

    `database` is the file, None where each scenario plays its own: on PostgreSQL a copy takes as long.
    """

    def __init__(
        self, beginnings: Beginnings | None = None, database: Path | None = None, *steps: str
    ) -> None:
        self._kept = beginnings if database else None
        self._database = database or Path()
        self._steps = steps

    def end(self) -> None:
        """From here on nobody else is sure to have done the same."""
        self._kept = None

    @asynccontextmanager
    async def step(self, *words: str) -> AsyncIterator[bool]:
        """Inside, play the step if told so: it is False where the database has it already."""
        self._steps += words
        kept = self._kept
        if kept is None:
            yield True
        elif kept.recall(self._steps, self._database):
            yield False
        else:
            yield True
            kept.keep(self._steps, self._database)


def _copy(source: Path, target: Path) -> None:
    """By SQLite itself, so that others may have the target open; nobody waits for the disk."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        new.execute("PRAGMA synchronous=OFF")
        old.backup(new)
