"""Memberships and their dated statuses."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
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
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from meetings.records import Member
from meetings.terms import PersonId, Reason, Standing, Status, UnitId
from storage.queries import Queries, Values, batches
from storage.tables.meetings import closing
from storage.tables.people import account, membership, person, status


@dataclass(frozen=True, slots=True)
class DatedStatus:
    """A status of a membership from a local date to a local date, both inclusive. `id` None: not kept yet."""

    membership: int
    status: Status
    since: date
    until: date | None
    approved: bool
    reason: Reason | None = None
    by_chat: bool = False
    id: int | None = field(default=None, compare=False)


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
        """How many official members of its own a cell has on a local date."""
        found = await self._connection.execute(_OFFICIAL, {"of_cell": cell, "local_date": on})
        return int(found.scalar_one())

    async def relayed_by(self, liaison: PersonId, on: date) -> list[Member]:
        """Those for whom this person carries the news."""
        return await self._members(_OF_LIAISON, on, liaison)

    async def cells_relayed_by(self, liaison: PersonId) -> set[UnitId]:
        """The cells of those, on whatever day they are members."""
        query = select(membership.c.cell).where(membership.c.liaison == liaison).distinct()
        return {UnitId(cell) for cell in (await self._connection.execute(query)).scalars()}

    async def everywhere(self, cells: Iterable[UnitId], on: date) -> list[Member]:
        return await self._members(_OF_CELLS, on, list(cells))

    async def reach(self, cells: Iterable[UnitId], on: date) -> dict[UnitId, tuple[int, int]]:
        """By cell, how many home members are linked and agreed, and how many there are on a local date."""
        found: dict[UnitId, tuple[int, int]] = {}
        for some in batches(cells):
            for row in await self._connection.execute(_REACH, {"wanted": some, "local_date": on}):
                found[UnitId(row.cell)] = (int(row.linked or 0), int(row.roll))
        return found

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
        here = select(membership.c.id, membership.c.number).where(
            membership.c.person == who, membership.c.cell == cell
        )
        before = (await self._connection.execute(here)).first()
        if "number" in values and (before is None or before.number != values["number"]):
            newest = (await self._connection.execute(select(func.max(closing.c.id)))).scalar_one()
            values = {**values, "numbered_after": newest}
        await self._put(membership, {"person": who, "cell": cell, **values}, unique=("person", "cell"))
        return int((await self._connection.execute(here)).one().id)

    async def numbered_since(self, cell: UnitId, number: int) -> set[PersonId]:
        """Whose roll number in a cell is younger than a closing: frozen rows of that number may be another's."""
        query = select(membership.c.person).where(
            membership.c.cell == cell, membership.c.numbered_after >= number
        )
        return {PersonId(who) for who in (await self._connection.execute(query)).scalars()}

    async def ever_of(self, who: PersonId) -> list[tuple[Member, Term]]:
        """Every membership a person has or had, without its statuses, and how long it lasts."""
        return await self._ever(membership.c.person == who)

    async def ever_in(self, cell: UnitId) -> dict[PersonId, Member]:
        """Everybody who is or was on the roll of a cell, without their statuses."""
        return {one.person: one for one, _ in await self._ever(membership.c.cell == cell)}

    async def _ever(self, which: ColumnElement[bool]) -> list[tuple[Member, Term]]:
        rows = await self._connection.execute(_whoever().where(which))
        return [(_member(row, []), Term(row.number, row.code, row.since, row.until)) for row in rows]

    async def terms(self, people: Collection[PersonId] | None = None) -> dict[tuple[PersonId, UnitId], Term]:
        """Every membership there ever was (of these people), by cell and roll number."""
        query = (
            select(membership, person.c.code)
            .join_from(membership, person, membership.c.person == person.c.id)
            .order_by(membership.c.cell, membership.c.number, membership.c.id)
        )
        if people is not None:
            query = query.where(membership.c.person.in_(people))
        return {
            (PersonId(row.person), UnitId(row.cell)): Term(row.number, row.code, row.since, row.until)
            for row in await self._connection.execute(query)
        }

    async def statuses(self) -> dict[int, list[DatedStatus]]:
        """Every dated status by membership, oldest first."""
        rows = await self._connection.execute(select(status).order_by(status.c.since, status.c.id))
        found: dict[int, list[DatedStatus]] = defaultdict(list)
        for row in rows:
            found[row.membership].append(_dated(row))
        return found

    async def ending(self, what: Status, after: date, through: date) -> list[DatedStatus]:
        """The statuses of a kind that end on a local date in this span, both inclusive, by membership."""
        query = (
            select(status)
            .where(status.c.status == what, status.c.until >= after, status.c.until <= through)
            .order_by(status.c.membership, status.c.since)
        )
        return [_dated(row) for row in await self._connection.execute(query)]

    async def of_membership(self, number: int) -> list[DatedStatus]:
        """Every dated status of one membership, oldest first."""
        query = select(status).where(status.c.membership == number).order_by(status.c.since, status.c.id)
        return [_dated(row) for row in await self._connection.execute(query)]

    async def by_number(self, number: int, on: date) -> Member | None:
        """One membership as it stands on a local date; None where it has ended or not begun."""
        return next(iter(await self._members(_OF_NUMBER, on, number)), None)

    async def start_status(self, dated: DatedStatus) -> None:
        values = {
            "membership": dated.membership,
            "status": dated.status,
            "since": dated.since,
            "until": dated.until,
            "approved": dated.approved,
            "reason": dated.reason,
            "by_chat": dated.by_chat,
        }
        await self._add(status, values)

    async def change_status(self, dated: DatedStatus) -> None:
        """Another end, the cell's approval, or who says so; the reason stays. What never was is deleted."""
        this = status.c.id == dated.id
        if dated.until is not None and dated.until < dated.since:
            await self._change(delete(status).where(this))
        else:
            changed = {"until": dated.until, "approved": dated.approved, "by_chat": dated.by_chat}
            await self._change(update(status).where(this).values(changed))

    async def drop_reasons(self, who: PersonId) -> None:
        """Why a person is away, in every cell."""
        theirs = select(membership.c.id).where(membership.c.person == who)
        await self._change(update(status).where(status.c.membership.in_(theirs)).values(reason=None))

    async def _members(self, whose: ColumnElement[bool], on: date, wanted: object) -> list[Member]:
        values = {"wanted": wanted, "local_date": on}
        rows = (await self._connection.execute(_memberships(whose), values)).all()
        found: dict[int, list[DatedStatus]] = defaultdict(list)
        for row in await self._connection.execute(_statuses(whose), values):
            found[row.membership].append(_dated(row))
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


