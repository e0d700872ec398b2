"""Months that are not plain: a rule that changes, two meetings in a month, held late."""

from collections.abc import Sequence

import pytest

from meetings.records import Meeting
from meetings.terms import Kind
from tests.scenarios.commune import CELL, COMMUNE
from tests.scenarios.page import Village
from tests.scenarios.rollcall import call
from tests.scenarios.transcript import kinds, says

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])


async def rows_of(village: Village) -> list[str]:
    """`2026-11 regular 24/11 19:30 announced` of every row of the main cell, by start."""
    return [_row(village, one) for one in await village.meetings(CELL)]


def _row(village: Village, meeting: Meeting) -> str:
    local = village.stage.local(meeting.starts_at)
    return f"{meeting.period} {meeting.kind} {local:%d/%m %H:%M} {meeting.state}"


async def hop(village: Village, line: str) -> str:
    assert kinds(await village.say("secretary", f"hop {line}"))[-1] == "rule?"
    return (await village.choose("secretary", "Xác nhận")).text


# --- the rule changes --------------------------------------------------------------------------------


async def test_a_new_rule_moves_only_what_is_planned_and_untouched(village: Village) -> None:
    await village.join("secretary", "clerk")
    await village.say("secretary", "thongbao")
    await village.press("secretary", "Gửi thông báo")
    saved = await hop(village, "lunar-15 20:00 Trường Noong")
    assert await rows_of(village) == [
        "2026-11 regular 24/11 19:30 announced",
        "2026-12 regular 23/12 20:00 planned",
        "2027-01 regular 22/01 20:00 planned",
    ]
    assert says(
        saved, "12/2026", "Thứ Tư, ngày 23/12/2026", "01/2027", "đã thông báo hoặc đã đổi riêng giữ nguyên"
    )
    assert "24/11" not in saved
    assert "moved" not in kinds(await village.messages("clerk"))


async def test_a_row_that_was_moved_by_hand_is_left_alone(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "hoan 26/11")
    await village.press("secretary", "Xác nhận")
    await hop(village, "28 19:00")
    await hop(village, "27 19:00")
    assert await rows_of(village) == [
        "2026-11 regular 26/11 19:30 planned",
        "2026-12 regular 27/12 19:00 planned",
        "2027-01 regular 27/01 19:00 planned",
    ]


async def test_a_row_that_was_held_back_by_hand_is_left_alone(village: Village) -> None:
    await village.join("secretary")
    await village.clock("18/11 19:00")
    await village.press("secretary", "Giữ lại")
    await hop(village, "28 19:00")
    assert await rows_of(village) == [
        "2026-11 regular 24/11 19:30 planned",
        "2026-12 regular 28/12 19:00 planned",
        "2027-01 regular 28/01 19:00 planned",
    ]


async def test_a_rule_whose_day_has_passed_leaves_this_month_as_it_is(village: Village) -> None:
    await village.join("secretary")
    await hop(village, "3 19:30")
    assert await rows_of(village) == [
        "2026-11 regular 24/11 19:30 planned",
        "2026-12 regular 03/12 19:30 planned",
        "2027-01 regular 03/01 19:30 planned",
    ]


async def test_what_follows_a_new_rule_is_previewed_like_a_new_meeting(village: Village) -> None:
    """Redrafted for tomorrow it is a late meeting: a preview first, the notice not at once."""
    await village.join("secretary", "clerk")
    await hop(village, "12 19:30")
    await village.tick()
    assert (await rows_of(village))[0] == "2026-11 regular 12/11 19:30 planned"
    assert "preview" in kinds(await village.messages("secretary"))
    assert await village.heard("clerk") == []
    await village.clock("11/11 12:00")
    assert kinds(await village.heard("clerk")) == ["notice"]


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("31 19:30", ["30/11", "31/12", "31/01"]),
        ("last 19:30", ["30/11", "31/12", "31/01"]),
        ("30 19:30", ["30/11", "30/12", "30/01"]),
        ("lunar-30 19:30", ["24/11", "08/12", "07/01"]),
    ],
)
async def test_a_day_the_month_does_not_have_becomes_its_last(
    village: Village, line: str, days: Sequence[str]
) -> None:
    """The lunar month from 10/10 to 08/11/2026 has 30 days, from 09/11 to 08/12 it has 30, then 30, then 29."""
    await village.join("secretary")
    await hop(village, line)
    assert [one.split()[2] for one in await rows_of(village)] == days


# --- moved into the next month -----------------------------------------------------------------------


async def test_held_in_the_next_month_it_is_said_to_be_held_late(village: Village) -> None:
    await village.join("secretary", "chair")
    await village.clock("20/11 09:00")
    await village.say("secretary", "hoan 01/12 19:30 mưa lũ")
    await village.press("secretary", "Xác nhận")
    await village.clock("01/12 21:00")
    await call(village, "đủ")
    assert (await rows_of(village))[0] == "2026-11 regular 01/12 19:30 closed"
    line = await village.line(CELL)
    assert (line["state"], line["held_late"]) == ("closed", True)
    await village.heard("chair")
    await village.clock("02/12 07:30")
    digest = await village.heard("chair")
    assert "Sinh hoạt muộn: Chi bộ bản Noong" in digest.text
    assert "Sinh hoạt muộn" not in (await village.say("chair", "baocao 12/2026")).text


