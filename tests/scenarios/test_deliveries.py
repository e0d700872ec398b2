"""Deliveries that are not the plain month: late, twice, unlinked, cut off, at a clock that jumps (domain.md 4)."""

from dataclasses import replace
from datetime import UTC

import pytest

from meetings.records import AnswerGiven
from meetings.terms import Answer, State
from reports.roster.rows import Roster
from tests.scenarios.commune import CELL, COMMUNE, GROUP, OTHER, commune, member
from tests.scenarios.page import Village, moment
from tests.scenarios.rollcall import call
from tests.scenarios.test_told_once import queue_only, who
from tests.scenarios.transcript import kinds, only, says, table

LADDER = (
    *("preview", "notice", "moved", "reminder", "reminder today", "forecast", "relay", "today"),
    *("today, said the day before", "announcement", "evening", "invitation", "what is on"),
)


async def told(village: Village, chat: str) -> list[str]:
    """The steps of the ladder that somebody got, by instant."""
    return table(only(await village.messages(chat), LADDER))


async def link_group(village: Village) -> None:
    await village.say("secretary", "nhom", chat=GROUP)
    await village.choose("secretary", "Xác nhận", chat=GROUP)


async def set_rule(village: Village, line: str) -> None:
    await village.say("secretary", f"hop {line} Nhà văn hoá")
    await village.choose("secretary", "Xác nhận")
    await village.tick()


# A meeting made after T-6. It is on 24/11 at 19:30.

MADE = [
    # made, preview, notice, and what the liaison gets with the notice
    ("18/11 19:01", "18/11 19:01", "19/11 19:01", "notice"),
    ("20/11 10:00", "20/11 10:00", "21/11 10:00", "notice"),
    ("22/11 15:00", "22/11 15:00", "23/11 12:00", "notice, relay"),
    ("23/11 11:59", "23/11 11:59", "23/11 12:00", "notice, relay"),
    ("23/11 12:00", None, "23/11 12:00", "notice, relay"),
    ("23/11 16:00", None, "23/11 16:00", "notice, relay"),
    ("23/11 23:00", "24/11 05:30", "24/11 05:30", "notice, relay"),
    ("24/11 18:00", None, "24/11 18:00", "notice, relay"),
]


@pytest.mark.parametrize("rows", [commune(None)], ids=["no rule"])
@pytest.mark.parametrize(("made", "preview", "notice", "errand"), MADE, ids=[row[0] for row in MADE])
async def test_a_meeting_made_after_t_6_is_previewed_now_and_announced_in_time(
    village: Village, made: str, preview: str | None, notice: str, errand: str
) -> None:
    """24 hours later, at the latest at T-1 12:00; made after that at once, but for the quiet hours."""
    await village.join("secretary", "clerk", "liaison")
    await village.clock(made)
    await set_rule(village, "24 19:30")
    await village.clock("24/11 19:30")
    assert (await told(village, "clerk"))[0] == f"{notice} notice"
    assert (await told(village, "liaison"))[0] == f"{notice} {errand}"
    previews = table(only(await village.messages("secretary"), ("preview",)))
    assert previews == ([] if preview in (None, notice) else [f"{preview} preview"])


@pytest.mark.parametrize("rows", [commune(None)], ids=["no rule"])
async def test_a_meeting_made_at_night_for_the_next_dawn_is_told_at_once(village: Village) -> None:
    """At the end of the quiet hours it has begun: news goes out at night rather than never."""
    await village.join("secretary", "clerk", "liaison", "executive")
    await link_group(village)
    await village.clock("23/11 23:00")
    await set_rule(village, "24 05:15")
    assert await told(village, "clerk") == ["23/11 23:00 notice"]
    assert await told(village, "liaison") == ["23/11 23:00 notice, relay"]
    assert await told(village, "executive") == ["23/11 23:00 invitation"]
    assert await told(village, GROUP) == ["23/11 23:00 announcement"]
    await village.clock("24/11 12:00")
    assert await told(village, "clerk") == ["23/11 23:00 notice"]


async def test_a_meeting_moved_at_night_to_the_next_dawn_is_told_at_once(village: Village) -> None:
    await village.join("secretary", "clerk")
    await link_group(village)
    await village.clock("22/11 23:30")
    await village.say("secretary", "hoan 23/11 05:00 mưa lũ")
    await village.choose("secretary", "Xác nhận")
    await village.tick()
    assert (await told(village, "clerk"))[-1] == "22/11 23:30 moved"
    assert (await told(village, GROUP))[-1] == "22/11 23:30 moved"
    await village.clock("23/11 12:00")
    assert (await told(village, "clerk"))[-1] == "22/11 23:30 moved"


