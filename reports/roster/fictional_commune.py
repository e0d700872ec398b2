"""The commune of `keng demo`: 22 cells and 938 people, the size of a small commune (domain.md 18). Nobody is real."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from itertools import cycle

from meetings.terms import CellRole, CellType, UpperRole
from reports.roster.fictional import COMMUNE, fictional_roster
from reports.roster.fictional_people import (
    SINCE,
    YEAR_END,
    Names,
    Posts,
    full_names,
    grouped,
    members,
    posted,
    read_names,
)
from reports.roster.rows import AssignmentRow, OfficialRow, PersonRow, Roster, RosterStatus, UnitRow

_SIZES = (46, 49, 44, 50, 47, 51, 48, 45, 50, 49, 51, 46, 47, 50, 48, 51, 44, 24, 9)
_EVENING, _AFTERNOON = time(19, 30), time(16)
_DAYS = ("24", "24", "3", "25", "24", "20", "24", "3", "24", "25", "20", "24", "3", "24", "25", "20", "3")
_IN_CHARGE = 6  # further members of the executive committee, three cells each, one cell is left without
_CELLS_EACH = 3


@dataclass(frozen=True, slots=True)
class _Cell:
    """One more cell, and how many members it has."""

    unit: UnitRow
    size: int


def fictional_commune(seed: int = 24) -> Roster:
    """Build it round the three cells of the small roster; the same seed gives the same people."""
    small = fictional_roster(seed)
    names = read_names()
    taken = {one.name for one in small.people} | {one.name for one in small.officials}
    drawn = (name for name in full_names(names, seed + 1) if name not in taken)
    cells = _cells(names)
    people = list(small.people)
    before = len({one.code for one in people})
    for cell in cells:
        people += _members(cell, before, drawn, names.group)
        before += cell.size
    officials, assignments = _in_charge(drawn, cells, small)
    return Roster(
        units=(*small.units, *(one.unit for one in cells)),
        people=tuple(people),
        officials=(*small.officials, *officials),
        assignments=(*small.assignments, *assignments),
    )


def _cells(names: Names) -> list[_Cell]:
    """Seventeen villages, the office of the Party committee and the clinic."""

    def code(place: int) -> str:
        return f"{COMMUNE}-CB{place}"

    def village(place: int, name: str, day: str) -> UnitRow:
        title, hall = names.units["cell"].format(name=name), names.places["hall"].format(name=name)
        return UnitRow(code(place), title, "cell", COMMUNE, CellType.VILLAGE, day, _EVENING, hall)

    def workplace(place: int, key: str, kind: CellType, day: str) -> UnitRow:
        title, room = names.units[key], names.places[key]
        return UnitRow(code(place), title, "cell", COMMUNE, kind, day, _AFTERNOON, room)

    known = enumerate(zip(names.villages, _DAYS, strict=True), 4)  # three cells are there already
    units = [village(place, name, day) for place, (name, day) in known]
    after = len(units) + 4
    units.append(workplace(after, "office", CellType.AGENCY, "last-friday"))
    units.append(workplace(after + 1, "clinic", CellType.CLINIC, "first-friday"))
    return [_Cell(unit, size) for unit, size in zip(units, _SIZES, strict=True)]


def _members(cell: _Cell, before: int, drawn: Iterator[str], group: str) -> list[PersonRow]:
    """Give a cell its committee, its groups, and some who are old, away or on probation."""
    people = members(cell.unit.code, cell.size, before, drawn)
    last = cell.size
    roles = {1: CellRole.SECRETARY, 2: CellRole.DEPUTY, 3: CellRole.COMMITTEE}
    if cell.unit.type is not CellType.VILLAGE:
        return posted(people, Posts(roles))
    roles |= {4: CellRole.CLERK, 5: CellRole.GROUP_LEADER, 6: CellRole.GROUP_LEADER}
    statuses = {last: RosterStatus.EXEMPT, last - 1: RosterStatus.EXEMPT, last - 6: RosterStatus.AWAY}
    relayed = frozenset({last, last - 1, last - 2})
    found = grouped(people, group, leaders=(5, 6), relayed=relayed)
    return posted(found, Posts(roles, statuses, probationary=frozenset({last - 4})))


def _in_charge(
    drawn: Iterator[str], cells: list[_Cell], small: Roster
) -> tuple[list[OfficialRow], list[AssignmentRow]]:
    first = len(small.officials)
    officials = [
        OfficialRow(f"CB{first + place:03}", next(drawn), COMMUNE, UpperRole.EXECUTIVE)
        for place in range(_IN_CHARGE)
    ]
    pairs = zip(cycle(officials), cells[: _IN_CHARGE * _CELLS_EACH], strict=False)
    charged = [AssignmentRow(one.person, cell.unit.code, 3, SINCE, YEAR_END) for one, cell in pairs]
    return officials, charged
