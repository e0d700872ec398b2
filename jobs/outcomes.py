"""What became of a letter: sent, to be tried again, or given up; each way of failing has one answer."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from chat.channel import (
    AddressChanged,
    Blocked,
    ChannelDown,
    Rejected,
    SendError,
    Throttled,
    Unreachable,
)
from chat.events import Address
from jobs.clock import wall_clock
from jobs.metering import Meter
from services import Work, quota, sending, spending
from storage.database import Database
from storage.errors import LostUpdate, StorageError
from storage.notices import NoticeStatus
from storage.outbox import Claimed
from storage.work import UnitOfWork

log = logging.getLogger("keng.outbox")
_AGAIN = 0.5  # seconds until what could not be written down is tried again


@dataclass(frozen=True, slots=True)
class Pace:
    """Real time throughout. `in_flight` is how many chats of one bot are written to at once.

    `stopping` is how long a sender that is told to stop waits for the answers that are still out.
    """

    in_flight: int = 64
    lease: timedelta = timedelta(seconds=60)
    tries: int = 6
    back_off: timedelta = timedelta(seconds=5)
    longest_back_off: timedelta = timedelta(minutes=5)
    channel_pause: timedelta = timedelta(minutes=5)
    spent_pause: timedelta = timedelta(hours=1)  # then one portion finds out whether the month is still spent
    stopping: timedelta = timedelta(seconds=8)

    @property
    def portion(self) -> int:
        """How many letters are claimed at a time: when half are on their way, the others may follow."""
        return max(1, self.in_flight // 2)


class Outcomes:
    """Writes down what became of the letters of one sender."""

    def __init__(
        self,
        database: Database,
        work: Callable[[UnitOfWork], Work],
        owner: str,
        pace: Pace,
        slow_down: Callable[[Address, SendError], None],
        meter: Meter | None = None,
    ) -> None:
        self._database = database
        self._work = work
        self._owner = owner
        self._pace = pace
        self._slow_down = slow_down
        self._meter = meter or Meter(())
        self._arrived: list[tuple[Claimed, str]] = []
        self._writing: asyncio.Task[None] | None = None
        self.unwritten: set[int] = set()

    def sent(self, claimed: Claimed, message_id: str) -> None:
        """The platform took it. Several that arrive at the same time are written down together."""
        self._arrived.append((claimed, message_id))
        self.unwritten.add(claimed.id)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    def tasks(self) -> "list[asyncio.Task[None]]":
        """What is being written down just now."""
        return [] if self._writing is None or self._writing.done() else [self._writing]

    async def written(self) -> None:
        """Everything that arrived is written down."""
        while tasks := self.tasks():
            await asyncio.wait(tasks)

    async def _write(self) -> None:
        """The letters are out: all that is left is to try until it is known."""
        together = True
        while self._arrived:
            many = len(self._arrived) if together else 1
            batch, self._arrived = self._arrived[:many], self._arrived[many:]
            try:
                await self._write_down(batch)
            except Exception as error:
                log.error("not written down letters=%s kind=%s", len(batch), type(error).__name__)
                self._arrived += batch
                together = isinstance(error, StorageError)  # else one of them spoils it for the others
                await asyncio.sleep(_AGAIN)
            else:
                self.unwritten.difference_update(claimed.id for claimed, _ in batch)

    async def _write_down(self, batch: list[tuple[Claimed, str]]) -> None:
        async with self._database.write() as uow:
            work = self._work(uow)
            async with self._meter.written(work):
                for claimed, message_id in batch:
                    await sending.sent(work, self._owner, claimed, message_id)
                await uow.commit()

    async def failed(self, claimed: Claimed, error: SendError) -> bool:
        """Every way a send can fail has one answer; False when the letter goes back into the queue."""
        log.info("send failed letter=%s kind=%s tries=%s", claimed.id, type(error).__name__, claimed.attempts)
        if isinstance(error, Throttled):
            return await self._throttled(claimed, error)
        if isinstance(error, ChannelDown):
            await self._down(claimed, error)
            return False
        if isinstance(error, AddressChanged):
            return await self._moved(claimed, error)
        if isinstance(error, Blocked):
            return await self._blocked(claimed)
        if isinstance(error, Rejected):
            log.error("rejected letter=%s", claimed.id)
            return await self._rejected(claimed, error)
        return await self._unreachable(claimed, error)

    async def _throttled(self, claimed: Claimed, error: Throttled) -> bool:
        wait = timedelta(seconds=error.seconds)
        self._slow_down(claimed.letter.to, error)
        if error.whole_channel:
            await self._pause(claimed, wait, "throttled")
        else:
            await self.later(claimed, wait, "throttled", free=True)
        return False

    async def _down(self, claimed: Claimed, error: ChannelDown) -> None:
        if not error.spent:
            await self._pause(claimed, self._pace.channel_pause, "channel down")
            return
        to, until = claimed.letter.to, wall_clock() + self._pace.spent_pause
        self._meter.refused(to)

        async def write(work: Work) -> None:
            await sending.try_again(work, self._owner, claimed, until, quota.SPENT, free=True)
            await work.uow.keeping.pause(to.channel, to.bot, until, quota.SPENT)
            await spending.spent(work, claimed.letter)

        await self._settled(write)

    async def _pause(self, claimed: Claimed, wait: timedelta, why: str) -> None:
        """The letter waits, and with it everybody else's of this bot."""
        to, until = claimed.letter.to, wall_clock() + wait

        async def write(work: Work) -> None:
            await sending.try_again(work, self._owner, claimed, until, why, free=True)
            await work.uow.keeping.pause(to.channel, to.bot, until, why)

        await self._settled(write)

    async def _moved(self, claimed: Claimed, error: AddressChanged) -> bool:
        async def write(work: Work) -> None:
            await sending.address_moved(work, claimed.letter.to, error.to)
            await sending.try_again(work, self._owner, claimed, work.real, "moved", free=True)

        await self._settled(write)
        return False

    async def _blocked(self, claimed: Claimed) -> bool:
        async def write(work: Work) -> None:
            await sending.address_dead(work, claimed.letter.to)
            await sending.refused(work, self._owner, claimed, "blocked")

        await self._settled(write)
        return True

    async def _rejected(self, claimed: Claimed, error: Rejected) -> bool:
        async def write(work: Work) -> None:
            if error.address:  # else it is our own text, which must cost nobody their address
                await sending.address_refused(work, claimed.letter.to)
            await sending.refused(work, self._owner, claimed, "rejected", address=error.address)

        await self._settled(write)
        return True

    async def _unreachable(self, claimed: Claimed, error: SendError) -> bool:
        """What surely did not arrive is tried as long as it is of use; a reply, only while somebody waits."""
        letter = claimed.letter
        in_doubt = not isinstance(error, Unreachable) or error.sent is None
        if in_doubt and not letter.repeatable:
            await self._give_up(claimed, NoticeStatus.UNKNOWN, "no answer")
            return True
        lasting = not in_doubt and letter.useful_until is not None
        if claimed.attempts >= self._pace.tries and not lasting:
            await self._give_up(claimed, NoticeStatus.FAILED, "unreachable")
            return True
        await self.later(claimed, self._back_off(claimed), "unreachable")
        return False

    def _back_off(self, claimed: Claimed) -> timedelta:
        longer = self._pace.back_off * (1 << min(claimed.attempts - 1, 16))
        return min(longer, self._pace.longest_back_off) * random.uniform(0.75, 1.25)  # noqa: S311

    async def later(self, claimed: Claimed, wait: timedelta, why: str, *, free: bool = False) -> None:
        """Try again later; `free` does not count as a try."""

        async def write(work: Work) -> None:
            await sending.try_again(work, self._owner, claimed, work.real + wait, why, free=free)
            await spending.put_back(work, claimed.letter)

        await self._settled(write)

    async def not_ready(self, work: Work, claimed: Claimed) -> None:
        """It could not even be looked at, for a defect of ours: some other time, or never."""
        if claimed.attempts >= self._pace.tries:
            await sending.given_up(work, self._owner, claimed, NoticeStatus.FAILED, "defect")
        else:
            at = work.real + self._back_off(claimed)
            await sending.try_again(work, self._owner, claimed, at, "defect")

    async def _give_up(self, claimed: Claimed, status: NoticeStatus, why: str) -> None:
        async def write(work: Work) -> None:
            await sending.given_up(work, self._owner, claimed, status, why)

        await self._settled(write)

    async def _settled(self, write: Callable[[Work], Awaitable[None]]) -> None:
        """Nobody but us knows what became of it: tried until it is written down."""
        while True:
            try:
                async with self._database.write() as uow:
                    work = self._work(uow)
                    async with self._meter.written(work):
                        await write(work)
                        await uow.commit()
            except LostUpdate:
                continue
            except StorageError as error:
                log.error("not written down kind=%s", type(error).__name__)
                await asyncio.sleep(_AGAIN)
            else:
                return
