"""Officials in charge: put in charge by chat, their visits counted, nudged, and told where to go (domain.md 11)."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from meetings.terms import UpperRole
from reports.roster.rows import AssignmentRow, OfficialRow, Roster
from tests.scenarios.commune import CELL, COMMUNE, NAMES, OTHER, SINCE, commune
from tests.scenarios.house import ORDINARY
from tests.scenarios.messages import Heard
from tests.scenarios.page import ZONE, Village
from tests.scenarios.rollcall import close

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no query of its own
NOONG, TEN = "Chi bộ bản Noong", "Chi bộ bản Ten"
MEMBERS = [name for code, name in NAMES.items() if code not in ("chair", "office", "executive", "province")]
OFFICIALS = [NAMES[one] for one in ("chair", "office", "executive", "province")]
YEAR_END = date(2026, 12, 31)


@pytest.fixture
def rows() -> Roster:
    """Both cells meet on the evening of the 24th; the executive committee's man is in charge of one of them."""
    return commune("24", other="24")


def in_charge_of_both(visits: int | None = 2) -> tuple[AssignmentRow, ...]:
    return tuple(AssignmentRow("executive", one, visits, SINCE, YEAR_END) for one in (CELL, OTHER))


async def came(village: Village, *, by: str = "secretary", official: str = "executive") -> None:
    """The roll is called, the official stands among the guests, the list is closed."""
    await village.say(by, "đủ")
    await village.choose(by, "Xác nhận")
    await village.choose(by, NAMES[official])
    await village.choose(by, "Chốt danh sách")
    await village.choose(by, "Xác nhận")


async def assign(village: Village, by: str, *cells: str) -> Heard:
    """By buttons, to the second tap."""
    await village.say(by, "phancong")
    await village.choose(by, "Phân công")
    await village.choose(by, NAMES["executive"])
    for cell in cells:
        await village.choose(by, cell)
    await village.choose(by, "Xong")
    return await village.choose(by, "Xác nhận")


def names_in(said: Heard, names: list[str]) -> list[str]:
    return [one for one in names if one in said.text]


# --- visits --------------------------------------------------------------------------------------


@BOTH
async def test_a_visit_counts_once_the_closed_list_names_the_guest(village: Village) -> None:
    await village.join("secretary", "executive")
    told = await village.say("executive", "phancong")
    assert told[-1].first == "Năm 2026, đồng chí đã dự sinh hoạt 0/2 lần với chi bộ được phân công."
    assert f"{NOONG}: chưa dự." in told.text
    await village.clock("24/11 20:00")
    await village.say("secretary", "đủ")
    await village.choose("secretary", "Xác nhận")
    await village.choose("secretary", NAMES["executive"])
    assert "0/2" in (await village.say("executive", "phancong")).text  # the list is not closed
    await close(village)
    told = await village.say("executive", "phancong")
    assert "1/2 lần" in told[-1].first
    assert f"{NOONG}: 01 lần, gần nhất ngày 24/11/2026." in told.text


@ONE
async def test_a_list_that_is_opened_again_tells_nothing_until_it_is_closed(village: Village) -> None:
    await village.join("secretary", "executive")
    await village.clock("24/11 20:00")
    await came(village)
    assert "1/2" in (await village.say("executive", "phancong")).text
    await village.choose("secretary", "Mở lại danh sách")
    assert "0/2" in (await village.say("executive", "phancong")).text


@ONE
@pytest.mark.parametrize("start", [datetime(2026, 12, 1, 9, 0, tzinfo=ZONE)])
async def test_the_year_is_that_of_the_period_month(village: Village) -> None:
    """December's meeting, held in January, is a visit of the old year."""
    await village.roster(replace(commune("24"), assignments=(AssignmentRow("executive", CELL, 2, SINCE),)))
    await village.join("secretary", "executive")
    await village.clock("2026-12-20T09:00")
    await village.say("secretary", "hoan 03/01/2027 19:30 mưa lũ")
    await village.choose("secretary", "Xác nhận")
    await village.clock("2027-01-03T20:00")
    await came(village)
    told = await village.say("executive", "phancong")
    assert told[-1].first.startswith("Năm 2027, đồng chí đã dự sinh hoạt 0/2")
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code("executive")
        assert person is not None
        [visit] = await uow.assignments.visits(2026, people=[person.id])
    assert str(visit.period) == "2026-12"


