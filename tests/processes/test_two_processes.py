"""Two processes on one database: every tick runs in both, both send, and nothing is doubled."""

import signal
from dataclasses import replace
from itertools import pairwise

from meetings.period import Period
from meetings.terms import UnitId
from storage.database import Database
from tests.processes.child import Cut, parties
from tests.processes.scene import DECEMBER, NOVEMBER, Scene, a_cell, a_reader, finished, letters, notices, run
from tests.storage import build

CELLS = ("CB1", "CB2", "CB3")
MEMBERS = 12
READERS = 4


async def a_commune(database: Database) -> list[UnitId]:
    async with database.write() as uow:
        commune = await build.unit(uow, "X01")
        cells = [await a_cell(uow, commune, code, MEMBERS) for code in CELLS]
        for number in range(READERS):
            await a_reader(uow, commune, f"CB00{number}")
        await uow.commit()
    return cells


async def test_every_tick_runs_in_both_and_everything_happens_once(scene: Scene, database: Database) -> None:
    """The platform answers nobody before both have sent something."""
    cells = await a_commune(database)
    await finished(*[scene.orders(rounds=4, in_flight=2, parties=2)] * 2)

    facts = await notices(database)
    assert len({fact[:3] for fact in facts}) == len(facts)
    assert [fact[3] for fact in facts] == ["sent"] * (len(CELLS) * (MEMBERS + 2) + READERS)
    assert {status for _, status, _ in await letters(database)} == {"sent"}

    found = scene.delivered()
    assert len(found) == len(CELLS) * (MEMBERS + 3) + READERS
    assert set(found.values()) == {1}
    assert len(parties(scene.platform)) == 2

    async with database.read() as uow:
        for cell in cells:
            months = [one.period for one in await uow.meetings.of_cell(cell)]
            assert months == [NOVEMBER, DECEMBER, Period(2027, 1), Period(2027, 2)]


async def test_where_the_platform_counts_one_process_talks_and_keeps_the_pace(
    scene: Scene, database: Database
) -> None:
    await a_commune(database)
    rate = 15
    await finished(*[scene.orders(in_flight=4, rate=rate)] * 2)
    assert {status for *_, status in await notices(database)} == {"sent"}
    assert set(scene.delivered().values()) == {1}
    assert len(parties(scene.platform)) == 1
    times = scene.times()
    assert all(later - earlier > 0.99 for earlier, later in zip(times, times[rate:], strict=False))


async def test_when_the_one_that_talks_dies_the_other_takes_over_after_its_lease(
    scene: Scene, database: Database
) -> None:
    await a_commune(database)
    orders = scene.orders(in_flight=4, rate=50, lease=0.5, leads=1.5)
    dying = replace(orders, cut=Cut.BEFORE_SEND, nth=9)
    ended = await run(dying, replace(orders, waits=0.5))
    assert ended == [-signal.SIGKILL, 0]
    assert {status for *_, status in await notices(database)} == {"sent"}
    assert len(parties(scene.platform)) == 2
    times = scene.times()
    assert max(later - earlier for earlier, later in pairwise(times)) < 2.5


async def test_who_stops_in_order_hands_the_talking_over_at_once(scene: Scene, database: Database) -> None:
    """The first says nothing more after its ticks; the other would wait a minute for a lease nobody let go."""
    orders = scene.orders(rate=50, leads=60)
    await finished(orders)
    await a_commune(database)
    await finished(orders)
    assert {status for *_, status in await notices(database)} == {"sent"}