async def test_held_back_and_sent_by_hand_at_night_it_goes_at_once_only_when_the_dawn_is_too_late(
    village: Village,
) -> None:
    await village.join("secretary", "clerk")
    await village.clock("18/11 19:00")
    await village.press("secretary", "Giữ lại")
    await village.clock("23/11 22:00")
    await village.say("secretary", "thongbao")
    await village.press("secretary", "Gửi thông báo")
    assert await told(village, "clerk") == []
    await village.clock("24/11 05:30")
    assert await told(village, "clerk") == ["24/11 05:30 notice"]


# Linked after the notice.

LINKED = [
    ("19/11 12:00", ["19/11 19:00 notice", "21/11 19:00 reminder", "24/11 11:30 today"]),
    ("20/11 12:00", ["20/11 12:00 what is on", "21/11 19:00 reminder", "24/11 11:30 today"]),
    ("22/11 12:00", ["22/11 12:00 what is on", "24/11 11:30 today"]),
    ("24/11 12:00", ["24/11 12:00 what is on"]),
    ("24/11 19:30", []),
]


@pytest.mark.parametrize(("at", "gets"), LINKED, ids=[at for at, _ in LINKED])
async def test_a_member_linked_late_gets_what_is_useful_by_then(
    village: Village, at: str, gets: list[str]
) -> None:
    await village.clock(at)
    await village.link("worker")
    await village.choose("worker", "Đồng ý")
    await village.tick()
    await village.clock("25/11 07:00")
    assert await told(village, "worker") == gets


# A secretary who is not linked.


async def test_without_a_linked_secretary_the_notice_still_goes_out_and_the_cell_is_listed(
    village: Village,
) -> None:
    await village.join("clerk", "worker", "executive", "chair")
    await village.clock("24/11 12:00")
    for one in ("clerk", "worker"):
        assert await told(village, one) == [
            "19/11 19:00 notice",
            "21/11 19:00 reminder",
            "24/11 11:30 today",
        ]
    assert await told(village, "executive") == ["19/11 19:00 invitation"]
    assert (await village.meetings(CELL))[0].state is State.ANNOUNCED
    await village.clock("02/12 07:30")
    [digest] = only(await village.messages("chair"), ("digest",))
    assert says(digest.text, "chi bộ chưa có bí thư, phó bí thư kết nối: 02")


async def test_without_a_linked_secretary_the_deputy_gets_what_is_to_be_pasted(village: Village) -> None:
    await village.join("deputy")
    await village.clock("19/11 19:00")
    said = kinds(await village.heard("deputy"))
    assert said == ["preview", "notice", "paste this", "announcement", "to phone"]


# One person, two cells, the same evening.


def twice(other: str = "24") -> Roster:
    """The worker is a member of the other cell too, number 3 there."""
    rows = commune("24", other=other)
    return replace(rows, people=(*rows.people, member("worker", OTHER, 3)))


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
@pytest.mark.parametrize("rows", [twice()], ids=["two cells"])
async def test_a_person_in_two_cells_on_one_evening_hears_of_both_in_order_and_of_each_once(
    village: Village,
) -> None:
    await village.join("worker")
    await village.clock("19/11 19:00")
    await village.tick()
    said = await village.heard("worker")
    assert kinds(said) == ["notice", "notice"]
    places = [one.first for one in said]
    assert "bản Noong" in places[0]
    assert "bản Ten" in places[1]
    asked = await village.say("worker", "có dự")
    assert [label.partition(",")[0] for label in asked.choices] == ["Chi bộ bản Noong", "Chi bộ bản Ten"]
    await village.clock("24/11 12:00")
    steps = [one.partition(" ")[2] for one in await told(village, "worker")]
    assert steps[-1] == "11:30 today, today"


@pytest.mark.parametrize("rows", [twice()], ids=["two cells"])
async def test_an_answer_for_one_cell_is_none_for_the_other(village: Village) -> None:
    await village.join("worker")
    await village.clock("19/11 19:00")
    first, second = await village.heard("worker")
    await village.press("worker", "Có dự", of=first)
    await village.press("worker", "Vắng, có lý do", of=second)
    await village.choose("worker", "Sức khoẻ")
    found = {}
    async with village.parts.database.read() as uow:
        for code in (CELL, OTHER):
            [meeting, *_] = await village.meetings(code)
            found[code] = [str(one.answer) for one in (await uow.answers.of_meeting(meeting.id)).values()]
    assert found == {CELL: ["coming"], OTHER: ["absent"]}
    await village.clock("24/11 12:00")
    today = only(await village.messages("worker"), ("today",))
    assert len(today) == 1
    assert "bản Noong" in today[0].text


