from dataclasses import replace
from datetime import date, timedelta

import pytest

from meetings.terms import PersonId, Standing, Status, UnitId
from storage.database import Database
from storage.members import DatedStatus, Term
from storage.work import UnitOfWork
from tests.storage.build import NOW, cell, chat, member, person, status

FIRST, LAST = date(2026, 11, 10), date(2026, 11, 20)
DAY = timedelta(days=1)
FAR = date(2100, 1, 1)


async def statuses_on(uow: UnitOfWork, home: UnitId, on: date) -> set[Status]:
    (one,) = await uow.members.of_cell(home, on)
    return set(one.statuses)


async def test_members_stand_by_roll_number(database: Database) -> None:
    async with database.write() as uow:
        home, other = await cell(uow), await cell(uow, "CB2")
        for code, number in (("c", 12), ("a", 3), ("b", 7)):
            await member(uow, home, code, number)
        await member(uow, other, "x", 1)
        assert [one.number for one in await uow.members.of_cell(home, FIRST)] == [3, 7, 12]
        assert len(await uow.members.everywhere([home, other], FIRST)) == 4


@pytest.mark.parametrize(
    ("on", "away"), [(FIRST - DAY, False), (FIRST, True), (LAST, True), (LAST + DAY, False)]
)
async def test_a_status_holds_from_its_first_day_to_its_last(
    database: Database, on: date, away: bool
) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        await status(uow, await member(uow, home, "a", 1), Status.AWAY, FIRST, LAST)
        assert await statuses_on(uow, home, on) == ({Status.AWAY} if away else set())


@pytest.mark.parametrize(("on", "exempt"), [(FIRST - DAY, False), (FIRST, True), (FAR, True)])
async def test_a_status_without_an_end_goes_on(database: Database, on: date, exempt: bool) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        await status(uow, await member(uow, home, "a", 1), Status.EXEMPT, FIRST)
        assert await statuses_on(uow, home, on) == ({Status.EXEMPT} if exempt else set())


async def test_several_statuses_hold_side_by_side_each_for_its_own_person(database: Database) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        ill, fit = await member(uow, home, "a", 1), await member(uow, home, "b", 2)
        await status(uow, ill, Status.EXEMPT, FIRST)
        await status(uow, ill, Status.AWAY, FIRST, approved=False)
        one, two = await uow.members.of_cell(home, FIRST)
        assert one.statuses == {Status.EXEMPT, Status.AWAY}
        assert not one.away_approved
        assert (two.membership, two.statuses, two.away_approved) == (fit, frozenset(), True)


@pytest.mark.parametrize(("on", "there"), [(LAST - DAY, True), (LAST, True), (LAST + DAY, False)])
async def test_a_membership_ends_with_its_last_day(database: Database, on: date, there: bool) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        await member(uow, home, "a", 1, until=LAST)
        assert bool(await uow.members.of_cell(home, on)) is there


@pytest.mark.parametrize(("on", "there"), [(FIRST - DAY, False), (FIRST, True), (FAR, True)])
async def test_a_membership_begins_with_its_first_day(database: Database, on: date, there: bool) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        await member(uow, home, "a", 1, since=FIRST)
        assert bool(await uow.members.of_cell(home, on)) is there
        assert await uow.members.cells_of(await person(uow, "a"), on) == ({home} if there else set())
        assert await uow.members.official(home, on) == there


async def test_every_membership_is_told_with_its_term_even_one_that_ended(database: Database) -> None:
    async with database.write() as uow:
        home, other = await cell(uow), await cell(uow, "CB2")
        await member(uow, home, "a", 2, until=FIRST)
        await member(uow, other, "a", 7, since=FIRST + DAY)
        who = await person(uow, "a")
        assert await uow.members.terms() == {
            (who, home): Term(2, "a", None, FIRST),
            (who, other): Term(7, "a", FIRST + DAY, None),
        }


async def test_a_status_is_ended_and_the_others_stay(database: Database) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        number = await member(uow, home, "a", 1)
        await status(uow, number, Status.AWAY, FIRST)
        await status(uow, number, Status.EXEMPT, FIRST)
        dated, _ = await uow.members.of_membership(number)
        await uow.members.change_status(replace(dated, until=LAST, approved=False))
        assert await statuses_on(uow, home, LAST) == {Status.AWAY, Status.EXEMPT}
        assert await statuses_on(uow, home, LAST + DAY) == {Status.EXEMPT}
        assert (await uow.members.statuses())[number] == [
            DatedStatus(number, Status.AWAY, FIRST, LAST, False),
            DatedStatus(number, Status.EXEMPT, FIRST, None, True),
        ]