@ONE
async def test_the_quota_of_the_role_holds_where_the_assignment_names_no_number(village: Village) -> None:
    both = tuple(AssignmentRow(who, CELL) for who in ("executive", "chair"))
    await village.roster(replace(commune("24"), assignments=both))
    await village.join("executive", "chair")
    assert "0/3" in (await village.say("executive", "phancong"))[-1].first
    assert "0/2 lần" in (await village.say("chair", "phancong")).text


@ONE
@pytest.mark.parametrize("policy", [f"{ORDINARY}[visits.quota]\nexecutive = 0\ncommune = 6\n"])
async def test_a_number_for_the_level_takes_the_place_of_the_role_s(village: Village) -> None:
    await village.roster(replace(commune("24"), assignments=(AssignmentRow("executive", CELL),)))
    await village.join("executive")
    assert "0/6" in (await village.say("executive", "phancong"))[-1].first


@ONE
async def test_what_a_workbook_no_longer_names_ends_and_its_visits_still_count(village: Village) -> None:
    await village.join("secretary", "executive")
    await village.clock("24/11 20:00")
    await came(village)
    await village.clock("25/11 09:00")
    moved = AssignmentRow("executive", OTHER, 2, SINCE, YEAR_END)
    await village.roster(replace(commune("24", other="24"), assignments=(moved,)))
    told = await village.say("executive", "phancong")
    assert "1/4" in told[-1].first  # two here, two there: both were asked for this year
    assert NOONG not in told[-1].text


@ONE
@pytest.mark.parametrize("mode", ["numbers"])
@pytest.mark.parametrize("policy", [f"{ORDINARY}[visits]\nany_cell = true\n"])
async def test_where_any_cell_counts_the_roll_call_offers_the_officials_of_other_cells(
    village: Village,
) -> None:
    """Nine officials and more have pages; whoever is a member here is no guest."""
    more = tuple(OfficialRow(f"o{n}", f"Cán Bộ {n}", COMMUNE, UpperRole.EXECUTIVE) for n in range(9))
    there = tuple(AssignmentRow(one, OTHER) for one in ("executive", "worker", *(row.person for row in more)))
    whole = commune("24", other="26")
    await village.roster(replace(whole, officials=(*whole.officials, *more), assignments=there))
    await village.join("secretary", "executive")
    await village.clock("24/11 20:00")
    await village.say("secretary", "đủ")
    told = await village.choose("secretary", "Xác nhận")
    assert NAMES["worker"] not in told.choices
    assert len(told[-1].choices) == 9
    await village.leaf("secretary", NAMES["executive"])
    await village.choose("secretary", "Xong")
    await village.choose("secretary", "Xác nhận")
    assert "1/3 lần" in (await village.say("executive", "phancong"))[-1].first


# --- evenings ------------------------------------------------------------------------------------


@BOTH
async def test_an_invitation_names_the_other_meetings_of_the_evening(village: Village) -> None:
    await village.roster(replace(commune("24", other="24"), assignments=in_charge_of_both()))
    await village.join("secretary", "other-secretary", "executive")
    await village.clock("19/11 19:00")
    said = await village.heard("executive")
    assert len(said) == 2
    for one, other in ((said[0], TEN), (said[1], NOONG)):
        assert f"Cùng buổi đó còn có: {other}, 19 giờ 30, 24/11." in one.text
    assert said.choices[:3] == ["Dự được", "Không dự được", "Báo sau"]
    told = await village.choose("executive", "Dự được")
    assert told.choices == [f"Tình hình {TEN}"]
    told = await village.say("executive", "phancong")
    assert "đi được tối đó" not in told.text  # they are to be at one of them


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_who_was_invited_is_told_from_who_was_not(village: Village) -> None:
    await village.join("executive")
    assert await without_word(village) == [CELL]
    await village.clock("19/11 20:00")
    assert await without_word(village) == []


