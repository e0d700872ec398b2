import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.folding import fold, name_key, spellings, squeeze, tidy


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("  Có   dự. ", "có dự"),
        ("CÓ DỰ!!!", "có dự"),
        ("có\u00a0dự", "có dự"),
        ("c\u200bó \ufeffdự\u2060", "có dự"),
        (unicodedata.normalize("NFD", "Đồng ý"), "đồng ý"),
        ("Có dự\n", "có dự"),
        ("ok !", "ok"),
        ("2.", "2"),
        ("2)", "2"),
        ("vắng (ốm)", "vắng (ốm)"),
        ("7kp, 12ốm,", "7kp, 12ốm"),
        ("vắng\x00 3", "vắng 3"),
        ("?", "?"),
        ("...", "..."),
        ("", ""),
        ("\u200b \u00a0", ""),
    ],
)
def test_a_typed_answer_is_squeezed(typed: str, compared: str) -> None:
    assert squeeze(typed) == compared


@pytest.mark.parametrize(
    ("accented", "bare"),
    [
        ("Đồng ý", "dong y"),
        ("ĐIỂM DANH", "diem danh"),
        ("Nhà văn hoá thuỷ lợi", "nha van hoa thuy loi"),
        (unicodedata.normalize("NFD", "mướn đường"), "muon duong"),
        ("H'Hen Niê", "h'hen nie"),
        ("", ""),
    ],
)
def test_folding_takes_accents_and_capitals_away(accented: str, bare: str) -> None:
    assert fold(accented) == bare


def test_tidying_keeps_capitals_and_punctuation() -> None:
    assert tidy(" Nhà  văn hoá\tbản\u200b A. ") == "Nhà văn hoá bản A."


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_squeezing_twice_changes_nothing(text: str) -> None:
    assert squeeze(squeeze(text)) == squeeze(text)


@given(st.text())
def test_composed_and_decomposed_text_is_the_same_answer(text: str) -> None:
    assert squeeze(unicodedata.normalize("NFD", text)) == squeeze(unicodedata.normalize("NFC", text))


@given(st.text(alphabet="aáàảãạâấđêôơưứ bcdghklmnpqrstvxy"))
def test_folded_vietnamese_is_plain_ascii(text: str) -> None:
    assert fold(text).isascii()


@pytest.mark.parametrize("typed", ["thứ hai", "thu hai", "cn"])
def test_a_phrase_is_spelled_with_or_without_accents(typed: str) -> None:
    assert re.fullmatch(spellings("thứ hai", "cn"), typed)


def test_a_phrase_with_other_accents_is_another_phrase() -> None:
    assert re.fullmatch(spellings("tối"), "tới") is None


def test_names_go_by_the_last_word_then_by_the_rest() -> None:
    names = ["Trần Văn An", "Nguyễn Thị Bình", "Lê Văn An", "Nguyễn An", "Lò Văn Ân"]
    assert sorted(names, key=name_key) == [
        "Lê Văn An",
        "Nguyễn An",
        "Trần Văn An",
        "Lò Văn Ân",
        "Nguyễn Thị Bình",
    ]


def test_the_vietnamese_alphabet_rules_not_unicode() -> None:
    names = list("yxvưutsrqpơôonmlkihgêeđdcbâăa")
    assert "".join(sorted(names, key=name_key)) == "aăâbcdđeêghiklmnoôơpqrstuưvxy"


def test_tones_decide_only_between_equal_letters() -> None:
    assert sorted(["Má", "Mạ", "Mã", "Ma", "Mả", "Mà", "Mai"], key=name_key) == [
        *("Ma", "Mà", "Mả", "Mã", "Má", "Mạ"),
        "Mai",
    ]


def test_the_place_of_the_tone_mark_and_capitals_do_not_matter() -> None:
    assert name_key("Nguyễn Thị Hoà") == name_key("NGUYỄN  THỊ HÒA")


def test_names_of_minority_peoples_and_erased_people_have_a_place() -> None:
    names = ["Đảng viên số 12", "Y Wang", "Giàng A Páo", "Đảng viên số 3", "K'Jan"]
    assert sorted(names, key=name_key) == [
        "Đảng viên số 3",
        "Đảng viên số 12",
        "K'Jan",
        "Giàng A Páo",
        "Y Wang",
    ]


@given(st.lists(st.text(max_size=20)))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert len(sorted(names, key=name_key)) == len(names)
