"""The tree of units."""

from collections.abc import Collection, Iterable
from datetime import date, time

from sqlalchemy import Select, bindparam, or_, select, union, update

from meetings.records import Unit
from meetings.terms import UnitId
from storage.queries import Queries, Values, batches
from storage.tables.people import membership, role, unit

_COLUMNS = (unit.c.id, unit.c.code, unit.c.name, unit.c.level, unit.c.parent, unit.c.type, unit.c.day)


class Units(Queries):
    async def by_code(self, code: str) -> Unit | None:
        return await self._one(_all().where(unit.c.code == code))

    async def by_id(self, number: UnitId) -> Unit:
        found = await self._one(_BY_ID, {"number": number})
        if found is None:
            raise LookupError(f"no unit {number}")
        return found

    async def by_codes(self, codes: Iterable[str]) -> list[Unit]:
        """The units that have one of these codes."""
        found = []
        for some in batches(codes):
            found += await self._many(_all().where(unit.c.code.in_(some)))
        return found

    async def all(self) -> list[Unit]:
        return await self._many(_all().order_by(unit.c.code))

    async def cells(self) -> list[Unit]:
        return await self._many(_all().where(unit.c.level == "cell").order_by(unit.c.code))

    async def bots(self) -> dict[UnitId, tuple[str, ...]]:
        """By unit, the bots it names for its people; a unit that names none is not there."""
        rows = await self._connection.execute(
            select(unit.c.id, unit.c.zalo_bots).where(unit.c.zalo_bots != "")
        )
        return {UnitId(row.id): tuple(row.zalo_bots.split(",")) for row in rows}

    async def below(self, top: UnitId) -> list[Unit]:
        """The unit and everything under it, however deep, by code."""
        start = select(unit.c.id).where(unit.c.id == top).cte("subtree", recursive=True)
        tree = start.union_all(select(unit.c.id).where(unit.c.parent == start.c.id))
        return await self._many(_all().where(unit.c.id.in_(select(tree.c.id))).order_by(unit.c.code))

    async def right_below(self, top: UnitId) -> list[Unit]:
        """Its children, by code."""
        return await self._many(_all().where(unit.c.parent == top).order_by(unit.c.code))

    async def above(self, bottom: UnitId) -> list[Unit]:
        """The unit and everything over it, root last."""
        start = select(unit.c.id, unit.c.parent).where(unit.c.id == bottom).cte("line", recursive=True)
        tree = start.union_all(select(unit.c.id, unit.c.parent).where(unit.c.id == start.c.parent))
        found = {one.id: one for one in await self._many(_all().where(unit.c.id.in_(select(tree.c.id))))}
        line: list[Unit] = []
        step: UnitId | None = bottom
        while step is not None:
            line.append(found[step])
            step = found[step].parent
        return line

    async def lock(self, number: UnitId) -> Unit:
        """The unit as it stands, and nobody else changes it before we commit (SQLite: no other writer)."""
        found = await self._one(_BY_ID.with_for_update(), {"number": number})
        if found is None:
            raise LookupError(f"no unit {number}")
        return found

    async def at_work(self, cells: Collection[UnitId], first: date, last: date) -> set[UnitId]:
        """Those of some cells that had a role, or a member of whom the first day is known, in this span.

        Who was loaded with a cell has no first day, and tells nothing of how old the cell is.
        """
        if not cells:
            return set()
        posts = select(role.c.unit).where(
            role.c.unit.in_(cells), role.c.since <= last, or_(role.c.until.is_(None), role.c.until >= first)
        )
        people = select(membership.c.cell).where(
            membership.c.cell.in_(cells),
            membership.c.since <= last,
            or_(membership.c.until.is_(None), membership.c.until >= first),
        )
        return {UnitId(number) for number in (await self._connection.execute(union(posts, people))).scalars()}

    async def set_rule(self, cell: UnitId, day: str, at: time, place: str) -> None:
        await self._change(update(unit).where(unit.c.id == cell).values(day=day, time=at, place=place))

    async def save(self, code: str, values: Values) -> UnitId:
        """Insert the unit of this code or overwrite these columns of it."""
        await self._put(unit, {"code": code, **values}, unique=("code",))
        found = await self._connection.execute(select(unit.c.id).where(unit.c.code == code))
        return UnitId(found.scalar_one())

    async def set_parents(self, parents: Iterable[tuple[UnitId, UnitId | None]]) -> None:
        for child, parent in parents:
            await self._change(update(unit).where(unit.c.id == child).values(parent=parent))

    async def _one(self, query: Select[tuple[object, ...]], values: Values | None = None) -> Unit | None:
        return next(iter(await self._many(query, values)), None)

    async def _many(self, query: Select[tuple[object, ...]], values: Values | None = None) -> list[Unit]:
        rows = (await self._connection.execute(query, values)).mappings()
        return [Unit(**row) for row in rows]


def _all() -> Select[tuple[object, ...]]:
    return select(*_COLUMNS, unit.c.time, unit.c.place)


_BY_ID = _all().where(unit.c.id == bindparam("number"))
