"""The storm switch: many meetings postponed in one go, each person told once, and undone within the hour."""

from dataclasses import replace
from datetime import date

import pytest

from meetings.terms import State
from reports.roster.rows import AssignmentRow, Roster
from tests.scenarios.commune import CELL, GROUP, OTHER, OTHERS, SINCE, commune, member
from tests.scenarios.messages import Heard
from tests.scenarios.page import Village
from tests.scenarios.transcript import kinds, says

TOLD = ("secretary", "deputy", "clerk", "worker")
ABOVE = ("chair", "office", "executive")
EVERYBODY = (*TOLD, *ABOVE, *OTHERS, "visitor")


@pytest.fixture
def rows() -> Roster:
    """Two cells, one on the 24th and one on the 25th; somebody belongs to both, the executive is in charge of both."""
    usual = commune(other="25")
    double = replace(
        member("visitor", OTHER, 3), name=next(p.name for p in usual.people if p.code == "visitor")
    )
    in_charge = AssignmentRow("executive", OTHER, 2, SINCE, date(2026, 12, 31))
    return replace(usual, people=(*usual.people, double), assignments=(*usual.assignments, in_charge))


async def arrive(village: Village, until: str) -> None:
    """The main cell has a group, the other one has none; what was said so far counts as heard."""
    await village.join(*EVERYBODY)
    await village.say("secretary", "nhom", chat=GROUP)
    await village.choose("secretary", "Xác nhận", chat=GROUP)
    await village.clock(until)
    await hush(village)


async def hush(village: Village) -> None:
    for chat in (*EVERYBODY, GROUP):
        await village.heard(chat)


async def storm(village: Village, days: str = "24/11-26/11", who: str = "chair") -> Heard:
    """All cells of these days, because of the weather, with both taps."""
    await village.say(who, "hoanloat")
    await village.say(who, days)
    for label in ("Tất cả", "Mưa lũ", "Xác nhận"):
        await village.choose(who, label)
    return await village.choose(who, "Xác nhận")


async def state(village: Village, cell: str, month: str = "2026-11") -> tuple[State, str, int]:
    """State, local start and revision of the row that belongs to a month."""
    [meeting] = [one for one in await village.meetings(cell) if str(one.period) == month]
    local = village.stage.local(meeting.starts_at)
    return meeting.state, f"{local:%d/%m %H:%M}", meeting.revision


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_a_storm_over_two_cells_tells_everybody_once(village: Village) -> None:
    await arrive(village, "21/11 09:00")
    asked = await village.say("chair", "hoanloat")
    assert says(asked.text, "HOÃN HÀNG LOẠT, Đảng uỷ xã Mường Thanh")
    assert says((await village.say("chair", "24/11-26/11")).text, "2 buổi sinh hoạt của 2 chi bộ")
    await village.choose("chair", "Tất cả")
    shown = await village.choose("chair", "Mưa lũ")
    assert says(
        shown.text, "hoãn 2 buổi sinh hoạt của 2 chi bộ", "Chi bộ bản Noong", "Chi bộ bản Ten", "mưa lũ"
    )
    assert says(shown.text, "3 bí thư, phó bí thư", "1 đồng chí kèm bản dán", "4 đảng viên", "1 cấp uỷ viên")
    assert says(shown.text, "8 đồng chí nhận tin", "1 nhóm")
    assert "Lò Thị Bình" not in shown.text
    again = await village.choose("chair", "Xác nhận")
    assert says(again.text, "Xác nhận lần hai", "8 đồng chí", "1 nhóm")
    assert await state(village, CELL) == (State.ANNOUNCED, "24/11 19:30", 1)
    done = await village.choose("chair", "Xác nhận")
    assert says(done.text, "Đã hoãn 2 buổi")
    assert await state(village, CELL) == (State.POSTPONED, "24/11 19:30", 2)
    assert await state(village, OTHER) == (State.POSTPONED, "25/11 19:30", 2)

    for chat in ("clerk", "worker", "neighbour", GROUP):
        told = await village.heard(chat)
        assert kinds(told) == ["postponed"], chat
        assert says(told.text, "mưa lũ", "Thời gian mới sẽ thông báo sau")
    for chat in ("visitor", "executive"):  # a member of both, and in charge of both: one message names both
        [one] = await village.heard(chat)
        assert says(one.text, "từ ngày 24/11/2026 đến ngày 25/11/2026", "Chi bộ bản Noong", "Chi bộ bản Ten")
        assert not one.choices
    for chat in ("secretary", "deputy"):
        [one] = await village.heard(chat)
        assert says(one.text, "HOÃN SINH HOẠT CHI BỘ ngày 24/11/2026", "Vì Văn Già")
        assert list(one.choices) == ["Chọn ngày cho tháng 11/2026"]
    [one] = await village.heard("other-secretary")
    assert list(one.choices) == ["Chọn ngày cho tháng 11/2026", "Bản dán vào nhóm"]
    assert await village.heard("office") == []
    await village.tick()
    await village.clock("24/11 20:00")  # the old ladder is dead
    quiet = [await village.heard(chat) for chat in (*TOLD, "neighbour", "visitor", "executive", GROUP)]
    assert [one for one in quiet if one and kinds(one) != ["no plan"]] == []


