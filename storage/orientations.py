"""What the commune wishes on the agendas below it: headings for a month, topics for thematic meetings."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select

from meetings.period import Period
from meetings.terms import CellType, PersonId, UnitId
from meetings.wishes import Orientation, Wish
from storage.queries import AnyRow, Queries
from storage.tables.preparation import orientation


class Orientations(Queries):
    async def add(self, one: Orientation, by: PersonId, at: datetime) -> int:
        return await self._add(
            orientation,
            {
                "unit": one.unit,
                "kind": one.wish,
                "period": None if one.period is None else str(one.period),
                "title": one.title,
                "cells": one.cells,
                "by": by,
                "at": at,
            },
        )

    async def by_id(self, number: int) -> Orientation | None:
        row = (await self._connection.execute(select(orientation).where(orientation.c.id == number))).first()
        return None if row is None else _orientation(row)

    async def of_units(
        self, units: Collection[UnitId], wish: Wish, period: Period | None = None
    ) -> list[Orientation]:
        """What these units wish, oldest first; headings of one month."""
        query = select(orientation).where(orientation.c.unit.in_(list(units)), orientation.c.kind == wish)
        if period is not None:
            query = query.where(orientation.c.period == str(period))
        rows = await self._connection.execute(query.order_by(orientation.c.id))
        return [_orientation(row) for row in rows]

    async def drop(self, number: int) -> bool:
        return await self._change(delete(orientation).where(orientation.c.id == number)) == 1

    async def drop_before(self, period: Period, at: datetime) -> None:
        """Headings of months before this one, and topics older than an instant."""
        old = or_(
            orientation.c.period < str(period), orientation.c.period.is_(None) & (orientation.c.at < at)
        )
        await self._change(delete(orientation).where(old))


def _orientation(row: AnyRow) -> Orientation:
    return Orientation(
        row.id,
        UnitId(row.unit),
        Wish(row.kind),
        row.title,
        None if row.period is None else Period.parse(row.period),
        None if row.cells is None else CellType(row.cells),
    )
