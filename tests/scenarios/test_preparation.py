"""Preparing a meeting: a checklist with dates, ticked by button or number, and reminders of what is open."""

from dataclasses import replace

import pytest

from meetings.terms import CellRole
from reports.roster.rows import Roster
from services import preparation
from tests.scenarios.commune import CELL
from tests.scenarios.messages import Heard
from tests.scenarios.page import Village, moment

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no query of its own
LEADERS = ("secretary", "deputy")
FIRST = "Chuẩn bị sinh hoạt tháng 11/2026 (còn "


@pytest.fixture
def policy() -> str:
    return "[meetings]\nthematic_per_quarter = 0\n[[holiday]]\ndate = 2026-11-24\noff = true\n"


def boxes(heard: Heard) -> list[str]:
    """The lines of the newest checklist."""
    shown = [one for one in heard if one.text.startswith("Chuẩn bị sinh hoạt")][-1]
    return [line for line in shown.text.splitlines() if line[0] in "☐☑"]


async def reminded(village: Village, person: str) -> list[str]:
    """When somebody got a checklist nobody had asked for."""
    return [one.at for one in await village.messages(person) if one.text.startswith(FIRST)]


# --- the list ----------------------------------------------------------------------------------------


@BOTH
async def test_ten_days_before_the_secretary_reads_what_is_due_and_the_list_is_a_tap_away(
    village: Village,
) -> None:
    await village.join(*LEADERS, "executive")
    await village.clock("14/11 19:00")
    told = await village.heard("secretary")
    assert told[0].first == "Chuẩn bị sinh hoạt tháng 11/2026 (còn 10 ngày):"
    assert boxes(told) == ["☐ Phân công chuẩn bị nội dung (trước ngày 14/11)"]
    assert told[0].choice("Đã phân công")
    assert boxes(await village.choose("secretary", "Chuẩn bị")) == [
        "☐ Phân công chuẩn bị nội dung (trước ngày 14/11)",
        "☐ Họp chi uỷ (trước ngày 17/11)",
        "☐ Dự thảo nghị quyết (nếu có)",
        "☐ Thông báo tới đảng viên (trước ngày 19/11)",
        "☐ Báo đồng chí cấp uỷ viên phụ trách (trước ngày 19/11)",
        "☐ Đưa tài liệu lên Sổ tay đảng viên điện tử (trước ngày 23/11)",
    ]
    assert await village.heard("deputy") == []


@BOTH
async def test_each_press_shows_the_new_list_and_can_be_taken_back(village: Village) -> None:
    await village.join(*LEADERS)
    await village.say("secretary", "chuanbi")
    told = await village.choose("secretary", "Đã phân công")
    assert boxes(told)[0] == "☑ Phân công chuẩn bị nội dung"
    assert "Đã phân công" not in told.choices
    told = await village.choose("secretary", "Đã đưa tài liệu")
    assert [line[0] for line in boxes(told)] == ["☑", "☐", "☐", "☐", "☐", "☑"]
    told = await village.choose("secretary", "Hoàn tác")
    assert [line[0] for line in boxes(told)] == ["☑", "☐", "☐", "☐", "☐", "☐"]


@ONE
async def test_the_same_button_twice_and_another_person_s_tick_do_no_harm(village: Village) -> None:
    await village.join(*LEADERS)
    [first] = await village.say("secretary", "chuanbi")
    await village.press("secretary", "Đã phân công", of=first)
    told = await village.press("secretary", "Đã phân công", of=first)
    assert boxes(told)[0][0] == "☑"
    assert boxes(await village.say("deputy", "chuanbi"))[0][0] == "☑"


@ONE
async def test_it_is_for_secretary_and_deputy_only(village: Village) -> None:
    await village.join("secretary", "clerk")
    [shown] = await village.say("secretary", "chuanbi")
    assert "☐" not in (await village.say("clerk", "chuanbi")).text
    stolen = await village.press_token("clerk", str(shown.choice("Đã phân công")))
    assert "☐" not in stolen.text


# --- what ticks itself -------------------------------------------------------------------------------


@BOTH
async def test_the_notice_and_the_word_to_the_official_tick_themselves(village: Village) -> None:
    await village.join(*LEADERS, "executive")
    await village.clock("19/11 19:00")
    told = await village.say("secretary", "chuanbi")
    assert boxes(told)[3:5] == [
        "☑ Thông báo tới đảng viên",
        "☑ Báo đồng chí cấp uỷ viên phụ trách",
    ]


@ONE
async def test_an_official_nobody_reaches_stays_open_until_somebody_told_them(village: Village) -> None:
    await village.join(*LEADERS)
    await village.clock("20/11 19:00")
    told = await village.messages("secretary")
    assert boxes(told)[-1:] == ["☐ Báo đồng chí cấp uỷ viên phụ trách (đã qua ngày 19/11)"]
    told = await village.press("secretary", "Đã báo cấp uỷ viên phụ trách")
    assert boxes(told)[4][0] == "☑"


