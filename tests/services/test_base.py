"""Who is expected and who counts, on the day the meeting is held: each row of domain.md 3 and 5 by its name."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.app import make_house
from bot.settings import Settings
from chat.events import Address
from meetings.attendance import ExtraRule, Marking, tally, vote_base, votes_needed
from meetings.period import Period
from meetings.rollcall_line import BadLine
from meetings.terms import Kind, Mark, Ruling, Standing, Status
from reports.roster.rows import PersonRow, RosterStatus
from services import Work, counters, roster, upkeep
from services.errors import TooLate
from services.work import House
from storage.database import Database
from tests.scenarios.commune import CELL, OTHER, commune, member
from tests.services.hall import (
    DAY,
    EVENING,
    LATER,
    LOCKED,
    LONG_AGO,
    ZONE,
    Dated,
    Hall,
    One,
    hall,
    people,
    with_rules,
)

NOVEMBER = Period(2026, 11)
TOMORROW, YESTERDAY = DAY + timedelta(days=1), DAY - timedelta(days=1)


@pytest.fixture(scope="module")
def house() -> House:
    return make_house(Settings(secret_keys="a test key"))


# --- the worked example of domain.md 5 ----------------------------------------------------------

EXAMPLE = [
    *people(26),  # 1 to 26: official and at home
    *people(3, standing=Standing.PROBATIONARY),  # 27 to 29
    *people(5, Status.EXEMPT),  # 30 to 34
    *people(2, Status.TEMPORARY_OUT),  # 35, 36
    *people(1, Status.AWAY),  # 37
    *people(1, Status.SUSPENDED),  # 38
    *people(2, Status.TEMPORARY_IN),  # 39, 40
]
EXAMPLE_LINE = "vắng 5ốm 6ct 7 8tt +30"  # two excused, one awaiting, one online, one of the exempt came


@pytest.fixture
async def example(database: Database, house: House) -> Hall:
    """Online is authorised."""
    return await hall(database, with_rules(house, online=[("allowed", True)]), EXAMPLE)


async def test_worked_example_the_roll_is_38_and_31_are_expected(example: Hall) -> None:
    found = await example.held(EXAMPLE_LINE)
    assert (found.roll, found.expected) == (38, 38 - 5 - 2 - 1 - 1 + 2)


async def test_worked_example_27_in_the_hall_and_1_online_are_28_present(example: Hall) -> None:
    found = await example.held(EXAMPLE_LINE)
    assert (found.present, found.online) == (28, 1)


async def test_worked_example_3_absent_are_2_excused_and_1_awaiting(example: Hall) -> None:
    found = await example.held(EXAMPLE_LINE)
    assert (found.absent, found.excused, found.unexcused, found.awaiting) == (3, 2, 0, 1)


async def test_worked_example_nobody_unexcused_is_undecided_until_the_ruling(example: Hall) -> None:
    meeting = await example.meeting()
    assert (await example.held(EXAMPLE_LINE, meeting)).awaiting == 1
    await example.rule(meeting, 7, Ruling.UNEXCUSED)
    frozen, _ = await example.closing(meeting)
    assert (frozen.tally.awaiting, frozen.tally.unexcused) == (0, 1)


async def test_worked_example_28_of_31_is_above_85_percent(example: Hall) -> None:
    found = await example.held(EXAMPLE_LINE)
    assert (found.rate.json, found.rate.above(85)) == ("90.3", True)


async def test_worked_example_an_exempt_member_who_came_is_one_extra(example: Hall) -> None:
    found = await example.held(EXAMPLE_LINE)
    assert (found.extra, found.rate.json) == (1, "90.3")


async def test_worked_example_with_the_setting_both_the_extra_makes_29_of_32(example: Hall) -> None:
    rules = [("extra", ExtraRule.BOTH)]
    example.house = with_rules(example.house, attendance=rules)
    found = await example.held(EXAMPLE_LINE)
    assert (found.present, found.expected, found.extra, found.rate.json) == (29, 32, 1, "90.6")


async def test_worked_example_the_official_in_charge_is_a_guest_without_effect(example: Hall) -> None:
    meeting = await example.meeting()
    async with example.database.write() as uow:
        official = await uow.people.save("official", {"name": "Người phụ trách", "language": "vi"})
        await uow.marks.add_guest(meeting.id, official, official, example.at)
        await uow.commit()
    found = await example.held(EXAMPLE_LINE, meeting)
    assert (found.guests, found.present, found.expected) == (1, 28, 31)


async def test_worked_example_the_vote_base_is_27_and_14_are_needed(example: Hall) -> None:
    meeting = await example.meeting()
    sheet = await example.call(meeting, EXAMPLE_LINE)
    marks = {who: Marking(one.mark, one.ruling) for who, one in sheet.marks.items()}
    base = vote_base((one.entry for one in sheet.members), marks)
    assert (base, votes_needed(base)) == (27, 14)


# --- the table "Further test" of domain.md 5 ----------------------------------------------------


def absent(count: int) -> str:
    """The last of the first numbers, each excused; number 1 is the secretary, who came."""
    return "vắng " + " ".join(f"{number}ốm" for number in range(2, 2 + count))


async def test_17_of_20_present_is_85_percent_and_fails_the_strict_test(
    database: Database, house: House
) -> None:
    found = await (await hall(database, house, people(20))).held(absent(3))
    assert (found.rate.json, found.rate.above(85)) == ("85.0", False)


async def test_199_of_234_present_is_shown_as_85_percent_and_passes(database: Database, house: House) -> None:
    found = await (await hall(database, house, people(234))).held(absent(35))
    assert (found.present, found.expected) == (199, 234)
    assert (found.rate.json, found.rate.above(85)) == ("85.0", True)


async def test_a_4_member_cell_with_one_excused_is_75_percent(database: Database, house: House) -> None:
    found = await (await hall(database, house, people(4))).held(absent(1))
    assert (found.present, found.expected, found.excused, found.rate.json) == (3, 4, 1, "75.0")


async def test_28_of_31_and_3_of_4_together_are_31_of_35_and_not_the_mean(
    database: Database, house: House
) -> None:
    large = await hall(database, house, people(31))
    small = await hall(database, house, people(4), code="CB2")
    await hall(database, house, people(9), code="CB3")  # its list is not closed: not counted as zero
    await large.held(absent(3))
    await small.held(absent(1))
    total = (await large.digest("X1", NOVEMBER))["total"]
    assert isinstance(total, dict)
    assert (total["present"], total["expected"], total["rate"]) == (31, 35, "88.6")
    assert (total["cells"], total["closed"]) == (3, 2)


async def test_exempt_from_the_very_day_of_the_meeting_is_out_of_the_base(
    database: Database, house: House
) -> None:
    one = One((Dated(Status.EXEMPT, DAY),))
    found = await (await hall(database, house, [*people(3), one])).held("đủ")
    assert (found.roll, found.expected) == (4, 3)


async def test_away_until_the_day_before_the_meeting_is_in_the_base(database: Database, house: House) -> None:
    one = One((Dated(Status.AWAY, LONG_AGO, YESTERDAY),))
    found = await (await hall(database, house, [*people(3), one])).held("đủ")
    assert (found.roll, found.expected, found.present) == (4, 4, 4)


async def test_a_regular_and_a_thematic_meeting_in_one_month_are_two_meetings_of_one_period(
    database: Database, house: House
) -> None:
    """The cell's line is the regular one; the month counts once for whoever missed both."""
    place = await hall(database, house, people(10))
    thematic = await place.meeting(starts_at=EVENING - timedelta(days=12), kind=Kind.THEMATIC)
    await place.held("vắng 2kp 3kp", thematic)
    await place.held("vắng 2kp")
    line = await place.line(NOVEMBER)
    assert line["present"] == 9
    others = line["others"]
    assert isinstance(others, list)
    assert [(one["kind"], one["present"]) for one in others] == [("thematic", 8)]
    assert await unexcused_months(place) == {2: 1}


