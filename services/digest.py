"""The month of a unit in numbers, never names: a by-product of the roll-calls (domain.md 13)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chat.replies import Reply
from chat.text import Lines, Text, lines, listing
from meetings.attendance import Rate, Tally, in_roll
from meetings.period import Period
from meetings.records import Meeting, Person, Unit
from meetings.terms import CellRole, Kind, MeetingId, State, UnitId
from reports.digest_workbook import DigestTable, TableRow
from services.delivery import Occasion, reached, tell, told_of
from services.enclosing import workbook_of
from services.work import Work
from storage.closings import Closing

_REGULAR = (Kind.REGULAR, Kind.COMBINED)
_USEFUL = timedelta(days=10)  # who links later asks for it with `baocao`
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
    target: int

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
    by_cell: dict[UnitId, list[Meeting]] = {}
    for meeting in meetings:
        by_cell.setdefault(meeting.cell, []).append(meeting)
    reach = await _reach(work, cells)
    figures = [_cell(work, cell, by_cell.get(cell.id, []), closings, reach[cell.id]) for cell in cells]
    return Digest(unit, period, tuple(figures), work.policy.attendance.target_percent)


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
    work: Work,
    cell: Unit,
    meetings: Sequence[Meeting],
    closings: Mapping[MeetingId, Closing],
    reach: tuple[int, int, bool],
) -> CellFigures:
    regular = next((one for one in meetings if one.kind in _REGULAR), None)
    others = tuple(_line(work, one, closings) for one in meetings if one.kind is Kind.THEMATIC)
    none = Line(None, "none", None, None, held_late=False, amendment=0)
    line = _line(work, regular, closings) if regular else none
    open_states = (State.PLANNED, State.ANNOUNCED)
    begun = regular is not None and regular.state in open_states and regular.starts_at <= work.now
    return CellFigures(cell, line, others, begun, *reach)


def _line(work: Work, meeting: Meeting, closings: Mapping[MeetingId, Closing]) -> Line:
    # After the lock the figures stand until they are amended, also while a list is open again.
    locked = work.now >= work.policy.locked_from(meeting.period, work.zone)
    frozen = closings.get(meeting.id) if meeting.state is State.CLOSED or locked else None
    took_place = meeting.state in (State.HELD, State.CLOSED)
    late = took_place and Period.of(work.local(meeting.starts_at).date()) > meeting.period
    return Line(
        meeting.kind,
        str(State.CLOSED if frozen else meeting.state),
        meeting.starts_at,
        frozen.tally if frozen else None,
        held_late=late,
        amendment=frozen.amendment if frozen else 0,
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
    below = [one for one in digest.closed if one.regular.tally and _under(one.regular.tally, digest.target)]
    unexcused = [one for one in digest.closed if one.regular.tally and one.regular.tally.unexcused]
    late = [one for one in digest.cells if one.regular.held_late]
    unled = [one for one in digest.cells if not one.led]
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
        Text("digest.attention", {"below": len(below), "unexcused": len(unexcused), "target": digest.target}),
        Text("digest.late", {"cells": _names(late)}) if late else None,
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


def _under(tally: Tally, target: int) -> bool:
    return tally.expected > 0 and not tally.rate.above(target)


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


async def send(work: Work, unit: Unit, period: Period) -> int:
    """Send a unit's digest to its readers, each once, and file the figures; how many were told."""
    occasion = await _occasion(work, unit.id, period)
    readers = await _waiting(work, unit.id, occasion)
    filed = await _is_filed(work, unit.id, period)
    if filed and not readers:
        return 0
    digest = await compute(work, unit, period)
    if all(one.regular.kind is None and not one.others for one in digest.cells):
        return 0  # a month before Kẻng came here: no row at all, nothing to tell
    if not filed:
        figures = json.dumps(as_json(digest), ensure_ascii=False)
        await work.uow.closings.file_report(unit.id, period, figures, work.now)
    message = Reply(as_text(digest), enclosures=(workbook_of(unit.id, period),))
    return sum([await tell(work, one, occasion, message) for one in readers])


async def is_due(work: Work, unit: UnitId, period: Period) -> bool:
    """Whether a reader waits for the digest, or its figures are not filed yet."""
    if await _waiting(work, unit, await _occasion(work, unit, period)):
        return True
    return not await _is_filed(work, unit, period)


async def _occasion(work: Work, unit: UnitId, period: Period) -> Occasion:
    subject = f"digest:{unit}:{period}"
    at = work.policy.digest_at(period, work.zone)
    until = at + _USEFUL
    told = await told_of(work, subject)
    return Occasion(subject, "digest", at, useful_until=until, repeatable=False, told=told)


async def _waiting(work: Work, unit: UnitId, occasion: Occasion) -> list[Person]:
    """The readers who are reached and were not told; who links when it is old news is left in peace."""
    if occasion.useful_until is not None and work.now >= occasion.useful_until:
        return []
    readers = {one.person for one in await work.uow.people.digest_readers(work.today) if one.unit == unit}
    people = [await work.uow.people.by_id(one) for one in sorted(readers) if occasion.is_new_to(one)]
    return [one for one in people if await reached(work, one)]


async def _is_filed(work: Work, unit: UnitId, period: Period) -> bool:
    return await work.uow.closings.report(unit, period) is not None


def due_period(work: Work) -> Period | None:
    """The month whose digest has fallen due by now: last month's from its day on."""
    last = Period.of(work.today).previous()
    return last if work.now >= work.policy.digest_at(last, work.zone) else None
