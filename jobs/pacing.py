"""How fast a platform may be talked to: overall, per chat and per group; answers before notices before edits.

Real time, in seconds of a monotonic clock. Figures: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import asyncio
import itertools
from bisect import insort
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from chat.capabilities import Limits
from chat.events import Address

# What leaves here at even distances may arrive a little closer together.
_JITTER = 0.015
_MINUTE = 60.0
# While thousands of notices go out, one edit in so long goes between them: cards must not stand still.
_EDITS_WAIT = 3.0


class Urgency(IntEnum):
    """Who goes first."""

    REPLY = 0
    NOTICE = 1
    EDIT = 2


@dataclass(slots=True)
class Room:
    """What one chat has had of late."""

    last: float = float("-inf")
    edited: float = float("-inf")
    held_until: float = float("-inf")
    minute: deque[float] = field(default_factory=deque)


class Schedule:
    """When the next message may leave. Pure: the time is an argument."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._second: deque[float] = deque(maxlen=limits.per_second)
        self._last = self._held_until = float("-inf")
        self._rooms: dict[str, Room] = {}
        self._refused: tuple[str | None, float] = (None, float("-inf"))

    def open_at(self) -> float:
        """When any message may leave: evenly, and never too many in any one second."""
        even = self._last + 0.95 / self._limits.per_second
        full = len(self._second) == self._limits.per_second
        return max(even, self._held_until, self._second[0] + 1 + _JITTER if full else even)

    def room_open_at(self, chat: str, urgency: Urgency) -> float:
        """When a message may leave for this chat."""
        limits = self._limits
        name, group = limits.counted(chat)
        room = self._rooms.get(name)
        if room is None:
            return float("-inf")
        at = max(room.held_until, room.last + limits.chat_gap + _JITTER)
        if urgency is Urgency.EDIT:
            at = max(at, room.edited + limits.edit_gap + _JITTER)
        if group and len(room.minute) >= limits.group_minute:
            at = max(at, room.minute[-limits.group_minute] + _MINUTE + _JITTER)
        return at

    def left(self, chat: str, urgency: Urgency, now: float) -> None:
        """A message may leave."""
        name, group = self._limits.counted(chat)
        if name not in self._rooms and len(self._rooms) > 10_000:
            self._forget(now)
        room = self._rooms.setdefault(name, Room())
        self._second.append(now)
        if group:
            room.minute.append(now)
            while len(room.minute) > self._limits.group_minute:
                room.minute.popleft()
        self._note(room, urgency, now)

    def gone(self, chat: str, urgency: Urgency, now: float) -> None:
        """The one that was let through last leaves only now: the loop was busy."""
        name, group = self._limits.counted(chat)
        room = self._rooms.setdefault(name, Room())
        if self._second:
            self._second[-1] = now
        if group and room.minute:
            room.minute[-1] = now
        self._note(room, urgency, now)

    def arrived(self, chat: str, now: float) -> None:
        """The platform has answered: the next to this chat is counted from here, however long it took."""
        name, group = self._limits.counted(chat)
        room = self._rooms.get(name)
        if room is not None:
            room.last = max(room.last, now)
            if group and room.minute:
                room.minute[-1] = max(room.minute[-1], now)

    def _note(self, room: Room, urgency: Urgency, now: float) -> None:
        self._last = room.last = now
        if urgency is Urgency.EDIT:
            room.edited = now

    def hold(self, chat: str | None, now: float, until: float) -> None:
        """The platform said "later": for one chat, or for all of it.

        It does not say which. Two chats within a second are not two chats: then everybody waits.
        """
        name = None if chat is None else self._limits.counted(chat)[0]
        before, self._refused = self._refused, (name, now)
        if name is None or (before[0] != name and now - before[1] < 1):
            self._held_until = max(self._held_until, until)
        if name is not None:
            room = self._rooms.setdefault(name, Room())
            room.held_until = max(room.held_until, until)

    def _forget(self, now: float) -> None:
        quiet = [
            name for name, room in self._rooms.items() if max(room.last, room.held_until) < now - _MINUTE - 1
        ]
        for name in quiet:
            del self._rooms[name]


@dataclass(order=True, slots=True)
class _Waiting:
    urgency: Urgency
    number: int
    chat: str = field(compare=False)
    since: float = field(compare=False)
    turn: "asyncio.Future[None]" = field(compare=False)


class Stopped(Exception):
    """The gate is closed: whatever waited goes back where it came from."""


class Pacer:
    """The one gate through which one of our bots talks to its platform."""

    def __init__(self, limits: Limits) -> None:
        self._schedule = Schedule(limits)
        self._waiting: list[_Waiting] = []
        self._numbers: Iterator[int] = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._forced = float("-inf")

    async def slot(self, to: Address, urgency: Urgency) -> None:
        """Wait until one message may leave for this chat. Raises Stopped."""
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        one = _Waiting(urgency, next(self._numbers), to.chat, loop.time(), turn)
        insort(self._waiting, one)
        self._next()
        try:
            await turn
            self._schedule.gone(to.chat, urgency, loop.time())
        except asyncio.CancelledError:
            if one in self._waiting:
                self._waiting.remove(one)
            raise

    def arrived(self, to: Address) -> None:
        """A message that was let through is there."""
        self._schedule.arrived(to.chat, asyncio.get_running_loop().time())

    def hold(self, to: Address | None, seconds: float) -> None:
        """The platform asked for patience: for one chat, or (None) for the whole bot."""
        now = asyncio.get_running_loop().time()
        self._schedule.hold(None if to is None else to.chat, now, now + seconds)

    def stop(self) -> None:
        """Nobody waits any longer."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.turn.done():
                one.turn.set_exception(Stopped())

    def _next(self) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            now, at = loop.time(), self._schedule.open_at()
            if at <= now:
                place, at = self._first(now)
                if place is not None:
                    one = self._waiting.pop(place)
                    if not one.turn.done():  # else whoever waited has gone
                        self._schedule.left(one.chat, one.urgency, now)
                        one.turn.set_result(None)
                    continue
            self._timer = loop.call_at(at, self._next)
            return

    def _first(self, now: float) -> tuple[int | None, float]:
        """The place of the first whose chat is free; else when the soonest will be."""
        soonest = float("inf")
        if now - self._forced >= _EDITS_WAIT:
            for place, one in enumerate(self._waiting):
                late = one.urgency is Urgency.EDIT and now - one.since >= _EDITS_WAIT
                if late and self._schedule.room_open_at(one.chat, one.urgency) <= now:
                    self._forced = now
                    return place, now
        for place, one in enumerate(self._waiting):
            at = self._schedule.room_open_at(one.chat, one.urgency)
            if at <= now:
                return place, at
            soonest = min(soonest, at)
        return None, soonest


class Pacers:
    """The gates of a process, by bot; a platform that counts nothing has none."""

    def __init__(self, limits: Mapping[tuple[str, str], Limits | None]) -> None:
        self._pacers = {bot: Pacer(one) for bot, one in limits.items() if one is not None}

    @property
    def bots(self) -> Collection[tuple[str, str]]:
        return self._pacers.keys()

    def of(self, address: Address) -> Pacer | None:
        return self._pacers.get((address.channel, address.bot))

    def stop(self) -> None:
        for pacer in self._pacers.values():
            pacer.stop()
