"""What awaits somebody's "Xác nhận": written down, recorded nowhere else before that tap."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from meetings.period import Period
from meetings.terms import MeetingId, PersonId, State, UnitId
from storage.queries import Queries
from storage.tables import people
from storage.tables.meetings import meeting as meetings
from storage.tables.meetings import proposal


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change somebody asked for. `payload` is JSON of the service that proposed it.

    Where it is about people it is a list of lists, and each of those begins with a person's id.
    """

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

    async def forget(self, who: PersonId, meeting: MeetingId | None = None) -> None:
        """Take a person out of the payloads: no undo and no "Xác nhận" can bring a mark of theirs back."""
        named = or_(proposal.c.payload.contains(f"[{who},"), proposal.c.payload.contains(f"[{who}]"))
        await self._strip({who}, named, *([] if meeting is None else [proposal.c.meeting == meeting]))

    async def drop_strangers(self, through: Period) -> None:
        """The same for everybody without consent, in closed meetings of a period and before."""
        closed = select(meetings.c.id).where(
            meetings.c.state == State.CLOSED, meetings.c.period <= str(through)
        )
        unknown = select(people.person.c.id).where(people.person.c.consented_at.is_(None))
        found = (await self._connection.execute(unknown)).scalars()
        await self._strip({PersonId(one) for one in found}, proposal.c.meeting.in_(closed))

    async def purge(self, before: datetime) -> None:
        """Those confirmed before an instant, or never confirmed and made before it."""
        await self._change(delete(proposal).where(func.coalesce(proposal.c.done_at, proposal.c.at) < before))

    async def _strip(self, gone: Collection[PersonId], *where: ColumnElement[bool]) -> None:
        query = select(proposal.c.id, proposal.c.payload).where(*where)
        for row in (await self._connection.execute(query)).all():
            lines = json.loads(row.payload)
            kept = [one for one in lines if one[0] not in gone] if isinstance(lines, list) else lines
            if kept != lines:
                await self._change(
                    update(proposal).where(proposal.c.id == row.id).values(payload=json.dumps(kept))
                )
