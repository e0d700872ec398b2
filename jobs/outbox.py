"""The sender: claim, commit, look again, render, send, record. Nothing else in the house sends.

No transaction stays open while a platform is talking. The record is exactly once; the delivery cannot be:
what was in flight when the power failed is sent once more, unless it must not be repeated.
"""

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from chat.channel import (
    AddressChanged,
    Blocked,
    Channel,
    ChannelDown,
    Rejected,
    SendError,
    Throttled,
    Unreachable,
)
from chat.events import Address
from chat.menus import Menu
from jobs.clock import Clock, wall_clock
from jobs.composing import compose
from services import Work, sending
from services.work import House
from storage.database import Database
from storage.errors import LostUpdate
from storage.notices import NoticeStatus
from storage.outbox import Claimed
from storage.work import UnitOfWork

log = logging.getLogger("keng.outbox")
Channels = Mapping[tuple[str, str], Channel]


@dataclass(frozen=True, slots=True)
class Pace:
    """Real time throughout. `in_flight` is how many chats are served at once.

    `stopping` is how long a sender that is told to stop waits for the answers that are still out.
    """

    in_flight: int = 8
    lease: timedelta = timedelta(seconds=60)
    tries: int = 6
    back_off: timedelta = timedelta(seconds=5)
    channel_pause: timedelta = timedelta(minutes=5)
    stopping: timedelta = timedelta(seconds=8)


