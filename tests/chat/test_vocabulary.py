import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.folding import fold
from tests.chat.words import VOCABULARY

NAMES = ("coming", "absent", "agree", "all", "stop")


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        *((typed, "coming") for typed in ("có", "Có dự", "CÓ DỰ!", "  có   dự. ", "vâng", "ok", "co du")),
        *((typed, "absent") for typed in ("vắng", "Báo vắng", "bao vang", "KO", "không dự được…")),
        *((typed, "agree") for typed in ("đồng ý", "Đồng ý.", "dong y", "DONG Y")),
        ("đủ", "all"),
    ],
)
def test_a_whole_message_has_its_meaning(typed: str, meaning: str) -> None:
    assert VOCABULARY.first(typed, NAMES) == meaning
    assert VOCABULARY.first(unicodedata.normalize("NFD", typed), NAMES) == meaning


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "không đồng ý",
            "không có",
            "đồng ý nhé",
            "tôi có dự",
            "vắng 3 7kp",
            "có.dự",
            "1",
            "",
            " ",
            "?",
            "…",
        ),
        "có\ndự rồi",
    ],
)
def test_a_word_inside_a_longer_message_means_nothing(typed: str) -> None:
    assert VOCABULARY.first(typed, NAMES) is None


@pytest.mark.parametrize("typed", ["vang", "dung", "thoi", "da", "Vang.", " DUNG "])
def test_an_ambiguous_word_without_accents_means_nothing(typed: str) -> None:
    assert VOCABULARY.first(typed, NAMES) is None
    assert VOCABULARY.ambiguous(typed)


@pytest.mark.parametrize(
    ("typed", "meaning"), [("vâng", "coming"), ("vắng", "absent"), ("dừng", "stop"), ("dạ", "stop")]
)
def test_with_its_accents_it_is_not_ambiguous(typed: str, meaning: str) -> None:
    assert VOCABULARY.first(typed, NAMES) == meaning
    assert not VOCABULARY.ambiguous(typed)


@pytest.mark.parametrize("typed", ["vàng", "đúng", "thời", "đá"])
def test_another_word_of_the_same_letters_is_not_taken_for_it(typed: str) -> None:
    assert VOCABULARY.first(typed, NAMES) is None


def test_accents_decide_before_the_order_of_the_question() -> None:
    assert VOCABULARY.first("đủ", ["coming", "all"]) == "all"
    assert VOCABULARY.first("dự", ["all", "coming"]) == "coming"


def test_without_accents_the_question_decides() -> None:
    assert VOCABULARY.first("du", ["coming", "all"]) == "coming"
    assert VOCABULARY.first("du", ["all", "coming"]) == "all"


def test_only_what_is_asked_for_counts() -> None:
    assert VOCABULARY.first("đồng ý", ["coming", "absent"]) is None
    assert VOCABULARY.means("đồng ý", "agree")
    assert not VOCABULARY.means("đồng ý", "coming")
    assert not VOCABULARY.means("đồng ý", "no such meaning")
    assert VOCABULARY.first("đồng ý", ["no such meaning"]) is None


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_text_can_be_looked_up(typed: str) -> None:
    found = VOCABULARY.first(typed, NAMES)
    assert found is None or VOCABULARY.means(typed, found)
    assert not (VOCABULARY.ambiguous(typed) and found)


@given(st.sampled_from(["vang", "dung", "thoi", "da"]), st.text(alphabet=" .,;:!?…", max_size=5))
def test_punctuation_does_not_make_up_for_missing_accents(word: str, tail: str) -> None:
    assert fold(word) == word
    assert VOCABULARY.first(word + tail, NAMES) is None
