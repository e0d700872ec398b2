"""A platform that fails on purpose, in the ways real ones do; the house cannot tell the difference."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.demo.memory import Memory
from chat.capabilities import Capabilities
from chat.channel import Attachment, Blocked, Channel, ChannelDown, Outgoing
from chat.events import Address

_MIDDLE = 5  # of a broadcast, the letter after which the power fails; of a small one the half is enough
_UNHURRIED = 0.2  # seconds each of these takes: one can see the cut coming, and the one before is on record


class Faults:
    """Which bots are out, and who has blocked us. Kept for the next process."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    @property
    def down(self) -> frozenset[str]:
        return self._memory.kept.down

    @property
    def blocked(self) -> frozenset[str]:
        return self._memory.kept.blocked

    def switch_channel(self, bot: str, *, down: bool) -> None:
        bots = self.down | {bot} if down else self.down - {bot}
        self._memory.keep(replace(self._memory.kept, down=bots))

    def switch_block(self, chat: str, *, on: bool) -> None:
        chats = self.blocked | {chat} if on else self.blocked - {chat}
        self._memory.keep(replace(self._memory.kept, blocked=chats))

    def hinder(self, to: Address) -> None:
        """Raises what the platform of a broken bot, or of a chat that wants no more of us, would answer."""
        if to.bot in self.down:
            raise ChannelDown
        if to.chat in self.blocked:
            raise Blocked


class Power:
    """Once armed, the next broadcast is cut in its middle by a real kill -9 of this process.

    `waiting` counts the letters of broadcasts that may go now.
    """

    def __init__(self, waiting: Callable[[], Awaitable[int]]) -> None:
        self._waiting = waiting
        self._armed = False
        self._until: datetime | None = None
        self._letters: int | None = None
        self._one_by_one = asyncio.Lock()

    @property
    def armed(self) -> bool:
        return self._armed

    def arm(self, until: datetime | None) -> None:
        """For what happens until an instant of the product's clock; None: nothing is to come, so at once."""
        self._armed, self._until = True, until
        if until is None:
            fail()

    def passed(self, at: datetime) -> None:
        """The clock stands there now. It has passed what we were armed for, and there was nothing to cut."""
        if self._armed and self._until is not None and at > self._until:
            fail()

    async def let_through(self, send: Callable[[], Awaitable[str]]) -> str:
        """Hand a letter over; armed, one after the other, so that only the last is in nobody's record."""
        if not self._armed:
            return await send()
        async with self._one_by_one:
            if self._letters is None and (waiting := await self._waiting()):
                self._letters = min(_MIDDLE, (waiting + 1) // 2)
            if self._letters is None:  # an answer to somebody; no broadcast yet
                return await send()
            await asyncio.sleep(_UNHURRIED)
            number = await send()
            self._letters -= 1
            if self._letters <= 0:
                fail()
            return number


def fail() -> None:
    """No farewell and no clearing up: what is not committed is gone."""
    os.kill(os.getpid(), signal.SIGKILL)


class FailingChannel:
    """A bot of the web chat whose platform can be broken."""

    def __init__(self, channel: Channel, faults: Faults, power: Power) -> None:
        self._channel = channel
        self._faults = faults
        self._power = power

    @property
    def capabilities(self) -> Capabilities:
        return self._channel.capabilities

    async def send(self, message: Outgoing) -> str:
        self._faults.hinder(message.to)
        return await self._power.let_through(lambda: self._channel.send(message))

    async def edit(self, message_id: str, message: Outgoing) -> None:
        self._faults.hinder(message.to)
        await self._channel.edit(message_id, message)

    async def send_file(self, to: Address, file: Attachment) -> None:
        self._faults.hinder(to)
        await self._channel.send_file(to, file)
