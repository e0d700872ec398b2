"""A month in which the lunar rule has no day: the leaders are asked, and what they choose stays."""

from datetime import datetime

import pytest

from reports.roster.rows import Roster
from tests.scenarios.commune import CELL, commune
from tests.scenarios.page import ZONE, Village
from tests.scenarios.test_calendar import BOTH, hop, rows_of
from tests.scenarios.transcript import kinds, says

ASKED = "2027-01-18T19:00"


@pytest.fixture
def rows() -> Roster:
    """February 2027 is without a 24th: 24 Chạp is on 31/01, 24 tháng Giêng on 01/03."""
    return commune("lunar-24")


@pytest.fixture
def start() -> datetime:
    return datetime(2027, 1, 5, 9, 0, tzinfo=ZONE)


@BOTH
async def test_without_such_a_day_the_leaders_are_asked_once(village: Village) -> None:
    """24 Chạp is on 31/01, 24 tháng Giêng on 01/03: the days of the month nearest to them come first."""
    await village.join("secretary", "deputy", "clerk")
    assert await rows_of(village) == ["2027-03 regular 01/03 19:30 planned"]
    await village.clock("2027-01-18T18:59")
    assert await village.heard("secretary") == []
    await village.clock("2027-01-18T19:00")
    for _ in range(2):
        await village.tick()
    for leader in ("secretary", "deputy"):
        told = await village.heard(leader)
        assert kinds(told) == ["no date"]
        assert says(told.text, "Tháng 02/2027 không có ngày 24 âm lịch")
        assert told.choices == ["Thứ Hai, 01/02", "Chủ nhật, 28/02", "Thứ Ba, 02/02", "Ngày khác"]
    assert await village.heard("clerk") == []
    assert len(await rows_of(village)) == 1


@BOTH
async def test_a_button_plans_the_month_and_a_second_one_does_not(village: Village) -> None:
    await village.join("secretary", "deputy")
    await village.clock("2027-01-18T19:00")
    assert kinds(await village.choose("secretary", "Chủ nhật, 28/02"))[-1] == "planned"
    again = await village.choose("deputy", "Thứ Hai, 01/02")
    assert says(again[-1].text, "Tháng 02/2027 đã có buổi sinh hoạt thường kỳ")
    assert (await rows_of(village))[0] == "2027-02 regular 28/02 19:30 planned"
    await village.clock("2027-02-10T09:00")
    assert "no date" not in kinds(await village.heard("secretary"))


@BOTH
async def test_a_typed_date_may_lie_beside_the_month_and_keeps_it(village: Village) -> None:
    await village.join("secretary")
    await village.clock("2027-01-18T19:00")
    assert kinds(await village.choose("secretary", "Ngày khác"))[-1] == "which date?"
    assert says((await village.say("secretary", "ngày nào cũng được")).text, "chưa rõ ngày")
    assert says((await village.say("secretary", "24/04 19:30")).text, "Đề nghị")
    assert kinds(await village.say("secretary", "01/03 20:00")) == ["plan?"]
    assert len(await rows_of(village)) == 1
    shown = await village.choose("secretary", "Xác nhận")
    assert kinds(shown) == ["planned"]
    assert says(shown.text, "02/2027", "20 giờ, Thứ Hai, ngày 01/03/2027")
    assert "2027-02 regular 01/03 20:00 planned" in await rows_of(village)


async def test_a_typed_date_that_clashes_is_said_and_stays(village: Village) -> None:
    await village.join("secretary")
    await village.clock("2027-01-18T19:00")
    await village.press("secretary", "Ngày khác")
    asked = await village.say("secretary", "08/02")
    assert says(asked.text, "19 giờ 30, Thứ Hai, ngày 08/02/2027", "Ngày 08/02 trùng mùng 3 Tết Nguyên đán.")
    shown = await village.press("secretary", "Xác nhận")
    assert says(shown.text, "Ngày 08/02 trùng mùng 3 Tết Nguyên đán.")
    assert "2027-02 regular 08/02 19:30 planned" in await rows_of(village)
    await village.clock("2027-01-26T09:00")
    assert "clash" not in kinds(await village.heard("secretary"))


