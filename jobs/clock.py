"""The two clocks. What the product means by now can be moved in the demo; leases and back-off cannot."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The product's now, aware UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The clock of every process but the demo."""

    def now(self) -> datetime:
        return wall_clock()


class MovableClock:
    """The demo's clock: it stands where it was put and never goes back."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        self._at = max(self._at, at.astimezone(UTC))


def wall_clock() -> datetime:
    return datetime.now(UTC)
