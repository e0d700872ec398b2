"""Being away until a day, ruling again, and the two counters on request: on the page, by buttons and by numbers."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from chat.events import Address
from chat.replies import action
from meetings.terms import Reason, Status
from reports.roster.rows import Roster, RosterStatus
from storage.members import DatedStatus
from tests.scenarios.commune import CELL, NAMES, commune
from tests.scenarios.messages import Heard
from tests.scenarios.page import Village
from tests.scenarios.rollcall import call
from tests.scenarios.test_bad_input import NOT_ALLOWED
from tests.scenarios.test_counting_rows import with_status
from tests.scenarios.transcript import says

both = pytest.mark.parametrize("mode", ["buttons", "numbers"])
APPROVED, NOT_APPROVED = "Chi bộ đã nhất trí", "Chi bộ chưa nhất trí"
YEAR_END = date(2026, 12, 31)


async def enter(
    village: Village, name: str, day: str, word: str, *, reason: str = "Đi công tác", by: str = "secretary"
) -> Heard:
    """`danhsach`, the person, why, until when, and the cell's word."""
    await village.say(by, "danhsach")
    await village.choose(by, "Đảng viên đi xa")
    await village.leaf(by, name)
    await village.choose(by, reason)
    await village.say(by, day)
    return await village.choose(by, word)


async def aways(village: Village, code: str) -> list[DatedStatus]:
    """Every absence of a person, oldest first."""
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code(code)
        assert person is not None
        [membership] = await uow.members.of_person(person.id, date(2026, 11, 24))
        found = await uow.members.of_membership(membership.membership)
    return [one for one in found if one.status is Status.AWAY]


async def noted(village: Village, what: str) -> int:
    """How often the audit log has something."""
    async with village.parts.database.read() as uow:
        query = text("SELECT count(*) FROM audit WHERE what = :what")
        return int((await uow.audit._connection.execute(query, {"what": what})).scalar_one())


# --- standing absences --------------------------------------------------------------------------


@both
async def test_an_absence_the_cell_approved_takes_the_member_out_of_the_base(village: Village) -> None:
    await village.join("secretary", "worker")
    done = await enter(village, NAMES["worker"], "31/12/2026", APPROVED)
    assert says(done.text, NAMES["worker"], "31/12/2026", "không thuộc diện phải dự", "01/01/2027")
    assert says((await village.heard("worker")).text, "đi xa đến hết ngày 31/12/2026", "không thuộc diện")
    [away] = await aways(village, "worker")
    assert (away.since, away.until, away.approved, away.reason) == (
        date(2026, 11, 10),
        YEAR_END,
        True,
        Reason.WORK,
    )
    await village.clock("24/11 21:00")
    await call(village, "đủ")
    assert await village.figures(CELL) == {"roll": 14, "expected": 11, "present": 11}
    assert await noted(village, "away") == 1


@both
async def test_an_absence_the_cell_has_not_approved_leaves_the_member_in_the_base(village: Village) -> None:
    await village.join("secretary", "worker")
    done = await enter(village, NAMES["worker"], "31/12", NOT_APPROVED)
    assert says(done.text, "vẫn thuộc diện phải dự")
    await village.clock("24/11 21:00")
    await call(village, "vắng 13ct")
    assert await village.figures(CELL) == {"roll": 14, "expected": 12, "present": 11, "excused": 1}


async def test_the_end_is_offered_as_ends_of_months_too(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "danhsach")
    await village.choose("secretary", "Đảng viên đi xa")
    await village.leaf("secretary", NAMES["worker"])
    asked = await village.choose("secretary", "Việc gia đình")
    assert asked.choices == ["31/12/2026", "28/02/2027", "31/05/2027"]
    await village.choose("secretary", "28/02/2027")
    await village.choose("secretary", APPROVED)
    assert [one.until for one in await aways(village, "worker")] == [date(2027, 2, 28)]


