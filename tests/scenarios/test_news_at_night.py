"""Quiet hours against news: nobody is to stand before a closed door at dawn (domain.md 4.8)."""

import pytest

from services import reminders, schedule
from tests.scenarios.commune import CELL, GROUP
from tests.scenarios.page import Village
from tests.scenarios.test_deliveries import link_group, told
from tests.scenarios.test_told_once import acting, at_dawn, writing
from tests.scenarios.transcript import kinds, only, says, table

ROWS = pytest.mark.parametrize("rows", [at_dawn()], ids=["at five"])
CHANGED = ("postponed", "cancelled", "moved", "invitation")


async def told_off(village: Village, chat: str) -> list[str]:
    return table(only(await village.messages(chat), CHANGED))


async def call_off(village: Village, label: str) -> None:
    said = await village.say("secretary", "hoan")
    for which in [one for one in said[-1].choices if "24/11" in one]:
        await village.choose("secretary", which)
    for one in (label, "Mưa lũ", "Xác nhận"):
        await village.choose("secretary", one)


async def ready(village: Village, at: str) -> None:
    await village.join("secretary", "clerk", "executive")
    await link_group(village)
    await village.clock(at)


@ROWS
@pytest.mark.parametrize(("label", "what"), [("Hoãn", "postponed"), ("Huỷ buổi này", "cancelled")])
async def test_a_dawn_meeting_called_off_at_night_is_told_before_people_set_out(
    village: Village, label: str, what: str
) -> None:
    await ready(village, "23/11 22:00")
    await call_off(village, label)
    for chat in ("clerk", "executive", GROUP):
        assert (await told_off(village, chat))[-1] == f"23/11 22:00 {what}"


@ROWS
async def test_a_dawn_meeting_moved_at_night_is_told_before_people_set_out(village: Village) -> None:
    """The new date is days ahead; the old one is not."""
    await ready(village, "23/11 22:00")
    await village.say("secretary", "hoan 27/11 19:30 mưa lũ")
    await village.choose("secretary", "Xác nhận")
    for chat in ("clerk", "executive", GROUP):
        assert (await told_off(village, chat))[-1] == "23/11 22:00 moved"
    await village.clock("24/11 12:00")
    assert (await told_off(village, "clerk"))[-1] == "23/11 22:00 moved"


async def test_an_evening_meeting_called_off_the_night_before_lets_people_sleep(village: Village) -> None:
    await ready(village, "23/11 22:00")
    await call_off(village, "Hoãn")
    assert await told_off(village, "clerk") == []
    await village.clock("24/11 05:30")
    assert await told_off(village, "clerk") == ["24/11 05:30 postponed"]


async def test_what_was_called_off_only_after_its_start_waits_for_the_morning(village: Village) -> None:
    await ready(village, "24/11 22:00")
    await call_off(village, "Huỷ buổi này")
    assert await told_off(village, "clerk") == []
    await village.clock("25/11 05:30")
    assert await told_off(village, "clerk") == ["25/11 05:30 cancelled"]


@ROWS
async def test_a_group_that_did_not_get_the_change_at_night_is_made_up_for_at_once(village: Village) -> None:
    """What the group missed goes to whoever pastes it, and not only when the meeting would have begun."""
    await ready(village, "23/11 22:00")
    async with writing(village) as uow:
        found = await uow.units.by_code(CELL)
        assert found is not None
        group = await uow.accounts.group_of(found.id)
        assert group is not None
        [meeting] = [one for one in await uow.meetings.of_cell(found.id) if str(one.period) == "2026-11"]
        work = await acting(village, uow, "secretary")
        moved = await schedule.move(work, meeting, schedule.NewDate(meeting.starts_at.replace(day=27), "x"))
        await reminders.remind(work, moved)
        await uow.accounts.drop_group(group)
    await village.parts.sender.drain()
    said = await village.messages("secretary")
    assert table(said)[-1].startswith("23/11 22:00")
    assert "paste this" in kinds(said)


# What the reply to "Gửi thông báo" says of it.


async def held_until(village: Village, at: str) -> str:
    await village.join("secretary", "clerk")
    await village.clock("18/11 19:00")
    await village.press("secretary", "Giữ lại")
    await village.clock(at)
    await village.say("secretary", "thongbao")
    return kinds(await village.press("secretary", "Gửi thông báo"))[0]


@ROWS
async def test_sent_by_hand_at_night_for_dawn_the_reply_says_that_it_goes_at_once(village: Village) -> None:
    assert await held_until(village, "23/11 22:00") == "sending"
    assert await told(village, "clerk") == ["23/11 22:00 notice"]


async def test_sent_by_hand_at_night_for_the_evening_the_reply_names_the_morning(village: Village) -> None:
    assert await held_until(village, "23/11 22:00") == "sending at dawn"
    [said] = only(await village.messages("secretary"), ["sending at dawn"])
    assert says(said.text, "5 giờ 30, Thứ Ba, ngày 24/11/2026")
