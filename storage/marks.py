"""The roll-call and the guests. No row means "not marked"."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select

from meetings.records import MarkMade
from meetings.terms import Mark, MeetingId, PersonId, Reason, Ruling
from storage.queries import Queries
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
        return {
            PersonId(row.person): MarkMade(
                PersonId(row.person),
                Mark(row.mark),
                None if row.ruling is None else Ruling(row.ruling),
                None if row.reason is None else Reason(row.reason),
                PersonId(row.by),
                row.at,
            )
            for row in rows
        }

    async def drop(self, meeting: MeetingId, who: PersonId) -> None:
        await self._change(delete(mark).where(mark.c.meeting == meeting, mark.c.person == who))

    async def forget(self, who: PersonId) -> None:
        await self._change(delete(mark).where(mark.c.person == who))

    async def add_guest(self, meeting: MeetingId, who: PersonId, by: PersonId, at: datetime) -> None:
        await self._put(
            guest,
            {"meeting": meeting, "person": who, "by": by, "at": at},
            unique=("meeting", "person"),
        )

    async def drop_guests(self, meeting: MeetingId) -> None:
        await self._change(delete(guest).where(guest.c.meeting == meeting))

    async def guests(self, meeting: MeetingId) -> int:
        query = select(func.count()).select_from(guest).where(guest.c.meeting == meeting)
        return int((await self._connection.execute(query)).scalar_one())
