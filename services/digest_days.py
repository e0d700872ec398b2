"""When the digest of a month goes out: to each level on its day, and never before the levels below (domain.md 13)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from meetings.period import Period
from meetings.records import Unit
from meetings.terms import UnitId
from services.rules import policy_of
from services.work import Work


@dataclass(frozen=True, slots=True)
class Tree:
    """Some units with everything below them, and which of them have readers."""

    units: Mapping[UnitId, Unit]
    readers: frozenset[UnitId]

    @classmethod
    def of(cls, units: Iterable[Unit], readers: Iterable[UnitId]) -> "Tree":
        known = {one.id: one for one in units}
        return cls(known, frozenset(readers) & known.keys())

    def above(self, number: UnitId) -> list[UnitId]:
        """The units over one, as far as they are known, nearest first."""
        found = []
        step = self.units[number].parent
        while step is not None and step in self.units:
            found.append(step)
            step = self.units[step].parent
        return found

    @property
    def over_communes(self) -> set[UnitId]:
        """The units that have a commune below them: they are told of units, not of cells."""
        communes = [one.id for one in self.units.values() if one.level == "commune"]
        return {above for one in communes for above in self.above(one)}

    @property
    def with_cells(self) -> set[UnitId]:
        """The units that have a cell below them."""
        cells = [one.id for one in self.units.values() if one.is_cell]
        return {above for one in cells for above in self.above(one)}

    @property
    def deepest_first(self) -> list[UnitId]:
        return sorted(self.units, key=lambda one: (-len(self.above(one)), one))


@dataclass(frozen=True, slots=True)
class Days:
    """The days of some units."""

    work: Work
    tree: Tree
    over_communes: frozenset[UnitId]
    reading_below: Mapping[UnitId, tuple[UnitId, ...]]

    async def sent_at(self, unit: UnitId, period: Period) -> datetime:
        """Its own day and hour (aware UTC or local), or those of the last unit below that has readers."""
        every = [await self._own(one, period) for one in (unit, *self.reading_below.get(unit, ()))]
        return max(every)

    async def _own(self, unit: UnitId, period: Period) -> datetime:
        rules = await policy_of(self.work, unit)
        return rules.digest_at(period, self.work.zone, above=unit in self.over_communes)


async def days(work: Work, top: UnitId | None = None) -> Days:
    """Of all units, or of one and what is below it."""
    units = await (work.uow.units.all() if top is None else work.uow.units.below(top))
    readers = {one.unit for one in await work.uow.people.digest_readers(work.today)}
    tree = Tree.of(units, readers)
    below: dict[UnitId, list[UnitId]] = defaultdict(list)
    for one in tree.readers:
        for above in tree.above(one):
            below[above].append(one)
    reading = {unit: tuple(sorted(those)) for unit, those in below.items()}
    return Days(work, tree, frozenset(tree.over_communes), reading)


async def sent_at(work: Work, unit: UnitId, period: Period) -> datetime:
    """The same of one unit."""
    return await (await days(work, unit)).sent_at(unit, period)
