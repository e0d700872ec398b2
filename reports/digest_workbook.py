"""The digest as a workbook: one row a cell, real numbers, set up for printing on A4."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import xlsxwriter

from chat.text import Text
from meetings.attendance import Tally
from reports.catalogue import Catalogue

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COUNTS = ("roll", "expected", "present", "excused", "unexcused", "awaiting", "extra", "guests")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One cell of the digest; `tally` is None unless its list is closed."""

    code: str
    name: str
    state: str
    tally: Tally | None
    held_late: bool
    amendment: int


@dataclass(frozen=True, slots=True)
class DigestTable:
    """What the workbook shows."""

    title: Text
    rows: Sequence[TableRow]
    total: Tally


def write_digest(path: Path, table: DigestTable, catalogue: Catalogue, language: str) -> None:
    """Write the workbook to a file. Raises OSError; xlsxwriter would have errors of its own for a path."""
    path.write_bytes(digest_file(table, catalogue, language))


def digest_file(table: DigestTable, catalogue: Catalogue, language: str) -> bytes:
    """The workbook. Text is written as text, whatever it begins with."""
    content = BytesIO()

    def say(key: str) -> str:
        return catalogue.render(Text(key), language)

    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet(say("digest.sheet"))
        title = catalogue.render(table.title, language)
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 13}))
        _fill(book, sheet, table, say)
        _layout(sheet, 3 + len(table.rows))
    return content.getvalue()


def _fill(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    table: DigestTable,
    say: Callable[[str], str],
) -> None:
    shaded = {"bold": True, "border": 1, "bg_color": "#F2F2F2"}
    heading = book.add_format({**shaded, "text_wrap": True, "align": "center", "valign": "vcenter"})
    bold, bold_percent = book.add_format(shaded), book.add_format({**shaded, "num_format": "0.0%"})
    cell, percent = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "0.0%"})
    for column, head in enumerate(("code", "cell", "state", *_COUNTS, "rate", "held_late", "amendment")):
        sheet.write_string(2, column, say(f"digest.column.{head}"), heading)
    for place, row in enumerate(table.rows, start=3):
        sheet.write_string(place, 0, row.code, cell)
        sheet.write_string(place, 1, row.name, cell)
        sheet.write_string(place, 2, say(f"state.{row.state}"), cell)
        _counts(sheet, place, row.tally, (cell, percent))
        sheet.write_string(place, 12, say("digest.yes") if row.held_late else "", cell)
        sheet.write_number(place, 13, row.amendment, cell)
    last = 3 + len(table.rows)
    for column in (0, 2, 12, 13):
        sheet.write_blank(last, column, None, bold)
    sheet.write_string(last, 1, say("digest.total"), bold)
    _counts(sheet, last, table.total, (bold, bold_percent))


def _counts(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    tally: Tally | None,
    formats: tuple[xlsxwriter.format.Format, xlsxwriter.format.Format],
) -> None:
    """The counts and the rate of one row; blank cells where nothing is closed."""
    plain, percent = formats
    for column, name in enumerate(_COUNTS, start=3):
        if tally is None:
            sheet.write_blank(row, column, None, plain)
        else:
            sheet.write_number(row, column, getattr(tally, name), plain)
    if tally is None or tally.expected == 0:
        sheet.write_blank(row, 11, None, percent)
    else:
        sheet.write_number(row, 11, tally.present / tally.expected, percent)


def _layout(sheet: xlsxwriter.worksheet.Worksheet, last: int) -> None:
    sheet.freeze_panes(3, 2)
    sheet.set_row(2, 45)  # three lines: no program finds the height of a wrapped head for itself
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 32)
    sheet.set_column(2, 2, 17)
    sheet.set_column(3, 13, 10)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.print_area(0, 0, last, 13)
