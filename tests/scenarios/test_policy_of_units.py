"""Tables `[unit.CODE]` in force: whatever belongs to a cell or a unit follows its own rules (domain.md 17)."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import make_house
from bot.settings import Settings
from chat.replies import Reply
from chat.text import Text
from meetings.period import Period
from meetings.records import Meeting, Unit
from meetings.reminders import StepKind
from reports.roster.rows import Roster
from services import Work, digest_sending, reminders, rollcall
from services.delivery import Occasion, tell
from services.policy import BadPolicy
from services.rules import check_units, counting_of, online_allowed, pack_of, policy_of
from storage.work import UnitOfWork
from tests.scenarios.commune import CELL, COMMUNE, OTHER, PROVINCE, commune
from tests.scenarios.house import QUIET
from tests.scenarios.page import Village, moment

OCTOBER = Period(2026, 10)
TABLES = f"""{QUIET}
[[holiday]]
date = 2026-11-24
off = true

[digest]
day = 4
lock_day = 8

[unit.{PROVINCE}.months]
ahead = 1

[unit.{COMMUNE}]
pack = "vn-2018-07"
digest = {{ day = 3, hour = 06:00:00 }}

[unit.{OTHER}]
quiet = {{ start = 20:00:00, end = 09:00:00 }}
months = {{ ahead = 4 }}
digest = {{ lock_day = 20 }}
rollcall = {{ undo_hours = 1 }}
cell = {{ committee_from = 2 }}
attendance = {{ extra = "both" }}
online = {{ allowed = true, number = "09-QĐ/ĐU", date = 2026-03-02 }}
codes = {{ chat_minutes = 5 }}

[[unit.{OTHER}.step]]
kind = "notice"
audience = "members"
day = -4

