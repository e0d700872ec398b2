import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from chat.replies import Action, Choice, Style
from chat.text import Text, listing
from storage.database import Database
from storage.outbox import Hold, Letter
from tests.storage.build import LEASE, NOW, REAL, chat, claim, keys, letter, queue, settle

ROWS = [f"k{number:03}" for number in range(200)]


async def test_two_hundred_rows_go_to_several_claimers_once_each(database: Database) -> None:
    await queue(database, *map(letter, ROWS))

    async def work(owner: str) -> list[str]:
        taken: list[str] = []
        while rows := await claim(database, owner, limit=7):
            taken += keys(rows)
        return taken

    shares = await asyncio.gather(*(work(f"w{number}") for number in range(4)))
    assert sorted(key for share in shares for key in share) == ROWS
    assert sum(bool(share) for share in shares) > 1


async def test_two_processes_never_take_the_same_row(database_url: str, database: Database) -> None:
    await queue(database, *map(letter, ROWS))
    workers = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.storage.claimer", database_url, owner),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        for owner in ("one", "two")
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert await worker.stdout.readline() == b"ready\n"
    answers = await asyncio.gather(*(worker.communicate(b"go\n") for worker in workers))
    shares: list[list[str]] = [json.loads(out) for out, _ in answers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert sorted(key for share in shares for key in share) == ROWS
    assert all(shares), "one process did everything: the two did not run at the same time"


async def test_nothing_is_claimed_from_an_empty_queue(database: Database) -> None:
    assert await claim(database) == []


async def test_a_claimed_letter_is_the_one_that_was_queued(database: Database) -> None:
    wanted = Letter(
        "notice:1:0",
        chat("77", channel="zalo", bot="hai"),
        person="77",
        language="en",
        text=listing(Text("a", {"when": NOW, "n": 3}), Text("b", {"who": "Lò Thị Ánh"}), separator=" · "),
        not_before=NOW,
        choices=(
            Choice(Text("yes"), Action("rsvp", ("7", "coming")), words="words.coming", style=Style.GOOD),
            Choice(Text("erase"), Action("erase"), typed_only=True),
        ),
        question="rsvp:7",
        menu_until=NOW + timedelta(days=5),
        answer=True,
        repeatable=False,
        useful_until=NOW + timedelta(days=1),
    )
    await queue(database, wanted)
    (taken,) = await claim(database)
    assert taken.letter == wanted
    assert taken.attempts == 1
    assert not taken.overrun


async def test_one_key_is_queued_once(database: Database) -> None:
    await queue(database, letter("k", chat("first")), letter("k", chat("second")))
    await queue(database, letter("k", chat("third")))
    assert [row.letter.to.chat for row in await claim(database)] == ["first"]


async def test_two_writers_at_once_queue_one_key_once(database: Database) -> None:
    await asyncio.gather(*(queue(database, letter("k")) for _ in range(4)))
    assert keys(await claim(database)) == ["k"]


async def test_replies_overtake_what_waits_and_the_rest_goes_by_time(database: Database) -> None:
    await queue(
        database,
        letter("second", not_before=NOW - timedelta(minutes=1)),
        letter("first", not_before=NOW - timedelta(minutes=2)),
        letter("third", not_before=NOW - timedelta(minutes=1)),
        letter("reply", answer=True),
    )
    assert keys(await claim(database, limit=3)) == ["reply", "first", "second"]
    assert keys(await claim(database, "w2")) == ["third"]


@pytest.mark.parametrize(("early", "due"), [(timedelta(0), True), (timedelta(microseconds=1), False)])
async def test_a_row_waits_for_its_time_on_the_clock_of_the_product(
    database: Database, early: timedelta, due: bool
) -> None:
    await queue(database, letter("k", not_before=NOW))
    assert bool(await claim(database, now=NOW - early)) is due


async def test_a_chat_with_a_letter_in_flight_waits_and_others_do_not(database: Database) -> None:
    await queue(database, letter("a1", chat("a")))
    await claim(database)
    await queue(
        database,
        letter("a2", chat("a"), answer=True),
        letter("b1", chat("b")),
        letter("same chat of another bot", chat("a", bot="other")),
        letter("same chat elsewhere", chat("a", channel="zalo")),
    )
    assert keys(await claim(database, "w2")) == ["b1", "same chat of another bot", "same chat elsewhere"]
    assert keys(await claim(database, "w2", real=REAL + LEASE - timedelta(seconds=1))) == []


async def test_letters_to_one_chat_go_to_one_worker_in_order(database: Database) -> None:
    """A notice of three parts would arrive in any order if two workers shared it out."""
    await queue(database, *(letter(f"part {number}", chat("a")) for number in range(3)))
    first = await claim(database, limit=2)
    assert keys(first) == ["part 0", "part 1"]
    assert await claim(database, "w2") == []
    await settle(database, first[0].id, {"status": "sent"})
    assert await claim(database, "w2") == [], "part 1 is still in flight"
    await settle(database, first[1].id, {"status": "sent"})
    assert keys(await claim(database, "w2")) == ["part 2"]


async def test_two_claimers_at_once_never_share_a_chat(postgres_database_url: str) -> None:
    """PostgreSQL: the second one skips the locked row and must not go on to the next of the same chat."""
    database = Database(postgres_database_url)
    await queue(database, *(letter(f"part {number}", chat("a")) for number in range(3)))
    async with database.write() as one:
        first = await one.outbox.claim(Hold("one", REAL + LEASE), now=NOW, real=REAL, limit=1)
        other = asyncio.create_task(claim(database, "two"))
        await asyncio.wait([other], timeout=0.2)
        assert not other.done()
        await one.commit()
    assert keys(first) == ["part 0"]
    assert await other == []
    await database.close()


async def test_a_paused_channel_is_left_alone_until_the_pause_is_over(database: Database) -> None:
    await queue(
        database,
        letter("paused", chat("a", channel="zalo")),
        letter("other bot", chat("b", channel="zalo", bot="hai")),
        letter("other channel", chat("c")),
    )
    async with database.write() as uow:
        await uow.keeping.pause("zalo", "keng", REAL + timedelta(seconds=30), "quota")
        await uow.commit()
    assert keys(await claim(database)) == ["other bot", "other channel"]
    assert keys(await claim(database, real=REAL + timedelta(seconds=29))) == []
    assert keys(await claim(database, real=REAL + timedelta(seconds=30))) == ["paused"]


async def test_a_claim_leaves_out_the_bots_it_is_told_to(database: Database) -> None:
    await queue(
        database,
        letter("full", chat("a", channel="zalo")),
        letter("other bot", chat("b", channel="zalo", bot="hai")),
        letter("other channel", chat("c")),
    )
    without = {("zalo", "keng"), ("telegram", "keng")}
    async with database.write() as uow:
        hold = Hold("w1", REAL + LEASE)
        taken = await uow.outbox.claim(hold, now=NOW, real=REAL, limit=9, without=without)
        await uow.commit()
    assert keys(taken) == ["other bot", "other channel"]
    assert keys(await claim(database)) == ["full"]


async def test_a_letter_that_is_written_into_somebodys_hands_is_theirs_until_the_lease_is_over(
    database: Database,
) -> None:
    async with database.write() as uow:
        number = await uow.outbox.add_once(letter("reply", answer=True), REAL, Hold("w1", REAL + LEASE))
        assert not uow.outbox.left_waiting
        await uow.outbox.add_once(letter("notice", chat("b")), REAL)
        assert uow.outbox.left_waiting
        await uow.commit()
    assert keys(await claim(database, "w2")) == ["notice"]
    assert await settle(database, number or 0, {"why": "still mine"})
    (row,) = await claim(database, "w2", real=REAL + LEASE, limit=1)
    assert (row.letter.dedupe_key, row.attempts, row.overrun) == ("reply", 2, True)


async def test_the_earliest_waiting_row_is_known(database: Database) -> None:
    async with database.read() as uow:
        assert await uow.outbox.next_due() is None
    await queue(database, letter("late", not_before=NOW + timedelta(days=2)), letter("soon", not_before=NOW))
    async with database.read() as uow:
        assert await uow.outbox.next_due() == NOW