class Sender:
    """One worker. Any number of them may run on one database."""

    def __init__(
        self, database: Database, channels: Channels, house: House, clock: Clock, owner: str, *, pace: Pace
    ) -> None:
        self._database = database
        self._channels = channels
        self._house = house
        self._clock = clock
        self._owner = owner
        self._pace = pace
        self._awake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something was queued."""
        self._awake.set()

    async def run(self, *, idle: float = 1.0) -> None:
        """Send until cancelled; look at least every `idle` seconds of real time.

        Cancelled, it claims nothing more, lets what is in flight come to its end, and gives the rest back.
        """
        self._stopping = False
        while True:
            self._awake.clear()
            draining = asyncio.create_task(self.drain())
            try:
                await asyncio.shield(draining)
            except asyncio.CancelledError:
                await self._stop(draining)
                raise
            except LostUpdate:
                continue
            except Exception:
                log.exception("sending failed; the next look is in %s s", idle)
            try:
                await asyncio.wait_for(self._awake.wait(), idle)
            except TimeoutError:
                continue

    async def _stop(self, draining: "asyncio.Task[int]") -> None:
        self._stopping = True
        done, _ = await asyncio.wait([draining], timeout=self._pace.stopping.total_seconds())
        if not done:
            draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)

    async def drain(self) -> int:
        """Send whatever is due now; how many letters were handled."""
        handled = 0
        while not self._stopping:
            claimed = await self._claim()
            if not claimed:
                break
            handled += len(claimed)
            by_chat: dict[Address, list[Claimed]] = {}
            for one in claimed:
                by_chat.setdefault(one.letter.to, []).append(one)
            # All of them end before the first failure is passed on: nothing goes on unseen.
            ended = await asyncio.gather(
                *(self._serve(letters) for letters in by_chat.values()), return_exceptions=True
            )
            for error in ended:
                if error is not None:
                    raise error
        return handled

    async def _claim(self) -> list[Claimed]:
        real = wall_clock()
        async with self._database.write() as uow:
            claimed = await uow.outbox.claim(
                self._owner,
                now=self._clock.now(),
                real=real,
                until=real + self._pace.lease,
                limit=self._pace.in_flight,
            )
            await uow.commit()
        return claimed

    async def _serve(self, letters: list[Claimed]) -> None:
        """The letters of one chat, one after the other; when one must wait, those behind it wait too."""
        waiting = False
        for claimed in letters:
            if self._stopping or waiting:
                await self._later(claimed, timedelta(), "in order", free=True)
            else:
                waiting = not await self._one(claimed)

    async def _one(self, claimed: Claimed) -> bool:
        """Send one letter; False when it goes back into the queue."""
        letter = claimed.letter
        channel = self._channels.get((letter.to.channel, letter.to.bot))
        if channel is None:
            await self._later(claimed, self._pace.channel_pause, "no channel")
            return False
        ready = await self._prepare(claimed)
        if ready is None:
            return True
        if isinstance(ready, str):
            status = NoticeStatus.UNKNOWN if ready == "unknown" else NoticeStatus.SKIPPED
            await self._give_up(claimed, status, ready)
            return True
        try:
            message_id = await self._send(channel, claimed, ready.menu)
        except SendError as error:
            return await self._failed(claimed, error)
        except Exception:  # a defect of ours or of a channel must not hold up everybody else's letters
            log.exception("letter=%s", claimed.id)
            return await self._failed(claimed, Unreachable())
        async with self._database.write() as uow:
            await sending.sent(self._work(uow), self._owner, claimed, message_id)
            await uow.commit()
        return True

    async def _prepare(self, claimed: Claimed) -> sending.Ready | str | None:
        """Renew the lease and look once more; None when it ran out in this chat's queue and is another's now."""
        while True:
            try:
                async with self._database.write() as uow:
                    until = wall_clock() + self._pace.lease
                    if not await uow.outbox.renew(claimed.id, self._owner, until):
                        return None
                    ready = await sending.prepare(self._work(uow), claimed)
                    await uow.commit()
                return ready
            except LostUpdate:
                continue  # somebody wrote in this chat meanwhile: look at the menus again

    async def _send(self, channel: Channel, claimed: Claimed, menu: Menu | None) -> str:
        """Hand over every piece; once a first piece is out, nobody can say "surely not sent" any more."""
        *first, last = compose(self._house, channel.capabilities, claimed.letter, menu)
        out = False
        try:
            for piece in first:
                await channel.send(piece)
                out = True
            return await channel.send(last)
        except (Unreachable, Throttled):
            if out:
                raise Unreachable from None
            raise

    async def _failed(self, claimed: Claimed, error: SendError) -> bool:
        """Every way a send can fail has one answer; False when the letter goes back into the queue."""
        log.info("send failed letter=%s kind=%s tries=%s", claimed.id, type(error).__name__, claimed.attempts)
        if isinstance(error, Throttled):
            wait = timedelta(seconds=error.seconds)
            return await self._held(claimed, wait, "throttled", everybody=error.whole_channel)
        if isinstance(error, ChannelDown):
            return await self._held(claimed, self._pace.channel_pause, "channel down", everybody=True)
        if isinstance(error, AddressChanged):
            return await self._moved(claimed, error)
        if isinstance(error, Blocked):
            return await self._blocked(claimed)
        if isinstance(error, Rejected):
            log.error("rejected letter=%s", claimed.id)
            await self._give_up(claimed, NoticeStatus.FAILED, "rejected")
            return True
        return await self._unreachable(claimed, error)

    async def _held(self, claimed: Claimed, wait: timedelta, why: str, *, everybody: bool) -> bool:
        await self._later(claimed, wait, why, free=True)
        if everybody:
            await self._pause(claimed, wait, why)
        return False

    async def _moved(self, claimed: Claimed, error: AddressChanged) -> bool:
        async with self._database.write() as uow:
            work = self._work(uow)
            await sending.address_moved(work, claimed.letter.to, error.to)
            await sending.try_again(work, self._owner, claimed, wall_clock(), "moved", free=True)
            await uow.commit()
        return False

    async def _blocked(self, claimed: Claimed) -> bool:
        async with self._database.write() as uow:
            work = self._work(uow)
            await sending.address_dead(work, claimed.letter.to)
            await sending.given_up(work, self._owner, claimed, NoticeStatus.FAILED, "blocked")
            await uow.commit()
        return True

    async def _unreachable(self, claimed: Claimed, error: SendError) -> bool:
        in_doubt = not isinstance(error, Unreachable) or error.sent is None
        if in_doubt and not claimed.letter.repeatable:
            await self._give_up(claimed, NoticeStatus.UNKNOWN, "no answer")
            return True
        if claimed.attempts >= self._pace.tries:
            await self._give_up(claimed, NoticeStatus.FAILED, "unreachable")
            return True
        wait = self._pace.back_off * 2 ** (claimed.attempts - 1) * random.uniform(0.75, 1.25)  # noqa: S311
        await self._later(claimed, wait, "unreachable")
        return False

    async def _later(self, claimed: Claimed, wait: timedelta, why: str, *, free: bool = False) -> None:
        """Try again later; `free` does not count as a try."""
        async with self._database.write() as uow:
            await sending.try_again(
                self._work(uow), self._owner, claimed, wall_clock() + wait, why, free=free
            )
            await uow.commit()

    async def _give_up(self, claimed: Claimed, status: NoticeStatus, why: str) -> None:
        async with self._database.write() as uow:
            await sending.given_up(self._work(uow), self._owner, claimed, status, why)
            await uow.commit()

    async def _pause(self, claimed: Claimed, wait: timedelta, why: str) -> None:
        address = claimed.letter.to
        async with self._database.write() as uow:
            await uow.keeping.pause(address.channel, address.bot, wall_clock() + wait, why)
            await uow.commit()

    def _work(self, uow: UnitOfWork) -> Work:
        return Work(uow, self._house, self._clock.now(), wall_clock())
