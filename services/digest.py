"""The month of a unit in numbers, never names: a by-product of the roll-calls (domain.md 13)."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from chat.text import Text
from meetings.attendance import Tally
from meetings.period import Period
from meetings.records import Meeting, Unit
from meetings.terms import State, UnitId
from reports.digest_workbook import DigestTable, TableRow
from services import amending, filed, thematic
from services.asleep import asleep
from services.digest_days import Tree, sent_at
from services.digest_lines import (
    CellFigures,
    CellLines,
    Line,
    Share,
    Standing,
    Sums,
    by_cell,
    of_cell,
    state_of,
)
from services.filed import Copy, Earlier
from services.rules import policy_of
from services.work import Work

_COUNTS = ("roll", "expected", "present", "excused", "unexcused", "awaiting", "extra", "guests")
_ATTENTION = (Standing.NOT_RECORDED, Standing.NOT_HELD)


@dataclass(frozen=True, slots=True)
class Digest(Sums):
    """The figures of a unit's subtree for one period month.

    `asleep`: two months in a row without a meeting. `without_theme`: owe a thematic meeting of the quarter so
    far; `owing` is how many owe any. `shares`: the units right below, where there are communes among those
    below. `reach_known`: not of a month that was locked and of which nobody wrote down who was linked then.
    """

    unit: Unit
    period: Period
    cells: tuple[CellFigures, ...]
    in_force: int
    asleep: frozenset[UnitId] = frozenset()
    without_theme: frozenset[UnitId] = frozenset()
    owing: int = 0
    shares: tuple[Share, ...] = ()
    month_before: Earlier | None = None
    year_before: Earlier | None = None
    amended: tuple[Text, ...] = ()  # of earlier months, since the last digest
    reach_known: bool = True

    @property
    def target(self) -> int | None:
        """The target the closed meetings were held under, or the one in force; None where they differ."""
        held_under = {one.regular.target for one in self.closed} or {self.in_force}
        return held_under.pop() if len(held_under) == 1 else None

    @property
    def attention(self) -> list[CellFigures]:
        """Cells to look after, each once: not held or recorded, below the target, unexcused absences, asleep."""
        return [
            one
            for one in self.cells
            if one.standing in _ATTENTION
            or one.regular.misses
            or one.has_unexcused
            or one.cell.id in self.asleep
        ]


async def compute(work: Work, unit: Unit, period: Period) -> Digest:
    """The figures as they stand now: counts of the newest closing of each closed meeting.

    Of a locked month only numbered amendments change anything: its cells, whom they reached and which slept
    are as they were written down at the lock.
    """
    rules = await policy_of(work, unit.id)
    locked_from = rules.locked_from(period, work.zone)
    copy = await filed.copy_of(work, unit, period) if work.now >= locked_from else None
    below = await work.uow.units.below(unit.id)
    cells = await _cells(work, below, copy)
    meetings = await work.uow.meetings.of_period([one.id for one in cells], period)
    figures = await _figures(work, cells, meetings, period, copy)
    then = replace(work, now=min(work.now, locked_from))
    behind, owing = await _themes(work, cells, meetings, period)
    return Digest(
        unit,
        period,
        figures,
        rules.attendance.target_percent,
        await _asleep(then, cells, meetings, period, copy),
        frozenset(behind),
        owing,
        _shares(unit, below, figures),
        await filed.earlier(work, unit, period.previous()),
        await filed.earlier(work, unit, replace(period, year=period.year - 1)) if period.year > 1 else None,
        await _amended(work, unit, cells, period),
        reach_known=copy is not None or work.now < locked_from,
    )


async def _cells(work: Work, below: Sequence[Unit], copy: Copy | None) -> list[Unit]:
    """The cells of today; of a locked month those it had."""
    if copy is None:
        return [one for one in below if one.is_cell]
    known = {one.code: one for one in below if one.code in copy.reach}
    gone = await work.uow.units.by_codes(set(copy.reach) - set(known))
    return sorted([*known.values(), *gone], key=lambda one: one.code)


async def _figures(
    work: Work, cells: Sequence[Unit], meetings: Sequence[Meeting], period: Period, copy: Copy | None
) -> tuple[CellFigures, ...]:
    changed = await amending.changed_days(work, period)
    closings = await work.uow.closings.of_meetings(one.id for one in meetings)
    results = await work.uow.results.of_meetings(one.id for one in meetings)
    theirs = by_cell(meetings)
    reach = await _reach(work, cells, copy)
    found = []
    for cell in cells:
        rules = await policy_of(work, cell.id)
        locked_from = rules.locked_from(period, work.zone)
        lines_of = CellLines(work, rules, closings, results, changed, locked_from)
        found.append(of_cell(lines_of, cell, theirs.get(cell.id, []), reach[cell.id]))
    return tuple(found)


async def _reach(
    work: Work, cells: Sequence[Unit], copy: Copy | None
) -> Mapping[UnitId, tuple[int, int, bool]]:
    """Linked members, members, and whether secretary or deputy is linked, by cell."""
    if copy is not None:
        return {one.id: copy.reach[one.code] for one in cells}
    counts = await work.uow.members.reach([one.id for one in cells], work.today)
    led = await work.uow.people.led(work.today)
    return {one.id: (*counts.get(one.id, (0, 0)), one.id in led) for one in cells}


async def _asleep(
    then: Work, cells: Sequence[Unit], meetings: Sequence[Meeting], period: Period, copy: Copy | None
) -> frozenset[UnitId]:
    if copy is not None:
        return frozenset(one.id for one in cells if one.code in copy.asleep)
    return frozenset(await asleep(then, [one.id for one in cells], period) if meetings else ())


async def _themes(
    work: Work, cells: Sequence[Unit], meetings: Sequence[Meeting], period: Period
) -> tuple[set[UnitId], int]:
    """The cells that had fewer thematic meetings than they owe in the quarter up to this month; how many owe any."""
    had = Counter[UnitId]()
    month, rows = period, list(meetings)
    while month != thematic.first_month(period):
        month = month.previous()
        rows += await work.uow.meetings.of_period([one.id for one in cells], month)
    for one in rows:
        locked_from = (await policy_of(work, one.cell)).locked_from(one.period, work.zone)
        took_place = state_of(one, locked_from) in (State.HELD, State.CLOSED)
        had[one.cell] += one.kind in thematic.COUNT and took_place
    owed = {one.id: (await policy_of(work, one.id)).meetings.thematic_per_quarter for one in cells}
    return {cell for cell, n in owed.items() if had[cell] < n}, sum(n > 0 for n in owed.values())


def _shares(unit: Unit, below: Sequence[Unit], cells: Sequence[CellFigures]) -> tuple[Share, ...]:
    """The cells by the unit right below; nothing where the unit has no communes below it."""
    tree = Tree.of(below, ())
    if unit.id not in tree.over_communes:
        return ()
    line = {one.id: [one.id, *tree.above(one.id)] for one in below if one.is_cell}
    right_below: dict[UnitId, list[CellFigures]] = {one.id: [] for one in below if one.parent == unit.id}
    for one in cells:
        way = line.get(one.cell.id, [])  # a cell that went elsewhere since the lock is nobody's share
        if len(way) > 1:
            right_below[way[-2]].append(one)
    known = {one.id: one for one in below}
    return tuple(Share(known[child], tuple(theirs)) for child, theirs in right_below.items() if theirs)


async def _amended(work: Work, unit: Unit, cells: Collection[Unit], period: Period) -> tuple[Text, ...]:
    """What was amended between the digest before and this one."""
    since, until = await sent_at(work, unit.id, period.previous()), await sent_at(work, unit.id, period)
    return tuple(await amending.told(work, {one.id: one for one in cells}, since, min(until, work.now)))


def as_json(digest: Digest) -> dict[str, object]:
    """The shape of contract.md's `keng digest --json`; counts are null unless closed."""
    total: dict[str, object] = {"cells": len(digest.cells), "closed": len(digest.closed)}
    total |= _counts(digest.total) | {"rate": digest.total.rate.json}
    return {
        "unit": digest.unit.code,
        "month": str(digest.period),
        "total": total,
        "cells": [
            {
                "code": one.cell.code,
                **_line_json(one.regular),
                "others": [{"kind": str(other.kind), **_line_json(other)} for other in one.others],
            }
            for one in digest.cells
        ],
    }


