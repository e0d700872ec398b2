"""A unit's year at a glance, cells by months, or where there are too many cells the units below it by months."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import MINYEAR
from functools import reduce
from operator import add

from meetings.period import Period
from meetings.records import Unit
from meetings.terms import UnitId
from reports.year_sight import SightRow, Sign, Square, YearSight
from services.work import Work
from storage.year_rows import MonthSum

LEAST_MONTHS = 6
MOST_CELLS = 120  # of one commune, on a few pages; above that a row is a unit with its sums
MOST_ROWS = 240
_FIRST = Period(MINYEAR, 1)


@dataclass(frozen=True, slots=True)
class _Year:
    """What the rows are made from. `cells` by row, `there` the rows known to have been there, by month."""

    work: Work
    months: tuple[Period, ...]
    cells: Mapping[UnitId, int]
    sums: Mapping[tuple[UnitId, Period], MonthSum]
    there: Mapping[Period, Collection[UnitId]]

    def row(self, unit: Unit) -> SightRow:
        squares = [
            _square(
                self.work,
                month,
                self.sums.get((unit.id, month)),
                cells=self.cells.get(unit.id, 0),
                there=unit.id in self.there[month],
            )
            for month in self.months
        ]
        return SightRow(unit.code, unit.name, tuple(squares))

    def total(self, unit: Unit) -> SightRow:
        """Of all rows together: sums of sums."""
        squares = []
        for month in self.months:
            found = [one for (_, when), one in self.sums.items() if when == month]
            whole = reduce(add, found) if found else None
            cells, there = sum(self.cells.values()), bool(found or self.there[month])
            squares.append(_square(self.work, month, whole, cells=cells, there=there))
        return SightRow(unit.code, unit.name, tuple(squares))


async def year_sight(work: Work, unit: Unit, period: Period) -> YearSight:
    """The months of the year up to `period`, at least six, as they stand now: the newest closings.

    Its sums of a month are those of the digest of that month.
    """
    months = months_to(period)
    rows = await _rows(work, unit)
    tops = [one.id for one in rows]
    sums = {
        (one.unit, one.period): one
        for one in await work.uow.year_rows.sums(tops, months[0], period, work.now)
    }
    there = {month: await _there(work, tops, month, sums) for month in months}
    year = _Year(work, months, await work.uow.year_rows.cells(tops), sums, there)
    shown = [year.row(one) for one in rows[:MOST_ROWS]]
    return YearSight(unit.name, months, year.total(unit), shown, left_out=len(rows) - len(shown))


async def rows_of(work: Work, unit: Unit) -> int:
    """How many rows the sight of a unit has."""
    return min(len(await _rows(work, unit)), MOST_ROWS)


def months_to(period: Period) -> tuple[Period, ...]:
    """January up to a month; early in the year as many of the last one as make six."""
    months = [period]
    while len(months) < LEAST_MONTHS or (months[0].month > 1 and months[0].year == period.year):
        if months[0] == _FIRST:
            break
        months.insert(0, months[0].previous())
    return tuple(months)


async def _rows(work: Work, unit: Unit) -> Sequence[Unit]:
    """The cells by code, as the digest lists them; or of very many the units they belong to, one step down."""
    below = await work.uow.units.below(unit.id)
    cells = [one for one in below if one.is_cell]
    if len(cells) <= MOST_CELLS:
        return cells
    parents = {one.parent for one in below}
    top = unit.id
    while True:
        children = [one for one in below if one.parent == top and (one.is_cell or one.id in parents)]
        if len(children) != 1:
            return children
        top = children[0].id


async def _there(
    work: Work, rows: Collection[UnitId], month: Period, sums: Collection[tuple[UnitId, Period]]
) -> set[UnitId]:
    """Which rows are known to have been there in a month; none is where Kẻng was not here yet."""
    bare = {one for one in rows if (one, month) not in sums}
    if len(bare) == len(rows) and work.today > month.last_day:
        return set()
    return set(rows) - bare | await work.uow.units.at_work(bare, month.first_day, month.last_day)


def _square(work: Work, month: Period, found: MonthSum | None, *, cells: int, there: bool) -> Square:
    if found is not None and found.closed:
        return Square(Sign.RATE, cells, found.closed, found.present, found.expected)
    return Square(_sign(work, month, found, there=there), cells)


def _sign(work: Work, month: Period, found: MonthSum | None, *, there: bool) -> Sign:
    """Of a month without any closed list."""
    if found is not None and found.unrecorded:
        return Sign.NOT_RECORDED
    if found is not None and found.ahead:
        return Sign.AHEAD
    is_over = work.today > month.last_day
    if not is_over and (found is None or not found.cancelled):
        return Sign.NO_PLAN  # or a meeting was put off, and has no new date
    return Sign.NOT_HELD if there else Sign.UNKNOWN
