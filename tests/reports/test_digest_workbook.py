"""The digest's workbook as a reader's program opens it: typed values, heads in sight, A4 across, text as text."""

import io
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from chat.text import Text
from meetings.attendance import Tally
from meetings.period import Period
from reports.catalogue import LANGUAGES, Catalogue
from reports.digest_workbook import CalendarRow, DigestBook, DigestTable, TableRow, VisitRow, digest_file
from reports.year_sight import SightRow, Sign, Square, YearSight

CATALOGUE = Catalogue(ZoneInfo("Asia/Ho_Chi_Minh"))
NOVEMBER = Period(2026, 11)
TALLY = Tally(roll=38, expected=31, present=28, online=1, excused=2, awaiting=1, extra=1, guests=1)
TRAPS = ("=1+1", "+84", "-5", "@SUM(A1)", "http://x.vn", "007", "\t=2", "<b>")


def book(name: str = "Chi bộ bản Noong") -> DigestBook:
    square = Square(Sign.RATE, 2, 1, 28, 31)
    rows = [
        TableRow("C1", name, "closed", TALLY, held_late=True, amendment=1),
        TableRow("C2", "Chi bộ bản Ten", "none", None, held_late=False, amendment=0),
    ]
    title = Text("digest.first", {"period": NOVEMBER.first_day, "unit": name})
    return DigestBook(
        DigestTable(title, rows, TALLY),
        [(Text("digest.sum.cells"), 2300), (Text("digest.column.rate"), TALLY.rate)],
        YearSight(
            name,
            (Period(2026, 10), NOVEMBER),
            SightRow("X1", name, (Square(Sign.UNKNOWN), square)),
            [SightRow("C1", name, (Square(Sign.NOT_HELD), square))],
        ),
        title,
        [CalendarRow("C1", name, "regular", datetime(2026, 12, 3, 12, 30, tzinfo=UTC), name, "planned")],
        thematic={"C1": 1},
        officials={"C1": 2},
        visits=[
            VisitRow("C2", "Chi bộ bản Ten", 0, 0, None),
            VisitRow("C1", name, 2, 3, datetime(2026, 11, 24, 17, 30, tzinfo=UTC)),
        ],
    )


def opened(made: DigestBook, language: str = "vi") -> Workbook:
    return load_workbook(io.BytesIO(digest_file(made, CATALOGUE, language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_five_sheets_each_set_up_to_be_read_and_printed(language: str) -> None:
    found = opened(book(), language)
    assert len(found.sheetnames) == 5
    for sheet in found.worksheets:
        assert sheet.freeze_panes in ("A4", "C4")
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage  # one page across, however many down
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.print_area
    assert [one.page_setup.fitToHeight for one in found.worksheets] == [
        None,
        0,
        0,
        0,
        0,
    ]  # the sums on one page


def test_numbers_are_numbers_with_a_format_and_what_is_not_closed_is_empty() -> None:
    summary, cells, months, visits, calendar = opened(book()).worksheets
    assert (summary["B4"].value, summary["B4"].number_format) == (2300, "#,##0")
    assert summary["B5"].value == pytest.approx(28 / 31)
    assert summary["B5"].number_format == "0.0%"
    first = [cell.value for cell in cells[4]]
    assert first[:11] == ["C1", "Chi bộ bản Noong", "đã chốt danh sách", 38, 31, 28, 2, 0, 1, 1, 1]
    assert first[11] == pytest.approx(28 / 31)
    assert first[12:] == ["có", 1, 1, 2]
    assert [cell.value for cell in cells[5]][2:] == ["chưa có lịch", *[None] * 10, 0, 0, 0]
    assert [cell.value for cell in cells[6]][1:6] == ["Cộng", None, 38, 31, 28]
    assert [cell.value for cell in months[4]][:3] == ["C1", "Bản Noong", "chưa sinh hoạt"]
    assert months["D5"].value == pytest.approx(28 / 31)
    looked_after = list(visits.iter_rows(min_row=4, values_only=True))
    assert looked_after[0] == ("C2", "Chi bộ bản Ten", 0, 0, None)
    assert looked_after[1] == ("C1", "Chi bộ bản Noong", 2, 3, datetime(2026, 11, 25))  # noqa: DTZ001
    assert looked_after[2] == (None, "Cộng", None, 3, None)
    assert (calendar["A4"].value, calendar["A4"].number_format) == (datetime(2026, 12, 3), "dd/mm/yyyy")  # noqa: DTZ001
    assert (calendar["B4"].value, calendar["B4"].number_format) == (time(19, 30), 'hh"h"mm')


def test_below_the_sums_every_month_of_the_year_has_a_line() -> None:
    summary = opened(book()).worksheets[0]
    lines = [[cell.value for cell in row] for row in summary.iter_rows(min_row=7)]
    assert lines[0] == ["Tháng", "Đã chốt danh sách", "Phải dự", "Có mặt", "Tỷ lệ"]
    assert lines[1] == ["Tháng 10/2026", None, None, None, None]
    assert lines[2][:4] == ["Tháng 11/2026", 1, 31, 28]
    assert lines[2][4] == pytest.approx(28 / 31)


@pytest.mark.parametrize("name", TRAPS)
def test_text_is_never_a_formula_a_number_or_a_link(name: str) -> None:
    found = opened(book(name))
    for sheet in found.worksheets:
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert kinds <= {"s", "n", "d"}
        assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    assert (found.worksheets[1]["B4"].value, found.worksheets[4]["E4"].value) == (name, name)
