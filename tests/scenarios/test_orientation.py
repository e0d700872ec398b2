"""What the commune wishes on the agendas below: headings for a month, topics; read back, taken back."""

from dataclasses import replace

import pytest

from reports.roster.rows import Roster
from tests.scenarios.commune import CELL, MEMBERS, commune, member
from tests.scenarios.messages import Heard
from tests.scenarios.page import Village, moment
from tests.scenarios.test_agenda import BOTH, LEADERS, ONE, agenda

OURS = "Định hướng của Đảng uỷ xã Mường Thanh"


@pytest.fixture
def policy() -> str:
    return "[preparation]\nremind = false\n[[holiday]]\ndate = 2026-11-24\noff = true\n"


async def wish(village: Village, month: str, title: str, *, by: str = "chair", of: str = OURS) -> Heard:
    await village.say(by, "noidung")
    await village.choose(by, of)
    await village.choose(by, month)
    await village.say(by, title)
    return await village.choose(by, "Xác nhận")


@BOTH
async def test_a_heading_of_the_commune_stands_on_every_agenda_of_its_month(village: Village) -> None:
    await village.join("chair", *LEADERS, "worker")
    await village.say("secretary", "noidung thêm Tu sửa đường thôn")
    told = await wish(village, "Định hướng tháng 11/2026", "Phòng chống rét cho trâu bò")
    assert "Đã gửi tới 02 chi bộ." in told.text
    assert "Tháng 11/2026: Phòng chống rét cho trâu bò (các chi bộ)" in told.text
    assert any("Phòng chống rét" in line for line in await agenda(village))
    assert any("Phòng chống rét" in line for line in await agenda(village, "worker"))
    await village.say("secretary", "thongbao")
    assert "(4) Phòng chống rét cho trâu bò." in (await village.messages("secretary"))[-1].text
    # Another month has it not; what the secretary takes off stays off.
    place = next(line for line in await agenda(village) if "Phòng chống rét" in line)[1:].partition(")")[0]
    await village.say("secretary", f"noidung {place} bỏ")
    assert not any("Phòng chống rét" in line for line in await agenda(village))


@ONE
async def test_a_template_nobody_touched_shows_it_too_and_loses_it_when_it_is_taken_back(
    village: Village,
) -> None:
    await village.join("chair", "secretary")
    await wish(village, "Định hướng tháng 11/2026", "Phòng chống rét cho trâu bò")
    assert "(10) Phòng chống rét cho trâu bò: 5 phút" in await agenda(village)
    await village.press("chair", "Rút lại")
    told = await village.press("chair", "Phòng chống rét cho trâu bò")
    assert "Đã rút lại" in told.text
    assert len(await agenda(village)) == 15


@ONE
async def test_what_the_commune_writes_is_checked_and_read_back_before_it_stands(village: Village) -> None:
    await village.join("chair", "secretary")
    await village.say("chair", "noidung")
    await village.press("chair", OURS)
    await village.press("chair", "Định hướng tháng 11/2026")
    assert "dài quá 120" in (await village.say("chair", "a" * 300)).text
    told = await village.say("chair", "Phòng chống rét")
    assert "Gửi tới 02 chi bộ?" in told.text
    assert len(await agenda(village)) == 15
    [asked] = told
    await village.press("chair", "Xác nhận", of=asked)
    assert "đã được gửi" in (await village.press("chair", "Xác nhận", of=asked)).text
    assert len(await agenda(village)) == 16


@ONE
async def test_only_standing_committee_and_office_may_publish(village: Village) -> None:
    await village.join("executive", "office", "secretary")
    assert "Định hướng" not in " ".join((await village.say("executive", "noidung")).choices)
    told = await village.say("office", "noidung")
    assert told.choices == [OURS]
    forged = next(key for one in told for key in one.choices.values())
    assert "Định hướng" not in (await village.press_token("secretary", forged)).text


@ONE
async def test_what_two_units_wish_stands_once_and_stays_while_one_of_them_wishes_it(
    village: Village,
) -> None:
    await village.join("chair", "province", "secretary")
    for by, of in (("chair", OURS), ("province", "Định hướng của Tỉnh uỷ Điện Sơn")):
        await wish(village, "Định hướng tháng 11/2026", "Phòng chống rét", by=by, of=of)
    assert sum("Phòng chống rét" in line for line in await agenda(village)) == 1
    await village.say("secretary", "noidung thêm Tu sửa đường thôn")
    for by, left in (("chair", 1), ("province", 0)):
        await village.press(by, "Rút lại")
        await village.press(by, "Phòng chống rét")
        assert sum("Phòng chống rét" in line for line in await agenda(village)) == left


@BOTH
async def test_of_many_wishes_every_one_can_be_taken_back(village: Village) -> None:
    await village.join("chair")
    titles = [f"Chuyên đề số {number}" for number in range(1, 13)]
    for title in titles:
        await wish(village, "Gợi ý chuyên đề", title)
    for title in (titles[0], titles[-1]):
        await village.choose("chair", "Rút lại")
        assert f"Đã rút lại: {title}." in (await village.leaf("chair", title)).text


@ONE
async def test_buttons_of_last_month_publish_nothing_for_a_month_that_is_over(village: Village) -> None:
    await village.join("chair")
    village.time.move_to(moment("30/11 23:30"))
    await village.say("chair", "noidung")
    [menu] = await village.press("chair", OURS)
    await village.press("chair", "Định hướng tháng 11/2026", of=menu)
    [asked] = await village.say("chair", "Phòng chống rét")
    village.time.move_to(moment("01/12 00:30"))
    for label, of in (("Xác nhận", asked), ("Định hướng tháng 11/2026", menu)):
        assert "Tháng 11/2026 đã qua." in (await village.press("chair", label, of=of)).text


class TestAnOrdinaryMember:
    @pytest.fixture
    def rows(self) -> Roster:
        plain = commune()
        return replace(plain, people=(*plain.people, member("chair", CELL, len(MEMBERS) + 1)))

    @BOTH
    async def test_of_a_cell_publishes_for_the_commune_all_the_same(self, village: Village) -> None:
        await village.join("chair", "secretary")
        told = await village.say("chair", "noidung")
        assert "CHƯƠNG TRÌNH SINH HOẠT" in told.text
        await wish(village, "Định hướng tháng 11/2026", "Phòng chống rét")
        assert any("Phòng chống rét" in line for line in await agenda(village))