@both
async def test_what_is_no_day_to_come_is_asked_for_again_and_nothing_is_written(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "danhsach")
    await village.choose("secretary", "Đảng viên đi xa")
    await village.leaf("secretary", NAMES["worker"])
    await village.choose("secretary", "Sức khoẻ")
    for words in ("khi nào về thì về", "31/02/2027"):
        assert "chưa rõ ngày" in (await village.say("secretary", words)).text
    assert "không còn ở phía trước" in (await village.say("secretary", "09/11/2026")).text
    assert await aways(village, "worker") == []


async def test_the_cells_word_is_written_down_once(village: Village) -> None:
    await village.join("secretary")
    await enter(village, NAMES["worker"], "31/12/2026", APPROVED)
    asked = next(one for one in reversed(await village.messages("secretary")) if one.choice(APPROVED))
    again = await village.press("secretary", NOT_APPROVED, of=asked)
    assert "không thuộc diện" not in again.text
    [away] = await aways(village, "worker")
    assert away.approved


async def test_of_whoever_did_not_agree_the_reason_is_not_kept(village: Village) -> None:
    await village.join("secretary")
    await enter(village, NAMES["hesitant"], "31/12/2026", APPROVED, reason="Sức khoẻ")
    [away] = await aways(village, "hesitant")
    assert (away.until, away.reason) == (YEAR_END, None)


@both
async def test_member_and_leaders_are_reminded_30_and_7_days_before_the_end(village: Village) -> None:
    await village.join("secretary", "deputy", "worker", "clerk")
    await enter(village, NAMES["worker"], "31/12/2026", APPROVED)
    await village.heard("worker")
    await village.clock("2027-01-02T08:00")
    ends = "còn đến ngày 31/12/2026"
    for person in ("worker", "secretary", "deputy"):
        said = [one.at for one in await village.messages(person) if ends in one.text]
        assert said == ["01/12 19:00", "24/12 19:00"], person
    assert not [one for one in await village.messages("clerk") if ends in one.text]


async def test_on_the_day_after_the_end_the_member_is_back_by_themselves(village: Village) -> None:
    await village.join("secretary", "worker")
    await enter(village, NAMES["worker"], "23/12/2026", APPROVED)
    await village.clock("24/11 21:00")
    await call(village, "đủ")
    await village.clock("24/12 21:00")
    await call(village, "đủ")
    assert (await village.line(CELL, "2026-11"))["expected"] == 11
    assert (await village.line(CELL, "2026-12"))["expected"] == 12


async def test_for_longer_the_beginning_stays_and_the_old_end_is_not_spoken_of_again(
    village: Village,
) -> None:
    await village.join("secretary", "worker")
    await enter(village, NAMES["worker"], "31/12/2026", APPROVED)
    await village.clock("02/12 08:00")
    longer = next(one for one in await village.messages("secretary") if "còn đến ngày" in one.text)
    await village.press("secretary", "Gia hạn", of=longer)
    await village.choose("secretary", "Đi công tác")
    await village.say("secretary", "31/01/2027")
    await village.choose("secretary", APPROVED)
    [away] = await aways(village, "worker")
    assert (away.since, away.until) == (date(2026, 11, 10), date(2027, 1, 31))
    await village.clock("2027-02-01T08:00")
    said = [one.at for one in await village.messages("worker") if "còn đến ngày" in one.text]
    assert said == ["01/12 19:00", "01/01 19:00", "24/01 19:00"]


async def test_the_cells_word_later_does_not_change_the_meetings_before_it(village: Village) -> None:
    await village.join("secretary")
    await enter(village, NAMES["worker"], "31/01/2027", NOT_APPROVED)
    await village.clock("24/11 21:00")
    await village.say("secretary", "vắng 13ct")
    await village.choose("secretary", "Xác nhận")
    await village.clock("25/11 08:00")
    await enter(village, NAMES["worker"], "31/01/2027", APPROVED)
    before, after = await aways(village, "worker")
    assert (before.until, before.approved) == (date(2026, 11, 24), False)
    assert (after.since, after.approved) == (date(2026, 11, 25), True)
    await call(village, "vắng 13ct")
    assert (await village.line(CELL))["expected"] == 12


