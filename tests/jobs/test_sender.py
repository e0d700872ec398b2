"""What the sender has in hand: never too much, never twice, never stuck."""

import asyncio
from collections import Counter

import pytest

from chat.capabilities import Capabilities
from jobs.outcomes import Pace
from services import sending
from services.work import House
from storage.database import Database
from storage.errors import NoDatabase
from storage.work import UnitOfWork
from tests.fakes import Scripted
from tests.jobs.scene import (
    FAST,
    Gated,
    Wall,
    all_sent,
    hand_over,
    letter,
    queue,
    rows,
    running,
    sender,
    until,
)
from tests.storage.build import chat


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    wall = Wall()
    monkeypatch.setattr("jobs.outbox.wall_clock", wall)
    return wall


# How much is in hand


@pytest.mark.parametrize("in_flight", [1, 2, 3, 8])
async def test_no_more_chats_of_a_bot_are_written_to_at_once_than_agreed(
    database: Database, house: House, in_flight: int
) -> None:
    platform = Gated()
    await queue(database, *(letter(f"k{n}", chat(f"c{n}")) for n in range(30)))
    one = sender(database, house, Pace(in_flight=in_flight), keng=platform)
    async with running(one):
        await asyncio.sleep(0.3)
        assert len(platform.asked) == in_flight
        claimed = [row for row in await rows(database) if row.lease_owner is not None]
        assert len(claimed) == in_flight, "the rest is there for whoever has room"
        platform.gate.set()
        await until(lambda: all_sent(database))
    assert platform.most == in_flight
    assert one._lanes == {}


async def test_room_is_filled_again_as_soon_as_there_is_some(database: Database, house: House) -> None:
    """Not at the next look, which may be far."""
    platform = Gated()
    platform.gate.set()
    await queue(database, *(letter(f"k{n}", chat(f"c{n}")) for n in range(30)))
    async with running(sender(database, house, Pace(in_flight=4), keng=platform), idle=60):
        await until(lambda: all_sent(database))


async def test_a_bot_whose_platform_is_slow_keeps_no_other_bot_waiting(
    database: Database, house: House
) -> None:
    slow, quick = Gated(), Scripted()
    await queue(database, *(letter(f"s{n}", chat(f"s{n}", bot="slow")) for n in range(30)))
    async with running(sender(database, house, Pace(in_flight=4), slow=slow, quick=quick)):
        await asyncio.sleep(0.1)
        await queue(database, *(letter(f"q{n}", chat(f"q{n}", bot="quick")) for n in range(9)))
        await until(lambda: asyncio.sleep(0, len(quick.took) == 9))
        assert len(slow.asked) == 4
        slow.gate.set()
        await until(lambda: all_sent(database))


async def test_a_chat_with_a_great_many_letters_keeps_no_other_chat_waiting(
    database: Database, house: House
) -> None:
    """Somebody who writes without end gets as many answers, one after the other."""
    platform = Gated()
    one = sender(database, house, Pace(in_flight=4), keng=platform)
    async with running(one):
        await asyncio.sleep(0)
        for n in range(50):
            await hand_over(database, one, letter(f"r{n}", chat("flood"), answer=True))
        await queue(database, *(letter(f"k{n}", chat(f"c{n}")) for n in range(2)))
        await until(lambda: asyncio.sleep(0, {"c0", "c1"} <= set(platform.asked)))
        platform.gate.set()
        await until(lambda: all_sent(database))
    assert Counter(platform.asked) == {"flood": 50, "c0": 1, "c1": 1}


# Never twice


@pytest.mark.parametrize("repeatable", [True, False])
async def test_a_letter_whose_lease_runs_out_in_our_own_hands_is_not_taken_a_second_time(
    database: Database, house: House, wall: Wall, repeatable: bool
) -> None:
    """Its chat is held for long by the platform; other letters come and go meanwhile."""
    platform = Scripted(can=Capabilities(limits=FAST))
    one = sender(database, house, keng=platform)
    await queue(database, letter("held", chat("held"), repeatable=repeatable))
    async with running(one):
        one_pacer = one.pacers.of(chat("held"))
        assert one_pacer is not None
        one_pacer.hold(chat("held"), 1.0)
        for n in range(3):
            await queue(database, letter(f"k{n}", chat(f"c{n}")))
            one.wake()
            await until(lambda n=n: asyncio.sleep(0, f"c{n}" in platform.chats))  # type: ignore[misc]
            wall.forward += Pace().lease * 0.9
        await until(lambda: all_sent(database))
        await asyncio.sleep(0.1)
    assert Counter(platform.chats) == {"held": 1, "c0": 1, "c1": 1, "c2": 1}


async def test_a_letter_that_arrived_and_is_not_yet_written_down_is_not_taken_again(
    database: Database, house: House, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Scripted()
    proper = sending.sent

    async def failing(*_args: object) -> None:
        raise NoDatabase

    monkeypatch.setattr("jobs.outcomes._AGAIN", 0.01)
    monkeypatch.setattr(sending, "sent", failing)
    await queue(database, letter("k", chat("a")))
    async with running(sender(database, house, keng=platform)):
        await until(lambda: asyncio.sleep(0, bool(platform.took)))
        for _ in range(3):
            wall.forward += Pace().lease * 2
            await asyncio.sleep(0.05)
        monkeypatch.setattr(sending, "sent", proper)
        await until(lambda: all_sent(database))
    assert platform.chats == ["a"]


async def test_two_senders_that_run_beside_each_other_double_nothing(
    database: Database, house: House
) -> None:
    platforms = [Scripted(), Scripted()]
    senders = [
        sender(database, house, Pace(in_flight=2), owner=f"s{n}", keng=platform)
        for n, platform in enumerate(platforms)
    ]
    await queue(database, *(letter(f"k{n}", chat(f"c{n % 20}")) for n in range(60)))
    async with running(*senders):
        await until(lambda: all_sent(database))
    assert Counter(platforms[0].chats + platforms[1].chats) == {f"c{n}": 3 for n in range(20)}


async def test_where_the_platform_counts_one_of_two_senders_talks_until_it_stops(
    database: Database, house: House
) -> None:
    first, second = (Scripted(can=Capabilities(limits=FAST)) for _ in range(2))
    one, other = (
        sender(database, house, owner=name, keng=platform)
        for name, platform in (("one", first), ("other", second))
    )
    async with running(one):
        await until(lambda: asyncio.sleep(0, one.leads(chat("a"))))
        async with running(other):
            await queue(database, letter("k1", chat("a")), letter("k2", chat("b")))
            await until(lambda: all_sent(database))
            assert (one.leads(chat("a")), other.leads(chat("a"))) == (True, False)
            assert other.hold(chat("a")) is None
            assert second.took == []
    async with running(other):
        await queue(database, letter("k3", chat("a")))
        await until(lambda: all_sent(database))
    assert second.chats == ["a"]


async def test_a_lead_that_was_not_committed_is_none(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = sender(database, house, keng=Scripted(can=Capabilities(limits=FAST)))

    async def failing(_uow: UnitOfWork) -> None:
        raise NoDatabase

    with monkeypatch.context() as patch:
        patch.setattr(UnitOfWork, "commit", failing)
        with pytest.raises(NoDatabase):
            await one.drain()
    assert not one.leads(chat("a"))
    await one.drain()
    assert one.leads(chat("a"))
