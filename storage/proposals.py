"""What awaits somebody's "Xác nhận": written down, recorded nowhere else before that tap."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from meetings.period import Period
from meetings.terms import MeetingId, PersonId, UnitId
from storage.closings import over
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

    async def overtaken(self, old: Proposal, kinds: Collection[str]) -> bool:
        """Whether the same person asked for something newer of the meeting, or anything was confirmed since."""
        newer = and_(proposal.c.id > old.id, or_(proposal.c.by == old.by, proposal.c.done_at.is_not(None)))
        query = select(proposal.c.id).where(
            proposal.c.meeting == old.meeting,
            proposal.c.kind.in_(kinds),
            proposal.c.id != old.id,
            or_(newer, proposal.c.done_at > old.at),
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def last_done_by(self, who: PersonId, kinds: Collection[str]) -> Proposal | None:
        """The newest of these kinds that a person wrote down, confirmed, and that was not undone."""
        query = (
            select(proposal.c.id)
            .where(
                proposal.c.by == who,
                proposal.c.kind.in_(kinds),
                proposal.c.done_at.is_not(None),
                proposal.c.undone_at.is_(None),
            )
            .order_by(proposal.c.done_at.desc(), proposal.c.id.desc())
        )
        number = (await self._connection.execute(query.limit(1))).scalar_one_or_none()
        return None if number is None else await self.by_id(number)

    async def done_since(self, kind: str, since: datetime) -> list[Proposal]:
        """Those confirmed from an instant on and not undone, the newest first."""
        query = (
            select(proposal.c.id)
            .where(proposal.c.kind == kind, proposal.c.done_at >= since, proposal.c.undone_at.is_(None))
            .order_by(proposal.c.done_at.desc(), proposal.c.id.desc())
        )
        numbers = (await self._connection.execute(query)).scalars().all()
        return [one for number in numbers if (one := await self.by_id(number)) is not None]

    async def rewrite(self, number: int, payload: str) -> bool:
        """Another content, as long as nobody has confirmed it; False when somebody has."""
        statement = (
            update(proposal)
            .where(proposal.c.id == number, proposal.c.done_at.is_(None))
            .values(payload=payload)
        )
        return await self._change(statement) == 1

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
        """The same for everybody without consent, in meetings of a period and before that are over."""
        closed = select(meetings.c.id).where(over(through))
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
