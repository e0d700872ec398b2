"""Reading a roster workbook: every row, and every fault with its sheet, row and column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

from meetings.terms import CellRole, CellType, Standing, UpperRole
from reports.roster.cells import calendar_date, clean, clock_time, monthly_day, names, shown, whole_number
from reports.roster.checks import check
from reports.roster.columns import SHEETS, meaning
from reports.roster.lines import Line, Table, lines
from reports.roster.rows import AssignmentRow, Fault, OfficialRow, PersonRow, Roster, RosterStatus, UnitRow
from reports.roster.tables import find_tables
from reports.roster.workbook import NotAWorkbook, open_grids

Row = TypeVar("Row")

__all__ = ["NotAWorkbook", "read_roster"]


@dataclass(frozen=True, slots=True)
class Known:
    """The codes of the workbook as first written, by their caseless form; None when their column is missing."""

    units: Mapping[str, str] | None
    cells: frozenset[str]
    people: Mapping[str, str] | None


def read_roster(source: Path | BinaryIO) -> tuple[Roster, list[Fault]]:
    """Read the roster and all its faults, in the order of the workbook; with any fault the roster is empty.

    Raises NotAWorkbook when the file cannot be read at all.
    """
    tables, faults = find_tables(open_grids(_content(source)))
    known = _known(tables)

    def rows(sheet: str, build: Callable[[Line, Known], Row]) -> tuple[Row, ...]:
        table = tables.get(sheet)
        return () if table is None else tuple(build(line, known) for line in lines(table, faults))

    roster = Roster(
        units=rows("units", _unit),
        people=rows("people", _person),
        officials=rows("officials", _official),
        assignments=rows("assignments", _assignment),
    )
    faults += check(roster, tables)
    order = {table.name: place for place, spec in enumerate(SHEETS) if (table := tables.get(spec.name))}
    faults.sort(key=lambda fault: (order.get(fault.sheet, -1), fault.row))
    return (Roster() if faults else roster), faults


def _content(source: Path | BinaryIO) -> bytes:
    if not isinstance(source, Path):
        return source.read()
    try:
        return source.read_bytes()
    except OSError:
        raise NotAWorkbook("unreadable_file") from None


def _known(tables: Mapping[str, Table]) -> Known:
    units, people = tables.get("units"), tables.get("people")
    officials = tables.get("officials")
    cells = frozenset[str]()
    if units is not None:
        cells = frozenset(
            clean(line.raw("code")).casefold()
            for line in lines(units, [])
            if meaning("level", clean(line.raw("level"))) == "cell"
        )
    persons = _codes(people, "code")
    if persons is not None:
        persons = {**(_codes(officials, "person") or {}), **persons}
    return Known(_codes(units, "code"), cells, persons)


def _codes(table: Table | None, column: str) -> dict[str, str] | None:
    if table is None or column not in table.places:
        return None
    found: dict[str, str] = {}
    for line in lines(table, []):
        code = clean(line.raw(column))
        found.setdefault(code.casefold(), code)
    return found


def _code(line: Line, column: str, known: Mapping[str, str] | None) -> str:
    """Read a code in the spelling of its first row, so that `x01` and `X01` are one."""
    code = line.text(column) or ""
    return (known or {}).get(code.casefold(), code)


def _reference(line: Line, column: str, known: Mapping[str, str] | None, fault: str) -> str | None:
    code = line.text(column)
    if code is None or known is None:
        return code
    if code.casefold() not in known:
        line.blame(column, fault, value=shown(code))
    return known.get(code.casefold(), code)


def _cell(line: Line, known: Known) -> str:
    code = _reference(line, "cell", known.units, "unknown_unit")
    if code and known.units and code.casefold() in known.units and code.casefold() not in known.cells:
        line.blame("cell", "not_a_cell", value=shown(code))
    return code or ""


def _dates(line: Line, since: str, until: str) -> tuple[date | None, date | None]:
    """First and last day, both inclusive."""
    first, last = line.take(since, calendar_date), line.take(until, calendar_date)
    if first and last and last < first:
        line.blame(until, "until_before_since", since=f"{first:%d/%m/%Y}", until=f"{last:%d/%m/%Y}")
    return first, last


def _unit(line: Line, known: Known) -> UnitRow:
    level = line.word("level") or ""
    kind = line.word("type")
    scheduled = [column for column in ("day", "time") if clean(line.raw(column))]
    if level and level != "cell":
        for column in scheduled:
            line.blame(column, "only_for_cells")
    elif scheduled == ["time"]:
        line.blame("time", "time_without_day")
    return UnitRow(
        code=_code(line, "code", known.units),
        name=line.text("name") or "",
        level=level,
        parent=_reference(line, "parent", known.units, "unknown_unit"),
        type=CellType(kind) if kind else None,
        day=line.take("day", monthly_day),
        time=line.take("time", clock_time),
        place=line.text("place"),
        zalo_bots=line.take("zalo_bot", names) or (),
        where=line.where,
    )


def _person(line: Line, known: Known) -> PersonRow:
    code = _code(line, "code", known.people)
    liaison = _reference(line, "liaison", known.people, "unknown_person")
    if liaison and liaison == code:
        line.blame("liaison", "own_liaison")
    since, until = _dates(line, "since", "until")
    role = line.word("role")
    return PersonRow(
        code=code,
        name=line.text("name") or "",
        cell=_cell(line, known),
        number=line.take("number", partial(whole_number, low=1, high=999)) or 0,
        group=line.text("group"),
        standing=Standing(line.word("standing") or Standing.OFFICIAL),
        status=RosterStatus(line.word("status") or RosterStatus.ACTIVE),
        since=since,
        until=until,
        role=CellRole(role) if role else None,
        liaison=liaison,
        language=line.word("language"),
        where=line.where,
    )


def _official(line: Line, known: Known) -> OfficialRow:
    return OfficialRow(
        person=_code(line, "person", known.people),
        name=line.text("name"),
        unit=_reference(line, "unit", known.units, "unknown_unit") or "",
        role=UpperRole(line.word("role") or UpperRole.EXECUTIVE),
        digest=line.word("digest") == "yes",
        where=line.where,
    )


def _assignment(line: Line, known: Known) -> AssignmentRow:
    since, until = _dates(line, "from", "until")
    return AssignmentRow(
        person=_reference(line, "person", known.people, "unknown_person") or "",
        cell=_cell(line, known),
        visits_per_year=line.take("visits_per_year", partial(whole_number, low=0, high=99)),
        since=since,
        until=until,
        where=line.where,
    )