async def test_a_sentence_after_other_day_plans_nothing(village: Village) -> None:
    await village.join("secretary")
    await village.clock(ASKED)
    await village.press("secretary", "Ngày khác")
    shown = await village.say("secretary", "mai tôi bận đi tỉnh nhé")
    assert says(shown.text, "chỉ cần ngày, giờ")
    assert len(await rows_of(village)) == 1
    assert kinds(await village.say("secretary", "26/02")) == ["plan?"]


async def test_the_same_day_confirmed_twice_is_planned_once(village: Village) -> None:
    await village.join("secretary")
    await village.clock(ASKED)
    await village.press("secretary", "Ngày khác")
    [asked] = await village.say("secretary", "26/02")
    await village.press("secretary", "Xác nhận", of=asked)
    assert says((await village.press("secretary", "Xác nhận", of=asked)).text, "đã được ghi nhận")
    assert [one[:7] for one in await rows_of(village)] == ["2027-02", "2027-03"]


@pytest.mark.parametrize("way", ["button", "words"])
async def test_a_day_somebody_chose_is_left_alone_by_a_later_rule(village: Village, way: str) -> None:
    await village.join("secretary")
    await village.clock(ASKED)
    if way == "button":
        await village.press("secretary", "Chủ nhật, 28/02")
    else:
        await village.press("secretary", "Ngày khác")
        await village.say("secretary", "28/02")
        await village.press("secretary", "Xác nhận")
    await hop(village, "20 19:30")
    assert await rows_of(village) == [
        "2027-01 regular 20/01 19:30 planned",
        "2027-02 regular 28/02 19:30 planned",
        "2027-03 regular 20/03 19:30 planned",
    ]


class TestAnOlderRule:
    """The cell met every 24th, and February has its row, when the rule becomes a lunar one."""

    @pytest.fixture
    def rows(self) -> Roster:
        return commune("24")

    async def test_the_reply_names_the_month_and_the_leaders_are_asked(self, village: Village) -> None:
        await village.join("secretary", "deputy")
        saved = await hop(village, "lunar-24 20:00 Trường Noong")
        assert says(
            saved, "Tháng 02/2027 không có ngày 24 âm lịch", "giữ nguyên: 19 giờ 30, Thứ Tư, ngày 24/02"
        )
        assert "2027-02 regular 24/02 19:30 planned" in await rows_of(village)
        await village.clock(ASKED)
        told = await village.heard("deputy")
        assert kinds(told) == ["no date", "preview"]  # of January
        assert says(told.text, "không có ngày 24 âm lịch", "giữ nguyên: 19 giờ 30, Thứ Tư, ngày 24/02/2027")

    @BOTH
    async def test_the_day_they_choose_moves_the_row_and_stays(self, village: Village) -> None:
        await village.join("secretary", "deputy")
        await hop(village, "lunar-24 20:00 Trường Noong")
        await village.clock(ASKED)
        assert kinds(await village.choose("secretary", "Chủ nhật, 28/02"))[-1] == "planned"
        assert "2027-02 regular 28/02 20:00 planned" in await rows_of(village)
        late = await village.choose("deputy", "Thứ Hai, 01/02")
        assert says(late[-1].text, "đã có buổi sinh hoạt thường kỳ")
        await hop(village, "20 19:30")
        [row] = [one for one in await village.meetings(CELL) if str(one.period) == "2027-02"]
        assert (f"{village.stage.local(row.starts_at):%d/%m %H:%M}", row.place) == (
            "28/02 20:00",
            "Trường Noong",
        )

    async def test_the_day_it_has_may_be_chosen_too(self, village: Village) -> None:
        await village.join("secretary")
        await hop(village, "lunar-24 19:30")
        await village.clock(ASKED)
        await village.press("secretary", "Ngày khác")
        await village.say("secretary", "24/02")
        assert kinds(await village.press("secretary", "Xác nhận")) == ["planned"]
        await hop(village, "20 19:30")
        assert "2027-02 regular 24/02 19:30 planned" in await rows_of(village)

    async def test_a_button_of_the_lunar_rule_moves_no_row_of_the_next_one(self, village: Village) -> None:
        await village.join("secretary")
        await hop(village, "lunar-24 19:30")
        await village.clock(ASKED)
        [asked] = [one for one in await village.messages("secretary") if one.choice("Ngày khác")]
        await hop(village, "20 19:30")
        await village.press("secretary", "Chủ nhật, 28/02", of=asked)
        assert "2027-02 regular 20/02 19:30 planned" in await rows_of(village)
