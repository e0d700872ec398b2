"""Two processes on one database: every tick runs in both, both send, and nothing is doubled."""

from meetings.period import Period
from meetings.terms import UnitId
from storage.database import Database
from tests.processes.child import parties
from tests.processes.scene import DECEMBER, NOVEMBER, Scene, a_cell, a_reader, finished, letters, notices
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
