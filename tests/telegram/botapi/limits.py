"""The rates of Telegram, and the pacer that answers 429 to whoever breaks them."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages and edits alike. `scale` 10 means: ten times as fast, a minute lasts six seconds."""

    on: bool = True
    per_chat: float = 1.0  # a second
    chat_burst: int = 3
    per_group: int = 20  # a minute
    overall: float = 30.0  # a second
    overall_burst: int = 30
    scale: float = 1.0

    @classmethod
    def off(cls) -> "Limits":
        return cls(on=False)

    def scaled(self, factor: float) -> "Limits":
        return replace(self, scale=self.scale * factor)


@dataclass(frozen=True, slots=True)
class Flood:
    """A 429 that was provoked: which limit (`chat`, `group`, `overall`, `throttle`) and for how long."""

    at: float
    chat: int
    limit: str
    seconds: int


@dataclass(slots=True)
class _Bucket:
    """`burst` at once, then `rate` a second."""

    rate: float
    burst: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        self.level = min(self.burst, self.level + max(0.0, now - self.at) * self.rate)
        self.at = max(self.at, now)
        return max(0.0, (1 - self.level) / self.rate) if self.level < 1 - 1e-9 else 0.0

    def take(self, _now: float) -> None:
        self.level -= 1


@dataclass(slots=True)
class _Window:
    """No more than `most` in any minute."""

    most: int
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        while self.times and now - self.times[0] >= MINUTE:
            self.times.popleft()
        return self.times[0] + MINUTE - now if len(self.times) >= self.most else 0.0

    def take(self, now: float) -> None:
        self.times.append(now)


_Key = tuple[str, int]


class Pacer:
    """Judges each message and edit. A refused one counts for nothing, but what refused it stays shut meanwhile."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._shut: dict[_Key, float] = {}
        self._meters: dict[_Key, _Bucket | _Window] = {}
        self.limits = limits
        self.floods: list[Flood] = []

    def change(self, limits: Limits) -> None:
        """Other limits from now on, and everything before forgiven; the floods stay counted."""
        self.limits = limits
        self._shut.clear()
        self._meters.clear()

    def throttle(self, chat: int | None, seconds: int) -> None:
        """Shut one chat, or everything, for a while, whatever the limits say."""
        self._shut["throttle", chat or 0] = self._clock() + seconds

    def admit(self, chat: int, *, group: bool) -> int | None:
        """None, or the seconds of a 429."""
        now = self._clock()
        keys: list[_Key] = [("throttle", 0), ("throttle", chat)]
        if self.limits.on:
            keys += [("overall", 0), ("chat", chat), *([("group", chat)] if group else [])]
        waits = {key: self._wait(key, now) for key in keys}
        longest = max(waits, key=lambda key: waits[key])
        if waits[longest] <= 0:
            for key in keys[2:]:
                self._meter(key).take(now * self.limits.scale)
            return None
        seconds = max(1, ceil(waits[longest] - 1e-9))
        if self._shut.get(longest, now) <= now:  # asking again meanwhile makes it no longer
            self._shut[longest] = now + seconds
        self.floods.append(Flood(now, chat, longest[0], seconds))
        return seconds

    def _wait(self, key: _Key, now: float) -> float:
        shut = self._shut.get(key, now) - now
        if shut > 0 or key[0] == "throttle":
            return shut
        return self._meter(key).wait(now * self.limits.scale) / self.limits.scale

    def _meter(self, key: _Key) -> "_Bucket | _Window":
        if key not in self._meters:
            now, limits = self._clock() * self.limits.scale, self.limits
            if key[0] == "group":
                self._meters[key] = _Window(limits.per_group)
            elif key[0] == "chat":
                self._meters[key] = _Bucket(limits.per_chat, limits.chat_burst, limits.chat_burst, now)
            else:
                self._meters[key] = _Bucket(limits.overall, limits.overall_burst, limits.overall_burst, now)
        return self._meters[key]
