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


WORDS = st.lists(st.text(alphabet="aăđ🔔", min_size=1, max_size=6), min_size=1, max_size=60)


@given(WORDS, st.lists(st.sampled_from([" ", "\n", "\n\n"]), min_size=60, max_size=60), st.integers(24, 60))
def test_no_word_is_cut_that_fits_and_none_is_lost(words: list[str], gaps: list[str], limit: int) -> None:
    """Words of up to six characters, each of up to two units."""
    text = "".join(word + gap for word, gap in zip(words, gaps, strict=False))
    assert [word for piece in split(text, limit) for word in piece.split()] == words


@given(st.text(max_size=80), st.integers(2, 20))
def test_no_piece_ends_in_the_middle_of_a_character(text: str, limit: int) -> None:
    """A surrogate pair is one character here: every piece can be written down as UTF-8."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    for piece in split(whole, limit):
        assert piece.encode().decode() == piece


@given(st.text(alphabet="ab đ🔔\n", max_size=200), st.integers(2, 40))
def test_every_piece_fits_and_nothing_but_white_space_is_lost(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(units(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
