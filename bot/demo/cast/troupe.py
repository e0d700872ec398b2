"""The cast at work: it reads what arrives in its chats and acts through the channel, each in their own time."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.app import Parts
from bot.channels.webchat.channel import CHANNEL, Entry
from bot.demo.cast.deciding import Minds, Plan, Player
from bot.demo.cast.habits import chance
from bot.demo.cast.players import players
from bot.demo.cast.reading import Heard, Labels, heard
from bot.demo.cast.roll import roll_line
from bot.demo.speaking import Label, presses, says
from chat.events import Address
from jobs.clock import MovableClock, wall_clock
from meetings.terms import MeetingId
from services import Work
from storage.work import UnitOfWork

_BATCH = 1000
_SLOT = timedelta(minutes=15)  # who acts within one acts at one instant, and in one commit
_WAKES, _SLEEPS = 6, 22
_REMEMBERED = timedelta(days=3)
_SAME_EVENING = 0.85


@dataclass(frozen=True, slots=True)
class Due:
    at: datetime
    who: Player
    plan: Plan
    heard: Heard | None  # None: on their own account


class Troupe:
    """Everybody but those whose phone is open (`mine`). Nothing is kept: what they mean to do follows from the chats."""

    def __init__(self, parts: Parts, clock: MovableClock, mine: Callable[[], Collection[str]]) -> None:
        self._parts = parts
        self._clock = clock
        self._mine = mine
        self._minds = Minds(Labels(parts.house.catalogue))
        self._players: dict[str, Player] = {}
        self._due: dict[tuple[str, bool], Due] = {}
        self._let_pass: dict[str, int] = {}
        self._called: set[MeetingId] = set()
        self._seen = 0

    @property
    def next_at(self) -> datetime | None:
        """When somebody means to act next, aware UTC."""
        return min((one.at for one in self._due.values()), default=None)

    @property
    def without_phone(self) -> Collection[str]:
        """The codes of those who have none."""
        return {code for code, one in self._players.items() if not one.habits.phone}

    async def look(self) -> None:
        """Read what is new, and see which meetings have begun."""
        async with self._parts.database.read() as uow:
            if not self._players:
                self._players = await players(self._work(uow))
            while entries := await uow.transcript.after(self._seen, _BATCH):
                for entry in entries:
                    self._seen = entry.id
                    self._read(Entry(entry.id, entry.bot, entry.chat, entry.author, entry.body, entry.at))
            await self._meetings(uow)

    def _read(self, entry: Entry) -> None:
        who = self._players.get(entry.chat)
        if who is None:
            return
        message = heard(entry)
        if message is None:
            if entry.author == entry.chat:  # they have done something
                self._due.pop((entry.chat, False), None)
                self._let_pass.pop(entry.chat, None)
            return
        plan = self._minds.decide(who, message, self._let_pass.get(entry.chat, 0))
        if plan is not None:
            self._plan(Due(self._when(message.at, plan.after), who, plan, message))
        elif message.option(self._minds.labels("button.coming")):
            self._let_pass[entry.chat] = self._let_pass.get(entry.chat, 0) + 1

    async def _meetings(self, uow: UnitOfWork) -> None:
        """Most secretaries write down who was there on the same evening; the others wait until they are asked."""
        now = self._clock.now()
        for meeting in await uow.meetings.unrecorded(now - _REMEMBERED, now):
            if meeting.id in self._called:
                continue
            self._called.add(meeting.id)
            cell = await uow.units.by_id(meeting.cell)
            secretary = next((one for one in self._players.values() if one.calls == cell.code), None)
            if secretary is None or chance(secretary.code, meeting.period, "records") > _SAME_EVENING:
                continue
            after = timedelta(minutes=50 + 70 * chance(secretary.code, meeting.period))
            self._plan(Due(self._when(meeting.starts_at, after), secretary, Plan(after, leading=True), None))

    def _plan(self, due: Due) -> None:
        self._due[due.who.code, due.plan.later] = due

    def _when(self, at: datetime, after: timedelta) -> datetime:
        """Rounded up to a slot; nobody answers at night."""
        return awake(max(at + after, self._clock.now()), self._parts.house.zone)

    async def act_until(self, until: datetime) -> list[datetime]:
        """Everything that is due by then, slot by slot; the clock moves along. When a leader did something."""
        led = []
        while (at := self.next_at) is not None and at <= until:
            acting = [one for one in self._due.values() if one.at <= at]
            for one in acting:
                del self._due[one.who.code, one.plan.later]
            self._clock.move_to(at)
            acting = self._ours(acting)
            if any(one.who.leads for one in acting):
                led.append(at)
            await asyncio.gather(*[self._act(one) for one in acting])
            await self._parts.sender.drain()
            await self.look()
        return led

    def _ours(self, acting: Sequence[Due]) -> list[Due]:
        """Not what belongs to whoever looks: the open phones, and the lead of a cell whose secretary is among them."""
        mine = self._mine()
        cells = {one.calls for code, one in self._players.items() if code in mine}
        return [
            one
            for one in acting
            if one.who.code not in mine and not (one.plan.leading and one.who.cell in cells)
        ]

    async def _act(self, due: Due) -> None:
        code, option = due.who.code, due.plan.option
        to = Address(CHANNEL, due.heard.bot if due.heard else self._bot_of(due.who), code)
        now = self._clock.now()
        if option is not None and option.token is not None:
            await presses(self._parts, now, to, code, Label(option.label, option.token, option.other))
            return
        line = option.number if option else due.plan.line or await self._roll(due.who)
        if line:
            await says(self._parts, now, to, code, line)

    def _bot_of(self, who: Player) -> str:
        return "numbers" if who.habits.numbers else "buttons"

    async def _roll(self, who: Player) -> str:
        async with self._parts.database.read() as uow:
            return await roll_line(self._work(uow), who.calls)

    def _work(self, uow: UnitOfWork) -> Work:
        return Work(uow, self._parts.house, self._clock.now(), wall_clock())


def awake(at: datetime, zone: tzinfo) -> datetime:
    """The first slot not before an instant in which people look at their phones."""
    local = at.astimezone(zone).replace(second=0, microsecond=0)
    local += timedelta(minutes=-local.minute % (_SLOT.seconds // 60))
    if local < at.astimezone(zone):
        local += _SLOT
    if local.hour >= _SLEEPS:
        local = (local + timedelta(days=1)).replace(hour=_WAKES, minute=30)
    elif local.hour < _WAKES:
        local = local.replace(hour=_WAKES, minute=30)
    return local.astimezone(at.tzinfo)
