from dataclasses import replace

from meetings.attendance import Tally
from meetings.terms import Mark, PersonId, Reason, Ruling, Standing
from storage.closings import Closing, Signed, SnapshotRow
from storage.database import Database
from storage.work import UnitOfWork
from tests.storage.build import NOVEMBER, NOW, cell, meeting, person, unit

FIGURES = Tally(roll=5, expected=4, present=3, online=1, excused=1, extra=1, guests=2)


def row(who: PersonId, number: int) -> SnapshotRow:
    return SnapshotRow(
        who, number, Standing.OFFICIAL, "away", True, Mark.ABSENT, Ruling.EXCUSED, Reason.HEALTH
    )


async def test_each_closing_has_the_next_serial_and_amendments_count_after_the_lock(
    database: Database,
) -> None:
    async with database.write() as uow:
        held, by = await meeting(uow, await cell(uow)), await person(uow)
        made: list[Closing] = []
        for present, amends in ((3, False), (4, False), (3, True), (2, True)):
            figures = replace(FIGURES, present=present)
            made.append(await uow.closings.add(held.id, figures, [], Signed(by, NOW, "vn-2026", amends)))
            assert await uow.closings.of_meeting(held.id) == made[-1]
        assert [(one.serial, one.amendment) for one in made] == [(1, 0), (2, 0), (3, 1), (4, 2)]


async def test_only_the_newest_closing_of_each_meeting_counts(database: Database) -> None:
    async with database.write() as uow:
        by = await person(uow)
        numbers = []
        for code, times in (("CB1", 2), ("CB2", 1), ("CB3", 0)):
            held = await meeting(uow, await cell(uow, code))
            numbers.append(held.id)
            for _ in range(times):
                await uow.closings.add(held.id, FIGURES, [], Signed(by, NOW, "p"))
        found = await uow.closings.of_meetings(numbers)
        assert {number: one.serial for number, one in found.items()} == {numbers[0]: 2, numbers[1]: 1}
        assert await uow.closings.of_meetings([]) == {}


async def frozen(uow: UnitOfWork, *rows: SnapshotRow) -> Closing:
    held = await meeting(uow, await cell(uow))
    return await uow.closings.add(held.id, FIGURES, rows, Signed(await person(uow), NOW, "p"))


async def test_a_snapshot_comes_back_by_roll_number(database: Database) -> None:
    async with database.write() as uow:
        who = await person(uow)
        unmarked = SnapshotRow(None, 3, Standing.PROBATIONARY, "", False, None, None, None)
        made = await frozen(uow, row(who, 12), unmarked)
        assert await uow.closings.snapshot(made.id) == [unmarked, row(who, 12)]


async def test_a_forgotten_person_stays_in_the_counts_by_number_only(database: Database) -> None:
    async with database.write() as uow:
        who, other = await person(uow, "p1"), await person(uow, "p2")
        made = await frozen(uow, row(who, 1), row(other, 2))
        await uow.closings.forget(who)
        one, two = await uow.closings.snapshot(made.id)
        assert one == replace(row(who, 1), person=None, reason=None)
        assert two == row(other, 2)
        assert await uow.closings.of_meeting(made.meeting) == made


async def test_forgetting_can_be_kept_to_one_meeting(database: Database) -> None:
    async with database.write() as uow:
        who = await person(uow)
        made = await frozen(uow, row(who, 1))
        elsewhere = await meeting(uow, await cell(uow, "CB2"))
        await uow.closings.forget(who, elsewhere.id)
        assert await uow.closings.snapshot(made.id) == [row(who, 1)]
        await uow.closings.forget(who, made.meeting)
        assert (await uow.closings.snapshot(made.id))[0].person is None


async def test_a_report_that_was_sent_is_never_rewritten(database: Database) -> None:
    async with database.write() as uow:
        commune = await unit(uow, "X1")
        assert await uow.closings.report(commune, NOVEMBER) is None
        await uow.closings.file_report(commune, NOVEMBER, "first", NOW)
        await uow.closings.file_report(commune, NOVEMBER, "second", NOW)
        assert await uow.closings.report(commune, NOVEMBER) == "first"
        assert await uow.closings.report(commune, NOVEMBER.next()) is None