@pytest.mark.parametrize("rows", [twice()], ids=["two cells"])
async def test_reminders_of_two_meetings_on_one_day_name_the_cell(village: Village) -> None:
    await village.join("worker", "clerk")
    await village.clock("21/11 19:00")
    first, second = only(await village.messages("worker"), ("reminder",))
    assert says(first.first, "tại Nhà văn hoá bản Noong (Chi bộ bản Noong)")
    assert says(second.first, "tại Nhà văn hoá bản Ten (Chi bộ bản Ten)")
    [alone] = only(await village.messages("clerk"), ("reminder",))
    assert alone.first.endswith("tại Nhà văn hoá bản Noong.")
    await village.clock("24/11 12:00")
    today = only(await village.messages("worker"), ("today",))
    assert [one.first.partition("(")[2].partition(")")[0] for one in today] == [
        "Chi bộ bản Noong",
        "Chi bộ bản Ten",
    ]


@pytest.mark.parametrize("rows", [twice("26")], ids=["another day"])
async def test_reminders_of_meetings_on_two_days_name_the_place_alone(village: Village) -> None:
    await village.join("worker")
    await village.clock("21/11 19:00")
    [said] = only(await village.messages("worker"), ("reminder",))
    assert said.first.endswith("tại Nhà văn hoá bản Noong.")


@pytest.mark.parametrize("rows", [twice()], ids=["two cells"])
async def test_who_joins_after_the_notice_of_two_cells_hears_of_both_at_once_and_of_neither_again(
    village: Village,
) -> None:
    await village.clock("22/11 12:00")
    await village.link("worker")
    said = await village.choose("worker", "Đồng ý")
    assert ["bản Noong" in one.first for one in only(said, ["what is on"])] == [True, False]
    await village.tick()
    assert await told(village, "worker") == ["22/11 12:00 what is on, what is on"]


# A long power cut over three reminders.


async def ready(village: Village) -> None:
    await village.join("secretary", "clerk", "liaison", "worker", "executive")
    await link_group(village)


async def test_a_power_cut_over_three_reminders_leaves_what_is_still_of_use_once(village: Village) -> None:
    """Off from T-5 20:00 to T-1 20:00: over T-3, T-2 and T-1. The words are those of the day they are sent."""
    await ready(village)
    await village.clock("19/11 20:00")
    for chat in ("secretary", "clerk", "liaison", "worker", "executive", GROUP):
        await village.heard(chat)
    await village.stopped_until("23/11 20:00")
    await village.tick()
    assert kinds(await village.heard("secretary")) == ["forecast", "reminder"]
    clerk = await village.heard("clerk")
    assert kinds(clerk) == ["reminder"]
    assert says(clerk.text, "Còn 01 ngày")
    assert kinds(await village.heard("liaison")) == ["reminder", "relay"]
    assert kinds(await village.heard(GROUP)) == ["evening"]
    assert await village.heard("executive") == []
    await village.clock("25/11 07:00")
    assert kinds(await village.heard("clerk")) == ["today"]
    assert await village.heard(GROUP) == []


async def test_a_power_cut_until_the_morning_of_the_day_says_today(village: Village) -> None:
    await ready(village)
    await village.clock("20/11 09:00")
    await village.stopped_until("24/11 07:00")
    clerk = (await village.messages("clerk"))[-1]
    assert kinds([clerk]) == ["reminder today"]
    assert clerk.first.startswith("Hôm nay sinh hoạt chi bộ tháng 11: 19 giờ 30")


async def test_after_the_start_nothing_of_what_was_missed_is_sent(village: Village) -> None:
    await ready(village)
    await village.clock("20/11 09:00")
    before = await village.how_many()
    await village.stopped_until("24/11 19:30")
    assert await village.how_many() == before


async def test_what_was_queued_before_the_cut_and_is_over_is_not_sent_either(village: Village) -> None:
    """The tick queued the reminder, the sender never came to it."""
    await ready(village)
    await village.clock("21/11 18:00")
    before = await village.how_many()
    await queue_only(village, "21/11 19:00")
    await village.stopped_until("24/11 20:00")
    assert await village.how_many() == before


# Words that hold for a day.


@pytest.mark.parametrize("rows", [commune("24")], ids=["morning"])
async def test_tomorrow_sent_on_the_next_morning_says_today(village: Village) -> None:
    """A morning meeting is reminded of the evening before; the platform was away over night."""
    await village.join("secretary", "clerk", "worker")
    await village.clock("15/11 09:00")
    await village.say("secretary", "hoan 24/11 07:30")
    await village.choose("secretary", "Xác nhận")
    await village.clock("23/11 18:00")
    await queue_only(village, "23/11 19:00")
    village.time.move_to(moment("24/11 06:00"))
    await village.parts.sender.drain()
    clerk = (await village.messages("clerk"))[-1]
    assert kinds([clerk]) == ["today"]
    assert says(clerk.text, "7 giờ 30 sáng nay")
    assert "mai" not in clerk.text