async def test_the_secretary_picks_the_new_date_from_the_message(village: Village) -> None:
    await arrive(village, "21/11 09:00")
    await storm(village)
    await hush(village)
    await village.choose("secretary", "Chọn ngày cho tháng 11/2026")
    await village.say("secretary", "28/11 19:30")
    await village.choose("secretary", "Xác nhận")
    assert await state(village, CELL) == (State.ANNOUNCED, "28/11 19:30", 3)
    assert kinds(await village.heard("clerk")) == ["moved"]
    pasted = await village.choose("other-secretary", "Bản dán vào nhóm")
    assert kinds(pasted) == ["paste this", "postponed"]


async def test_what_was_not_announced_is_told_to_its_leaders_alone(village: Village) -> None:
    await arrive(village, "15/11 09:00")
    done = await storm(village)
    assert says(done.text, "Đã hoãn 2 buổi", "3 đồng chí và 0 nhóm")
    assert [await village.heard(chat) for chat in ("clerk", "worker", "neighbour", "visitor", GROUP)] == [
        []
    ] * 5
    assert await village.heard("executive") == []
    [told] = await village.heard("deputy")
    assert says(told.text, "chưa thông báo tới đảng viên")
    await village.clock("24/11 20:00")
    assert await village.heard("clerk") == []


async def test_chosen_cells_only(village: Village) -> None:
    await arrive(village, "21/11 09:00")
    await village.say("office", "hoanloat 24/11-26/11")
    await village.choose("office", "Chọn chi bộ")
    nothing = await village.choose("office", "Xong")
    assert says(nothing.text, "chưa chọn chi bộ nào")
    await village.choose("office", "☐ Chi bộ bản Noong")
    await village.choose("office", "☐ Chi bộ bản Ten")
    shown = await village.choose("office", "☑ Chi bộ bản Noong")
    assert says(shown.text, "1/2 chi bộ")
    await village.choose("office", "Xong")
    await village.say("office", "sạt lở đường vào bản")
    await village.choose("office", "Xác nhận")
    await village.choose("office", "Xác nhận")
    assert (await state(village, CELL))[0] is State.ANNOUNCED
    assert (await state(village, OTHER))[0] is State.POSTPONED
    assert says((await village.heard("neighbour")).text, "sạt lở đường vào bản")
    assert await village.heard("clerk") == []


async def test_undone_within_the_hour_by_another_who_may(village: Village) -> None:
    await arrive(village, "21/11 09:00")
    await village.say("clerk", "có dự")
    asked = [one for one in await village.messages("worker") if "Có dự" in one.choices][-1]
    await storm(village)
    await hush(village)
    await village.clock("21/11 09:50")
    offered = await village.say("office", "hoanloat")
    assert says(offered.text, "đã hoãn 2 buổi")
    await village.choose("office", "Hoàn tác")
    back = await village.choose("office", "Xác nhận")
    assert says(back.text, "2 buổi sinh hoạt trở lại lịch cũ", "8 đồng chí và 1 nhóm")
    assert await state(village, CELL) == (State.ANNOUNCED, "24/11 19:30", 1)
    assert await state(village, OTHER) == (State.ANNOUNCED, "25/11 19:30", 1)
    for chat in ("clerk", "worker", "secretary", "deputy", "visitor", "executive", "other-secretary", GROUP):
        [told] = await village.heard(chat)
        assert "GIỮ NGUYÊN LỊCH SINH HOẠT CHI BỘ" in told.text, chat
    assert says((await village.say("clerk", "lich")).text, "có dự")  # the answer given before still counts
    assert says((await village.press("worker", "Có dự", of=asked)).text, "Đã ghi nhận")
    await hush(village)
    await village.clock(
        "21/11 19:00"
    )  # the ladder goes on where it stood: T-3 asks those who have not answered
    assert sorted(kinds(await village.heard("deputy"))) == ["forecast", "reminder"]
    assert await village.heard("clerk") == []
    twice = await village.press("chair", "Hoàn tác")
    assert says(twice.text, "đã được hoàn tác")


