"""Kill -9 of a real process at each point between claim, send and commit, then a fresh one: nothing is lost."""

from collections import Counter

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.tables.delivery import outbox
from tests.processes.child import Cut
from tests.processes.scene import Scene, a_cell, a_reader, finished, killed, letters, notices
from tests.storage import build

MEMBERS = 12
READERS = 3
LEASE = 0.5
SENDING = [cut for cut in Cut if cut is not Cut.NEVER and "turn" not in cut]
ONCE = {Cut.BEFORE_DECISION_COMMIT, Cut.AFTER_DECISION_COMMIT}  # one meeting, one decision


@pytest.fixture
async def cell(database: Database) -> None:
    async with database.write() as uow:
        await a_cell(uow, await build.unit(uow, "X01"), "CB1", MEMBERS)
        await uow.commit()


@pytest.fixture
async def committee(database: Database) -> None:
    async with database.write() as uow:
        commune = await build.unit(uow, "X01")
        await a_cell(uow, commune, "CB1", members=0)
        for number in range(1, READERS + 1):
            await a_reader(uow, commune, f"CB00{number}")
        await uow.commit()


async def in_doubt(scene: Scene, database: Database) -> Counter[str]:
    """Of each chat, the letters the platform has and the house has no record of: power failed in between."""
    arrived = Counter(chat for chat, _ in scene.delivered().elements())
    recorded = Counter(chat for chat, status, _ in await letters(database) if status == "sent")
    assert recorded <= arrived, "written down as sent, and the platform has never seen it"
    return arrived - recorded


async def in_hand(database: Database) -> set[str]:
    """The chats whose letter somebody claimed and never said what became of it."""
    query = select(outbox.c.chat).where(outbox.c.status == "pending", outbox.c.lease_owner.is_not(None))
    async with database.read() as uow:
        return set((await uow._connection.execute(query)).scalars())


async def told_once(scene: Scene, database: Database, again: Counter[str]) -> None:
    """Nobody was left out, nothing is written down twice, and only what was in doubt was sent again."""
    facts = await notices(database)
    assert {status for *_, status in facts} == {"sent"}
    assert len({fact[:3] for fact in facts}) == len(facts)
    kinds = [kind for _, _, kind, _ in facts]
    assert sorted(kinds) == ["group_notice.5", "group_notice.5.phone", *["notice.5"] * MEMBERS]
    assert {status for _, status, _ in await letters(database)} == {"sent"}
    found = scene.delivered()
    assert {chat for chat, _ in found} == {f"CB1-{number}" for number in range(1, MEMBERS + 1)}
    # the notices; to the secretary two lines to paste into the group, and whom to phone
    assert len(found) == MEMBERS + 3
    assert Counter(chat for chat, _ in (found - Counter(found.keys())).elements()) == again


@pytest.mark.parametrize("in_flight", [1, 8])
@pytest.mark.parametrize("cut", SENDING)
async def test_a_power_cut_loses_no_notice_and_only_those_without_a_record_are_sent_again(
    cut: Cut, in_flight: int, scene: Scene, database: Database, cell: None
) -> None:
    await killed(scene.orders(cut, nth=1 if cut in ONCE else 2, in_flight=in_flight, lease=LEASE))
    again = await in_doubt(scene, database)
    await finished(scene.orders(in_flight=in_flight, lease=LEASE))
    await told_once(scene, database, again)


@pytest.mark.parametrize(
    "cut", [Cut.AFTER_SEND, Cut.BEFORE_RECORD_COMMIT, Cut.AFTER_RECORD_COMMIT, Cut.AFTER_CLAIM_COMMIT]
)
async def test_of_eight_that_arrive_at_once_only_those_without_a_record_are_sent_again(
    cut: Cut, scene: Scene, database: Database, cell: None
) -> None:
    """The platform takes all eight before it answers the first."""
    await killed(scene.orders(cut, holds=8, in_flight=8, lease=LEASE))
    again = await in_doubt(scene, database)
    if cut in (Cut.AFTER_SEND, Cut.BEFORE_RECORD_COMMIT):
        assert again.total() == 8
    await finished(scene.orders(in_flight=8, lease=LEASE))
    await told_once(scene, database, again)


async def test_what_arrives_together_is_written_down_together(
    scene: Scene, database: Database, cell: None
) -> None:
    await killed(scene.orders(Cut.AFTER_RECORD_COMMIT, holds=8, in_flight=8, lease=LEASE))
    recorded = [status for _, status, _ in await letters(database)].count("sent")
    assert recorded > 1


async def test_a_notice_of_two_messages_is_finished_after_a_power_cut_between_them(
    scene: Scene, database: Database, cell: None
) -> None:
    """First "paste this into the group", then the text alone: the second must not be forgotten."""
    await killed(scene.orders(Cut.BEFORE_SEND, nth=MEMBERS + 2, in_flight=1, lease=LEASE))
    assert ("group_notice.5", "queued") in [fact[2:] for fact in await notices(database)]
    again = await in_doubt(scene, database)
    await finished(scene.orders(in_flight=1, lease=LEASE))
    await told_once(scene, database, again)


async def test_the_power_may_fail_again_and_again(scene: Scene, database: Database, cell: None) -> None:
    cuts = [Cut.DURING_DECISION, Cut.AFTER_CLAIM_COMMIT, Cut.AFTER_SEND, Cut.BEFORE_RECORD_COMMIT]
    for cut in cuts:
        await killed(scene.orders(cut, nth=2, in_flight=1, lease=LEASE))
    arrived, rows = Counter(chat for chat, _ in scene.delivered().elements()), await letters(database)
    unrecorded = arrived - Counter(chat for chat, status, _ in rows if status == "sent")
    await finished(scene.orders(in_flight=1, lease=LEASE))
    assert {status for *_, status in await notices(database)} == {"sent"}
    left = Counter(chat for chat, _, _ in rows)
    assert Counter(chat for chat, _ in scene.delivered().elements()) == left + unrecorded


@pytest.mark.parametrize("cut", [Cut.AFTER_CLAIM_COMMIT, Cut.AFTER_SEND, Cut.BEFORE_RECORD_COMMIT])
async def test_a_digest_in_flight_is_never_sent_twice_and_stands_there_as_unknown(
    cut: Cut, scene: Scene, database: Database, committee: None
) -> None:
    """Nobody can know whether it arrived; a second digest would look like other figures."""
    await killed(scene.orders(cut, nth=2, in_flight=1, lease=LEASE))
    doubtful = await in_hand(database)
    assert doubtful
    await finished(scene.orders(in_flight=1, lease=LEASE))
    facts = await notices(database)
    assert {fact[2] for fact in facts} == {"digest"}
    rows = await letters(database)
    unknown = {chat for chat, status, why in rows if (status, why) == ("unknown", "unknown")}
    assert unknown == doubtful
    assert Counter(status for *_, status in facts) == Counter(status for _, status, _ in rows)
    found = scene.delivered()
    assert set(found.values()) == {1}
    assert {chat for chat, status, _ in rows if status == "sent"} <= {chat for chat, _ in found}