async def test_tomorrow_said_in_the_evening_says_tomorrow(village: Village) -> None:
    await village.join("secretary", "clerk")
    await village.clock("15/11 09:00")
    await village.say("secretary", "hoan 24/11 07:30")
    await village.choose("secretary", "Xác nhận")
    await village.clock("23/11 19:00")
    clerk = (await village.messages("clerk"))[-1]
    assert says(clerk.text, "7 giờ 30 sáng mai")


async def test_a_reminder_that_waited_counts_the_days_from_the_day_it_is_sent(village: Village) -> None:
    await village.join("secretary", "clerk", "liaison")
    await village.clock("21/11 18:00")
    await queue_only(village, "21/11 19:00")
    village.time.move_to(moment("22/11 18:00"))
    await village.parts.sender.drain()
    assert says((await village.messages("clerk"))[-1].text, "Còn 02 ngày")


async def test_an_errand_that_waited_names_those_who_are_left(village: Village) -> None:
    await village.join("secretary", "liaison")
    await village.clock("22/11 18:00")
    await queue_only(village, "22/11 19:00")
    async with village.parts.database.write() as uow:
        [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
        elder, by = [await who(uow, code) for code in ("elder", "secretary")]
        await uow.answers.put(meeting.id, AnswerGiven(elder, Answer.COMING, None, by, village.time.now()))
        await uow.commit()
    village.time.move_to(moment("23/11 08:00"))
    await village.parts.sender.drain()
    [errand] = only(await village.messages("liaison"), ("relay",))
    assert says(errand.text, "tới 01 đồng chí: Hoàng Thị Hiền")
    assert "Vì Văn Già" not in errand.text


# A clock that jumps.


async def jump(village: Village, to: str) -> None:
    """The machine's clock is set, forward or back, and the ticks strike."""
    village.time._at = moment(to).astimezone(UTC)
    await village.tick()


async def everything(village: Village) -> dict[str, list[str]]:
    return {chat: kinds(said) for chat, said in (await village.everything()).items()}


@pytest.mark.parametrize("back", ["19/11 18:00", "18/11 19:05"], ids=["an hour", "a day"])
async def test_a_clock_set_back_after_the_notice_tells_nobody_twice(village: Village, back: str) -> None:
    await ready(village)
    await village.clock("19/11 19:05")
    before = await everything(village)
    await jump(village, back)
    assert await everything(village) == before
    await village.clock("19/11 19:10")
    assert await everything(village) == before
    await village.clock("21/11 19:00")
    assert await told(village, "clerk") == ["19/11 19:00 notice", "21/11 19:00 reminder"]


@pytest.mark.parametrize(
    ("to", "gets"),
    [("19/11 19:30", ["19/11 19:30 notice"]), ("20/11 18:30", ["20/11 18:30 notice"])],
    ids=["an hour", "a day"],
)
async def test_a_clock_that_jumps_forward_over_the_notice_sends_it_once(
    village: Village, to: str, gets: list[str]
) -> None:
    """And back again to where it was: the notice has gone out, and stays the only one."""
    await ready(village)
    await village.clock("19/11 18:30")
    await jump(village, to)
    assert await told(village, "clerk") == gets
    await jump(village, "19/11 18:31")
    await village.clock("20/11 19:00")
    assert await told(village, "clerk") == gets


async def test_a_clock_that_showed_the_next_night_for_a_minute_does_not_put_the_notice_off(
    village: Village,
) -> None:
    """By that clock it waits for a morning to come; by the right one it goes out when it is due."""
    await ready(village)
    await village.clock("19/11 18:50")
    await jump(village, "20/11 23:00")
    await jump(village, "19/11 18:51")
    assert await told(village, "clerk") == ["19/11 18:51 notice"]
    await village.clock("22/11 12:00")
    assert await told(village, "clerk") == ["19/11 18:51 notice", "21/11 19:00 reminder"]


async def test_a_reminder_queued_by_a_clock_that_ran_ahead_goes_out_at_its_own_hour(village: Village) -> None:
    await ready(village)
    await village.clock("20/11 12:00")
    await jump(village, "21/11 22:00")
    await jump(village, "20/11 12:01")
    assert (await told(village, "clerk"))[-1] == "19/11 19:00 notice"
    await village.clock("21/11 19:00")
    assert (await told(village, "clerk"))[-1] == "21/11 19:00 reminder"


async def test_a_clock_set_back_over_the_whole_month_does_not_begin_it_anew(village: Village) -> None:
    await ready(village)
    await village.clock("24/11 21:00")
    await call(village, "đủ")
    before = await everything(village)
    await jump(village, "12/11 08:00")
    await village.clock("24/11 21:10")
    assert await everything(village) == before
    assert (await village.line(CELL))["state"] == "closed"
    assert (await village.digest(COMMUNE))["total"]["closed"] == 1