async def test_after_an_hour_it_stays(village: Village) -> None:
    await arrive(village, "21/11 09:00")
    await storm(village)
    await village.clock("21/11 10:01")
    assert says((await village.press("chair", "Hoàn tác")).text, "quá một giờ")
    assert "Hoàn tác" not in (await village.say("office", "hoanloat")).choices
    assert (await state(village, CELL))[0] is State.POSTPONED


async def test_an_undo_leaves_what_has_got_a_new_date(village: Village) -> None:
    await arrive(village, "21/11 09:00")
    await storm(village)
    await village.say("secretary", "hoan 28/11 19:30")
    await village.choose("secretary", "Xác nhận")
    await hush(village)
    await village.press("chair", "Hoàn tác")
    back = await village.press("chair", "Xác nhận")
    assert says(back.text, "1 buổi sinh hoạt trở lại lịch cũ", "Không trở lại lịch cũ: Chi bộ bản Noong")
    assert await state(village, CELL) == (State.ANNOUNCED, "28/11 19:30", 3)
    assert await village.heard("clerk") == []
    stands = [one for one in await village.heard("visitor") if "GIỮ NGUYÊN" in one.text]
    assert len(stands) == 1
    assert says(stands[0].text, "25/11/2026")
    assert await state(village, OTHER) == (State.ANNOUNCED, "25/11 19:30", 1)


async def test_two_at_once_postpone_once(village: Village) -> None:
    await arrive(village, "21/11 09:00")
    for who in ("chair", "office"):
        await village.say(who, "hoanloat 24/11-26/11")
        for label in ("Tất cả", "Mưa lũ", "Xác nhận"):
            await village.choose(who, label)
    await village.choose("chair", "Xác nhận")
    late = await village.choose("office", "Xác nhận")
    assert says(late.text, "Không còn buổi sinh hoạt nào để hoãn", "tạm hoãn")
    assert len(await village.heard("clerk")) == 1
    again = await village.press("chair", "Xác nhận")
    assert says(again.text, "đã được thực hiện")
    assert await village.heard("clerk") == []


async def test_a_meeting_moved_away_and_one_that_began_meanwhile_are_left(village: Village) -> None:
    await arrive(village, "24/11 18:00")
    await village.say("chair", "hoanloat 24/11-26/11")
    for label in ("Tất cả", "Không nêu lý do", "Xác nhận"):
        await village.choose("chair", label)
    await village.say("other-secretary", "hoan 28/11 19:30")
    await village.choose("other-secretary", "Xác nhận")
    await village.clock("24/11 19:31")
    await hush(village)
    done = await village.choose("chair", "Xác nhận")
    assert says(done.text, "Không còn buổi", "bản Noong", "đã bắt đầu", "bản Ten", "đã có ngày khác")
    assert (await state(village, CELL))[0] is State.ANNOUNCED
    assert [await village.heard(chat) for chat in ("clerk", "neighbour", "visitor", GROUP)] == [[]] * 4


@pytest.mark.parametrize(
    ("days", "answer"),
    [
        ("10/11-12/11", "đã qua"),
        ("01/12-10/02", "quá dài"),
        ("28/11-30/11", "không có buổi sinh hoạt nào"),
        ("bao giờ tạnh", "chưa rõ khoảng ngày"),
        ("26/11-24/11", "chưa rõ khoảng ngày"),
    ],
)
async def test_days_that_make_no_sense_are_asked_for_again(village: Village, days: str, answer: str) -> None:
    await arrive(village, "21/11 09:00")
    await village.say("chair", "hoanloat")
    assert says((await village.say("chair", days)).text, answer, "24/11-26/11")
    assert says((await village.say("chair", "24/11")).text, "1 buổi sinh hoạt của 1 chi bộ")


