"""The rows of domain.md 5 that need the whole house: what is counted, frozen, amended and forgotten."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from meetings.period import Period
from meetings.records import Meeting
from meetings.terms import Kind, Mark, State
from reports.roster.rows import PersonRow, Roster, RosterStatus
from storage.closings import SnapshotRow
from tests.scenarios.commune import CELL, COMMUNE, MEMBERS, NAMES, OTHER, commune, member
from tests.scenarios.page import Village, moment
from tests.scenarios.rollcall import call, close
from tests.scenarios.transcript import kinds, says, table

DAY = date(2026, 11, 24)


async def november(village: Village) -> Meeting:
    [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
    return meeting


async def snapshot(village: Village) -> tuple[int, list[SnapshotRow]]:
    """The newest closing of November: its serial number and its rows."""
    async with village.parts.database.read() as uow:
        closing = await uow.closings.of_meeting((await november(village)).id)
        assert closing is not None
        return closing.serial, await uow.closings.snapshot(closing.id)


def people(count: int, cell: str = CELL, secretary: str = "secretary", *, first: int = 1) -> list[PersonRow]:
    """A secretary and ordinary members."""
    plain = member(secretary, cell, first)
    return [
        plain,
        *(
            replace(plain, code=f"{cell}-{number}", name=f"Đảng viên thứ {number}", number=number, role=None)
            for number in range(first + 1, first + count)
        ),
    ]


def with_status(row: PersonRow, status: RosterStatus, since: date, until: date | None = None) -> PersonRow:
    return replace(row, status=status, since=since, until=until)


@pytest.mark.parametrize(
    "rows",
    [commune("24", *people(31), *people(4, OTHER, "other-secretary"), other="24")],
    ids=["31 and 4 people"],
)
async def test_a_parents_rate_is_a_rate_of_sums(village: Village) -> None:
    """28/31 and 3/4 are 31/35, not the mean; an open list is named and not counted as zero."""
    await village.join("secretary", "other-secretary", "chair")
    await village.clock("25/11 08:00")
    await call(village, "vắng 3ốm 7kp 12ct")
    both = await village.digest(COMMUNE)
    assert (both["total"]["closed"], both["total"]["rate"]) == (1, "90.3")
    [_, open_line] = both["cells"]
    assert (open_line["state"], open_line["expected"], open_line["present"]) == ("announced", None, None)
    text = (await village.say("chair", "baocao 11")).text
    assert says(text, "1/2 chi bộ đã chốt danh sách; có mặt 28/31", "Chưa cập nhật: Chi bộ bản Ten")

    await call(village, "vắng 2gđ", by="other-secretary")
    assert (await village.line(OTHER))["rate"] == "75.0"
    total = (await village.digest(COMMUNE))["total"]
    assert (total["present"], total["expected"], total["rate"]) == (31, 35, "88.6")
    assert says((await village.say("chair", "baocao 11")).text, "có mặt 31/35 đồng chí (88,6%)")


async def add_thematic(village: Village, at: str) -> None:
    async with village.parts.database.write() as uow:
        regular = await november(village)
        values = {
            "cell": regular.cell,
            "kind": Kind.THEMATIC,
            "period": "2026-11",
            "starts_at": moment(at),
            "place": regular.place,
            "state": State.ANNOUNCED,
            "revision": 1,
            "created_at": village.time.now(),
            "announced_at": village.time.now(),
            "on_hold": False,
        }
        assert await uow.meetings.add_once(values) is not None
        await uow.commit()


async def test_regular_and_thematic_in_one_month_are_two_meetings_of_one_period(village: Village) -> None:
    await village.join("secretary")
    async with village.parts.database.read() as uow:
        before = await uow.meetings.regular((await november(village)).cell, Period(2026, 11))
    await add_thematic(village, "12/11 14:00")
    await village.clock("12/11 16:00")
    await call(village, "vắng 2 3 4 5 6 7")
    await village.clock("24/11 21:00")
    await call(village, "vắng 2ốm")
    line = await village.line(CELL)
    [thematic] = line["others"]
    assert before is not None
    assert (line["present"], thematic["kind"], thematic["present"]) == (11, "thematic", 6)
    assert (await village.digest(COMMUNE))["total"]["present"] == 11


async def test_with_two_open_lists_the_line_is_for_the_meeting_that_was_chosen(village: Village) -> None:
    await village.join("secretary")
    await add_thematic(village, "12/11 14:00")
    await village.clock("24/11 21:00")
    await village.heard("secretary")
    asked = await village.say("secretary", "vắng 2ốm")
    assert len(asked.choices) == 2
    read = await village.choose("secretary", asked.choices[0])  # the newest
    assert says(read.text, "ngày 24/11/2026", "có mặt 11")
    await village.choose("secretary", "Xác nhận")
    await close(village)
    assert (await village.line(CELL))["present"] == 11


async def test_closed_after_the_lock_it_is_amendment_one_and_the_report_stands_as_sent(
    village: Village,
) -> None:
    await village.join("secretary", "chair")
    await village.clock("02/12 07:30")
    async with village.parts.database.read() as uow:
        unit = await uow.units.by_code(COMMUNE)
        assert unit is not None
        sent = await uow.closings.report(unit.id, Period(2026, 11))
    await village.clock("06/12 00:00")
    await village.heard("chair")
    closed = await call(village, "vắng 2kp")
    assert kinds(closed) == ["amended"]
    async with village.parts.database.read() as uow:
        assert len(await uow.marks.of_meeting((await november(village)).id)) == 1  # the secretary's
    assert says(closed.text, "điều chỉnh số 1")
    line = await village.line(CELL)
    assert (line["state"], line["amendment"], line["present"]) == ("closed", 1, 11)
    await village.clock("08/12 12:00")
    async with village.parts.database.read() as uow:
        assert await uow.closings.report(unit.id, Period(2026, 11)) == sent
    assert json.loads(sent or "")["cells"][0]["present"] is None
    noted = await village.heard("chair")
    assert table(noted) == ["06/12 05:30 figures amended"]
    assert says(noted.text, "điều chỉnh số 1 (bí thư, 0 giờ, ngày 06/12/2026): cập nhật lần đầu, đảng số 14")
    assert not [name for name in NAMES.values() if name in noted.text]
    await village.press("secretary", "Mở lại danh sách")
    line = await village.line(CELL)
    assert (line["state"], line["amendment"], line["present"]) == ("closed", 1, 11), "until it is amended"
    assert "Chưa điểm danh: 00" in (await village.messages("secretary"))[-1].text
    await village.say("secretary", "vắng 2ốm 3ốm")
    await village.press("secretary", "Xác nhận")
    assert says((await close(village)).text, "điều chỉnh số 2")
    line = await village.line(CELL)
    assert (line["state"], line["amendment"], line["present"]) == ("closed", 2, 10)


async def test_whoever_did_not_agree_counts_like_everybody_and_is_left_as_a_number(village: Village) -> None:
    """Marked from paper; after the lock only the snapshot row stays, without a link to the person."""
    await village.join("secretary", "clerk")
    await village.link("hesitant")
    await village.clock("24/11 21:00")
    await call(village, "vắng 14ốm 6kp")
    meeting = await november(village)
    figures = await village.figures(CELL)
    assert (figures["expected"], figures["present"], figures["excused"]) == (12, 10, 1)
    await village.clock("05/12 23:00")
    async with village.parts.database.read() as uow:
        assert len(await uow.marks.of_meeting(meeting.id)) == 12
    await village.clock("06/12 00:00")
    async with village.parts.database.read() as uow:
        agreed = {(await uow.people.by_code(one)).id for one in ("secretary", "clerk")}  # type: ignore[union-attr]
        assert set(await uow.marks.of_meeting(meeting.id)) == agreed
    _, rows = await snapshot(village)
    assert {one.person for one in rows} == {*agreed, None}
    assert [(one.number, one.mark) for one in rows if one.mark is Mark.ABSENT] == [
        (6, Mark.ABSENT),
        (14, Mark.ABSENT),
    ]
    assert len(rows) == len(MEMBERS)
    assert await village.figures(CELL) == figures


@pytest.mark.parametrize(
    "rows",
    [
        commune(
            "24",
            *people(3),
            with_status(member("exempt", CELL, 4), RosterStatus.EXEMPT, DAY),
            with_status(
                member("worker", CELL, 5), RosterStatus.AWAY, date(2026, 1, 1), DAY - timedelta(days=1)
            ),
            with_status(member("visitor", CELL, 6), RosterStatus.AWAY, date(2026, 1, 1), DAY),
        )
    ],
    ids=["on the day"],
)
async def test_the_status_of_the_day_itself_decides(village: Village) -> None:
    """Exempt from the very day: out of the base. Away until the day before: in it again."""
    await village.join("secretary")
    await village.clock("24/11 21:00")
    refused = await village.say("secretary", "vắng 4")
    assert "không thuộc diện phải dự" in refused.text
    await call(village, "vắng 5ct")
    assert await village.figures(CELL) == {"roll": 6, "expected": 4, "present": 3, "excused": 1}


@pytest.mark.parametrize(
    "rows",
    [commune("24", *(with_status(one, RosterStatus.EXEMPT, date(2026, 1, 1)) for one in people(3)))],
    ids=["all exempt"],
)
async def test_where_everybody_is_exempt_there_is_no_rate(village: Village) -> None:
    await village.join("secretary", "chair")
    await village.clock("24/11 21:00")
    await call(village, "đủ +2")
    line = await village.line(CELL)
    assert (line["expected"], line["present"], line["extra"], line["rate"]) == (0, 0, 1, None)
    assert (await village.digest(COMMUNE))["total"]["rate"] is None
    text = (await village.say("chair", "baocao 11")).text
    assert says(text, "có mặt 0/0 đồng chí (–)", "tỷ lệ dự chưa vượt 85%: 00 chi bộ")


async def test_reopened_and_closed_again_it_is_frozen_anew(village: Village) -> None:
    await village.join("secretary")
    await village.clock("24/11 21:00")
    await call(village, "vắng 2kp")
    assert (await snapshot(village))[0] == 1
    await village.choose("secretary", "Mở lại danh sách")
    assert (await november(village)).state is State.HELD
    assert (await village.line(CELL))["present"] is None
    await call(village, "đủ")
    serial, rows = await snapshot(village)
    assert serial == 2
    assert [one for one in rows if one.mark is Mark.ABSENT] == []
    line = await village.line(CELL)
    assert (line["present"], line["amendment"]) == (12, 0)


async def test_what_becomes_of_people_later_does_not_rewrite_the_figures(
    village: Village, rows: Roster
) -> None:
    await village.join("secretary")
    await village.clock("24/11 21:00")
    await call(village, "vắng 2kp")
    before, frozen = await village.line(CELL), await snapshot(village)
    await village.clock("25/11 08:00")
    exempt = [
        with_status(one, RosterStatus.EXEMPT, date(2026, 11, 1))
        if one.cell == CELL and one.number < 6
        else one
        for one in rows.people
    ]
    await village.roster(commune("24", *exempt))
    assert await village.line(CELL) == before
    assert await snapshot(village) == frozen
    assert says((await village.say("secretary", "diemdanh")).text, "phải dự 12; có mặt 11")


async def test_a_ruling_after_the_lock_amends_one_row_and_shrinks_nothing(village: Village) -> None:
    """Most members have no consent and stand in the frozen list by number only."""
    await village.join("secretary", "deputy")
    await village.clock("24/11 21:00")
    await call(village, "vắng 2")
    await village.clock("08/12 12:00")
    before = await village.line(CELL)
    assert (before["present"], before["awaiting"], before["amendment"]) == (11, 1, 0)
    await village.press("secretary", "Xem xét lý do vắng")
    await village.press("secretary", "Không lý do")
    after = await village.line(CELL)
    assert (after["present"], after["awaiting"], after["unexcused"]) == (11, 0, 1)
    assert (after["expected"], after["amendment"]) == (before["expected"], 1)
