"""Typed lines that put somebody in charge: cells by code or name, and the term."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.charging import BadCharge, CellName, ChargeFault, Term, check_term, read_cells, read_term
from meetings.terms import UnitId

TODAY = date(2026, 11, 10)
CELLS = [
    CellName(UnitId(1), "X01-C1", "Chi bộ bản Noong"),
    CellName(UnitId(2), "X01-C2", "Chi bộ bản Ten"),
    CellName(UnitId(3), "X01-C3", "Chi bộ bản Ten"),
]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("X01-C1", [1]),
        ("x01-c1, x01-c2", [1, 2]),
        ("x01-c2 x01-c1", [2, 1]),
        ("chi bo ban noong; X01-C3", [1, 3]),
        ("Chi bộ bản Noong, chi bộ bản noong.", [1]),
        ("X01-C1\nX01-C2", [1, 2]),
    ],
)
def test_cells_are_read_by_code_or_by_name(words: str, found: list[int]) -> None:
    assert read_cells(words, CELLS) == found


@pytest.mark.parametrize(
    "words", ["", " , ", "Chi bộ bản Ten", "bản Xa", "X01-C1, bản Xa", "X01-C1 và X01-C2"]
)
def test_an_unknown_cell_or_a_name_of_two_refuses_the_whole_line(words: str) -> None:
    with pytest.raises(BadCharge) as caught:
        read_cells(words, CELLS)
    assert caught.value.kind is ChargeFault.NO_CELL


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("từ 01/01/2027 đến 31/12/2027 3 lần", Term(date(2027, 1, 1), date(2027, 12, 31), 3)),
        ("tu 1/1/2027 den het ngay 31/12/2027, 3 lan/nam", Term(date(2027, 1, 1), date(2027, 12, 31), 3)),
        ("đến 31/12", Term(None, date(2026, 12, 31), None)),
        ("hằng tháng", Term(None, None, 12)),
        ("Hàng tháng, từ ngày 01/12/2026", Term(date(2026, 12, 1), None, 12)),
        ("2 lần mỗi năm", Term(None, None, 2)),
        ("from 01/12/2026 monthly", Term(date(2026, 12, 1), None, 12)),
    ],
)
def test_any_part_of_a_term_may_be_typed(words: str, term: Term) -> None:
    assert read_term(words, TODAY) == term


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("bao giờ cũng được", ChargeFault.NO_TERM),
        ("", ChargeFault.NO_TERM),
        ("3 lần khi rảnh", ChargeFault.NO_TERM),
        ("từ 31/02/2027", ChargeFault.NO_DAY),
        ("100 lần", ChargeFault.VISITS),
    ],
)
def test_what_is_left_over_refuses_the_line(words: str, kind: ChargeFault) -> None:
    with pytest.raises(BadCharge) as caught:
        read_term(words, TODAY)
    assert caught.value.kind is kind


def test_an_end_lies_neither_before_the_beginning_nor_in_the_past() -> None:
    check_term(TODAY, TODAY, TODAY)
    check_term(date(2026, 1, 1), None, TODAY)
    for since, until in ((date(2026, 1, 1), date(2026, 11, 9)), (date(2027, 1, 2), date(2027, 1, 1))):
        with pytest.raises(BadCharge) as caught:
            check_term(since, until, TODAY)
        assert caught.value.kind is ChargeFault.BACKWARDS


@given(words=st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(words: str) -> None:
    for read in (lambda: read_term(words, TODAY), lambda: read_cells(words, CELLS)):
        with suppress(BadCharge):
            read()
