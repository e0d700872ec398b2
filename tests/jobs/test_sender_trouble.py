"""Letters that go wrong, and a sender that stops: the others go on, and what it held is given back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from chat.capabilities import Capabilities, Limits
from chat.channel import Outgoing, Rejected, Throttled, Unreachable
from chat.text import Text
from jobs.clock import wall_clock
from jobs.outcomes import Pace
from services import Work, sending
from services.sending import Ready
from services.work import House
from storage.database import Database
from storage.errors import NoDatabase
from storage.outbox import Claimed, Letter
from storage.tables.delivery import outbox
from storage.work import UnitOfWork
from tests.fakes import Scripted
from tests.jobs.scene import (
    LONG,
    LONG_AGO,
    Gated,
    all_sent,
    hand_over,
    letter,
    queue,
    rows,
    running,
    sender,
    statuses,
    until,
)
from tests.storage.build import NOW, chat

# One that goes wrong


async def test_a_letter_that_cannot_even_be_looked_at_holds_up_nobody_and_is_given_up_in_the_end(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    proper = sending.prepare

    async def prepare(work: Work, claimed: Claimed, until: datetime) -> Ready | str | None:
        if claimed.letter.dedupe_key == "bad":
            raise ZeroDivisionError
        return await proper(work, claimed, until)

    monkeypatch.setattr(sending, "prepare", prepare)
    platform = Scripted()
    await queue(database, letter("a", chat("a")), letter("bad", chat("b")), letter("c", chat("c")))
    pace = Pace(tries=3, back_off=timedelta())
    await sender(database, house, pace, keng=platform).drain()
    assert platform.chats == ["a", "c"]
    assert [(row.status, row.why, row.attempts) for row in await rows(database)] == [
        ("sent", None, 1),
        ("failed", "defect", 3),
        ("sent", None, 1),
    ]


async def test_replies_go_before_notices_of_the_same_chat_and_each_kind_in_order(
    database: Database, house: House
) -> None:
    platform, words = (
        Gated(),
        ["code.ask", "help.stranger", "menu.expired", "refused.content", "unknown.help"],
    )
    took: list[str] = []

    class Noting(Gated):
        async def send(self, message: Outgoing) -> str:
            took.append(message.text)
            return await super().send(message)

    platform = Noting()
    one = sender(database, house, keng=platform)
    to = chat("a")
    made = [Letter(key, to, "a", "vi", Text(key), NOW, answer=place >= 3) for place, key in enumerate(words)]
    await queue(database, *made[:3])
    async with running(one):
        await until(lambda: asyncio.sleep(0, bool(took)))
        await hand_over(database, one, *made[3:])
        platform.gate.set()
        await until(lambda: all_sent(database))
    wanted = [words[0], words[3], words[4], words[1], words[2]]
    assert took == [house.catalogue.entry(key, "vi") for key in wanted]


@pytest.mark.parametrize(
    ("error", "status", "why"),
    [
        (Unreachable(sent=False), "unknown", "no answer"),
        (Throttled(5), "unknown", "no answer"),
        (Rejected(), "failed", "rejected"),
        (ZeroDivisionError(), "unknown", "no answer"),
    ],
)
async def test_once_a_first_piece_is_out_nobody_says_surely_not_sent(
    database: Database, house: House, error: Exception, status: str, why: str
) -> None:
    platform = Scripted(can=Capabilities(max_text=120), script=[None, error])
    to = chat("a")
    await queue(database, Letter("k", to, "a", "vi", LONG, NOW, repeatable=False))
    await sender(database, house, keng=platform).drain()
    assert platform.asked == 2
    assert [(row.status, row.why) for row in await rows(database)] == [(status, why)]


# Stopping, and running again


async def test_before_it_runs_and_after_it_stopped_nothing_is_laid_into_its_hands(
    database: Database, house: House
) -> None:
    one = sender(database, house, keng=Scripted())
    assert one.hold(chat("a")) is None
    async with running(one):
        await asyncio.sleep(0)
        held = one.hold(chat("a"))
        assert held is not None
        assert held.owner == "me"
        assert held.until > wall_clock()
        assert one.hold(chat("a", bot="nobody has")) is None
    assert one.hold(chat("a")) is None


async def test_what_is_handed_over_as_it_stops_is_given_back(database: Database, house: House) -> None:
    platform = Scripted()
    one = sender(database, house, keng=platform)
    async with running(one):
        await asyncio.sleep(0)
        reply = letter("k", chat("a"), answer=True)
        hold = one.hold(reply.to)
        async with database.write() as uow:
            number = await uow.outbox.add_once(reply, LONG_AGO, hold)
            await uow.commit()
    assert hold is not None
    one.take([Ready(Claimed(number or 0, reply, 1, overrun=False), None, hold.until)])
    await until(lambda: asyncio.sleep(0, not one._lanes))
    ((row,), took) = await rows(database), platform.took
    assert (row.status, row.lease_owner, row.attempts, took) == ("pending", None, 0, [])
    assert await sender(database, house, owner="next", keng=platform).drain() == 1


class SlowToClose(Database):
    """Its transactions take their time to end once they are committed."""

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        async with super().write() as uow:
            yield uow
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("after", [0.01, 0.05, 0.11, 0.15])
async def test_what_was_just_claimed_when_it_stops_is_given_back_and_not_left_in_doubt(
    database: Database, house: House, after: float
) -> None:
    """A digest of which nobody knows whether it arrived would never be sent."""
    slow = SlowToClose(database.url.render_as_string(hide_password=False))
    platform = Gated()
    platform.gate.set()
    await queue(database, *(letter(f"k{n}", chat("a"), repeatable=False) for n in range(9)))
    async with running(sender(slow, house, keng=platform)):
        await asyncio.sleep(after)
    await slow.close()
    found = await rows(database)
    assert {(row.status, row.lease_owner) for row in found} <= {("sent", "me"), ("pending", None)}
    assert len(platform.asked) == [row.status for row in found].count("sent")


async def test_letters_that_wait_for_their_turn_at_the_gate_are_given_back(
    database: Database, house: House
) -> None:
    platform = Scripted(can=Capabilities(limits=Limits(per_second=1, chat_gap=0)))
    await queue(database, *(letter(f"k{n}", chat(f"c{n}")) for n in range(20)))
    async with asyncio.timeout(5), running(sender(database, house, keng=platform)):
        await until(lambda: asyncio.sleep(0, bool(platform.took)))
    assert await statuses(database) == {"sent": 1, "pending": 19}
    assert {row.lease_owner for row in await rows(database) if row.status == "pending"} == {None}


async def test_a_letter_of_several_pieces_that_has_begun_is_finished_when_it_stops(
    database: Database, house: House
) -> None:
    platform = Scripted(can=Capabilities(max_text=120, limits=Limits(per_second=2, chat_gap=0)))
    await queue(database, Letter("k", chat("a"), "a", "vi", LONG, NOW))
    async with running(sender(database, house, keng=platform)):
        await until(lambda: asyncio.sleep(0, bool(platform.took)))
        assert await statuses(database) == {"pending": 1}
    assert await statuses(database) == {"sent": 1}
    assert len(platform.took) > 1


async def test_without_a_database_it_stops_all_the_same(database: Database, house: House) -> None:
    class Gone(Database):
        gone = False

        @asynccontextmanager
        async def write(self) -> AsyncIterator[UnitOfWork]:
            if self.gone:
                raise NoDatabase
            async with super().write() as uow:
                yield uow

    fragile = Gone(database.url.render_as_string(hide_password=False))
    platform = Gated()
    await queue(database, letter("k", chat("a")))
    pace = Pace(stopping=timedelta(seconds=0.3))
    async with asyncio.timeout(5), running(sender(fragile, house, pace, keng=platform)):
        await until(lambda: asyncio.sleep(0, bool(platform.asked)))
        fragile.gone = True
        platform.gate.set()
    await fragile.close()
    assert await statuses(database) == {"pending": 1}


async def test_nothing_it_started_is_left_behind(database: Database, house: House) -> None:
    before = asyncio.all_tasks()
    platform = Gated()
    await queue(database, *(letter(f"k{n}", chat(f"c{n % 3}")) for n in range(9)))
    one = sender(database, house, Pace(stopping=timedelta(seconds=0.1)), keng=platform)
    async with running(one):
        await until(lambda: asyncio.sleep(0, len(platform.asked) == 3))
    assert asyncio.all_tasks() == before
    assert one._lanes == {}
    platform.gate.set()
    async with database.write() as uow:
        await uow._connection.execute(outbox.update().values(lease_owner=None, lease_until=LONG_AGO))
        await uow.commit()
    async with running(one):
        await until(lambda: all_sent(database))


async def test_after_it_stopped_it_cannot_be_drained_and_that_ends(database: Database, house: House) -> None:
    one = sender(database, house, keng=Scripted())
    async with running(one):
        await asyncio.sleep(0)
    await queue(database, letter("k", chat("a")))
    async with asyncio.timeout(5):
        assert await one.drain() == 0
    assert await statuses(database) == {"pending": 1}
