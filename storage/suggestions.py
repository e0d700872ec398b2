"""Headings that members propose, and who supports them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, exists, func, select, update

from meetings.period import Period
from meetings.suggesting import UNDECIDED, Fate, Suggestion
from meetings.terms import PersonId, UnitId
from storage.queries import Queries, Values
from storage.tables.preparation import suggestion, support


class Suggestions(Queries):
    async def add(self, values: Values) -> int:
        return await self._add(suggestion, values)

    async def by_id(self, number: int) -> Suggestion | None:
        return next(iter(await self._many(suggestion.c.id == number)), None)

    async def lock(self, number: int) -> Suggestion | None:
        """The same, and nobody else decides on it before we commit (SQLite: no other writer)."""
        query = select(suggestion).where(suggestion.c.id == number).with_for_update()
        row = (await self._connection.execute(query)).first()
        return None if row is None else _suggestion(row)

    async def undecided(self, cell: UnitId, period: Period) -> list[Suggestion]:
        """Those that await a word for this month or an earlier one, the oldest first."""
        return await self._many(
            suggestion.c.cell == cell,
            suggestion.c.state.in_(UNDECIDED),
            suggestion.c.period <= str(period),
        )

    async def undecided_of(self, who: PersonId, cell: UnitId) -> list[Suggestion]:
        """Those of one person that await a word, for whatever month."""
        return await self._many(
            suggestion.c.cell == cell, suggestion.c.person == who, suggestion.c.state.in_(UNDECIDED)
        )

    async def cells_waiting(self) -> list[UnitId]:
        """The cells in which something awaits a word."""
        query = select(suggestion.c.cell).where(suggestion.c.state.in_(UNDECIDED)).distinct()
        return sorted(UnitId(one) for one in (await self._connection.execute(query)).scalars())

    async def merged_into(self, number: int) -> list[Suggestion]:
        return await self._many(suggestion.c.into == number)

    async def of_person(self, who: PersonId) -> list[Suggestion]:
        return await self._many(suggestion.c.person == who)

    async def decide(self, known: Suggestion, values: Values) -> bool:
        """Change one that still stands as it was known; False when somebody was quicker."""
        same = (
            suggestion.c.id == known.id,
            suggestion.c.state == known.state,
            suggestion.c.period == str(known.period),
        )
        return await self._change(update(suggestion).where(*same).values(**values)) == 1

    async def drop(self, number: int) -> None:
        """Taken back by whoever proposed it."""
        await self._change(delete(support).where(support.c.suggestion == number))
        await self._change(delete(suggestion).where(suggestion.c.id == number))

    async def support(self, number: int, who: PersonId, at: datetime) -> bool:
        """False when they support it already."""
        values = {"suggestion": number, "person": who, "at": at}
        return await self._add_once(support, values) is not None

    async def supporters(self, number: int) -> set[PersonId]:
        found = await self._connection.execute(select(support.c.person).where(support.c.suggestion == number))
        return {PersonId(one) for one in found.scalars()}

    async def counts(self, numbers: Collection[int]) -> dict[int, int]:
        """How many support each; one without any is not there."""
        query = (
            select(support.c.suggestion, func.count())
            .where(support.c.suggestion.in_(numbers))
            .group_by(support.c.suggestion)
        )
        return {number: int(count) for number, count in await self._connection.execute(query)}

    async def supported_by(self, who: PersonId) -> list[Suggestion]:
        theirs = select(support.c.suggestion).where(support.c.person == who)
        return await self._many(suggestion.c.id.in_(theirs))

    async def drop_support(self, number: int) -> None:
        """Once it is decided nobody needs to know who supported it."""
        await self._change(delete(support).where(support.c.suggestion == number))

    async def forget(self, who: PersonId) -> None:
        """The heading stays without a name; support goes."""
        await self._change(delete(support).where(support.c.person == who))
        await self._change(update(suggestion).where(suggestion.c.person == who).values(person=None))

    async def drop_old(self, before: datetime) -> None:
        """What was proposed before an instant; one into which a younger one was merged goes with that."""
        old = suggestion.c.at < before
        await self._change(
            delete(support).where(support.c.suggestion.in_(select(suggestion.c.id).where(old)))
        )
        await self._change(delete(suggestion).where(old, suggestion.c.into.is_not(None)))
        later = suggestion.alias("later")
        needed = exists().where(later.c.into == suggestion.c.id)
        await self._change(delete(suggestion).where(old, ~needed))

    async def _many(self, *conditions: ColumnElement[bool]) -> list[Suggestion]:
        query = select(suggestion).where(*conditions).order_by(suggestion.c.at, suggestion.c.id)
        return [_suggestion(row) for row in await self._connection.execute(query)]


def _suggestion(row: Row[Any]) -> Suggestion:
    return Suggestion(
        row.id,
        UnitId(row.cell),
        None if row.person is None else PersonId(row.person),
        row.title,
        Period.parse(row.period),
        Fate(row.state),
        row.into,
        row.at,
    )
