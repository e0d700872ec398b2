"""A process of its own that works on a database and can lose its power (kill -9) at a given point.

It says that it is ready, waits for the word, does its orders, and ends with 0. Its platform is a file: what
stands there was delivered, whatever the house remembers. It is forked from a clean process that has loaded
the house already (multiprocessing's fork server); else every child would take seconds to start.
"""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.dispatch import Dispatcher
from chat.capabilities import Capabilities
from chat.channel import Attachment, Outgoing
from chat.events import Address, Event, Pressed, Said
from chat.tokens import Signer
from handlers import routes
from jobs.clock import MovableClock
from jobs.outbox import Sender
from jobs.outcomes import Pace
from jobs.ticks import Ticks
from reports.catalogue import Catalogue
from services.policy import load_policy
from services.work import House
from storage.conversations import Conversations
from storage.database import Database
from storage.notices import Notice, Notices
from storage.outbox import Claimed, Hold, Outbox
from storage.queries import Values
from storage.work import UnitOfWork

KEY = "a key of the tests"
CHANNEL, BOT = "web", "keng"
BUTTONS = Capabilities(buttons=True, groups=True, max_text=4096)
_IDLE = 0.02
_PATIENCE = 30


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

    The platform answers once it `holds` so many messages, and has some of so many `parties`.
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


class FusedUnit(UnitOfWork):
    """Knows what its transaction is for, so that the power can fail around just that commit."""

    def __init__(self, inner: UnitOfWork, fuse: Fuse) -> None:
        super().__init__(inner._connection)
        self.fuse = fuse
        self.purpose = "other"

    async def commit(self) -> None:
        self.fuse.passes(f"before {self.purpose} commit")
        await super().commit()
        self.fuse.passes(f"after {self.purpose} commit")

    def again(self) -> UnitOfWork:
        return self

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
            self._unit.purpose = "claim"
        return claimed

    async def settle(self, number: int, owner: str, values: Values) -> bool:
        self._unit.purpose = "record"
        return await super().settle(number, owner, values)

    async def sent(self, number: int, owner: str, message_id: str, real: datetime) -> bool:
        self._unit.purpose = "record"
        return await super().sent(number, owner, message_id, real)


class FusedNotices(Notices):
    def __init__(self, unit: FusedUnit) -> None:
        super().__init__(unit._connection)
        self._unit = unit

    async def add_once(self, fact: Notice) -> int | None:
        number = await super().add_once(fact)
        if number is not None:
            self._unit.purpose = "decision"
            self._unit.fuse.passes(Cut.DURING_DECISION)
        return number


class FusedConversations(Conversations):
    def __init__(self, unit: FusedUnit) -> None:
        super().__init__(unit._connection)
        self._unit = unit

    async def received(self, address: Address, event_id: str, now: datetime) -> bool:
        self._unit.purpose = "turn"
        return await super().received(address, event_id, now)


class FusedDatabase(Database):
    def __init__(self, url: str, fuse: Fuse) -> None:
        super().__init__(url)
        self._fuse = fuse

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        async with super().write() as unit:
            yield FusedUnit(unit, self._fuse)


class PlatformFile:
    """A platform with a memory: each message it accepted is one line, on the disk before it answers."""

    def __init__(self, orders: Orders, fuse: Fuse) -> None:
        self._path = Path(orders.platform)
        self._fuse = fuse
        self._holds = orders.holds
        self._parties = orders.parties
        self._accepted = 0
        self._answering = asyncio.Event()

    @property
    def capabilities(self) -> Capabilities:
        return BUTTONS

    async def edit(self, message_id: str, message: Outgoing) -> None:
        raise AssertionError(f"nothing is edited here: {message_id}, {message}")

    async def send_file(self, to: Address, file: Attachment) -> None:
        raise AssertionError(f"nothing is enclosed here: {to}, {file}")

    async def send(self, message: Outgoing) -> str:
        self._fuse.passes(Cut.BEFORE_SEND)
        line = json.dumps({"chat": message.to.chat, "text": message.text, "by": os.getpid()})
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{line}\n".encode())
        os.fsync(file)
        os.close(file)
        self._accepted += 1
        if self._accepted >= self._holds:
            self._answering.set()
        await self._answering.wait()
        while len(parties(self._path)) < self._parties:  # noqa: ASYNC110 - they are other processes
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
    """Take the turn if there is one, strike every tick while sending, and leave once nothing waits."""
    catalogue = Catalogue(ZoneInfo("Asia/Ho_Chi_Minh"))
    house = House(load_policy(), catalogue, Signer([KEY]), catalogue.vocabulary())
    clock = MovableClock(datetime.fromisoformat(orders.now))
    fuse = Fuse(orders.cut, orders.nth)
    database = FusedDatabase(orders.url, fuse)
    platform = PlatformFile(orders, fuse)
    pace = Pace(in_flight=orders.in_flight, lease=timedelta(seconds=orders.lease))
    sender = Sender(database, {(CHANNEL, BOT): platform}, house, clock, f"child:{os.getpid()}", pace=pace)
    capabilities = {(CHANNEL, BOT): platform.capabilities}
    dispatcher = Dispatcher(database, house, routes(), clock, capabilities, sender)
    ticks = Ticks(database, house, clock)
    await depth(database)  # connected before the start signal
    parent.send("ready")
    await asyncio.to_thread(parent.recv)
    if orders.says or orders.presses:
        await dispatcher.receive(event(orders))
    sending = asyncio.create_task(sender.run(idle=_IDLE))
    async with asyncio.timeout(_PATIENCE):
        for _ in range(orders.rounds):
            await ticks.all()
        while await depth(database) and not sending.done():  # noqa: ASYNC110 - the queue is in a file
            await asyncio.sleep(_IDLE)
    sending.cancel()
    (ended,) = await asyncio.gather(sending, return_exceptions=True)
    await database.close()
    if not isinstance(ended, asyncio.CancelledError):
        raise RuntimeError("the sender stopped by itself") from ended


def event(orders: Orders) -> Event:
    """The same event each time, as a platform repeats one that nobody confirmed."""
    content = Pressed(orders.presses) if orders.presses else Said(orders.says)
    return Event(orders.event_id, Address(CHANNEL, BOT, orders.chat), orders.chat, content)


async def depth(database: Database) -> int:
    async with database.read() as uow:
        return await uow.keeping.queue_depth()
