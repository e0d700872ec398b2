"""Undo, reopening, rulings and amendments, and what they make together (domain.md 4.9, 4.10, 6)."""

from datetime import datetime, timedelta

import pytest

from bot.app import make_house
from bot.settings import Settings
from meetings.period import Period
from meetings.records import Meeting, Person
from meetings.terms import CellRole, Mark, Ruling, State, Status
from services import rollcall
from services.errors import NotAllowed, TooLate
from services.work import House
from storage.database import Database
from tests.services.hall import DAY, IN_POST, LATER, LOCKED, Dated, Hall, hall, people

NOVEMBER = Period(2026, 11)
UNDONE_UNTIL = LATER + timedelta(hours=24)
MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def house() -> House:
    return make_house(Settings(secret_keys="a test key"))


@pytest.fixture
async def place(database: Database, house: House) -> Hall:
    """Six members: 1 is the secretary, 2 the deputy, 3 the minute-taker."""
    found = await hall(database, house, people(6))
    for number, role in ((2, CellRole.DEPUTY), (3, CellRole.CLERK)):
        person = await found.person(number)
        async with database.write() as uow:
            post = {"person": person.id, "unit": found.cell.id, "role": role, "since": IN_POST}
            await uow.people.start_role(post | {"digest": False})
            await uow.commit()
    return found


async def closed(place: Hall, line: str = "vắng 4 5kp 6ốm") -> Meeting:
    meeting = await place.meeting()
    await place.held(line, meeting)
    return meeting


async def stands(place: Hall, meeting: Meeting) -> tuple[State, int, int]:
    """The state, how often the list was closed, and the number of the amendment."""
    frozen, _ = await place.closing(meeting)
    return (await place.fresh(meeting)).state, frozen.serial, frozen.amendment


async def rulings(place: Hall, meeting: Meeting) -> dict[int, Ruling | None]:
    """As they are frozen, by roll number."""
    _, rows = await place.closing(meeting)
    return {one.number: one.ruling for one in rows if one.mark is Mark.ABSENT}


# --- rulings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("ruling", [Ruling.EXCUSED, Ruling.UNEXCUSED])
@pytest.mark.parametrize("number", [4, 5, 6])
async def test_until_the_lock_a_ruling_changes_without_reopening_the_list(
    place: Hall, number: int, ruling: Ruling
) -> None:
    """Awaiting, unexcused or excused before: any of them may become any of the two."""
    meeting = await closed(place)
    before = (await rulings(place, meeting))[number]
    place.at = LOCKED - MOMENT
    await place.rule(meeting, number, ruling)
    changed = before is not ruling
    assert await stands(place, meeting) == (State.CLOSED, 1 + changed, 0)
    assert (await rulings(place, meeting))[number] is ruling


async def test_after_the_lock_a_ruling_is_an_amendment_with_author_time_and_number(place: Hall) -> None:
    meeting = await closed(place)
    deputy = await place.person(2)
    place.at = LOCKED
    await place.rule(meeting, 4, Ruling.UNEXCUSED)
    place.at = LOCKED + timedelta(days=3)
    await place.rule(meeting, 5, Ruling.EXCUSED, by=deputy)
    frozen, _ = await place.closing(meeting)
    assert (frozen.amendment, frozen.by, frozen.at) == (2, deputy.id, place.at)
    assert (frozen.tally.excused, frozen.tally.unexcused, frozen.tally.awaiting) == (2, 1, 0)
    assert (await place.line(NOVEMBER))["amendment"] == 2


async def test_the_same_ruling_once_more_is_no_amendment(place: Hall) -> None:
    meeting = await closed(place)
    place.at = LOCKED
    for _ in range(2):
        await place.rule(meeting, 4, Ruling.UNEXCUSED)
    assert await stands(place, meeting) == (State.CLOSED, 2, 1)


async def test_a_list_marked_by_the_minute_taker_awaits_throughout(place: Hall) -> None:
    meeting = await place.meeting()
    clerk = await place.person(3)
    await place.call(meeting, "vắng 4 5kp 6ốm", by=clerk)
    await place.close(meeting, by=clerk)
    assert set((await rulings(place, meeting)).values()) == {Ruling.AWAITING}
    await place.rule(meeting, 5, Ruling.UNEXCUSED)
    assert await rulings(place, meeting) == {4: Ruling.AWAITING, 5: Ruling.UNEXCUSED, 6: Ruling.AWAITING}


async def test_the_minute_taker_leaves_the_rulings_of_the_secretary_as_they_are(place: Hall) -> None:
    meeting = await place.meeting()
    await place.call(meeting, "vắng 5kp 6ốm")
    await place.call(meeting, "vắng 4kp 5 6kp", by=await place.person(3))
    await place.close(meeting)
    assert await rulings(place, meeting) == {4: Ruling.AWAITING, 5: Ruling.UNEXCUSED, 6: Ruling.EXCUSED}


