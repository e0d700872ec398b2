"""Follow-ups of a cell. What is done or dropped stays until retention, so that the next agenda can say so."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, or_, select, update

from meetings.followups import Task
from meetings.terms import MeetingId, PersonId, UnitId
from storage.queries import Queries, Values
from storage.tables.people import person
from storage.tables.preparation import task

_OPEN = task.c.done_at.is_(None) & task.c.dropped_at.is_(None)


class Tasks(Queries):
    async def add(self, values: Values) -> int:
        return await self._add(task, values)

    async def by_id(self, number: int) -> Task | None:
        return next(iter(await self._many(task.c.id == number)), None)

    async def open_of(self, cell: UnitId) -> list[Task]:
        """Open ones of a cell, the soonest due first."""
        return await self._many(_OPEN, task.c.cell == cell)

    async def of_cell(self, cell: UnitId, closed_since: datetime) -> list[Task]:
        """Open ones, and those that were done since an instant; what was dropped is gone."""
        lasting = or_(task.c.done_at.is_(None), task.c.done_at > closed_since)
        return await self._many(task.c.cell == cell, task.c.dropped_at.is_(None), lasting)

    async def of_meeting(self, meeting: MeetingId) -> list[Task]:
        """What was written down at the end of a meeting."""
        return await self._many(task.c.meeting == meeting, task.c.dropped_at.is_(None))

    async def of_person(self, who: PersonId) -> list[Task]:
        """Everything a person owns or owned."""
        return await self._many(task.c.person == who)

    async def due_between(self, first: date, last: date, cell: UnitId | None = None) -> list[Task]:
        """Open ones of a cell, or of all, that are due on a local day of this span, both inclusive."""
        here = () if cell is None else (task.c.cell == cell,)
        return await self._many(_OPEN, task.c.due >= first, task.c.due <= last, *here)

    async def change(self, known: Task, values: Values) -> bool:
        """Change a task that still stands as it was known; False when somebody was quicker."""
        same = (
            task.c.id == known.id,
            task.c.due == known.due,
            task.c.done_at.is_not_distinct_from(known.done_at),
            task.c.dropped_at.is_not_distinct_from(known.dropped_at),
        )
        return await self._change(update(task).where(*same).values(**values)) == 1

    async def forget(self, who: PersonId) -> None:
        """The task stays, nobody is its owner."""
        await self._change(update(task).where(task.c.person == who).values(person=None))

    async def drop_strangers(self) -> None:
        """A task that is over no longer says that somebody without consent was its owner."""
        strangers = select(person.c.id).where(person.c.consented_at.is_(None))
        over = or_(task.c.done_at.is_not(None), task.c.dropped_at.is_not(None))
        await self._change(update(task).where(over, task.c.person.in_(strangers)).values(person=None))

    async def drop_old(self, before: datetime) -> None:
        """What was over before an instant goes; what is open since before it has no owner any more."""
        await self._change(delete(task).where(func.coalesce(task.c.done_at, task.c.dropped_at) < before))
        await self._change(update(task).where(task.c.at < before).values(person=None))

    async def _many(self, *conditions: ColumnElement[bool]) -> list[Task]:
        query = select(task).where(*conditions).order_by(task.c.due, task.c.id)
        return [_task(row) for row in await self._connection.execute(query)]


def _task(row: Row[Any]) -> Task:
    return Task(
        row.id,
        UnitId(row.cell),
        None if row.meeting is None else MeetingId(row.meeting),
        row.title,
        None if row.person is None else PersonId(row.person),
        row.due,
        row.at,
        row.done_at,
        row.dropped_at,
    )
