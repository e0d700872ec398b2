import asyncio
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from meetings.records import MarkMade
from meetings.terms import Kind, Mark, MeetingId, State
from storage.database import Database
from storage.meetings import Move
from tests.storage.build import NOVEMBER, NOW, cell, meeting, meeting_values, person


@pytest.mark.parametrize("first", [Kind.REGULAR, Kind.COMBINED])
@pytest.mark.parametrize("second", [Kind.REGULAR, Kind.COMBINED])
async def test_a_cell_has_one_regular_meeting_a_period(database: Database, first: Kind, second: Kind) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        number = await uow.meetings.add_once(meeting_values(home, kind=first))
        assert number is not None
        assert await uow.meetings.add_once(meeting_values(home, kind=second)) is None
        found = await uow.meetings.regular(home, NOVEMBER)
        assert found is not None
        assert (found.id, found.kind) == (number, first)


async def test_another_period_and_another_cell_have_their_own(database: Database) -> None:
    async with database.write() as uow:
        one, two = await cell(uow, "CB1"), await cell(uow, "CB2")
        assert await uow.meetings.add_once(meeting_values(one)) is not None
        assert await uow.meetings.add_once(meeting_values(one, period=NOVEMBER.next())) is not None
        assert await uow.meetings.add_once(meeting_values(two)) is not None


@pytest.mark.parametrize("kind", [Kind.THEMATIC, Kind.EXTRAORDINARY])
async def test_any_number_of_other_meetings_may_stand_beside_it(database: Database, kind: Kind) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        kinds = (kind, Kind.REGULAR, kind)
        added = [await uow.meetings.add_once(meeting_values(home, kind=one)) for one in kinds]
        assert None not in added
        assert len(await uow.meetings.of_period([home], NOVEMBER)) == 3


@pytest.mark.parametrize("state", [State.PLANNED, State.ANNOUNCED])
async def test_a_meeting_of_the_committee_alone_stands_in_nobody_s_list(
    database: Database, state: State
) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        values = meeting_values(home, kind=Kind.PREMEETING) | {"state": state}
        number = await uow.meetings.add_once(values)
        before, after = NOW - timedelta(days=1), NOW + timedelta(days=1)
        lists = (
            await uow.meetings.of_cell(home),
            await uow.meetings.of_period([home], NOVEMBER),
            await uow.meetings.coming_up(before),
            await uow.meetings.on_the_ladder(before, after),
            await uow.meetings.unrecorded(before, after),
            await uow.meetings.in_state(home, [state]),
        )
        assert lists == ([], [], [], [], [], [])
        found = await uow.meetings.premeeting(home, NOVEMBER)
        assert found is not None
        assert found.id == number


async def test_two_ticks_at_once_draft_one_meeting(database: Database) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        await uow.commit()

    async def draft() -> MeetingId | None:
        async with database.write() as uow:
            number = await uow.meetings.add_once(meeting_values(home))
            await uow.commit()
        return number

    drafted = await asyncio.gather(*(draft() for _ in range(4)))
    assert sum(number is not None for number in drafted) == 1


async def test_a_meeting_changes_only_while_it_is_what_we_knew_of_it(database: Database) -> None:
    async with database.write() as uow:
        known = await meeting(uow, await cell(uow))
        later = known.starts_at + timedelta(days=1)
        assert await uow.meetings.change(known, {"revision": 2, "starts_at": later})
        assert not await uow.meetings.change(known, {"state": State.CANCELLED})
        moved = await uow.meetings.by_id(known.id)
        assert moved == replace(known, revision=2, starts_at=later)


async def test_coming_up_are_the_meetings_still_to_be_held_soonest_first(database: Database) -> None:
    async with database.write() as uow:
        wanted: dict[str, MeetingId | None] = {}
        for name, state, days in (
            ("later", State.PLANNED, 9),
            ("sooner", State.ANNOUNCED, 2),
            ("now", State.ANNOUNCED, 0),
            ("gone", State.CANCELLED, 3),
        ):
            home = await cell(uow, name)
            values = meeting_values(home, starts_at=NOW + timedelta(days=days))
            wanted[name] = await uow.meetings.add_once({**values, "state": state})
        assert [one.id for one in await uow.meetings.coming_up(NOW)] == [wanted["sooner"], wanted["later"]]


async def test_the_newest_move_is_the_one_that_is_told(database: Database) -> None:
    async with database.write() as uow:
        known = await meeting(uow, await cell(uow))
        who = await person(uow)
        assert await uow.meetings.last_move(known.id) is None
        moves = [
            Move("move", NOW, NOW + timedelta(days=1), "mưa lũ", NOW),
            Move("postpone", NOW + timedelta(days=1), None, "họp Đảng uỷ", NOW),
        ]
        for one in moves:
            await uow.meetings.log_move({"meeting": known.id, "by": who, **asdict(one)})
            assert await uow.meetings.last_move(known.id) == one


async def test_the_newest_meetings_with_somebody_absent_and_no_more_than_are_wanted(
    database: Database,
) -> None:
    async with database.write() as uow:
        home, who = await cell(uow), await person(uow)
        period, held = NOVEMBER, []
        for place in range(5):
            values = meeting_values(home, period=period, starts_at=NOW + timedelta(days=30 * place))
            number = await uow.meetings.add_once(values | {"state": State.CLOSED})
            assert number is not None
            mark = Mark.PRESENT if place == 3 else Mark.ABSENT
            await uow.marks.put(number, MarkMade(who, mark, None, None, who, NOW))
            held.append(number)
            period = period.next()
        found = await uow.meetings.with_absences(home, 3)
        assert [one.id for one in found] == [held[4], held[2], held[1]]
