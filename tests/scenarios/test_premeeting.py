"""The committee meets first: called from the checklist, invited in its own words, and nobody else's affair."""

from dataclasses import replace

import pytest

from reports.roster.rows import Roster
from tests.scenarios.commune import CELL, commune, member
from tests.scenarios.messages import Heard
from tests.scenarios.page import Village
from tests.scenarios.test_preparation import BOTH, LEADERS, ONE, put_off


@pytest.fixture
def policy() -> str:
    return (
        "[preparation]\nremind = false\n[meetings]\nthematic_per_quarter = 0\n"
        "[[holiday]]\ndate = 2026-11-24\noff = true\n"
    )


async def call(village: Village, when: str) -> Heard:
    await village.say("secretary", "chuanbi")
    await village.choose("secretary", "Mời họp chi uỷ")
    await village.say("secretary", when)
    return await village.choose("secretary", "Xác nhận")


async def invitations(village: Village, person: str) -> list[str]:
    return [one.at for one in await village.messages(person) if one.text.startswith("Họp chi uỷ")]


@BOTH
async def test_the_committee_is_invited_in_its_own_words_and_answers(village: Village) -> None:
    await village.join(*LEADERS, "committee", "worker")
    await village.say("secretary", "chuanbi")
    told = await village.choose("secretary", "Mời họp chi uỷ")
    assert told.choices == ["Thứ Ba, 17/11", "Thứ Tư, 18/11", "Thứ Năm, 19/11"]
    told = await village.choose("secretary", "Thứ Ba, 17/11")
    assert "19 giờ 30, Thứ Ba, ngày 17/11/2026, tại Nhà văn hoá bản Noong. Sẽ mời 02 đồng chí." in told.text
    assert await village.heard("committee") == []
    await village.choose("secretary", "Xác nhận")
    for person in ("deputy", "committee"):
        told = await village.heard(person)
        assert told[0].first == "Họp chi uỷ: 19 giờ 30, Thứ Ba, ngày 17/11/2026, tại Nhà văn hoá bản Noong."
        assert told.choices == ["Có dự", "Vắng, có lý do"]
    assert await village.heard("worker") == []
    assert "họp chi uỷ lúc 19 giờ 30" in (await village.choose("committee", "Có dự")).text
    assert "vắng buổi họp chi uỷ" in (await village.choose("deputy", "Vắng, có lý do")).text
    told = await village.say("secretary", "chuanbi")
    assert "Họp chi uỷ: 19 giờ 30, Thứ Ba, ngày 17/11/2026; 01 đồng chí báo dự." in told.text


@ONE
async def test_it_stands_in_nobody_s_calendar_and_no_ladder_climbs_it(village: Village) -> None:
    await village.join(*LEADERS, "committee", "worker")
    await village.say("secretary", "chuanbi")
    await village.press("secretary", "Mời họp chi uỷ")
    await village.say("secretary", "17/11 20:00 Nhà bí thư")
    await village.press("secretary", "Xác nhận")
    assert "tại Nhà bí thư." in (await village.heard("committee")).text
    await village.clock("18/11 12:00")
    for person in ("worker", "committee"):
        assert await village.heard(person) == []
        assert "24/11/2026" in (await village.say(person, "lich")).text
    assert (await village.line(CELL))["state"] == "planned"
    assert (await village.say("secretary", "diemdanh"))[-1].text.count("17/11") == 0


@ONE
async def test_called_for_another_day_everybody_is_asked_anew(village: Village) -> None:
    await village.join(*LEADERS, "committee")
    await village.say("secretary", "chuanbi")
    for day in ("Thứ Ba, 17/11", "Thứ Tư, 18/11"):
        await village.press("secretary", "Mời họp chi uỷ")
        await village.press("secretary", day)
        await village.press("secretary", "Xác nhận")
    first, second = [one for one in await village.messages("committee") if "Họp chi uỷ" in one.text]
    assert "18/11/2026" in second.text
    told = await village.press("committee", "Có dự", of=first)
    assert "18/11/2026" in told.text
    assert "Đã ghi nhận" not in told.text
    await village.press("committee", "Có dự", of=second)
    assert "01 đồng chí báo dự" in (await village.say("secretary", "chuanbi")).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("hôm nào đó", "chưa rõ ngày giờ"),
        ("09/11 19:30", "phải sau lúc này và trước buổi sinh hoạt"),
        ("24/11 19:30", "phải sau lúc này và trước buổi sinh hoạt"),
    ],
)
@ONE
async def test_a_day_that_cannot_be_is_asked_again(village: Village, typed: str, said: str) -> None:
    await village.join(*LEADERS)
    await village.say("secretary", "chuanbi")
    await village.press("secretary", "Mời họp chi uỷ")
    assert said in (await village.say("secretary", typed)).text
    assert "Sẽ mời" in (await village.say("secretary", "17/11 19:30")).text


