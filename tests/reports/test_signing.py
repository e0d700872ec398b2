"""The list to sign: every number and name once, one page for as many as a large cell has."""

import io
from dataclasses import replace

import pytest
from docx import Document
from docx.shared import Mm

from reports.signing import SigningList, write
from tests.reports.packages import W, faults, fonts


def of(people: int, exempt: int = 2) -> SigningList:
    return SigningList(
        "DANH SÁCH",
        ("Chi bộ bản Noong", "19 giờ 30"),
        ("Số", "Họ và tên", "Ký tên"),
        [(str(n), f"Người {n}") for n in range(1, people + 1)],
        "Miễn sinh hoạt",
        [(str(n), f"Người {n}") for n in range(people + 1, people + exempt + 1)],
        "vắng 3 7kp",
    )


@pytest.mark.parametrize("people", [1, 3, 27, 28, 52, 58])
def test_everybody_stands_there_once_by_number_and_it_fits_one_page(people: int) -> None:
    opened = Document(io.BytesIO(write(of(people))))
    [table] = opened.tables
    read = []
    for start in range(0, len(table.columns), 3):  # the blocks one after the other
        for row in table.rows[1:]:
            number, name, signature = (row.cells[start + at].text for at in range(3))
            assert signature in ("", "Miễn sinh hoạt")  # a line of its own over all three columns
            if number or name:
                read.append((number, name))
    listed = of(people)
    assert read == [*listed.people, ("Miễn sinh hoạt",) * 2, *listed.exempt]
    assert sum(row.height or 0 for row in table.rows) <= Mm(225)
    assert all((row.height or 0) >= Mm(6) for row in table.rows)


@pytest.mark.parametrize("people", [5, 52, 90])
def test_it_is_a_document_that_word_opens(people: int) -> None:
    content = write(of(people))
    assert faults(content) == []
    assert fonts(content) == [{"Times New Roman"}] * 4
    opened = Document(io.BytesIO(content))
    assert {one.get(f"{W}val") for one in opened.styles.element.iter(f"{W}lang")} == {"vi-VN"}
    heads = [row for row in opened.tables[0]._tbl.tr_lst if row.find(f"{W}trPr/{W}tblHeader") is not None]
    assert heads == [opened.tables[0]._tbl.tr_lst[0]], "should there be a second page, it says what is what"


def test_a_sign_that_no_document_may_hold_costs_nobody_the_list() -> None:
    odd = replace(of(1), title="DANH\x0b SÁCH", details=("Chi\x00 bộ",))
    assert [one.text for one in Document(io.BytesIO(write(odd))).paragraphs][:2] == ["DANH SÁCH", "Chi bộ"]


def test_without_exempt_members_there_is_no_line_for_them() -> None:
    opened = Document(io.BytesIO(write(of(5, exempt=0))))
    assert [row.cells[1].text for row in opened.tables[0].rows][-1] == "Người 5"
