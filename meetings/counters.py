"""The two private counters of absences (domain.md 6), derived from frozen roll-calls, never stored.

Counter A: months of the calendar year missed without a reason. Counter B: regular meetings of the year missed
one after the other with a reason. They are shown to secretary and deputy, and conclude nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from meetings.period import Period
from meetings.terms import ONE_A_MONTH, Kind, Mark, Ruling

_CAME = (Mark.PRESENT, Mark.ONLINE)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One closed meeting as it was frozen for one person; `expected`: they were in the base that day."""

    period: Period
    kind: Kind
    expected: bool
    mark: Mark | None
    ruling: Ruling | None = None

    @property
    def is_regular(self) -> bool:
        return self.kind in ONE_A_MONTH

    @property
    def came(self) -> bool:
        return self.mark in _CAME

    @property
    def ruled(self) -> Ruling | None:
        """The ruling on an absence; None where the person came, was not expected, or still awaits one."""
        missed = self.expected and self.mark is Mark.ABSENT
        return self.ruling if missed and self.ruling is not Ruling.AWAITING else None


@dataclass(frozen=True, slots=True)
class Counters:
    """The months that count, in order. `excused` is the longest row of the year, `running` the last one."""

    year: int
    unexcused: tuple[Period, ...] = ()
    excused: tuple[Period, ...] = ()
    running: tuple[Period, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.unexcused or self.excused)


class Level(StrEnum):
    EARLY = "early"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Bounds:
    """From which count on a counter is at a level, both inclusive."""

    early: int
    limit: int

    def level(self, count: int) -> Level | None:
        if count >= self.limit:
            return Level.LIMIT
        return Level.EARLY if count >= self.early else None


def count_year(sittings: Iterable[Sitting], year: int, *, excused_too: bool = True) -> Counters:
    """Both counters of one person in one cell for a calendar year of period months.

    `excused_too` is False for armed forces on special duty, who are excepted from counter B.
    """
    ours = [one for one in sittings if one.period.year == year]
    longest, running = _rows(ours) if excused_too else ((), ())
    return Counters(year, _unexcused(ours), longest, running)


def _unexcused(sittings: list[Sitting]) -> tuple[Period, ...]:
    """Months whose regular meeting was missed without a reason, unless some other meeting of theirs was not."""
    missed = {one.period for one in sittings if one.is_regular and one.ruled is Ruling.UNEXCUSED}
    saved = {one.period for one in sittings if not one.is_regular and one.came}
    return tuple(sorted(missed - saved))


def _rows(sittings: list[Sitting]) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """The longest row of excused absences, the newer of two equal ones, and the row the year ends in so far.

    Presence and an unexcused ruling end a row. What is neither is skipped: a month without a meeting or outside
    the base (who came all the same is "extra", not "present"), and a ruling that is awaited.
    """
    longest: tuple[Period, ...] = ()
    row: tuple[Period, ...] = ()
    for one in sorted((one for one in sittings if one.is_regular), key=lambda one: one.period):
        if one.ruled is Ruling.EXCUSED:
            row = (*row, one.period)
        elif one.expected and (one.came or one.ruled is Ruling.UNEXCUSED):
            row = ()
        longest = max(row, longest, key=len)
    return longest, row
