"""Meeting rows. The monthly rule only creates them; every later change touches the row."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from meetings.attendance import Counting, ExtraRule
from meetings.period import Period
from meetings.records import HeldUnder, Meeting
from meetings.terms import ONE_A_MONTH, Kind, Mark, MeetingId, Mode, State, UnitId
from storage.queries import AnyRow, Queries, Values, batches
from storage.tables.meetings import mark, meeting, move
from storage.tables.people import unit

LIST_OPEN = (State.PLANNED, State.ANNOUNCED, State.HELD)  # nobody has closed it, or not for good
_EVERYBODYS = meeting.c.kind != Kind.PREMEETING
_BY_ID = select(meeting).where(meeting.c.id == bindparam("number"))
_LOCKING = select(meeting).where(meeting.c.id == bindparam("number")).with_for_update()


@dataclass(frozen=True, slots=True)
class Move:
    """What was done to a meeting, from when to when (None: no new date yet), and why."""

    verb: str
    was: datetime
    becomes: datetime | None
    why: str
    at: datetime


class Meetings(Queries):
    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection)
        self._last_moves: dict[MeetingId, Move | None] = {}  # a notice to fifty members asks fifty times

    async def by_id(self, number: MeetingId) -> Meeting | None:
        row = (await self._connection.execute(_BY_ID, {"number": number})).first()
        return None if row is None else _meeting(row)

    async def add_once(self, values: Values) -> MeetingId | None:
        """Create a row unless the cell has its regular meeting of the period already."""
        found = await self._add_once(meeting, values)
        return None if found is None else MeetingId(found)

    async def of_cell(self, cell: UnitId) -> list[Meeting]:
        """All meetings of a cell, by start."""
        return await self._many(meeting.c.cell == cell, _EVERYBODYS)

    async def premeeting(self, cell: UnitId, period: Period) -> Meeting | None:
        """The committee's own meeting for a month. No list shows it: it is nobody else's."""
        found = await self._many(
            meeting.c.cell == cell, meeting.c.period == str(period), meeting.c.kind == Kind.PREMEETING
        )
        return next(iter(found), None)

    async def of_period(self, cells: Iterable[UnitId], period: Period) -> list[Meeting]:
        """Meetings of a month, by start among as many cells as one statement takes."""
        found = []
        for some in batches(cells):
            found += await self._many(meeting.c.cell.in_(some), meeting.c.period == str(period), _EVERYBODYS)
        return found

    async def below(self, top: UnitId, since: datetime, until: datetime) -> list[Meeting]:
        """Meetings of every cell under a unit, called off or not, that start in this span (its end excluded)."""
        start = select(unit.c.id).where(unit.c.id == top).cte("subtree", recursive=True)
        tree = start.union_all(select(unit.c.id).where(unit.c.parent == start.c.id))
        return await self._many(
            meeting.c.cell.in_(select(tree.c.id)),
            meeting.c.starts_at >= since,
            meeting.c.starts_at < until,
            _EVERYBODYS,
        )

    async def any_of(self, period: Period) -> bool:
        """Whether there is any meeting of a month at all."""
        query = select(meeting.c.id).where(meeting.c.period == str(period), _EVERYBODYS).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def regular(self, cell: UnitId, period: Period) -> Meeting | None:
        found = await self._many(
            meeting.c.cell == cell, meeting.c.period == str(period), meeting.c.kind.in_(ONE_A_MONTH)
        )
        return next(iter(found), None)

    async def coming_up(
        self,
        after: datetime,
        *,
        cells: Collection[UnitId] | None = None,
        until: datetime | None = None,
    ) -> list[Meeting]:
        """Planned and announced meetings of some or all cells that start after an instant, soonest first.

        With `until` those that start by then.
        """
        if cells is not None and not cells:
            return []
        of_these = () if cells is None else (meeting.c.cell.in_(list(cells)),)
        by_then = () if until is None else (meeting.c.starts_at <= until,)
        return await self._many(
            meeting.c.state.in_((State.PLANNED, State.ANNOUNCED)),
            meeting.c.starts_at > after,
            _EVERYBODYS,
            *of_these,
            *by_then,
        )

    async def on_the_ladder(self, after: datetime, until: datetime) -> list[Meeting]:
        """Those to come of which something may be due: announced ones, and planned ones that start by then."""
        near = and_(meeting.c.state == State.PLANNED, meeting.c.starts_at <= until)
        return await self._many(
            or_(meeting.c.state == State.ANNOUNCED, near), meeting.c.starts_at > after, _EVERYBODYS
        )

    async def unrecorded(self, since: datetime, until: datetime) -> list[Meeting]:
        """Meetings that began between two instants and whose list was never closed or is open again.

        A committee's own have no list.
        """
        return await self._many(
            meeting.c.state.in_(LIST_OPEN),
            _EVERYBODYS,
            meeting.c.starts_at > since,
            meeting.c.starts_at <= until,
        )

    async def in_state(self, cell: UnitId, states: Iterable[State]) -> list[Meeting]:
        return await self._many(meeting.c.cell == cell, meeting.c.state.in_(list(states)), _EVERYBODYS)

    async def with_absences(self, cell: UnitId, most: int) -> list[Meeting]:
        """Meetings with a roll-call in which somebody is marked absent by name still, the newest first."""
        missed = exists().where(mark.c.meeting == meeting.c.id, mark.c.mark == Mark.ABSENT)
        called = meeting.c.state.in_((State.HELD, State.CLOSED))
        query = select(meeting).where(meeting.c.cell == cell, called, missed)
        newest = query.order_by(meeting.c.starts_at.desc(), meeting.c.id.desc()).limit(most)
        return [_meeting(row) for row in await self._connection.execute(newest)]

    async def closed_between(self, since: datetime, until: datetime) -> list[Meeting]:
        """Closed meetings that began between two instants."""
        return await self._many(
            meeting.c.state == State.CLOSED, meeting.c.starts_at > since, meeting.c.starts_at <= until
        )

    async def some(self, numbers: Collection[MeetingId]) -> list[Meeting]:
        return await self._many(meeting.c.id.in_(numbers))

    async def lock(self, number: MeetingId) -> Meeting | None:
        """The meeting as it stands, and nobody else changes it before we commit (SQLite: no other writer)."""
        row = (await self._connection.execute(_LOCKING, {"number": number})).first()
        return None if row is None else _meeting(row)

    async def change(self, known: Meeting, values: Values) -> bool:
        """Change a meeting that still is what we knew of it; False when somebody was quicker."""
        statement = (
            update(meeting)
            .where(
                meeting.c.id == known.id,
                meeting.c.revision == known.revision,
                meeting.c.state == known.state,
            )
            .values(values)
        )
        return await self._change(statement) == 1

    async def log_move(self, values: Values) -> None:
        self._last_moves.clear()
        await self._add(move, values)

    async def strike_move(self, number: MeetingId, verb: str, at: datetime) -> None:
        """What was undone was never done; the audit log knows of both."""
        self._last_moves.clear()
        await self._change(delete(move).where(move.c.meeting == number, move.c.verb == verb, move.c.at == at))

    async def last_move(self, number: MeetingId) -> Move | None:
        """The newest change of date, place or state of a meeting."""
        if number not in self._last_moves:
            query = select(move).where(move.c.meeting == number).order_by(move.c.id.desc()).limit(1)
            row = (await self._connection.execute(query)).first()
            found = None if row is None else Move(row.verb, row.was, row.becomes, row.why, row.at)
            self._last_moves[number] = found
        return self._last_moves[number]

    async def _many(self, *conditions: ColumnElement[bool]) -> list[Meeting]:
        query = select(meeting).where(*conditions).order_by(meeting.c.starts_at, meeting.c.id)
        return [_meeting(row) for row in await self._connection.execute(query)]


def _meeting(row: AnyRow) -> Meeting:
    values = row._mapping
    return Meeting(
        id=MeetingId(values["id"]),
        cell=UnitId(values["cell"]),
        kind=Kind(values["kind"]),
        period=Period.parse(values["period"]),
        starts_at=values["starts_at"],
        place=values["place"],
        state=State(values["state"]),
        revision=values["revision"],
        created_at=values["created_at"],
        announced_at=values["announced_at"],
        on_hold=values["on_hold"],
        title=values["title"],
        held_under=_held_under(values["held_under"]),
        mode=Mode(values["mode"] or Mode.IN_PERSON),
    )


def _held_under(text: str | None) -> HeldUnder | None:
    if text is None:
        return None
    kept = json.loads(text)
    judged = kept["attendance"]
    return HeldUnder(
        kept["pack"],
        judged["target_percent"],
        Counting(ExtraRule(judged["extra"]), judged["counted_reinforced"]),
        kept["online"]["allowed"],
        kept.get("digest", {}).get("lock_day"),
        datetime.fromisoformat(kept["since"]) if "since" in kept else None,
    )
