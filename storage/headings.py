"""The headings of agendas."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from meetings.agenda import Heading, Origin, Section
from meetings.terms import MeetingId, PersonId
from storage.queries import Queries, Values
from storage.tables.meetings import meeting as meetings
from storage.tables.preparation import heading


class Headings(Queries):
    async def of_meeting(self, meeting: MeetingId) -> list[Heading]:
        """The agenda in its order; empty where nobody has touched the template."""
        query = select(heading).where(heading.c.meeting == meeting).order_by(heading.c.place, heading.c.id)
        return [_heading(row) for row in await self._connection.execute(query)]

    async def of_meetings(self, meetings: Collection[MeetingId]) -> list[Heading]:
        query = select(heading).where(heading.c.meeting.in_(meetings)).order_by(heading.c.place, heading.c.id)
        return [_heading(row) for row in await self._connection.execute(query)]

    async def add(self, values: Values) -> int:
        """A heading at its place; the places of the others are the caller's matter."""
        return await self._add(heading, values)

    async def last_place(self, meeting: MeetingId) -> int:
        """0 where there is none."""
        query = select(func.max(heading.c.place)).where(heading.c.meeting == meeting)
        return int((await self._connection.execute(query)).scalar_one() or 0)

    async def change(self, number: int, values: Values) -> bool:
        return await self._change(update(heading).where(heading.c.id == number).values(**values)) == 1

    async def drop(self, number: int) -> bool:
        return await self._change(delete(heading).where(heading.c.id == number)) == 1

    async def forget(self, who: PersonId) -> None:
        """The heading stays, nobody is responsible."""
        await self._change(update(heading).where(heading.c.person == who).values(person=None))

    async def drop_people(self, before: datetime) -> None:
        """Of meetings that started before an instant nobody knows any more who was responsible."""
        old = select(meetings.c.id).where(meetings.c.starts_at < before)
        await self._change(
            update(heading)
            .where(heading.c.person.is_not(None), heading.c.meeting.in_(old))
            .values(person=None)
        )

    async def of_person(self, who: PersonId) -> list[tuple[datetime, str]]:
        """For whoever asks for their own data: start of the meeting, and what they are responsible for."""
        query = (
            select(meetings.c.starts_at, heading.c.title)
            .join(meetings, meetings.c.id == heading.c.meeting)
            .where(heading.c.person == who)
            .order_by(meetings.c.starts_at, heading.c.place)
        )
        return [(row.starts_at, row.title) for row in await self._connection.execute(query)]


def _heading(row: Row[Any]) -> Heading:
    return Heading(
        row.id,
        MeetingId(row.meeting),
        row.place,
        Section(row.section),
        row.title,
        row.minutes,
        None if row.person is None else PersonId(row.person),
        Origin(row.origin),
        row.main,
    )
