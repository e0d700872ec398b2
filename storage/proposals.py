"""What awaits somebody's "Xác nhận": written down, recorded nowhere else before that tap."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from meetings.terms import MeetingId, PersonId, UnitId
from storage.queries import Queries
from storage.tables.meetings import proposal


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change somebody asked for. `payload` is JSON of the service that proposed it."""

    id: int
    kind: str
    meeting: MeetingId | None
    cell: UnitId
    by: PersonId
    payload: str
    at: datetime
    done_at: datetime | None
    undone_at: datetime | None


class Proposals(Queries):
    async def add(
        self, kind: str, cell: UnitId, by: PersonId, payload: str, at: datetime, *, meeting: MeetingId | None
    ) -> int:
        values = {"kind": kind, "meeting": meeting, "cell": cell, "by": by, "payload": payload, "at": at}
        return await self._add(proposal, values)

    async def by_id(self, number: int) -> Proposal | None:
        row = (await self._connection.execute(select(proposal).where(proposal.c.id == number))).first()
        if row is None:
            return None
        meeting = None if row.meeting is None else MeetingId(row.meeting)
        return Proposal(
            row.id,
            row.kind,
            meeting,
            UnitId(row.cell),
            PersonId(row.by),
            row.payload,
            row.at,
            row.done_at,
            row.undone_at,
        )

    async def last_done(self, kind: str, meeting: MeetingId) -> Proposal | None:
        """The newest one that was confirmed and not undone."""
        found = await self._connection.execute(
            select(proposal.c.id)
            .where(
                proposal.c.kind == kind,
                proposal.c.meeting == meeting,
                proposal.c.done_at.is_not(None),
                proposal.c.undone_at.is_(None),
            )
            .order_by(proposal.c.id.desc())
            .limit(1)
        )
        number = found.scalar_one_or_none()
        return None if number is None else await self.by_id(number)

    async def done(self, number: int, payload: str, now: datetime) -> bool:
        """Mark it confirmed; False when it had been already."""
        statement = (
            update(proposal)
            .where(proposal.c.id == number, proposal.c.done_at.is_(None))
            .values(done_at=now, payload=payload)
        )
        return await self._change(statement) == 1

    async def undone(self, number: int, now: datetime) -> bool:
        statement = (
            update(proposal)
            .where(proposal.c.id == number, proposal.c.undone_at.is_(None))
            .values(undone_at=now)
        )
        return await self._change(statement) == 1
