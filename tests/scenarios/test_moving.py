"""Moving, postponing, cancelling, holding back: a new revision of the same row, and everybody told once."""

from meetings.terms import State
from tests.scenarios.commune import CELL, COMMUNE, GROUP
from tests.scenarios.messages import Heard
from tests.scenarios.page import Village
from tests.scenarios.rollcall import call
from tests.scenarios.transcript import kinds, says

TOLD = ("secretary", "deputy", "clerk", "worker")


async def arrive(village: Village, until: str) -> None:
    """A group, four members and the official in charge; everything said so far counts as heard."""
    await village.join(*TOLD, "executive")
    await village.link("hesitant")
    await village.say("secretary", "nhom", chat=GROUP)
    await village.choose("secretary", "Xác nhận", chat=GROUP)
    await village.clock(until)
    await hush(village)


async def hush(village: Village) -> None:
    for chat in (*TOLD, "executive", "hesitant", GROUP):
        await village.heard(chat)


async def hoan(village: Village, line: str) -> Heard:
    """Two taps: what is asked for, and Xác nhận."""
    assert kinds(await village.say("secretary", f"hoan {line}")) == ["move?"]
    return await village.choose("secretary", "Xác nhận")


async def november(village: Village) -> tuple[State, str, int]:
    """State, local start and revision of the row that belongs to November."""
    [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
    local = village.stage.local(meeting.starts_at)
    return meeting.state, f"{local:%d/%m %H:%M}", meeting.revision


async def test_a_new_date_asks_everybody_anew_and_tells_them_once(village: Village) -> None:
    await arrive(village, "20/11 09:00")
    await village.say("clerk", "có dự")
    await village.say("worker", "vắng")
    await village.press("worker", "Đi công tác")
    await hush(village)
    done = await hoan(village, "26/11 19:30 mưa lũ")
    assert kinds(done) == ["move done", "moved"]
    await village.tick()
    await village.tick()
    assert await november(village) == (State.ANNOUNCED, "26/11 19:30", 2)
    told = await village.heard("worker")  # absent on the old date, asked anew for the new one
    assert kinds(told) == ["moved"]
    assert says(told.text, "19 giờ 30, Thứ Năm, ngày 26/11/2026", "24/11", "mưa lũ")
    assert told.choices == ["Có dự", "Vắng, có lý do", "Báo sau"]
    assert kinds(await village.heard("clerk")) == ["moved"]
    assert await village.heard("secretary") == []
    assert kinds(await village.heard("executive")) == ["moved"]
    assert kinds(await village.heard(GROUP)) == ["moved"]
    assert await village.heard("hesitant") == []
    lists = (await village.say("secretary", "danhsach")).text
    assert says(lists, "Báo dự: 00", "Báo vắng: 00")


async def test_an_old_button_does_nothing_but_show_the_new_date(village: Village) -> None:
    await arrive(village, "20/11 09:00")
    [old] = [one for one in await village.messages("clerk") if "Có dự" in one.choices]
    await hoan(village, "26/11 19:30 mưa lũ")
    await hush(village)
    shown = await village.press("clerk", "Có dự", of=old)
    assert says(shown.text, "19 giờ 30, Thứ Năm, ngày 26/11/2026")
    assert says((await village.say("clerk", "lich")).text, "chưa báo")
    await village.press("clerk", "Có dự", of=shown[0])
    assert says((await village.say("clerk", "lich")).text, "có dự")


async def test_what_was_queued_for_the_old_date_is_not_sent(village: Village) -> None:
    """Sent at 23:00 it waits for 05:30; moved in between, only the new date goes out, also at 05:30."""
    await arrive(village, "17/11 23:00")
    await village.say("secretary", "thongbao")
    await village.press("secretary", "Gửi thông báo")
    await hoan(village, "27/11 19:30")
    await hush(village)
    await village.clock("18/11 05:30")
    told = await village.heard("clerk")
    assert len(told) == 1
    assert says(told.text, "27/11/2026")
    assert "24/11/2026" not in told.text
    assert len(await village.heard(GROUP)) == 1


async def test_a_reminder_of_the_old_plan_does_not_come(village: Village) -> None:
    await arrive(village, "20/11 09:00")
    await hoan(village, "28/11 19:30")
    await hush(village)
    await village.clock("24/11 19:30")
    assert [await village.heard(one) for one in (*TOLD, "executive", GROUP)] == [[]] * 6
    await village.clock("25/11 19:00")
    assert kinds(await village.heard("clerk")) == ["reminder"]
    await village.clock("28/11 12:00")
    assert kinds(await village.heard("clerk")) == ["today"]


async def test_moved_into_december_the_row_stays_novembers_and_is_held_late(village: Village) -> None:
    await arrive(village, "20/11 09:00")
    await hoan(village, "01/12 19:30")
    assert await november(village) == (State.ANNOUNCED, "01/12 19:30", 2)
    await village.clock("01/12 21:00")
    await call(village, "đủ")
    line = await village.line(CELL)
    assert (line["state"], line["held_late"], line["present"]) == ("closed", True, 12)
    december = await village.line(CELL, "2026-12")
    assert (december["state"], december["held_late"]) == ("planned", False)
    text = await village.digest(COMMUNE)
    assert text["total"]["closed"] == 1


async def test_postponed_without_a_date_and_then_given_one(village: Village) -> None:
    await arrive(village, "20/11 09:00")
    await village.say("clerk", "có dự")
    await hush(village)
    await village.say("secretary", "hoan")
    for label in ("Hoãn", "Mưa lũ", "Xác nhận"):
        await village.choose("secretary", label)
    assert await november(village) == (State.POSTPONED, "24/11 19:30", 2)
    told = await village.heard("clerk")
    assert kinds(told) == ["postponed"]
    assert says(told.text, "mưa lũ", "Thời gian mới sẽ thông báo sau")
    assert kinds(await village.heard("executive")) == ["postponed"]
    assert kinds(await village.heard(GROUP)) == ["postponed"]
    await hush(village)
    await village.clock("24/11 19:30")
    assert await village.heard("clerk") == []
    assert (await village.line(CELL))["state"] == "postponed"

    assert kinds(await village.heard("secretary")) == [
        "no plan"
    ]  # put off for three days, on the 20th or later
    await hoan(village, "29/11 19:30")
    assert await november(village) == (State.ANNOUNCED, "29/11 19:30", 3)
    again = await village.heard("clerk")
    assert kinds(again) == ["moved"]
    assert says(again.text, "Chủ nhật, ngày 29/11/2026")
    assert says((await village.say("clerk", "lich")).text, "chưa báo")


async def test_a_cancelled_meeting_is_told_once_and_never_heard_of_again(village: Village) -> None:
    await arrive(village, "20/11 09:00")
    await village.say("secretary", "hoan")
    for label in ("Huỷ buổi này", "Không nêu lý do", "Xác nhận"):
        await village.choose("secretary", label)
    for chat in ("clerk", "worker", "executive", GROUP):
        assert kinds(await village.heard(chat)) == ["cancelled"]
    await hush(village)
    await village.clock("25/11 08:00")
    assert [await village.heard(one) for one in (*TOLD, "executive", GROUP)] == [[]] * 6
    assert (await village.line(CELL))["state"] == "cancelled"
    assert "đã huỷ" in (await village.press("clerk", "Có dự")).text


async def test_another_place_keeps_the_answers(village: Village) -> None:
    await arrive(village, "18/11 19:00")
    preview = (await village.messages("secretary"))[-1]
    await village.clock("20/11 09:00")
    await village.say("clerk", "có dự")
    await village.say("worker", "vắng")
    await village.press("worker", "Sức khoẻ")
    await hush(village)
    await village.press("secretary", "Sửa", of=preview)
    asked = await village.say("secretary", "Trường tiểu học Noong")
    assert says(asked.text, "Đổi địa điểm", "Trường tiểu học Noong")
    assert await november(village) == (State.ANNOUNCED, "24/11 19:30", 1)
    await village.press("secretary", "Xác nhận")
    await village.tick()
    assert await november(village) == (State.ANNOUNCED, "24/11 19:30", 2)
    assert says((await village.say("clerk", "lich")).text, "tại Trường tiểu học Noong", "có dự")
    assert kinds(await village.messages("clerk"))[-2] == "new place"
    assert kinds(await village.heard("deputy")) == ["new place"]
    assert kinds(await village.heard(GROUP)) == ["new place"]
    lists = (await village.say("secretary", "danhsach")).text
    assert says(lists, "Báo dự: 01 (Cà Thị Thư)", "Báo vắng: 01 (Cầm Thị Vân: sức khoẻ)")


async def test_held_back_the_notice_waits_for_thongbao(village: Village) -> None:
    await arrive(village, "18/11 18:00")
    await village.clock("18/11 19:00")
    assert kinds(await village.press("secretary", "Giữ lại")) == ["preview", "held back"]
    await village.clock("22/11 10:00")
    assert await village.heard("clerk") == []
    assert await november(village) == (State.PLANNED, "24/11 19:30", 1)
    assert says((await village.say("clerk", "có dự")).text, "chưa có buổi sinh hoạt nào cần báo dự")

    await village.say("secretary", "thongbao")
    assert kinds(await village.press("secretary", "Gửi thông báo"))[-2:] == ["sending", "notice"]
    assert kinds(await village.heard("clerk")) == ["notice"]
    assert kinds(await village.heard("executive")) == ["invitation"]
    await village.clock("24/11 12:00")
    # The reminder of T-3 is over; nothing but the day itself is left.
    assert kinds(await village.heard("clerk")) == ["today"]


async def test_moved_before_the_announcement_members_hear_only_of_the_new_date(village: Village) -> None:
    await arrive(village, "15/11 09:00")
    await hoan(village, "28/11 14:00")
    assert await november(village) == (State.PLANNED, "28/11 14:00", 2)
    await hush(village)
    await village.clock("22/11 18:59")
    assert await village.heard("clerk") == []
    await village.clock("22/11 19:00")
    assert says((await village.heard("secretary")).text, "XEM TRƯỚC THÔNG BÁO: 14 giờ, Thứ Bảy, ngày 28/11")
    await village.clock("23/11 19:00")
    notice = await village.heard("clerk")
    assert len(notice) == 1
    assert says(notice.text, "14 giờ, Thứ Bảy, ngày 28/11/2026")


async def test_a_confirmation_of_an_older_proposal_no_longer_fits(village: Village) -> None:
    await arrive(village, "20/11 09:00")
    [first] = await village.say("secretary", "hoan 26/11 19:30")
    [second] = await village.say("secretary", "hoan 27/11 19:30")
    await village.press("secretary", "Xác nhận", of=second)
    assert await november(village) == (State.ANNOUNCED, "27/11 19:30", 2)
    await hush(village)
    stale = await village.press("secretary", "Xác nhận", of=first)
    assert says(stale.text, "27/11/2026")
    assert await november(village) == (State.ANNOUNCED, "27/11 19:30", 2)
    assert await village.heard("clerk") == []