async def test_a_closed_list_is_ruled_on_as_it_was_closed_whatever_was_back_dated_since(
    place: Hall,
) -> None:
    meeting = await closed(place)
    await place.status(5, Dated(Status.EXEMPT, DAY))
    async with place.database.read() as uow:
        work = place.work(uow)
        absent = await rollcall.absent(work, await place.fresh(meeting))
        assert [one.number for one, _ in absent] == [4, 5, 6]
    shown = await place.rule(meeting, 5, Ruling.EXCUSED)
    assert [one.number for one in shown.absent(Ruling.EXCUSED)] == [5, 6]
    assert (shown.tally.expected, shown.tally.excused, shown.tally.unexcused) == (6, 2, 0)


async def test_a_reason_that_no_longer_holds_is_not_frozen_again(place: Hall) -> None:
    meeting = await closed(place)
    await place.rule(meeting, 6, Ruling.UNEXCUSED)
    _, rows = await place.closing(meeting)
    assert [(one.ruling, one.reason) for one in rows if one.number == 6] == [(Ruling.UNEXCUSED, None)]


async def test_a_line_that_was_followed_by_another_is_not_recorded(place: Hall) -> None:
    meeting = await place.meeting()
    async with place.database.write() as uow:
        work, known = place.work(uow), await uow.meetings.lock(meeting.id)
        assert known is not None
        first, _ = await rollcall.propose_line(work, known, "vắng 4")
        second, _ = await rollcall.propose_line(work, known, "vắng 5 6")
        with pytest.raises(TooLate):
            await rollcall.confirm_line(work, *await rollcall.proposed(work, str(first)))
        await rollcall.confirm_line(work, *await rollcall.proposed(work, str(second)))
        again = await rollcall.confirm_line(work, *await rollcall.proposed(work, str(second)))
        assert [one.number for one in again.absent()] == [5, 6]


async def test_a_line_read_back_before_somebody_elses_step_is_not_recorded(place: Hall) -> None:
    meeting, clerk = await place.meeting(), await place.person(3)
    async with place.database.write() as uow:
        known = await uow.meetings.lock(meeting.id)
        assert known is not None
        number, _ = await rollcall.propose_line(place.work(uow), known, "vắng 4")
        await uow.commit()
    await place.call(meeting, "vắng 5", by=clerk)
    async with place.database.write() as uow:
        work = place.work(uow)
        with pytest.raises(TooLate):
            await rollcall.confirm_line(work, *await rollcall.proposed(work, str(number)))


async def test_what_the_minute_taker_reads_back_is_what_is_recorded(place: Hall) -> None:
    meeting, clerk = await place.meeting(), await place.person(3)
    await place.call(meeting, "vắng 5kp 6ốm")
    async with place.database.write() as uow:
        work, known = place.work(uow, clerk), await uow.meetings.lock(meeting.id)
        assert known is not None
        number, read = await rollcall.propose_line(work, known, "vắng 4kp 5 6kp")
        recorded = await rollcall.confirm_line(work, *await rollcall.proposed(work, str(number)))
    assert read.tally == recorded.tally
    assert (read.tally.excused, read.tally.unexcused, read.tally.awaiting) == (1, 1, 1)


# --- undo ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "possible"), [(timedelta(), True), (MOMENT, False)])
async def test_a_step_is_taken_back_within_24_hours(place: Hall, after: timedelta, *, possible: bool) -> None:
    meeting = await place.meeting()
    await place.call(meeting, "vắng 5kp")
    place.at = UNDONE_UNTIL + after
    if not possible:
        with pytest.raises(TooLate):
            await place.undo(meeting)
        return
    assert (await place.undo(meeting)).marks == {}


async def test_undo_goes_back_step_by_step(place: Hall) -> None:
    meeting = await place.meeting()
    for line in ("vắng 4kp", "vắng 5kp", "đủ"):
        await place.call(meeting, line)
        place.at += MINUTE
    absent = []
    for _ in range(3):
        sheet = await place.undo(meeting)
        absent.append([one.number for one in sheet.absent()])
    assert absent == [[5], [4], []]
    with pytest.raises(TooLate):
        await place.undo(meeting)


async def test_a_closed_list_whose_last_step_is_taken_back_is_held_until_it_is_closed_anew(
    place: Hall,
) -> None:
    meeting = await place.meeting()
    await place.call(meeting, "vắng 4kp")
    place.at += MINUTE
    await place.held("đủ", meeting)
    await place.undo(meeting)
    assert await stands(place, meeting) == (State.HELD, 1, 0)
    assert (await place.line(NOVEMBER))["present"] is None
    await place.close(meeting)
    assert await stands(place, meeting) == (State.CLOSED, 2, 0)
    assert await rulings(place, meeting) == {4: Ruling.UNEXCUSED}