# --- two meetings in one period ----------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("label", "kind"),
    [("Thêm buổi chuyên đề", Kind.THEMATIC), ("Thêm buổi bất thường", Kind.EXTRAORDINARY)],
)
async def test_a_meeting_beside_the_regular_one_is_added_from_the_chat(
    village: Village, label: str, kind: Kind
) -> None:
    await village.join("secretary", "clerk")
    await village.say("secretary", "hop")
    assert kinds(await village.choose("secretary", label)) == ["add what?"]
    assert says((await village.say("secretary", "nông thôn mới")).text, "chưa rõ ngày, giờ")
    asked = await village.say("secretary", "19/11 14:00 Xây dựng nông thôn mới")
    assert kinds(asked) == ["add?"]
    assert says(asked.text, "14 giờ, Thứ Năm, ngày 19/11/2026", "Xây dựng nông thôn mới")
    assert len(await rows_of(village)) == 3
    assert kinds(await village.choose("secretary", "Xác nhận")) == ["added"]
    assert (await rows_of(village))[:2] == [
        f"2026-11 {kind} 19/11 14:00 planned",
        "2026-11 regular 24/11 19:30 planned",
    ]
    await village.clock("14/11 19:00")
    notice = await village.heard("clerk")
    assert kinds(notice) == ["notice"]
    assert says(notice.text, "14 giờ, Thứ Năm, ngày 19/11/2026", "Xây dựng nông thôn mới.")
    assert "Đánh giá việc thực hiện" not in notice.text


async def test_the_same_confirmation_pressed_twice_adds_one_meeting(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "hop")
    await village.press("secretary", "Thêm buổi chuyên đề")
    [asked] = await village.say("secretary", "20/11 19:30 Chuyển đổi số")
    await village.press("secretary", "Xác nhận", of=asked)
    assert says((await village.press("secretary", "Xác nhận", of=asked)).text, "đã được ghi nhận")
    assert len(await rows_of(village)) == 4


async def test_a_thematic_meeting_has_a_line_of_its_own_in_the_digest(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "hop")
    await village.press("secretary", "Thêm buổi chuyên đề")
    await village.say("secretary", "12/11 19:30 Chuyển đổi số")
    await village.press("secretary", "Xác nhận")
    await village.clock("12/11 21:00")
    await call(village, "đủ")
    line = await village.line(CELL)
    assert line["state"] == "planned"
    assert [(one["kind"], one["state"]) for one in line["others"]] == [("thematic", "closed")]
    assert (await village.digest(COMMUNE))["total"]["closed"] == 0


@BOTH
async def test_the_regular_meeting_becomes_combined_and_is_still_the_only_one(village: Village) -> None:
    await village.join("secretary", "clerk")
    await village.say("secretary", "hop")
    assert kinds(await village.choose("secretary", "Kết hợp chuyên đề")) == ["topic?"]
    assert kinds(await village.say("secretary", "Chuyển đổi số")) == ["combine?"]
    assert (await rows_of(village))[0] == "2026-11 regular 24/11 19:30 planned"
    assert kinds(await village.choose("secretary", "Xác nhận")) == ["combined"]
    await village.tick()
    assert await rows_of(village) == [
        "2026-11 combined 24/11 19:30 planned",
        "2026-12 regular 24/12 19:30 planned",
        "2027-01 regular 24/01 19:30 planned",
    ]
    await village.clock("19/11 19:00")
    notice = await village.heard("clerk")
    assert says(notice.text, "thường kỳ kết hợp chuyên đề", "Đánh giá việc thực hiện", "Chuyển đổi số.")
    await village.say("secretary", "hop")
    asked = await village.choose("secretary", "Bỏ kết hợp chuyên đề")
    assert kinds(asked) == ["separate?"]
    assert says(asked.text, "Chuyển đổi số")
    assert (await rows_of(village))[0] == "2026-11 combined 24/11 19:30 announced"
    undone = await village.choose("secretary", "Xác nhận")
    assert kinds(undone) == ["not combined"]
    assert says(undone.text, "đề nghị đồng chí báo thêm")
    assert (await rows_of(village))[0] == "2026-11 regular 24/11 19:30 announced"


@pytest.mark.parametrize(
    ("label", "line", "said"),
    [
        ("Thêm buổi chuyên đề", "19/11 14:00", "Đề nghị đồng chí nhắn cả tên chuyên đề"),
        ("Thêm buổi chuyên đề", "20/10 19:30 Chuyển đổi số", "Ngày 20/10/2027 còn quá xa"),
        ("Thêm buổi bất thường", "25/11/2099 19:30", "Ngày 25/11/2099 còn quá xa"),
    ],
)
async def test_a_meeting_beside_the_regular_one_needs_a_near_day_and_a_thematic_one_its_topic(
    village: Village, label: str, line: str, said: str
) -> None:
    await village.join("secretary")
    await village.say("secretary", "hop")
    await village.press("secretary", label)
    assert said in (await village.say("secretary", line)).text
    assert kinds(await village.say("secretary", "19/11 14:00 Chuyển đổi số")) == ["add?"]


async def test_hoan_asks_which_of_two_meetings_of_the_month(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "hop")
    await village.press("secretary", "Thêm buổi chuyên đề")
    await village.say("secretary", "27/11 19:30 Chuyển đổi số")
    await village.press("secretary", "Xác nhận")
    shown = await village.say("secretary", "hoan")
    assert len(shown.choices) == 2
    await village.say("secretary", "hoan 28/11")
    await village.press("secretary", "Xác nhận")
    assert (await rows_of(village))[:2] == [
        "2026-11 regular 24/11 19:30 planned",
        "2026-11 thematic 28/11 19:30 planned",
    ]
