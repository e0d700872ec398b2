"""Assignments and visits as they are stored, on both databases."""

from datetime import date

from meetings.attendance import Tally
from meetings.period import Period
from meetings.records import Assignment
from meetings.terms import Mark, Standing, Status
from storage.closings import Signed, SnapshotRow
from storage.database import Database
from storage.work import UnitOfWork
from tests.storage.build import NOW, cell, meeting, person

YEAR = 2026


def helper(number: int, statuses: str) -> SnapshotRow:
    return SnapshotRow(None, number, Standing.OFFICIAL, statuses, False, Mark.PRESENT, None, None)


async def closed(
    uow: UnitOfWork, month: int, home: object, *, guests: int, rows: tuple[SnapshotRow, ...] = ()
) -> int:
    """A meeting of this month, closed with so many guests; its number."""
    found = await meeting(uow, home, period=Period(YEAR, month))  # type: ignore[arg-type]
    who = await person(uow, "secretary")
    frozen = await uow.closings.add(found.id, Tally(guests=guests), rows, Signed(who, NOW, "pack"))
    return frozen.id


async def test_two_terms_of_one_person_in_one_cell_stand_side_by_side(database: Database) -> None:
    async with database.write() as uow:
        who, home = await person(uow), await cell(uow)
        first = Assignment(who, home, 12, date(YEAR, 1, 1), date(YEAR, 6, 30))
        second = Assignment(who, home, 2, date(YEAR, 9, 1), None, by_chat=True)
        for one in (first, second, second):
            await uow.assignments.put(one)
        assert await uow.assignments.all() == [first, second]
        assert await uow.people.assignments_of(who, date(YEAR, 7, 15)) == []
        assert await uow.assignments.of_cells({home}, date(YEAR, 6, 30), date(YEAR, 8, 1)) == [first]
        await uow.assignments.end(second, date(YEAR, 10, 1), by_chat=False)
        [_, ended] = await uow.assignments.ever_of(who)
        assert (ended.until, ended.by_chat) == (date(YEAR, 10, 1), False)


async def test_who_strengthens_a_cell_is_not_taken_for_an_official(database: Database) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        rows = (helper(7, str(Status.REINFORCED)), helper(8, str(Status.EXEMPT)))
        await closed(uow, 9, home, guests=1, rows=rows[:1])
        await closed(uow, 10, home, guests=2, rows=rows)
        reopened = await closed(uow, 11, home, guests=1)
        await uow.closings.reopen(reopened, NOW)
        [found] = await uow.assignments.receptions({home})
        assert (found.period, found.officials) == (Period(YEAR, 10), 1)


async def test_the_newest_closing_says_whether_a_visit_counts(database: Database) -> None:
    async with database.write() as uow:
        home, who = await cell(uow), await person(uow)
        found = await meeting(uow, home, period=Period(YEAR, 11))
        await uow.marks.add_guest(found.id, who, who, NOW)
        assert await uow.assignments.visits(YEAR) == []
        for _ in range(2):
            frozen = await uow.closings.add(found.id, Tally(guests=1), (), Signed(who, NOW, "pack"))
            [visit] = await uow.assignments.visits(YEAR, people=[who], cells=[home])
            assert (visit.person, visit.cell, visit.period) == (who, home, Period(YEAR, 11))
        await uow.closings.reopen(frozen.id, NOW)
        assert await uow.assignments.visits(None) == []
        assert await uow.assignments.visits(YEAR - 1) == []
