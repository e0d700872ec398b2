"""A notice that waits for a hand: held back and forgotten, or never sent by itself (domain.md 7)."""

import pytest

from meetings.terms import State
from services import announcing
from tests.scenarios.commune import CELL, commune
from tests.scenarios.house import ORDINARY
from tests.scenarios.page import Village
from tests.scenarios.test_deliveries import set_rule, told
from tests.scenarios.test_told_once import acting, fate, queue_only, writing
from tests.scenarios.transcript import kinds, only, says, table

BY_HAND = ORDINARY.replace("[preparation]", "[preparation]\nauto_announce = false")
BY_HAND_HERE = ORDINARY + f"[unit.{CELL}.preparation]\nauto_announce = false\n"


async def held(village: Village, person: str) -> list[str]:
    return table(only(await village.messages(person), ["still held back"]))


async def test_held_back_and_forgotten_the_leaders_are_reminded_once_at_the_forecast_s_hour(
    village: Village,
) -> None:
    await village.join("secretary", "deputy", "clerk")
    await village.clock("18/11 19:00")
    await village.press("secretary", "Giữ lại")
    await village.clock("24/11 12:00")
    for leader in ("secretary", "deputy"):
        assert await held(village, leader) == ["21/11 19:00 still held back"]
    assert await told(village, "clerk") == []
    said = only(await village.messages("deputy"), ["still held back"])[0]
    assert says(said.first, "19 giờ 30, Thứ Ba, ngày 24/11/2026", "Nhà văn hoá bản Noong")
    assert list(said.choices) == ["Gửi thông báo", "Hoãn"]


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_the_reminder_itself_sends_the_notice(village: Village) -> None:
    await village.join("secretary", "clerk")
    await village.clock("18/11 19:00")
    await village.choose("secretary", "Giữ lại")
    await village.clock("21/11 19:00")
    assert kinds(await village.heard("secretary"))[-1] == "still held back"
    assert kinds(await village.choose("secretary", "Gửi thông báo"))[0] == "sending"
    await village.tick()
    assert await told(village, "clerk") == ["21/11 19:00 notice"]
    await village.clock("24/11 12:00")
    assert len(await held(village, "secretary")) == 1


async def test_sent_in_time_nobody_is_reminded_that_it_was_held_back(village: Village) -> None:
    await village.join("secretary", "deputy")
    await village.clock("18/11 19:00")
    await village.press("secretary", "Giữ lại")
    await village.clock("20/11 09:00")
    await village.say("secretary", "thongbao")
    await village.press("secretary", "Gửi thông báo")
    await village.clock("24/11 12:00")
    assert await held(village, "secretary") == await held(village, "deputy") == []
    assert "21/11 19:00 forecast" in [one.partition(",")[0] for one in await told(village, "secretary")]


async def test_a_reminder_that_waits_is_not_sent_once_the_notice_has_gone_out(village: Village) -> None:
    await village.join("secretary", "deputy")
    await village.clock("18/11 19:00")
    await village.press("secretary", "Giữ lại")
    await village.clock("21/11 18:00")
    await queue_only(village, "21/11 19:00")
    async with writing(village) as uow:
        [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
        await announcing.announce(await acting(village, uow, "secretary"), meeting)
    await village.parts.sender.drain()
    assert await fate(village, "deputy", "held") == ("skipped", "announced")
    assert await held(village, "secretary") == []


@pytest.mark.parametrize("rows", [commune(None)], ids=["no rule"])
async def test_made_late_and_held_back_they_are_reminded_when_it_would_have_gone_out(
    village: Village,
) -> None:
    await village.join("secretary")
    await village.clock("22/11 09:00")
    await set_rule(village, "24 19:30")
    await village.press("secretary", "Giữ lại")
    await village.clock("24/11 12:00")
    assert await held(village, "secretary") == ["23/11 09:00 still held back"]


@pytest.mark.parametrize("policy", [BY_HAND, BY_HAND_HERE], ids=["everywhere", "this cell"])
async def test_where_nothing_is_announced_by_itself_the_preview_says_so_and_only_a_tap_sends(
    village: Village,
) -> None:
    await village.join("secretary", "clerk")
    await village.clock("18/11 19:00")
    preview = only(await village.messages("secretary"), ["preview"])[-1]
    assert "Thông báo chỉ gửi khi đồng chí chọn Gửi thông báo" in preview.text
    assert "Thông báo sẽ gửi lúc" not in preview.text
    assert "Giữ lại" not in [*preview.choices, preview.text]
    await village.clock("21/11 19:00")
    assert (await village.meetings(CELL))[0].state is State.PLANNED
    assert await held(village, "secretary") == ["21/11 19:00 still held back"]
    await village.press("secretary", "Gửi thông báo")
    await village.tick()
    assert await told(village, "clerk") == ["21/11 19:00 notice"]


@pytest.mark.parametrize("policy", [BY_HAND_HERE], ids=["this cell"])
@pytest.mark.parametrize("rows", [commune(other="24")], ids=["both cells"])
async def test_another_cell_s_notice_goes_out_by_itself_all_the_same(village: Village) -> None:
    await village.join("clerk", "neighbour")
    await village.clock("19/11 19:00")
    assert await told(village, "clerk") == []
    assert await told(village, "neighbour") == ["19/11 19:00 notice"]
