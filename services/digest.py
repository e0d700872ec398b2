"""The month of a unit in numbers, never names: a by-product of the roll-calls (domain.md 13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chat.text import Lines, Param, Text, lines, listing
from meetings.attendance import Rate, Tally, in_roll
from meetings.period import Period
from meetings.records import Meeting, Unit
from meetings.score import counted
from meetings.terms import ONE_A_MONTH, CellRole, Kind, MeetingId, State, UnitId
from reports.digest_workbook import DigestTable, TableRow
from services.asleep import asleep
from services.policy import Policy
from services.rules import policy_of
from services.work import Work
from storage.closings import Closing
from storage.results import Result

_COUNTS = ("roll", "expected", "present", "excused", "unexcused", "awaiting", "extra", "guests")


@dataclass(frozen=True, slots=True)
class Line:
    """One meeting of a cell in the digest; `tally` only of a closed one."""

    kind: Kind | None
    state: str
    starts_at: datetime | None
    tally: Tally | None
    held_late: bool
    amendment: int
    target: int  # what it was held under, else what is in force
    result: Result | None = None

    @property
    def misses(self) -> bool:
        return self.tally is not None and self.tally.rate.misses(self.target)


@dataclass(frozen=True, slots=True)
class CellFigures:
    """A cell's month: its regular (or combined) meeting, the thematic ones beside it, and its reach."""

    cell: Unit
    regular: Line
    others: tuple[Line, ...]
    begun: bool
    linked: int
    roll: int
    led: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """The figures of a unit's subtree for one period month."""

    unit: Unit
    period: Period
    cells: tuple[CellFigures, ...]
    in_force: int
    asleep: frozenset[UnitId] = frozenset()  # two months in a row without a meeting

    @property
    def target(self) -> int | None:
        """The target the closed meetings were held under, or the one in force; None where they differ."""
        held_under = {one.regular.target for one in self.closed} or {self.in_force}
        return held_under.pop() if len(held_under) == 1 else None

    @property
    def total(self) -> Tally:
        """The sum of the closed regular meetings: a parent's rate is a rate of sums."""
        return sum((one.regular.tally for one in self.cells if one.regular.tally), start=Tally())

    @property
    def closed(self) -> list[CellFigures]:
        return [one for one in self.cells if one.regular.tally]

    @property
    def not_recorded(self) -> list[CellFigures]:
        """Begun by the calendar or held, and the list is not closed."""
        return [
            one
            for one in self.cells
            if one.regular.tally is None and (one.begun or one.regular.state == State.HELD)
        ]

    @property
    def not_held(self) -> list[CellFigures]:
        recorded = {*(one.cell.id for one in self.closed), *(one.cell.id for one in self.not_recorded)}
        return [one for one in self.cells if one.cell.id not in recorded]


async def compute(work: Work, unit: Unit, period: Period) -> Digest:
    """The figures as they stand now: counts of the newest closing of each closed meeting."""
    cells = [one for one in await work.uow.units.below(unit.id) if one.is_cell]
    meetings = await work.uow.meetings.of_period([one.id for one in cells], period)
    closings = await work.uow.closings.of_meetings(one.id for one in meetings)
    results = await work.uow.results.of_meetings(one.id for one in meetings)
    by_cell: dict[UnitId, list[Meeting]] = {}
    for meeting in meetings:
        by_cell.setdefault(meeting.cell, []).append(meeting)
    reach = await _reach(work, cells)
    rules = await policy_of(work, unit.id)
    figures = []
    for cell in cells:
        lines_of = _Lines(work, await policy_of(work, cell.id), closings, results)
        figures.append(_cell(lines_of, cell, by_cell.get(cell.id, []), reach[cell.id]))
    sleeping = await asleep(work, [one.id for one in cells], period) if meetings else ()
    return Digest(unit, period, tuple(figures), rules.attendance.target_percent, frozenset(sleeping))


async def _reach(work: Work, cells: Sequence[Unit]) -> Mapping[UnitId, tuple[int, int, bool]]:
    """Linked members, members, and whether secretary or deputy is linked, by cell."""
    counts = {cell.id: [0, 0] for cell in cells}
    for member in await work.uow.members.everywhere(list(counts), work.today):
        home = in_roll(member.entry)  # who is temporarily in is counted once, on the own roll
        counts[member.cell][0] += home and member.reached
        counts[member.cell][1] += home
    linked = await work.uow.accounts.linked()
    led = {
        one.unit
        for one in await work.uow.people.all_roles(work.today)
        if one.role in (CellRole.SECRETARY, CellRole.DEPUTY) and one.person in linked
    }
    return {cell: (found[0], found[1], cell in led) for cell, found in counts.items()}


