"""What a calendar of many cells needs besides the meetings: officials, the committee's own time, subscriptions."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CTE, RowMapping, delete, or_, select

from meetings.terms import PersonId, UnitId, UpperRole
from storage.queries import AnyRow, Queries
from storage.tables.desk import busy, feed
from storage.tables.people import assignment, membership, person, role, unit


@dataclass(frozen=True, slots=True)
class Tie:
    """What binds an official to a cell from a local date to another (both inclusive; None: open).

    In charge of it, or `at_home`: a member of it.
    """

    cell: UnitId
    person: PersonId
    name: str | None
    since: date | None
    until: date | None
    at_home: bool = False

    def holds(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Busy:
    """Time that the committee of a unit has for nothing else, and when that was noted. Aware, the end excluded."""

    id: int
    unit: UnitId
    starts_at: datetime
    ends_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """Somebody's subscription to the calendar of a unit; the nonce is part of its address."""

    person: PersonId
    unit: UnitId
    nonce: str
    at: datetime


class Calendars(Queries):
    async def ties_below(self, top: UnitId) -> list[Tie]:
        """Who is, was or will be in charge of a cell under a unit; and of these people, whose own cell lies there."""
        tree = _tree(top)
        here = select(tree.c.id)
        charged = (
            select(assignment.c.cell, person.c.id, person.c.name, assignment.c.since, assignment.c.until)
            .join_from(assignment, person, person.c.id == assignment.c.person)
            .where(assignment.c.cell.in_(here))
        )
        rows = await self._connection.execute(charged.order_by(assignment.c.id))
        in_charge = [_tie(row) for row in rows.mappings()]
        homes = (
            select(membership.c.cell, person.c.id, person.c.name, membership.c.since, membership.c.until)
            .join_from(membership, person, person.c.id == membership.c.person)
            .where(
                membership.c.cell.in_(here),
                membership.c.person.in_(select(assignment.c.person).where(assignment.c.cell.in_(here))),
            )
        )
        found = await self._connection.execute(homes.order_by(membership.c.id))
        return [*in_charge, *(_tie(row, at_home=True) for row in found.mappings())]

    async def desks_below(self, top: UnitId, on: date) -> set[UnitId]:
        """The units under a unit that have a standing committee or an office of their own on a local date."""
        tree = _tree(top)
        held = select(role.c.unit).where(
            role.c.unit.in_(select(tree.c.id)),
            role.c.unit != top,
            role.c.role.in_((UpperRole.STANDING, UpperRole.OFFICE)),
            role.c.since <= on,
            or_(role.c.until.is_(None), role.c.until >= on),
        )
        return {UnitId(one) for one in (await self._connection.execute(held)).scalars()}

    async def add_busy(self, of: UnitId, starts_at: datetime, ends_at: datetime, at: datetime) -> Busy:
        """Note it; what is noted already stays as it is."""
        await self._add_once(busy, {"unit": of, "starts_at": starts_at, "ends_at": ends_at, "at": at})
        same = (busy.c.unit == of, busy.c.starts_at == starts_at, busy.c.ends_at == ends_at)
        return _busy((await self._connection.execute(select(busy).where(*same))).one())

    async def busy_by_id(self, number: int) -> Busy | None:
        row = (await self._connection.execute(select(busy).where(busy.c.id == number))).first()
        return None if row is None else _busy(row)

    async def busy_of(self, of: UnitId, since: datetime, until: datetime | None = None) -> list[Busy]:
        """What ends after an instant and begins before another, soonest first."""
        query = select(busy).where(busy.c.unit == of, busy.c.ends_at > since)
        if until is not None:
            query = query.where(busy.c.starts_at < until)
        rows = await self._connection.execute(query.order_by(busy.c.starts_at, busy.c.id))
        return [_busy(row) for row in rows]

    async def busy_units(self, after: datetime) -> set[UnitId]:
        """The units whose committee has noted a time that ends after an instant."""
        found = await self._connection.execute(select(busy.c.unit).where(busy.c.ends_at > after).distinct())
        return {UnitId(one) for one in found.scalars()}

    async def drop_busy(self, number: int) -> None:
        await self._change(delete(busy).where(busy.c.id == number))

    async def drop_old(self, before: datetime) -> None:
        await self._change(delete(busy).where(busy.c.ends_at < before))

    async def feed(self, who: PersonId, of: UnitId) -> Feed | None:
        query = select(feed).where(feed.c.person == who, feed.c.unit == of)
        row = (await self._connection.execute(query)).first()
        return None if row is None else _feed(row)

    async def feeds_of(self, who: PersonId) -> list[Feed]:
        rows = await self._connection.execute(select(feed).where(feed.c.person == who).order_by(feed.c.id))
        return [_feed(row) for row in rows]

    async def put_feed(self, one: Feed) -> None:
        """A new address; the one there was is none any more."""
        values = {"person": one.person, "unit": one.unit, "nonce": one.nonce, "at": one.at}
        await self._put(feed, values, unique=("person", "unit"))

    async def drop_feed(self, who: PersonId, of: UnitId) -> None:
        await self._change(delete(feed).where(feed.c.person == who, feed.c.unit == of))

    async def forget(self, who: PersonId) -> None:
        await self._change(delete(feed).where(feed.c.person == who))


def _tree(top: UnitId) -> CTE:
    """The unit and everything under it."""
    start = select(unit.c.id).where(unit.c.id == top).cte("subtree", recursive=True)
    return start.union_all(select(unit.c.id).where(unit.c.parent == start.c.id))


def _tie(row: RowMapping, *, at_home: bool = False) -> Tie:
    return Tie(UnitId(row["cell"]), PersonId(row["id"]), row["name"], row["since"], row["until"], at_home)


def _busy(row: AnyRow) -> Busy:
    return Busy(row.id, UnitId(row.unit), row.starts_at, row.ends_at, row.at)


def _feed(row: AnyRow) -> Feed:
    return Feed(PersonId(row.person), UnitId(row.unit), row.nonce, row.at)
