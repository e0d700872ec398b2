"""A date on a holiday or at Tết: other days are proposed once, and nothing moves by itself (domain.md 14)."""

from datetime import datetime
from pathlib import Path

import pytest

from meetings.terms import State
from reports.roster.rows import Roster
from tests.scenarios.commune import CELL, OTHER, commune
from tests.scenarios.house import ORDINARY, QUIET
from tests.scenarios.page import START, ZONE, Village, opened
from tests.scenarios.transcript import kinds, says, table

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])
LEADERS = ("secretary", "deputy")


@pytest.fixture
def policy() -> str:
    """The country's days and none of the commune's own."""
    return QUIET


async def row(village: Village, period: str = "2026-11") -> tuple[State, str, int]:
    """State, local start and revision of the main cell's row of a month."""
    [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == period]
    return meeting.state, f"{village.stage.local(meeting.starts_at):%d/%m %H:%M}", meeting.revision


async def arrive(village: Village, until: str = "10/11 19:00") -> None:
    await village.join(*LEADERS, "clerk")
    await village.clock(until)


# --- 24/11/2026, a Tuesday: planned as a day off -----------------------------------------------------


@pytest.mark.every_way
@BOTH
async def test_fourteen_days_before_secretary_and_deputy_see_other_days(village: Village) -> None:
    await arrive(village, "10/11 18:59")
    assert [await village.heard(one) for one in LEADERS] == [[], []]
    await village.clock("10/11 19:00")
    for leader in LEADERS:
        told = await village.heard(leader)
        assert table(told) == ["10/11 19:00 clash"]
        assert says(told.text, "19 giờ 30, Thứ Ba, ngày 24/11/2026")
        assert says(told.text, "Ngày 24/11 trùng Ngày Văn hoá Việt Nam (dự kiến).", "Lịch không tự thay đổi")
        assert told.choices == ["Thứ Tư, 25/11", "Thứ Hai, 23/11", "Thứ Năm, 26/11", "Giữ ngày này"]
        assert len(told[0].text.splitlines()) - 4 * (village.bot == "numbers") <= 8
    assert await village.heard("clerk") == []
    assert await row(village) == (State.PLANNED, "24/11 19:30", 1)


@BOTH
async def test_it_is_said_once_and_never_moves_by_itself(village: Village) -> None:
    await arrive(village)
    for _ in range(3):
        await village.tick()
    await village.clock("18/11 18:59")
    assert [kinds(await village.heard(one)) for one in LEADERS] == [["clash"], ["clash"]]
    await village.clock("18/11 19:00")
    preview = await village.heard("secretary")
    assert kinds(preview) == ["preview"]
    assert says(preview.text, "Ngày 24/11 trùng Ngày Văn hoá Việt Nam (dự kiến).")
    await village.clock("20/11 09:00")
    assert await row(village) == (State.ANNOUNCED, "24/11 19:30", 1)
    assert "trùng" not in (await village.heard("clerk")).text


@BOTH
async def test_a_proposed_day_takes_the_two_taps_of_every_move(village: Village) -> None:
    await arrive(village)
    asked = await village.choose("secretary", "Thứ Tư, 25/11")
    assert kinds(asked) == ["clash", "move?"]
    assert says(asked.text, "19 giờ 30, Thứ Tư, ngày 25/11/2026", "trùng ngày nghỉ lễ")
    assert await row(village) == (State.PLANNED, "24/11 19:30", 1)
    assert kinds(await village.choose("secretary", "Xác nhận")) == ["move done"]
    assert await row(village) == (State.PLANNED, "25/11 19:30", 2)
    late = await village.choose("deputy", "Thứ Hai, 23/11")
    assert says(late[-1].text, "25/11/2026")
    assert await row(village) == (State.PLANNED, "25/11 19:30", 2)
    await village.clock("19/11 19:00")
    assert table(await village.heard("secretary")) == ["19/11 19:00 preview"]


async def test_the_confirmation_pressed_twice_shows_where_the_meeting_stands(village: Village) -> None:
    await arrive(village)
    asked = (await village.press("secretary", "Thứ Tư, 25/11"))[-1]
    await village.press("secretary", "Xác nhận", of=asked)
    again = await village.press("secretary", "Xác nhận", of=asked)
    assert says(again.text, "25/11/2026")
    assert await row(village) == (State.PLANNED, "25/11 19:30", 2)


