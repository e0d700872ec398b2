"""How the demo's commune came to where it stands: three months with its secretaries alone, then everybody joins.

A commune begins so (domain.md 21): the secretaries and the committee are linked first, what would go to
everybody goes to them to be pasted or phoned; the members follow. All of it goes through the channel.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TypeAlias

from bot.app import Parts
from bot.channels.webchat.channel import CHANNEL
from bot.demo.cast.deciding import Player
from bot.demo.cast.habits import Joins, phrases
from bot.demo.cast.players import players
from bot.demo.cast.troupe import Troupe
from bot.demo.people import largest, newcomer
from bot.demo.speaking import says
from chat.events import Address
from jobs.clock import MovableClock, wall_clock
from services import Work, enrolment
from services.work import House
from storage.work import UnitOfWork

When: TypeAlias = tuple[int, int, int, int, int]  # year, month, day, hour, minute; local
BEGINS: When = (2026, 8, 1, 8, 0)
JOINED: When = (2026, 11, 7, 16, 0)  # the members
ARRIVED: When = (2026, 11, 6, 16, 0)  # with a workbook of one's own: the leaders, and nothing was before
STARTS: When = (2026, 11, 10, 9, 0)
_EVENING, _MORNING = time(19), time(7, 30)
_FIRST_DAYS = 5  # of a month: digests and their lock
_SLIP = timedelta(days=30)
_WITH_GROUP = 3  # of four cells
_TOGETHER = 64


def local(when: When, house: House) -> datetime:
    year, month, day, hour, minute = when
    return datetime(year, month, day, hour, minute, tzinfo=house.zone)


class History:
    """Plays it, from the import of the roster to the morning on which the demo begins."""

    def __init__(self, parts: Parts, clock: MovableClock) -> None:
        self._parts = parts
        self._clock = clock
        self._troupe = Troupe(parts, clock, lambda: ())

    async def play(self) -> None:
        async with self._parts.database.read() as uow:
            work = self._work(uow)
            cast = await players(work)
            cell = await largest(work, await uow.units.cells())
            spared = await newcomer(work, cell) if cell else None
        first = [one for one in cast.values() if one.calls or one.official]
        await self._join(first)
        await self._until(local(JOINED, self._parts.house))
        await self._link_groups([one for one in first if one.calls])
        # One is left for whoever looks at the demo: with a slip in their hand, and not linked yet.
        kept = {one.code for one in first} | ({spared.code} if spared else set())
        await self._join([one for one in cast.values() if one.code not in kept and _joins(one)])
        await self._until(local(STARTS, self._parts.house))

    async def _until(self, end: datetime) -> None:
        """What moves a month on every evening, everything in its first days: enough where nobody is watching."""
        day = self._clock.now().astimezone(self._parts.house.zone).date()
        while day <= end.date():
            for hour in (_MORNING, _EVENING) if day.day <= _FIRST_DAYS else (_EVENING,):
                at = datetime.combine(day, hour, self._parts.house.zone)
                if self._clock.now() < at < end:
                    await self._strike(at, whole=hour is _MORNING)
            day += timedelta(days=1)
        await self._strike(end, whole=True)

    async def _strike(self, at: datetime, *, whole: bool) -> None:
        await self._troupe.act_until(at)
        self._clock.move_to(at)
        if whole:
            await self._parts.ticks.all()
        else:
            await self._parts.ticks.reminders()
            await self._parts.ticks.chasing()
        await self._parts.sender.drain()
        await self._troupe.look()

    async def _join(self, people: Sequence[Player]) -> None:
        """Each types the code of their slip; what they say to the consent text is their own affair."""
        codes = await self._slips([one.code for one in people])
        for begin in range(0, len(people), _TOGETHER):
            some = people[begin : begin + _TOGETHER]
            await asyncio.gather(
                *[self._says(_own(one), one.code, f"start {codes[one.code]}") for one in some]
            )
            await self._parts.sender.drain()
        await self._troupe.look()

    async def _link_groups(self, secretaries: Sequence[Player]) -> None:
        """The secretary writes the word in the group and confirms it there."""
        for place, one in enumerate(secretaries):
            if place % (_WITH_GROUP + 1) == _WITH_GROUP:
                continue
            group = Address(CHANNEL, "buttons", f"group-{one.calls}")
            await self._says(group, one.code, phrases().group)
            await self._parts.sender.drain()
            await self._says(group, one.code, self._confirm)
            await self._parts.sender.drain()

    async def _slips(self, people: Sequence[str]) -> dict[str, str]:
        async with self._parts.database.write() as uow:
            work = self._work(uow)
            found = {}
            for code in people:
                person = await uow.people.by_code(code)
                if person is not None:
                    found[code] = (await enrolment.invite(work, person, _SLIP)).code
            await uow.commit()
        return found

    async def _says(self, to: Address, who: str, text: str) -> None:
        await says(self._parts, self._clock.now(), to, who, text)

    @property
    def _confirm(self) -> str:
        return self._parts.house.catalogue.entry("button.confirm", "vi")

    def _work(self, uow: UnitOfWork) -> Work:
        return Work(uow, self._parts.house, self._clock.now(), wall_clock())


def _joins(who: Player) -> bool:
    return who.habits.phone and who.habits.joins is not Joins.NOT_YET


def _own(who: Player) -> Address:
    return Address(CHANNEL, "numbers" if who.habits.numbers else "buttons", who.code)
