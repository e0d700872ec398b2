import json

from storage.database import Database
from tests.storage.build import NOVEMBER, NOW, cell, meeting, person

ABSENT = ["absent", None, "health", 1, NOW.isoformat()]


async def test_nobody_forgotten_is_left_in_a_step_and_the_others_are(database: Database) -> None:
    async with database.write() as uow:
        home, by = await cell(uow), await person(uow)
        held = await meeting(uow, home)
        other = await meeting(uow, home, period=NOVEMBER.next())
        numbers = [
            await uow.proposals.add("line", home, by, json.dumps(payload), NOW, meeting=where.id)
            for where, payload in (
                (held, [[2, *ABSENT], [12, *ABSENT], [21, *ABSENT]]),
                (held, [[12], [2], [120]]),
                (other, [[2]]),
                (held, {"verb": "move", "why": "[2]"}),
            )
        ]
        await uow.proposals.forget(type(by)(2), held.id)
        left = [json.loads(found.payload) for one in numbers if (found := await uow.proposals.by_id(one))]
        assert left == [
            [[12, *ABSENT], [21, *ABSENT]],
            [[12], [120]],
            [[2]],
            {"verb": "move", "why": "[2]"},
        ]
        await uow.proposals.forget(type(by)(2))
        found = await uow.proposals.by_id(numbers[2])
        assert found is not None
        assert found.payload == "[]"
