"""Visits of the officials in charge (domain.md 11): what a year owes, and evenings nobody can share."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from meetings.period import Period
from meetings.records import Assignment, Meeting
from meetings.terms import MeetingId, PersonId, UnitId

MONTHLY = 12  # visits a year: the cadence of an envoy
# A sitting of 90 to 120 minutes and the way from one village to the next: our judgement.
_APART = timedelta(hours=4)
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Visit:
    """An official came to a meeting, as its closed roll-call says. Its year is that of the period month."""

    person: PersonId
    cell: UnitId
    meeting: MeetingId
    period: Period
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Reception:
    """A closed meeting of a cell to which so many officials came."""

    cell: UnitId
    period: Period
    starts_at: datetime
    officials: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Visits of a year. `owed` 0: none are expected."""

    done: int
    owed: int

    @property
    def reached(self) -> bool:
        return self.done >= self.owed

    @property
    def left(self) -> int:
        return max(0, self.owed - self.done)


@dataclass(frozen=True, slots=True)
class Outing:
    """A meeting an official could go to. `last`: the last visit to that cell, if there was one."""

    meeting: Meeting
    last: datetime | None


def owed_in(year: int, terms: Collection[Assignment], quota: int) -> int:
    """Visits that a year owes: what the assignments say, or the quota of the role where one of them says nothing.

    Regular meetings are monthly: who was assigned for a part of the year owes no more than its months allow.
    """
    if not terms:
        return 0
    by_cell: dict[UnitId, int] = {}
    for one in terms:
        if one.visits_per_year is not None:
            a_month = -(-one.visits_per_year // MONTHLY)
            most = min(one.visits_per_year, a_month * months_in(year, one))
            by_cell[one.cell] = max(most, by_cell.get(one.cell, 0))
    agreed = sum(by_cell.values())
    return agreed if all(one.visits_per_year is not None for one in terms) else max(agreed, quota)


def months_in(year: int, one: Assignment) -> int:
    """The months of a year on some day of which an assignment is in force."""
    first = max(one.since or date.min, date(year, 1, 1))
    last = min(one.until or date.max, date(year, 12, 31))
    return last.month - first.month + 1 if first <= last else 0


def same_evening(one: datetime, other: datetime) -> bool:
    """Whether nobody can be at both."""
    return abs(one - other) < _APART


def longest_unvisited(outings: Iterable[Outing], taken: Sequence[datetime]) -> list[Outing]:
    """Those an official can go to, the cell unvisited longest first; of two on one evening only the first.

    `taken` are the starts of meetings they are to be at already.
    """
    ordered = sorted(outings, key=lambda one: (one.last or _NEVER, one.meeting.starts_at, one.meeting.id))
    busy, found = list(taken), []
    for one in ordered:
        if not any(same_evening(one.meeting.starts_at, other) for other in busy):
            busy.append(one.meeting.starts_at)
            found.append(one)
    return found