def as_filed(digest: Digest) -> str:
    """What is kept of a month when it is sent or locked: the same, and what no roll-call tells (`services.filed`)."""
    reach = {one.cell.code: [one.linked, one.roll, one.led] for one in digest.cells}
    sleeping = [one.cell.code for one in digest.cells if one.cell.id in digest.asleep]
    return json.dumps({**as_json(digest), "reach": reach, "asleep": sleeping}, ensure_ascii=False)


def as_table(digest: Digest) -> DigestTable:
    """The same numbers for the workbook."""
    rows = [
        TableRow(
            one.cell.code,
            one.cell.name,
            one.regular.state,
            one.regular.tally,
            one.regular.held_late,
            one.regular.amendment,
        )
        for one in digest.cells
    ]
    title = Text("digest.first", {"period": digest.period.first_day, "unit": digest.unit.name})
    return DigestTable(title, rows, digest.total)


def _line_json(line: Line) -> dict[str, object]:
    counts = _counts(line.tally) if line.tally else dict.fromkeys(_COUNTS)
    rate = line.tally.rate.json if line.tally else None
    return {
        "state": line.state,
        **counts,
        "rate": rate,
        "held_late": line.held_late,
        "amendment": line.amendment,
    }


def _counts(tally: Tally) -> dict[str, object]:
    return {name: getattr(tally, name) for name in _COUNTS}
