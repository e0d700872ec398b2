"""A reply goes from the turn to the sender in memory: once, and not lost when the power fails in between."""

import signal
from dataclasses import replace

import pytest
from sqlalchemy import select

from meetings.records import Meeting
from meetings.terms import State
from storage.database import Database
from storage.tables.delivery import outbox
from tests.processes.child import Cut, Orders
from tests.processes.scene import DECEMBER, NOW, Scene, a_cell, finished, killed, letters, run
from tests.storage import build

MEMBER = "CB1-2"
LEASE = 1.0


@pytest.fixture(autouse=True)
async def meeting(database: Database) -> Meeting:
    """Announced to a cell of two; no tick runs in these tests, so only the turn speaks."""
    async with database.write() as uow:
        cell = await a_cell(uow, await build.unit(uow, "X01"), "CB1", members=2)
        planned = await uow.meetings.regular(cell, DECEMBER)
        assert planned is not None
        await uow.meetings.change(planned, {"state": State.ANNOUNCED, "announced_at": NOW})
        await uow.commit()
    return planned


@pytest.fixture
def turn(scene: Scene) -> Orders:
    return scene.orders(rounds=0, chat=MEMBER, says="có dự", lease=LEASE, name="turn")


@pytest.fixture
def another(scene: Scene) -> Orders:
    """It sends, and takes no turn."""
    return scene.orders(rounds=0, lease=LEASE, name="another", stays=1.5)


def carriers(scene: Scene) -> list[str]:
    return [line["name"] for line in scene.lines()]


async def test_the_process_that_took_the_turn_sends_the_reply_and_nobody_else(
    turn: Orders, another: Orders, scene: Scene, database: Database
) -> None:
    await finished(replace(turn, stays=1.5), another)
    assert carriers(scene) == ["turn"]
    assert await letters(database) == [(MEMBER, "sent", None)]


@pytest.mark.parametrize("cut", [Cut.AFTER_TURN_COMMIT, Cut.BEFORE_SEND])
async def test_a_reply_whose_process_died_before_it_was_sent_goes_out_after_the_lease(
    cut: Cut, turn: Orders, another: Orders, scene: Scene, database: Database
) -> None:
    await killed(replace(turn, cut=cut))
    assert not scene.delivered()
    async with database.read() as uow:
        row = (await uow._connection.execute(select(outbox.c.status, outbox.c.lease_until))).one()
    assert row.status == "pending"
    await finished(another)
    assert carriers(scene) == ["another"]
    assert scene.times()[0] >= row.lease_until.timestamp()
    assert await letters(database) == [(MEMBER, "sent", None)]


async def test_a_reply_that_is_on_its_way_when_the_power_fails_is_sent_once_more(
    turn: Orders, another: Orders, scene: Scene, database: Database
) -> None:
    """Nobody can know whether it arrived, and an answer may be read twice."""
    await killed(replace(turn, cut=Cut.AFTER_SEND))
    await finished(another)
    assert carriers(scene) == ["turn", "another"]
    assert await letters(database) == [(MEMBER, "sent", None)]


async def test_while_others_look_on_a_dead_process_s_reply_is_sent_by_one_of_them(
    turn: Orders, another: Orders, scene: Scene, database: Database
) -> None:
    ended = await run(replace(turn, cut=Cut.BEFORE_SEND), another, another)
    assert ended == [-signal.SIGKILL, 0, 0]
    assert carriers(scene) == ["another"]


async def test_a_process_that_does_not_send_leaves_its_reply_to_one_that_does(
    turn: Orders, another: Orders, scene: Scene, database: Database
) -> None:
    await finished(replace(turn, sends=False))
    assert await letters(database) == [(MEMBER, "pending", None)]
    await finished(replace(another, stays=0, lease=60))
    assert carriers(scene) == ["another"], "at once: nobody held it"


async def test_where_another_process_talks_for_the_bot_the_reply_is_left_to_it(
    turn: Orders, another: Orders, scene: Scene, database: Database
) -> None:
    """Its platform counts, so one gate must see everything that leaves."""
    await finished(replace(another, rate=5, stays=2), replace(turn, rate=5, waits=0.5))
    assert carriers(scene) == ["another"]
    assert await letters(database) == [(MEMBER, "sent", None)]