async def unexcused_months(place: Hall) -> dict[int, int]:
    """Counter A of everybody of whom it says something, by roll number."""
    async with place.database.read() as uow:
        watched = await counters.of_cell(place.work(uow), place.cell, 2026)
    return {one.member.number: len(one.counters.unexcused) for one in watched if one.counters.unexcused}


async def test_moved_into_the_next_month_it_still_belongs_to_its_own_and_was_held_late(
    database: Database, house: House
) -> None:
    place = await hall(database, house, people(5))
    starts_at = datetime(2026, 12, 2, 19, 30, tzinfo=ZONE)
    meeting = await place.meeting(NOVEMBER, starts_at=starts_at)
    place.at = starts_at + timedelta(hours=2)
    await place.held("vắng 3kp", meeting)
    line = await place.line(NOVEMBER)
    assert (line["held_late"], line["present"], line["amendment"]) == (True, 4, 0)
    assert (await place.line(NOVEMBER.next()))["state"] == "none"
    assert await unexcused_months(place) == {3: 1}


async def test_the_status_is_that_of_the_day_it_was_moved_to(database: Database, house: House) -> None:
    gone = One((Dated(Status.EXEMPT, date(2026, 12, 1)),))
    back = One((Dated(Status.AWAY, LONG_AGO, date(2026, 12, 1)),))
    place = await hall(database, house, [*people(3), gone, back])
    starts_at = datetime(2026, 12, 2, 19, 30, tzinfo=ZONE)
    place.at = starts_at + timedelta(hours=2)
    found = await place.held("vắng 5ốm", period=NOVEMBER, starts_at=starts_at)
    assert (found.expected, found.excused) == (4, 1)


