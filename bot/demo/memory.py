"""What the demo's next process has to know when this one loses its power."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from jobs.clock import MovableClock

_FILE = "memory.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the clock stands (aware), the key that signs buttons and links, and what is broken on purpose.

    `down` are bots of the web chat, `blocked` are chats.
    """

    now: datetime
    key: str
    down: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()


class Memory:
    """A small file in the demo's folder: there is always a whole one, the old or the new."""

    def __init__(self, folder: Path, kept: Kept) -> None:
        self._file = folder / _FILE
        self._kept = kept

    @classmethod
    def begun(cls, folder: Path, now: datetime, key: str) -> "Memory":
        """The memory of a demo that begins."""
        memory = cls(folder, Kept(now, key))
        memory.keep(memory.kept)
        return memory

    @classmethod
    def recalled(cls, folder: Path) -> "Memory":
        """What the process before has kept. Raises OSError where there is nothing."""
        known = json.loads((folder / _FILE).read_text("utf-8"))
        now = datetime.fromisoformat(known["now"])
        return cls(folder, Kept(now, known["key"], frozenset(known["down"]), frozenset(known["blocked"])))

    @property
    def kept(self) -> Kept:
        return self._kept

    def keep(self, kept: Kept) -> None:
        """It is in the file when this returns."""
        self._kept = kept
        shown = {
            "now": kept.now.isoformat(),
            "key": kept.key,
            "down": sorted(kept.down),
            "blocked": sorted(kept.blocked),
        }
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(shown), "utf-8")
        os.replace(new, self._file)  # noqa: PTH105 - the one that is promised to be atomic


class KeptClock(MovableClock):
    """A clock whose every move is kept before anything falls due by it. `moved` is called after that."""

    def __init__(self, memory: Memory, moved: Callable[[datetime], None]) -> None:
        super().__init__(memory.kept.now)
        self._memory = memory
        self._moved = moved

    def move_to(self, at: datetime) -> None:
        super().move_to(at)
        self._memory.keep(replace(self._memory.kept, now=self.now()))
        self._moved(self.now())
