from dataclasses import replace
from datetime import datetime, timedelta

from storage.database import Database
from storage.queries import Values
from tests.storage.build import LEASE, NOW, REAL, chat, claim, keys, letter, queue, settle

SENT = {"status": "sent", "message_id": "m1", "done_at": REAL}


def given_back(retry_at: datetime) -> Values:
    return {"lease_owner": None, "lease_until": REAL, "retry_at": retry_at}


async def test_a_sent_letter_is_never_claimed_again(database: Database) -> None:
    await queue(database, letter("k"))
    (row,) = await claim(database)
    assert await settle(database, row.id, SENT)
    assert await claim(database, real=REAL + 10 * LEASE) == []


async def test_a_lease_that_ran_out_hands_the_letter_on_as_overrun(database: Database) -> None:
    await queue(database, letter("k"))
    await claim(database, "dead")
    assert await claim(database, "heir", real=REAL + LEASE - timedelta(microseconds=1)) == []
    (row,) = await claim(database, "heir", real=REAL + LEASE)
    assert row.overrun
    assert row.attempts == 2


async def test_only_who_holds_the_lease_may_settle(database: Database) -> None:
    await queue(database, letter("k"))
    (row,) = await claim(database, "slow")
    await claim(database, "heir", real=REAL + LEASE)
    assert not await settle(database, row.id, SENT, "slow")
    assert await settle(database, row.id, SENT, "heir")


async def test_a_row_nobody_claimed_cannot_be_settled(database: Database) -> None:
    await queue(database, letter("k"))
    assert not await settle(database, 1, SENT)
    assert keys(await claim(database)) == ["k"]


async def test_a_letter_given_back_waits_for_its_next_try_and_is_no_overrun(database: Database) -> None:
    await queue(database, letter("k"))
    (row,) = await claim(database)
    later = REAL + timedelta(seconds=40)
    assert await settle(database, row.id, given_back(later))
    assert await claim(database, real=later - timedelta(microseconds=1)) == []
    (again,) = await claim(database, real=later)
    assert not again.overrun
    assert again.attempts == 2


async def test_a_letter_waiting_for_its_next_try_does_not_hold_up_its_chat(database: Database) -> None:
    await queue(database, letter("tried", chat("a")))
    (row,) = await claim(database)
    await settle(database, row.id, given_back(REAL + timedelta(hours=1)))
    await queue(database, letter("next", chat("a")))
    assert keys(await claim(database)) == ["next"]


async def test_a_jump_of_the_products_clock_takes_nothing_from_who_is_sending(database: Database) -> None:
    await queue(database, letter("k"))
    await claim(database, "sending")
    assert await claim(database, "other", now=NOW + timedelta(days=3)) == []


async def test_settled_letters_are_purged_and_waiting_ones_stay(database: Database) -> None:
    await queue(database, letter("done"), letter("waiting"))
    done = next(row for row in await claim(database) if row.letter.dedupe_key == "done")
    await settle(database, done.id, SENT)
    async with database.write() as uow:
        await uow.keeping.purge(before_product=NOW, before_real=REAL + timedelta(seconds=1))
        await uow.commit()
    await queue(database, letter("done"))
    assert keys(await claim(database)) == ["done"], "still there although it was settled before"
    async with database.write() as uow:
        assert await uow.keeping.queue_depth() == 2


async def test_the_letters_of_somebody_surely_dead_are_handed_on_at_once_as_overrun(
    database: Database,
) -> None:
    await queue(database, letter("k"))
    await claim(database, "dead")
    async with database.write() as uow:
        await uow.outbox.let_go("somebody else", REAL)
        await uow.commit()
    assert await claim(database, "heir") == []
    async with database.write() as uow:
        await uow.outbox.let_go("dead", REAL)
        await uow.commit()
    (row,) = await claim(database, "heir")
    assert row.overrun


async def test_letters_that_may_go_are_counted_until_they_have_gone(database: Database) -> None:
    ahead = replace(letter("later"), not_before=NOW + timedelta(days=1))
    await queue(database, letter("k"), replace(letter("reply"), answer=True), ahead)
    row, *_ = await claim(database)
    async with database.read() as uow:
        assert await uow.outbox.due(NOW) == 2
        assert await uow.outbox.due(NOW, answers=False) == 1
        assert await uow.outbox.due(NOW + timedelta(days=1)) == 3
    await settle(database, row.id, SENT)
    async with database.read() as uow:
        assert await uow.outbox.due(NOW) == 1
