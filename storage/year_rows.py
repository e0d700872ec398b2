"""A year of a subtree in sums, straight from the newest closings: one query, however many cells there are."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, Integer, Select, and_, bindparam, case, cast, exists, func, literal, or_, select

from meetings.period import Period
from meetings.terms import ONE_A_MONTH, Kind, State, UnitId
from storage.queries import Queries
from storage.tables.meetings import closing, meeting
from storage.tables.people import assignment, unit

_COMING = (State.PLANNED, State.ANNOUNCED)
_STANDS = ("closed", "unrecorded", "ahead", "postponed", "cancelled")
_SUMMED = (*_STANDS, "present", "expected")


@dataclass(frozen=True, slots=True)
class MonthSum:
    """The regular (or combined) meetings of a unit's cells in one month, by how they stand.

    `present` and `expected` are sums over the closed ones.
    """

    unit: UnitId
    period: Period
    closed: int
    unrecorded: int  # held, or begun by the calendar, and no figures stand
    ahead: int
    postponed: int
    cancelled: int
    present: int
    expected: int

    def __add__(self, other: "MonthSum") -> "MonthSum":
        """The same month of two units, as the first one's."""
        return replace(self, **{name: getattr(self, name) + getattr(other, name) for name in _SUMMED})


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting of a cell as a calendar shows it."""

    code: str
    cell: str
    kind: Kind
    starts_at: datetime
    place: str
    state: State


class YearRows(Queries):
    async def sums(
        self, tops: Collection[UnitId], first: Period, last: Period, now: datetime
    ) -> list[MonthSum]:
        """By unit and month, the sums of all cells below each of these units; what has no meeting is not there.

        No unit may stand below another one of them. As in the digest the figures of a list that was opened
        again before the lock do not stand.
        """
        values = {"first": str(first), "last": str(last), "now": now}
        rows = await self._connection.execute(_sums(list(tops)), values)
        return [
            MonthSum(
                UnitId(row.top),
                Period.parse(row.period),
                **{name: row._mapping[name] for name in _SUMMED},
            )
            for row in rows
        ]

    async def cells(self, tops: Collection[UnitId]) -> dict[UnitId, int]:
        """How many cells there are below each of these units, itself included; none: not there."""
        tree = _tree(list(tops))
        query = (
            select(tree.c.top, func.count().label("cells"))
            .join(unit, unit.c.id == tree.c.id)
            .where(unit.c.level == "cell")
            .group_by(tree.c.top)
        )
        return {UnitId(row.top): row.cells for row in await self._connection.execute(query)}

    async def calendar(self, top: UnitId, period: Period) -> list[Planned]:
        """The meetings of a month below a unit that are to come or have been, soonest first; no committee's own."""
        tree = _tree([top])
        query = (
            select(
                unit.c.code,
                unit.c.name,
                meeting.c.kind,
                meeting.c.starts_at,
                meeting.c.place,
                meeting.c.state,
            )
            .join_from(meeting, unit, meeting.c.cell == unit.c.id)
            .where(
                meeting.c.cell.in_(select(tree.c.id)),
                meeting.c.period == str(period),
                meeting.c.kind != Kind.PREMEETING,
                meeting.c.state != State.CANCELLED,
            )
            .order_by(meeting.c.starts_at, unit.c.code, meeting.c.id)
        )
        return [
            Planned(row.code, row.name, Kind(row.kind), row.starts_at, row.place, State(row.state))
            for row in await self._connection.execute(query)
        ]

    async def officials(self, top: UnitId, on: date) -> dict[str, int]:
        """By the code of a cell below a unit, how many officials are in charge of it on a local date."""
        tree = _tree([top])
        query = (
            select(unit.c.code, func.count().label("officials"))
            .join_from(assignment, unit, assignment.c.cell == unit.c.id)
            .where(
                assignment.c.cell.in_(select(tree.c.id)),
                or_(assignment.c.since.is_(None), assignment.c.since <= on),
                or_(assignment.c.until.is_(None), assignment.c.until >= on),
            )
            .group_by(unit.c.code)
        )
        return {row.code: row.officials for row in await self._connection.execute(query)}


def _tree(tops: Collection[UnitId]) -> CTE:
    """Every unit below some, themselves included, with the one of them it stands under."""
    start = (
        select(unit.c.id, unit.c.id.label("top")).where(unit.c.id.in_(tops)).cte("subtree", recursive=True)
    )
    return start.union_all(select(unit.c.id, start.c.top).where(unit.c.parent == start.c.id))


def _sums(tops: Collection[UnitId]) -> Select[Any]:
    tree = _tree(tops)
    newer = closing.alias("newer")
    newest = and_(
        closing.c.meeting == meeting.c.id,
        closing.c.reopened_at.is_(None),
        ~exists().where(newer.c.meeting == closing.c.meeting, newer.c.serial > closing.c.serial),
    )
    closed = closing.c.id.is_not(None)
    begun = meeting.c.state.in_(_COMING) & (meeting.c.starts_at <= bindparam("now"))
    # A list that was closed and opened again is `held`; a row that still says closed has no figures either.
    took_place = meeting.c.state.in_((State.HELD, State.CLOSED))
    stands = case(
        (closed, "closed"),
        (or_(took_place, begun), "unrecorded"),
        (meeting.c.state.in_(_COMING), "ahead"),
        else_=meeting.c.state,
    )
    counts = (
        cast(func.sum(case((stands == literal(name), 1), else_=0)), Integer).label(name) for name in _STANDS
    )
    figures = (
        cast(func.sum(func.coalesce(column, 0)), Integer).label(column.name)
        for column in (closing.c.present, closing.c.expected)
    )
    return (
        select(tree.c.top, meeting.c.period, *counts, *figures)
        .join_from(tree, meeting, meeting.c.cell == tree.c.id)
        .join(closing, newest, isouter=True)
        .where(
            meeting.c.kind.in_(ONE_A_MONTH),
            meeting.c.period.between(bindparam("first"), bindparam("last")),
        )
        .group_by(tree.c.top, meeting.c.period)
        .order_by(tree.c.top, meeting.c.period)
    )
