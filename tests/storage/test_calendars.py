"""What a calendar of many cells asks of the database, on both of them."""

from datetime import date, timedelta

from meetings.records import Assignment
from meetings.terms import CellRole, Kind, State, UpperRole
from storage.calendars import Feed
from storage.database import Database
from tests.storage.build import NOW, cell, meeting_values, member, person, unit

HOUR = timedelta(hours=1)


async def test_meetings_below_a_unit_start_in_the_span_its_end_excluded(database: Database) -> None:
    async with database.write() as uow:
        top = await unit(uow, "T")
        deep = await cell(uow, "C1", await unit(uow, "B", top))
        other = await cell(uow, "C2", await unit(uow, "X"))
        for home, starts_at, kind in (
            (deep, NOW - HOUR, Kind.REGULAR),
            (deep, NOW, Kind.THEMATIC),
            (deep, NOW + HOUR, Kind.EXTRAORDINARY),
            (deep, NOW, Kind.PREMEETING),
            (other, NOW, Kind.REGULAR),
        ):
            await uow.meetings.add_once(meeting_values(home, starts_at=starts_at, kind=kind))
        [off] = await uow.meetings.below(top, NOW, NOW + HOUR)
        await uow.meetings.change(off, {"state": State.CANCELLED})
        found = await uow.meetings.below(top, NOW, NOW + HOUR)
        assert [(one.kind, one.state) for one in found] == [(Kind.THEMATIC, State.CANCELLED)]
        assert len(await uow.meetings.below(top, NOW - HOUR, NOW + 2 * HOUR)) == 3
        assert len(await uow.meetings.below(deep, NOW, NOW + HOUR)) == 1


async def test_ties_are_those_in_charge_and_where_they_are_at_home(database: Database) -> None:
    async with database.write() as uow:
        top = await unit(uow, "T")
        charged, home = await cell(uow, "C1", top), await cell(uow, "C2", top)
        elsewhere = await cell(uow, "C3", await unit(uow, "X"))
        await member(uow, home, "p1", 1)
        await member(uow, home, "p2", 2)
        official = await person(uow, "p1")
        last = date(2026, 11, 30)
        for one in (charged, elsewhere):
            await uow.assignments.put(Assignment(official, one, None, None, last))
        ties = await uow.calendars.ties_below(top)
        assert [(one.cell, one.person, one.at_home) for one in ties] == [
            (charged, official, False),
            (home, official, True),
        ]
        assert [ties[0].holds(day) for day in (last, last + timedelta(days=1))] == [True, False]


async def test_desks_are_the_committees_between(database: Database) -> None:
    async with database.write() as uow:
        top = await unit(uow, "T")
        under, idle, past = [await unit(uow, code, top) for code in ("X1", "X2", "X3")]
        who, on = await person(uow), date(2026, 11, 10)
        for where, what, until in (
            (top, UpperRole.STANDING, None),
            (under, UpperRole.OFFICE, on),
            (idle, UpperRole.EXECUTIVE, None),
            (past, UpperRole.STANDING, on - timedelta(days=1)),
            (await cell(uow, "C1", idle), CellRole.SECRETARY, None),
        ):
            since = date(2026, 1, 1)
            await uow.people.start_role(
                {"person": who, "unit": where, "role": what, "since": since, "until": until, "digest": False}
            )
        assert await uow.calendars.desks_below(top, on) == {under}


async def test_a_time_is_noted_once_and_goes_when_it_is_old(database: Database) -> None:
    async with database.write() as uow:
        top = await unit(uow, "T")
        first = await uow.calendars.add_busy(top, NOW, NOW + HOUR, NOW - HOUR)
        assert await uow.calendars.add_busy(top, NOW, NOW + HOUR, NOW) == first
        assert await uow.calendars.busy_by_id(first.id) == first
        assert await uow.calendars.busy_units(NOW) == {top}
        assert await uow.calendars.busy_units(NOW + HOUR) == set()
        assert await uow.calendars.busy_of(top, NOW, NOW + HOUR) == [first]
        assert await uow.calendars.busy_of(top, NOW + HOUR) == []
        assert await uow.calendars.busy_of(top, NOW - 2 * HOUR, NOW) == []
        await uow.calendars.drop_old(NOW + HOUR)
        assert await uow.calendars.busy_by_id(first.id) == first
        await uow.calendars.drop_old(NOW + 2 * HOUR)
        assert await uow.calendars.busy_by_id(first.id) is None


async def test_somebody_has_one_address_a_unit_and_none_once_forgotten(database: Database) -> None:
    async with database.write() as uow:
        units = [await unit(uow, code) for code in ("X1", "X2")]
        who, other = await person(uow), await person(uow, "p2")
        feeds = [Feed(one, units[0], "a", NOW) for one in (who, other)]
        for one in (*feeds, Feed(who, units[1], "b", NOW), Feed(who, units[0], "c", NOW + HOUR)):
            await uow.calendars.put_feed(one)
        assert await uow.calendars.feed(who, units[0]) == Feed(who, units[0], "c", NOW + HOUR)
        await uow.calendars.drop_feed(who, units[1])
        assert [one.nonce for one in await uow.calendars.feeds_of(who)] == ["c"]
        await uow.calendars.forget(who)
        assert [await uow.calendars.feed(one, units[0]) for one in (who, other)] == [None, feeds[1]]
