"""A roster is loaded again and again: nobody doubled, nobody deleted, nobody forgotten brought back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import make_house
from bot.roster import RosterRefused, import_roster
from bot.settings import Settings
from meetings.records import Member
from meetings.terms import CellRole, State, Status
from reports.roster.reading import NotAWorkbook
from reports.roster.rows import PersonRow, Roster, RosterStatus
from reports.roster.template import write_roster
from services import Work, privacy
from services.roster import ImportReport
from services.work import House
from storage.database import Database
from tests.scenarios.commune import CELL, MEMBERS, NAMES, OTHER, commune

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


async def test_a_status_to_come_does_not_make_the_one_before_it_longer(
    database: Database, house: House, tmp_path: Path
) -> None:
    """Away until the end of the year; exempt from June on: from January to May nothing but active."""
    away = {"status": RosterStatus.AWAY, "since": date(2026, 11, 1), "until": date(2026, 12, 31)}
    await load(database, house, tmp_path, changed(commune(), "worker", **away))
    exempt = {"status": RosterStatus.EXEMPT, "since": date(2027, 6, 1)}
    await load(database, house, tmp_path, changed(commune(), "worker", **exempt))
    for on, statuses in (
        (date(2026, 12, 31), {Status.AWAY}),
        (date(2027, 1, 1), set()),
        (date(2027, 5, 31), set()),
        (date(2027, 6, 1), {Status.EXEMPT}),
    ):
        assert (await members(database, on))["worker"].statuses == statuses


async def test_a_status_that_was_put_off_before_it_began_does_not_come_back_with_its_old_date(
    database: Database, house: House, tmp_path: Path
) -> None:
    """Suspended from December, then not after all, then at once: from the day of that import."""
    later = {"status": RosterStatus.SUSPENDED, "since": date(2026, 12, 20)}
    await load(database, house, tmp_path, changed(commune(), "worker", **later))
    await load(database, house, tmp_path, commune())
    await load(database, house, tmp_path, changed(commune(), "worker", status=RosterStatus.SUSPENDED))
    assert (await members(database, date(2026, 11, 9)))["worker"].statuses == set()
    assert (await members(database, date(2026, 11, 10)))["worker"].statuses == {Status.SUSPENDED}


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


def joined(rows: Roster, code: str, cell: str = CELL, **values: object) -> Roster:
    """One more row, of somebody new in the cell."""
    row = replace(PersonRow(code, NAMES.get(code, "Người Mới"), cell, 90), **values)  # type: ignore[arg-type]
    return replace(rows, people=(*rows.people, row))


async def rolls(database: Database, code: str, on: date) -> list[str]:
    """The cells in which somebody stands on a day."""
    async with database.read() as uow:
        person = await uow.people.by_code(code)
        assert person is not None
        cells = await uow.members.cells_of(person.id, on)
        return sorted([(await uow.units.by_id(one)).code for one in cells])


async def test_the_first_import_of_a_cell_finds_everybody_there_already(
    database: Database, house: House, tmp_path: Path
) -> None:
    await load(database, house, tmp_path, changed(commune(), "worker", since=date(2026, 11, 5)))
    assert len(await members(database, date(2020, 1, 1))) == len(MEMBERS)


@pytest.mark.parametrize(
    ("values", "first"),
    [
        ({}, date(2026, 12, 10)),
        ({"since": date(2026, 12, 3)}, date(2026, 12, 3)),
        ({"since": date(2027, 1, 1)}, date(2027, 1, 1)),
        ({"status": RosterStatus.TEMPORARY_IN, "since": date(2027, 1, 1)}, date(2027, 1, 1)),
        # The status is older than the membership: exempt already where they come from.
        ({"status": RosterStatus.EXEMPT, "since": date(2025, 1, 1)}, date(2026, 12, 10)),
    ],
)
async def test_who_joins_later_was_not_there_before(
    database: Database, house: House, tmp_path: Path, values: dict[str, object], first: date
) -> None:
    await load(database, house, tmp_path, commune())
    grown = changed(joined(commune(), "newcomer"), "newcomer", **values)
    await load(database, house, tmp_path, grown, now=DECEMBER)
    for _ in range(2):
        assert await rolls(database, "newcomer", first - timedelta(days=1)) == []
        assert await rolls(database, "newcomer", first) == [CELL]
        await load(database, house, tmp_path, grown, now=DECEMBER + timedelta(days=40))


TRANSFER = [date(2026, 12, day) for day in (1, 2, 9, 10, 11, 19, 20, 21)]


@pytest.mark.parametrize(
    ("leaves", "joins", "founded"),
    [
        (None, None, True),
        (date(2026, 12, 20), None, True),
        (date(2026, 12, 20), date(2026, 12, 10), True),
        (date(2026, 12, 10), date(2026, 12, 20), True),
        (None, date(2026, 12, 2), True),
        (date(2026, 12, 20), None, False),  # into a cell that is new itself
        (None, date(2026, 12, 2), False),
    ],
)
async def test_a_transfer_never_stands_on_two_rolls_on_one_day(
    database: Database,
    house: House,
    tmp_path: Path,
    leaves: date | None,
    joins: date | None,
    founded: bool,
) -> None:
    before = commune()
    if not founded:
        before = replace(before, people=tuple(one for one in before.people if one.cell == CELL))
    await load(database, house, tmp_path, before)
    moved = changed(before, "worker", status=RosterStatus.LEFT, since=leaves)
    moved = joined(moved, "worker", OTHER, since=joins)
    # Imported again two months later, with the row of the old cell still in the workbook.
    for later in (0, 60):
        await load(database, house, tmp_path, moved, now=DECEMBER + timedelta(days=later))
    assert await rolls(database, "worker", date(2026, 11, 1)) == [CELL]
    assert await rolls(database, "worker", date(2027, 3, 1)) == [OTHER]
    for day in (*TRANSFER, date(2027, 2, 7), date(2027, 2, 8)):
        assert len(await rolls(database, "worker", day)) <= 1, day


async def test_who_is_temporarily_in_elsewhere_stands_in_both_cells(
    database: Database, house: House, tmp_path: Path
) -> None:
    await load(database, house, tmp_path, commune())
    rows = changed(commune(), "worker", status=RosterStatus.TEMPORARY_OUT, since=date(2026, 12, 1))
    rows = joined(rows, "worker", OTHER, status=RosterStatus.TEMPORARY_IN, since=date(2026, 12, 1))
    await load(database, house, tmp_path, rows)
    assert await rolls(database, "worker", date(2026, 11, 30)) == [CELL]
    assert await rolls(database, "worker", date(2026, 12, 1)) == [CELL, OTHER]


async def test_who_left_and_comes_back_was_away_in_between(
    database: Database, house: House, tmp_path: Path
) -> None:
    left = changed(commune(), "hesitant", status=RosterStatus.LEFT)
    await load(database, house, tmp_path, commune())
    await load(database, house, tmp_path, left)
    # The row of somebody who left stays in the workbook, and each import leaves the last day where it is.
    await load(database, house, tmp_path, left, now=DECEMBER)
    assert await rolls(database, "hesitant", date(2026, 11, 9)) == [CELL]
    assert await rolls(database, "hesitant", date(2026, 11, 10)) == []
    await load(database, house, tmp_path, commune(), now=DECEMBER)
    assert await rolls(database, "hesitant", date(2026, 12, 9)) == []
    assert await rolls(database, "hesitant", date(2026, 12, 10)) == [CELL]


async def test_a_leaver_entered_by_mistake_is_put_right_without_a_gap(
    database: Database, house: House, tmp_path: Path
) -> None:
    await load(database, house, tmp_path, commune())
    await load(database, house, tmp_path, changed(commune(), "hesitant", status=RosterStatus.LEFT))
    await load(database, house, tmp_path, commune())
    assert await rolls(database, "hesitant", date(2026, 1, 1)) == [CELL]


async def test_the_coming_meetings_are_there_after_the_import_and_only_once(
    database: Database, house: House, tmp_path: Path
) -> None:
    for _ in range(2):
        await load(database, house, tmp_path, commune("24", other=None))
        async with database.read() as uow:
            cell, other = await uow.units.by_code(CELL), await uow.units.by_code(OTHER)
            assert cell is not None
            assert other is not None
            found = await uow.meetings.of_cell(cell.id)
            assert [str(one.period) for one in found] == ["2026-11", "2026-12", "2027-01"]
            assert {one.state for one in found} == {State.PLANNED}
            assert await uow.meetings.of_cell(other.id) == []


async def test_a_dry_run_leaves_no_meeting_behind(database: Database, house: House, tmp_path: Path) -> None:
    await load(database, house, tmp_path, commune(None))
    await load(database, house, tmp_path, commune("24"), dry_run=True)
    async with database.read() as uow:
        cell = await uow.units.by_code(CELL)
        assert cell is not None
        assert await uow.meetings.of_cell(cell.id) == []


@pytest.mark.parametrize(("length", "fits"), [(60, True), (61, False)])
async def test_a_code_that_no_column_holds_is_refused_by_its_row(
    database: Database, house: House, tmp_path: Path, length: int, fits: bool
) -> None:
    rows = joined(commune(), "x" * length, OTHER)
    if fits:
        await load(database, house, tmp_path, rows)
        return
    with pytest.raises(RosterRefused) as refused:
        await load(database, house, tmp_path, rows)
    assert len(refused.value.lines) == 1
    assert "60" in refused.value.lines[0]


async def test_the_longest_texts_a_workbook_may_hold_are_stored_whole(
    database: Database, house: House, tmp_path: Path
) -> None:
    long = "Đ" * 200
    rows = changed(commune(), "worker", name=long, group=long)
    units = tuple(replace(one, name=long, place=long) if one.code == CELL else one for one in rows.units)
    units = tuple(replace(one, level=long.lower()) if one.level == "commune" else one for one in units)
    await load(database, house, tmp_path, replace(rows, units=units))
    one = (await members(database, date(2026, 11, 10)))["worker"]
    assert (one.name, one.group) == (long, long)
