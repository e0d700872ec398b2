"""The storm switch over 89 cells and 2,500 people: one message each, none lost on kill -9 in the middle."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy import insert, select

from chat.events import Address
from chat.replies import Action
from chat.tokens import Signer
from jobs.clock import wall_clock
from meetings.roles import Right
from meetings.span import Span
from meetings.terms import CellRole, State, UnitId, UpperRole
from services import access, storm
from services.work import House, Work
from storage.database import Database
from storage.tables.delivery import notice
from storage.tables.meetings import meeting as meetings
from storage.tables.people import account, membership, person, role, unit
from storage.work import UnitOfWork
from tests.processes.child import BOT, CHANNEL, KEY, Cut, Orders
from tests.processes.scene import CREATED, DECEMBER, NOW, STARTS, Scene, finished, killed, link
from tests.processes.scene import role as post
from tests.scenarios.house import house
from tests.storage import build

CELLS, MEMBERS = 89, 28  # with the second membership of some: 2,492 people
DOUBLE = 20  # people who belong to the next cell, too
LEASE = 1.0
IN_FLIGHT = 64
CHAIR = "CB001"


@pytest.fixture
async def commune(database: Database) -> UnitId:
    """89 announced cells of linked members; number 1 is secretary. Nobody has a group, so secretaries paste."""
    async with database.write() as uow:
        top = await build.unit(uow, "X01")
        connection = uow._connection
        names = [f"C{number:02}" for number in range(1, CELLS + 1)]
        await connection.execute(
            insert(unit),
            [{"code": name, "name": f"Chi bộ {name}", "level": "cell", "parent": top} for name in names],
        )
        cells = {row.code: row.id for row in await connection.execute(select(unit.c.code, unit.c.id))}
        people = [f"{name}-{number}" for name in names for number in range(1, MEMBERS + 1)]
        await connection.execute(
            insert(person),
            [{"code": code, "name": code, "language": "vi", "consented_at": CREATED} for code in people],
        )
        ids = {row.code: row.id for row in await connection.execute(select(person.c.code, person.c.id))}
        rolls = [(code, code.partition("-")[0], int(code.partition("-")[2])) for code in people]
        rolls += [
            (f"{name}-{MEMBERS}", following, MEMBERS + 1) for name, following in pairwise(names[: DOUBLE + 1])
        ]
        await connection.execute(
            insert(membership),
            [
                {"person": ids[code], "cell": cells[name], "number": number, "standing": "official"}
                for code, name, number in rolls
            ],
        )
        linked = {"channel": CHANNEL, "bot": BOT, "linked_at": CREATED, "used_at": CREATED, "refused": 0}
        await connection.execute(
            insert(account), [{**linked, "chat": code, "person": ids[code]} for code in people]
        )
        since = {"digest": False, "since": CREATED.date(), "role": CellRole.SECRETARY}
        await connection.execute(
            insert(role), [{**since, "person": ids[f"{name}-1"], "unit": cells[name]} for name in names]
        )
        await connection.execute(
            insert(meetings),
            [
                {
                    **build.meeting_values(UnitId(cells[name]), period=DECEMBER, starts_at=STARTS),
                    "state": State.ANNOUNCED,
                    "announced_at": CREATED,
                    "created_at": CREATED,
                }
                for name in names
            ],
        )
        await build.person(uow, CHAIR)
        await link(uow, CHAIR)
        await post(uow, CHAIR, top, UpperRole.STANDING, digest=False)
        await uow.commit()
    return top


async def acting(uow: UnitOfWork, house: House) -> Work:
    chair = await uow.people.by_code(CHAIR)
    assert chair is not None
    return Work(uow, house, NOW, wall_clock()).acting(chair)


async def previewed(database: Database) -> int:
    """All cells of that day, shown, and confirmed once."""
    async with database.write() as uow:
        work = await acting(uow, house())
        [top] = await access.upper_units(work, Right.POSTPONE_BELOW)
        run = await storm.begin(work, top, Span(STARTS.date(), STARTS.date()), None)
        run, found, audience = await storm.shown(work, run)
        assert (len(found), len(audience.listeners)) == (CELLS, CELLS * MEMBERS)
        await uow.commit()
    return run.number


def pressed(scene: Scene, name: str, number: int, cut: Cut = Cut.NEVER, **more: int | float | str) -> Orders:
    token = Signer([KEY]).pack(Action(name, (str(number),)), Address(CHANNEL, BOT, CHAIR))
    return replace(
        scene.orders(cut, rounds=0, in_flight=IN_FLIGHT, lease=LEASE, patience=120, synced=False, **more),
        chat=CHAIR,
        presses=token,
        event_id=f"{name}-1",
    )


async def states(database: Database) -> Counter[tuple[str, int]]:
    async with database.read() as uow:
        rows = await uow._connection.execute(select(meetings.c.state, meetings.c.revision))
        return Counter((row.state, row.revision) for row in rows)


async def written(database: Database) -> Counter[tuple[str, str]]:
    """Facts of notices by kind and status."""
    async with database.read() as uow:
        rows = await uow._connection.execute(select(notice.c.kind, notice.c.status))
        return Counter((row.kind, row.status) for row in rows)


async def test_a_storm_over_89_cells_survives_a_kill_before_and_after_its_commit_and_in_the_middle_of_sending(
    scene: Scene, database: Database, commune: UnitId
) -> None:
    number = await previewed(database)
    await killed(pressed(scene, "storm_twice", number, Cut.BEFORE_TURN_COMMIT))
    assert await states(database) == {(State.ANNOUNCED, 1): CELLS}
    assert not await written(database)

    await killed(pressed(scene, "storm_twice", number, Cut.AFTER_TURN_COMMIT))
    assert await states(database) == {(State.POSTPONED, 2): CELLS}
    assert await written(database) == {("storm", "queued"): CELLS * MEMBERS}
    assert not scene.delivered()

    await killed(pressed(scene, "storm_twice", number, Cut.AFTER_SEND, nth=900))
    await finished(pressed(scene, "storm_twice", number))
    assert await written(database) == {("storm", "sent"): CELLS * MEMBERS}
    told = Counter(chat for chat, text in scene.delivered().elements() if "HOÃN SINH HOẠT" in text)
    assert len(told) == CELLS * MEMBERS
    in_doubt = sum(told.values()) - len(told)
    assert in_doubt <= IN_FLIGHT, "only what was in flight when the power failed is sent again"
    both = next(text for chat, text in scene.delivered() if chat == f"C01-{MEMBERS}")
    assert "Chi bộ C01" in both
    assert "Chi bộ C02" in both


async def test_undone_in_the_middle_of_sending_just_those_who_may_have_heard_are_told_that_the_date_stands(
    scene: Scene, database: Database, commune: UnitId
) -> None:
    number = await previewed(database)
    await killed(pressed(scene, "storm_twice", number, Cut.AFTER_SEND, nth=100))
    await finished(pressed(scene, "storm_back", number))
    assert await states(database) == {(State.ANNOUNCED, 1): CELLS}
    said = scene.delivered()
    off = {chat for chat, text in said if "HOÃN SINH HOẠT" in text}
    stands = Counter(chat for chat, text in said.elements() if "GIỮ NGUYÊN" in text)
    assert len(off) >= 99  # one of the hundred was the answer to the chair
    assert off <= set(stands), "told that it is off, and not that it stands"
    assert set(stands.values()) == {1}
    assert len(stands) - len(off) <= 2 * IN_FLIGHT, (
        "besides, only what was in a hand at the kill or at the undo"
    )
    found = await written(database)
    assert found["storm_stands", "sent"] == len(stands)
    assert not any(status == "queued" for _, status in found)
