"""A cell of 52 on each channel, and a ledger of what every job costs people."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from meetings.terms import Standing
from reports.roster.rows import PersonRow, Roster
from tests.scenarios import page
from tests.scenarios.commune import CELL, GROUP, MEMBERS, commune
from tests.scenarios.messages import Heard
from tests.scenarios.page import Village
from tests.telegram import town as telegram
from tests.zalo import town as zalo

CHANNELS = ("page", "page, numbers", "Telegram", "Zalo")
ROLL = 52
# As delivered: preparation and quarter are asked about. Only the holiday of the 24th is another story.
AS_DELIVERED = "[[holiday]]\ndate = 2026-11-24\noff = true\n"


@dataclass(frozen=True)
class Cost:
    """Buttons pressed and messages written."""

    taps: int = 0
    typed: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.taps + other.taps, self.typed + other.typed)

    @property
    def all(self) -> int:
        return self.taps + self.typed


@dataclass
class Ledger:
    """The village, and what each job cost whoever did it."""

    village: Village
    costs: dict[str, Cost] = field(default_factory=dict)
    _job: str = ""

    @contextmanager
    def job(self, name: str) -> Iterator[None]:
        self._job, self.costs[name] = name, self.costs.get(name, Cost())
        yield
        self._job = ""

    async def choose(self, person: str, label: str) -> Heard:
        """A button, or its number written."""
        self._note(Cost(taps=1) if self.village.bot == "buttons" else Cost(typed=1))
        return await self.village.choose(person, label)

    async def say(self, person: str, words: str) -> Heard:
        self._note(Cost(typed=1))
        return await self.village.say(person, words)

    def _note(self, cost: Cost) -> None:
        assert self._job, "everything is part of a job"
        self.costs[self._job] += cost


def cell_of_52() -> Roster:
    """The fifteen people the channels know, and others who are only on the roll."""
    rows = commune()
    others = tuple(
        PersonRow(f"n{number}", f"Lò Văn {number}", CELL, number, standing=Standing.OFFICIAL)
        for number in range(len(MEMBERS) + 1, ROLL + 2)  # one of the fifteen is not on the roll
    )
    return replace(rows, people=(*rows.people, *others))


@asynccontextmanager
async def opened(channel: str, url: str, folder: Path, rows: Roster | None = None) -> AsyncIterator[Ledger]:
    """A cell on a channel, from 10 November 2026; the one of 52, or another."""
    rows = rows or cell_of_52()
    if channel.startswith("page"):
        mode = "numbers" if channel.endswith("numbers") else "buttons"
        async with page.opened(url, folder, rows, mode, policy=AS_DELIVERED) as village:
            yield Ledger(village)
        return
    town = telegram if channel == "Telegram" else zalo
    async with town.opened(url, folder, policy=AS_DELIVERED) as village:
        await village.roster(rows)
        await village.tick()
        yield Ledger(village)


async def link_group(village: Village) -> None:
    """The cell's own group, on whichever channel."""
    if isinstance(village, telegram.Town):
        await village.link_group()
        return
    await village.say("secretary", "nhom", chat=GROUP)
    await village.choose("secretary", "Xác nhận", chat=GROUP)
