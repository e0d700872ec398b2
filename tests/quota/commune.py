"""A commune on platforms that count: its people write and are written to, and every message is counted twice.

Once by the platform, which refuses when the month is spent, and once by us.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import delete, event, update
from sqlalchemy.engine.interfaces import DBAPIConnection

from bot.app import Parts, assemble, make_house
from bot.settings import Settings
from chat.channel import Channel
from chat.events import Address, Event, Said
from jobs.clock import MovableClock, wall_clock
from meetings.period import Period
from meetings.terms import CellRole, UpperRole
from reports.roster.rows import OfficialRow, PersonRow, Roster, UnitRow
from services import Work, enrolment
from services import roster as rosters
from services.work import House
from storage.database import Database
from storage.tables.delivery import outbox, pause
from storage.traffic import Used
from storage.work import UnitOfWork
from tests.fakes import Metered, Scripted

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 11, 10, 9, 0, tzinfo=ZONE)
NOVEMBER = Period(2026, 11)
COMMUNE, OPERATOR = "X01", "operator"
PLAIN = ("telegram", "main")  # counts nothing
_EVENTS = count()


@cache
def house() -> House:
    return make_house(Settings(secret_keys="quota"))


def moment(text: str) -> datetime:
    """`24/11 19:30` of 2026."""
    return datetime.strptime(f"{text} 2026", "%d/%m %H:%M %Y").replace(tzinfo=ZONE)


def name_of(code: str) -> str:
    """Every code is a name of its own, and none is part of another."""
    return f"Người {code}."


def cell_rows(code: str, members: int, *bots: str, day: str = "24") -> tuple[UnitRow, list[PersonRow]]:
    """A cell that meets in the evening; the first leads it, the second is the deputy."""
    unit = UnitRow(
        code,
        f"Chi bộ {code}.",
        "cell",
        COMMUNE,
        day=day,
        time=time(19, 30),
        place="Nhà văn hoá",
        zalo_bots=bots,
    )
    posts = {1: CellRole.SECRETARY, 2: CellRole.DEPUTY}
    people = [
        PersonRow(f"{code}-{n}", name_of(f"{code}-{n}"), code, n, role=posts.get(n))
        for n in range(1, members + 1)
    ]
    return unit, people


def roster(*cells: tuple[UnitRow, list[PersonRow]]) -> Roster:
    """With an operator, who is in no cell."""
    return Roster(
        (UnitRow(COMMUNE, "Đảng uỷ xã Mường Thanh", "commune"), *(unit for unit, _ in cells)),
        tuple(one for _, people in cells for one in people),
        (OfficialRow(OPERATOR, "Người vận hành", COMMUNE, UpperRole.OPERATOR),),
        (),
    )


@dataclass
class Commune:
    """The product on one database, with some bots. Nothing runs in the background."""

    database: Database
    clock: MovableClock
    bots: Mapping[str, Metered]
    plain: Scripted
    parts: Parts
    at: dict[str, Address] = field(default_factory=dict)

    @property
    def channels(self) -> dict[tuple[str, str], Metered | Scripted]:
        return {**{("zalo", name): one for name, one in self.bots.items()}, PLAIN: self.plain}

    def work(self, uow: UnitOfWork) -> Work:
        return Work(uow, self.parts.house, self.clock.now(), wall_clock())

    async def load(self, rows: Roster) -> None:
        async with self.database.write() as uow:
            assert not (await rosters.load(self.work(uow), rows)).faults
            await uow.commit()

    async def code(self, person: str) -> str:
        """A printed slip."""
        async with self.database.write() as uow:
            found = await uow.people.by_code(person)
            assert found is not None
            made = await enrolment.invite(self.work(uow), found, timedelta(days=30))
            await uow.commit()
        return made.code

    async def join(self, people: Iterable[str], bot: str | None) -> None:
        """Each types the code of a slip and agrees; None: at the platform that counts nothing."""
        people = list(people)
        codes = {one: await self.code(one) for one in people}
        for one in people:
            self.at[one] = Address("zalo", bot, f"z{one}") if bot else Address(*PLAIN, f"t{one}")
        await self.say({one: f"start {code}" for one, code in codes.items()})
        await self.say(dict.fromkeys(people, "đồng ý"))

    async def say(self, words: Mapping[str, str]) -> None:
        """People write, all at the same time, a second later."""
        self.clock.move_to(self.clock.now() + timedelta(seconds=1))
        for one in words:
            channel = self.channels[self.at[one].channel, self.at[one].bot]
            if isinstance(channel, Metered):
                channel.hears(self.at[one].chat)
        await asyncio.gather(*(self._heard(self.at[one], said) for one, said in words.items()))
        await self.parts.sender.drain()

    async def _heard(self, at: Address, words: str) -> None:
        await self.parts.dispatcher.receive(Event(f"e{next(_EVENTS)}", at, at.chat, Said(words)))

    async def clock_to(self, *instants: str) -> None:
        """To each of these, and some minutes further for what is told of it."""
        for one in instants:
            for at in (moment(one), moment(one) + timedelta(minutes=10)):
                self.clock.move_to(at)
                await self.settle()

    async def settle(self) -> None:
        """The ticks that speak of meetings and of people; nothing is overdue here, and no day clashes."""
        await self.an_hour_passes()
        for strike in (self.parts.ticks.reminders, self.parts.ticks.losses, self.parts.ticks.quota):
            await strike()
        await self.parts.sender.drain()

    async def an_hour_passes(self) -> None:
        """By the wall clock: pauses are over, and what was to be tried again may be."""
        async with self.database.write() as uow:
            await uow._connection.execute(delete(pause))
            past = wall_clock() - timedelta(hours=1)
            waits = update(outbox).where(outbox.c.status == "pending")
            await uow._connection.execute(waits.values(retry_at=past, lease_until=past))
            await uow.commit()

    def texts(self, person: str) -> list[str]:
        """Everything somebody got, wherever."""
        own = {self.at[person].chat, f"t{person}", f"z{person}"} if person in self.at else set()
        return [one.text for channel in self.channels.values() for one in channel.took if one.to.chat in own]

    def got(self, person: str, words: str) -> bool:
        return any(words in one for one in self.texts(person))

    async def used(self, bot: str) -> Used:
        async with self.database.read() as uow:
            return (await uow.traffic.of(NOVEMBER)).get(("zalo", bot), Used())

    async def talked(self, bot: str, messages: int) -> None:
        """So much was said and heard with a bot earlier this month."""
        self.bots[bot].counted[str(NOVEMBER)] += messages
        async with self.database.write() as uow:
            await uow.traffic.count(("zalo", bot), NOVEMBER, incoming=messages)
            await uow.commit()


@asynccontextmanager
async def opened(url: str, bots: Mapping[str, int], *, allows: int = 3000) -> AsyncIterator[Commune]:
    """A commune with bots of these names, each for so many people, and a platform that counts nothing."""
    clock, database = MovableClock(START), Database(url)
    for engine in database.engines:
        event.listen(engine, "connect", _need_not_survive)

    def month() -> str:
        return str(Period.of(clock.now().astimezone(ZONE).date()))

    metered = {name: Metered(month, allows, users) for name, users in bots.items()}
    plain = Scripted()
    more: dict[tuple[str, str], Channel] = {("zalo", name): one for name, one in metered.items()}
    parts = assemble(database, house(), clock, more={**more, PLAIN: plain})
    try:
        yield Commune(database, clock, metered, plain, parts)
    finally:
        await database.close()


def _need_not_survive(connection: DBAPIConnection, _entry: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
