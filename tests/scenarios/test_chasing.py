"""Chasing: what is not recorded or not planned is asked for step by step, each step once (domain.md 4.11)."""

from collections.abc import Iterable
from datetime import date, time

import pytest

from meetings.period import Period
from meetings.terms import Kind, State
from services import chasing, schedule
from tests.scenarios.commune import CELL, OTHER, commune
from tests.scenarios.messages import Message
from tests.scenarios.page import Village, moment
from tests.scenarios.rollcall import call
from tests.scenarios.test_told_once import acting, fate, statements, who, writing
from tests.scenarios.transcript import kinds, only, says, table

ASKED = {"unrecorded", "no plan", "chase list"}


async def asked(village: Village, *chats: str) -> dict[str, list[str]]:
    """When each of these was chased for what; who never was is left out."""
    found: dict[str, list[str]] = {}
    for chat in chats:
        said = only(await village.messages(chat), ASKED)
        found |= {chat: table(said)} if said else {}
    return found


def _text(said: Iterable[Message]) -> str:
    return "\n".join(one.text for one in said)


# Not recorded: T+1 secretary, T+3 secretary and deputy, T+7 commune. The meeting is on 24/11 at 19:30.


async def test_not_recorded_the_secretary_then_the_deputy_too_then_the_commune(village: Village) -> None:
    await village.join("secretary", "deputy", "chair", "office", "worker")
    await village.clock("03/12 09:00")
    assert await asked(village, "secretary", "deputy", "chair", "office", "province", "worker") == {
        "secretary": ["25/11 08:00 unrecorded", "27/11 08:00 unrecorded"],
        "deputy": ["27/11 08:00 unrecorded"],
        "chair": ["26/11 08:00 chase list", "01/12 08:00 chase list"],
        "office": ["26/11 08:00 chase list", "01/12 08:00 chase list"],
    }
    listed = (await village.messages("chair"))[-2]
    assert says(listed.text, "Chưa cập nhật kết quả sinh hoạt: Chi bộ bản Noong (ngày 24/11/2026).")
    assert "Lò Thị Bình" not in listed.text


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_the_message_itself_carries_what_finishes_it(village: Village) -> None:
    """The roll-call by a button, or the line to copy with those who said they would be absent."""
    await village.join("secretary", "worker")
    await village.clock("20/11 09:00")
    await village.say("worker", "vắng")
    await village.choose("worker", "Đi công tác")
    await village.clock("25/11 08:00")
    said = (await village.heard("secretary"))[-1]
    assert says(said.first, "19 giờ 30, Thứ Ba, ngày 24/11/2026", "Chi bộ bản Noong")
    assert "theo báo vắng là: vắng 13." in said.text
    assert list(said.choices) == ["Điểm danh", "Chuyển ngày", "Hoãn", "Huỷ buổi này"]
    opened = await village.choose("secretary", "Điểm danh")
    assert kinds(opened) == ["roll"]
    await village.clock("26/11 09:00")
    await village.say("secretary", "vắng 13")
    await village.choose("secretary", "Xác nhận")
    assert (await village.meetings(CELL))[0].state is State.HELD


async def test_without_anybody_absent_the_example_has_numbers_of_this_cell(village: Village) -> None:
    await village.join("secretary")
    await village.clock("25/11 08:00")
    said = (await village.heard("secretary"))[-1]
    assert "ví dụ: vắng 3 7." in said.text
    await village.say("secretary", "vắng 3 7")
    assert "Xác nhận" in (await village.messages("secretary"))[-1].choices


async def test_recorded_in_time_nobody_is_chased(village: Village) -> None:
    await village.join("secretary", "deputy", "chair")
    await village.clock("24/11 21:00")
    await call(village, "đủ")
    await village.clock("02/12 07:00")
    assert await asked(village, "secretary", "deputy", "chair") == {"chair": ["26/11 08:00 chase list"]}
    assert "Noong" not in (await village.messages("chair"))[-1].text


