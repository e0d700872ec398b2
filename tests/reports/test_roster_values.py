from datetime import date, datetime, time

import pytest

from reports.roster.cells import Raw
from reports.roster.columns import SHEETS, column_title, column_titles, meaning, plain, sheet_title, written
from reports.roster.reading import read_roster
from reports.roster.rows import fault_text
from tests.reports.workbooks import changed, faults_of, good, workbook


def test_an_unknown_word_is_answered_with_the_allowed_ones() -> None:
    _, faults = read_roster(workbook(changed({("people", 3, "standing"): "đoàn viên"})))
    assert fault_text(faults[0]).endswith("chỉ dùng: chính thức = official, dự bị = probationary")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (time(19, 30), time(19, 30)),
        (datetime.fromisoformat("1899-12-30T19:30"), time(19, 30)),
        (19.5 / 24, time(19, 30)),
        (7 / 24, time(7)),
        ("19h30", time(19, 30)),
        ("19:30", time(19, 30)),
        ("7h30 tối", time(19, 30)),
    ],
)
def test_an_hour_may_be_a_time_cell_a_fraction_or_text(value: Raw, expected: time) -> None:
    roster, faults = read_roster(workbook(changed({("units", 3, "time"): value})))
    assert faults == []
    assert roster.units[1].time == expected


@pytest.mark.parametrize(
    "value",
    [datetime.fromisoformat("2026-11-24"), date(2026, 11, 24), "24/11/2026", "24-11-2026", "2026-11-24"],
)
def test_a_date_may_be_a_date_cell_or_text(value: Raw) -> None:
    roster, faults = read_roster(workbook(changed({("people", 3, "since"): value})))
    assert faults == []
    assert roster.people[1].since == date(2026, 11, 24)


@pytest.mark.parametrize("value", [24, 24.0, "24", " 24 ", "24.0"])
def test_a_number_may_be_text_or_a_float(value: Raw) -> None:
    roster, faults = read_roster(workbook(changed({("people", 3, "number"): value})))
    assert faults == []
    assert roster.people[1].number == 24


def test_texts_are_trimmed_composed_and_freed_of_invisible_marks() -> None:
    decomposed = "  Lò\u00a0 Văn\u200b Ha\u0309i "
    roster, _ = read_roster(workbook(changed({("people", 3, "name"): decomposed})))
    assert roster.people[1].name == "Lò Văn Hải"


def test_blank_rows_are_skipped_and_row_numbers_stay_those_of_the_sheet() -> None:
    sheets = good()
    sheets["people"][2:2] = [[], [None, "  "], []]
    sheets["people"][5][3] = "x"
    assert faults_of(sheets) == [("people", 6, "number", "bad_number")]


def test_no_two_words_of_one_list_are_the_same_without_accents() -> None:
    for spec in SHEETS:
        assert len({plain(column_title(spec.name, column.name)) for column in spec.columns}) == len(
            spec.columns
        )
        for column in spec.columns:
            if column.words is not None:
                assert all(meaning(column.words, found) is not None for found in written(column.words))
                meanings = [meaning(column.words, found.upper()) for found in written(column.words)]
                assert len(set(meanings)) == len(meanings)
    assert len({plain(sheet_title(spec.name)) for spec in SHEETS}) == 4
    assert column_titles(SHEETS[3]).startswith("Mã = person, Chi bộ = cell")
