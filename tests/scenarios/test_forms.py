"""The form of a meeting: online only where the commune has permitted it, and told like a place (domain.md 12)."""

from pathlib import Path

import pytest

from meetings.records import Meeting
from meetings.terms import Mode, State
from reports.roster.rows import Roster
from tests.scenarios.commune import CELL
from tests.scenarios.house import ORDINARY
from tests.scenarios.page import START, Village, opened
from tests.scenarios.test_calendar import BOTH
from tests.scenarios.transcript import kinds, says

PERMITTED = ORDINARY + ('[unit."X01-C1".online]\nallowed = true\nnumber = "12-TB/ĐU"\ndate = 2026-10-01\n')


async def test_without_permission_there_is_no_form_to_choose_and_the_line_is_refused(
    village: Village,
) -> None:
    await village.join("secretary")
    assert "Hình thức sinh hoạt" not in (await village.say("secretary", "hop")).choices
    await village.clock("24/11 21:00")
    refused = await village.say("secretary", "vắng 3 4tt")
    assert says(refused.text, "Chi bộ chưa được phép sinh hoạt trực tuyến (số 4)", "chưa ghi gì")
    [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
    assert (meeting.state, meeting.mode) == (State.ANNOUNCED, Mode.IN_PERSON)


class TestOnline:
    @pytest.fixture
    def policy(self) -> str:
        return PERMITTED

    @BOTH
    async def test_with_permission_the_form_is_kept_and_said(self, village: Village) -> None:
        await village.join("secretary", "clerk")
        await village.say("secretary", "hop")
        assert kinds(await village.choose("secretary", "Hình thức sinh hoạt")) == ["form?"]
        noted = await village.choose("secretary", "Trực tiếp kết hợp trực tuyến")
        assert kinds(noted) == ["form noted"]
        [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
        assert meeting.mode is Mode.MIXED
        await village.clock("19/11 19:00")
        assert "Hình thức: trực tiếp kết hợp trực tuyến." in (await village.heard("clerk")).text
        await village.clock("24/11 21:00")
        await village.heard("secretary")
        assert kinds(await village.say("secretary", "vắng 3 4tt")) == ["roll?"]

    async def test_once_announced_another_form_is_told_like_another_place(self, village: Village) -> None:
        await village.join("secretary", "clerk", "worker", "executive")
        await village.clock("20/11 09:00")
        await village.say("clerk", "có dự")
        for one in ("secretary", "clerk", "worker"):
            await village.heard(one)
        await village.say("secretary", "hop")
        await village.press("secretary", "Hình thức sinh hoạt")
        asked = await village.press("secretary", "Trực tuyến")
        assert kinds(asked) == ["new form?"]
        assert says(asked.text, "trực tuyến", "việc báo dự giữ nguyên")
        assert await form(village) == (Mode.IN_PERSON, 1)
        done = await village.press("secretary", "Xác nhận")
        assert {"form done", "new form"} <= set(kinds(done))
        await village.tick()
        assert await form(village) == (Mode.ONLINE, 2)
        for one in ("clerk", "worker"):
            told = await village.heard(one)
            assert kinds(told) == ["new form"]
            assert says(told.text, "hình thức mới là trực tuyến")
        assert says((await village.say("clerk", "lich")).text, "có dự")
        await village.clock("21/11 19:00")
        assert "Hình thức: trực tuyến." in (await village.heard("worker")).text
        await village.clock("24/11 12:00")
        assert "Hình thức: trực tuyến." in (await village.heard("clerk")).text

    async def test_a_form_confirmed_twice_is_told_once(self, village: Village) -> None:
        await village.join("secretary", "clerk")
        await village.clock("20/11 09:00")
        await village.say("secretary", "hop")
        await village.press("secretary", "Hình thức sinh hoạt")
        [asked] = await village.press("secretary", "Trực tuyến")
        for _ in range(2):
            await village.press("secretary", "Xác nhận", of=asked)
        assert kinds(await village.messages("clerk")).count("new form") == 1
        assert await form(village) == (Mode.ONLINE, 2)


async def form(village: Village) -> tuple[Mode, int]:
    meeting = await november(village)
    return meeting.mode, meeting.revision


async def november(village: Village) -> Meeting:
    [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
    return meeting


async def test_a_permission_that_was_withdrawn_holds_no_more(
    database_url: str, tmp_path: Path, rows: Roster
) -> None:
    """It is held in person and said to be, and whoever leads the cell can take the form back."""
    async with opened(database_url, tmp_path, rows, "buttons", policy=PERMITTED) as before:
        await before.join("secretary", "clerk")
        await before.say("secretary", "hop")
        await before.press("secretary", "Hình thức sinh hoạt")
        await before.press("secretary", "Trực tuyến")
        assert await form(before) == (Mode.ONLINE, 1)
    async with opened(database_url, tmp_path, rows, "buttons", policy=ORDINARY, start=START) as after:
        await after.clock("19/11 19:00")
        assert "Hình thức" not in (await after.heard("clerk")).text
        await after.say("secretary", "hop")
        asked = await after.press("secretary", "Hình thức sinh hoạt")
        assert asked.choices == ["Trực tiếp"]
        await after.press("secretary", "Trực tiếp")
        await after.press("secretary", "Xác nhận")
        assert await form(after) == (Mode.IN_PERSON, 2)


async def test_a_form_is_not_confirmed_after_its_permission_was_withdrawn(
    database_url: str, tmp_path: Path, rows: Roster
) -> None:
    async with opened(database_url, tmp_path, rows, "buttons", policy=PERMITTED) as before:
        await before.join("secretary")
        await before.clock("20/11 09:00")
        await before.say("secretary", "hop")
        await before.press("secretary", "Hình thức sinh hoạt")
        await before.press("secretary", "Trực tuyến")
    later = START.replace(day=20)
    async with opened(database_url, tmp_path, rows, "buttons", policy=ORDINARY, start=later) as after:
        assert says((await after.press("secretary", "Xác nhận")).text, "chưa được cấp trên cho phép")
        assert await form(after) == (Mode.IN_PERSON, 1)