async def test_it_stops_the_moment_it_is_done(village: Village) -> None:
    """Recorded after the first step: neither the second nor the list. What waits to be sent dies too."""
    await village.join("secretary", "deputy", "office")
    await village.clock("25/11 09:00")
    await call(village, "vắng 3")
    await village.clock("02/12 09:00")
    assert await asked(village, "secretary", "deputy") == {"secretary": ["25/11 08:00 unrecorded"]}
    said = "\n".join(one.text for one in await village.messages("office"))
    assert "Chưa cập nhật kết quả" not in said


async def test_a_reminder_that_waits_is_not_sent_once_the_list_is_closed(village: Village) -> None:
    await village.join("secretary", "deputy")
    await village.clock("26/11 09:00")
    village.time.move_to(moment("27/11 08:00"))
    await village.parts.ticks.chasing()
    async with village.parts.database.write() as uow:
        [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
        await uow.meetings.change(meeting, {"state": State.CLOSED})
        await uow.commit()
    await village.parts.sender.drain()
    assert await asked(village, "deputy") == {}


async def test_called_but_not_closed_it_is_still_asked_for_without_the_ways_to_call_it_off(
    village: Village,
) -> None:
    await village.join("secretary")
    await village.clock("24/11 21:00")
    await village.say("secretary", "diemdanh")
    await village.clock("25/11 08:00")
    said = (await village.heard("secretary"))[-1]
    assert says(said.text, "Danh sách đã mở, chưa chốt")
    assert list(said.choices) == ["Điểm danh"]


@pytest.mark.parametrize("label", ["Hoãn", "Huỷ buổi này"])
async def test_it_did_not_take_place_and_the_reason_is_asked_with_buttons(
    village: Village, label: str
) -> None:
    await village.join("secretary", "deputy")
    await village.clock("25/11 08:00")
    await village.choose("secretary", label)
    await village.choose("secretary", "Mưa lũ")
    await village.choose("secretary", "Xác nhận")
    await village.clock("27/11 09:00")
    assert await asked(village, "secretary", "deputy") == {"secretary": ["25/11 08:00 unrecorded"]}


async def test_moved_to_a_later_day_it_is_chased_from_that_day_on(village: Village) -> None:
    await village.join("secretary", "deputy")
    await village.clock("25/11 08:00")
    await village.choose("secretary", "Chuyển ngày")
    await village.say("secretary", "27/11 19:30 mưa lũ")
    await village.choose("secretary", "Xác nhận")
    await village.clock("30/11 09:00")
    assert await asked(village, "secretary", "deputy") == {
        "secretary": ["25/11 08:00 unrecorded", "28/11 08:00 unrecorded", "30/11 08:00 unrecorded"],
        "deputy": ["30/11 08:00 unrecorded"],
    }


async def test_without_a_linked_secretary_the_deputy_is_asked_first(village: Village) -> None:
    await village.join("deputy")
    await village.clock("28/11 09:00")
    assert (await asked(village, "deputy"))["deputy"] == [
        "25/11 08:00 unrecorded",
        "27/11 08:00 unrecorded",
    ]


async def test_nobody_linked_the_commune_list_says_so(village: Village) -> None:
    await village.join("chair")
    await village.clock("01/12 08:00")
    listed = (await village.messages("chair"))[-1]
    assert kinds([listed]) == ["chase list"]
    assert says(
        listed.text, "Chưa có bí thư, phó bí thư kết nối, đề nghị liên hệ trực tiếp: Chi bộ bản Noong"
    )


@pytest.mark.parametrize("rows", [commune("24", other="24")], ids=["both cells"])
async def test_a_commune_gets_one_list_of_all_its_cells_a_day(village: Village) -> None:
    await village.join("chair", "secretary", "other-secretary")
    await village.clock("01/12 09:00")
    assert await asked(village, "chair") == {"chair": ["01/12 08:00 chase list"]}
    listed = (await village.messages("chair"))[-1].text
    assert says(listed, "Chi bộ bản Noong (ngày 24/11/2026), Chi bộ bản Ten (ngày 24/11/2026)")
    await village.clock("10/12 09:00")
    assert await asked(village, "chair") == {"chair": ["01/12 08:00 chase list"]}


async def test_ticks_that_strike_again_chase_nobody_twice(village: Village) -> None:
    await village.join("secretary", "deputy", "chair", "office", "other-secretary")
    for at in ("20/11 08:00", "25/11 08:00", "26/11 08:00", "27/11 08:00", "01/12 08:00", "20/12 08:00"):
        await village.clock(at)
        once = await village.how_many()
        for _ in range(3):
            await village.tick()
        assert await village.how_many() == once


async def test_a_power_cut_over_every_step_leaves_one_message_each(village: Village) -> None:
    await village.join("secretary", "deputy", "chair")
    await village.clock("24/11 12:00")
    await village.stopped_until("02/12 21:00")
    found = await asked(village, "secretary", "deputy", "chair")
    assert found["secretary"] == found["deputy"] == ["02/12 21:00 unrecorded"]
    assert found["chair"] == ["02/12 21:00 chase list"]


async def test_at_night_nobody_is_chased(village: Village) -> None:
    """The machine comes back at 23:00: the leaders hear of it at the end of the quiet hours, the list at eight."""
    await village.join("secretary", "chair")
    await village.clock("24/11 12:00")
    await village.stopped_until("01/12 23:00")
    assert await asked(village, "secretary", "chair") == {}
    await village.clock("02/12 08:00")
    assert await asked(village, "secretary", "chair") == {
        "secretary": ["02/12 05:30 unrecorded"],
        "chair": ["02/12 08:00 chase list"],
    }


async def test_closed_once_and_opened_again_only_the_commune_hears_that_it_is_open(village: Village) -> None:
    """It is somebody's work: its leaders are left in peace."""
    await village.join("secretary", "deputy", "chair")
    await village.clock("24/11 21:00")
    await call(village, "đủ")
    await village.clock("24/11 21:30")
    await village.press("secretary", "Mở lại danh sách")
    await village.clock("01/12 08:00")
    assert await asked(village, "secretary", "deputy") == {}
    assert says((await village.messages("chair"))[-1].text, "Chưa cập nhật", "Chi bộ bản Noong")


@pytest.mark.parametrize("kind", [Kind.THEMATIC, Kind.EXTRAORDINARY])
async def test_a_meeting_beside_the_regular_one_is_asked_for_like_it(village: Village, kind: Kind) -> None:
    await village.join("secretary", "deputy", "chair")
    await village.clock("12/11 09:00")
    await beside(village, kind)
    await village.clock("23/11 09:00")
    assert await asked(village, "secretary", "deputy") == {
        "secretary": ["15/11 08:00 unrecorded", "17/11 08:00 unrecorded"],
        "deputy": ["17/11 08:00 unrecorded"],
    }
    [listed] = only(await village.messages("chair"), ["chase list"])
    assert (listed.at, says(listed.text, "Chi bộ bản Noong (ngày 14/11/2026)")) == ("21/11 08:00", True)


async def test_a_meeting_of_the_committee_has_no_list_and_is_asked_for_by_nobody(village: Village) -> None:
    await village.join("secretary", "deputy")
    await village.clock("12/11 09:00")
    await beside(village, Kind.PREMEETING)
    await village.clock("23/11 09:00")
    assert await asked(village, "secretary", "deputy") == {}


async def beside(village: Village, kind: Kind) -> None:
    """A meeting on 14/11 at 19:30."""
    async with writing(village) as uow:
        cell = await uow.units.by_code(CELL)
        assert cell is not None
        new = schedule.NewMeeting(Period(2026, 11), moment("14/11 19:30"), kind, "Chuyên đề")
        assert await schedule.add(village.work(uow), cell, new) is not None


async def test_to_ask_for_one_list_nobody_looks_at_the_others(village: Village) -> None:
    """And once the last step is over nobody looks at it at all."""
    await village.join("secretary")
    await village.clock("24/11 21:00")
    village.time.move_to(moment("25/11 08:00"))
    [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
    async with writing(village) as uow:
        with statements(village) as seen:
            await chasing.ask_for_record(village.work(uow), meeting.id)
    assert not [one for one in seen if "FROM meeting" in one and "meeting.starts_at >" in one]
    assert [one for one in seen if "INSERT INTO notice" in one]
    async with village.parts.database.read() as uow:
        village.time.move_to(moment("10/12 08:00"))
        assert meeting.id not in [one.id for one in await chasing.unrecorded(village.work(uow))]


# Not planned: secretary on day 20, commune on day 26. The other cell has no rule.


async def test_no_date_for_the_next_month_the_secretary_on_the_20th_the_commune_on_the_26th(
    village: Village,
) -> None:
    await village.join("other-secretary", "chair")
    await village.clock("27/11 09:00")
    assert await asked(village, "other-secretary", "chair") == {
        "other-secretary": ["20/11 08:00 no plan"],
        "chair": ["26/11 08:00 chase list"],
    }
    said = (await village.messages("other-secretary"))[-1]
    assert says(said.text, "tháng 12/2026", "Chi bộ bản Ten")
    assert list(said.choices) == ["Đặt lịch sinh hoạt"]
    assert says((await village.messages("chair"))[-1].text, "Chưa có ngày sinh hoạt", "Chi bộ bản Ten")


async def queue_only(village: Village, at: str) -> None:
    village.time.move_to(moment(at))
    await village.parts.ticks.chasing()


async def test_a_date_that_was_set_while_the_letter_waited_is_not_asked_for(village: Village) -> None:
    await village.join("other-secretary")
    await village.clock("20/11 07:00")
    await queue_only(village, "20/11 08:00")
    async with writing(village) as uow:
        cell = await uow.units.by_code(OTHER)
        assert cell is not None
        work = await acting(village, uow, "other-secretary")
        await schedule.set_rule(work, cell, "10", time(19, 30), "Nhà văn hoá")
    await village.parts.sender.drain()
    assert await asked(village, "other-secretary") == {}
    assert await fate(village, "other-secretary", "no_plan.2026-12.0") == ("skipped", "planned")


async def test_who_handed_over_while_the_letter_waited_is_not_asked_for_a_date(village: Village) -> None:
    await village.join("other-secretary")
    await village.clock("20/11 07:00")
    await queue_only(village, "20/11 08:00")
    async with writing(village) as uow:
        person = await who(uow, "other-secretary")
        for held in await uow.people.roles_of(person, date(2026, 11, 20)):
            await uow.people.end_role(held, date(2026, 11, 19))
    await village.parts.sender.drain()
    assert await asked(village, "other-secretary") == {}
    assert await fate(village, "other-secretary", "no_plan.2026-12.0") == ("skipped", "no post")


async def test_a_letter_that_waited_and_is_still_true_is_sent(village: Village) -> None:
    await village.join("other-secretary")
    await village.clock("20/11 07:00")
    await queue_only(village, "20/11 08:00")
    village.time.move_to(moment("22/11 09:00"))
    await village.parts.sender.drain()
    assert await asked(village, "other-secretary") == {"other-secretary": ["22/11 09:00 no plan"]}


async def test_a_rule_that_is_set_ends_it(village: Village) -> None:
    await village.join("other-secretary", "chair")
    await village.clock("20/11 08:00")
    assert kinds(await village.choose("other-secretary", "Đặt lịch sinh hoạt"))[-1] == "rule"
    await village.say("other-secretary", "hop 10 19:30 Nhà văn hoá")
    await village.choose("other-secretary", "Xác nhận")
    await village.clock("30/11 09:00")
    assert await asked(village, "other-secretary", "chair") == {"other-secretary": ["20/11 08:00 no plan"]}


async def test_postponed_without_a_new_date_is_no_date(village: Village) -> None:
    await village.join("secretary", "chair")
    await village.clock("16/11 09:00")
    await village.say("secretary", "hoan")
    for label in ("Hoãn", "Mưa lũ", "Xác nhận"):
        await village.choose("secretary", label)
    await village.clock("20/11 08:00")
    said = (await village.messages("secretary"))[-1]
    assert kinds([said]) == ["no plan"]
    assert says(said.text, "tháng 11/2026: Chi bộ bản Noong")
    assert list(said.choices) == ["Chọn ngày cho tháng 11/2026", "Huỷ buổi tháng 11/2026"]
    await village.choose("secretary", "Chọn ngày cho tháng 11/2026")
    await village.say("secretary", "28/11 19:30")
    await village.choose("secretary", "Xác nhận")
    await village.clock("26/11 09:00")
    assert "Noong" not in (await village.messages("chair"))[-1].text


async def test_put_off_after_the_20th_one_is_not_asked_for_a_date_at_once(village: Village) -> None:
    await village.join("secretary")
    await village.clock("23/11 10:00")
    await village.say("secretary", "hoan")
    for label in ("Hoãn", "Mưa lũ", "Xác nhận"):
        await village.choose("secretary", label)
    await village.clock("26/11 09:59")
    assert await asked(village, "secretary") == {}
    await village.clock("26/11 10:00")
    assert await asked(village, "secretary") == {"secretary": ["26/11 10:00 no plan"]}


async def test_cancelled_with_a_reason_is_decided_and_not_chased(village: Village) -> None:
    await village.join("secretary", "other-secretary", "chair")
    await village.clock("18/11 09:00")
    await village.say("secretary", "hoan")
    for label in ("Huỷ buổi này", "Không nêu lý do", "Xác nhận"):
        await village.choose("secretary", label)
    await village.clock("30/11 09:00")
    assert await asked(village, "secretary") == {}
    assert "Noong" not in (await village.messages("chair"))[-1].text


async def test_linked_after_the_20th_one_is_asked_then(village: Village) -> None:
    await village.clock("23/11 10:00")
    await village.link("other-secretary")
    await village.choose("other-secretary", "Đồng ý")
    await village.tick()
    assert await asked(village, "other-secretary") == {"other-secretary": ["23/11 10:00 no plan"]}


# Two months in a row without a meeting.


@pytest.mark.parametrize("rows", [commune("24", other="25")], ids=["both cells"])
async def test_two_months_in_a_row_without_a_meeting_is_a_line_of_its_own(village: Village) -> None:
    """Once in the commune's list, and in the digest."""
    await village.join("secretary", "other-secretary", "chair")
    for month, day in (("11", "24"), ("12", "24")):
        await village.clock(f"2026-{month}-20T09:00")
        await village.say("other-secretary", "hoan")
        for label in ("Huỷ buổi này", "Mưa lũ", "Xác nhận"):
            await village.choose("other-secretary", label)
        await village.clock(f"2026-{month}-{day}T21:00")
        await call(village, "đủ")
        if month == "11":
            await village.clock("2026-12-03T09:00")
            assert "Hai tháng liền" not in _text(await village.messages("chair"))
    await village.clock("2027-01-04T09:00")
    said = [one for one in await village.messages("chair") if "Hai tháng liền" in one.text]
    assert [one.at for one in said] == ["01/01 08:00", "02/01 07:30"]
    assert all(says(one.text, "Hai tháng liền chưa sinh hoạt: Chi bộ bản Ten") for one in said)


async def test_two_months_not_recorded_are_not_two_months_without_a_meeting(village: Village) -> None:
    await village.join("chair")
    await village.clock("2027-01-04T09:00")
    assert "Hai tháng liền chưa sinh hoạt: Chi bộ bản Noong" not in _text(await village.messages("chair"))
