from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from meetings.folding import tidy
from meetings.terms import CellRole, CellType, Standing, UpperRole
from reports.roster.fictional import fictional_roster
from reports.roster.reading import read_roster
from reports.roster.rows import AssignmentRow, OfficialRow, PersonRow, Roster, RosterStatus, UnitRow
from reports.roster.template import write_roster, write_template


def test_the_empty_template_lacks_nothing_but_rows(tmp_path: Path) -> None:
    write_template(tmp_path / "mẫu.xlsx")
    _, faults = read_roster(tmp_path / "mẫu.xlsx")
    assert [(fault.sheet, fault.row, fault.column, fault.code) for fault in faults] == [
        ("Tổ chức", 2, "Mã", "no_rows"),
        ("Đảng viên", 2, "Mã", "no_rows"),
    ]


def test_the_template_explains_itself(tmp_path: Path) -> None:
    write_template(tmp_path / "mẫu.xlsx")
    book = load_workbook(tmp_path / "mẫu.xlsx")
    assert book.sheetnames == ["Tổ chức", "Đảng viên", "Cấp uỷ", "Phân công"]
    for sheet in book.worksheets:
        headers = [cell for cell in sheet[1] if cell.value]
        assert all(cell.comment is not None for cell in headers)
        assert sheet.freeze_panes == "A2"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.column_dimensions["A"].width >= 10
    people = book["Đảng viên"]
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in people.data_validations.dataValidation}
    assert lists["C2"] == "'Tổ chức'!$A$2:$A$5000"
    assert lists["K2"] == "'Đảng viên'!$A$2:$A$5000"
    assert lists["F2"] == '"chính thức,dự bị"'
    note = people["A1"].comment
    assert note is not None
    assert note.text.startswith("Bắt buộc.")


def test_the_same_roster_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_roster(tmp_path / name, fictional_roster())
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_fictional_roster_reads_back_equal(tmp_path: Path) -> None:
    write_roster(tmp_path / "roster.xlsx", fictional_roster())
    roster, faults = read_roster(tmp_path / "roster.xlsx")
    assert faults == []
    assert roster == fictional_roster()


@pytest.mark.parametrize("value", ["=1+1", "+84", "-x", "@sum", "{=A1}", "http://a.vn", "0012", "1e5"])
def test_a_value_that_looks_like_a_formula_is_written_as_plain_text(tmp_path: Path, value: str) -> None:
    write_roster(tmp_path / "roster.xlsx", Roster(units=(UnitRow(value, value, "cell"),)))
    sheet = load_workbook(tmp_path / "roster.xlsx")["Tổ chức"]
    assert sheet["A2"].value == value
    assert b"<f>" not in (tmp_path / "roster.xlsx").read_bytes()


def _is_plain(text: str) -> bool:
    return bool(text) and tidy(text) == text and text[0] not in "=+-@#" and "_x" not in text


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn"]), min_size=1, max_size=30).filter(
    _is_plain
)
DATES = st.none() | st.dates(date(1930, 1, 1), date(2100, 1, 1))
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
RULES = st.sampled_from(["1", "24", "31", "last", "first-monday", "last-friday", "lunar-15"])


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    root = UnitRow("X", draw(TEXTS), draw(st.sampled_from(["commune", "province", "committee", "khối"])))
    day = draw(st.none() | RULES)
    at = draw(st.none() | TIMES) if day else None
    kind = draw(st.none() | st.sampled_from(CellType))
    bots = draw(st.lists(st.sampled_from(["một", "hai"]), unique=True).map(tuple))
    cell = UnitRow("C", draw(TEXTS), "cell", "X", kind, day, at, draw(st.none() | TEXTS), bots)
    people = [draw(people_rows(number)) for number in range(1, draw(st.integers(2, 5)))]
    official = OfficialRow("O1", draw(TEXTS), "X", draw(st.sampled_from(UpperRole)), draw(st.booleans()))
    since, until = draw(spans())
    task = AssignmentRow("O1", "C", draw(st.none() | st.integers(0, 99)), since, until)
    return Roster((root, cell), tuple(people), (official,), (task,))


@st.composite
def spans(draw: st.DrawFn) -> tuple[date | None, date | None]:
    since, until = draw(DATES), draw(DATES)
    return (until, since) if since and until and until < since else (since, until)


@st.composite
def people_rows(draw: st.DrawFn, number: int) -> PersonRow:
    since, until = draw(spans())
    return PersonRow(
        code=f"00{number}",
        name=draw(TEXTS),
        cell="C",
        number=number,
        group=draw(st.none() | TEXTS),
        standing=draw(st.sampled_from(Standing)),
        status=draw(st.sampled_from(RosterStatus)),
        since=since,
        until=until,
        role=draw(st.none() | st.sampled_from(CellRole)),
        liaison=draw(st.sampled_from([None, "O1"])),
        language=draw(st.sampled_from([None, "vi", "en"])),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(roster=rosters())
def test_every_roster_reads_back_equal(tmp_path: Path, roster: Roster) -> None:
    write_roster(tmp_path / "roster.xlsx", roster)
    found, faults = read_roster(tmp_path / "roster.xlsx")
    assert faults == []
    assert found == roster
