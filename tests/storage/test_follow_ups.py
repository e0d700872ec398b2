"""Tasks, proposed headings and "Đã nắm" on both databases: changed as they were known, and thrown away in time."""

import asyncio
from datetime import date, timedelta

from meetings.period import Period
from meetings.suggesting import Fate, Suggestion
from meetings.terms import PersonId, UnitId
from storage.database import Database
from storage.work import UnitOfWork
from tests.storage.build import NOVEMBER, NOW, cell, meeting, person

DUE = date(2026, 12, 30)
LATER = NOW + timedelta(days=1)


async def a_task(uow: UnitOfWork, home: UnitId, who: PersonId | None, by: PersonId, **values: object) -> int:
    return await uow.tasks.add(
        {"cell": home, "title": "Việc", "person": who, "due": DUE, "by": by, "at": NOW, **values}
    )


async def a_heading(uow: UnitOfWork, home: UnitId, who: PersonId, **values: object) -> Suggestion:
    number = await uow.suggestions.add(
        {
            "cell": home,
            "person": who,
            "title": "Đường",
            "period": str(NOVEMBER),
            "state": Fate.OPEN,
            "at": NOW,
            **values,
        }
    )
    found = await uow.suggestions.by_id(number)
    assert found is not None
    return found


async def test_a_task_is_changed_only_as_it_was_known(database: Database) -> None:
    async with database.write() as uow:
        home, who = await cell(uow), await person(uow)
        known = await uow.tasks.by_id(await a_task(uow, home, who, who))
        assert known is not None
        assert await uow.tasks.change(known, {"done_at": NOW})
        assert not await uow.tasks.change(known, {"due": date(2027, 1, 1)})
        done = await uow.tasks.by_id(known.id)
        assert done is not None
        assert await uow.tasks.change(done, {"done_at": None})
        assert [one.id for one in await uow.tasks.open_of(home)] == [known.id]


async def test_what_is_over_goes_with_the_names_and_what_is_open_loses_its_owner(database: Database) -> None:
    async with database.write() as uow:
        home, who = await cell(uow), await person(uow)
        stranger = await person(uow, "p2", consented=False)
        gone = await a_task(uow, home, who, who, done_at=NOW)
        opened = await a_task(uow, home, stranger, who)
        closed = await a_task(uow, home, stranger, who, done_at=LATER)
        await uow.tasks.drop_strangers()
        assert [one.id for one in await uow.tasks.of_person(stranger)] == [opened]
        await uow.tasks.drop_old(NOW + timedelta(hours=1))
        assert await uow.tasks.by_id(gone) is None
        assert await uow.tasks.by_id(closed) is not None
        assert await uow.tasks.of_person(stranger) == []
        assert [one.id for one in await uow.tasks.open_of(home)] == [opened]


async def test_a_heading_is_decided_once_and_waits_for_its_month(database: Database) -> None:
    async with database.write() as uow:
        home, who = await cell(uow), await person(uow)
        known = await a_heading(uow, home, who)
        assert await uow.suggestions.decide(known, {"state": Fate.DEFERRED, "period": "2026-12"})
        assert not await uow.suggestions.decide(known, {"state": Fate.ACCEPTED})
        assert await uow.suggestions.undecided(home, NOVEMBER) == []
        [again] = await uow.suggestions.undecided(home, Period(2026, 12))
        assert await uow.suggestions.support(again.id, who, NOW)
        assert not await uow.suggestions.support(again.id, who, NOW)
        assert await uow.suggestions.counts([again.id]) == {again.id: 1}
        assert await uow.suggestions.cells_waiting() == [home]


async def test_who_supports_a_heading_waits_for_the_hand_that_decides_on_it(database: Database) -> None:
    async with database.write() as uow:
        home, who = await cell(uow), await person(uow)
        number = (await a_heading(uow, home, who)).id
        await uow.commit()

    async def state_seen() -> Fate | None:
        async with database.write() as uow:
            found = await uow.suggestions.lock(number)
            return None if found is None else found.state

    async with database.write() as uow:
        known = await uow.suggestions.lock(number)
        assert known is not None
        other = asyncio.create_task(state_seen())
        assert await uow.suggestions.decide(known, {"state": Fate.ACCEPTED})
        await uow.commit()
    assert await other is Fate.ACCEPTED


async def test_old_headings_go_with_their_support_but_not_from_under_a_younger_one(
    database: Database,
) -> None:
    async with database.write() as uow:
        home, who = await cell(uow), await person(uow)
        old, younger = await a_heading(uow, home, who), await a_heading(uow, home, who, at=LATER)
        alone = await a_heading(uow, home, who)
        await uow.suggestions.support(alone.id, who, NOW)
        await uow.suggestions.decide(younger, {"state": Fate.MERGED, "into": old.id})
        await uow.suggestions.drop_old(NOW + timedelta(hours=1))
        assert [one.id for one in await uow.suggestions.of_person(who)] == [old.id, younger.id]
        assert await uow.suggestions.supported_by(who) == []
        await uow.suggestions.drop_old(LATER + timedelta(hours=1))
        assert await uow.suggestions.of_person(who) == []


async def test_who_found_out_is_noted_once_and_forgotten_in_time(database: Database) -> None:
    async with database.write() as uow:
        home, who = await cell(uow), await person(uow)
        held = await meeting(uow, home)
        assert await uow.grasped.add_once(held.id, who, NOW)
        assert not await uow.grasped.add_once(held.id, who, LATER)
        assert await uow.grasped.of_meeting(held.id) == {who}
        await uow.grasped.drop_old(held.starts_at)
        assert await uow.grasped.history(who) == [(held.starts_at, NOW)]
        await uow.grasped.drop_old(held.starts_at + timedelta(hours=1))
        assert await uow.grasped.of_meeting(held.id) == set()
