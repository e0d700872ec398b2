"""Who was absent and has found out since what was said: "Đã nắm"."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from meetings.terms import MeetingId, PersonId
from storage.queries import Queries, batches
from storage.tables.meetings import meeting as meetings
from storage.tables.preparation import grasped


class Grasped(Queries):
    async def add_once(self, meeting: MeetingId, who: PersonId, at: datetime) -> bool:
        """Write it down; False when they had said so."""
        return await self._add_once(grasped, {"meeting": meeting, "person": who, "at": at}) is not None

    async def of_meeting(self, meeting: MeetingId) -> set[PersonId]:
        found = await self._connection.execute(select(grasped.c.person).where(grasped.c.meeting == meeting))
        return {PersonId(one) for one in found.scalars()}

    async def of_meetings(self, meetings: Collection[MeetingId]) -> dict[MeetingId, set[PersonId]]:
        """The same of many meetings; one of which nobody said so is not there."""
        found: dict[MeetingId, set[PersonId]] = {}
        for some in batches(meetings):
            query = select(grasped.c.meeting, grasped.c.person).where(grasped.c.meeting.in_(some))
            for row in await self._connection.execute(query):
                found.setdefault(MeetingId(row.meeting), set()).add(PersonId(row.person))
        return found

    async def history(self, who: PersonId) -> list[tuple[datetime, datetime]]:
        """Of a person: the start of the meeting, and when they said so."""
        query = (
            select(meetings.c.starts_at, grasped.c.at)
            .join_from(grasped, meetings, grasped.c.meeting == meetings.c.id)
            .where(grasped.c.person == who)
            .order_by(meetings.c.starts_at)
        )
        return [(row.starts_at, row.at) for row in await self._connection.execute(query)]

    async def forget(self, who: PersonId) -> None:
        await self._change(delete(grasped).where(grasped.c.person == who))

    async def drop_old(self, before: datetime) -> None:
        """Of meetings that started before an instant."""
        held = select(meetings.c.id).where(meetings.c.starts_at < before)
        await self._change(delete(grasped).where(grasped.c.meeting.in_(held)))