async def test_taking_a_ruling_on_a_closed_list_back_opens_the_list(place: Hall) -> None:
    meeting = await closed(place)
    place.at += MINUTE
    await place.rule(meeting, 4, Ruling.UNEXCUSED)
    sheet = await place.undo(meeting)
    assert (await place.fresh(meeting)).state is State.HELD
    assert [one.number for one in sheet.absent(Ruling.AWAITING)] == [4]


async def test_the_minute_taker_takes_back_neither_a_ruling_nor_a_closed_list(place: Hall) -> None:
    clerk: Person = await place.person(3)
    meeting = await place.meeting()
    await place.call(meeting, "vắng 4", by=clerk)
    await place.close(meeting, by=clerk)
    with pytest.raises(NotAllowed):
        await place.undo(meeting, by=clerk)
    await place.reopen(meeting)
    await place.call(meeting, "vắng 4kp")
    with pytest.raises(NotAllowed):
        await place.undo(meeting, by=clerk)


# --- reopening and amendments -------------------------------------------------------------------

STORIES: list[tuple[str, list[tuple[str, datetime]], tuple[State, int, int]]] = [
    ("closed in time", [("close", LATER)], (State.CLOSED, 1, 0)),
    ("closed late", [("close", LOCKED)], (State.CLOSED, 1, 1)),
    (
        "reopened in time and closed in time",
        [("close", LATER), ("reopen", LATER), ("close", LATER)],
        (State.CLOSED, 2, 0),
    ),
    (
        "reopened at the last moment before the lock and closed after it",
        [("close", LATER), ("reopen", LOCKED - MOMENT), ("close", LOCKED)],
        (State.CLOSED, 2, 1),
    ),
    (
        "reopened and closed after the lock",
        [("close", LATER), ("reopen", LOCKED), ("close", LOCKED)],
        (State.CLOSED, 2, 1),
    ),
    (
        "closed late, ruled on, opened and closed again",
        [("close", LOCKED), ("rule", LOCKED), ("reopen", LOCKED), ("close", LOCKED + MINUTE)],
        (State.CLOSED, 3, 3),
    ),
    (
        "ruled on in time, twice after the lock",
        [("close", LATER), ("rule", LATER), ("unrule", LOCKED), ("rule", LOCKED)],
        (State.CLOSED, 4, 2),
    ),
    (
        "opened after the lock and left open: what was reported stands",
        [("close", LATER), ("reopen", LOCKED)],
        (State.HELD, 1, 0),
    ),
]


@pytest.mark.parametrize(("story", "steps", "end"), STORIES, ids=[one[0] for one in STORIES])
async def test_a_change_is_a_new_closing_and_after_the_lock_a_numbered_amendment(
    place: Hall, story: str, steps: list[tuple[str, datetime]], end: tuple[State, int, int]
) -> None:
    meeting = await place.meeting()
    await place.call(meeting, "vắng 4")
    for what, at in steps:
        place.at = at
        if what == "close":
            await place.close(meeting)
        elif what == "reopen":
            await place.reopen(meeting)
        else:
            await place.rule(meeting, 4, Ruling.UNEXCUSED if what == "rule" else Ruling.EXCUSED)
    assert await stands(place, meeting) == end, story


async def test_a_list_opened_before_the_lock_has_no_figures_until_it_is_closed_anew(place: Hall) -> None:
    meeting = await closed(place)
    await place.reopen(meeting)
    for place.at in (LATER, LOCKED):
        assert (await place.line(NOVEMBER))["present"] is None
    await place.held("đủ", meeting)
    line = await place.line(NOVEMBER)
    assert (line["present"], line["amendment"]) == (6, 1)


async def test_a_list_opened_after_the_lock_keeps_its_figures_until_they_are_amended(place: Hall) -> None:
    meeting = await closed(place)
    place.at = LOCKED
    await place.reopen(meeting)
    assert (await place.line(NOVEMBER))["present"] == 3
    await place.held("đủ", meeting)
    line = await place.line(NOVEMBER)
    assert (line["present"], line["amendment"]) == (6, 1)


async def test_an_old_closing_is_never_rewritten(place: Hall) -> None:
    meeting = await closed(place)
    first, rows = await place.closing(meeting)
    place.at = LOCKED
    await place.rule(meeting, 4, Ruling.UNEXCUSED)
    await place.reopen(meeting)
    await place.held("đủ", meeting)
    async with place.database.read() as uow:
        assert await uow.closings.snapshot(first.id) == rows