@both
async def test_who_comes_back_early_is_expected_from_that_day_on(village: Village) -> None:
    await village.join("secretary", "worker")
    await enter(village, NAMES["worker"], "31/12/2026", APPROVED)
    await village.clock("20/11 08:00")
    await village.say("secretary", "danhsach")
    listed = await village.choose("secretary", "Đảng viên đi xa")
    assert listed.choices[0].startswith(f"{NAMES['worker']} (số 13, đến 31/12/2026")
    stands = await village.leaf("secretary", NAMES["worker"])
    assert says(stands.text, "đi xa đến ngày 31/12/2026", "đã nhất trí")
    await village.choose("secretary", "Đã trở về")
    [away] = await aways(village, "worker")
    assert away.until == date(2026, 11, 19)
    await village.clock("24/11 21:00")
    await call(village, "đủ")
    assert (await village.line(CELL))["expected"] == 12
    await village.clock("2027-01-02T08:00")
    assert not [one for one in await village.messages("worker") if "còn đến ngày" in one.text]


@both
async def test_a_member_asks_and_nothing_changes_before_the_cells_word(village: Village) -> None:
    """ "Đi xa" as a reason is a statement for one evening; for longer it is asked for."""
    await village.join("secretary", "deputy", "worker")
    await village.clock("19/11 20:00")
    await village.choose("worker", "Vắng, có lý do")
    await village.choose("worker", "Đi xa")
    assert await aways(village, "worker") == []
    await village.choose("worker", "Báo cáo đi xa dài ngày")
    await village.choose("worker", "Đi công tác")
    passed_on = await village.say("worker", "31/01/2027")
    assert says(passed_on.text, "Đã báo cáo bí thư chi bộ", "chưa có gì thay đổi")
    assert await aways(village, "worker") == []
    for leader in ("secretary", "deputy"):
        heard = (await village.heard(leader)).text
        assert says(heard, NAMES["worker"], "đi xa đến hết ngày 31/01/2027 (lý do: đi công tác)")
    await village.clock("22/11 08:00")  # the cell takes its time
    await village.choose("secretary", "Xem đề nghị")
    await village.choose("secretary", APPROVED)
    assert [one.until for one in await aways(village, "worker")] == [date(2027, 1, 31)]
    assert "không thuộc diện phải dự" in (await village.heard("worker")).text


async def press_own(village: Village, person: str, name: str, *args: object) -> Heard:
    """A button of ours, signed for this very chat: only the right is wanting."""
    own = Address("web", village.bot, person)
    await village.heard(person)
    return await village.press_token(person, village.parts.house.signer.pack(action(name, *args), own))


async def numbers(village: Village, code: str) -> tuple[str, str]:
    """The main cell and a person, as actions name them."""
    async with village.parts.database.read() as uow:
        cell, person = await uow.units.by_code(CELL), await uow.people.by_code(code)
    assert cell is not None
    assert person is not None
    return str(cell.id), str(person.id)


async def test_only_those_who_lead_the_cell_enter_an_absence(village: Village) -> None:
    """Whatever of it they press, at whatever place, and though the secretary has asked for the same."""
    others = ("clerk", "committee", "worker", "other-secretary", "chair", "executive")
    await village.join("secretary", *others)
    cell, elder = await numbers(village, "elder")
    await enter(village, NAMES["hesitant"], "31/12/2026", APPROVED)
    await village.say("secretary", "danhsach")
    await village.choose("secretary", "Đảng viên đi xa")
    await village.leaf("secretary", NAMES["elder"])
    await village.choose("secretary", "Đi công tác")
    await village.say("secretary", "31/12/2026")  # proposal 2 awaits the cell's word
    for person in others:
        if person != "other-secretary":  # who has a cell of their own
            assert "Đảng viên đi xa" not in (await village.say(person, "danhsach")).choices, person
        for name, *args in (
            ("away", cell, 0),
            ("away_who", cell, elder),
            ("away_why", cell, elder, "work"),
            ("away_till", cell, elder, "work", "20261231"),
            ("away_back", cell, elder),
            ("away_ok", 1, 1),
            ("away_ok", 2, 1),
        ):
            assert (await press_own(village, person, name, *args)).text == NOT_ALLOWED, (person, name)
    assert await aways(village, "elder") == []


