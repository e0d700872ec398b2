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
    Blocked,
    Button,
    Channel,
    ChannelDown,
    Outgoing,
    Rejected,
    SendError,
    Throttled,
    Unreachable,
)
from chat.events import Address
from chat.menus import Menu
from chat.splitting import split
from jobs.clock import Clock, wall_clock
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
    """Real time throughout. `in_flight` is how many chats are served at once."""

    in_flight: int = 8
    lease: timedelta = timedelta(seconds=60)
    tries: int = 6
    back_off: timedelta = timedelta(seconds=5)
    channel_pause: timedelta = timedelta(minutes=5)


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

    def wake(self) -> None:
        """Something was queued."""
        self._awake.set()

    async def run(self, *, idle: float = 1.0) -> None:
        """Send for ever; look at least every `idle` seconds of real time."""
        while True:
            self._awake.clear()
            try:
                await self.drain()
            except LostUpdate:
                continue
            try:
                await asyncio.wait_for(self._awake.wait(), idle)
            except TimeoutError:
                continue

    async def drain(self) -> int:
        """Send whatever is due now; how many letters were handled."""
        handled = 0
        while True:
            claimed = await self._claim()
            if not claimed:
                return handled
            handled += len(claimed)
            by_chat: dict[Address, list[Claimed]] = {}
            for one in claimed:
                by_chat.setdefault(one.letter.to, []).append(one)
            await asyncio.gather(*(self._serve(letters) for letters in by_chat.values()))

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
        """The letters of one chat, one after the other, in order."""
        for claimed in letters:
            await self._one(claimed)

    async def _one(self, claimed: Claimed) -> None:
        letter = claimed.letter
        channel = self._channels.get((letter.to.channel, letter.to.bot))
        if channel is None:
            await self._later(claimed, self._pace.channel_pause, "no channel")
            return
        ready = await self._prepare(claimed)
        if isinstance(ready, str):
            status = NoticeStatus.UNKNOWN if ready == "unknown" else NoticeStatus.SKIPPED
            await self._give_up(claimed, status, ready)
            return
        try:
            message_id = await self._send(channel, claimed, ready.menu)
        except SendError as error:
            await self._failed(claimed, error)
            return
        async with self._database.write() as uow:
            await sending.sent(self._work(uow), self._owner, claimed, message_id)
            await uow.commit()

    async def _prepare(self, claimed: Claimed) -> sending.Ready | str:
        while True:
            try:
                async with self._database.write() as uow:
                    ready = await sending.prepare(self._work(uow), claimed)
                    await uow.commit()
                return ready
            except LostUpdate:
                continue  # somebody wrote in this chat meanwhile: look at the menus again

    async def _send(self, channel: Channel, claimed: Claimed, menu: Menu | None) -> str:
        letter = claimed.letter
        text = self._house.catalogue.render(letter.text, letter.language)
        buttons: tuple[Button, ...] = ()
        if channel.capabilities.buttons:
            buttons = tuple(
                Button(
                    self._house.catalogue.render(choice.label, letter.language),
                    self._house.signer.pack(choice.action, letter.to),
                    choice.style,
                )
                for choice in letter.choices
            )
        elif menu is not None:
            numbered = [
                f"{menu.marker(item)}. {self._house.catalogue.render(item.label, letter.language)}"
                for item in menu.items
                if item.number is not None
            ]
            text = "\n".join([text, *numbered])
        *first, last = split(text, channel.capabilities.max_text)
        for piece in first:
            await channel.send(Outgoing(letter.to, piece))
        return await channel.send(Outgoing(letter.to, last, buttons))

    async def _failed(self, claimed: Claimed, error: SendError) -> None:
        """Every way a send can fail has one answer; nothing is retried that cannot succeed."""
        log.info("send failed letter=%s kind=%s tries=%s", claimed.id, type(error).__name__, claimed.attempts)
        if isinstance(error, Throttled):
            await self._later(claimed, timedelta(seconds=error.seconds), "throttled", free=True)
            if error.whole_channel:
                await self._pause(claimed, timedelta(seconds=error.seconds), "throttled")
        elif isinstance(error, Blocked):
            async with self._database.write() as uow:
                work = self._work(uow)
                await sending.address_dead(work, claimed.letter.to)
                await sending.given_up(work, self._owner, claimed, NoticeStatus.FAILED, "blocked")
                await uow.commit()
        elif isinstance(error, ChannelDown):
            await self._later(claimed, self._pace.channel_pause, "channel down", free=True)
            await self._pause(claimed, self._pace.channel_pause, "channel down")
        elif isinstance(error, Rejected):
            log.error("rejected letter=%s", claimed.id)
            await self._give_up(claimed, NoticeStatus.FAILED, "rejected")
        else:
            await self._unreachable(claimed, error)

    async def _unreachable(self, claimed: Claimed, error: SendError) -> None:
        in_doubt = not isinstance(error, Unreachable) or error.sent is None
        if in_doubt and not claimed.letter.repeatable:
            await self._give_up(claimed, NoticeStatus.UNKNOWN, "no answer")
        elif claimed.attempts >= self._pace.tries:
            await self._give_up(claimed, NoticeStatus.FAILED, "unreachable")
        else:
            wait = self._pace.back_off * 2 ** (claimed.attempts - 1) * random.uniform(0.75, 1.25)  # noqa: S311
            await self._later(claimed, wait, "unreachable")

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
