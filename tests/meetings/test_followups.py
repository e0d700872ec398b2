"""The lines of `nhiemvu`: what is read, whom a word means, and which fault refuses the whole message."""

from datetime import date

import pytest

from meetings.followups import BadTask, Candidate, TaskFault, read_due, read_tasks
from meetings.terms import PersonId

TODAY = date(2026, 11, 24)
PEOPLE = [
    Candidate(PersonId(11), 1, "Lò Thị Mai"),
    Candidate(PersonId(12), 2, "Lò Văn Mai"),
    Candidate(PersonId(14), 4, "Quàng Văn Đức"),
    Candidate(PersonId(15), 5, None),
    Candidate(PersonId(19), None, "Nguyễn Thị Chủ"),
]


def fault(text: str) -> tuple[TaskFault, int, str]:
    with pytest.raises(BadTask) as raised:
        read_tasks(text, PEOPLE, TODAY)
    return raised.value.kind, raised.value.line, raised.value.word


def test_a_line_has_a_title_an_owner_and_a_day() -> None:
    [read] = read_tasks("  Tu sửa  đường thôn | 4 | 30/12 ", PEOPLE, TODAY)
    assert (read.title, read.person, read.due) == ("Tu sửa đường thôn", 14, date(2026, 12, 30))


@pytest.mark.parametrize(
    ("owner", "person"),
    [
        ("4", 14),
        ("số 4", 14),
        ("Quàng Văn Đức", 14),
        ("quang van duc", 14),
        ("đ/c Đức", 14),
        ("đồng chí duc", 14),
        ("van duc", 14),
        ("quàng", 14),
        ("lo thi mai", 11),
        ("văn mai", 12),
        ("5", 15),
        ("chủ", 19),
        ("cả chi bộ", None),
        ("Chi bộ", None),
    ],
)
def test_an_owner_is_named_by_number_or_name_with_or_without_accents(owner: str, person: int | None) -> None:
    [read] = read_tasks(f"Việc | {owner} | 30/12", PEOPLE, TODAY)
    assert read.person == person


def test_several_lines_and_semicolons_are_read_and_blank_lines_are_none() -> None:
    read = read_tasks("Một | 4 | 30/12\n\n Hai ; 1 ; 5/12\r\nBa (a; b) | 1 | mai\n", PEOPLE, TODAY)
    assert [one.title for one in read] == ["Một", "Hai", "Ba (a; b)"]
    assert read[2].due == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (TaskFault.NOTHING, 0, "")),
        (" \n ", (TaskFault.NOTHING, 0, "")),
        ("Tu sửa đường", (TaskFault.NOT_THREE, 1, "")),
        ("Tu sửa | 4", (TaskFault.NOT_THREE, 1, "")),
        ("a | 4 | 30/12 | b", (TaskFault.NOT_THREE, 1, "")),
        (" | 4 | 30/12", (TaskFault.NO_TITLE, 1, "")),
        ("x" * 300 + " | 4 | 30/12", (TaskFault.LONG, 1, "")),
        ("Một | 4 | 30/12\nHai | 44 | 30/12", (TaskFault.NO_NUMBER, 2, "44")),
        ("Một | 4 | 30/12\nHai | Hương | 30/12", (TaskFault.NO_NAME, 2, "Hương")),
        ("Hai | mai | 30/12", (TaskFault.TWO_NAMES, 1, "mai")),
        ("Hai |  | 30/12", (TaskFault.NO_NAME, 1, "")),
        ("Hai | 4 | sớm", (TaskFault.NO_DAY, 1, "sớm")),
        ("Hai | 4 | ", (TaskFault.NO_DAY, 1, "")),
        ("Hai | 4 | 31/11", (TaskFault.NO_DAY, 1, "31/11")),
        ("Hai | 4 | 24/11", (TaskFault.PAST, 1, "24/11")),
        ("Hai | 4 | 20/11", (TaskFault.PAST, 1, "20/11")),
        ("Hai | 4 | 20/11/2026", (TaskFault.PAST, 1, "20/11/2026")),
        ("Hai | 4 | 30/12/2028", (TaskFault.FAR, 1, "30/12/2028")),
        ("Một | 4 | 30/12\nmột | 4 | 5/12", (TaskFault.REPEATED, 2, "một")),
        ("\n".join(["Một | 4 | 30/12"] * 11), (TaskFault.TOO_MANY, 0, "")),
    ],
)
def test_a_bad_line_is_named(text: str, expected: tuple[TaskFault, int, str]) -> None:
    assert fault(text) == expected


def test_next_years_day_needs_its_year() -> None:
    assert read_due("20/11/2027", TODAY) == date(2027, 11, 20)
    assert read_due("20/11/27", TODAY) == date(2027, 11, 20)
    assert read_due("30/6", TODAY) == date(2027, 6, 30)
