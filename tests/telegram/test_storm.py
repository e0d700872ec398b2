"""The storm switch where groups have a live card: it says what is so, and a group that refuses is made up for."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.scenarios.commune import GROUP
from tests.scenarios.transcript import kind, says
from tests.telegram.botapi import Message
from tests.telegram.botapi.wire import bad
from tests.telegram.town import Town, opened


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """The announcement of the 24th stands in the group."""
    async with opened(sqlite_url, tmp_path) as telegram:
        await telegram.join("secretary", "deputy", "clerk", "chair")
        await telegram.link_group()
        await telegram.clock("19/11 19:00")
        await telegram.settle()
        yield telegram


def card(town: Town) -> Message:
    return next(one for one in reversed(town.group.chat.said) if "Có dự: " in one.text)


async def storm(town: Town) -> None:
    await town.say("chair", "hoanloat 24/11")
    for label in ("Tất cả 1 chi bộ", "Mưa lũ", "Xác nhận", "Xác nhận"):
        await town.press("chair", label)
    await town.settle()


async def answered(town: Town, label: str) -> None:
    press = town.group.press(town.person("clerk"), label)
    await town.settle()
    assert press.is_answered


async def test_the_card_is_off_and_lives_again_after_the_undo_with_its_answers(town: Town) -> None:
    await answered(town, "Có dự")
    stood = card(town)
    await storm(town)
    assert says(stood.text, "TẠM HOÃN", "Có dự: 01")
    assert stood.buttons == {}
    assert says((await town.messages(GROUP))[-1].text, "HOÃN SINH HOẠT CHI BỘ ngày 24/11/2026")
    for label in ("Hoàn tác", "Xác nhận"):
        await town.press("chair", label)
    await town.settle()
    assert says(stood.text, "Có dự: 01")
    assert "TẠM HOÃN" not in stood.text
    assert [*stood.buttons] == ["Có dự", "Vắng, có lý do", "Báo sau"]
    assert says((await town.messages(GROUP))[-1].text, "GIỮ NGUYÊN LỊCH SINH HOẠT CHI BỘ")


async def test_a_group_that_refuses_is_pasted_into_by_the_secretary(town: Town) -> None:
    town.group.chat.refusal = bad("not enough rights to send text messages to the chat")
    await storm(town)
    told = await town.messages("secretary")
    ask = town.stage.words("paste.ask")["vi"]
    assert [kind(text) for asked, text in pairwise(told) if asked.text == ask] == ["postponed"]
