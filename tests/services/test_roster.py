"""A roster is loaded again and again: nobody doubled, nobody deleted, nobody forgotten brought back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.app import make_house
from bot.roster import RosterRefused, import_roster
from bot.settings import Settings
from meetings.records import Member
from meetings.terms import CellRole, Status
from reports.roster.reading import NotAWorkbook
from reports.roster.rows import Roster, RosterStatus
from reports.roster.template import write_roster
from services import Work, privacy
from services.roster import ImportReport
from services.work import House
from storage.database import Database
from tests.scenarios.commune import CELL, MEMBERS, commune

NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 10, 2, tzinfo=UTC)


@pytest.fixture
def house() -> House:
    return make_house(Settings(secret_keys="a test key"))


async def load(
    database: Database,
    house: House,
    path: Path,
    rows: Roster,
    *,
    now: datetime = NOVEMBER,
    dry_run: bool = False,
) -> ImportReport:
    book = path / "roster.xlsx"
    write_roster(book, rows)
    report, _ = await import_roster(database, house, book, now=now, dry_run=dry_run)
    return report


async def members(database: Database, on: date) -> dict[str, Member]:
    async with database.read() as uow:
        cell = await uow.units.by_code(CELL)
        assert cell is not None
        return {one.code: one for one in await uow.members.of_cell(cell.id, on)}


def changed(rows: Roster, code: str, **values: object) -> Roster:
    people = tuple(replace(one, **values) if one.code == code else one for one in rows.people)  # type: ignore[arg-type]
    return replace(rows, people=people)


async def test_a_second_import_changes_nothing_and_doubles_nobody(
    database: Database, house: House, tmp_path: Path
) -> None:
    first = await load(database, house, tmp_path, commune())
    before = await members(database, date(2026, 11, 10))
    second = await load(database, house, tmp_path, commune())
    assert first.new_people > 0
    assert (second.new_people, second.statuses, second.gone) == (0, 0, [])
    assert await members(database, date(2026, 11, 10)) == before


async def test_a_dry_run_reports_and_changes_nothing(
    database: Database, house: House, tmp_path: Path
) -> None:
    report = await load(database, house, tmp_path, commune(), dry_run=True)
    assert report.new_people > 0
    async with database.read() as uow:
        assert await uow.units.all() == []


async def test_a_faulty_workbook_names_every_fault_and_changes_nothing(
    database: Database, house: House, tmp_path: Path
) -> None:
    rows = changed(commune(), "deputy", number=1)
    rows = changed(rows, "clerk", liaison="nobody")
    with pytest.raises(RosterRefused) as refused:
        await load(database, house, tmp_path, rows)
    assert len(refused.value.lines) == 2
    assert all(line.startswith("Đảng viên!") for line in refused.value.lines)
    async with database.read() as uow:
        assert await uow.people.all() == []


async def test_a_file_that_is_no_workbook_is_refused_in_one_sentence(
    database: Database, house: House, tmp_path: Path
) -> None:
    book = tmp_path / "roster.xlsx"
    book.write_bytes(b"not a workbook")
    with pytest.raises(NotAWorkbook):
        await import_roster(database, house, book, now=NOVEMBER)


async def test_who_left_the_workbook_is_reported_and_stays_on_the_roll(
    database: Database, house: House, tmp_path: Path
) -> None:
    await load(database, house, tmp_path, commune())
    people = tuple(one for one in commune().people if one.code != "hesitant")
    report = await load(database, house, tmp_path, replace(commune(), people=people))
    assert report.gone == ["hesitant"]
    assert "hesitant" in await members(database, date(2026, 11, 10))


async def test_a_roll_number_of_somebody_missing_from_the_workbook_is_not_given_away(
    database: Database, house: House, tmp_path: Path
) -> None:
    await load(database, house, tmp_path, commune())
    number = MEMBERS.index("hesitant") + 1
    people = tuple(one for one in commune().people if one.code != "hesitant")
    newcomer = replace(people[0], code="newcomer", name="Người Mới", number=number, role=None)
    with pytest.raises(RosterRefused) as refused:
        await load(database, house, tmp_path, replace(commune(), people=(*people, newcomer)))
    assert "hesitant" in refused.value.lines[0]


async def test_a_membership_that_ended_frees_its_number_from_that_day_on(
    database: Database, house: House, tmp_path: Path
) -> None:
    await load(database, house, tmp_path, commune())
    left = changed(commune(), "hesitant", status=RosterStatus.LEFT, since=date(2026, 12, 1))
    await load(database, house, tmp_path, left)
    assert "hesitant" in await members(database, date(2026, 11, 30))
    assert "hesitant" not in await members(database, date(2026, 12, 1))


async def test_statuses_are_dated_and_the_past_keeps_its_own(
    database: Database, house: House, tmp_path: Path
) -> None:
    await load(database, house, tmp_path, commune())
    await load(
        database,
        house,
        tmp_path,
        changed(commune(), "worker", status=RosterStatus.EXEMPT, since=date(2026, 12, 1)),
    )
    back = changed(commune(), "worker", status=RosterStatus.ACTIVE, since=date(2026, 12, 20))
    await load(database, house, tmp_path, back, now=DECEMBER)
    for day, statuses in (
        (date(2026, 11, 30), frozenset[Status]()),
        (date(2026, 12, 1), frozenset({Status.EXEMPT})),
        (date(2026, 12, 19), frozenset({Status.EXEMPT})),
        (date(2026, 12, 20), frozenset[Status]()),
    ):
        assert (await members(database, day))["worker"].statuses == statuses, day


async def test_away_without_an_end_date_is_not_approved(
    database: Database, house: House, tmp_path: Path
) -> None:
    book = tmp_path / "roster.xlsx"
    rows = changed(commune(), "worker", status=RosterStatus.AWAY, since=date(2026, 11, 1))
    write_roster(book, rows)
    _, warned = await import_roster(database, house, book, now=NOVEMBER)
    assert len(warned) >= 1
    assert not (await members(database, date(2026, 11, 10)))["worker"].away_approved


async def test_a_handover_of_the_secretary_moves_the_rights_the_same_minute(
    database: Database, house: House, tmp_path: Path
) -> None:
    await load(database, house, tmp_path, commune())
    rows = changed(changed(commune(), "secretary", role=None), "worker", role=CellRole.SECRETARY)
    await load(database, house, tmp_path, rows)
    async with database.read() as uow:
        cell = await uow.units.by_code(CELL)
        assert cell is not None
        holders = await uow.people.holders(cell.id, (CellRole.SECRETARY,), date(2026, 11, 10))
    assert [one.code for one in holders] == ["worker"]


async def test_who_was_erased_comes_back_by_number_only(
    database: Database, house: House, tmp_path: Path
) -> None:
    await load(database, house, tmp_path, commune())
    async with database.write() as uow:
        person = await uow.people.by_code("worker")
        assert person is not None
        await privacy.erase(Work(uow, house, NOVEMBER, NOVEMBER), person)
        await uow.commit()
    report = await load(database, house, tmp_path, commune())
    assert report.forgotten == ["worker"]
    assert (await members(database, date(2026, 11, 10)))["worker"].name is None
