"""Who is in charge of which cell from when to when, and the visits that count."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from meetings.period import Period
from meetings.records import Assignment
from meetings.terms import Mark, MeetingId, PersonId, Status, UnitId
from meetings.visiting import Reception, Visit
from storage.notices import UNDERWAY
from storage.queries import Queries, batches
from storage.tables.delivery import notice
from storage.tables.meetings import closing, guest, meeting, snapshot
from storage.tables.people import assignment

_NEWER = closing.alias("newer")


class Assignments(Queries):
    async def put(self, one: Assignment) -> None:
        """Write an assignment down; one of the same person, cell and first day is overwritten.

        No upsert: of two rows without a first day a unique constraint says nothing.
        """
        await self.drop(one)
        await self._add(
            assignment,
            {
                "person": one.person,
                "cell": one.cell,
                "visits_per_year": one.visits_per_year,
                "since": one.since,
                "until": one.until,
                "by_chat": one.by_chat,
            },
        )

    async def drop(self, one: Assignment) -> None:
        await self._change(delete(assignment).where(_same(one)))

    async def end(self, one: Assignment, until: date, *, by_chat: bool) -> None:
        """Its last day is this one."""
        changed = update(assignment).where(_same(one)).values(until=until, by_chat=by_chat)
        await self._change(changed)

    async def all(self) -> list[Assignment]:
        return await self._many()

    async def ever_of(self, who: PersonId) -> list[Assignment]:
        """Every assignment a person has or had."""
        return await self._many(assignment.c.person == who)

    async def of_cells(self, cells: Collection[UnitId], first: date, last: date) -> list[Assignment]:
        """The assignments to these cells that are in force on some local day of a span, both inclusive."""
        return await self._many(assignment.c.cell.in_(cells), lasting(first, last))

    async def of_people(
        self, first: date, last: date, people: Collection[PersonId] | None = None
    ) -> list[Assignment]:
        """The same of these people, or of everybody."""
        whose = () if people is None else (assignment.c.person.in_(people),)
        return await self._many(lasting(first, last), *whose)

    async def visits(
        self,
        year: int | None,
        *,
        people: Collection[PersonId] | None = None,
        cells: Collection[UnitId] | None = None,
    ) -> list[Visit]:
        """Guests of closed meetings whose period month lies in a year, or ever, by start.

        A list that was opened again tells nothing until it is closed anew; one that was amended after the
        lock stands meanwhile.
        """
        query = _visits().where(*_of(people, cells)).order_by(meeting.c.starts_at, guest.c.id)
        if year is not None:
            query = query.where(meeting.c.period.between(f"{year:04d}-01", f"{year:04d}-12"))
        return [
            Visit(
                PersonId(row.person),
                UnitId(row.cell),
                MeetingId(row.meeting),
                Period.parse(row.period),
                row.starts_at,
            )
            for row in await self._connection.execute(query)
        ]

    async def receptions(self, cells: Collection[UnitId]) -> list[Reception]:
        """Closed meetings of these cells to which officials came, by start: how many, never who.

        The frozen figures know it of officials who never agreed, too; whoever only strengthens the cell is
        among the guests there, and is taken out.
        """
        helpers = (
            select(func.count())
            .where(
                snapshot.c.closing == closing.c.id,
                snapshot.c.statuses.contains(str(Status.REINFORCED)),
                ~snapshot.c.statuses.contains(str(Status.TEMPORARY_IN)),
                snapshot.c.expected.is_(False),
                snapshot.c.mark.in_((Mark.PRESENT, Mark.ONLINE)),
            )
            .correlate(closing)
            .scalar_subquery()
        )
        query = (
            select(meeting.c.cell, meeting.c.period, meeting.c.starts_at, closing.c.guests - helpers)
            .join_from(closing, meeting, closing.c.meeting == meeting.c.id)
            .where(meeting.c.cell.in_(cells), _stands(), closing.c.guests > 0)
            .order_by(meeting.c.starts_at, meeting.c.id)
        )
        return [
            Reception(UnitId(cell), Period.parse(period), starts_at, n)
            for cell, period, starts_at, n in await self._connection.execute(query)
            if n > 0
        ]

    async def without_word(
        self, meetings: Collection[MeetingId], on: date, kinds: Collection[str]
    ) -> set[MeetingId]:
        """Those with an official in charge on a local date who has nothing of these kinds, sent or on its way."""
        heard = exists().where(
            notice.c.subject == literal("meeting:") + cast(meeting.c.id, String),
            notice.c.revision == meeting.c.revision,
            notice.c.recipient == literal("person:") + cast(assignment.c.person, String),
            or_(
                *(notice.c.kind == one for one in kinds),
                *(notice.c.kind.startswith(f"{one}.") for one in kinds),
            ),
            notice.c.status.in_(UNDERWAY),
        )
        found: set[MeetingId] = set()
        for some in batches(meetings):
            query = (
                select(meeting.c.id)
                .join(assignment, assignment.c.cell == meeting.c.cell)
                .where(meeting.c.id.in_(some), lasting(on, on), ~heard)
            )
            found |= {MeetingId(one) for one in (await self._connection.execute(query)).scalars()}
        return found

    async def _many(self, *conditions: ColumnElement[bool]) -> list[Assignment]:
        query = select(assignment).where(*conditions).order_by(assignment.c.id)
        return [assigned(row) for row in await self._connection.execute(query)]


def lasting(first: date, last: date) -> ColumnElement[bool]:
    """In force on some day of a span."""
    return and_(
        or_(assignment.c.since.is_(None), assignment.c.since <= last),
        or_(assignment.c.until.is_(None), assignment.c.until >= first),
    )


def assigned(row: Row[Any]) -> Assignment:
    return Assignment(
        PersonId(row.person), UnitId(row.cell), row.visits_per_year, row.since, row.until, row.by_chat
    )


def _same(one: Assignment) -> ColumnElement[bool]:
    return and_(
        assignment.c.person == one.person,
        assignment.c.cell == one.cell,
        assignment.c.since.is_not_distinct_from(one.since),
    )


def _visits() -> Select[Any]:
    stands = exists().where(closing.c.meeting == meeting.c.id, _stands())
    columns = (guest.c.person, guest.c.meeting, meeting.c.cell, meeting.c.period, meeting.c.starts_at)
    return select(*columns).join_from(guest, meeting, guest.c.meeting == meeting.c.id).where(stands)


def _stands() -> ColumnElement[bool]:
    """The newest closing of a meeting decides, unless its list was opened again."""
    newer = exists().where(_NEWER.c.meeting == closing.c.meeting, _NEWER.c.serial > closing.c.serial)
    return and_(closing.c.reopened_at.is_(None), ~newer)


def _of(
    people: Collection[PersonId] | None, cells: Collection[UnitId] | None
) -> Iterable[ColumnElement[bool]]:
    if people is not None:
        yield guest.c.person.in_(people)
    if cells is not None:
        yield meeting.c.cell.in_(cells)
