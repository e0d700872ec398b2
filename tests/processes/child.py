"""A process of its own that works on a database and can lose its power (kill -9) at a given point.

It says that it is ready, waits for the word, does its orders, and ends with 0. Its platform is a file: what
stands there was delivered, whatever the house remembers. It is forked from a clean process that has loaded
the house already (multiprocessing's fork server); else every child would take seconds to start.
"""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.dispatch import Dispatcher
from chat.capabilities import Capabilities, Limits
from chat.channel import Outgoing
from chat.events import Address, Event, Pressed, Said
from chat.tokens import Signer
from handlers import routes
from jobs import leading
from jobs.clock import MovableClock
from jobs.outbox import Sender
from jobs.outcomes import Pace
from jobs.ticks import Ticks
from reports.catalogue import Catalogue
from services.work import House
from storage.conversations import Conversations
from storage.database import Database
from storage.notices import Notice, Notices
from storage.outbox import Claimed, Hold, Outbox
from storage.queries import Values
from storage.work import UnitOfWork
from tests.fakes import FakeChannel
from tests.scenarios.house import QUIET
from tests.scenarios.house import house as ordinary

KEY = "a key of the tests"
CHANNEL, BOT = "web", "keng"
BUTTONS = Capabilities(buttons=True, groups=True, max_text=4096)
_IDLE = 0.02


class Cut(StrEnum):
    """Where the power fails."""

    NEVER = "never"
    DURING_DECISION = "during decision"
    BEFORE_DECISION_COMMIT = "before decision commit"
    AFTER_DECISION_COMMIT = "after decision commit"
    BEFORE_CLAIM_COMMIT = "before claim commit"
    AFTER_CLAIM_COMMIT = "after claim commit"
    BEFORE_SEND = "before send"
    AFTER_SEND = "after send"
    BEFORE_RECORD_COMMIT = "before record commit"
    AFTER_RECORD_COMMIT = "after record commit"
    BEFORE_TURN_COMMIT = "before turn commit"
    AFTER_TURN_COMMIT = "after turn commit"


@dataclass(frozen=True, slots=True)
class Orders:
    """What a child is to do. `cut` happens at the `nth` time.

    The platform answers once it `holds` so many messages, and has some of so many `parties`. A platform that
    counts takes `rate` messages a second, and one process `leads` its bot for so many seconds. A child
    that does not send (`sends`) is a web process; one `waits` so many seconds before it begins, and `stays` at
    least so many. It gives up after the seconds of its `patience`. A platform
    that is not `synced` outlives a killed process, not the machine.
    """

    url: str
    platform: str
    now: str
    cut: Cut = Cut.NEVER
    nth: int = 1
    holds: int = 1
    parties: int = 1
    in_flight: int = 8
    lease: float = 60
    rounds: int = 1
    chat: str = ""
    says: str = ""
    presses: str = ""
    event_id: str = "event-1"
    name: str = ""
    sends: bool = True
    waits: float = 0
    stays: float = 0
    rate: int = 0
    leads: float = 15
    patience: float = 30
    synced: bool = True


class Fuse:
    """Kills this very process, as `kill -9` and a power cut do: nothing is tidied up."""

    def __init__(self, cut: Cut, nth: int) -> None:
        self._cut = cut
        self._left = nth

    def passes(self, where: str) -> None:
        if where == self._cut:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Purpose:
    """What a transaction is for, so that the power can fail around just that commit."""

    fuse: Fuse
    name: str = "other"


class FusedUnit(UnitOfWork):
    def __init__(self, inner: UnitOfWork, purpose: Purpose) -> None:
        super().__init__(inner._connection)
        self.purpose = purpose

    def again(self) -> "FusedUnit":
        return FusedUnit(super().again(), self.purpose)

    async def commit(self) -> None:
        purpose = self.purpose
        purpose.fuse.passes(f"before {purpose.name} commit")
        await super().commit()
        purpose.fuse.passes(f"after {purpose.name} commit")

    @cached_property
    def outbox(self) -> Outbox:
        return FusedOutbox(self)

    @cached_property
    def notices(self) -> Notices:
        return FusedNotices(self)

    @cached_property
    def conversations(self) -> Conversations:
        return FusedConversations(self)


class FusedOutbox(Outbox):
    def __init__(self, unit: FusedUnit) -> None:
        super().__init__(unit._connection)
        self._unit = unit

    async def claim(
        self,
        hold: Hold,
        *,
        now: datetime,
        real: datetime,
        limit: int,
        without: Collection[tuple[str, str]] = (),
    ) -> list[Claimed]:
        claimed = await super().claim(hold, now=now, real=real, limit=limit, without=without)
        if claimed:
            self._unit.purpose.name = "claim"
        return claimed

    async def settle(self, number: int, owner: str, values: Values) -> bool:
        self._unit.purpose.name = "record"
        return await super().settle(number, owner, values)

    async def sent(self, number: int, owner: str, message_id: str, real: datetime) -> bool:
        self._unit.purpose.name = "record"
        return await super().sent(number, owner, message_id, real)