@ONE
async def test_a_member_outside_the_committee_cannot_answer_its_invitation(village: Village) -> None:
    await village.join(*LEADERS, "committee", "worker")
    await village.say("secretary", "chuanbi")
    await village.press("secretary", "Mời họp chi uỷ")
    await village.press("secretary", "Thứ Ba, 17/11")
    told = await village.press("secretary", "Xác nhận")
    assert "tới 02 đồng chí" in told.text
    invitation = (await village.messages("committee"))[-1]
    await village.press_token("worker", str(invitation.choice("Có dự")))
    assert "00 đồng chí báo dự" in (await village.say("secretary", "chuanbi")).text


@BOTH
async def test_a_change_of_mind_counts_and_the_secretary_sees_who_cannot_come(village: Village) -> None:
    await village.join(*LEADERS, "committee")
    await call(village, "17/11 19:30")
    await village.choose("committee", "Có dự")
    await village.choose("committee", "Vắng, có lý do")
    told = await village.say("secretary", "chuanbi")
    assert "00 đồng chí báo dự." in told.text
    assert "Báo vắng họp chi uỷ: Tòng Văn Chiến." in told.text


@ONE
async def test_called_twice_alike_nobody_is_asked_twice(village: Village) -> None:
    await village.join(*LEADERS, "committee")
    await call(village, "17/11 19:30")
    await village.press("committee", "Có dự")
    assert "không có ai cần mời thêm" in (await call(village, "17/11 19:30")).text
    assert len(await invitations(village, "committee")) == 1
    assert "01 đồng chí báo dự" in (await village.say("secretary", "chuanbi")).text


@ONE
async def test_another_place_is_told_and_keeps_the_answers(village: Village) -> None:
    await village.join(*LEADERS, "committee")
    await call(village, "17/11 19:30")
    await village.press("committee", "Có dự")
    await call(village, "17/11 19:30 Nhà bí thư")
    assert len(await invitations(village, "committee")) == 2
    assert "01 đồng chí báo dự" in (await village.say("secretary", "chuanbi")).text


@ONE
async def test_a_place_that_is_too_long_is_asked_again_and_not_cut(village: Village) -> None:
    await village.join(*LEADERS)
    await village.say("secretary", "chuanbi")
    await village.press("secretary", "Mời họp chi uỷ")
    assert "Địa điểm quá dài" in (await village.say("secretary", f"17/11 19:30 {'a' * 300}")).text
    assert "Sẽ mời" in (await village.say("secretary", "17/11 19:30 Nhà bí thư")).text


@ONE
async def test_for_a_meeting_that_is_put_off_the_committee_is_not_called(village: Village) -> None:
    await village.join(*LEADERS, "committee")
    await village.say("secretary", "chuanbi")
    await village.press("secretary", "Mời họp chi uỷ")
    [asked] = await village.say("secretary", "17/11 19:30")
    await put_off(village)
    assert "tạm hoãn" in (await village.press("secretary", "Xác nhận", of=asked)).text
    assert await invitations(village, "committee") == []


@ONE
async def test_an_invitation_that_waits_is_not_for_who_left_the_committee(
    village: Village, rows: Roster
) -> None:
    await village.join(*LEADERS, "committee")
    await village.clock("15/11 23:00")
    await call(village, "17/11 19:30")
    people = tuple(replace(one, role=None) if one.code == "committee" else one for one in rows.people)
    await village.roster(replace(rows, people=people))
    await village.clock("16/11 06:00")
    assert await invitations(village, "deputy") == ["16/11 05:30"]
    assert await invitations(village, "committee") == []


class TestNobodyToInvite:
    @pytest.fixture
    def rows(self) -> Roster:
        return commune("24", member("secretary", CELL, 1), member("worker", CELL, 2))

    @ONE
    async def test_the_secretary_alone_has_no_committee_to_call(self, village: Village) -> None:
        await village.join("secretary", "worker")
        await village.say("secretary", "chuanbi")
        told = await village.press("secretary", "Mời họp chi uỷ")
        assert "chưa ghi nhận phó bí thư, chi uỷ viên nào khác" in told.text
        assert "☑ Họp chi uỷ" in (await village.press("secretary", "Đã họp chi uỷ")).text
