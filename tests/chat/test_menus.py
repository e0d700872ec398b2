"""What is typed, against the menus that are open. Which menus stay open is in test_menus_opened."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.menus import Item, Menu, answered, is_number, items_of, match
from chat.replies import Action, Choice
from chat.text import Text
from tests.chat.words import VOCABULARY, labels

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
COMING = Choice(Text("rsvp.coming"), Action("rsvp", ("7", "coming")), words="coming")
ABSENT = Choice(Text("rsvp.absent"), Action("rsvp", ("7", "absent")), words="absent")
LATER = Choice(Text("rsvp.later"), Action("rsvp", ("7", "later")))
AGREE = Choice(Text("consent.yes"), Action("consent", ("yes",)), typed_only=True, words="agree")
READ = Choice(Text("consent.text"), Action("consent", ("text",)))
ABSENT_MARK = Choice(Text("mark.absent"), Action("mark", ("absent",)))


def menu(*choices: Choice, tag: str = "", until: datetime = SOON, question: str = "rsvp:7") -> Menu:
    return Menu(question, tag, items_of(choices), until)


RSVP = menu(COMING, ABSENT, LATER)


def chosen(text: str, *menus: Menu) -> Action | None:
    item = match(menus, text, now=NOW, vocabulary=VOCABULARY, labels=labels)
    return item.action if item else None


def test_choices_are_numbered_and_what_must_be_typed_is_not() -> None:
    items = items_of([READ, AGREE, LATER])
    assert [item.number for item in items] == [1, None, 2]
    assert [menu(READ, tag="A").marker(item) for item in items] == ["A1", "", "A2"]


@pytest.mark.parametrize("typed", ["2", "2.", "2)", " 2 ", "2 .", "2!", "02", "2\u200b"])
def test_a_number_stands_for_its_choice(typed: str) -> None:
    assert chosen(typed, RSVP) == ABSENT.action


@pytest.mark.parametrize(
    "typed", ["0", "4", "22", "2a", "a2", "2 3", "2,5", "-2", "(2)", "2 vắng", "số 2", "2/3", "222", ""]
)
def test_what_is_no_number_of_the_menu_is_no_choice(typed: str) -> None:
    assert chosen(typed, RSVP) is None


@pytest.mark.parametrize(
    "typed",
    ["Vắng, có lý do", "vắng, có lý do.", "vang, co ly do", "VẮNG, CÓ LÝ DO", "absent, with a reason"],
)
def test_a_label_counts_with_and_without_accents_in_every_language(typed: str) -> None:
    assert chosen(typed, RSVP) == ABSENT.action


@pytest.mark.parametrize("typed", ["sức khoẻ", "sức khỏe", "Suc khoe", "SỨC KHỎE!"])
def test_both_ways_to_set_a_tone_mark_are_one_label(typed: str) -> None:
    health = Choice(Text("health"), Action("reason", ("health",)))
    assert chosen(typed, menu(health)) == health.action


@pytest.mark.parametrize(
    ("typed", "choice"),
    [("vâng", COMING), ("ok", COMING), ("không", ABSENT), ("ko", ABSENT), ("vắng", ABSENT)],
)
def test_words_count_where_they_are_asked_for(typed: str, choice: Choice) -> None:
    assert chosen(typed, RSVP) == choice.action


@pytest.mark.parametrize(
    "typed", ["tôi vắng", "có dự nhé", "không có", "Có dự, Báo sau", "vắng, có lý do ốm", "có dự không"]
)
def test_only_whole_messages_count(typed: str) -> None:
    assert chosen(typed, RSVP) is None


@pytest.mark.parametrize("typed", ["vang", "dung", "thoi", "da", "Vang.", "VANG"])
@pytest.mark.parametrize("open_menu", [RSVP, menu(ABSENT_MARK)], ids=["words", "label"])
def test_ambiguous_words_match_nothing(typed: str, open_menu: Menu) -> None:
    assert chosen(typed, open_menu) is None


def test_a_yes_is_not_taken_for_a_label_of_the_same_letters() -> None:
    """`vâng` is yes, `Vắng` is absent; folded they are one."""
    marks = menu(ABSENT_MARK)
    assert chosen("vâng", marks) is None
    assert chosen("vắng", marks) == ABSENT_MARK.action
    assert chosen("vâng", marks, RSVP) == COMING.action
    assert chosen("vâng", RSVP, marks) == COMING.action


@pytest.mark.parametrize("typed", ["đồng ý", "Đồng ý", "dong y", "I agree"])
def test_what_must_be_typed_is_taken_in_words(typed: str) -> None:
    assert chosen(typed, menu(AGREE, READ)) == AGREE.action


@pytest.mark.parametrize("typed", ["2", "ok", "vâng", "có", "không đồng ý", "đồng ý nhé", "0", "None"])
def test_what_must_be_typed_is_never_a_number_nor_another_word(typed: str) -> None:
    assert chosen(typed, menu(AGREE, READ)) is None


def test_a_number_belongs_to_the_untagged_menu_and_a_letter_to_its_own() -> None:
    tagged = menu(READ, LATER, tag="A", question="other")
    assert chosen("1", RSVP, tagged) == COMING.action
    assert chosen("A1", RSVP, tagged) == READ.action
    assert chosen("a2.", RSVP, tagged) == LATER.action
    assert chosen("B1", RSVP, tagged) is None
    assert chosen("2", tagged) is None, "its digits were never offered"


@pytest.mark.parametrize("typed", ["2", "A2", "vắng", "Báo sau"])
def test_an_expired_menu_is_ignored(typed: str) -> None:
    assert chosen(typed, menu(COMING, ABSENT, LATER, until=NOW)) is None
    assert chosen(typed, menu(COMING, ABSENT, LATER, tag="A", until=NOW - timedelta(days=1))) is None


def test_without_a_menu_nothing_is_chosen() -> None:
    assert chosen("1") is None
    assert chosen("Có dự") is None


def test_an_answered_invitation_still_takes_a_change_of_mind() -> None:
    invitation = replace(RSVP, stays=True)
    menus = answered([invitation, menu(READ, tag="A", question="other")], COMING.action)
    assert [one.answered for one in menus] == [True, False]
    assert chosen("2", *menus) == ABSENT.action
    assert chosen("báo sau", *menus) == LATER.action


def test_any_other_question_is_closed_once_it_is_answered() -> None:
    assert answered([RSVP], COMING.action) == ()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2", True),
        ("12.", True),
        ("A1", True),
        ("b3)", True),
        ("2a", False),
        ("AB1", False),
        ("", False),
        ("một", False),
    ],
)
def test_a_menu_number_is_recognised_even_without_a_menu(typed: str, number: bool) -> None:
    assert is_number(typed) is number


@given(st.text(st.characters(exclude_categories=()), max_size=30) | st.from_regex(r"[A-Za-z]?\d{1,3}[.)]?"))
def test_whatever_is_typed_is_a_choice_of_an_open_menu_or_nothing(typed: str) -> None:
    tagged = menu(AGREE, READ, tag="B", question="consent")
    item: Item | None = match([RSVP, tagged], typed, now=NOW, vocabulary=VOCABULARY, labels=labels)
    assert item is None or item in (*RSVP.items, *tagged.items)
    if item is not None and is_number(typed):
        assert item.number is not None
