"""The thematic meeting of a quarter: nudged once if there is none; topics from the commune (domain.md 9)."""

from dataclasses import replace
from datetime import datetime

import pytest

from meetings.period import Period
from meetings.terms import Kind, State
from reports.roster.rows import Roster
from services import thematic
from tests.scenarios.commune import CELL
from tests.scenarios.page import ZONE, Village

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no query of its own
LEADERS = ("secretary", "deputy")
OPENING = "Quý IV/2026, Chi bộ bản Noong chưa có buổi sinh hoạt chuyên đề."


@pytest.fixture
def policy() -> str:
    return "[preparation]\nremind = false\n[[holiday]]\ndate = 2026-11-24\noff = true\n"


@pytest.fixture
def start() -> datetime:
    return datetime(2026, 12, 1, 9, 0, tzinfo=ZONE)


async def nudges(village: Village, person: str) -> list[str]:
    """When somebody was nudged; what they asked for themselves on the first day does not count."""
    told = [one.at for one in await village.messages(person) if one.text.startswith(OPENING)]
    return [at for at in told if not at.startswith("01/12")]


async def suggest(village: Village, *titles: str) -> None:
    await village.join("office")
    for title in titles:
        await village.say("office", "noidung")
        await village.choose("office", "Định hướng của")
        await village.choose("office", "Gợi ý chuyên đề")
        await village.say("office", title)
        await village.choose("office", "Xác nhận")


@BOTH
async def test_on_the_third_of_the_third_month_both_leaders_are_nudged_once(village: Village) -> None:
    await village.join(*LEADERS, "clerk")
    await suggest(village, "Chuyển đổi số ở bản", "Giữ gìn bản sắc")
    await village.clock("2026-12-03T18:59")
    assert await nudges(village, "secretary") == []
    await village.clock("2026-12-03T19:00")
    for leader in LEADERS:
        told = await village.heard(leader)
        assert told[0].first == (
            f"{OPENING} Đề nghị bí thư chi bộ chọn chuyên đề và thời gian; "
            "nếu kết hợp với buổi thường kỳ, thời lượng tối thiểu 120 phút."
        ).replace("bí thư chi bộ", "chi uỷ")
        assert told.choices == ["Giữ gìn bản sắc", "Chuyển đổi số ở bản", "Chuyên đề khác"]
    assert await village.heard("clerk") == []
    await village.clock("2026-12-20T09:00")
    assert await nudges(village, "secretary") == ["03/12 19:00"]


