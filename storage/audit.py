"""Append-only: who did or saw what, when. Opaque ids only, no names, no texts."""

from datetime import datetime

from meetings.terms import MeetingId, PersonId, UnitId
from storage.queries import Queries
from storage.tables.people import audit


class Audit(Queries):
    async def note(
        self,
        at: datetime,
        who: PersonId,
        what: str,
        *,
        cell: UnitId | None = None,
        meeting: MeetingId | None = None,
        whom: PersonId | None = None,
    ) -> None:
        values = {"at": at, "who": who, "what": what, "cell": cell, "meeting": meeting, "whom": whom}
        await self._add(audit, values)