async def test_a_reason_marked_secret_or_too_long_is_refused(village: Village) -> None:
    await arrive(village, "21/11 09:00")
    await village.say("chair", "hoanloat 24/11")
    await village.choose("chair", "Tất cả")
    assert says((await village.say("chair", "theo công điện MẬT")).text, "không được lưu")
    assert says((await village.say("chair", "mưa " * 40)).text, "quá dài")
    assert says((await village.say("chair", "mưa to")).text, "XEM TRƯỚC", "mưa to")


async def test_only_who_may_and_only_while_they_may(village: Village) -> None:
    await arrive(village, "21/11 09:00")
    for who in ("secretary", "clerk", "executive"):
        assert kinds(await village.say(who, "hoanloat")) == ["refused"]
    assert "hoanloat" in (await village.say("chair", "trogiup")).text
    assert "hoanloat" not in (await village.say("secretary", "trogiup")).text
    await village.say("chair", "hoanloat 24/11-26/11")
    for label in ("Tất cả", "Mưa lũ", "Xác nhận"):
        await village.choose("chair", label)
    async with village.parts.database.write() as uow:
        chair = await uow.people.by_code("chair")
        assert chair is not None
        for held in await uow.people.roles_of(chair.id, date(2026, 11, 21)):
            await uow.people.end_role(held, date(2026, 11, 20))
        await uow.commit()
    assert kinds(await village.choose("chair", "Xác nhận")) == ["refused"]
    assert (await state(village, CELL))[0] is State.ANNOUNCED


async def test_at_night_what_was_not_sent_yet_is_taken_back_by_the_undo(village: Village) -> None:
    """Queued in the quiet hours for the morning and undone before: nobody hears of either."""
    await arrive(village, "21/11 23:00")
    await storm(village)
    assert await village.heard("clerk") == []
    await village.clock("21/11 23:40")
    await village.press("chair", "Hoàn tác")
    back = await village.press("chair", "Xác nhận")
    assert says(back.text, "0 đồng chí và 0 nhóm")
    await village.clock("22/11 08:00")
    assert [await village.heard(chat) for chat in ("clerk", "worker", GROUP)] == [[]] * 3


async def test_a_letter_of_two_meetings_that_waits_says_what_is_still_so(village: Village) -> None:
    """In the morning only the second meeting is off: the first has a new date already."""
    await arrive(village, "21/11 23:00")
    await storm(village)
    await village.say("secretary", "hoan 28/11 19:30")
    await village.choose("secretary", "Xác nhận")
    await village.clock("22/11 08:00")
    off = [one for one in await village.heard("visitor") if "HOÃN SINH HOẠT" in one.text]
    assert len(off) == 1
    assert says(off[0].text, "25/11/2026")
    assert "bản Noong" not in off[0].text
    assert kinds(await village.heard("clerk")) == ["moved"]


async def test_a_notice_that_waited_for_the_morning_goes_out_after_the_undo(village: Village) -> None:
    """Announced by hand at night, off and on again before dawn: members hear of the meeting, and of nothing else."""
    await arrive(village, "17/11 23:00")
    await village.say("secretary", "thongbao")
    await village.press("secretary", "Gửi thông báo")
    await storm(village, "24/11")
    await village.press("chair", "Hoàn tác")
    await village.press("chair", "Xác nhận")
    await hush(village)
    await village.clock("18/11 08:00")
    assert kinds(await village.heard("clerk")) == ["notice"]
    assert await state(village, CELL) == (State.ANNOUNCED, "24/11 19:30", 1)


async def test_postponed_once_more_after_an_undo_is_told_anew(village: Village) -> None:
    await arrive(village, "21/11 09:00")
    await storm(village)
    await village.press("chair", "Hoàn tác")
    await village.press("chair", "Xác nhận")
    await hush(village)
    await storm(village, who="office")
    assert kinds(await village.heard("clerk")) == ["postponed"]
    assert kinds(await village.heard(GROUP)) == ["postponed"]