def _cell(
    lines_of: "_Lines", cell: Unit, meetings: Sequence[Meeting], reach: tuple[int, int, bool]
) -> CellFigures:
    work = lines_of.work
    regular = next((one for one in meetings if one.kind in ONE_A_MONTH), None)
    others = tuple(lines_of.line(one) for one in meetings if one.kind is Kind.THEMATIC)
    none = Line(None, "none", None, None, held_late=False, amendment=0, target=lines_of.target)
    line = lines_of.line(regular) if regular else none
    open_states = (State.PLANNED, State.ANNOUNCED)
    begun = regular is not None and regular.state in open_states and regular.starts_at <= work.now
    return CellFigures(cell, line, others, begun, *reach)


@dataclass(frozen=True, slots=True)
class _Lines:
    """What the lines of one cell are made from."""

    work: Work
    rules: Policy
    closings: Mapping[MeetingId, Closing]
    results: Mapping[MeetingId, Result]

    @property
    def target(self) -> int:
        return self.rules.attendance.target_percent

    def line(self, meeting: Meeting) -> Line:
        # A list that is opened again after the lock is told as it stood, until it is amended.
        newest = self.closings.get(meeting.id)
        frozen = newest if newest is not None and newest.stands else None
        took_place = meeting.state in (State.HELD, State.CLOSED)
        late = took_place and Period.of(self.work.local(meeting.starts_at).date()) > meeting.period
        return Line(
            meeting.kind,
            str(State.CLOSED if frozen else meeting.state),
            meeting.starts_at,
            frozen.tally if frozen else None,
            held_late=late,
            amendment=frozen.amendment if frozen else 0,
            target=meeting.held_under.target_percent if meeting.held_under else self.target,
            result=self.results.get(meeting.id) if frozen else None,
        )


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


def as_text(digest: Digest) -> Lines:
    """[20] The digest in words: the first lines say it all, then what needs attention, then a line a cell."""
    total = digest.total
    below = [one for one in digest.closed if one.regular.misses]
    unexcused = [one for one in digest.closed if one.regular.tally and one.regular.tally.unexcused]
    late = [one for one in digest.cells if one.regular.held_late]
    unled = [one for one in digest.cells if not one.led]
    sleeping = [one for one in digest.cells if one.cell.id in digest.asleep]
    return lines(
        Text("digest.first", {"period": digest.period.first_day, "unit": digest.unit.name}),
        Text(
            "digest.general",
            {
                "closed": len(digest.closed),
                "cells": len(digest.cells),
                "present": total.present,
                "expected": total.expected,
                "rate": total.rate,
            },
        ),
        Text(
            "digest.missing",
            {"not_held": _names(digest.not_held), "not_recorded": _names(digest.not_recorded)},
        ),
        Text("digest.asleep", {"cells": _names(sleeping)}) if sleeping else None,
        _attention(digest.target, len(below), len(unexcused)),
        Text("digest.late", {"cells": _names(late)}) if late else None,
        _results(digest),
        Text(
            "digest.reach",
            {
                "linked": sum(one.linked for one in digest.cells),
                "roll": sum(one.roll for one in digest.cells),
                "unled": len(unled),
            },
        ),
        *(_cell_text(one) for one in digest.cells),
    )


def _attention(target: int | None, below: int, unexcused: int) -> Text:
    known: dict[str, Param] = {"below": below, "unexcused": unexcused}
    if target is None:
        return Text("digest.attention_own", known)
    return Text("digest.attention", {**known, "target": target})


def _results(digest: Digest) -> Text | None:
    """Bands, minutes, meetings that were too short; once anything of it was recorded."""
    found = [one.regular.result for one in digest.closed if one.regular.result]
    if not found:
        return None
    bands = counted([one.band for one in found if one.band])
    known: dict[str, Param] = {str(band): n for band, n in bands.items()}
    known |= {"adopted": sum(one.adopted is True for one in found), "closed": len(digest.closed)}
    return Text("digest.results", known | {"short": sum(one.short for one in found)})


def _names(cells: Sequence[CellFigures]) -> Lines | Text:
    if not cells:
        return Text("digest.none")
    return listing(*(Text("digest.cell_name", {"cell": one.cell.name}) for one in cells))


def _cell_text(figures: CellFigures) -> Text:
    line = figures.regular
    if line.tally is None:
        return Text("digest.cell_open", {"cell": figures.cell.name, "state": Text(f"state.{line.state}")})
    rate = Rate(line.tally.present, line.tally.expected)
    counts = {name: getattr(line.tally, name) for name in _COUNTS}
    return Text("digest.cell", {"cell": figures.cell.name, "rate": rate, **counts})
