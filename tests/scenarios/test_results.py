"""After the meeting in three taps: when it ended, the minutes adopted, the band or the sheet; and who confirms."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import event

from reports.roster.rows import AssignmentRow
from services import afterwards
from tests.scenarios.commune import CELL, SINCE, commune
from tests.scenarios.messages import Message
from tests.scenarios.page import Village, moment
from tests.scenarios.rollcall import call, close
from tests.scenarios.transcript import says

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])


@pytest.fixture
def start() -> datetime:
    """An hour before the meeting: what comes earlier is none of this."""
    return moment("24/11 18:30")


async def held(village: Village, *people: str, line: str = "vắng 3 6kp") -> None:
    """The list of the 24th is closed at ten past nine, with the official noted as a guest if they are linked."""
    await village.join("secretary", *people)
    await village.clock("24/11 21:10")
    await village.say("secretary", line)
    said = await village.choose("secretary", "Xác nhận")
    if "executive" in people:
        assert "Phạm Văn Hành" in said.choices
        await village.choose("secretary", "Phạm Văn Hành")
    elif "Không có đại biểu" in said.choices:
        await village.choose("secretary", "Không có đại biểu")
    await close(village)


async def offering(village: Village, label: str, *, by: str = "secretary") -> Message:
    """The newest message with this choice; after it came the thanks to paste into the group."""
    return next(one for one in reversed(await village.messages(by)) if one.choice(label))


@BOTH
async def test_three_taps_after_the_closed_list_say_all_there_is_to_say(village: Village) -> None:
    await held(village)
    shown = await offering(village, "Kết thúc 21 giờ")
    assert list(shown.choices)[:3] == ["Kết thúc 21 giờ", "Kết thúc 21 giờ 10", "Kết thúc giờ khác"]
    asked = await village.choose("secretary", "Kết thúc 21 giờ 10")
    assert says(asked.text, "Bắt đầu 19 giờ 30, kết thúc 21 giờ 10 (100 phút).")
    asked = await village.choose("secretary", "Đã thông qua")
    assert asked.choices == ["Tốt", "Khá", "Trung bình", "Kém", "Chấm theo phiếu"]
    told = await village.choose("secretary", "Tốt")
    assert told[-1].first.startswith("KẾT QUẢ buổi sinh hoạt ngày 24/11/2026, Chi bộ bản Noong")
    assert says(told.text, "Biên bản: đã thông qua.\nXếp loại: Tốt.")
    assert "Cả năm Tốt" not in told.text, "the year is told where the result is asked for"
    assert [name for name, _ in await village.files("secretary")][-1] == "Biên bản 24-11-2026.docx"
    assert "đại biểu" not in told.text.lower(), "nobody came from above, nobody is to confirm"
    await village.clock("25/11 08:00")
    assert not says((await village.heard("secretary")).text, "Đề nghị đồng chí cập nhật"), "nothing is open"


@BOTH
async def test_the_points_of_the_sheet_are_read_back_before_they_count(village: Village) -> None:
    await held(village)
    await village.choose("secretary", "Kết thúc 21 giờ 10")
    await village.choose("secretary", "Đã thông qua")
    asked = await village.choose("secretary", "Chấm theo phiếu")
    assert says(asked.text, "2. Tham dự sinh hoạt: tối đa 20 (gợi ý 16)")  # 10 of 12, not above the target
    for typed, answer in (
        ("15 16 42", "Phiếu có 4 mục."),
        ("15 16 42 x", "Trợ lý chưa rõ x."),
        ("15 21 42 18", "Tham dự sinh hoạt: tối đa 20 điểm."),
        ("15,16,42,18", "Trợ lý chưa rõ 15,16,42,18."),
        ("-1 16 42 18", "Trợ lý chưa rõ -1."),
    ):
        assert says((await village.say("secretary", typed)).text, answer)
    read = await village.say("secretary", "15 16 42 16,5")
    assert says(read.text, "Tổng 89,5 điểm, xếp loại Khá.")  # nothing is rounded
    await village.choose("secretary", "Chấm lại")
    read = await village.say("secretary", "15 16 42 18")
    assert says(read.text, "Tổng 91 điểm, xếp loại Tốt.")
    told = await village.choose("secretary", "Xác nhận")
    assert says(told.text, "Xếp loại: Tốt (91 điểm).")


GATED = """
[[holiday]]
date = 2026-11-24
off = true
[[score.regular]]
id = "preparation"
label = "Chuẩn bị"
max = 15
[[score.regular]]
id = "attendance"
label = "Tham dự"
max = 20
hint = "attendance"
gate = true
[[score.regular]]
id = "conduct"
label = "Tiến hành"
max = 45
hint = "duration"
[[score.regular]]
id = "closing"
label = "Kết thúc"
max = 20
"""


@pytest.mark.parametrize("policy", [GATED])
async def test_a_gate_of_the_province_keeps_91_points_at_fair(village: Village) -> None:
    await held(village)
    await village.choose("secretary", "Kết thúc 21 giờ")
    await village.choose("secretary", "Đã thông qua")
    asked = await village.choose("secretary", "Chấm theo phiếu")
    assert says(asked.text, "3. Tiến hành: tối đa 45 (gợi ý 45)")
    read = await village.say("secretary", "15 16 42 18")
    assert says(read.text, "Tổng 91 điểm, xếp loại Khá.")
    assert says(read.text, "Chưa xếp loại Tốt vì chưa đủ điểm tối đa: Tham dự.")


@BOTH
async def test_the_hours_may_be_typed(village: Village) -> None:
    await held(village)
    asked = await village.choose("secretary", "Kết thúc giờ khác")
    assert says(asked.text, "ví dụ: 21h15")
    for typed, answer in (
        ("chín giờ", "Trợ lý chưa rõ giờ."),
        ("25h", "Trợ lý chưa rõ giờ."),
        ("19h", "Giờ kết thúc phải sau giờ bắt đầu (19 giờ 30)."),
        ("21h30", "Giờ này chưa đến."),
        ("20h30 20h", "Giờ kết thúc phải sau giờ bắt đầu (20 giờ 30)."),
    ):
        assert says((await village.say("secretary", typed)).text, answer), typed
    said = await village.say("secretary", "19h45 đến 21 giờ 05")
    assert says(said.text, "Bắt đầu 19 giờ 45, kết thúc 21 giờ 05 (80 phút).")
    assert says(said.text, "Ngắn hơn thời lượng quy định (90 phút).")


@BOTH
async def test_the_hours_may_be_joined_by_a_dash(village: Village) -> None:
    await held(village)
    await village.choose("secretary", "Kết thúc giờ khác")
    said = await village.say("secretary", "19h45-21h05")
    assert says(said.text, "Bắt đầu 19 giờ 45, kết thúc 21 giờ 05 (80 phút).")


@BOTH
async def test_a_meeting_that_was_short_can_be_recorded_on_the_morning_after_too(village: Village) -> None:
    """Every end that is offered is late enough: the true one may be none of them."""
    await held(village)
    await village.clock("25/11 08:00")
    assert "Kết thúc giờ khác" in (await village.heard("secretary")).choices
    asked = await village.choose("secretary", "Kết thúc giờ khác")
    assert "Kết thúc giờ khác" not in asked.choices, "now it may be typed"
    said = await village.say("secretary", "20h40")
    assert says(said.text, "Ngắn hơn thời lượng quy định (90 phút).")


@BOTH
async def test_a_sheet_typed_while_somebody_else_names_the_band_is_not_recorded_over_it(
    village: Village,
) -> None:
    await held(village, "clerk")
    await village.choose("secretary", "Kết thúc 21 giờ")
    await village.choose("secretary", "Đã thông qua")
    await village.choose("secretary", "Chấm theo phiếu")
    await village.say("clerk", "diemdanh")
    await village.choose("clerk", "Kết quả buổi sinh hoạt")
    await village.choose("clerk", "Khá")
    said = await village.say("secretary", "15 20 42 18")
    assert says(said.text, "Kết quả đã được cập nhật từ trước; hiện nay như sau.")
    assert says(said.text, "Xếp loại: Khá.")
    await village.choose("secretary", "Sửa xếp loại")
    await village.choose("secretary", "Chấm theo phiếu")
    await village.say("secretary", "15 20 42 18")
    told = await village.choose("secretary", "Xác nhận")
    assert says(told.text, "Xếp loại: Tốt (95 điểm).")


async def test_whoever_is_second_sees_how_it_stands(village: Village) -> None:
    """Two people answer at the same time: the button of the slower one changes nothing."""
    await held(village, "clerk")
    shown = await offering(village, "Kết thúc 21 giờ")
    await village.say("clerk", "bienban")
    opened = await village.say("clerk", "diemdanh")
    await village.choose("clerk", "Kết thúc 21 giờ")
    assert "Kết thúc 21 giờ" in opened.choices
    said = await village.press("secretary", "Kết thúc 21 giờ 10", of=shown)
    assert says(said.text, "Kết quả đã được cập nhật từ trước; hiện nay như sau.")
    assert says(said.text, "kết thúc 21 giờ (90 phút)")
    await village.choose("secretary", "Chưa thông qua")
    told = await village.choose("secretary", "Khá")
    changed = await village.choose("secretary", "Sửa biên bản")
    assert changed.choices == ["Đã thông qua", "Chưa thông qua"]
    told = await village.choose("secretary", "Đã thông qua")
    assert says(told.text, "Biên bản: đã thông qua.\nXếp loại: Khá.")


async def test_a_role_that_keeps_no_minutes_records_nothing(village: Village) -> None:
    await held(village, "worker", "committee")
    shown = await offering(village, "Kết thúc 21 giờ")
    token = shown.choices["Kết thúc 21 giờ"]
    said = await village.press_token("worker", token)
    assert not says(said.text, "Bắt đầu")
    for person in ("worker", "committee"):
        assert says((await village.say(person, "bienban"))[-1].text, "Đồng chí không có quyền dùng mục này")
    assert (await offering(village, "Kết thúc 21 giờ")).id == shown.id


@pytest.mark.every_way
@BOTH
async def test_the_official_who_came_confirms_by_one_tap(village: Village) -> None:
    await held(village, "executive")
    for label in ("Kết thúc 21 giờ", "Đã thông qua", "Tốt"):
        told = await village.choose("secretary", label)
    assert says(told.text, "Đại biểu cấp trên chưa xác nhận.")
    asked = await village.heard("executive")
    assert says(asked.text, "Kính đề nghị đồng chí xác nhận kết quả buổi sinh hoạt ngày 24/11/2026")
    assert says(asked.text, "Xếp loại: Tốt.")
    old = asked[-1]
    # The cell changes its mind: the old question confirms nothing any more, a new one comes.
    await village.choose("secretary", "Sửa xếp loại")
    await village.choose("secretary", "Khá")
    if village.bot == "buttons":
        said = await village.press("executive", "Xác nhận", of=old)
        assert not says(said.text, "Đã ghi nhận xác nhận")
    await village.heard("executive")
    said = await village.choose("executive", "Xác nhận")
    assert says(said.text, "Đã ghi nhận xác nhận của đồng chí về buổi sinh hoạt ngày 24/11/2026")
    await village.say("secretary", "diemdanh")
    told = await village.choose("secretary", "Kết quả buổi sinh hoạt")
    assert says(told.text, "Đại biểu cấp trên đã xác nhận: 21 giờ 10, 24/11.")
    assert says(told.text, "Xếp loại: Khá.")


@pytest.mark.parametrize(
    "rows",
    [replace(commune(), assignments=(AssignmentRow("executive", CELL, 2, SINCE, date(2026, 11, 24)),))],
)
async def test_an_official_whose_charge_has_ended_since_still_confirms_what_they_attended(
    village: Village,
) -> None:
    """Assignments end with the year, meetings are held on its last days."""
    await held(village, "executive")
    for label in ("Kết thúc 21 giờ", "Đã thông qua", "Tốt"):
        await village.choose("secretary", label)
    await village.clock("25/11 09:00")
    await village.heard("executive")
    said = await village.choose("executive", "Xác nhận")
    assert says(said.text, "Đã ghi nhận xác nhận của đồng chí")


async def test_an_official_noted_only_after_a_reopening_is_asked_to_confirm_too(village: Village) -> None:
    await village.join("executive")
    await village.join("secretary")
    await village.clock("24/11 21:10")
    await call(village, "đủ")
    for label in ("Kết thúc 21 giờ", "Đã thông qua", "Tốt"):
        await village.choose("secretary", label)
    assert not await village.heard("executive")
    await village.say("secretary", "diemdanh")
    await village.choose("secretary", "Mở lại danh sách")
    await village.choose("secretary", "Chốt danh sách")
    await village.choose("secretary", "Phạm Văn Hành")
    await village.choose("secretary", "Chốt danh sách")
    await village.choose("secretary", "Xác nhận")
    asked = await village.heard("executive")
    assert says(asked.text, "Kính đề nghị đồng chí xác nhận kết quả buổi sinh hoạt ngày 24/11/2026")
    said = await village.choose("executive", "Xác nhận")
    assert says(said.text, "Đã ghi nhận xác nhận")


async def test_nobody_confirms_a_meeting_they_did_not_come_to(village: Village) -> None:
    await held(village, "executive", "worker")
    for label in ("Kết thúc 21 giờ", "Đã thông qua", "Tốt"):
        await village.choose("secretary", label)
    [asked] = [one for one in await village.heard("executive") if one.choice("Xác nhận")]
    said = await village.press_token("worker", asked.choices["Xác nhận"])
    assert not says(said.text, "Đã ghi nhận xác nhận")
    await village.say("secretary", "diemdanh")
    told = await village.choose("secretary", "Kết quả buổi sinh hoạt")
    assert says(told.text, "Đại biểu cấp trên chưa xác nhận.")


async def _looks(village: Village) -> int:
    """How often the database is asked to find out whom to remind."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    async with village.parts.database.read() as uow:
        work = village.work(uow)
        for engine in village.parts.database.engines:
            event.listen(engine, "before_cursor_execute", note)
        await afterwards.waiting(work)
        for engine in village.parts.database.engines:
            event.remove(engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("rows", [commune(other="24")])
async def test_a_tick_asks_no_more_for_two_closed_lists_than_for_one(village: Village) -> None:
    await held(village)
    one = await _looks(village)
    await village.join("other-secretary")
    await call(village, "đủ", by="other-secretary")
    assert await _looks(village) == one


@BOTH
async def test_what_is_open_is_asked_once_on_the_morning_after(village: Village) -> None:
    await held(village, "deputy")
    await village.choose("secretary", "Kết thúc 21 giờ")
    await village.heard("secretary")
    await village.clock("25/11 07:59")
    assert not says((await village.heard("secretary")).text, "đã được thông qua trước chi bộ chưa?")
    await village.clock("25/11 08:00")
    asked = await village.heard("secretary")
    assert says(asked.text, "Biên bản buổi sinh hoạt ngày 24/11/2026 đã được thông qua trước chi bộ chưa?")
    assert not says((await village.heard("deputy")).text, "thông qua trước chi bộ"), "one of them is enough"
    await village.clock("28/11 08:00")
    assert not says((await village.heard("secretary")).text, "thông qua trước chi bộ")
    await village.choose("secretary", "Đã thông qua")
    told = await village.choose("secretary", "Tốt")
    assert says(told.text, "Xếp loại: Tốt.")


async def test_after_the_lock_there_are_amendments_only(village: Village) -> None:
    await held(village, "clerk")
    for label in ("Kết thúc 21 giờ", "Đã thông qua", "Tốt"):
        await village.choose("secretary", label)
    await village.say("clerk", "diemdanh")
    late = await offering(village, "Kết quả buổi sinh hoạt", by="clerk")
    await village.clock("06/12 00:00")
    assert says(
        (await village.press("clerk", "Kết quả buổi sinh hoạt", of=late)).text, "Số liệu tháng này đã khoá"
    )
    await village.say("secretary", "diemdanh")
    await village.choose("secretary", "Kết quả buổi sinh hoạt")
    await village.choose("secretary", "Sửa xếp loại")
    told = await village.choose("secretary", "Khá")
    assert says(told.text, "Xếp loại: Khá.")
    assert says(told.text, "Lò Thị Bình")
    assert "số 1" in told.text or "01" in told.text


async def test_the_digest_counts_bands_and_adopted_minutes_and_keeps_its_keys(village: Village) -> None:
    await village.join("secretary", "chair", "executive")
    await village.clock("24/11 21:10")
    await call(village, "đủ")
    await village.heard("executive")
    for label in ("Kết thúc 21 giờ", "Đã thông qua", "Khá"):
        await village.choose("secretary", label)
    assert not await village.heard("executive"), "invited, but did not come: nothing to confirm"
    said = await village.say("chair", "baocao 11/2026")
    assert says(said.text, "Tốt 00, Khá 01, Trung bình 00, Kém 00. Biên bản đã thông qua: 1/1.")
    assert set((await village.digest(CELL))["cells"][0]) == {
        *("code", "state", "roll", "expected", "present", "excused", "unexcused", "awaiting", "extra"),
        *("guests", "rate", "held_late", "amendment", "others"),
    }