async def test_closed_after_the_lock_of_its_months_report_it_is_amendment_1(
    database: Database, house: House
) -> None:
    place = await hall(database, house, people(5))
    meeting = await place.meeting()
    await place.call(meeting, "vắng 3kp")
    place.at = LOCKED
    assert (await place.line(NOVEMBER))["expected"] is None
    frozen = await place.close(meeting)
    assert (frozen.serial, frozen.amendment) == (1, 1)
    assert (await place.line(NOVEMBER))["amendment"] == 1


async def test_a_member_without_consent_marked_from_paper_counts_like_everyone(
    database: Database, house: House
) -> None:
    """After the lock only the snapshot row is left, by roll number; the figures stay."""
    silent = One(consented=False)
    place = await hall(database, house, [*people(2), silent, silent])
    meeting = await place.meeting()
    found = await place.held("vắng 3kp", meeting)
    assert (found.expected, found.present, found.unexcused) == (4, 3, 1)
    place.at = LOCKED
    async with database.write() as uow:
        await upkeep.tidy(place.work(uow))
        await uow.commit()
    frozen, rows = await place.closing(meeting)
    assert frozen.tally == found
    assert [(one.number, one.person is None, one.mark) for one in rows] == [
        (1, False, Mark.PRESENT),
        (2, False, Mark.PRESENT),
        (3, True, Mark.ABSENT),
        (4, True, Mark.PRESENT),
    ]
    assert await unexcused_months(place) == {}


async def test_after_a_change_of_numbers_no_mark_comes_back_to_somebody_else(
    database: Database, house: House
) -> None:
    """Left by roll number only, the rows of 3 and 4 are nobody's once these changed places; 5 kept theirs."""
    silent = One(consented=False)
    place = await hall(database, house, [*people(2), silent, silent, silent])
    meeting = await place.meeting()
    await place.held("vắng 3kp 5kp", meeting)
    place.at = LOCKED
    async with database.write() as uow:
        await upkeep.tidy(place.work(uow))
        await uow.commit()
    third, fourth, fifth = [await place.person(number) for number in (3, 4, 5)]
    async with database.write() as uow:
        for who, number in ((third, 9), (fourth, 3), (third, 4)):
            await uow.members.save(who.id, place.cell.id, {"number": number, "standing": "official"})
        await uow.commit()
    await place.reopen(meeting)
    opened = await place.sheet(meeting)
    assert {one.person for one in opened.unmarked} == {third.id, fourth.id}
    assert (opened.marks[fifth.id].mark, opened.marks[fifth.id].ruling) == (Mark.ABSENT, Ruling.UNEXCUSED)
    with pytest.raises(TooLate):
        await place.close(meeting)