@BOTH
async def test_a_date_that_is_kept_is_not_spoken_of_again(village: Village) -> None:
    await village.join("secretary")
    await village.clock("10/11 19:00")
    assert kinds(await village.choose("secretary", "Giữ ngày này")) == ["clash", "date kept"]
    await village.join("deputy")
    await village.clock("12/11 09:00")
    assert [await village.heard(one) for one in LEADERS] == [[], []]
    assert await row(village) == (State.PLANNED, "24/11 19:30", 1)


@pytest.mark.parametrize("words", ["Sửa", "hop 24 19:30 Trường Noong"])
async def test_another_place_does_not_ask_about_the_same_date_again(village: Village, words: str) -> None:
    """Kept by one leader, and told to the other: the date is what it was."""
    await village.join(*LEADERS)
    await village.clock("10/11 19:00")
    await village.press("secretary", "Giữ ngày này")
    await village.clock("11/11 09:00")
    if words == "Sửa":
        await village.say("secretary", "thongbao")
        await village.press("secretary", "Sửa")
        await village.say("secretary", "Trường Noong")
    else:
        await village.say("secretary", words)
    await village.press("secretary", "Xác nhận")
    for one in LEADERS:
        await village.heard(one)
    await village.tick()
    assert await row(village) == (State.PLANNED, "24/11 19:30", 2)
    assert [await village.heard(one) for one in LEADERS] == [[], []]


async def test_moved_away_and_back_again_the_date_is_known(village: Village) -> None:
    await village.join(*LEADERS)
    await village.clock("10/11 19:00")
    for day in ("25/11", "24/11"):
        await village.say("secretary", f"hoan {day}")
        await village.press("secretary", "Xác nhận")
    for one in LEADERS:
        await village.heard(one)
    await village.tick()
    assert [await village.heard(one) for one in LEADERS] == [[], []]


async def test_an_extra_meeting_on_a_holiday_is_asked_about_once(village: Village) -> None:
    await village.join(*LEADERS)
    await village.clock("12/11 09:00")
    for one in LEADERS:
        await village.heard(one)
    await village.say("secretary", "hop")
    await village.press("secretary", "Thêm buổi chuyên đề")
    asked = await village.say("secretary", "24/11 14:00 Chuyển đổi số")
    assert says(asked.text, "Ngày 24/11 trùng")
    await village.press("secretary", "Xác nhận")
    await village.tick()
    assert await village.heard("secretary") == []
    assert kinds(await village.heard("deputy")) == ["clash"]


async def test_a_leader_who_links_later_hears_of_it_then(village: Village) -> None:
    await village.join("secretary")
    await village.clock("10/11 19:00")
    await village.link("deputy")
    await village.say("deputy", "đồng ý")
    await village.tick()
    assert "clash" in kinds(await village.messages("deputy"))


async def test_lich_and_hop_show_the_clash_to_those_who_can_move(village: Village) -> None:
    await village.join(*LEADERS, "clerk")
    told = "trùng Ngày Văn hoá Việt Nam"
    assert told in (await village.say("secretary", "lich")).text
    assert told in (await village.say("secretary", "hop")).text
    assert told in (await village.say("secretary", "thongbao")).text
    assert told not in (await village.say("clerk", "lich")).text


async def test_moving_to_a_clash_is_said_before_it_is_confirmed(village: Village) -> None:
    await village.join(*LEADERS)
    await village.say("secretary", "hoan 23/11")
    await village.press("secretary", "Xác nhận")
    asked = await village.say("secretary", "hoan 24/11")
    assert kinds(asked) == ["move?"]
    assert says(asked.text, "Ngày 24/11 trùng Ngày Văn hoá Việt Nam")
    await village.press("secretary", "Xác nhận")
    await village.heard("secretary")
    await village.clock("10/11 19:00")
    assert await row(village) == (State.PLANNED, "24/11 19:30", 3)
    assert await village.heard("secretary") == []
    assert kinds(await village.heard("deputy")) == ["clash"]


async def test_a_rule_set_within_the_fortnight_is_answered_with_its_clash_and_the_proposal(
    village: Village,
) -> None:
    await village.join("other-secretary")
    await village.clock("12/11 09:00")
    await village.say("other-secretary", "hop 24 19:30 Nhà văn hoá")
    saved = await village.press("other-secretary", "Xác nhận")
    assert says(saved.text, "Đã lên lịch tháng 11/2026", "Ngày 24/11 trùng Ngày Văn hoá Việt Nam (dự kiến).")
    await village.tick()
    told = await village.heard("other-secretary")
    assert kinds(told) == ["clash"]
    assert [str(one.period) for one in await village.meetings(OTHER)] == ["2026-11", "2026-12", "2027-01"]


