from datetime import datetime

import pytest

from reports.roster.cells import Raw
from reports.roster.columns import message
from tests.reports.workbooks import Place, changed, faults_of

BAD_CELLS: list[tuple[dict[tuple[str, int, str], Raw], list[Place]]] = [
    (
        {("units", 3, "code"): None},
        [
            ("units", 3, "code", "missing_value"),
            *(("people", row, "cell", "unknown_unit") for row in (2, 3, 4)),
            ("assignments", 2, "cell", "unknown_unit"),
        ],
    ),
    ({("people", 3, "name"): "  "}, [("people", 3, "name", "missing_value")]),
    ({("people", 3, "name"): "=1+1"}, [("people", 3, "name", "formula")]),
    ({("people", 3, "until"): "=H3+30"}, [("people", 3, "until", "formula")]),
    ({("people", 3, "name"): "@cmd"}, [("people", 3, "name", "formula")]),
    ({("units", 3, "place"): "#REF!"}, [("units", 3, "place", "formula")]),
    ({("units", 3, "place"): "x" * 201}, [("units", 3, "place", "too_long")]),
    ({("units", 3, "type"): "xưởng"}, [("units", 3, "type", "unknown_word")]),
    ({("people", 3, "status"): "nghỉ"}, [("people", 3, "status", "unknown_word")]),
    ({("people", 3, "language"): "fr"}, [("people", 3, "language", "unknown_word")]),
    ({("officials", 2, "digest"): "maybe"}, [("officials", 2, "digest", "unknown_word")]),
    ({("officials", 2, "role"): None}, [("officials", 2, "role", "missing_value")]),
    ({("people", 3, "number"): 0}, [("people", 3, "number", "bad_number")]),
    ({("people", 3, "number"): 1000}, [("people", 3, "number", "bad_number")]),
    ({("people", 3, "number"): 2.5}, [("people", 3, "number", "bad_number")]),
    ({("people", 3, "number"): "hai"}, [("people", 3, "number", "bad_number")]),
    ({("people", 3, "number"): "٢"}, [("people", 3, "number", "bad_number")]),
    ({("people", 3, "number"): 1}, [("people", 3, "number", "double_number")]),
    ({("assignments", 2, "visits_per_year"): 1.5}, [("assignments", 2, "visits_per_year", "bad_number")]),
    ({("people", 3, "since"): "31/02/2026"}, [("people", 3, "since", "bad_date")]),
    ({("people", 3, "since"): "11/24/2026"}, [("people", 3, "since", "bad_date")]),
    ({("people", 3, "since"): "01/01/26"}, [("people", 3, "since", "bad_date")]),
    ({("people", 3, "since"): 46023}, [("people", 3, "since", "bad_date")]),
    ({("people", 3, "until"): "31/12/2025"}, [("people", 3, "until", "until_before_since")]),
    ({("assignments", 2, "until"): "31/12/2025"}, [("assignments", 2, "until", "until_before_since")]),
    ({("units", 3, "time"): "25:00"}, [("units", 3, "time", "bad_time")]),
    ({("units", 3, "time"): "tối"}, [("units", 3, "time", "bad_time")]),
    ({("units", 3, "day"): "32"}, [("units", 3, "day", "bad_day")]),
    ({("units", 3, "day"): datetime.fromisoformat("2026-11-24")}, [("units", 3, "day", "bad_day")]),
    ({("units", 3, "day"): None}, [("units", 3, "time", "time_without_day")]),
    (
        {("units", 2, "day"): 24, ("units", 2, "time"): "19:30"},
        [("units", 2, "day", "only_for_cells"), ("units", 2, "time", "only_for_cells")],
    ),
    ({("units", 3, "parent"): "X99"}, [("units", 3, "parent", "unknown_unit")]),
    (
        {("units", 2, "parent"): "X01-CB1"},
        [("units", 2, "parent", "cycle"), ("units", 3, "parent", "cycle")],
    ),
    ({("units", 2, "parent"): "X01"}, [("units", 2, "parent", "cycle")]),
    ({("people", 3, "cell"): "X01"}, [("people", 3, "cell", "not_a_cell")]),
    ({("people", 3, "cell"): "X99"}, [("people", 3, "cell", "unknown_unit")]),
    ({("assignments", 2, "cell"): "X01"}, [("assignments", 2, "cell", "not_a_cell")]),
    ({("officials", 2, "unit"): "X99"}, [("officials", 2, "unit", "unknown_unit")]),
    ({("assignments", 2, "person"): "CB9"}, [("assignments", 2, "person", "unknown_person")]),
    ({("people", 3, "liaison"): "DV9"}, [("people", 3, "liaison", "unknown_person")]),
    ({("people", 3, "liaison"): "dv002"}, [("people", 3, "liaison", "own_liaison")]),
    ({("officials", 2, "name"): None}, [("officials", 2, "name", "name_needed")]),
    (
        {("units", 4, "code"): "x01-cb1", ("units", 4, "name"): "Hai", ("units", 4, "level"): "cell"},
        [("units", 4, "code", "double_unit")],
    ),
    (
        {("people", 4, "code"): "DV002", ("people", 4, "name"): "LÒ VĂN HAI"},
        [("people", 4, "code", "double_membership")],
    ),
    (
        {("officials", 2, "person"): "DV001", ("assignments", 2, "person"): "DV001"},
        [("officials", 2, "name", "other_name")],
    ),
    (
        {
            ("officials", 3, "person"): "CB001",
            ("officials", 3, "unit"): "X01",
            ("officials", 3, "role"): "thường vụ",
        },
        [("officials", 3, "person", "double_row")],
    ),
    (
        {("people", 3, "since"): "hôm nay", ("people", 3, "cell"): "X99", ("people", 4, "number"): "ba"},
        [
            ("people", 3, "since", "bad_date"),
            ("people", 3, "cell", "unknown_unit"),
            ("people", 4, "number", "bad_number"),
        ],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), BAD_CELLS, ids=[case[1][0][3] for case in BAD_CELLS])
def test_each_fault_is_named_at_its_cell(
    changes: dict[tuple[str, int, str], Raw], expected: list[Place]
) -> None:
    assert faults_of(changed(changes)) == expected


def test_all_faults_are_collected_in_the_order_of_the_workbook() -> None:
    sheets = changed({("people", 4, "number"): 1, ("units", 3, "type"): "?", ("people", 2, "role"): "?"})
    assert faults_of(sheets) == [
        ("units", 3, "type", "unknown_word"),
        ("people", 2, "role", "unknown_word"),
        ("people", 4, "number", "double_number"),
    ]


def test_every_message_exists_in_both_languages() -> None:
    for code in {case[3] for _, expected in BAD_CELLS for case in expected}:
        assert message(code, "vi") != message(code, "en")
