"""The ticks of a preparation: which step somebody ticked, and when."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from meetings.terms import MeetingId, PersonId
from storage.queries import Queries, batches
from storage.tables.preparation import tick


class Preparations(Queries):
    async def of_meeting(self, meeting: MeetingId) -> dict[str, datetime]:
        """By step, when it was ticked."""
        query = select(tick.c.step, tick.c.at).where(tick.c.meeting == meeting)
        return {row.step: row.at for row in await self._connection.execute(query)}

    async def of_meetings(self, meetings: Collection[MeetingId]) -> dict[MeetingId, dict[str, datetime]]:
        found: dict[MeetingId, dict[str, datetime]] = {}
        for some in batches(meetings):
            query = select(tick.c.meeting, tick.c.step, tick.c.at).where(tick.c.meeting.in_(some))
            for row in await self._connection.execute(query):
                found.setdefault(MeetingId(row.meeting), {})[row.step] = row.at
        return found

    async def tick(self, meeting: MeetingId, step: str, by: PersonId, at: datetime) -> None:
        """Once: a second press changes nothing."""
        await self._add_once(tick, {"meeting": meeting, "step": step, "by": by, "at": at})

    async def untick(self, meeting: MeetingId, step: str) -> None:
        await self._change(delete(tick).where(tick.c.meeting == meeting, tick.c.step == step))
