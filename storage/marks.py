"""The roll-call and the guests. No row means "not marked"."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from meetings.records import MarkMade
from meetings.terms import Mark, MeetingId, PersonId, Reason, Ruling
from storage.queries import AnyRow, Queries
from storage.tables import meetings as tables
from storage.tables.meetings import guest, mark


class Marks(Queries):
    async def put(self, meeting: MeetingId, made: MarkMade) -> None:
        values = {
            "meeting": meeting,
            "person": made.person,
            "mark": made.mark,
            "ruling": made.ruling,
            "reason": made.reason,
            "by": made.by,
            "at": made.at,
        }
        await self._put(mark, values, unique=("meeting", "person"))

    async def replace(self, meeting: MeetingId, made: Iterable[MarkMade]) -> None:
        """These marks and no others."""
        await self._change(delete(mark).where(mark.c.meeting == meeting))
        for one in made:
            await self.put(meeting, one)

    async def of_meeting(self, meeting: MeetingId) -> dict[PersonId, MarkMade]:
        rows = await self._connection.execute(select(mark).where(mark.c.meeting == meeting))
        return {made.person: made for made in map(_made, rows)}

    async def history(self, who: PersonId) -> list[tuple[datetime, MarkMade]]:
        """Every mark of a person with the start of its meeting."""
        query = (
            select(mark, tables.meeting.c.starts_at)
            .join_from(mark, tables.meeting, mark.c.meeting == tables.meeting.c.id)
            .where(mark.c.person == who)
            .order_by(tables.meeting.c.starts_at)
        )
        return [(row.starts_at, _made(row)) for row in await self._connection.execute(query)]

    async def drop(self, meeting: MeetingId, who: PersonId) -> None:
        await self._change(delete(mark).where(mark.c.meeting == meeting, mark.c.person == who))

    async def visits(self, who: PersonId) -> list[datetime]:
        """The starts of the meetings a person came to as a guest."""
        query = (
            select(tables.meeting.c.starts_at)
            .join_from(guest, tables.meeting, guest.c.meeting == tables.meeting.c.id)
            .where(guest.c.person == who)
            .order_by(tables.meeting.c.starts_at)
        )
        return list((await self._connection.execute(query)).scalars())

    async def forget(self, who: PersonId, meeting: MeetingId | None = None) -> None:
        """Marks and visits of a person, everywhere or in one meeting."""
        for table in (mark, guest):
            statement = delete(table).where(table.c.person == who)
            if meeting is not None:
                statement = statement.where(table.c.meeting == meeting)
            await self._change(statement)

    async def add_guest(self, meeting: MeetingId, who: PersonId, by: PersonId, at: datetime) -> None:
        await self._put(
            guest,
            {"meeting": meeting, "person": who, "by": by, "at": at},
            unique=("meeting", "person"),
        )

    async def drop_guests(self, meeting: MeetingId) -> None:
        await self._change(delete(guest).where(guest.c.meeting == meeting))

    async def guests_of(self, meeting: MeetingId) -> set[PersonId]:
        """The officials who came."""
        rows = await self._connection.execute(select(guest.c.person).where(guest.c.meeting == meeting))
        return {PersonId(number) for number in rows.scalars()}

    async def guests(self, meeting: MeetingId) -> int:
        return len(await self.guests_of(meeting))


def _made(row: AnyRow) -> MarkMade:
    values = row._mapping
    return MarkMade(
        PersonId(values["person"]),
        Mark(values["mark"]),
        None if values["ruling"] is None else Ruling(values["ruling"]),
        None if values["reason"] is None else Reason(values["reason"]),
        PersonId(values["by"]),
        values["at"],
    )