async def without_word(village: Village) -> list[str]:
    """The cells whose next meeting has an official in charge who has heard nothing of it."""
    next_ones = {one: (await village.meetings(one))[0] for one in (CELL, OTHER)}
    async with village.parts.database.read() as uow:
        found = await uow.assignments.without_word(
            [one.id for one in next_ones.values()], date(2026, 11, 19), ("invitation", "notice")
        )
    return [cell for cell, one in next_ones.items() if one.id in found]


@ONE
async def test_one_s_own_cell_is_named_and_going_out_does_not_replace_it(village: Village) -> None:
    mine = replace(commune("24", other="24"), assignments=(AssignmentRow("worker", OTHER, 2),))
    await village.roster(mine)
    await village.join("worker")
    await village.clock("19/11 19:00")
    [invited] = [one for one in await village.heard("worker") if one.text.startswith("KÍNH MỜI")]
    assert f"{NOONG} của đồng chí cũng sinh hoạt lúc 19 giờ 30" in invited.text
    assert "đi được tối đó" not in (await village.say("worker", "phancong")).text


@BOTH
@pytest.mark.parametrize("rows", [replace(commune("24", other="26"), assignments=in_charge_of_both())])
async def test_the_planner_names_what_was_not_seen_for_the_longest(village: Village) -> None:
    await village.join("secretary", "executive")
    await village.clock("24/11 20:00")
    await came(village)
    told = await village.say("executive", "phancong")
    plan = told[-1].text.partition("Chưa dự lâu nhất và đi được tối đó:")[2].strip().splitlines()
    assert plan[0].startswith(f"{TEN}: 19 giờ 30, Thứ Năm, ngày 26/11/2026")
    assert plan[0].endswith("(chưa dự lần nào).")
    assert plan[1].startswith(f"{NOONG}: 19 giờ 30, Thứ Năm, ngày 24/12/2026")
    assert plan[1].endswith("(dự gần nhất ngày 24/11/2026).")
    await village.choose("executive", "Dự được")  # the first of them is announced
    told = await village.say("executive", "phancong")
    assert f"{TEN}: 19 giờ 30" not in told.text.partition("đi được tối đó")[2]


# --- before going --------------------------------------------------------------------------------


@BOTH
async def test_the_card_before_a_visit_has_numbers_and_no_names(village: Village) -> None:
    await village.join("secretary", "executive")
    await village.clock("24/11 20:00")
    await came(village)
    await village.say("secretary", "nhiemvu Tu sửa đường thôn | 4 | 30/12")
    await village.choose("secretary", "Xác nhận")
    await village.say("executive", "phancong")
    told = await village.choose("executive", f"Tình hình {NOONG}")
    assert "Tháng 11/2026: có mặt 12/12 đồng chí (100,0%)." in told.text
    assert "Nhiệm vụ đang thực hiện: 01." in told.text
    assert "Buổi tới: 19 giờ 30, Thứ Năm, ngày 24/12/2026" in told.text
    assert names_in(told, MEMBERS) == []


@ONE
async def test_nobody_opens_the_card_of_a_cell_they_are_not_in_charge_of(village: Village) -> None:
    await village.join("executive", "worker")
    await village.say("executive", "phancong")
    told = await village.choose("executive", f"Tình hình {NOONG}")
    assert "Buổi tới" in told.text
    await village.clock("24/11 20:00")
    await village.roster(replace(commune("24"), assignments=()))
    told = await village.press("executive", f"Tình hình {NOONG}")
    assert "Buổi tới" not in told.text
    assert "không có quyền" in (await village.say("worker", "phancong")).text


# --- the committee -------------------------------------------------------------------------------


