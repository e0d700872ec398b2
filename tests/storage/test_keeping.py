import asyncio
import json
from datetime import datetime, timedelta

from storage.database import Database
from storage.keeping import AUDIT_CHECKPOINT
from tests.storage.build import NOW, REAL, chat, person

HOLD = timedelta(seconds=30)


async def take(database: Database, owner: str, real: datetime = REAL, name: str = "poll:keng") -> bool:
    async with database.write() as uow:
        ours = await uow.keeping.take_lease(name, owner, real=real, until=real + HOLD)
        await uow.commit()
    return ours


async def test_a_lease_has_one_holder_who_may_renew_it(database: Database) -> None:
    assert await take(database, "a")
    assert not await take(database, "b")
    assert await take(database, "a", REAL + HOLD / 2)
    assert not await take(database, "b", REAL + HOLD + timedelta(seconds=1)), "it was renewed"
    assert await take(database, "b", name="poll:other")


async def test_a_lease_that_ran_out_goes_to_the_next_and_not_back(database: Database) -> None:
    assert await take(database, "a")
    assert not await take(database, "b", REAL + HOLD - timedelta(microseconds=1))
    assert await take(database, "b", REAL + HOLD)
    assert not await take(database, "a", REAL + HOLD)


async def test_of_several_who_ask_at_once_one_gets_the_lease(database: Database) -> None:
    asked = await asyncio.gather(*(take(database, f"w{number}") for number in range(4)))
    assert sum(asked) == 1
    again = await asyncio.gather(*(take(database, f"x{number}", REAL + 2 * HOLD) for number in range(4)))
    assert sum(again) == 1


async def test_who_leaves_gives_back_their_leases_and_nobody_elses(database: Database) -> None:
    await take(database, "a")
    await take(database, "b", name="poll:other")
    async with database.write() as uow:
        await uow.keeping.drop_leases("a")
        await uow.commit()
    assert await take(database, "c")
    assert not await take(database, "c", name="poll:other")


async def test_a_setting_and_a_heartbeat_are_overwritten(database: Database) -> None:
    async with database.write() as uow:
        for value in ("1", "2"):
            await uow.keeping.set("clock", value)
            await uow.keeping.beat("reminders", REAL + int(value) * HOLD)
        assert await uow.keeping.get("clock") == "2"
        assert await uow.keeping.get("nothing") is None
        assert await uow.keeping.beats() == {"reminders": REAL + 2 * HOLD}


async def test_time_throws_away_events_and_codes_that_are_old(database: Database) -> None:
    async with database.write() as uow:
        who = await person(uow)
        for name, at in (("old", NOW), ("new", NOW + HOLD)):
            await uow.conversations.received(chat(), name, at)
            await uow.accounts.add_code(who, name, at + HOLD)
            await uow.accounts.count_wrong_code("s", at)
        await uow.keeping.purge(before_product=NOW + HOLD, before_real=REAL)
        assert await uow.conversations.received(chat(), "old", NOW)
        assert not await uow.conversations.received(chat(), "new", NOW)
        assert await uow.accounts.wrong_codes(NOW - HOLD) == 1
        assert await uow.accounts.redeem(["new"], NOW) == who


async def test_events_go_by_the_products_clock_and_letters_by_the_wall_clock(database: Database) -> None:
    """The product's clock stands a month before the wall clock: nothing that is new by it may go."""
    async with database.write() as uow:
        await uow.conversations.received(chat(), "new", NOW)
        await uow.accounts.count_wrong_code("s", NOW)
        await uow.keeping.purge(before_product=NOW - HOLD, before_real=REAL - HOLD)
        assert not await uow.conversations.received(chat(), "new", NOW)
        assert await uow.accounts.wrong_codes(NOW - HOLD) == 1


async def test_a_talk_of_nobody_is_purged_and_one_of_somebody_stays(database: Database) -> None:
    async with database.write() as uow:
        await uow.accounts.link(chat("1"), await person(uow), NOW)
        group = chat("group")
        for address, who in ((chat("1"), "1"), (group, "1"), (chat("2"), "2"), (group, "2")):
            await uow.conversations.save(await uow.conversations.load(address, who), None, ())
        await uow.keeping.purge(before_product=NOW, before_real=REAL)
        kept = [
            (await uow.conversations.load(address, who)).version
            for address, who in ((chat("1"), "1"), (group, "1"), (chat("2"), "2"), (group, "2"))
        ]
    assert kept == [1, 1, 0, 0]


async def test_what_is_left_of_an_audit_log_is_a_checkpoint(database: Database) -> None:
    async with database.write() as uow:
        who = await person(uow)
        for at in (NOW - 2 * HOLD, NOW - HOLD, NOW):
            await uow.audit.note(at, who, "mark")
        for before in (NOW - HOLD, NOW, NOW):
            await uow.keeping.drop_audit(before, NOW + HOLD)
        checkpoint = json.loads(await uow.keeping.get(AUDIT_CHECKPOINT) or "")
    assert checkpoint == {
        "until": NOW.isoformat(),
        "at": (NOW + HOLD).isoformat(),
        "rows": 1,
        "ever": 2,
    }