@ONE
async def test_prepared_is_the_moment_of_the_last_step_and_blocks_nothing(village: Village) -> None:
    await village.join(*LEADERS, "executive")
    await village.clock("19/11 19:00")

    async def prepared() -> str:
        [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
        async with village.parts.database.read() as uow:
            at = await preparation.prepared(village.work(uow), meeting)
        return "" if at is None else f"{village.stage.local(at):%d/%m %H:%M}"

    await village.say("secretary", "chuanbi")
    await village.press("secretary", "Đã phân công")
    await village.press("secretary", "Đã họp chi uỷ")
    assert await prepared() == ""  # the notice has gone out all the same
    await village.clock("20/11 08:00")
    await village.say("secretary", "chuanbi")
    await village.press("secretary", "Đã đưa tài liệu")
    assert await prepared() == "20/11 08:00"


# --- reminders ---------------------------------------------------------------------------------------


@ONE
async def test_what_is_open_is_reminded_of_once_each_and_nothing_else(village: Village) -> None:
    await village.join(*LEADERS, "executive")
    await village.clock("24/11 19:00")
    assert await reminded(village, "secretary") == ["14/11 19:00", "17/11 19:00", "22/11 19:00"]
    assert await reminded(village, "deputy") == []


@ONE
async def test_who_has_ticked_everything_hears_of_nothing(village: Village) -> None:
    await village.join(*LEADERS, "executive")
    await village.say("secretary", "chuanbi")
    for label in ("Đã phân công", "Đã họp chi uỷ", "Đã đưa tài liệu"):
        await village.press("secretary", label)
    before = len(await reminded(village, "secretary"))
    await village.clock("24/11 19:00")
    assert len(await reminded(village, "secretary")) == before


@ONE
async def test_after_days_of_silence_everything_open_comes_in_one_message(village: Village) -> None:
    await village.join(*LEADERS)
    await village.stopped_until("17/11 20:00")
    await village.tick()
    assert await reminded(village, "secretary") == ["17/11 20:00"]
    await village.clock("18/11 12:00")
    assert await reminded(village, "secretary") == ["17/11 20:00"]


@ONE
async def test_a_notice_that_is_held_back_is_not_forgotten(village: Village) -> None:
    await village.join(*LEADERS, "executive")
    await village.say("secretary", "thongbao")
    await village.press("secretary", "Giữ lại")
    await village.clock("20/11 19:00")
    assert (await reminded(village, "secretary"))[-1] == "20/11 19:00"
    told = await village.messages("secretary")
    assert "☐ Thông báo tới đảng viên (đã qua ngày 19/11)" in boxes(told)


@ONE
async def test_a_reminder_that_waits_is_not_sent_once_it_is_ticked(village: Village) -> None:
    await village.join(*LEADERS)
    village.time.move_to(moment("14/11 19:00"))
    await village.parts.ticks.preparing()
    async with village.parts.database.write() as uow:
        [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
        person = await uow.people.by_code("secretary")
        assert person is not None
        await uow.preparations.tick(meeting.id, "assign", person.id, village.time.now())
        await uow.commit()
    await village.parts.sender.drain()
    assert await reminded(village, "secretary") == []


@ONE
async def test_without_a_linked_secretary_the_deputy_is_reminded(village: Village) -> None:
    await village.join("deputy")
    await village.clock("14/11 19:00")
    assert await reminded(village, "deputy") == ["14/11 19:00"]


@ONE
async def test_a_reminder_that_waits_for_the_morning_is_not_for_who_handed_over(
    village: Village, rows: Roster
) -> None:
    await village.join(*LEADERS)
    await village.stopped_until("14/11 23:00")
    roles = {"secretary": None, "deputy": CellRole.SECRETARY}
    people = tuple(replace(one, role=roles.get(one.code, one.role)) for one in rows.people)
    await village.roster(replace(rows, people=people))
    await village.clock("15/11 06:00")
    assert await reminded(village, "secretary") == []


@ONE
async def test_of_a_meeting_that_is_put_off_no_days_are_counted(village: Village) -> None:
    await village.join(*LEADERS)
    [old] = await village.say("secretary", "chuanbi")
    await put_off(village)
    told = await village.press("secretary", "Đã phân công", of=old)
    assert told[0].first == "Chuẩn bị sinh hoạt tháng 11/2026:"
    assert boxes(told)[1] == "☐ Họp chi uỷ"
    assert "Mời họp chi uỷ" not in told.choices
    assert "tạm hoãn" in (await village.press("secretary", "Mời họp chi uỷ", of=old)).text


async def put_off(village: Village) -> None:
    await village.say("secretary", "hoan")
    await village.press("secretary", "Hoãn")
    await village.press("secretary", "Mưa lũ")
    await village.press("secretary", "Xác nhận")


class TestSwitchedOff:
    @pytest.fixture
    def policy(self) -> str:
        return '[unit."X01-C1".preparation]\nremind = false\ndocs_on_app_days_before = 3\n'

    @ONE
    async def test_the_rules_of_a_cell_hold_for_its_list_and_its_reminders(self, village: Village) -> None:
        await village.join(*LEADERS)
        await village.clock("17/11 19:00")
        assert await reminded(village, "secretary") == []
        told = await village.say("secretary", "chuanbi")
        assert boxes(told)[-1] == "☐ Đưa tài liệu lên Sổ tay đảng viên điện tử (trước ngày 21/11)"
