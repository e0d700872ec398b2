"""The announcement in the cell's group: totals that follow, and buttons for everybody's own answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.commune import CELL, GROUP, NAMES
from tests.scenarios.transcript import kinds, says
from tests.telegram.botapi import Message, Press
from tests.telegram.botapi.wire import forbidden
from tests.telegram.town import Town, opened

THERE = ("secretary", "deputy", "clerk", "committee", "liaison", "worker")


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """Half the cell is linked; the announcement stands in the group."""
    async with opened(sqlite_url, tmp_path) as telegram:
        await telegram.join(*THERE)
        await telegram.link_group()
        await telegram.clock("19/11 19:00")
        await telegram.settle()
        for one in THERE:
            await telegram.heard(one)
        yield telegram


async def pressed(town: Town, person: str, label: str, *, of: Message | None = None) -> str:
    """What somebody is shown for a press in the group."""
    press = town.group.press(town.person(person), label, of=of)
    return await toast(town, press)


async def toast(town: Town, press: Press) -> str:
    await town.settle()
    assert press.is_answered
    assert len(press.text) <= 200
    return press.text


def totals(town: Town) -> str:
    """The last line of the card, wherever it stands."""
    return card(town).text.splitlines()[-1]


def card(town: Town) -> Message:
    return next(one for one in reversed(town.group.chat.said) if "Có dự: " in one.text)


async def test_the_announcement_is_the_card(town: Town) -> None:
    assert kinds(await town.messages(GROUP))[-1] == "announcement"
    assert totals(town) == "Có dự: 00 · Vắng: 00 · Chưa báo: 06 · Chưa liên hệ được: 06"
    assert [*card(town).buttons] == ["Có dự", "Vắng, có lý do", "Báo sau"]
    assert card(town).styles == {"Có dự": "success", "Vắng, có lý do": "danger"}


async def test_many_press_and_the_totals_follow(town: Town) -> None:
    said = len(town.group.chat.said)
    assert says(await pressed(town, "secretary", "Có dự"), "Đã ghi nhận đồng chí có dự sinh hoạt chi bộ")
    await pressed(town, "deputy", "Có dự")
    await pressed(town, "clerk", "Vắng, có lý do")
    assert says(await pressed(town, "worker", "Báo sau"), "Đã ghi nhận đồng chí báo sau")
    assert totals(town) == "Có dự: 02 · Vắng: 01 · Chưa báo: 03 · Chưa liên hệ được: 06"
    await pressed(town, "deputy", "Vắng, có lý do")
    await town.choose("liaison", "Có dự")
    assert totals(town) == "Có dự: 02 · Vắng: 02 · Chưa báo: 02 · Chưa liên hệ được: 06"
    assert len(town.group.chat.said) == said
    assert not [name for name in NAMES.values() if name in (await town.messages(GROUP)).text]


async def test_a_second_press_of_the_same_button_changes_nothing(town: Town) -> None:
    first = await pressed(town, "deputy", "Có dự")
    edits = card(town).edits
    assert await pressed(town, "deputy", "Có dự") == first
    assert card(town).edits == edits
    assert town.server.log.refused == []


async def test_who_will_be_absent_is_asked_why_where_nobody_else_reads_it(town: Town) -> None:
    assert says(await pressed(town, "clerk", "Vắng, có lý do"), "Trợ lý hỏi lý do trong tin nhắn riêng")
    assert kinds(await town.heard("clerk")) == ["reason?"]
    assert kinds(await town.press("clerk", "Sức khoẻ")) == ["absence noted"]
    assert says(await pressed(town, "clerk", "Vắng, có lý do"), "lý do đã báo được giữ nguyên")
    assert await town.heard("clerk") == []
    assert "khoẻ" not in card(town).text


async def test_a_wavering_member_is_asked_why_once(town: Town) -> None:
    for label in ("Vắng, có lý do", "Có dự", "Vắng, có lý do", "Có dự", "Vắng, có lý do"):
        await pressed(town, "clerk", label)
    assert kinds(await town.heard("clerk")) == ["reason?"]


async def test_who_has_blocked_us_is_sent_to_the_secretary_with_the_reason(town: Town) -> None:
    town.person("clerk").block()
    assert says(await pressed(town, "clerk", "Vắng, có lý do"), "báo lý do với bí thư chi bộ")
    assert totals(town) == "Có dự: 00 · Vắng: 01 · Chưa báo: 05 · Chưa liên hệ được: 06"


async def test_strangers_and_others_are_told_apart_and_change_nothing(town: Town) -> None:
    await town.link("hesitant")
    await town.join("neighbour", "executive")
    before, said = card(town).text, len(town.group.chat.said)
    edits = card(town).edits
    assert says(await pressed(town, "elder", "Có dự"), "chưa kết nối", "start")
    assert says(await pressed(town, "hesitant", "Có dự"), "chưa được ghi nhận", "đồng ý")
    assert says(await pressed(town, "neighbour", "Có dự"), "Chỉ đảng viên của chi bộ")
    assert says(await pressed(town, "executive", "Có dự"), "Chỉ đảng viên của chi bộ")
    assert (card(town).text, card(town).edits) == (before, edits)
    assert len(town.group.chat.said) == said


async def test_whoever_links_later_moves_from_not_reached_to_not_answered(town: Town) -> None:
    await town.join("widow")
    await town.settle()
    assert totals(town) == "Có dự: 00 · Vắng: 00 · Chưa báo: 07 · Chưa liên hệ được: 05"


async def test_forged_buttons_and_those_of_another_chat_do_nothing(town: Town) -> None:
    own = town.person("deputy").chat.showing("Có dự").buttons["Có dự"]
    real = card(town).buttons["Có dự"]
    cut = (own, real[:-1], real.replace("coming", "absent"), "card.1.1.coming", "x", real + "x")
    for data in cut:
        press = town.group.press_data(town.person("deputy"), data, of=card(town))
        assert says(await toast(town, press), "không còn hiệu lực")
    heard = await town.press_forged("deputy", real)
    assert says(heard.text, "không còn hiệu lực")
    assert totals(town) == "Có dự: 00 · Vắng: 00 · Chưa báo: 06 · Chưa liên hệ được: 06"


async def test_a_moved_meeting_has_a_new_card_and_the_old_one_says_so(town: Town) -> None:
    await pressed(town, "deputy", "Có dự")
    old = card(town)
    await town.say("secretary", "hoan 26/11 19:30 mưa lũ")
    await town.press("secretary", "Xác nhận")
    await town.settle()
    assert says(old.text, "LỊCH ĐÃ THAY ĐỔI", "24/11/2026")
    assert "Có dự: " not in old.text
    assert old.buttons == {}
    new = card(town)
    assert says(new.text, "26/11/2026")
    assert totals(town) == "Có dự: 00 · Vắng: 00 · Chưa báo: 06 · Chưa liên hệ được: 06"
    await pressed(town, "deputy", "Vắng, có lý do")
    assert says(totals(town), "Vắng: 01")


async def test_an_old_button_shows_the_new_date_and_records_nothing(town: Town) -> None:
    old, token = card(town), card(town).buttons["Có dự"]
    await town.say("secretary", "hoan 26/11 19:30 mưa lũ")
    await town.press("secretary", "Xác nhận")
    press = town.group.press_data(town.person("deputy"), token, of=old)
    assert says(await toast(town, press), "Lịch đã thay đổi", "26/11/2026")
    assert says(totals(town), "Có dự: 00")


@pytest.mark.parametrize(("button", "says_so"), [("Hoãn", "TẠM HOÃN"), ("Huỷ buổi này", "ĐÃ HUỶ")])
async def test_a_meeting_called_off_keeps_its_last_totals(town: Town, button: str, says_so: str) -> None:
    await pressed(town, "deputy", "Có dự")
    stood, token = card(town), card(town).buttons["Có dự"]
    await called_off(town, button)
    assert says(stood.text, says_so, "Có dự: 01")
    assert stood.buttons == {}
    press = town.group.press_data(town.person("deputy"), token, of=stood)
    assert says(await toast(town, press), "Buổi sinh hoạt này")


async def called_off(town: Town, button: str) -> None:
    await town.say("secretary", "hoan")
    for label in (button, "Không nêu lý do", "Xác nhận"):
        await town.press("secretary", label)
    await town.settle()


async def test_once_the_meeting_has_begun_the_totals_stay_and_the_buttons_go(town: Town) -> None:
    await pressed(town, "deputy", "Có dự")
    stood, token = card(town), card(town).buttons["Báo sau"]
    await town.clock("24/11 19:30")
    await town.settle()
    final = stood.text
    assert says(final, "việc báo dự trong nhóm đã kết thúc", "Có dự: 01")
    assert stood.buttons == {}
    press = town.group.press_data(town.person("deputy"), token, of=stood)
    assert says(await toast(town, press), "Buổi sinh hoạt đã bắt đầu")
    await town.join("widow")
    await town.clock("24/11 20:30")
    await town.say("secretary", "đủ")
    await town.press("secretary", "Xác nhận")
    await town.settle()
    assert stood.text == final


async def test_a_card_that_was_deleted_is_sent_anew_once(town: Town) -> None:
    first = card(town)
    town.group.chat.delete(first.id)
    await pressed(town, "deputy", "Có dự", of=first)
    second = card(town)
    assert second is not first
    assert says(totals(town), "Có dự: 01")
    await pressed(town, "clerk", "Có dự")
    assert says(totals(town), "Có dự: 02")
    town.group.chat.delete(second.id)
    await pressed(town, "worker", "Có dự", of=second)
    assert not [one for one in town.group.chat.said if "Có dự: " in one.text]


async def test_a_group_that_moves_takes_its_card_along(town: Town) -> None:
    await pressed(town, "deputy", "Có dự")
    town.group.migrate()
    await town.settle()
    assert kinds(await town.messages(GROUP)) == ["announcement"]
    assert says(totals(town), "Có dự: 01")
    await pressed(town, "clerk", "Có dự")
    assert says(totals(town), "Có dự: 02")
    await town.tick()
    assert kinds(await town.messages(GROUP)) == ["announcement"]


async def test_a_move_that_only_an_edit_tells_of_is_followed(town: Town) -> None:
    old = card(town)
    town.group.migrate(to=False, from_too=False)
    await town.choose("deputy", "Có dự")
    await town.settle()
    assert says(totals(town), "Có dự: 01")
    assert card(town).chat is not old.chat


async def test_a_group_that_threw_us_out_is_left_alone(town: Town) -> None:
    town.group.kick_bot()
    await town.choose("deputy", "Có dự")
    await town.choose("clerk", "Có dự")
    await town.settle()
    assert [one.method for one in town.server.log.refused] == []


async def test_a_throw_out_that_only_an_edit_tells_of_drops_the_group(town: Town) -> None:
    town.group.chat.refusal = forbidden("bot was kicked from the group chat")
    await town.choose("deputy", "Có dự")
    await town.choose("clerk", "Có dự")
    assert [one.method for one in town.server.log.refused] == ["editMessageText"]
    await town.heard("secretary")
    await town.clock("23/11 19:00")
    assert "evening to paste" in kinds(await town.heard("secretary"))


async def test_a_group_linked_elsewhere_sees_no_more_totals(town: Town) -> None:
    stood = card(town)
    await town.link_group(f"forum-{CELL}")
    await town.settle()
    assert "Có dự: " not in stood.text
    assert stood.buttons == {}


async def test_a_command_for_groups_says_so_in_private(town: Town) -> None:
    assert says((await town.say("secretary", "/nhom")).text, "trong nhóm của chi bộ")