@BOTH
async def test_a_suggested_topic_goes_with_the_regular_meeting_in_three_taps(village: Village) -> None:
    await village.join(*LEADERS)
    await suggest(village, "Chuyển đổi số ở bản")
    await village.clock("2026-12-03T19:00")
    await village.choose("secretary", "Chuyển đổi số ở bản")
    told = await village.choose("secretary", "Kết hợp buổi thường kỳ 24/12")
    assert "Chuyển đổi số ở bản" in told.text
    await village.choose("secretary", "Xác nhận")
    [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-12"]
    assert (meeting.kind, meeting.title) == (Kind.COMBINED, "Chuyển đổi số ở bản")
    assert "chi bộ chưa có buổi sinh hoạt chuyên đề" not in (await village.say("secretary", "noidung")).text


@BOTH
async def test_or_into_a_meeting_of_its_own_with_only_the_day_to_write(village: Village) -> None:
    await village.join(*LEADERS)
    await suggest(village, "Chuyển đổi số ở bản")
    await village.clock("2026-12-03T19:00")
    await village.choose("secretary", "Chuyển đổi số ở bản")
    await village.choose("secretary", "Thêm buổi chuyên đề")
    told = await village.say("secretary", "15/12 19:30")
    assert "Chuyển đổi số ở bản" in told.text
    await village.choose("secretary", "Xác nhận")
    [extra] = [one for one in await village.meetings(CELL) if one.kind is Kind.THEMATIC]
    assert (extra.title, extra.state) == ("Chuyển đổi số ở bản", State.PLANNED)


@ONE
async def test_one_held_or_planned_in_the_quarter_silences_it(village: Village) -> None:
    await village.join(*LEADERS)
    await village.say("secretary", "noidung")
    await village.press("secretary", "Sinh hoạt chuyên đề")
    await village.press("secretary", "Chuyên đề khác")
    await village.press("secretary", "Thêm buổi chuyên đề")
    await village.say("secretary", "15/12 19:30 Chuyển đổi số")
    await village.press("secretary", "Xác nhận")
    await village.clock("2026-12-04T09:00")
    assert await nudges(village, "secretary") == []
    # Called off it is missing again, and the quarter is spoken of while it lasts.
    await village.say("secretary", "hoan")
    await village.press("secretary", "Chi bộ bản Noong, Thứ Ba, 15/12")
    await village.press("secretary", "Huỷ buổi này")
    await village.press("secretary", "Mưa lũ")
    await village.press("secretary", "Xác nhận")
    await village.clock("2026-12-05T09:00")
    assert len(await nudges(village, "secretary")) == 1


@ONE
async def test_the_preview_has_a_quiet_line_while_it_is_missing(village: Village) -> None:
    await village.join("secretary")
    assert "Quý IV/2026, chi bộ chưa có" in (await village.say("secretary", "thongbao")).text


@ONE
async def test_a_topic_taken_back_is_offered_no_more(village: Village) -> None:
    await village.join(*LEADERS)
    await suggest(village, "Chuyển đổi số ở bản")
    await village.clock("2026-12-03T19:00")
    await village.press("office", "Rút lại")
    await village.press("office", "Chuyển đổi số ở bản")
    told = await village.press("secretary", "Chuyển đổi số ở bản")
    assert "Kết hợp" not in " ".join(told.choices)


@ONE
async def test_the_quarter_is_that_of_the_period_month(village: Village) -> None:
    """A meeting for December held in January still is one of the fourth quarter."""
    [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-12"]
    async with village.parts.database.write() as uow:
        work = village.work(uow)
        late = datetime(2027, 1, 5, 19, 30, tzinfo=ZONE)
        values = {"kind": Kind.COMBINED, "starts_at": late, "state": State.CLOSED}
        assert await uow.meetings.change(meeting, values)
        fourth = await thematic.quarter_of(work, meeting.cell, Period(2026, 10))
        first = await thematic.quarter_of(work, meeting.cell, Period(2027, 1))
    assert (fourth.held, fourth.planned, fourth.is_open) == (1, 0, False)
    assert (first.held, first.is_open) == (0, True)


@ONE
async def test_a_nudge_that_waits_dies_with_the_need_for_it_or_the_post(
    village: Village, rows: Roster
) -> None:
    await village.join(*LEADERS)
    await village.stopped_until("2026-12-03T23:00")
    people = tuple(replace(one, role=None) if one.code == "deputy" else one for one in rows.people)
    await village.roster(replace(rows, people=people))
    await village.say("secretary", "noidung")
    await village.press("secretary", "Sinh hoạt chuyên đề")
    await village.press("secretary", "Chuyên đề khác")
    await village.press("secretary", "Thêm buổi chuyên đề")
    await village.say("secretary", "15/12 19:30 Chuyển đổi số")
    await village.press("secretary", "Xác nhận")
    await village.clock("2026-12-04T09:00")
    for leader in LEADERS:
        assert [at for at in await nudges(village, leader) if at.startswith("04/12")] == []


@ONE
async def test_a_handed_over_post_takes_the_waiting_nudge_away(village: Village, rows: Roster) -> None:
    await village.join(*LEADERS)
    await village.stopped_until("2026-12-03T23:00")
    people = tuple(replace(one, role=None) if one.code == "deputy" else one for one in rows.people)
    await village.roster(replace(rows, people=people))
    await village.clock("2026-12-04T09:00")
    assert await nudges(village, "secretary") == ["04/12 05:30"]
    assert await nudges(village, "deputy") == []


class TestTheYearEnds:
    @pytest.fixture
    def start(self) -> datetime:
        return datetime(2026, 12, 28, 9, 0, tzinfo=ZONE)

    @ONE
    async def test_beside_january_s_agenda_the_first_quarter_is_spoken_of(self, village: Village) -> None:
        await village.join("secretary")
        told = await village.say("secretary", "noidung")
        assert "Quý I/2027, chi bộ chưa có" in told.text
        told = await village.press("secretary", "Sinh hoạt chuyên đề")
        assert told[0].first.startswith("Quý I/2027, Chi bộ bản Noong chưa có")

    @ONE
    async def test_a_topic_of_last_year_may_come_again(self, village: Village) -> None:
        await village.join("secretary")
        await suggest(village, "Học tập và làm theo Bác")
        await village.say("secretary", "hop")
        await village.press("secretary", "Thêm buổi chuyên đề")
        await village.say("secretary", "30/12 19:30 Học tập và làm theo Bác")
        await village.press("secretary", "Xác nhận")
        await village.say("secretary", "noidung")
        await village.press("secretary", "Chi bộ bản Noong, Chủ nhật, 24/01")
        told = await village.press("secretary", "Sinh hoạt chuyên đề")
        assert "Học tập và làm theo Bác" not in told.choices
        await village.clock("2027-01-04T09:00")
        await village.say("secretary", "noidung")
        told = await village.press("secretary", "Sinh hoạt chuyên đề")
        assert "Học tập và làm theo Bác" in told.choices


@ONE
async def test_an_old_button_says_that_the_quarter_has_its_meeting(village: Village) -> None:
    await village.join("secretary")
    old = (await village.say("secretary", "noidung"))[-1]
    await village.press("secretary", "Sinh hoạt chuyên đề", of=old)
    await village.press("secretary", "Chuyên đề khác")
    await village.press("secretary", "Thêm buổi chuyên đề")
    await village.say("secretary", "15/12 19:30 Chuyển đổi số")
    await village.press("secretary", "Xác nhận")
    told = await village.press("secretary", "Sinh hoạt chuyên đề", of=old)
    assert "đã có hoặc đã lên lịch buổi sinh hoạt chuyên đề" in told.text
