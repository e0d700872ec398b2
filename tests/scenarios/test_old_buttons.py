"""A confirmation that lay about: it never overrides what was decided since."""

import asyncio
from dataclasses import replace

import pytest

from services import access, extras
from storage.errors import LostUpdate
from tests.scenarios.commune import CELL
from tests.scenarios.page import Village
from tests.scenarios.test_calendar import rows_of
from tests.scenarios.transcript import kinds, says

# --- the monthly rule ---------------------------------------------------------------------------------


async def combined(village: Village) -> None:
    """The secretary combines the regular meeting with a topic; the deputy looks on."""
    await village.join("secretary", "deputy")
    await village.say("secretary", "hop")
    await village.press("secretary", "Kết hợp chuyên đề")
    await village.say("secretary", "Chuyển đổi số")
    await village.press("secretary", "Xác nhận")


async def test_an_old_confirmation_of_a_rule_does_not_override_a_newer_one(village: Village) -> None:
    await village.join("secretary", "deputy")
    [old] = await village.say("secretary", "hop 12 07:30 Nhà cũ")
    await village.say("deputy", "hop 28 20:00 Nhà mới")
    await village.press("deputy", "Xác nhận")
    standing = await rows_of(village)
    shown = await village.press("secretary", "Xác nhận", of=old)
    assert kinds(shown) == ["rule as it is"]
    assert says(shown.text, "ngày 28, 20 giờ, tại Nhà mới")
    assert await rows_of(village) == standing


async def test_a_rule_confirmed_twice_is_set_once(village: Village) -> None:
    """Not even where the rule is by now what it was before it."""
    await village.join("secretary")
    [first] = await village.say("secretary", "hop 20 19:30 Nhà văn hoá bản Noong")
    await village.press("secretary", "Xác nhận", of=first)
    await village.say("secretary", "hop 24 19:30 Nhà văn hoá bản Noong")
    await village.press("secretary", "Xác nhận")
    assert kinds(await village.press("secretary", "Xác nhận", of=first)) == ["rule as it is"]
    assert (await rows_of(village))[0] == "2026-11 regular 24/11 19:30 planned"


@pytest.mark.parametrize("mode", ["numbers"])
async def test_a_newer_question_about_the_rule_takes_the_numbers_of_the_older_one(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "hop 20 19:30")
    asked = await village.say("secretary", "hop 28 20:00")
    assert list(asked[0].choices.values()) == ["1", "2"]
    await village.say("secretary", "1")
    assert (await rows_of(village))[0] == "2026-11 regular 28/11 20:00 planned"


# --- a topic ------------------------------------------------------------------------------------------


async def titles(village: Village) -> tuple[str, str | None]:
    meeting = (await village.meetings(CELL))[0]
    return meeting.kind, meeting.title


async def test_an_old_topic_does_not_override_a_newer_one(village: Village) -> None:
    await village.join("secretary", "deputy")
    asked = {}
    for who, topic in (("secretary", "Chuyển đổi số"), ("deputy", "Nông thôn mới")):
        await village.say(who, "hop")
        await village.press(who, "Kết hợp chuyên đề")
        [asked[who]] = await village.say(who, topic)
    await village.press("deputy", "Xác nhận", of=asked["deputy"])
    shown = await village.press("secretary", "Xác nhận", of=asked["secretary"])
    assert says(shown.text, "không còn hiệu lực", "kết hợp chuyên đề: Nông thôn mới.")
    assert await titles(village) == ("combined", "Nông thôn mới")


async def test_a_topic_is_taken_away_by_two_taps_that_name_it(village: Village) -> None:
    await combined(village)
    [menu] = await village.say("deputy", "hop")
    asked = await village.press("deputy", "Bỏ kết hợp chuyên đề", of=menu)
    assert kinds(asked) == ["separate?"]
    assert await titles(village) == ("combined", "Chuyển đổi số")
    assert kinds(await village.press("deputy", "Xác nhận")) == ["not combined"]
    assert await titles(village) == ("regular", None)
    assert kinds(await village.press("deputy", "Bỏ kết hợp chuyên đề", of=menu)) == ["not combined"]


async def test_a_menu_of_an_older_date_takes_no_topic_away(village: Village) -> None:
    await combined(village)
    [menu] = await village.say("deputy", "hop")
    [asked] = await village.press("deputy", "Bỏ kết hợp chuyên đề", of=menu)
    await village.say("secretary", "hoan 26/11")
    await village.press("secretary", "Xác nhận")
    assert says((await village.press("deputy", "Bỏ kết hợp chuyên đề", of=menu)).text, "26/11/2026")
    assert says((await village.press("deputy", "Xác nhận", of=asked)).text, "không còn hiệu lực")
    assert await titles(village) == ("combined", "Chuyển đổi số")


# --- another meeting ----------------------------------------------------------------------------------


async def test_two_confirmations_at_once_add_one_meeting(village: Village) -> None:
    """As in two processes: both have read that it was not carried out yet."""
    await village.join("secretary")
    await village.say("secretary", "hop")
    await village.press("secretary", "Thêm buổi chuyên đề")
    [asked] = await village.say("secretary", "20/11 19:30 Chuyển đổi số")
    token = asked.choice("Xác nhận")
    assert token is not None
    number, sqlite = token.split(".")[1], village.parts.database.sqlite
    both = asyncio.Barrier(1 if sqlite else 2)  # SQLite lets one writer in at a time

    async def confirm() -> str:
        async with village.parts.database.write() as uow:
            work = replace(village.work(uow), actor=await uow.people.by_code("secretary"))
            assert access.actor(work)
            extra = await extras.proposed(work, number)
            await both.wait()
            if not extra.fresh:
                return "told so"
            try:
                await extras.carry_out(work, extra)
            except LostUpdate:
                return "heard again"
            await uow.commit()
            return "added"

    said = sorted(await asyncio.gather(confirm(), confirm()))
    assert said == ["added", "told so" if sqlite else "heard again"]
    assert len(await rows_of(village)) == 4


# --- a date -------------------------------------------------------------------------------------------


async def test_a_date_typed_for_a_meeting_that_was_moved_meanwhile_moves_nothing(village: Village) -> None:
    await village.join("secretary", "deputy")
    await village.say("secretary", "hoan")
    await village.press("secretary", "Chuyển ngày")
    await village.say("deputy", "hoan 27/11 19:30")
    await village.press("deputy", "Xác nhận")
    shown = await village.say("secretary", "26/11 19:30")
    assert says(shown.text, "Lịch hiện nay: 19 giờ 30, Thứ Sáu, ngày 27/11/2026")
    assert "Xác nhận" not in shown.choices


async def test_a_reason_typed_for_a_meeting_that_was_moved_meanwhile_puts_nothing_off(
    village: Village,
) -> None:
    await village.join("secretary", "deputy")
    await village.say("secretary", "hoan")
    await village.press("secretary", "Hoãn")
    await village.say("deputy", "hoan 27/11 19:30")
    await village.press("deputy", "Xác nhận")
    assert says((await village.say("secretary", "mưa lũ")).text, "27/11/2026")