[unit.NOBODY.quiet]
start = 20:00:00
"""


@pytest.fixture
def policy() -> str:
    return TABLES


@pytest.fixture
def rows() -> Roster:
    return commune(other="24")


def at(village: Village, uow: UnitOfWork, now: datetime) -> Work:
    return Work(uow, village.parts.house, now.astimezone(UTC), now.astimezone(UTC))


async def unit(work: Work, code: str) -> Unit:
    found = await work.uow.units.by_code(code)
    assert found is not None
    return found


async def first(village: Village, cell: str) -> Meeting:
    return (await village.meetings(cell))[0]


async def test_a_unit_has_the_tables_of_all_units_above_it(village: Village) -> None:
    async with village.parts.database.read() as uow:
        work = village.work(uow)
        found = {
            code: await policy_of(work, (await unit(work, code)).id)
            for code in (PROVINCE, COMMUNE, CELL, OTHER)
        }
        assert {code: one.pack for code, one in found.items()} == {
            PROVINCE: "vn-2025-10",
            COMMUNE: "vn-2018-07",
            CELL: "vn-2018-07",
            OTHER: "vn-2018-07",
        }
        assert [one.months.ahead for one in found.values()] == [1, 1, 1, 4]
        assert [one.digest.day for one in found.values()] == [4, 3, 3, 3]
        assert [one.cell.committee_from for one in found.values()] == [9, 9, 9, 2]
        assert (await policy_of(work, None)).months.ahead == 2
        again = at(village, uow, work.now)
        cell = await unit(again, CELL)
        assert await policy_of(again, cell.id) is found[CELL]


async def test_the_plan_and_the_months_ahead_are_those_of_the_cell(village: Village) -> None:
    assert [len(await village.meetings(code)) for code in (CELL, OTHER)] == [2, 5]
    async with village.parts.database.read() as uow:
        work = village.work(uow)
        dues = {code: await reminders.dues_of(work, await first(village, code)) for code in (CELL, OTHER)}
    assert [(one.step.kind, one.step.day) for one in dues[OTHER]] == [(StepKind.NOTICE, -4)]
    assert StepKind.PREVIEW in {one.step.kind for one in dues[CELL]}
    assert StepKind.INVITATION not in {one.step.kind for one in dues[CELL]}  # vn-2018-07 knows of none


async def test_a_notice_waits_for_the_end_of_the_cells_own_quiet_hours(village: Village) -> None:
    await village.join("secretary", "other-secretary")
    now = moment("12/11 20:30")
    async with village.parts.database.write() as uow:
        work = at(village, uow, now)
        for code in (CELL, OTHER):
            meeting = await first(village, code)
            person = await uow.people.by_code("secretary" if code == CELL else "other-secretary")
            assert person is not None
            occasion = Occasion.of(meeting, "probe", work.now)
            assert occasion.unit == meeting.cell
            assert await tell(work, person, occasion, Reply(Text("rollcall.nothing")))
        await uow.commit()
    village.time.move_to(moment("12/11 21:00"))
    await village.parts.sender.drain()
    assert len(await village.heard("secretary")) == 1
    assert len(await village.heard("other-secretary")) == 0
    village.time.move_to(moment("13/11 09:00"))
    await village.parts.sender.drain()
    assert len(await village.heard("other-secretary")) == 1


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-03T05:59", {}),
        ("2026-11-03T06:00", {COMMUNE}),
        ("2026-11-04T07:29", {COMMUNE}),
        ("2026-11-04T07:30", {COMMUNE, PROVINCE}),
    ],
)
async def test_a_digest_is_due_on_the_day_of_the_unit_it_is_about(
    village: Village, now: str, due: set[str]
) -> None:
    async with village.parts.database.read() as uow:
        work = at(village, uow, moment(now))
        found = {
            code
            for code in (COMMUNE, PROVINCE)
            if await digest_sending.due_period(work, (await unit(work, code)).id) == OCTOBER
        }
    assert found == set(due)


@pytest.mark.parametrize(
    ("now", "locked"),
    [("2026-12-08T23:59", set()), ("2026-12-09T00:00", {CELL}), ("2026-12-21T00:00", {CELL, OTHER})],
)
async def test_a_month_is_locked_on_the_day_of_the_cell(village: Village, now: str, locked: set[str]) -> None:
    async with village.parts.database.read() as uow:
        work = at(village, uow, moment(now))
        found = {code for code in (CELL, OTHER) if await rollcall.is_locked(work, await first(village, code))}
    assert found == locked


async def test_counting_online_and_pack_of_a_meeting_are_those_of_its_cell(village: Village) -> None:
    async with village.parts.database.read() as uow:
        work = village.work(uow)
        ours, theirs = await first(village, CELL), await first(village, OTHER)
        assert [(await counting_of(work, one)).extra for one in (ours, theirs)] == ["off", "both"]
        assert [await online_allowed(work, one) for one in (ours, theirs)] == [False, True]
        assert await pack_of(work, ours) == "vn-2018-07"


async def test_online_is_written_down_only_where_the_commune_permitted_it(village: Village) -> None:
    await village.join("secretary", "other-secretary")
    await village.clock("24/11 20:00")
    assert "trực tuyến" in (await village.say("secretary", "đủ 4tt")).text
    said = await village.say("other-secretary", "đủ 2tt")
    assert "Xác nhận" in said.choices


async def test_a_step_is_taken_back_as_long_as_the_cell_allows(village: Village) -> None:
    await village.join("secretary", "other-secretary")
    await village.clock("24/11 20:00")
    for who in ("secretary", "other-secretary"):
        await village.say(who, "đủ")
        await village.choose(who, "Xác nhận")
    async with village.parts.database.read() as uow:
        work = at(village, uow, moment("24/11 21:30"))
        steps = [await rollcall.last_step(work, await first(village, code)) for code in (CELL, OTHER)]
    assert [one is not None for one in steps] == [True, False]
    village.time.move_to(moment("24/11 21:30"))
    assert "Chỉ hoàn tác được trong 01 giờ." in (await village.say("other-secretary", "hoàn tác")).text


async def test_tables_nobody_has_are_named_and_no_fault(village: Village) -> None:
    async with village.parts.database.read() as uow:
        assert await check_units(village.work(uow)) == ["NOBODY"]


async def test_tables_of_one_line_that_contradict_each_other_are_refused(
    village: Village, tmp_path: Path
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(f"[unit.{COMMUNE}.digest]\nday = 8\nlock_day = 9\n[unit.{OTHER}.digest]\nlock_day = 4\n")
    house = make_house(Settings(secret_keys="scenario", policy=path))
    async with village.parts.database.read() as uow:
        with pytest.raises(BadPolicy, match=f":4: unit.{OTHER}.digest: "):
            await check_units(replace(village.work(uow), house=house))
