import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.splitting import split, units


def test_a_text_that_fits_stays_one_piece() -> None:
    assert split("Kính gửi đồng chí", 17) == ["Kính gửi đồng chí"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("một hai\n\nba bốn năm", ["một hai", "ba bốn năm"]),
        ("một hai\nba bốn năm", ["một hai", "ba bốn năm"]),
        ("một hai ba bốn năm", ["một hai ba", "bốn năm"]),
        ("một-hai-ba-bốn-năm", ["một-hai-ba-b", "ốn-năm"]),
    ],
)
def test_it_is_cut_at_a_paragraph_a_line_or_a_blank_if_there_is_one(text: str, pieces: list[str]) -> None:
    assert split(text, 12) == pieces


def test_a_character_outside_the_first_plane_counts_twice_and_is_not_cut() -> None:
    assert units("🔔a") == 3
    assert split("🔔🔔🔔", 5) == ["🔔🔔", "🔔"]


def test_nothing_becomes_one_empty_piece() -> None:
    assert split("", 10) == split(" " * 30, 10) == [""]


@given(st.text(alphabet="ab đ🔔\n", max_size=200), st.integers(2, 40))
def test_every_piece_fits_and_nothing_but_white_space_is_lost(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(units(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
