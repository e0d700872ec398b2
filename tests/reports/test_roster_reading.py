from datetime import date, datetime, time

from meetings.terms import CellRole, CellType, Standing, UpperRole
from reports.roster.cells import Raw
from reports.roster.checks import warnings
from reports.roster.reading import read_roster
from reports.roster.rows import AssignmentRow, OfficialRow, PersonRow, RosterStatus, UnitRow, fault_text
from tests.reports.workbooks import PEOPLE, Sheets, changed, faults_of, good, places, workbook

FEWEST = {"X01-CB1": 3}


def test_a_workbook_with_english_names_is_read_whole() -> None:
    roster, faults = read_roster(workbook(good()))
    assert faults == []
    assert warnings(roster, FEWEST) == []
    assert roster.units == (
        UnitRow("X01", "Xã Mẫu", "commune"),
        UnitRow(
            "X01-CB1",
            "Chi bộ Một",
            "cell",
            "X01",
            CellType.VILLAGE,
            "24",
            time(19, 30),
            "Nhà văn hoá",
            ("a", "b"),
        ),
    )
    assert roster.people[0] == PersonRow(
        "DV001", "Lò Thị Một", "X01-CB1", 1, group="1", role=CellRole.SECRETARY, language="vi"
    )
    assert roster.people[1] == PersonRow(
        "DV002",
        "Lò Văn Hai",
        "X01-CB1",
        2,
        status=RosterStatus.EXEMPT,
        since=date(2026, 1, 1),
        liaison="DV001",
    )
    assert roster.officials == (OfficialRow("CB001", "Vi Văn Bốn", "X01", UpperRole.STANDING, digest=True),)
    assert roster.assignments == (AssignmentRow("CB001", "X01-CB1", 2, date(2026, 1, 1)),)
    assert [row.where for row in roster.people] == ["people!2", "people!3", "people!4"]


def test_vietnamese_names_are_read_without_accents_and_with_either_tone_placement() -> None:
    sheets: Sheets = {
        "TO CHUC": [
            ["mã", "TÊN *", "Cap", "Trực  thuộc", "loai hinh", "Ngày", "giờ", "Dia diem"],
            ["X01", "Xã Mẫu", "Xã"],
            ["CB1", "Chi bộ Một", "chi bo", "X01", "Bản", "last-friday", "19h30"],
        ],
        "Đảng viên": [
            [
                "Ma",
                "HỌ TÊN",
                "chi bộ",
                "so",
                "to",
                "dien",
                "Trạng thái",
                "tu ngay",
                "Đến ngày",
                "chuc vu",
                "language",
            ],
            [
                "DV1",
                "Hà Thuý Một",
                "CB1",
                "07",
                None,
                "Dự bị",
                "Mien sinh hoat",
                "5/1/2026",
                None,
                "bi thu",
                "Tiếng Việt",
            ],
        ],
        "Cấp ủy": [["Mã", "Tổ chức", "role", "nhận tổng hợp"], ["DV1", "X01", "Uỷ viên ban thường vụ", "Có"]],
        "phan cong": [
            ["Mã", "Chi bộ", "Số lần / năm", "Từ"],
            ["DV1", "CB1", "3", datetime.fromisoformat("2026-01-05")],
        ],
    }
    roster, faults = read_roster(workbook(sheets))
    assert faults == []
    assert roster.units[1] == UnitRow(
        "CB1", "Chi bộ Một", "cell", "X01", CellType.VILLAGE, "last-friday", time(19, 30)
    )
    assert roster.people == (
        PersonRow(
            "DV1",
            "Hà Thuý Một",
            "CB1",
            7,
            standing=Standing.PROBATIONARY,
            status=RosterStatus.EXEMPT,
            since=date(2026, 1, 5),
            role=CellRole.SECRETARY,
            language="vi",
        ),
    )
    assert roster.officials == (OfficialRow("DV1", None, "X01", UpperRole.STANDING, digest=True),)
    assert roster.assignments == (AssignmentRow("DV1", "CB1", 3, date(2026, 1, 5)),)


def test_missing_sheets_are_named_but_officials_and_assignments_may_be_missing() -> None:
    sheets = good()
    del sheets["officials"], sheets["assignments"]
    assert faults_of(sheets) == []
    del sheets["units"]
    assert faults_of(sheets) == [("units", 1, "code", "missing_sheet")]
    assert faults_of({"ghi chú": [["xin chào"]]}) == [
        ("units", 1, "code", "missing_sheet"),
        ("people", 1, "code", "missing_sheet"),
    ]


