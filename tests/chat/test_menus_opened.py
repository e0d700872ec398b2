"""Which menus stay open when a message with choices goes out, and who holds the plain numbers."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.menus import Item, Menu, opened, staying, without_plain
from chat.replies import Action
from chat.text import Text

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)


def menu(question: str, tag: str = "", *, until: datetime = SOON, answered: bool = False) -> Menu:
    return Menu(question, tag, (Item(1, Action(question), Text(question)),), until, answered)


def send(
    menus: Sequence[Menu], question: str, *, busy: bool = False, answer: bool = False, now: datetime = NOW
) -> tuple[Menu, ...]:
    sent, left = opened(menus, menu(question), now=now, busy=busy, answer=answer)
    assert sent in left
    return left


def shown(menus: Sequence[Menu]) -> list[str]:
    return sorted(f"{one.tag}:{one.question}" for one in menus)


@pytest.mark.parametrize("answer", [True, False])
def test_the_only_question_has_plain_numbers(answer: bool) -> None:
    assert shown(send((), "rsvp:7", answer=answer)) == [":rsvp:7"]


def test_the_same_question_replaces_its_menu_and_keeps_plain_numbers() -> None:
    before = send((), "rsvp:7")
    assert shown(send(before, "rsvp:7")) == [":rsvp:7"]
    assert len(send(before, "rsvp:7", answer=True)) == 1


def test_a_different_question_gets_a_letter_and_steals_no_digit() -> None:
    assert shown(send(send((), "rollcall"), "rsvp:7")) == [":rollcall", "A:rsvp:7"]


def test_the_reminder_of_a_tagged_question_keeps_its_letter_while_the_other_is_open() -> None:
    menus = send(send((), "rollcall"), "rsvp:7")
    assert shown(send(menus, "rsvp:7")) == [":rollcall", "A:rsvp:7"]


def test_a_tagged_question_asked_again_gets_plain_numbers_once_the_other_is_gone() -> None:
    tagged = menu("rsvp:7", "A")
    assert shown(send((menu("rollcall", until=NOW), tagged), "rsvp:7")) == [":rsvp:7"]


def test_an_answered_question_no_longer_holds_the_plain_numbers() -> None:
    assert shown(send((menu("rsvp:7", answered=True),), "rsvp:8")) == [":rsvp:8"]


def test_a_reply_takes_the_plain_numbers_from_the_question_before() -> None:
    """Its labels may still be typed, until the next reply."""
    both = send(send((), "rsvp:7"), "schedule", answer=True)
    assert shown(both) == ["-:rsvp:7", ":schedule"]
    (faded, _) = both
    assert [(item.number, item.label) for item in faded.items] == [(None, Text("rsvp:7"))]
    assert shown(send(both, "reason", answer=True)) == ["-:schedule", ":reason"]
    assert shown(send(both, "rsvp:7", answer=True)) == ["-:schedule", ":rsvp:7"]


def test_an_answered_question_does_not_fade_and_a_notice_lets_the_faded_one_be() -> None:
    assert shown(send((menu("rsvp:7", answered=True),), "schedule", answer=True)) == [":schedule"]
    both = send(send((), "close"), "guests", answer=True)
    assert shown(send(both, "rsvp:7")) == ["-:close", ":guests", "A:rsvp:7"]


def test_a_faded_question_is_gone_with_the_next_command_or_step() -> None:
    both = send(send((), "close"), "guests", answer=True)
    assert shown(staying(both)) == []
    assert shown(without_plain(both)) == []


def test_a_reply_takes_them_even_while_a_typed_answer_is_awaited() -> None:
    assert shown(send((), "reason", busy=True, answer=True)) == [":reason"]


def test_a_message_in_the_middle_of_a_typed_answer_gets_a_letter() -> None:
    assert shown(send((), "rsvp:7", busy=True)) == ["A:rsvp:7"]
    assert shown(send((menu("rsvp:7"),), "rsvp:7", busy=True)) == ["A:rsvp:7"]


@pytest.mark.parametrize("answer", [True, False])
def test_the_last_three_tagged_menus_stay(answer: bool) -> None:
    menus = send((), "rollcall")
    for number in range(1, 5):
        menus = send(menus, f"rsvp:{number}")
    assert [one.question for one in menus if one.tag] == ["rsvp:2", "rsvp:3", "rsvp:4"]
    assert [one.question for one in menus if not one.tag] == ["rollcall"]
    after = send(menus, "rollcall", answer=answer)
    assert [one.question for one in after if one.tag] == ["rsvp:2", "rsvp:3", "rsvp:4"]


def test_open_menus_never_share_a_letter() -> None:
    menus = send((), "rollcall")
    for number in range(30):
        menus = send(menus, f"rsvp:{number}")
        assert len({one.tag for one in menus}) == len(menus) <= 4


def test_expired_menus_are_dropped_and_hold_nothing() -> None:
    menus = (menu("rollcall", until=NOW), menu("rsvp:7", "A", until=NOW))
    assert shown(send(menus, "rsvp:8")) == [":rsvp:8"]


def test_while_a_typed_answer_is_awaited_digits_belong_to_it() -> None:
    assert shown(without_plain((menu("rollcall"), menu("rsvp:7", "A")))) == ["A:rsvp:7"]


SENDS = st.tuples(st.sampled_from("pqrstuv"), st.booleans(), st.booleans(), st.integers(0, 90))


@given(st.lists(SENDS, max_size=20))
def test_whatever_is_sent_one_question_at_most_waits_for_each_number(
    sends: list[tuple[str, bool, bool, int]],
) -> None:
    menus: tuple[Menu, ...] = ()
    now = NOW
    for question, busy, answer, minutes in sends:
        now += timedelta(minutes=minutes)
        holder = [one.question for one in menus if not one.tag and not one.answered and one.until > now]
        sent, menus = opened(
            menus, Menu(question, "", (), now + timedelta(hours=1)), now=now, busy=busy, answer=answer
        )
        assert len({one.tag for one in menus}) == len(menus)
        assert len({one.question for one in menus}) == len(menus)
        assert all(one.until > now for one in menus)
        assert sum(one.tag.isalpha() for one in menus) <= 3
        assert all(item.number is None for one in menus if one.faded for item in one.items)
        if not answer and holder not in ([], [question]):
            assert sent.tag, "the digit of an open question was taken"
            assert holder == [one.question for one in menus if not one.tag]
