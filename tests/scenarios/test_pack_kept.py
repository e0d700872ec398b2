"""A meeting keeps the rules it was held under: another policy tomorrow changes no figure of yesterday."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import make_house
from bot.settings import Settings
from meetings.attendance import Counting, Tally
from meetings.period import Period
from meetings.records import Meeting
from meetings.terms import Ruling, State
from reports.roster.rows import Roster, RosterStatus
from services import Work, closing, digest, reopening, rollcall
from services.digest_text import as_text
from services.work import House
from storage.tables.meetings import closing as table
from storage.work import UnitOfWork
from tests.scenarios.commune import CELL, COMMUNE, commune, member
from tests.scenarios.house import ORDINARY
from tests.scenarios.page import Village, moment
from tests.scenarios.rollcall import call

NOVEMBER = Period(2026, 11)
# Of the twelve in the base under the first policy three are absent; the exempt member comes, and so does
# somebody who reinforces the cell: under the second policy both count.
LINE = "vắng 3ốm 7kp 13 +8 +20"
OTHERWISE = """
pack = "vn-2018-07"
[attendance]
target_percent = 20
extra = "both"
counted_reinforced = true
[online]
allowed = true
number = "1"
date = 2026-12-01
"""


@pytest.fixture
def rows() -> Roster:
    rows = commune()
    guard = replace(member("neighbour", CELL, 20, status=RosterStatus.REINFORCED), code="guard")
    return replace(rows, people=(*rows.people, guard))


@pytest.fixture
def later(tmp_path: Path) -> House:
    """The same house after the policy file was changed."""
    path = tmp_path / "later.toml"
    path.write_text(OTHERWISE + ORDINARY, encoding="utf-8")
    return make_house(Settings(secret_keys="scenario", policy=path))


async def november(village: Village) -> Meeting:
    return next(one for one in await village.meetings(CELL) if one.period == NOVEMBER)


async def under(village: Village, house: House, uow: UnitOfWork, now: str = "24/11 21:00") -> Work:
    person = await uow.people.by_code("secretary")
    work = replace(village.work(uow), house=house, now=moment(now))
    return replace(work, actor=person)


async def told(village: Village, house: House) -> tuple[dict[str, object], str]:
    """The commune's November as figures and in words."""
    async with village.parts.database.read() as uow:
        unit = await uow.units.by_code(COMMUNE)
        assert unit is not None
        found = await digest.compute(await under(village, house, uow), unit, NOVEMBER)
    return digest.as_json(found), house.catalogue.render(as_text(found), "vi")


async def closed(village: Village) -> None:
    await village.join("secretary")
    await village.clock("24/11 20:30")
    await call(village, LINE)


async def test_a_past_digest_is_the_same_under_another_policy(village: Village, later: House) -> None:
    await closed(village)
    before = await told(village, village.parts.house)
    assert await told(village, later) == before
    assert "chưa vượt 85%: 01 chi bộ" in before[1]


async def test_a_list_that_is_opened_again_is_counted_as_on_its_day(village: Village, later: House) -> None:
    await closed(village)
    async with village.parts.database.write() as uow:
        work = await under(village, later, uow)
        frozen = await uow.closings.of_meeting((await november(village)).id)
        assert frozen is not None
        meeting = await reopening.reopen(work, await november(village))
        opened = await rollcall.sheet(work, meeting)
        assert opened.tally == frozen.tally
        again, _ = await closing.close(work, meeting)
        assert again.serial == frozen.serial + 1
        assert again.tally == frozen.tally
        rows = [await uow.closings.snapshot(one.id) for one in (frozen, again)]
        assert rows[0] == rows[1]
        await uow.commit()
    assert await packs(village) == ["vn-2025-10", "vn-2025-10"]


async def test_an_amendment_after_the_lock_is_counted_as_on_its_day(village: Village, later: House) -> None:
    await closed(village)
    async with village.parts.database.write() as uow:
        work = await under(village, later, uow, "20/12 09:00")
        meeting = await november(village)
        frozen = await uow.closings.of_meeting(meeting.id)
        assert frozen is not None
        awaited = (await rollcall.sheet(work, meeting)).absent(Ruling.AWAITING)
        await closing.rule(work, meeting, str(awaited[0].person), Ruling.UNEXCUSED)
        amended = await uow.closings.of_meeting(meeting.id)
        await uow.commit()
    assert amended is not None
    assert amended.amendment == 1
    assert amended.tally == replace(frozen.tally, unexcused=2, awaiting=0)
    assert await packs(village) == ["vn-2025-10", "vn-2025-10"]


async def test_a_list_open_while_the_policy_changes_stays_under_the_rules_of_its_opening(
    village: Village, later: House
) -> None:
    await village.join("secretary")
    await village.clock("24/11 20:30")
    await village.say("secretary", LINE)
    await village.choose("secretary", "Xác nhận")
    async with village.parts.database.read() as uow:
        meeting = await november(village)
        sheets = [
            await rollcall.sheet(await under(village, house, uow), meeting)
            for house in (village.parts.house, later)
        ]
    assert sheets[0].tally == sheets[1].tally
    assert meeting.held_under is not None
    assert meeting.held_under.counting == Counting()
    assert (meeting.held_under.pack, meeting.held_under.target_percent) == ("vn-2025-10", 85)


async def test_a_meeting_nobody_held_yet_follows_the_policy_of_the_day(
    village: Village, later: House
) -> None:
    async with village.parts.database.read() as uow:
        meeting = await november(village)
        assert meeting.held_under is None
        expected = [
            (await rollcall.sheet(await under(village, house, uow), meeting)).tally.expected
            for house in (village.parts.house, later)
        ]
    assert expected[1] == expected[0] + 1


async def test_the_two_policies_would_tell_the_evening_differently(village: Village, later: House) -> None:
    """Else the tests above would show nothing."""
    await closed(village)
    async with village.parts.database.read() as uow:
        meeting = replace(await november(village), held_under=None, state=State.HELD)
        tallies: list[Tally] = [
            (await rollcall.sheet(await under(village, house, uow), meeting)).tally
            for house in (village.parts.house, later)
        ]
    assert [(one.present, one.expected, one.extra, one.guests) for one in tallies] == [
        (9, 12, 1, 1),
        (11, 14, 1, 0),
    ]


async def test_a_month_that_is_locked_is_not_opened_by_a_later_lock_day(
    village: Village, tmp_path: Path
) -> None:
    """The day it was held under, or the day in force: the earlier one."""
    await closed(village)
    meeting = await november(village)
    assert meeting.held_under is not None
    assert meeting.held_under.lock_day == 5
    path = tmp_path / "lock.toml"
    found = {}
    for day in (3, 5, 20):
        path.write_text(f"[digest]\nlock_day = {day}\n", encoding="utf-8")
        house = make_house(Settings(secret_keys="scenario", policy=path))
        async with village.parts.database.read() as uow:
            found[day] = [
                await rollcall.is_locked(await under(village, house, uow, now), meeting)
                for now in ("03/12 23:59", "05/12 23:59", "07/12 09:00")
            ]
    assert found == {3: [False, True, True], 5: [False, False, True], 20: [False, False, True]}


async def packs(village: Village) -> list[str]:
    """Under which rule packs the lists were closed, oldest first."""
    async with village.parts.database.engine.connect() as connection:
        return list((await connection.execute(select(table.c.pack).order_by(table.c.serial))).scalars())
