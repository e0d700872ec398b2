"""How the demo's commune came to where it stands: three months with its secretaries alone, then everybody joins.

A commune begins so (domain.md 21): the secretaries and the committee are linked first, what would go to
everybody goes to them to be pasted or phoned; the members follow. All of it goes through the channel.
"""

import asyncio
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.app import Parts
from bot.channels.webchat.channel import CHANNEL
from bot.demo.cast.deciding import Player
from bot.demo.cast.habits import Joins, phrases
from bot.demo.cast.players import players
from bot.demo.cast.troupe import Troupe
from chat.events import Address, Event, Said
from jobs.clock import MovableClock, wall_clock
from services import Work, enrolment
from storage.work import UnitOfWork

BEGINS = (2026, 8, 1, 8, 0)
_STARTS = (2026, 11, 10, 9, 0)
_MEMBERS_JOIN = (2026, 11, 7, 16, 0)
_EVENING, _MORNING = time(19), time(7, 30)
_FIRST_DAYS = 5  # of a month: digests and their lock
_SLIP = timedelta(days=30)
_WITH_GROUP = 3  # of four cells
_TOGETHER = 64


class History:
    """Plays it, from the import of the roster to the morning on which the demo begins."""

    def __init__(self, parts: Parts, clock: MovableClock, newcomers: Sequence[str]) -> None:
        """`newcomers` are left for whoever looks at the demo: they have a slip, and have not used it."""
        self._parts = parts
        self._clock = clock
        self._newcomers = frozenset(newcomers)
        self._troupe = Troupe(parts, clock, lambda: ())

    async def play(self) -> None:
        async with self._parts.database.read() as uow:
            cast = await players(self._work(uow))
        first = [one for one in cast.values() if one.calls or one.official]
        await self._join(first)
        await self._until(self._at(*_MEMBERS_JOIN))
        await self._link_groups([one for one in first if one.calls])
        later = [one for one in cast.values() if one not in first and self._joins(one)]
        await self._join(later)
        await self._until(self._at(*_STARTS))

    def _joins(self, who: Player) -> bool:
        wanted = who.habits.phone and who.habits.joins is not Joins.NOT_YET
        return wanted and who.code not in self._newcomers

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
        body = json.dumps({"text": text}, ensure_ascii=False)
        await self._parts.board.add(to.bot, to.chat, who, body, self._clock.now())
        event = Event(secrets.token_hex(12), to, who, Said(text), group=to.chat != who)
        await self._parts.dispatcher.receive(event)

    @property
    def _confirm(self) -> str:
        return self._parts.house.catalogue.entry("button.confirm", "vi")

    def _at(self, *when: int) -> datetime:
        return datetime(*when, tzinfo=self._parts.house.zone)

    def _work(self, uow: UnitOfWork) -> Work:
        return Work(uow, self._parts.house, self._clock.now(), wall_clock())


def _own(who: Player) -> Address:
    return Address(CHANNEL, "numbers" if who.habits.numbers else "buttons", who.code)