@BOTH
async def test_many_cells_are_assigned_in_one_go_after_two_taps(village: Village) -> None:
    await village.join("chair", "executive", "province")
    await village.roster(replace(commune("24", other="24"), assignments=()))
    told = await village.say("chair", "phancong")
    assert "0/2 chi bộ có cấp uỷ viên phụ trách" in told.text
    assert f"Chưa có cấp uỷ viên phụ trách (02): {NOONG}, {TEN}." in told.text
    await village.choose("chair", "Phân công")
    await village.choose("chair", NAMES["executive"])
    told = await village.say("chair", f"{CELL.lower()}, chi bo ban ten")
    assert f"Phân công đồng chí {NAMES['executive']} phụ trách 02 chi bộ: {NOONG}, {TEN}." in told.text
    assert "Buổi tới trùng tối" in told.text
    told = await village.say("chair", "từ 10/11/2026 đến 31/12/2027 3 lần")
    assert "Từ ngày 10/11/2026, đến hết ngày 31/12/2027; 3 lần/năm mỗi chi bộ." in told.text
    assert "không phụ trách" not in (await village.heard("executive")).text
    await village.choose("chair", "Xác nhận")
    told = await village.heard("executive")
    assert f"đồng chí được phân công phụ trách: {NOONG}, {TEN}" in told.text
    async with village.parts.database.read() as uow:
        found = [one for one in await uow.assignments.all() if one.by_chat]
    assert [(one.visits_per_year, one.since, one.until) for one in found] == [
        (3, date(2026, 11, 10), date(2027, 12, 31))
    ] * 2
    told = await village.say("chair", "phancong")
    assert "2/2 chi bộ có cấp uỷ viên phụ trách" in told.text


@pytest.mark.every_way
@BOTH
async def test_by_buttons_too_and_a_second_tap_changes_nothing(village: Village) -> None:
    await village.join("office")
    said = await assign(village, "office", TEN)
    assert said[0].first == f"Đã phân công đồng chí {NAMES['executive']} phụ trách: {TEN}."
    assert "chưa kết nối trợ lý" in said.text
    [asked] = [one for one in await village.messages("office") if one.text.startswith("Phân công đồng chí")]
    key = asked.choice("Xác nhận")
    if village.bot == "buttons" and key is not None:
        assert "không có gì thay đổi" in (await village.press_token("office", key)).text


@ONE
async def test_what_begins_later_changes_nothing_before_that_day(village: Village) -> None:
    await village.join("chair")
    await assigning(village, CELL)
    await village.say("chair", "từ 01/01/2027 đến 31/12/2027 hằng tháng")
    await village.choose("chair", "Xác nhận")
    assert await terms(village) == [
        (2, SINCE, date(2026, 12, 31)),
        (12, date(2027, 1, 1), date(2027, 12, 31)),
    ]


@ONE
async def test_one_term_takes_the_place_of_all_it_overlaps(village: Village) -> None:
    parts = (
        AssignmentRow("executive", CELL, 2, SINCE, date(2026, 6, 30)),
        AssignmentRow("executive", CELL, 3, date(2026, 9, 1), YEAR_END),
    )
    await village.roster(replace(commune("24", other="24"), assignments=parts))
    await village.join("chair")
    await assigning(village, CELL)
    told = await village.say("chair", "từ 01/03/2025 4 lần")
    assert "Đến hết năm 2026" in told.choices
    told = await village.choose("chair", "Đến hết năm 2026")
    assert "Từ ngày 01/03/2025, đến hết ngày 31/12/2026; 4 lần/năm" in told.text
    await village.choose("chair", "Xác nhận")
    assert await terms(village) == [(4, date(2025, 3, 1), YEAR_END)]


@ONE
async def test_a_draft_whose_last_day_has_gone_by_does_nothing(village: Village) -> None:
    await village.join("chair")
    await assigning(village, OTHER)
    await village.say("chair", "đến 10/11/2026")
    await village.clock("11/11 00:30")
    for label in ("Hằng tháng", "Xác nhận"):
        assert "chưa qua" in (await village.press("chair", label)).text
    assert await cells_of(village, "executive") == [CELL]


async def assigning(village: Village, cell: str) -> None:
    """By name and code, up to the question from when to when."""
    await village.say("chair", "phancong")
    await village.choose("chair", "Phân công")
    await village.choose("chair", NAMES["executive"])
    await village.say("chair", cell)


async def terms(village: Village) -> list[tuple[int | None, date | None, date | None]]:
    async with village.parts.database.read() as uow:
        return [(one.visits_per_year, one.since, one.until) for one in await uow.assignments.all()]


@BOTH
async def test_an_assignment_ends_from_today_and_the_next_meeting_invites_nobody(village: Village) -> None:
    await village.join("chair", "executive", "secretary")
    await village.say("chair", "phancong")
    await village.choose("chair", "Thôi phân công")
    await village.choose("chair", NAMES["executive"])
    told = await village.choose("chair", NOONG)
    assert f"Đồng chí {NAMES['executive']} thôi phụ trách từ hôm nay: {NOONG}." in told.text
    await village.choose("chair", "Xác nhận")
    assert f"thôi phụ trách từ ngày 10/11/2026: {NOONG}" in (await village.heard("executive")).text
    await village.clock("19/11 19:00")
    assert await village.heard("executive") == []