def test_empty_sheets_of_officials_are_no_fault_and_notes_of_ones_own_are_left_alone() -> None:
    assert faults_of({**good(), "officials": [], "assignments": [], "Sheet1": [], "Ghi chú": [["abc"]]}) == []


def test_a_sheet_under_a_wrong_name_is_not_lost_silently() -> None:
    sheets = good()
    sheets["Can bo"] = sheets.pop("officials")
    assert ("Can bo", 1, "person", "unknown_sheet") in faults_of(sheets)


def test_the_same_sheet_in_both_languages_is_a_fault() -> None:
    assert faults_of({**good(), "Đảng viên": [[*PEOPLE]]}) == [("Đảng viên", 1, "code", "double_sheet")]


def test_columns_missing_unknown_double_and_unnamed_are_named() -> None:
    sheets = good()
    sheets["people"][0] = ["code", "name", "cell", "Số thẻ", "Mã", None, "status"]
    sheets["people"][1:] = [["DV001", "Lò Thị Một", "X01-CB1", 1, "x", "lạc"]]
    sheets["officials"], sheets["assignments"] = [], []
    assert faults_of(sheets) == [
        ("people", 1, "Số thẻ", "unknown_column"),
        ("people", 1, "Mã", "double_column"),
        ("people", 1, "number", "missing_column"),
        ("people", 2, "F", "unnamed_column"),
    ]


def test_a_fault_shows_the_header_as_it_stands_in_the_workbook() -> None:
    sheets = good()
    sheets["people"][0][3] = "SỐ"
    sheets["people"][2][3] = "x"
    _, faults = read_roster(workbook(sheets))
    assert [str(fault) for fault in faults] == ["people!3 SỐ: «x» không phải số nguyên từ 1 đến 999"]
    assert fault_text(faults[0], "en") == 'people!3 SỐ: "x" is not a whole number from 1 to 999'


def test_the_number_of_a_member_who_left_may_be_given_away() -> None:
    roster, faults = read_roster(
        workbook(changed({("people", 3, "status"): "Chuyển đi", ("people", 4, "number"): 2}))
    )
    assert faults == []
    assert roster.people[1].status is RosterStatus.LEFT


def test_a_person_in_two_cells_has_two_rows_with_one_name() -> None:
    second: list[list[Raw]] = [["CB2", "Chi bộ Hai", "cell", "X01"]]
    sheets = good()
    sheets["units"] += second
    sheets["people"].append(["dv003", "Lò văn Ba", "cb2", 1, None, None, "temporary_in"])
    roster, faults = read_roster(workbook(sheets))
    assert faults == []
    assert (roster.people[-1].code, roster.people[-1].cell) == ("DV003", "CB2")
    sheets["people"][-1][1] = "Lò Văn Bá"
    assert faults_of(sheets) == [("people", 5, "name", "other_name")]


def test_a_tree_may_have_several_roots_and_levels_of_any_name() -> None:
    sheets = good()
    sheets["units"] += [["Q1", "Khối", "Khối Đặc Thù"], ["Q2", "Huyện cũ", "huyện", "Q1"]]
    roster, faults = read_roster(workbook(sheets))
    assert faults == []
    assert [unit.level for unit in roster.units[2:]] == ["khối đặc thù", "district"]


def test_a_cell_may_leave_its_day_to_the_secretary() -> None:
    assert faults_of(changed({("units", 3, "day"): None, ("units", 3, "time"): None})) == []


def test_a_small_cell_and_an_open_ended_absence_are_warnings() -> None:
    roster, faults = read_roster(
        workbook(changed({("people", 3, "standing"): "dự bị", ("people", 4, "status"): "away"}))
    )
    assert faults == []
    assert places(warnings(roster, FEWEST)) == [
        ("units", 3, "code", "few_members"),
        ("people", 4, "until", "away_not_approved"),
    ]
    few = warnings(roster, FEWEST)[0]
    assert fault_text(few) == "units!3 code: chi bộ có 2 đảng viên chính thức, ít hơn 3"
    assert places(warnings(roster, {"X01-CB1": 2})) == [("people", 4, "until", "away_not_approved")]
