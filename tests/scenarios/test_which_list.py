"""Which of several lists is meant: the newest first, page by page; and whose step "hoàn tác" takes back."""

import pytest

from meetings.period import Period
from meetings.terms import State
from tests.scenarios.commune import CELL
from tests.scenarios.page import Village
from tests.scenarios.rollcall import call, close
from tests.scenarios.transcript import says

both = pytest.mark.parametrize("mode", ["buttons", "numbers"])


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is chosen here does not depend on the database."""
    return sqlite_url


async def many_open(village: Village) -> None:
    """Nobody has recorded anything for a year; the ticks strike for each notice and each evening."""
    await village.join("secretary")
    month = Period(2026, 11)
    while month <= Period(2027, 10):
        await village.stopped_until(f"{month}-19T19:00")
        await village.stopped_until(f"{month}-25T21:00")
        month = month.next()
    await village.heard("secretary")


def days(choices: list[str]) -> list[str]:
    return [label.rpartition(" ")[2] for label in choices if label != "Xem tiếp"]


@pytest.mark.every_way
@both
async def test_every_open_list_can_be_reached_the_newest_first(village: Village) -> None:
    await many_open(village)
    asked = await village.say("secretary", "diemdanh")
    found = days(asked.choices)
    assert found[:2] == ["24/10", "24/09"]
    while found[-1] != "24/11":
        asked = await village.choose("secretary", "Xem tiếp")
        found += days(asked.choices)
    assert len(found) == len(set(found)) == 12
    oldest = next(one for one in asked.choices if one.endswith("24/11"))
    assert says((await village.choose("secretary", oldest)).text, "ngày 24/11/2026")


@both
async def test_a_line_waits_while_the_pages_are_turned(village: Village) -> None:
    await many_open(village)
    asked = await village.say("secretary", "vắng 3")
    while not any(one.endswith("24/11") for one in asked.choices):
        asked = await village.choose("secretary", "Xem tiếp")
    read = await village.choose("secretary", next(one for one in asked.choices if one.endswith("24/11")))
    assert says(read.text, "ngày 24/11/2026 (chưa ghi)")


async def test_undo_in_words_takes_back_the_last_step_and_not_the_newest_list(village: Village) -> None:
    """December was called and closed first; the step just taken is of November."""
    await village.join("secretary")
    await village.clock("2026-12-24T21:00")
    asked = await village.say("secretary", "vắng 3")
    await village.choose("secretary", next(one for one in asked.choices if one.endswith("24/12")))
    await village.choose("secretary", "Xác nhận")
    await close(village)
    await village.say("secretary", "vắng 4")
    await village.choose("secretary", "Xác nhận")
    await village.say("secretary", "huỷ")
    undone = await village.say("secretary", "hoàn tác")
    assert says(undone.text, "Đã hoàn tác", "24/11/2026")
    november, december, *_ = await village.meetings(CELL)
    assert (november.state, december.state) == (State.HELD, State.CLOSED)


async def test_undo_in_words_leaves_the_steps_of_others_alone(village: Village) -> None:
    await village.join("secretary", "clerk")
    await village.clock("24/11 21:00")
    await call(village, "đủ", by="clerk")
    assert "Đã hoàn tác" not in (await village.say("secretary", "hoàn tác")).text
    [meeting, *_] = await village.meetings(CELL)
    assert meeting.state is State.CLOSED


async def test_a_line_that_was_followed_by_another_is_refused_in_a_clear_sentence(village: Village) -> None:
    await village.join("secretary")
    await village.clock("24/11 21:00")
    await village.say("secretary", "vắng 3")
    old = (await village.messages("secretary"))[-1]
    await village.say("secretary", "vắng 4")
    assert says((await village.press("secretary", "Xác nhận", of=old)).text, "chưa ghi gì")
    await village.choose("secretary", "Xác nhận")


@pytest.mark.parametrize(("by", "named"), [("secretary", "đình chỉ sinh hoạt"), ("clerk", "không tính")])
async def test_a_suspension_is_named_to_secretary_and_deputy_only(
    village: Village, by: str, named: str
) -> None:
    await village.join("secretary", "clerk")
    await village.clock("24/11 21:00")
    said = await village.say(by, "vắng 12")
    assert says(said.text, f"Số 12 không thuộc diện phải dự ({named})")


@pytest.mark.parametrize(("by", "told"), [("secretary", True), ("deputy", True), ("clerk", False)])
async def test_the_vote_base_is_told_with_the_closing_to_secretary_and_deputy(
    village: Village, by: str, told: bool
) -> None:
    """13 official at home, of whom one is exempt and absent, one out and one suspended: 10, and 6 are needed."""
    await village.join("secretary", "deputy", "clerk")
    await village.clock("24/11 21:00")
    said = await call(village, "vắng 3ct", by=by)
    line = "Số đảng viên chính thức được tính khi biểu quyết: 10; quá nửa là 06. Chỉ để tham khảo."
    assert (line in said.text) is told


async def test_who_links_after_the_meeting_was_not_silent_before_it(village: Village) -> None:
    """Nor has who was not written to kept silent about what was said."""
    await village.join("secretary", "clerk")
    await village.clock("24/11 21:00")
    await call(village, "vắng 3 13kp")
    before = (await village.say("secretary", "doichieu")).text
    assert says(before, "Vắng, chưa trả lời: 01 (Cà Thị Thư)", "Vắng, chưa liên hệ được: 01 (Cầm Thị Vân)")
    await village.clock("25/11 08:00")
    await village.join("worker")
    await village.heard("secretary")
    after = (await village.say("secretary", "doichieu")).text
    assert after.startswith(before)
    assert says(after, "Chưa báo đã nắm nội dung: 01 (Cà Thị Thư)")
    assert says(after, "Chưa liên hệ được để báo nắm nội dung: 01 (Cầm Thị Vân)")