@ONE
async def test_the_workbook_does_not_undo_what_was_done_by_chat(village: Village) -> None:
    """The rows of the workbook say nothing of an end; a row with one is the newer word."""
    await village.join("chair", "executive")
    await assign(village, "chair", TEN)
    await village.say("chair", "phancong")
    await village.choose("chair", "Thôi phân công")
    await village.choose("chair", NAMES["executive"])
    await village.choose("chair", NOONG)
    await village.choose("chair", "Xác nhận")
    endless = AssignmentRow("executive", CELL, 2, SINCE)
    await village.clock("12/11 09:00")
    await village.roster(replace(commune("24", other="24"), assignments=(endless,)))
    assert await cells_of(village, "executive") == [OTHER]
    again = replace(endless, until=YEAR_END)
    await village.roster(replace(commune("24", other="24"), assignments=(again,)))
    assert await cells_of(village, "executive") == [CELL, OTHER]


async def cells_of(village: Village, who: str) -> list[str]:
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code(who)
        assert person is not None
        held = await uow.people.assignments_of(person.id, village.time.now().astimezone(ZONE).date())
        return sorted([(await uow.units.by_id(one.cell)).code for one in held])


@ONE
async def test_from_until_and_cadence_come_through_the_workbook_and_back(village: Village) -> None:
    """Also two terms of one person in one cell: the second does not overwrite the first."""
    terms = (
        AssignmentRow("executive", CELL, 12, date(2026, 1, 1), date(2026, 6, 30)),
        AssignmentRow("executive", CELL, 2, date(2026, 9, 1), None),
        AssignmentRow("chair", OTHER),
    )
    for _ in range(2):
        await village.roster(replace(commune("24", other="24"), assignments=terms))
    async with village.parts.database.read() as uow:
        codes = {one.id: one.code for one in await uow.people.all()}
        units = {one.id: one.code for one in await uow.units.all()}
        found = [
            AssignmentRow(codes[one.person], units[one.cell], one.visits_per_year, one.since, one.until)
            for one in await uow.assignments.all()
        ]
    assert sorted(found, key=str) == sorted(terms, key=str)


@BOTH
async def test_sums_for_the_office_and_names_for_the_standing_committee_alone(village: Village) -> None:
    await village.join("secretary", "chair", "office", "executive")
    await village.clock("24/11 20:00")
    await came(village)
    told = await village.say("office", "phancong")
    assert "Đã dự 01 lượt, tại 1/2 chi bộ; đủ chỉ tiêu: 00 đồng chí." in told.text
    assert f"Lâu chưa có cấp uỷ viên dự: {TEN} (chưa lần nào), {NOONG} (từ 24/11/2026)." in told.text
    assert names_in(told, MEMBERS + OFFICIALS) == []
    assert "Số lần của từng đồng chí" not in told.choices
    assert names_in(await village.say("chair", "phancong"), MEMBERS + OFFICIALS) == []
    told = await village.choose("chair", "Số lần của từng đồng chí")
    assert f"Đồng chí {NAMES['executive']}: 1/2 lần" in told.text
    assert names_in(told, MEMBERS) == []


@ONE
async def test_the_sums_know_of_an_official_who_never_agreed_and_of_no_helper(village: Village) -> None:
    """By name the visit is gone with the lock; that somebody came stands in the frozen figures."""
    await village.join("secretary", "office")
    await village.clock("24/11 20:00")
    await came(village)
    await village.clock("2026-12-20T09:00")
    async with village.parts.database.read() as uow:
        assert await uow.assignments.visits(2026) == []
    told = await village.say("office", "phancong")
    assert "Đã dự 01 lượt, tại 1/2 chi bộ" in told.text