async def test_exempt_and_temporarily_out_on_the_same_day_is_subtracted_once(
    database: Database, house: House
) -> None:
    both = people(1, Status.EXEMPT, Status.TEMPORARY_OUT)
    found = await (await hall(database, house, [*people(4), *both])).held("đủ")
    assert (found.roll, found.expected, found.present) == (5, 4, 4)


async def test_where_everyone_is_exempt_nobody_is_expected_and_there_is_no_rate(
    database: Database, house: House
) -> None:
    place = await hall(database, house, people(4, Status.EXEMPT))
    found = await place.held("đủ")
    assert (found.roll, found.expected, found.rate.json, found.rate.misses(85)) == (4, 0, None, False)
    assert (await place.line(NOVEMBER))["rate"] is None


async def test_a_member_who_attends_another_cell_as_envoy_that_evening_is_absent_here(
    database: Database, house: House
) -> None:
    home = await hall(database, house, people(5))
    visited = await hall(database, house, people(3), code="CB2")
    envoy, elsewhere = await home.person(4), await visited.meeting()
    async with database.write() as uow:
        await uow.marks.add_guest(elsewhere.id, envoy.id, envoy.id, LATER)
        await uow.commit()
    here = await home.held("vắng 4ct")
    there = await visited.held("đủ", elsewhere)
    assert (here.present, here.excused) == (4, 1)
    assert (there.guests, there.expected, there.present) == (1, 3, 3)


# --- every status of domain.md 3, and what they make together -----------------------------------

STATUSES = [
    # the statuses of one membership on the day · on the roll · expected
    ((), True, True),
    ((Dated(Status.EXEMPT),), True, False),
    ((Dated(Status.TEMPORARY_OUT),), True, False),
    ((Dated(Status.SUSPENDED),), True, False),
    ((Dated(Status.AWAY),), True, False),
    ((Dated(Status.AWAY, approved=False),), True, True),
    ((Dated(Status.TEMPORARY_IN),), False, True),
    ((Dated(Status.REINFORCED),), False, False),
    ((Dated(Status.REINFORCED), Dated(Status.TEMPORARY_IN)), False, True),
    ((Dated(Status.AWAY, approved=False), Dated(Status.EXEMPT)), True, False),
    ((Dated(Status.AWAY), Dated(Status.SUSPENDED)), True, False),
    ((Dated(Status.AWAY), Dated(Status.TEMPORARY_OUT), Dated(Status.EXEMPT)), True, False),
    ((Dated(Status.TEMPORARY_IN), Dated(Status.SUSPENDED)), False, False),
    ((Dated(Status.TEMPORARY_IN), Dated(Status.EXEMPT)), False, False),
    ((Dated(Status.AWAY, LONG_AGO, DAY),), True, False),  # the last day is inside
    ((Dated(Status.AWAY, DAY, DAY),), True, False),  # that day only
    ((Dated(Status.EXEMPT, TOMORROW),), True, True),  # not yet
    ((Dated(Status.SUSPENDED, LONG_AGO, YESTERDAY),), True, True),  # no more
    ((Dated(Status.TEMPORARY_OUT, LONG_AGO, YESTERDAY), Dated(Status.EXEMPT, DAY)), True, False),
    ((Dated(Status.AWAY, LONG_AGO, YESTERDAY), Dated(Status.AWAY, DAY, approved=False)), True, True),
]