async def test_who_is_deputy_no_longer_writes_down_no_word_of_the_cell(
    village: Village, rows: Roster
) -> None:
    """The proposal is their own; the post is gone when they press."""
    await village.join("deputy")
    await village.say("deputy", "danhsach")
    await village.choose("deputy", "Đảng viên đi xa")
    await village.leaf("deputy", NAMES["elder"])
    await village.choose("deputy", "Đi công tác")
    await village.say("deputy", "31/12/2026")
    people = [replace(one, role=None) if one.code == "deputy" else one for one in rows.people]
    await village.roster(commune("24", *people))
    assert (await press_own(village, "deputy", "away_ok", 1, 1)).text == NOT_ALLOWED
    assert await aways(village, "elder") == []


@pytest.mark.parametrize("name", ["away_me", "away_my", "away_mine"])
async def test_only_a_member_of_the_cell_asks_for_an_absence_of_their_own(
    village: Village, name: str
) -> None:
    await village.join("secretary", "other-secretary", "chair", "worker")
    cell, _ = await numbers(village, "elder")
    args = {"away_me": (), "away_my": ("work",), "away_mine": ("work", "20261231")}[name]
    for person in ("other-secretary", "chair"):
        assert (await press_own(village, person, name, cell, *args)).text == NOT_ALLOWED, person
    assert (await press_own(village, "worker", name, cell, *args)).text != NOT_ALLOWED


async def test_a_workbook_that_says_the_same_leaves_the_absence_as_it_was_entered(
    village: Village, rows: Roster
) -> None:
    await village.join("secretary")
    await enter(village, NAMES["worker"], "31/12/2026", APPROVED)
    [entered] = await aways(village, "worker")
    same = [
        with_status(one, RosterStatus.AWAY, date(2026, 11, 10), YEAR_END) if one.code == "worker" else one
        for one in rows.people
    ]
    await village.clock("12/11 08:00")
    await village.roster(commune("24", *same))
    assert await aways(village, "worker") == [entered]


async def test_an_old_workbook_that_says_no_status_leaves_what_the_cell_entered_and_reports_it(
    village: Village, rows: Roster
) -> None:
    """Decision 20. A status in the row, or a date, is an entry and takes its place."""
    await village.join("secretary", "worker")
    await enter(village, NAMES["worker"], "31/12/2026", APPROVED)
    entered = await aways(village, "worker")
    await village.clock("12/11 08:00")
    assert (await village.roster(rows)).away_kept == ["worker"]
    assert await aways(village, "worker") == entered
    back = [replace(one, since=date(2026, 11, 20)) if one.code == "worker" else one for one in rows.people]
    assert (await village.roster(commune("24", *back))).away_kept == []
    assert [one.until for one in await aways(village, "worker")] == [date(2026, 11, 19)]


async def test_what_the_workbook_entered_the_workbook_ends(village: Village, rows: Roster) -> None:
    away = [
        with_status(one, RosterStatus.AWAY, date(2026, 11, 1), YEAR_END) if one.code == "worker" else one
        for one in rows.people
    ]
    await village.roster(commune("24", *away))
    assert (await village.roster(rows)).away_kept == []
    assert [one.until for one in await aways(village, "worker")] == [date(2026, 11, 9)]