@ONE
async def test_the_office_cannot_press_what_was_the_standing_committee_s(village: Village) -> None:
    await village.join("chair", "executive", "office")
    await village.say("chair", "phancong")
    [asked] = (await village.messages("chair"))[-1:]
    assert asked.choice("Số lần của từng đồng chí")
    gone = tuple(one for one in commune().officials if one.person != "chair")
    once = (*gone, OfficialRow("chair", NAMES["chair"], COMMUNE, commune().officials[1].role))
    await village.roster(replace(commune("24", other="24"), officials=once))
    told = await village.press("chair", "Số lần của từng đồng chí", of=asked)
    assert names_in(told, OFFICIALS) == []


@ONE
async def test_an_old_draft_of_somebody_who_left_the_post_does_nothing(village: Village) -> None:
    await village.join("chair", "executive")
    await village.say("chair", "phancong")
    await village.choose("chair", "Phân công")
    await village.choose("chair", NAMES["executive"])
    await village.choose("chair", TEN)
    await village.choose("chair", "Xong")
    gone = tuple(one for one in commune().officials if one.person != "chair")
    await village.roster(replace(commune("24", other="24"), officials=gone))
    await village.choose("chair", "Xác nhận")
    assert await cells_of(village, "executive") == [CELL]


@BOTH
async def test_a_line_that_cannot_be_is_refused_in_one_sentence(village: Village) -> None:
    await village.join("chair")
    await village.say("chair", "phancong")
    await village.choose("chair", "Phân công")
    told = await village.say("chair", "Không Ai Cả")
    assert "Không có đúng một người như vậy" in told.text
    await village.say("chair", NAMES["executive"])
    told = await village.say("chair", "bản Xa Lắm")
    assert "Chưa rõ chi bộ nào: bản Xa Lắm." in told.text
    await village.say("chair", OTHER)
    for words, answer in (
        ("bao giờ cũng được", "Chưa rõ thời gian"),
        ("đến 01/11/2026", "Ngày kết thúc"),
        ("từ 01/01/2027 đến 31/12/2037", "xa quá 05 năm"),
        ("100 lần", "nhiều nhất là 99"),
    ):
        assert answer in (await village.say("chair", words)).text
    told = await village.say("chair", "hằng tháng")
    assert "dự hằng tháng" in told.text


# --- nudges --------------------------------------------------------------------------------------

NUDGED = pytest.mark.parametrize("start", [datetime(2026, 8, 4, 9, 0, tzinfo=ZONE)])


async def nudges(village: Village, who: str) -> list[str]:
    return [one.at for one in await village.messages(who) if "để đủ chỉ tiêu của năm" in one.text]


@NUDGED
@BOTH
async def test_who_has_not_come_often_enough_hears_of_it_once_in_either_quarter(village: Village) -> None:
    await village.join("executive", "secretary")
    await village.clock("05/08 07:59")
    assert await nudges(village, "executive") == []
    await village.clock("05/08 08:00")
    [told] = await village.heard("executive")
    assert told.first == "Năm 2026, đồng chí đã dự sinh hoạt 0/2 lần với chi bộ được phân công."
    assert "Còn 02 lần" in told.text
    assert f"{NOONG}: 19 giờ 30, Thứ Hai, ngày 24/08/2026" in told.text
    await village.clock("10/11 09:00")
    await village.clock("20/12 09:00")
    assert await nudges(village, "executive") == ["05/08 08:00", "05/10 08:00"]


@NUDGED
@ONE
async def test_who_has_come_often_enough_is_left_in_peace(village: Village) -> None:
    one = (AssignmentRow("executive", CELL, 1, SINCE, YEAR_END),)
    await village.roster(replace(commune("24"), assignments=one))
    await village.join("executive", "secretary")
    await village.clock("05/08 09:00")
    await village.clock("24/08 20:00")
    await came(village)
    await village.clock("10/11 09:00")
    await village.clock("20/12 09:00")
    assert await nudges(village, "executive") == ["05/08 08:00"]


@NUDGED
@ONE
async def test_a_nudge_that_waits_dies_with_the_assignment(village: Village) -> None:
    """The tick strikes, and before the sender comes to it the workbook takes the cell away."""
    await village.join("executive")
    village.time.move_to(datetime(2026, 8, 5, 8, 0, tzinfo=ZONE))
    await village.parts.ticks.officials()
    await village.roster(replace(commune("24"), assignments=()))
    await village.parts.sender.drain()
    assert await nudges(village, "executive") == []