def named(row: object) -> str | None:
    if not isinstance(row, tuple):
        return None
    return "+".join(f"{one.status}{'' if one.approved else ' unapproved'}" for one in row) or "active"


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize(("statuses", "roll", "expected"), STATUSES, ids=named)
async def test_a_status_of_the_day_puts_a_member_on_the_roll_and_into_the_base_as_written(
    sqlite_url: str,
    house: House,
    statuses: tuple[Dated, ...],
    roll: bool,
    expected: bool,
    standing: Standing,
) -> None:
    """Official and probationary alike: the probationary must attend, they only do not vote."""
    database = Database(sqlite_url)
    place = await hall(database, house, [*people(3), One(statuses, standing)])
    meeting = await place.meeting()
    found = await place.held("vắng 4kp" if expected else "đủ", meeting)
    assert (found.roll, found.expected) == (3 + roll, 3 + expected)
    assert found.unexcused == expected
    _, rows = await place.closing(meeting)
    assert [one.expected for one in rows] == [True, True, True, expected]
    await database.close()


async def test_all_statuses_in_one_hall_add_up(database: Database, house: House) -> None:
    rows = [One(statuses) for statuses, _, _ in STATUSES]
    found = await (await hall(database, house, [*people(1), *rows])).held("đủ")
    assert found.roll == 1 + sum(roll for _, roll, _ in STATUSES)
    assert found.expected == found.present == 1 + sum(expected for _, _, expected in STATUSES)


async def test_who_was_sent_to_strengthen_the_cell_is_a_guest_unless_the_setting_counts_them(
    database: Database, house: House
) -> None:
    place = await hall(database, house, [*people(3), *people(1, Status.REINFORCED)])
    found = await place.held("đủ +4")
    assert (found.roll, found.expected, found.extra, found.guests) == (3, 3, 0, 1)
    place.house = with_rules(house, attendance=[("counted_reinforced", True)])
    december = await place.meeting(Period(2026, 12))
    found = await place.held("đủ", december)
    assert (found.roll, found.expected, found.present, found.guests) == (3, 4, 4, 0)


async def test_ill_and_silent_members_stay_in_the_base(database: Database, house: House) -> None:
    found = await (await hall(database, house, people(4))).held("vắng 2ốm 3 4")
    assert (found.expected, found.excused, found.awaiting) == (4, 1, 2)


@pytest.mark.parametrize("line", ["vắng 4", "vắng 4kp", "vắng 4ốm"])
async def test_whoever_is_not_expected_cannot_be_absent(database: Database, house: House, line: str) -> None:
    place = await hall(database, house, [*people(3), *people(1, Status.EXEMPT)])
    meeting = await place.meeting()
    with pytest.raises(BadLine):
        await place.call(meeting, line)


async def test_online_counts_where_it_is_authorised_and_is_refused_elsewhere(
    database: Database, house: House
) -> None:
    place = await hall(database, house, [*people(4), *people(1, Status.EXEMPT)])
    meeting = await place.meeting()
    with pytest.raises(BadLine):
        await place.call(meeting, "đủ 4tt")
    place.house = with_rules(house, online=[("allowed", True)])
    found = await place.held("đủ 4tt", meeting)
    assert (found.present, found.online, found.expected) == (4, 1, 4)


# --- the snapshot -------------------------------------------------------------------------------


async def test_what_becomes_of_people_later_leaves_the_snapshot_as_it_was(
    database: Database, house: House
) -> None:
    place = await hall(database, house, people(5))
    meeting = await place.meeting()
    await place.held("vắng 3kp", meeting)
    before = await place.closing(meeting)
    for number, status in enumerate((Status.EXEMPT, Status.SUSPENDED, Status.AWAY), 2):
        await place.status(number, Dated(status, LONG_AGO))
    assert await place.closing(meeting) == before
    await place.rule(meeting, 3, Ruling.EXCUSED)
    line = await place.line(NOVEMBER)
    assert (line["expected"], line["present"], line["excused"], line["unexcused"]) == (5, 4, 1, 0)
    rows = (await place.closing(meeting))[1]
    assert [replace(one, ruling=None) for one in rows] == [replace(one, ruling=None) for one in before[1]]