async def test_a_member_who_presses_the_secretarys_button_moves_nothing(village: Village) -> None:
    await arrive(village)
    [told] = await village.heard("secretary")
    token = told.choice("Thứ Tư, 25/11")
    assert token is not None
    await village.press_token("clerk", token)
    assert await row(village) == (State.PLANNED, "24/11 19:30", 1)


# --- what the commune says of its days ---------------------------------------------------------------

UNIT = '[[unit.X01-C1.holiday]]\ndate = 2026-11-24\nname = "Ngày hội bản"\nkind = "local"\n'
CONFIRMED = QUIET + '[[holiday]]\ndate = 2026-11-24\nstatus = "confirmed"\n'


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (CONFIRMED, "trùng Ngày Văn hoá Việt Nam."),
        (QUIET + UNIT, "trùng Ngày hội bản."),
        (ORDINARY, None),
        (ORDINARY + UNIT, "trùng Ngày hội bản."),
    ],
)
async def test_the_policy_has_the_last_word_also_for_one_unit(village: Village, why: str | None) -> None:
    await arrive(village)
    told = await village.heard("secretary")
    assert kinds(told) == ([] if why is None else ["clash"])
    if why is not None:
        assert why in told.text


async def test_a_table_that_changes_is_told_of_meetings_already_announced(
    database_url: str, tmp_path: Path, rows: Roster
) -> None:
    async with opened(database_url, tmp_path, rows, "buttons", policy=ORDINARY) as before:
        await before.join(*LEADERS)
        await before.clock("20/11 09:00")
        assert "clash" not in kinds(await before.messages("secretary"))
        assert (await row(before))[0] is State.ANNOUNCED
    later = START.replace(day=20)
    async with opened(database_url, tmp_path, rows, "buttons", policy=CONFIRMED, start=later) as after:
        [told] = [one for one in await after.messages("secretary") if one.choice("Giữ ngày này")]
        assert list(told.choices)[:3] == ["Thứ Tư, 25/11", "Thứ Hai, 23/11", "Thứ Năm, 26/11"]
        await after.press("secretary", "Thứ Tư, 25/11", of=told)
        done = await after.press("secretary", "Xác nhận")
        assert {"move done", "moved"} <= set(kinds(done))
        assert await row(after) == (State.ANNOUNCED, "25/11 19:30", 2)


# --- 24/01/2028: 28 Chạp -----------------------------------------------------------------------------


class TestTet:
    @pytest.fixture
    def start(self) -> datetime:
        return datetime(2028, 1, 3, 9, 0, tzinfo=ZONE)

    @BOTH
    async def test_the_28_of_chap_is_moved_before_tet_inside_its_month(self, village: Village) -> None:
        await village.join(*LEADERS, "clerk")
        await village.clock("2028-01-10T19:00")
        told = await village.heard("secretary")
        assert kinds(told) == ["clash"]
        assert says(told.text, "19 giờ 30, Thứ Hai, ngày 24/01/2028")
        assert "Ngày 24/01 trùng ngày 28 tháng Chạp, giáp Tết Nguyên đán." in told.text
        assert told.choices == ["Thứ Sáu, 21/01", "Thứ Năm, 20/01", "Thứ Tư, 19/01", "Giữ ngày này"]
        await village.choose("secretary", "Thứ Năm, 20/01")
        await village.choose("secretary", "Xác nhận")
        assert await row(village, "2028-01") == (State.PLANNED, "20/01 19:30", 2)
        await village.clock("2028-01-15T19:00")
        assert says((await village.heard("clerk")).text, "19 giờ 30, Thứ Năm, ngày 20/01/2028")

    async def test_once_announced_everybody_hears_why_it_was_moved(self, village: Village) -> None:
        await village.join("secretary", "clerk")
        await village.clock("2028-01-10T19:00")
        await village.say("secretary", "thongbao")
        await village.press("secretary", "Gửi thông báo")
        await village.heard("clerk")
        await village.press("secretary", "Thứ Năm, 20/01")
        await village.press("secretary", "Xác nhận")
        told = await village.heard("clerk")
        assert kinds(told) == ["moved"]
        assert says(told.text, "Thứ Năm, ngày 20/01/2028", "từ ngày 24/01", "Lý do: trùng ngày nghỉ lễ")

    @pytest.fixture
    def rows(self) -> Roster:
        return commune("24")
