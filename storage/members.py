"""Memberships and their dated statuses."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)

from meetings.records import Member
from meetings.terms import PersonId, Standing, Status, UnitId
from storage.queries import Queries, Values
from storage.tables.people import account, membership, person, status


@dataclass(frozen=True, slots=True)
class DatedStatus:
    """A status of a membership from a local date to a local date, both inclusive."""

    membership: int
    status: Status
    since: date
    until: date | None
    approved: bool


@dataclass(frozen=True, slots=True)
class Term:
    """How long a membership lasts, in local dates, both inclusive; None: always there, or no end in sight."""

    number: int
    code: str
    since: date | None
    until: date | None


class Members(Queries):
    async def of_cell(self, cell: UnitId, on: date) -> list[Member]:
        """The memberships of a cell as they stand on a local date, by roll number."""
        return await self._members(_OF_CELL, on, cell)

    async def of_person(self, who: PersonId, on: date) -> list[Member]:
        return await self._members(_OF_PERSON, on, who)

    async def cells_of(self, who: PersonId, on: date) -> set[UnitId]:
        """The cells a person is a member of on a local date, without anything else about it."""
        rows = await self._connection.execute(_CELLS, {"whose": who, "local_date": on})
        return {UnitId(cell) for cell in rows.scalars()}

    async def official(self, cell: UnitId, on: date) -> int:
        """How many official members a cell has on a local date."""
        found = await self._connection.execute(_OFFICIAL, {"of_cell": cell, "local_date": on})
        return int(found.scalar_one())

    async def relayed_by(self, liaison: PersonId, on: date) -> list[Member]:
        """Those for whom this person carries the news."""
        return await self._members(_OF_LIAISON, on, liaison)

    async def everywhere(self, cells: Iterable[UnitId], on: date) -> list[Member]:
        return await self._members(_OF_CELLS, on, list(cells))

    async def lost(self, on: date) -> dict[UnitId, dict[PersonId, datetime]]:
        """By cell, the members who agreed and whose accounts are all dead: the instant the last one died."""
        query = (
            select(membership.c.cell, account.c.person, func.max(account.c.dead_at).label("died_at"))
            .join_from(account, membership, account.c.person == membership.c.person)
            .join(person, person.c.id == account.c.person)
            .where(person.c.consented_at.is_not(None), _LASTING)
            .group_by(membership.c.cell, account.c.person)
            .having(func.count() == func.count(account.c.dead_at))
        )
        found: dict[UnitId, dict[PersonId, datetime]] = defaultdict(dict)
        for row in await self._connection.execute(query, {"local_date": on}):
            found[UnitId(row.cell)][PersonId(row.person)] = row.died_at
        return found

    async def save(self, who: PersonId, cell: UnitId, values: Values) -> int:
        """Insert the membership or overwrite these columns; its id."""
        await self._put(membership, {"person": who, "cell": cell, **values}, unique=("person", "cell"))
        found = await self._connection.execute(
            select(membership.c.id).where(membership.c.person == who, membership.c.cell == cell)
        )
        return int(found.scalar_one())

    async def terms(self) -> dict[tuple[PersonId, UnitId], Term]:
        """Every membership there ever was, by cell and roll number."""
        query = (
            select(membership, person.c.code)
            .join_from(membership, person, membership.c.person == person.c.id)
            .order_by(membership.c.cell, membership.c.number, membership.c.id)
        )
        return {
            (PersonId(row.person), UnitId(row.cell)): Term(row.number, row.code, row.since, row.until)
            for row in await self._connection.execute(query)
        }

    async def statuses(self) -> dict[int, list[DatedStatus]]:
        """Every dated status by membership, oldest first."""
        rows = await self._connection.execute(select(status).order_by(status.c.since, status.c.id))
        found: dict[int, list[DatedStatus]] = defaultdict(list)
        for row in rows:
            dated = DatedStatus(row.membership, Status(row.status), row.since, row.until, row.approved)
            found[row.membership].append(dated)
        return found

    async def start_status(self, dated: DatedStatus) -> None:
        values = {
            "membership": dated.membership,
            "status": dated.status,
            "since": dated.since,
            "until": dated.until,
            "approved": dated.approved,
        }
        await self._add(status, values)

    async def change_status(self, dated: DatedStatus, *, until: date | None, approved: bool) -> None:
        await self._change(
            update(status)
            .where(
                status.c.membership == dated.membership,
                status.c.status == dated.status,
                status.c.since == dated.since,
            )
            .values(until=until, approved=approved)
        )

    async def _members(self, whose: ColumnElement[bool], on: date, wanted: object) -> list[Member]:
        values = {"wanted": wanted, "local_date": on}
        rows = (await self._connection.execute(_memberships(whose), values)).all()
        found: dict[int, list[DatedStatus]] = defaultdict(list)
        for row in await self._connection.execute(_statuses(whose), values):
            dated = DatedStatus(row.membership, Status(row.status), row.since, row.until, row.approved)
            found[row.membership].append(dated)
        return [_member(row, found[row.id]) for row in rows]


def _member(row: Row[Any], dated: list[DatedStatus]) -> Member:
    return Member(
        PersonId(row.person),
        row.id,
        UnitId(row.cell),
        row.code,
        row.name,
        row.number,
        row.group_name,
        Standing(row.standing),
        frozenset(one.status for one in dated),
        all(one.approved for one in dated if one.status is Status.AWAY),
        None if row.liaison is None else PersonId(row.liaison),
        bool(row.reached),
    )


_DAY = bindparam("local_date", type_=Date())
_LASTING = and_(
    or_(membership.c.since.is_(None), membership.c.since <= _DAY),
    or_(membership.c.until.is_(None), membership.c.until >= _DAY),
)
_OF_CELL = membership.c.cell == bindparam("wanted")
_OF_CELLS = membership.c.cell.in_(bindparam("wanted", expanding=True))
_OF_PERSON = membership.c.person == bindparam("wanted")
_OF_LIAISON = membership.c.liaison == bindparam("wanted")


@cache
def _memberships(whose: ColumnElement[bool]) -> Select[Any]:
    reached = exists().where(account.c.person == membership.c.person, account.c.dead_at.is_(None))
    return (
        select(
            membership,
            person.c.code,
            person.c.name,
            and_(reached, person.c.consented_at.is_not(None)).label("reached"),
        )
        .join_from(membership, person, membership.c.person == person.c.id)
        .where(whose, _LASTING)
        .order_by(membership.c.cell, membership.c.number)
    )


@cache
def _statuses(whose: ColumnElement[bool]) -> Select[Any]:
    return (
        select(status)
        .join_from(status, membership, status.c.membership == membership.c.id)
        .where(whose, status.c.since <= _DAY, or_(status.c.until.is_(None), status.c.until >= _DAY))
    )


_CELLS = select(membership.c.cell).where(membership.c.person == bindparam("whose"), _LASTING)
_OFFICIAL = (
    select(func.count())
    .select_from(membership)
    .where(
        membership.c.cell == bindparam("of_cell"),
        membership.c.standing == Standing.OFFICIAL,
        _LASTING,
    )
)