async def test_reopened_and_closed_anew_the_status_of_the_day_as_it_is_known_now_counts(
    database: Database, house: House
) -> None:
    place = await hall(database, house, people(5))
    meeting = await place.meeting()
    assert (await place.held("đủ", meeting)).expected == 5
    await place.status(4, Dated(Status.EXEMPT, DAY))
    await place.status(5, Dated(Status.EXEMPT, TOMORROW))
    await place.reopen(meeting)
    assert (await place.held("đủ", meeting)).expected == 4


# --- transfers, and people in two cells ---------------------------------------------------------


async def loaded(database: Database, house: House, rows: Sequence[PersonRow], at: datetime) -> None:
    async with database.write() as uow:
        workbook = replace(commune("24", other="24"), people=tuple(rows))
        report = await roster.load(Work(uow, house, at, at), workbook)
        assert not report.faults
        await uow.commit()


BASIC = [
    member("secretary", CELL, 1),
    member("deputy", CELL, 2),
    member("worker", CELL, 3),
    member("other-secretary", OTHER, 1),
    member("neighbour", OTHER, 2),
]


async def cells_of(database: Database, code: str, on: date) -> list[tuple[str, int]]:
    async with database.read() as uow:
        codes = {one.id: one.code for one in await uow.units.all()}
        person = await uow.people.by_code(code)
        assert person is not None
        return [(codes[one.cell], one.number) for one in await uow.members.of_person(person.id, on)]


async def test_a_transfer_closes_one_membership_and_opens_another_the_next_day(
    database: Database, house: House
) -> None:
    first = datetime(2026, 10, 1, 8, tzinfo=ZONE)
    await loaded(database, house, BASIC, first)
    moved = date(2026, 11, 16)
    gone = member("worker", CELL, 3, status=RosterStatus.LEFT)
    rows = [
        *(one for one in BASIC if one.code != "worker"),
        replace(gone, since=moved),
        replace(member("worker", OTHER, 7), since=moved),
    ]
    await loaded(database, house, rows, datetime(2026, 11, 20, 8, tzinfo=ZONE))
    for day in (moved - timedelta(days=1), moved, DAY):
        held = await cells_of(database, "worker", day)
        assert held == [(CELL, 3)] if day < moved else held == [(OTHER, 7)]


async def test_until_the_transfer_is_entered_the_person_is_still_on_the_old_roll(
    database: Database, house: House
) -> None:
    """Presenting the letter may take 30 working days."""
    await loaded(database, house, BASIC, datetime(2026, 10, 1, 8, tzinfo=ZONE))
    assert await cells_of(database, "worker", DAY) == [(CELL, 3)]


async def test_a_person_in_two_cells_has_two_memberships_and_one_inbox(
    database: Database, house: House
) -> None:
    """Temporarily in at the other cell, temporarily out at home: counted once, and one account is told."""
    out = replace(member("worker", CELL, 3, status=RosterStatus.TEMPORARY_OUT), since=LONG_AGO)
    guest = replace(member("worker", OTHER, 9, status=RosterStatus.TEMPORARY_IN), since=LONG_AGO)
    rows = [*(one for one in BASIC if one.code != "worker"), out, guest]
    at = datetime(2026, 10, 1, 8, tzinfo=ZONE)
    await loaded(database, house, rows, at)
    assert sorted(await cells_of(database, "worker", DAY)) == [(CELL, 3), (OTHER, 9)]
    async with database.write() as uow:
        person = await uow.people.by_code("worker")
        assert person is not None
        await uow.people.remember(person.id, at)
        inbox = Address("web", "buttons", "their-chat")
        await uow.accounts.link(inbox, person.id, at)
        addresses = await uow.accounts.addresses(person.id)
        reached = [one.reached for one in await uow.members.of_person(person.id, DAY)]
        await uow.commit()
    assert list(addresses) == [inbox]
    assert reached == [True, True]
    figures = {}
    for code in (CELL, OTHER):
        async with database.read() as uow:
            unit = await uow.units.by_code(code)
            assert unit is not None
            entries = [one.entry for one in await uow.members.of_cell(unit.id, DAY)]
        found = tally(entries, {})
        figures[code] = (found.roll, found.expected)
    assert figures == {CELL: (3, 2), OTHER: (2, 3)}
