from datetime import date, timedelta

import pytest

from meetings.records import Assignment, Role
from meetings.terms import CellRole, UpperRole
from storage.database import Database
from tests.storage.build import NOW, cell, person, unit

FIRST, LAST = date(2026, 11, 10), date(2026, 11, 20)
DAY = timedelta(days=1)
EDGES = [(FIRST - DAY, False), (FIRST, True), (LAST, True), (LAST + DAY, False)]


@pytest.mark.parametrize(("on", "held"), EDGES)
async def test_a_role_is_held_from_its_first_day_to_its_last(
    database: Database, on: date, held: bool
) -> None:
    async with database.write() as uow:
        who, home = await person(uow), await cell(uow)
        post = {"person": who, "unit": home, "role": CellRole.SECRETARY, "digest": True}
        await uow.people.start_role({**post, "since": FIRST, "until": LAST})
        role = Role(who, home, CellRole.SECRETARY, True)
        wanted = [role] if held else []
        assert await uow.people.roles_of(who, on) == wanted
        assert await uow.people.digest_readers(on) == wanted
        assert await uow.people.all_roles(on) == wanted
        assert bool(await uow.people.holders(home, [CellRole.SECRETARY], on)) is held
        assert await uow.people.holders(home, [CellRole.DEPUTY], on) == []


async def test_a_role_is_ended_and_another_begins_the_next_day(database: Database) -> None:
    async with database.write() as uow:
        old, new, home = await person(uow, "old"), await person(uow, "new"), await cell(uow)
        post = {"unit": home, "role": CellRole.SECRETARY, "digest": False}
        await uow.people.start_role({**post, "person": old, "since": FIRST})
        await uow.people.end_role(Role(old, home, CellRole.SECRETARY), LAST)
        await uow.people.start_role({**post, "person": new, "since": LAST + DAY})
        for on, code in ((LAST, "old"), (LAST + DAY, "new")):
            holders = await uow.people.holders(home, [CellRole.SECRETARY], on)
            assert [one.code for one in holders] == [code]


async def test_ending_a_role_that_ended_earlier_does_not_lengthen_it(database: Database) -> None:
    async with database.write() as uow:
        who, home = await person(uow), await cell(uow)
        post = {"person": who, "unit": home, "role": CellRole.CLERK, "digest": False}
        await uow.people.start_role({**post, "since": FIRST, "until": FIRST})
        await uow.people.end_role(Role(who, home, CellRole.CLERK), LAST)
        assert await uow.people.roles_of(who, FIRST + DAY) == []


async def test_roles_of_a_cell_and_of_an_upper_unit_keep_their_kind(database: Database) -> None:
    async with database.write() as uow:
        who, commune = await person(uow), await unit(uow, "X1")
        home = await cell(uow, "CB1", commune)
        for node, role in ((home, CellRole.DEPUTY), (commune, UpperRole.STANDING)):
            await uow.people.start_role(
                {"person": who, "unit": node, "role": role, "since": FIRST, "digest": False}
            )
        await uow.people.change_digest(Role(who, commune, UpperRole.STANDING, True))
        deputy = Role(who, home, CellRole.DEPUTY)
        standing = Role(who, commune, UpperRole.STANDING, True)
        assert await uow.people.roles_of(who, FIRST) == [deputy, standing]
        assert await uow.people.digest_readers(FIRST) == [standing]


@pytest.mark.parametrize(("on", "held"), EDGES)
async def test_an_assignment_holds_from_its_first_day_to_its_last(
    database: Database, on: date, held: bool
) -> None:
    async with database.write() as uow:
        who, home = await person(uow), await cell(uow)
        row = Assignment(who, home, 4, FIRST, LAST)
        await uow.assignments.put(row)
        await uow.assignments.put(row)
        assert bool(await uow.people.in_charge(home, on)) is held
        assert await uow.people.assignments_of(who, on) == ([row] if held else [])


async def test_an_assignment_without_dates_always_holds_until_it_is_dropped(database: Database) -> None:
    async with database.write() as uow:
        who, home = await person(uow), await cell(uow)
        row = Assignment(who, home, None, None, None)
        await uow.assignments.put(row)
        await uow.assignments.put(row)
        assert [one.id for one in await uow.people.in_charge(home, FIRST)] == [who]
        assert await uow.assignments.all() == [row]
        await uow.assignments.drop(row)
        assert await uow.people.in_charge(home, FIRST) == []


async def test_who_is_forgotten_has_no_name_and_no_consent_but_keeps_the_line(database: Database) -> None:
    async with database.write() as uow:
        who = await person(uow)
        assert (await uow.people.by_id(who)).consented
        await uow.people.forget(who, NOW)
        gone = await uow.people.by_id(who)
        assert (gone.name, gone.consented, gone.code) == (None, False, "p1")
        assert await uow.people.forgotten() == {"p1"}
        with pytest.raises(LookupError):
            await uow.people.by_id(type(who)(999))


async def test_who_agrees_again_is_no_longer_on_the_list_of_the_forgotten(database: Database) -> None:
    async with database.write() as uow:
        who = await person(uow)
        await uow.people.forget(who, NOW)
        await uow.people.remember(who, NOW)
        assert await uow.people.forgotten() == set()
        assert (await uow.people.by_id(who)).consented
