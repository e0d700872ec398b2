"""Conversations by numbers: a digit belongs to the question it answers, whatever arrives in between."""

import re

import pytest

from meetings.terms import State
from tests.scenarios.commune import CELL, NAMES
from tests.scenarios.transcript import kinds, only, says
from tests.zalo.town import Town

STRANGER = "Đây là trợ lý Kẻng"
WRONG = "Mã kết nối không đúng"
TOO_MANY = "Đã thử sai nhiều lần"


async def answers(town: Town) -> dict[str, str]:
    """By name, of the main cell's next meeting."""
    [meeting, *_] = await town.meetings(CELL)
    async with town.parts.database.read() as uow:
        given = await uow.answers.of_meeting(meeting.id)
        people = {one.id: one.name or "" for one in await uow.people.all()}
    return {people[who]: f"{one.answer} {one.reason or ''}".strip() for who, one in given.items()}


async def test_a_reminder_in_the_middle_of_a_dialogue_steals_no_digit(town: Town) -> None:
    """The liaison answers for two old people; in between the own reminder comes, with letters."""
    await town.join("secretary", "liaison")
    await town.clock("21/11 18:59")
    asked = await town.say("liaison", "danhsach")
    asked = await town.choose("liaison", "Báo hộ")
    elder = asked[-1].choice(NAMES["elder"])
    assert elder is not None
    await town.clock("21/11 19:00")
    [reminder] = await town.heard("liaison")
    assert kinds([reminder]) == ["reminder"]
    assert sorted(reminder.choices.values()) == ["A1", "A2", "A3"]
    await town.say("liaison", elder)
    await town.choose("liaison", "Vắng, có lý do")
    await town.say("liaison", "2")
    assert await answers(town) == {NAMES["elder"]: "absent health"}
    await town.say("liaison", "a1")
    assert await answers(town) == {NAMES["elder"]: "absent health", NAMES["liaison"]: "coming"}


async def test_the_reminder_of_the_open_question_keeps_its_plain_numbers(town: Town) -> None:
    await town.join("secretary", "clerk")
    await town.clock("19/11 19:00")
    assert (await town.heard("clerk"))[-1].choice("Có dự") == "1"
    await town.clock("21/11 19:00")
    assert (await town.heard("clerk"))[-1].choice("Có dự") == "1"
    await town.say("clerk", "1")
    assert await answers(town) == {NAMES["clerk"]: "coming"}


async def test_a_reminder_while_words_are_awaited_leaves_the_digits_to_the_answer(town: Town) -> None:
    """The secretary is asked for the day of the monthly rule, and types a number."""
    await town.join("secretary")
    await town.clock("21/11 18:59")
    await town.say("secretary", "hop")
    await town.choose("secretary", "Một ngày cố định")
    await town.clock("21/11 19:00")
    tagged = [key for one in await town.heard("secretary") for key in one.choices.values()]
    assert "A1" in tagged
    assert not [key for key in tagged if key.isdigit()]
    said = await town.say("secretary", "3")
    assert kinds(said) == ["hour?"]
    assert await answers(town) == {}


async def test_a_reminder_between_the_reading_and_the_tap_records_no_roll(town: Town) -> None:
    """The roll was read back; the digest's numbers come before the secretary confirms."""
    await town.join("secretary", "clerk")
    await town.clock("24/11 21:00")
    read = await town.say("secretary", "vắng 4")
    yes = read[-1].choice("Xác nhận")
    assert yes is not None
    await town.clock("25/11 08:00")
    chased = await town.heard("secretary")
    assert only(chased, ("unrecorded",))
    assert yes not in chased[-1].choices.values()
    assert "roll noted" in kinds(await town.say("secretary", yes))


async def test_a_number_of_a_question_that_is_over_asks_again(town: Town) -> None:
    await town.join("secretary", "clerk")
    await town.clock("19/11 19:00")
    await town.say("clerk", "2")
    await town.say("clerk", "2")
    before = await answers(town)
    assert before == {NAMES["clerk"]: "absent health"}
    for typed in ("4", "9", "A1", "0", "2 3"):
        assert "chưa rõ ý" in (await town.say("clerk", typed)).text, typed
    await town.clock("24/11 19:30")
    assert await town.say("clerk", "1")
    assert await answers(town) == before


# The first line alone: telephones show only that.

FIRST = re.compile(r"19 giờ 30, Thứ Ba, ngày 24/11/2026, tại Nhà văn hoá bản Noong")
WITH_ALL = ("notice", "announcement", "preview", "forecast", "invitation", "what is on")