class FusedNotices(Notices):
    def __init__(self, unit: FusedUnit) -> None:
        super().__init__(unit._connection)
        self._unit = unit

    async def add_once(self, fact: Notice) -> int | None:
        number = await super().add_once(fact)
        if number is not None:
            self._unit.purpose.name = "decision"
            self._unit.purpose.fuse.passes(Cut.DURING_DECISION)
        return number


class FusedConversations(Conversations):
    def __init__(self, unit: FusedUnit) -> None:
        super().__init__(unit._connection)
        self._unit = unit

    async def received(self, address: Address, event_id: str, now: datetime) -> bool:
        self._unit.purpose.name = "turn"
        return await super().received(address, event_id, now)


class FusedDatabase(Database):
    def __init__(self, url: str, fuse: Fuse) -> None:
        super().__init__(url)
        self._fuse = fuse

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        async with super().write() as unit:
            yield FusedUnit(unit, Purpose(self._fuse))


class PlatformFile(FakeChannel):
    """A platform with a memory: each message it accepted is one line, on the disk before it answers."""

    def __init__(self, orders: Orders, fuse: Fuse) -> None:
        self._orders = orders
        self._path = Path(orders.platform)
        self._fuse = fuse
        self._accepted = 0
        self._answering = asyncio.Event()

    @property
    def capabilities(self) -> Capabilities:
        rate = self._orders.rate
        return replace(BUTTONS, limits=Limits(per_second=rate, chat_gap=0.01)) if rate else BUTTONS

    async def send(self, message: Outgoing) -> str:
        self._fuse.passes(Cut.BEFORE_SEND)
        said = {"chat": message.to.chat, "text": message.text, "by": os.getpid()}
        line = json.dumps({**said, "name": self._orders.name, "at": time.time()})
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{line}\n".encode())
        if self._orders.synced:
            os.fsync(file)
        os.close(file)
        self._accepted += 1
        if self._accepted >= self._orders.holds:
            self._answering.set()
        await self._answering.wait()
        alone = self._orders.parties == 1
        while not alone and len(parties(self._path)) < self._orders.parties:  # noqa: ASYNC110 - other processes
            await asyncio.sleep(_IDLE)
        self._fuse.passes(Cut.AFTER_SEND)
        return f"{os.getpid()}-{self._accepted}"


def parties(platform: Path) -> set[int]:
    """Which processes brought the platform something."""
    whole, _, _ = platform.read_text("utf-8").rpartition("\n")  # somebody may be writing the last line
    return {json.loads(line)["by"] for line in whole.splitlines()}


def main(orders: Orders, parent: "Connection[str, str]") -> None:
    """Where a child begins."""
    asyncio.run(carry_out(orders, parent))


async def carry_out(orders: Orders, parent: "Connection[str, str]") -> None:
    """Send, take the turn if there is one, strike every tick, and leave once nothing waits."""
    catalogue = Catalogue(ZoneInfo("Asia/Ho_Chi_Minh"))
    house = House(ordinary(QUIET).policy, catalogue, Signer([KEY]), catalogue.vocabulary())
    clock = MovableClock(datetime.fromisoformat(orders.now))
    fuse = Fuse(orders.cut, orders.nth)
    database = FusedDatabase(orders.url, fuse)
    platform = PlatformFile(orders, fuse)
    pace = Pace(in_flight=orders.in_flight, lease=timedelta(seconds=orders.lease))
    leading._LEADS = timedelta(seconds=orders.leads)
    sender = Sender(database, {(CHANNEL, BOT): platform}, house, clock, f"child:{os.getpid()}", pace=pace)
    capabilities = {(CHANNEL, BOT): platform.capabilities}
    dispatcher = Dispatcher(database, house, routes(), clock, capabilities, sender)
    ticks = Ticks(database, house, clock)
    await depth(database)  # connected before the start signal
    parent.send("ready")
    await asyncio.to_thread(parent.recv)
    await asyncio.sleep(orders.waits)
    until = time.monotonic() + orders.stays
    async with asyncio.timeout(orders.patience), sending(sender, orders) as underway:
        if orders.says or orders.presses:
            await dispatcher.receive(event(orders))
        for _ in range(orders.rounds):
            await ticks.all()
        while underway() and (await depth(database) or time.monotonic() < until):  # noqa: ASYNC110 - the queue is in a file
            await asyncio.sleep(_IDLE)
    await database.close()


@asynccontextmanager
async def sending(sender: Sender, orders: Orders) -> AsyncIterator[Callable[[], bool]]:
    """The sender runs, if this process sends; a web process leaves at once what it wrote."""
    if not orders.sends:
        yield lambda: False
        return
    task = asyncio.create_task(sender.run(idle=_IDLE))
    await asyncio.sleep(0)  # it has begun
    yield lambda: not task.done()
    task.cancel()
    (ended,) = await asyncio.gather(task, return_exceptions=True)
    if not isinstance(ended, asyncio.CancelledError):
        raise RuntimeError("the sender stopped by itself") from ended


def event(orders: Orders) -> Event:
    """The same event each time, as a platform repeats one that nobody confirmed."""
    content = Pressed(orders.presses) if orders.presses else Said(orders.says)
    return Event(orders.event_id, Address(CHANNEL, BOT, orders.chat), orders.chat, content)


async def depth(database: Database) -> int:
    async with database.read() as uow:
        return await uow.keeping.queue_depth()
