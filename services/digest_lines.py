"""The figures of single cells, and sums over some of them: a parent's rate is a rate of sums (domain.md 5, 13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from meetings.attendance import Tally
from meetings.period import Period
from meetings.records import Meeting, Unit
from meetings.terms import ONE_A_MONTH, Kind, MeetingId, State, UnitId
from services.policy import Policy
from services.work import Work
from storage.amendments import Change
from storage.closings import Closing
from storage.results import Result

_OPEN = (State.PLANNED, State.ANNOUNCED)
_TOOK_PLACE = (State.HELD, State.CLOSED)


class Standing(StrEnum):
    """How a cell stands in a month: every cell in exactly one of these."""

    CLOSED = "closed"
    NOT_RECORDED = "not_recorded"  # begun by the calendar or held, and the list is not closed
    AHEAD = "ahead"  # its day is still to come
    CANCELLED = "cancelled"  # with a reason
    NOT_HELD = "not_held"  # no date at all, or put off without one


@dataclass(frozen=True, slots=True)
class Line:
    """One meeting of a cell in the digest; `tally` only of a closed one."""

    kind: Kind | None
    state: str
    starts_at: datetime | None
    tally: Tally | None
    held_late: bool
    amendment: int
    target: int  # what it was held under, else what is in force
    result: Result | None = None

    @property
    def misses(self) -> bool:
        return self.tally is not None and self.tally.rate.misses(self.target)

    @property
    def took_place(self) -> bool:
        return self.tally is not None or self.state == State.HELD


@dataclass(frozen=True, slots=True)
class CellFigures:
    """A cell's month: its regular (or combined) meeting, the thematic ones beside it, and its reach.

    `begun`: by the calendar, at the moment the figures are of.
    """

    cell: Unit
    regular: Line
    others: tuple[Line, ...]
    begun: bool
    linked: int
    roll: int
    led: bool

    @property
    def standing(self) -> Standing:
        if self.regular.tally is not None:
            return Standing.CLOSED
        if self.begun or self.regular.state == State.HELD:
            return Standing.NOT_RECORDED
        if self.regular.state in _OPEN:
            return Standing.AHEAD
        return Standing.CANCELLED if self.regular.state == State.CANCELLED else Standing.NOT_HELD

    @property
    def has_unexcused(self) -> bool:
        return self.regular.tally is not None and self.regular.tally.unexcused > 0


class Sums:
    """What some cells come to together."""

    __slots__ = ()
    cells: tuple[CellFigures, ...]

    @property
    def total(self) -> Tally:
        """The sum of the closed regular meetings."""
        return sum((one.regular.tally for one in self.cells if one.regular.tally), start=Tally())

    @property
    def closed(self) -> list[CellFigures]:
        return self.which(Standing.CLOSED)

    @property
    def not_recorded(self) -> list[CellFigures]:
        return self.which(Standing.NOT_RECORDED)

    @property
    def not_held(self) -> list[CellFigures]:
        return self.which(Standing.NOT_HELD)

    @property
    def held(self) -> int:
        """How many cells met, whether or not their list is closed."""
        return sum(one.regular.took_place for one in self.cells)

    @property
    def below_target(self) -> list[CellFigures]:
        return [one for one in self.cells if one.regular.misses]

    def which(self, standing: Standing) -> list[CellFigures]:
        return [one for one in self.cells if one.standing is standing]


@dataclass(frozen=True, slots=True)
class Share(Sums):
    """What a unit right below brings to the figures of a unit that has communes below it."""

    unit: Unit
    cells: tuple[CellFigures, ...]


def of_cell(
    lines_of: "CellLines", cell: Unit, meetings: Sequence[Meeting], reach: tuple[int, int, bool]
) -> CellFigures:
    """The figures of a cell from its meetings of a month."""
    regular = next((one for one in meetings if one.kind in ONE_A_MONTH), None)
    others = tuple(lines_of.line(one) for one in meetings if one.kind is Kind.THEMATIC)
    none = Line(None, "none", None, None, held_late=False, amendment=0, target=lines_of.target)
    line = lines_of.line(regular) if regular else none
    begun = regular is not None and line.state in _OPEN and regular.starts_at <= lines_of.as_of
    return CellFigures(cell, line, others, begun, *reach)


@dataclass(frozen=True, slots=True)
class CellLines:
    """What the lines of one cell are made from. `as_of`: now, but never after the month was locked.

    `changed`: what was done to the day of a meeting since the lock, each an amendment.
    """

    work: Work
    rules: Policy
    closings: Mapping[MeetingId, Closing]
    results: Mapping[MeetingId, Result]
    changed: Mapping[MeetingId, Sequence[Change]]
    locked_from: datetime

    @property
    def as_of(self) -> datetime:
        return min(self.work.now, self.locked_from)

    @property
    def target(self) -> int:
        return self.rules.attendance.target_percent

    def line(self, meeting: Meeting) -> Line:
        # A list that is opened again after the lock is told as it stood, until it is amended.
        newest = self.closings.get(meeting.id)
        frozen = newest if newest is not None and newest.stands else None
        state = State.CLOSED if frozen else state_of(meeting, self.locked_from)
        late = state in _TOOK_PLACE and Period.of(self.work.local(meeting.starts_at).date()) > meeting.period
        return Line(
            meeting.kind,
            str(state),
            meeting.starts_at,
            frozen.tally if frozen else None,
            held_late=late,
            amendment=frozen.amendment if frozen else len(self.changed.get(meeting.id, ())),
            target=meeting.held_under.target_percent if meeting.held_under else self.target,
            result=self.results.get(meeting.id) if frozen else None,
        )


def state_of(meeting: Meeting, locked_from: datetime) -> State:
    """How a meeting stands in its month.

    A list that is opened for the first time after the lock changes nothing until it is closed, which is an
    amendment.
    """
    held = meeting.held_under
    opened_late = held is not None and held.since is not None and held.since >= locked_from
    if meeting.state is not State.HELD or not opened_late:
        return meeting.state
    return State.ANNOUNCED if meeting.announced_at is not None else State.PLANNED


def by_cell(meetings: Sequence[Meeting]) -> Mapping[UnitId, list[Meeting]]:
    found: dict[UnitId, list[Meeting]] = {}
    for meeting in meetings:
        found.setdefault(meeting.cell, []).append(meeting)
    return found