async def test_of_two_statuses_from_the_same_day_only_the_one_that_is_meant_changes(
    database: Database,
) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        number = await member(uow, home, "a", 1)
        for until in (FIRST, LAST):
            await status(uow, number, Status.AWAY, FIRST, until)
        _, second = await uow.members.of_membership(number)
        await uow.members.change_status(replace(second, until=LAST + DAY))
        assert [one.until for one in await uow.members.of_membership(number)] == [FIRST, LAST + DAY]


async def test_a_status_that_is_ended_before_it_began_never_was(database: Database) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        number = await member(uow, home, "a", 1)
        await status(uow, number, Status.EXEMPT, FIRST, FIRST)
        await status(uow, number, Status.AWAY, FIRST)
        _, away = await uow.members.of_membership(number)
        await uow.members.change_status(replace(away, until=FIRST - DAY))
        assert [one.status for one in await uow.members.of_membership(number)] == [Status.EXEMPT]


async def test_official_members_are_counted_at_home_only(database: Database) -> None:
    """Who is temporarily in, or reinforced, stands on the roll of another cell (domain.md 5)."""
    async with database.write() as uow:
        home = await cell(uow)
        await member(uow, home, "a", 1)
        for place, what in enumerate((Status.TEMPORARY_IN, Status.REINFORCED, Status.EXEMPT), 2):
            number = await member(uow, home, f"b{place}", place)
            await status(uow, number, what, FIRST, LAST)
        assert await uow.members.official(home, FIRST) == 2
        assert await uow.members.official(home, LAST + DAY) == 4


async def test_a_person_in_two_cells_has_two_memberships_and_saving_again_changes_one(
    database: Database,
) -> None:
    async with database.write() as uow:
        home, other = await cell(uow, "CB1"), await cell(uow, "CB2")
        first = await member(uow, home, "a", 1)
        await member(uow, other, "a", 9)
        assert await member(uow, home, "a", 5, standing=Standing.PROBATIONARY, group_name="Tổ 2") == first
        who = await person(uow, "a")
        one, two = await uow.members.of_person(who, FIRST)
        assert (one.cell, one.number, one.standing, one.group) == (home, 5, Standing.PROBATIONARY, "Tổ 2")
        assert (two.cell, two.number) == (other, 9)


async def test_a_liaison_finds_those_who_are_relayed(database: Database) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        liaison = await person(uow, "liaison")
        await member(uow, home, "a", 1, liaison=liaison)
        await member(uow, home, "b", 2)
        (one,) = await uow.members.relayed_by(liaison, FIRST)
        assert (one.code, one.liaison) == ("a", liaison)


@pytest.mark.parametrize(
    ("linked", "consented", "dead", "reached"),
    [
        (True, True, False, True),
        (False, True, False, False),
        (True, False, False, False),
        (True, True, True, False),
    ],
)
async def test_reached_is_who_consented_and_has_a_living_account(
    database: Database, linked: bool, consented: bool, dead: bool, reached: bool
) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        await member(uow, home, "a", 1)
        who: PersonId = await person(uow, "a", consented=consented)
        if linked:
            await uow.accounts.link(chat("a"), who, NOW)
        if dead:
            await uow.accounts.dead(chat("a"), NOW)
        (one,) = await uow.members.of_cell(home, FIRST)
        assert one.reached is reached


async def test_lost_is_who_agreed_and_has_no_account_left(database: Database) -> None:
    """With the instant the last account died; who never linked was never reached, hence not lost."""
    later = NOW + timedelta(hours=1)
    async with database.write() as uow:
        home, other = await cell(uow), await cell(uow, "Y")
        for number, name in enumerate(("both dead", "one alive", "no consent", "never linked"), 1):
            await member(uow, home, name, number)
            who = await person(uow, name, consented=name != "no consent")
            for place in range(2 * (name != "never linked")):
                await uow.accounts.link(chat(f"{name} {place}"), who, NOW)
        await member(uow, other, "both dead", 1)
        for name in ("both dead 1", "one alive 0", "no consent 0", "no consent 1"):
            await uow.accounts.dead(chat(name), NOW)
        assert await uow.members.lost(FIRST) == {}
        await uow.accounts.dead(chat("both dead 0"), later)
        lost = await person(uow, "both dead")
        assert await uow.members.lost(FIRST) == {home: {lost: later}, other: {lost: later}}
        await uow.accounts.used(chat("both dead 0"), later)
        assert await uow.members.lost(FIRST) == {}
