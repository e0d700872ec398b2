"""A sender that is told to stop, or meets something nobody expected: it ends cleanly, or goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from chat.channel import Outgoing
from chat.text import Text
from chat.tokens import Signer
from jobs.clock import MovableClock
from jobs.outbox import Sender
from jobs.outcomes import Pace
from reports.catalogue import Catalogue
from services.policy import load_policy
from services.work import House
from storage.database import Database
from storage.errors import NoDatabase
from storage.outbox import Hold, Letter
from storage.tables.delivery import outbox
from storage.work import UnitOfWork
from tests.fakes import FakeChannel
from tests.storage.build import NOW, chat

IDLE = 0.01


@dataclass
class SlowPlatform(FakeChannel):
    """Has every message at once and answers when it likes."""

    answering: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    took: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    async def send(self, message: Outgoing) -> str:
        if message.to.chat in self.broken:
            raise ZeroDivisionError
        self.took.append(message.to.chat)
        self.asked.set()
        await self.answering.wait()
        return str(len(self.took))


@pytest.fixture
def platform() -> SlowPlatform:
    return SlowPlatform()


@pytest.fixture
def house() -> House:
    catalogue = Catalogue(ZoneInfo("Asia/Ho_Chi_Minh"))
    return House(load_policy(), catalogue, Signer(["k"]), catalogue.vocabulary())


def sender(database: Database, platform: SlowPlatform, house: House, pace: Pace | None = None) -> Sender:
    channels = {("web", "keng"): platform}
    return Sender(database, channels, house, MovableClock(NOW), "me", pace=pace or Pace())


async def queue(database: Database, *chats: str) -> None:
    async with database.write() as uow:
        for number, name in enumerate(chats):
            letter = Letter(f"k{number}", chat(name), name, "vi", Text("help.stranger"), NOW)
            await uow.outbox.add_once(letter, NOW - timedelta(days=3650))
        await uow.commit()


async def rows(database: Database) -> list[tuple[str, str | None]]:
    """Status and lease owner of each row; a row that is done keeps the name of who did it."""
    async with database.read() as uow:
        found = await uow._connection.execute(
            select(outbox.c.status, outbox.c.lease_owner).order_by(outbox.c.id)
        )
        return [(row.status, row.lease_owner) for row in found]


async def stop(running: asyncio.Task[None]) -> None:
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def eventually(database: Database, wanted: list[str]) -> None:
    async with asyncio.timeout(10):
        while [status for status, _ in await rows(database)] != wanted:  # noqa: ASYNC110 - a database has no event
            await asyncio.sleep(IDLE)


async def test_what_is_in_flight_is_finished_and_the_rest_is_given_back(
    database: Database, platform: SlowPlatform, house: House
) -> None:
    await queue(database, "a", "a", "a", "b")
    running = asyncio.create_task(sender(database, platform, house).run(idle=IDLE))
    await platform.asked.wait()
    running.cancel()
    await asyncio.sleep(IDLE)
    assert not running.done(), "it waits for the platform's answer"
    platform.answering.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    found = await rows(database)
    assert found[0] == ("sent", "me")
    assert found[1:3] == [("pending", None)] * 2
    assert platform.took.count("a") == 1


async def test_a_row_given_back_is_as_good_as_new(
    database: Database, platform: SlowPlatform, house: House
) -> None:
    await queue(database, "a", "a")
    running = asyncio.create_task(sender(database, platform, house).run(idle=IDLE))
    await platform.asked.wait()
    asyncio.get_running_loop().call_later(IDLE, platform.answering.set)
    await stop(running)
    async with database.write() as uow:
        real = NOW + timedelta(days=3650)
        (claimed,) = await uow.outbox.claim(Hold("other", real), now=NOW, real=real, limit=9)
    assert (claimed.attempts, claimed.overrun) == (1, False)


async def test_a_platform_that_never_answers_does_not_keep_a_process_from_stopping(
    database: Database, platform: SlowPlatform, house: House
) -> None:
    await queue(database, "a")
    pace = Pace(stopping=timedelta(seconds=0.1))
    running = asyncio.create_task(sender(database, platform, house, pace).run(idle=IDLE))
    await platform.asked.wait()
    async with asyncio.timeout(5):
        await stop(running)
    assert await rows(database) == [("pending", "me")], "nobody knows whether it arrived: the lease stays"


async def test_a_sender_that_stopped_can_run_again(
    database: Database, platform: SlowPlatform, house: House
) -> None:
    platform.answering.set()
    one = sender(database, platform, house)
    running = asyncio.create_task(one.run(idle=IDLE))
    await asyncio.sleep(IDLE)
    await stop(running)
    await queue(database, "a")
    running = asyncio.create_task(one.run(idle=IDLE))
    await eventually(database, ["sent"])
    await stop(running)


async def test_one_letter_that_cannot_be_sent_does_not_hold_up_the_others(
    database: Database, platform: SlowPlatform, house: House
) -> None:
    platform.answering.set()
    platform.broken.add("b")
    await queue(database, "a", "b", "c")
    running = asyncio.create_task(sender(database, platform, house, Pace(tries=1)).run(idle=IDLE))
    await eventually(database, ["sent", "failed", "sent"])
    await stop(running)


async def test_a_database_that_is_away_for_a_moment_does_not_end_the_sending(
    database: Database, platform: SlowPlatform, house: House
) -> None:
    class Shaky(Database):
        away = 2

        @asynccontextmanager
        async def write(self) -> AsyncIterator[UnitOfWork]:
            if self.away:
                self.away -= 1
                raise NoDatabase
            async with super().write() as uow:
                yield uow

    platform.answering.set()
    await queue(database, "a")
    shaky = Shaky(database.url.render_as_string(hide_password=False))
    running = asyncio.create_task(sender(shaky, platform, house).run(idle=IDLE))
    await eventually(database, ["sent"])
    await stop(running)
    await shaky.close()