def _dated(row: Row[Any]) -> DatedStatus:
    return DatedStatus(
        row.membership,
        Status(row.status),
        row.since,
        row.until,
        row.approved,
        None if row.reason is None else Reason(row.reason),
        row.by_chat,
        row.id,
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
_OF_NUMBER = membership.c.id == bindparam("wanted")


@cache
def _memberships(whose: ColumnElement[bool]) -> Select[Any]:
    return _whoever().where(whose, _LASTING)


@cache
def _whoever() -> Select[Any]:
    reached = exists().where(account.c.person == membership.c.person, account.c.dead_at.is_(None))
    return (
        select(
            membership,
            person.c.code,
            person.c.name,
            and_(reached, person.c.consented_at.is_not(None)).label("reached"),
        )
        .join_from(membership, person, membership.c.person == person.c.id)
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
# Home members: whoever is temporarily in or reinforced stands on another roll (domain.md 5).
_FROM_ELSEWHERE = exists().where(
    status.c.membership == membership.c.id,
    status.c.status.in_((Status.TEMPORARY_IN, Status.REINFORCED)),
    status.c.since <= _DAY,
    or_(status.c.until.is_(None), status.c.until >= _DAY),
)
_REACHED = and_(
    exists().where(account.c.person == membership.c.person, account.c.dead_at.is_(None)),
    person.c.consented_at.is_not(None),
)
_REACH = (
    select(
        membership.c.cell,
        func.count().label("roll"),
        func.sum(case((_REACHED, 1), else_=0)).label("linked"),
    )
    .join_from(membership, person, membership.c.person == person.c.id)
    .where(_OF_CELLS, _LASTING, ~_FROM_ELSEWHERE)
    .group_by(membership.c.cell)
)
_OFFICIAL = (
    select(func.count())
    .select_from(membership)
    .where(
        membership.c.cell == bindparam("of_cell"),
        membership.c.standing == Standing.OFFICIAL,
        _LASTING,
        ~_FROM_ELSEWHERE,
    )
)
