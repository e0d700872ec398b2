"""One table on one sheet: a head that stays in sight and on every page, typed values, A4 across."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import xlsxwriter

from meetings.attendance import Rate

_TITLE, _HEAD, _FIRST = 0, 2, 3  # rows of the sheet
_BORDER = {"border": 1, "valign": "vcenter"}
_BOLD = {**_BORDER, "bold": True, "bg_color": "#F2F2F2"}
_KINDS = {"text": {}, "count": {"num_format": "#,##0"}, "rate": {"num_format": "0.0%", "align": "right"}}
_TIMES = {
    "date": {"num_format": "dd/mm/yyyy", "align": "center"},
    "time": {"num_format": 'hh"h"mm', "align": "center"},
}
Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Table:
    """What stands on a sheet: texts, integers, rates, local dates and times; None is an empty cell.

    `frozen` columns stay in sight, `again` is the place of a row that is a head of its own; what has one is
    printed on one page.
    """

    name: str
    title: str
    heads: Row
    rows: Sequence[Row]
    widths: Sequence[int]
    frozen: int = 0
    total: Row = ()
    again: int | None = None


def write_sheet(book: xlsxwriter.Workbook, table: Table) -> None:
    """Add the sheet. Text is never taken for a formula, a number or a link."""
    sheet = book.add_worksheet(table.name)
    sheet.write_string(_TITLE, 0, table.title, book.add_format({"bold": True, "font_size": 13}))
    head = book.add_format({**_BOLD, "text_wrap": True, "align": "center"})
    plain, bold = _formats(book, _BORDER), _formats(book, _BOLD)
    for column, words in enumerate(table.heads):
        sheet.write_string(_HEAD, column, str(words), head)
    for place, row in enumerate(table.rows):
        if place == table.again:
            sheet.set_row(_FIRST + place, 32)
            for column, words in enumerate(row):
                sheet.write_string(_FIRST + place, column, str(words), head)
        else:
            _write(sheet, _FIRST + place, row, plain)
    _write(sheet, _FIRST + len(table.rows), table.total, bold)
    _lay_out(sheet, table)


def _formats(book: xlsxwriter.Workbook, base: dict[str, Any]) -> dict[str, Any]:
    return {name: book.add_format({**base, **kind}) for name, kind in {**_KINDS, **_TIMES}.items()}


def _write(sheet: Any, place: int, row: Row, formats: dict[str, Any]) -> None:
    for column, value in enumerate(row):
        match value:
            case str():
                sheet.write_string(place, column, value, formats["text"])
            case Rate() if value.expected:
                sheet.write_number(place, column, value.present / value.expected, formats["rate"])
            case int():
                sheet.write_number(place, column, value, formats["count"])
            case date():
                sheet.write_datetime(place, column, value, formats["date"])
            case time():
                sheet.write_datetime(place, column, value, formats["time"])
            case _:
                sheet.write_blank(place, column, None, formats["text"])


def _lay_out(sheet: Any, table: Table) -> None:
    sheet.freeze_panes(_FIRST, table.frozen)
    sheet.set_row(_HEAD, 45)  # three lines: no program finds the height of a wrapped head for itself
    for column, width in enumerate(table.widths):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4)
    sheet.fit_to_pages(1, 0 if table.again is None else 1)
    sheet.repeat_rows(_HEAD)
    sheet.set_footer("&R&P/&N")
    sheet.print_area(0, 0, _FIRST + len(table.rows), len(table.widths) - 1)