async def test_an_entry_corrected_the_same_day_leaves_no_trace_of_the_first(village: Village) -> None:
    await village.join("secretary", "worker")
    await enter(village, NAMES["worker"], "31/12/2026", APPROVED, reason="Sức khoẻ")
    await enter(village, NAMES["worker"], "31/01/2027", APPROVED)
    await village.clock("20/11 08:00")
    await enter(village, NAMES["worker"], "28/02/2027", APPROVED)
    [away] = await aways(village, "worker")
    assert (away.since, away.until, away.reason) == (date(2026, 11, 10), date(2027, 2, 28), Reason.WORK)


@both
async def test_the_end_of_a_temporary_stay_is_near_and_the_leaders_are_told(
    village: Village, rows: Roster
) -> None:
    """Article 003: border guards are temporarily in, and moved on. 30 and 7 days before, once each."""
    stays = [
        with_status(one, RosterStatus.TEMPORARY_IN, date(2026, 1, 1), YEAR_END)
        if one.code == "visitor"
        else one
        for one in rows.people
    ]
    await village.join("secretary", "deputy", "visitor", "clerk")
    await village.roster(commune("24", *stays))
    await village.clock("2027-01-02T08:00")
    for person, told in (("secretary", True), ("deputy", True), ("visitor", False), ("clerk", False)):
        said = [
            one.at for one in await village.messages(person) if "sinh hoạt tạm thời tại chi bộ" in one.text
        ]
        assert said == (["01/12 19:00", "24/12 19:00"] if told else []), person


async def test_an_absence_from_the_workbook_is_approved_and_ends_with_the_same_reminders(
    village: Village, rows: Roster
) -> None:
    """It had less than 30 days to go when it began: then there is one reminder."""
    until = date(2026, 12, 5)
    away = [
        with_status(one, RosterStatus.AWAY, date(2026, 11, 10), until) if one.code == "worker" else one
        for one in rows.people
    ]
    await village.join("worker")
    await village.roster(commune("24", *away))
    await village.clock("06/12 08:00")
    said = [one.at for one in await village.messages("worker") if "còn đến ngày" in one.text]
    assert said == ["28/11 19:00"]


# --- rulings, again -----------------------------------------------------------------------------


@both
async def test_a_ruling_is_changed_while_the_list_stays_closed(village: Village) -> None:
    await village.join("secretary", "deputy")
    await village.clock("24/11 21:00")
    await call(village, "vắng 6kp 13ct")
    await village.choose("secretary", "Xem xét lại")
    await village.leaf("secretary", NAMES["elder"])
    said = await village.choose("secretary", "Có lý do")
    assert says(said.text, "vắng có lý do 02; vắng không lý do 00")
    line = await village.line(CELL)
    assert (line["state"], line["excused"], line["unexcused"], line["amendment"]) == ("closed", 2, 0, 0)


@both
async def test_after_the_lock_it_is_an_amendment_with_its_author_and_time(village: Village) -> None:
    await village.join("secretary", "deputy", "elder", "worker")
    await village.clock("24/11 21:00")
    await call(village, "vắng 6kp 13ct")
    await village.clock("08/12 09:00")
    shown = await village.say("deputy", "diemdanh")
    assert says(shown.text, "đã chốt", "Số liệu tháng này đã khoá")
    await village.choose("deputy", "Xem xét lại")
    await village.leaf("deputy", NAMES["elder"])
    said = await village.choose("deputy", "Có lý do")
    assert says(said.text, f"Điều chỉnh số 1: đồng chí {NAMES['deputy']}, 9 giờ, ngày 08/12/2026.")
    line = await village.line(CELL)
    assert (line["excused"], line["unexcused"], line["amendment"]) == (2, 0, 1)


# --- the counters -------------------------------------------------------------------------------


