"""Which sheet of a workbook is which, and which of its columns."""

from collections.abc import Mapping

from reports.roster.cells import clean, shown
from reports.roster.columns import (
    SHEETS,
    Column,
    Sheet,
    column_named,
    column_title,
    column_titles,
    sheet_named,
    sheet_title,
)
from reports.roster.lines import Table, lines
from reports.roster.rows import Fault
from reports.roster.workbook import Cells, Grid


def find_tables(grids: Mapping[str, Grid]) -> tuple[dict[str, Table], list[Fault]]:
    """Find the sheets of the roster by their English names. Other sheets are left alone."""
    tables: dict[str, Table] = {}
    faults: list[Fault] = []
    for name, grid in grids.items():
        spec = sheet_named(name)
        if spec is None:
            continue
        if spec.name in tables:
            faults.append(Fault(name, 1, spec.columns[0].name, "double_sheet", {"title": _both(spec)}))
            continue
        tables[spec.name], found = _table(spec, name, grid)
        faults += found
    for spec in SHEETS:
        if spec.name not in tables:
            faults += _missing(spec, grids)
    return tables, faults


def _both(spec: Sheet) -> str:
    return f"{sheet_title(spec.name)} = {spec.name}"


def _missing(spec: Sheet, grids: Mapping[str, Grid]) -> list[Fault]:
    """Name a sheet under another name even where it may be missing: it would be lost silently."""
    column, params = spec.columns[0].name, {"title": _both(spec)}
    for name, grid in grids.items():
        if sheet_named(name) is None and _looks_like(spec, grid.get(1, ())):
            return [Fault(name, 1, column, "unknown_sheet", params)]
    return [Fault(spec.name, 1, column, "missing_sheet", params)] if spec.needed else []


def _looks_like(spec: Sheet, headers: Cells) -> bool:
    named = [column_named(spec, text) for header in headers if (text := clean(header))]
    return None not in named and all(column in named for column in spec.columns if column.required)


def _table(spec: Sheet, name: str, grid: Grid) -> tuple[Table, list[Fault]]:
    places: dict[str, int] = {}
    headers: dict[str, str] = {}
    faults: list[Fault] = []
    for place, header in enumerate(grid.get(1, ())):
        text = clean(header)
        column = column_named(spec, text) if text else None
        if column is None or column.name in places:
            faults += _bad_header(spec, name, text, column)
        else:
            places[column.name], headers[column.name] = place, text
    table = Table(spec, name, places, headers, grid)
    if grid or spec.needed:
        faults += _missing_columns(table)
    return table, faults + _unnamed_columns(table) + _no_rows(table)


def _bad_header(spec: Sheet, name: str, text: str, column: Column | None) -> list[Fault]:
    if not text:
        return []
    if column is None:
        return [Fault(name, 1, shown(text), "unknown_column", {"allowed": column_titles(spec)})]
    return [Fault(name, 1, text, "double_column", {"title": text})]


def _missing_columns(table: Table) -> list[Fault]:
    spec = table.spec
    return [
        Fault(table.name, 1, column.name, "missing_column", {"title": _title(spec, column)})
        for column in spec.columns
        if column.required and column.name not in table.places
    ]


def _title(spec: Sheet, column: Column) -> str:
    return f"{column_title(spec.name, column.name)} = {column.name}"


def _unnamed_columns(table: Table) -> list[Fault]:
    """Values below an empty header would be lost silently; the first one of each column is named."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  see workbook.py

    headers = table.rows.get(1, ())
    first: dict[int, int] = {}
    for row, cells in table.rows.items():
        for place, value in enumerate(cells):
            if clean(value) and not (place < len(headers) and clean(headers[place])):
                first.setdefault(place, row)
    return [
        Fault(table.name, row, get_column_letter(place + 1), "unnamed_column") for place, row in first.items()
    ]


def _no_rows(table: Table) -> list[Fault]:
    spec, first = table.spec, table.spec.columns[0].name
    complete = all(column.name in table.places for column in spec.columns if column.required)
    if not spec.needed or not complete or any(lines(table, [])):
        return []
    return [table.fault(2, first, "no_rows")]
