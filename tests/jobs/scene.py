"""A sender, what waits for it, and a platform that answers when it likes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from chat.capabilities import Limits
from chat.channel import Channel, Outgoing
from chat.events import Address
from chat.text import Text, lines
from jobs.clock import MovableClock, wall_clock
from jobs.outbox import Sender
from jobs.outcomes import Pace
from services.sending import Ready
from services.work import House
from storage.database import Database
from storage.outbox import Claimed, Letter
from storage.queries import AnyRow
from storage.tables.delivery import outbox
from tests.fakes import FakeChannel
from tests.storage import build
from tests.storage.build import NOW

LONG_AGO = NOW - timedelta(days=3650)
IDLE = 0.01
FAST = Limits(per_second=1000, chat_gap=0)


@dataclass
class Gated(FakeChannel):
    """Answers nobody before its gate opens; knows who was asked and how many at once."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)
    waiting: int = 0
    most: int = 0

    async def send(self, message: Outgoing) -> str:
        self.asked.append(message.to.chat)
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await self.gate.wait()
        await asyncio.sleep(0.001)
        self.waiting -= 1
        return "m"


class Wall:
    """The wall clock of the sender, which goes on when the test says so."""

    def __init__(self) -> None:
        self.forward = timedelta()

    def __call__(self) -> datetime:
        return wall_clock() + self.forward


def sender(
    database: Database, house: House, pace: Pace | None = None, *, owner: str = "me", **channels: Channel
) -> Sender:
    """A sender for the bots of these names."""
    known = {("web", bot): channel for bot, channel in channels.items()}
    return Sender(database, known, house, MovableClock(NOW), owner, pace=pace or Pace())


def letter(key: str, to: Address, *, answer: bool = False, repeatable: bool = True) -> Letter:
    return Letter(key, to, to.chat, "vi", Text("help.stranger"), NOW, answer=answer, repeatable=repeatable)


async def queue(database: Database, *letters: Letter) -> None:
    await build.queue(database, *letters, real=LONG_AGO)


async def rows(database: Database) -> list[AnyRow]:
    async with database.read() as uow:
        return list(await uow._connection.execute(select(outbox).order_by(outbox.c.id)))


async def statuses(database: Database) -> Counter[str]:
    return Counter(row.status for row in await rows(database))


async def until(fulfilled: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await fulfilled():  # noqa: ASYNC110 - a database has no event
            await asyncio.sleep(IDLE)


@asynccontextmanager
async def running(*senders: Sender, idle: float = IDLE) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one.run(idle=idle)) for one in senders]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended


async def all_sent(database: Database) -> bool:
    return set(await statuses(database)) == {"sent"}


async def hand_over(database: Database, one: Sender, *letters: Letter) -> None:
    """As a turn does with its replies."""
    hold = one.hold(letters[0].to)
    assert hold is not None
    ready = []
    async with database.write() as uow:
        for reply in letters:
            number = await uow.outbox.add_once(reply, LONG_AGO, hold)
            assert number is not None
            ready.append(Ready(Claimed(number, reply, 1, overrun=False), None, hold.until))
        await uow.commit()
    one.take(ready)


LONG = lines(Text("help.stranger"), Text("help.stranger"))
