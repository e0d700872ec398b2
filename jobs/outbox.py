"""The sender: claim, look again, render, send, record. Nothing else in the house sends.

No transaction stays open while a platform is talking. The record is exactly once; the delivery cannot be:
what was in flight when the power failed is sent once more, unless it must not be repeated.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chat.channel import Attachment, Blocked, Channel, ChannelDown, Rejected, SendError, Unreachable
from chat.events import Address
from jobs.clock import Clock, wall_clock
from jobs.handing import Handing
from jobs.leading import Bot, Leading
from jobs.metering import Meter
from jobs.outcomes import Outcomes, Pace
from jobs.pacing import Pacers, Stopped
from services import Work, sending
from services.sending import Ready
from services.work import House
from storage.database import Database
from storage.errors import LostUpdate, StorageError
from storage.notices import NoticeStatus
from storage.outbox import Claimed, Hold, Letter
from storage.work import UnitOfWork

log = logging.getLogger("keng.outbox")
Channels = Mapping[Bot, Channel]
_ELSEWHERE = (Blocked, Rejected, ChannelDown)  # after these a notice may take another address


@dataclass(slots=True)
class Lane:
    """The letters of one chat that are in our hands, one after the other; `numbers` are those of their rows."""

    letters: deque[Ready] = field(default_factory=deque)
    numbers: set[int] = field(default_factory=set)
    task: "asyncio.Task[None] | None" = None


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
        self.pacers = Pacers({bot: channel.capabilities.limits for bot, channel in channels.items()})
        meter = Meter(house.metered)
        self._handing = Handing(database, house, self._work, self.pacers, meter)
        self._outcomes = Outcomes(database, self._work, owner, pace, self._handing.slow_down, meter)
        self._leading = Leading(owner, self.pacers.bots)
        self._lanes: dict[Address, Lane] = {}
        self._awake = asyncio.Event()
        self._crowded = False  # rows were left where they are for want of room
        self._running = False
        self._stopping = False

    def wake(self) -> None:
        """Something was queued."""
        self._awake.set()

    def leads(self, to: Address) -> bool:
        """Whether this process talks for that bot."""
        return self._leading.leads((to.channel, to.bot), wall_clock())

    def hold(self, to: Address) -> Hold | None:
        """In whose hands a reply may be laid as it is written; None: somebody else will look for it."""
        known = (to.channel, to.bot) in self._channels
        if not (known and self._running and not self._stopping and self.leads(to)):
            return None
        return Hold(self._owner, wall_clock() + self._pace.lease)

    def take(self, letters: Sequence[Ready]) -> None:
        """Letters that were claimed as they were written, and are committed."""
        for one in letters:
            self._accept(one)

    async def run(self, *, idle: float = 1.0) -> None:
        """Send until cancelled; look at least every `idle` seconds of real time.

        Cancelled, it claims nothing more, lets what is in flight come to its end, and gives the rest back.
        """
        self._stopping, self._running = False, True
        self._handing.start()
        looking = asyncio.create_task(self._look_for_ever(idle))
        try:
            await asyncio.shield(looking)
        finally:
            self._stopping, self._running = True, False
            await self._stop(looking)

    async def _look_for_ever(self, idle: float) -> None:
        while not self._stopping:
            self._awake.clear()
            try:
                if await self._claim():
                    continue
            except LostUpdate:
                continue
            except Exception:
                log.exception("sending failed; the next look is in %s s", idle)
            try:
                await asyncio.wait_for(self._awake.wait(), idle)
            except TimeoutError:
                continue

    async def drain(self) -> int:
        """Send whatever is due now; how many letters were handled."""
        handled = 0
        while not self._stopping and (claimed := await self._claim()):
            handled += claimed
            await self._ended()
        await self._ended()
        return handled

    async def _stop(self, looking: "asyncio.Task[None]") -> None:
        """A claim that is under way is seen through: what it takes must be given back at once."""
        self.wake()
        self._handing.stop()
        loop = asyncio.get_running_loop()
        end = loop.time() + self._pace.stopping.total_seconds()
        while (late := self._underway(looking)) and loop.time() < end:
            await asyncio.wait(late, timeout=end - loop.time())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        await self._release()

    def _underway(self, looking: "asyncio.Task[None]") -> "list[asyncio.Task[None]]":
        tasks = [looking, *self._tasks(), *self._outcomes.tasks()]
        return [task for task in tasks if not task.done()]

    async def _release(self) -> None:
        """Without a database the leases run out by themselves."""
        with suppress(StorageError):
            async with self._database.write() as uow:
                await self._leading.release(uow)
                await uow.commit()

    def _tasks(self) -> "list[asyncio.Task[None]]":
        return [lane.task for lane in self._lanes.values() if lane.task is not None]

    async def _ended(self) -> None:
        """Everything in our hands has come to its end. The first failure nobody expected is passed on."""
        while tasks := self._tasks():
            for error in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(error, Exception):
                    raise error
        await self._outcomes.written()

    def _full(self) -> set[Bot]:
        """The bots for which another claim might be more chats at once than agreed."""
        many = Counter((to.channel, to.bot) for to in self._lanes)
        return {bot for bot, chats in many.items() if chats > self._pace.in_flight - self._pace.portion}

    async def _claim(self) -> int:
        """Take what is due and look at each once more; how many rows there were."""
        real = wall_clock()
        hold = Hold(self._owner, real + self._pace.lease)
        full = self._full()
        self._crowded = bool(full)
        async with self._database.write() as uow:
            leading = await self._leading.renewed(uow, real)
            without = full | self._leading.others(leading)
            claimed = await uow.outbox.claim(
                hold, now=self._clock.now(), real=real, limit=self._pace.portion, without=without
            )
            known = self._outcomes.unwritten.union(*(lane.numbers for lane in self._lanes.values()))
            fresh = [
                one for one in claimed if one.id not in known
            ]  # else: its lease ran out in our own hands
            ready = [await self._look(uow, one, hold.until) for one in fresh]
            await uow.commit()
        self._leading.won(leading)
        for one in ready:
            if one is not None:
                self._accept(one)
        return len(fresh)

    async def _look(self, uow: UnitOfWork, claimed: Claimed, until: datetime) -> Ready | None:
        """The letter ready to go; None when it must not, which is then written down."""
        work = self._work(uow)
        try:
            found = await sending.prepare(work, claimed, until)
        except StorageError:
            raise
        except Exception:  # a defect of ours must not hold up everybody else's letters
            log.exception("letter=%s", claimed.id)
            await self._outcomes.not_ready(work, claimed)
            return None
        if not isinstance(found, str):
            return found  # None: it waits again, for another address
        status = NoticeStatus.UNKNOWN if found == "unknown" else NoticeStatus.SKIPPED
        await sending.given_up(work, self._owner, claimed, status, found)
        return None

    def _accept(self, ready: Ready) -> None:
        """Replies go before notices to the same chat, everything else in order."""
        to = ready.claimed.letter.to
        lane = self._lanes.setdefault(to, Lane())
        place = len(lane.letters)
        if ready.claimed.letter.answer:
            place = sum(one.claimed.letter.answer for one in lane.letters)
        lane.letters.insert(place, ready)
        lane.numbers.add(ready.claimed.id)
        if lane.task is None:
            lane.task = asyncio.create_task(self._serve(to, lane))

    async def _serve(self, to: Address, lane: Lane) -> None:
        """The letters of one chat; when one must wait, those behind it wait too."""
        waiting = False
        try:
            while lane.letters:
                ready = lane.letters.popleft()
                if self._stopping or waiting:
                    await self._outcomes.later(ready.claimed, timedelta(), "in order", free=True)
                else:
                    waiting = not await self._one(ready, lane)
                lane.numbers.discard(ready.claimed.id)
        except Exception:
            log.exception("a chat's letters are left to their leases")
            raise
        finally:
            del self._lanes[to]
            if self._crowded and (to.channel, to.bot) not in self._full():
                self.wake()

    async def _one(self, ready: Ready, lane: Lane) -> bool:
        """Send one letter; False when it goes back into the queue."""
        claimed = ready.claimed
        letter = claimed.letter
        channel = self._channels.get((letter.to.channel, letter.to.bot))
        if channel is None:
            await self._outcomes.later(claimed, self._pace.channel_pause, "no channel", free=True)
            return False
        try:
            message_id, files = await self._send(channel, ready)
        except Stopped:
            await self._outcomes.later(claimed, timedelta(), "in order", free=True)
            return False
        except Overtaken:
            return True
        except SendError as error:
            if isinstance(error, _ELSEWHERE):
                await self._leave_together(letter, lane)
            return await self._outcomes.failed(claimed, error)
        except Exception:  # a defect of ours or of a channel must not hold up everybody else's letters
            log.exception("letter=%s", claimed.id)
            return await self._outcomes.failed(claimed, Unreachable())
        self._outcomes.sent(claimed, message_id)
        await self._handing.files(channel, claimed, files)
        return True

    async def _leave_together(self, refused: Letter, lane: Lane) -> None:
        """What else we have in hand of a refused notice goes where that goes, and not by both ways."""
        if refused.notice is None:
            return
        for one in [one for one in lane.letters if one.claimed.letter.notice == refused.notice]:
            lane.letters.remove(one)
            await self._outcomes.later(one.claimed, timedelta(), "in order", free=True)
            lane.numbers.discard(one.claimed.id)

    async def _send(self, channel: Channel, ready: Ready) -> tuple[str, Sequence[Attachment]]:
        letter = ready.claimed.letter
        enclosed = await self._handing.enclosed(channel, letter)
        await self._handing.turn(letter)
        if ready.until - wall_clock() < self._pace.lease / 2:
            ready = await self._look_again(ready)
        return await self._handing.over(channel, ready, enclosed)

    async def _look_again(self, ready: Ready) -> Ready:
        """It waited long for its turn: is the row still ours, and the letter still wanted? Raises Overtaken."""
        while True:
            until = wall_clock() + self._pace.lease
            try:
                async with self._database.write() as uow:
                    ours = await uow.outbox.renew(ready.claimed.id, self._owner, until)
                    found = await self._look(uow, ready.claimed, until) if ours else None
                    await uow.commit()
            except LostUpdate:
                continue
            if found is None:
                raise Overtaken
            return found

    def _work(self, uow: UnitOfWork) -> Work:
        return Work(uow, self._house, self._clock.now(), wall_clock())


class Overtaken(Exception):
    """While it waited the letter was settled otherwise."""
