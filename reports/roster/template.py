"""Writing the roster workbook: the empty template, or a roster in the same layout."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from reports.roster.columns import (
    SHEETS,
    Column,
    Form,
    Sheet,
    column_note,
    column_title,
    sheet_title,
    word,
    written,
)
from reports.roster.rows import AssignmentRow, OfficialRow, PersonRow, Roster, UnitRow

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Value = str | int | date | time | None
Cells = Mapping[str, Value]

# Drop-downs and references reach down to this row; the reader has no such limit.
LAST_ROW = 5_000
A4 = 9

# Excel takes a text cell as it stands: nothing of a roster is ever run, turned into a link or into a number.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
# Stands in the file instead of the clock, so that the same roster gives the same bytes.
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001  a spreadsheet property has no zone
_NUMBER_FORMATS = {
    Form.TEXT: "@",
    Form.CODE: "@",  # or Excel would eat leading zeros and make a date of a day
    Form.WORD: "@",
    Form.NUMBER: "0",
    Form.DATE: "dd/mm/yyyy",
    Form.TIME: "hh:mm",
}


def write_template(path: Path) -> None:
    """Write the empty workbook with its notes and drop-downs."""
    write_roster(path, Roster())


def write_roster(path: Path, roster: Roster) -> None:
    """Write a roster in the template's layout; `read_roster` gives it back."""
    rows: dict[str, Sequence[Cells]] = {
        "units": [_unit_cells(row) for row in roster.units],
        "people": [_person_cells(row) for row in roster.people],
        "officials": [_official_cells(row) for row in roster.officials],
        "assignments": [_assignment_cells(row) for row in roster.assignments],
    }
    path.write_bytes(_workbook(rows))


def _workbook(rows: Mapping[str, Sequence[Cells]]) -> bytes:
    from xlsxwriter import Workbook  # noqa: PLC0415  only needed when a workbook is written

    content = BytesIO()
    book = Workbook(content, _OPTIONS)
    book.set_properties({"created": _CREATED})
    for spec in SHEETS:
        sheet = book.add_worksheet(sheet_title(spec.name))
        formats = {form: book.add_format({"num_format": code}) for form, code in _NUMBER_FORMATS.items()}
        _lay_out(book, sheet, spec, formats)
        for number, cells in enumerate(rows[spec.name], start=1):
            for place, column in enumerate(spec.columns):
                _write(sheet, number, place, cells[column.name], formats[column.form])
    book.close()
    return content.getvalue()


def _lay_out(book: "Workbook", sheet: "Worksheet", spec: Sheet, formats: Mapping[Form, "Format"]) -> None:
    heading = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1}
    optional = book.add_format({**heading, "bg_color": "#EDEDED"})
    required = book.add_format({**heading, "bg_color": "#F8CBAD"})
    for place, column in enumerate(spec.columns):
        sheet.set_column(place, place, column.width, formats[column.form])
        title = column_title(spec.name, column.name)
        sheet.write_string(0, place, title, required if column.required else optional)
        sheet.write_comment(0, place, column_note(spec.name, column), {"x_scale": 2.2, "y_scale": 1.6})
        if source := _drop_down(column):
            # A warning only: English words and words with other accents are read as well.
            validation = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(1, place, LAST_ROW - 1, place, validation)
    sheet.freeze_panes(1, 0)
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&R&P/&N")


def _drop_down(column: Column) -> list[str] | str | None:
    if column.words is not None:
        return written(column.words)
    if column.refers is not None:
        return f"='{sheet_title(column.refers)}'!$A$2:$A${LAST_ROW}"
    return None


def _write(sheet: "Worksheet", row: int, place: int, value: Value, style: "Format") -> None:
    match value:
        case None:
            return
        case str():
            sheet.write_string(row, place, value, style)
        case int():
            sheet.write_number(row, place, value, style)
        case _:
            sheet.write_datetime(row, place, value, style)


def _unit_cells(row: UnitRow) -> Cells:
    return {
        "code": row.code,
        "name": row.name,
        "level": word("level", row.level),
        "parent": row.parent,
        "type": word("type", row.type) if row.type else None,
        "day": row.day,
        "time": row.time,
        "place": row.place,
        "zalo_bot": ", ".join(row.zalo_bots) or None,
    }


def _person_cells(row: PersonRow) -> Cells:
    return {
        "code": row.code,
        "name": row.name,
        "cell": row.cell,
        "number": row.number,
        "group": row.group,
        "standing": word("standing", row.standing),
        "status": word("status", row.status),
        "since": row.since,
        "until": row.until,
        "role": word("role", row.role) if row.role else None,
        "liaison": row.liaison,
        "language": word("language", row.language) if row.language else None,
    }


def _official_cells(row: OfficialRow) -> Cells:
    return {
        "person": row.person,
        "name": row.name,
        "unit": row.unit,
        "role": word("upper_role", row.role),
        "digest": word("digest", "yes" if row.digest else "no"),
    }


def _assignment_cells(row: AssignmentRow) -> Cells:
    return {
        "person": row.person,
        "cell": row.cell,
        "visits_per_year": row.visits_per_year,
        "from": row.since,
        "until": row.until,
    }
