"""What was changed after the lock of its month: numbered, with author and time, and the figures before it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from meetings.attendance import Tally
from meetings.period import Period
from meetings.terms import ONE_A_MONTH, Kind, MeetingId, PersonId, UnitId
from storage.closings import COUNTS, counted
from storage.queries import Queries
from storage.tables.meetings import closing, meeting, move
from storage.tables.preparation import result

_BEFORE = closing.alias("before")
_SAID = result.alias("said")
_TOLD = (*ONE_A_MONTH, Kind.THEMATIC)  # the meetings a month is told by
_CHANGES = ("replanned", "moved", "postponed", "cancelled")


@dataclass(frozen=True, slots=True)
class Amendment:
    """A closing after the lock. `before` is what stood there until then; None where nothing did.

    Without `after` it is about the result of a meeting (hours, minutes, band), or with `verb` about its day.
    """

    meeting: MeetingId
    cell: UnitId
    kind: Kind
    period: Period
    number: int
    by: PersonId
    at: datetime
    before: Tally | None = None
    after: Tally | None = None
    verb: str = ""
    becomes: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A meeting got another day (`becomes`, aware), was put off or called off; `verb` says which."""

    meeting: MeetingId
    cell: UnitId
    kind: Kind
    period: Period
    verb: str
    becomes: datetime | None
    by: PersonId
    at: datetime


class Amendments(Queries):
    async def between(self, after: datetime, until: datetime) -> list[Amendment]:
        """Those made after an instant and not after another, by time; closings and results."""
        found = [_of_closing(row) for row in await self._connection.execute(_closings(after, until))]
        found += [_of_result(row) for row in await self._connection.execute(_results(after, until))]
        return sorted(found, key=lambda one: (one.at, one.meeting, one.after is None, one.number))

    async def changes(self, period: Period, since: datetime) -> list[Change]:
        """What was done to the day of the meetings of a month from an instant on, in order."""
        return [_change(row) for row in await self._connection.execute(_changes(period, since))]

    async def months_changed(self, after: datetime, until: datetime, before: Period) -> list[Period]:
        """The months before one of whose meetings something was done to the day between two instants."""
        query = (
            select(meeting.c.period)
            .distinct()
            .join_from(move, meeting, move.c.meeting == meeting.c.id)
            .where(move.c.at > after, move.c.at <= until, meeting.c.period < str(before))
            .order_by(meeting.c.period)
        )
        return [Period.parse(one) for one in (await self._connection.execute(query)).scalars()]


def _closings(after: datetime, until: datetime) -> Select[Any]:
    """A list that was opened again before the lock left no figures to compare with."""
    earlier = (
        (_BEFORE.c.meeting == closing.c.meeting)
        & (_BEFORE.c.serial == closing.c.serial - 1)
        & _BEFORE.c.reopened_at.is_(None)
    )
    return (
        select(
            *_whose(),
            closing.c.amendment,
            closing.c.by,
            closing.c.at,
            *(closing.c[name] for name in COUNTS),
            *(_BEFORE.c[name].label(f"was_{name}") for name in COUNTS),
        )
        .join_from(closing, meeting, closing.c.meeting == meeting.c.id)
        .outerjoin(_BEFORE, earlier)
        .where(closing.c.amendment > 0, closing.c.at > after, closing.c.at <= until)
    )


def _results(after: datetime, until: datetime) -> Select[Any]:
    """The first row of each number: who fills in what was left open adds to their own."""
    earlier = (_SAID.c.meeting == result.c.meeting) & (_SAID.c.serial == result.c.serial - 1)
    return (
        select(*_whose(), result.c.amendment, result.c.by, result.c.at)
        .join_from(result, meeting, result.c.meeting == meeting.c.id)
        .outerjoin(_SAID, earlier)
        .where(
            result.c.amendment > 0,
            result.c.at > after,
            result.c.at <= until,
            _SAID.c.amendment.is_distinct_from(result.c.amendment),
        )
    )


def _whose() -> tuple[Any, ...]:
    return meeting.c.id.label("number"), meeting.c.cell, meeting.c.kind, meeting.c.period


def _changes(period: Period, since: datetime) -> Select[Any]:
    return (
        select(*_whose(), move.c.verb, move.c.becomes, move.c.by, move.c.at)
        .join_from(move, meeting, move.c.meeting == meeting.c.id)
        .where(meeting.c.period == str(period), meeting.c.kind.in_(_TOLD))
        .where(move.c.at >= since, move.c.verb.in_(_CHANGES))
        .order_by(move.c.id)
    )


def _change(row: Row[Any]) -> Change:
    return Change(
        MeetingId(row.number),
        UnitId(row.cell),
        Kind(row.kind),
        Period.parse(row.period),
        row.verb,
        row.becomes,
        PersonId(row.by),
        row.at,
    )


def _of_closing(row: Row[Any]) -> Amendment:
    values = row._mapping
    before = None if values["was_roll"] is None else counted(values, "was_")
    after = counted(values)
    return _made(row, before, after)


def _of_result(row: Row[Any]) -> Amendment:
    return _made(row, None, None)


def _made(row: Row[Any], before: Tally | None, after: Tally | None) -> Amendment:
    return Amendment(
        MeetingId(row.number),
        UnitId(row.cell),
        Kind(row.kind),
        Period.parse(row.period),
        row.amendment,
        PersonId(row.by),
        row.at,
        before,
        after,
    )