@both
async def test_the_counters_are_shown_on_request_and_every_look_is_written_down(village: Village) -> None:
    await village.join("secretary", "deputy", "clerk", "elder", "worker")
    await village.clock("24/11 21:00")
    await call(village, "vắng 6kp 13ct")
    await village.clock("24/12 21:00")
    await call(village, "vắng 6kp 13ct")
    said = [one.text for one in await village.messages("secretary") if "02 tháng trong năm 2026" in one.text]
    assert len(said) == 1
    assert says(said[0], NAMES["elder"], "tháng 11, tháng 12", "gặp gỡ, tìm hiểu hoàn cảnh")
    assert not [one for one in await village.messages("clerk") if "trong năm 2026" in one.text]
    assert not [one for one in await village.messages("elder") if "trong năm 2026" in one.text]
    await village.say("deputy", "danhsach")
    shown = await village.choose("deputy", "Theo dõi vắng")
    assert f"Số 6, {NAMES['elder']}: không lý do 02 tháng (tháng 11, tháng 12)" in shown.text
    assert f"Số 13, {NAMES['worker']}: không lý do 00 tháng" in shown.text
    assert "hiện nay 02, nhiều nhất 02 (tháng 11, tháng 12)" in shown.text
    assert NAMES["hesitant"] not in shown.text
    assert await noted(village, "see_counters") == 1
    before = await village.choose("deputy", "Năm trước")
    assert "Không có đồng chí nào" in before.text


async def test_the_counters_are_for_secretary_and_deputy_alone(village: Village) -> None:
    """And so are the rulings: whoever presses such a button of their own is told what anybody is told."""
    leaders = ("secretary", "deputy")
    others = ("clerk", "committee", "elder", "other-secretary", "chair", "executive")
    await village.join(*leaders, *others)
    await village.clock("24/11 21:00")
    await call(village, "vắng 6kp")
    cell, elder = await numbers(village, "elder")
    [meeting, *_] = await village.meetings(CELL)
    buttons = (
        ("absences", cell, 0, 0),
        ("rulings", cell),
        ("absent", meeting.id, 0),
        ("judge", meeting.id, elder),
        ("rule", meeting.id, 0),
        ("ruled", meeting.id, elder, "excused", 0),
        ("judged", meeting.id, elder, "excused"),
    )
    for person in others:
        for name, *args in buttons:
            assert (await press_own(village, person, name, *args)).text == NOT_ALLOWED, (person, name)
        if person != "other-secretary":  # who has a cell of their own
            assert "Theo dõi vắng" not in (await village.say(person, "danhsach")).choices, person
    assert await noted(village, "see_counters") == 0
    assert (await village.line(CELL))["unexcused"] == 1
    for person in leaders:
        for name, *args in buttons:
            assert (await press_own(village, person, name, *args)).text != NOT_ALLOWED, (person, name)


async def test_who_came_is_for_those_who_see_names(village: Village) -> None:
    seeing, others = ("secretary", "deputy", "clerk", "committee"), ("elder", "other-secretary", "chair")
    await village.join(*seeing, *others, "executive")
    await village.clock("24/11 21:00")
    await call(village, "vắng 6kp")
    [meeting, *_] = await village.meetings(CELL)
    for person in (*others, "executive"):
        assert (await press_own(village, person, "came", meeting.id)).text == NOT_ALLOWED, person
    for person in seeing:
        assert NAMES["elder"] in (await press_own(village, person, "came", meeting.id)).text, person


async def test_a_year_of_a_cell_is_ruled_again_from_the_counters(village: Village) -> None:
    """The way to an older meeting: Theo dõi vắng, Xem xét lại, the meeting, the person."""
    await village.join("secretary", "elder")
    await village.clock("24/11 21:00")
    await call(village, "vắng 6kp")
    await village.clock("24/12 21:00")
    await call(village, "đủ")
    await village.say("secretary", "danhsach")
    await village.choose("secretary", "Theo dõi vắng")
    chosen = await village.choose("secretary", "Xem xét lại")
    assert chosen.choices == ["24/11/2026"], "nobody was absent in December"
    await village.choose("secretary", "24/11/2026")
    await village.leaf("secretary", NAMES["elder"])
    await village.choose("secretary", "Có lý do")
    assert (await village.line(CELL))["amendment"] == 1