async def test_the_first_line_alone_carries_hour_day_date_and_place(town: Town) -> None:
    await town.join("secretary", "clerk", "executive")
    await town.clock("20/11 09:00")
    await town.join("deputy")
    await town.clock("21/11 19:00")
    everything = [
        one for chat in ("secretary", "clerk", "executive", "deputy") for one in await town.messages(chat)
    ]
    told = only(everything, WITH_ALL)
    assert set(kinds(told)) == set(WITH_ALL)
    assert not [one.first for one in told if not FIRST.search(one.first)]
    [reminder] = only(await town.messages("clerk"), ("reminder",))  # its wording is fixed: without the place
    assert says(reminder.first, "19 giờ 30, Thứ Ba, ngày 24/11/2026")


async def test_a_move_says_the_new_hour_day_date_and_place_first(town: Town) -> None:
    await town.join("secretary", "clerk")
    await town.clock("20/11 09:00")
    await town.say("secretary", "hoan 26/11 18:00 mưa lũ")
    await town.choose("secretary", "Xác nhận")
    await town.tick()
    moved = only(await town.messages("clerk"), ("moved",))[-1]
    assert says(moved.first, "18 giờ, Thứ Năm, ngày 26/11/2026, tại Nhà văn hoá bản Noong")


# Linking by code.


@pytest.mark.parametrize("form", ["start {}", "START {}", "  Start   {} ", "{}", " {}. "])
async def test_a_code_links_after_the_word_start_or_alone(town: Town, form: str) -> None:
    code = await town.stage.slip("clerk")
    assert kinds(await town.say("clerk", form.format(code))) == ["consent?"]
    assert kinds(await town.say("clerk", "đồng ý")) == ["welcome"]


async def test_a_code_read_out_is_typed_in_small_letters_and_with_blanks(town: Town) -> None:
    code = (await town.stage.slip("clerk")).lower()
    assert kinds(await town.say("clerk", f"start {code[:4]} {code[4:]}")) == ["consent?"]


async def test_five_wrong_tries_an_hour_whether_with_the_word_or_without(town: Town) -> None:
    for typed in ("start ABCDEFGH", "ABCDEFGH", "start ABCD", "start ABCD EFGH", "abcdefgh"):
        assert (await town.say("elder", typed)).text.startswith(WRONG), typed
    good = await town.stage.slip("elder")
    for typed in (good, f"start {good}"):
        assert (await town.say("elder", typed)).text.startswith(TOO_MANY)
    await town.clock("10/11 10:01")
    assert kinds(await town.say("elder", good)) == ["consent?"]


async def test_what_only_looks_like_a_code_is_none(town: Town) -> None:
    for typed in (
        "xin chào",
        "ABCDEFG",
        "ABCDEFGHJ",
        "ABCDEFG0",
        "12345678",
        "abcd efgh",
        "danhsach",
        "có dự",
    ):
        assert (await town.say("elder", typed)).text.startswith(STRANGER), typed
    await town.join("clerk")
    assert "chưa rõ ý" in (await town.say("clerk", "ABCDEFGH")).text  # who is linked needs the word


async def test_many_meetings_are_postponed_by_numbers_alone(town: Town) -> None:
    """The chair of the commune, on Zalo: dates typed, everything else a digit, and undone by a digit."""
    await town.join("secretary", "worker", "chair")
    await town.clock("21/11 09:00")
    for person in ("secretary", "worker", "chair"):
        await town.heard(person)
    asked = await town.say("chair", "hoanloat")
    assert says(asked.text, "HOÃN HÀNG LOẠT")
    asked = await town.say("chair", "24/11-26/11")
    for label in ("Tất cả", "Mưa lũ", "Xác nhận", "Xác nhận"):
        number = asked[-1].choice(label)
        assert number is not None
        assert number.isdigit(), label
        asked = await town.say("chair", number)
    assert says(asked.text, "Đã hoãn 1 buổi")
    assert (await town.meetings(CELL))[0].state is State.POSTPONED
    assert kinds(await town.heard("worker")) == ["postponed"]
    for label in ("Hoàn tác", "Xác nhận"):
        number = asked[-1].choice(label)
        assert number is not None
        asked = await town.say("chair", number)
    assert says(asked.text, "1 buổi sinh hoạt trở lại lịch cũ")
    assert (await town.meetings(CELL))[0].state is State.ANNOUNCED
    assert "GIỮ NGUYÊN LỊCH SINH HOẠT CHI BỘ" in (await town.heard("worker")).text
