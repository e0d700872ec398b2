"""A lease that runs out behind a slow letter, and a tick that meets something nobody expected."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from chat.capabilities import Capabilities
from chat.channel import Attachment, Outgoing
from chat.events import Address
from chat.text import Text
from chat.tokens import Signer
from jobs.clock import MovableClock
from jobs.outbox import Sender
from jobs.outcomes import Pace
from jobs.ticks import Ticks
from meetings.records import Meeting
from reports.catalogue import Catalogue
from services import Work, reminders
from services.policy import load_policy
from services.work import House
from storage.database import Database
from storage.errors import LostUpdate, NoDatabase
from storage.keeping import Keeping
from storage.outbox import Letter
from storage.tables.delivery import outbox, tick
from tests.processes.scene import NOW, ZONE, a_cell, notices
from tests.storage import build

LONG_AGO = build.NOW - timedelta(days=3650)


@pytest.fixture
def house() -> House:
    catalogue = Catalogue(ZONE)
    return House(load_policy(), catalogue, Signer(["k"]), catalogue.vocabulary())


@dataclass
class Platform:
    """While it takes a message something happens."""

    meanwhile: Callable[[], Awaitable[None]]
    took: list[str] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    async def edit(self, message_id: str, message: Outgoing) -> None:
        raise AssertionError(f"nothing is edited here: {message_id}, {message}")

    async def send_file(self, to: Address, file: Attachment) -> None:
        raise AssertionError(f"nothing is enclosed here: {to}, {file}")

    async def send(self, message: Outgoing) -> str:
        self.took.append(message.text)
        await self.meanwhile()
        return str(len(self.took))


async def send(database: Database, house: House, platform: Platform) -> None:
    """Two letters of one chat, by one sender."""
    async with database.write() as uow:
        for key in ("code.ask", "help.stranger"):
            to = build.chat("a")
            await uow.outbox.add_once(Letter(key, to, "a", "vi", Text(key), build.NOW), LONG_AGO)
        await uow.commit()
    channels = {("web", "keng"): platform}
    await Sender(database, channels, house, MovableClock(build.NOW), "me", pace=Pace()).drain()


async def leases(database: Database) -> list[datetime]:
    async with database.read() as uow:
        found = await uow._connection.execute(select(outbox.c.lease_until).order_by(outbox.c.id))
        return list(found.scalars())


async def test_a_letter_whose_lease_ran_out_in_its_chat_s_queue_is_left_to_the_other_worker(
    database: Database, house: House
) -> None:
    async def taken_over() -> None:
        async with database.write() as uow:
            second = update(outbox).where(outbox.c.dedupe_key == "help.stranger")
            await uow._connection.execute(second.values(lease_owner="other"))
            await uow.commit()

    platform = Platform(taken_over)
    await send(database, house, platform)
    assert platform.took == [house.catalogue.entry("code.ask", "vi")]
    async with database.read() as uow:
        row = (await uow._connection.execute(select(outbox).order_by(outbox.c.id.desc()).limit(1))).one()
    assert (row.status, row.lease_owner) == ("pending", "other")


async def test_the_lease_of_a_letter_is_renewed_when_its_turn_comes(database: Database, house: House) -> None:
    """Claimed together; the one on its way is good for a whole lease from when it is sent."""
    known: list[list[datetime]] = []

    async def look() -> None:
        known.append(await leases(database))

    await send(database, house, Platform(look))
    (first, behind), (_, second) = known
    assert first > behind
    assert second > first


@pytest.fixture
async def ticks(database: Database, house: House) -> Ticks:
    async with database.write() as uow:
        commune = await build.unit(uow, "X01")
        await a_cell(uow, commune, "CB1", 2)
        await a_cell(uow, commune, "CB2", 2)
        await uow.commit()
    return Ticks(database, house, MovableClock(NOW))


def failing(error: Exception) -> Callable[[Work, Meeting], Awaitable[None]]:
    """The first cell's meeting cannot be reminded of."""
    proper = reminders.remind

    async def remind(work: Work, meeting: Meeting) -> None:
        if (await work.uow.units.by_id(meeting.cell)).code == "CB1":
            raise error
        await proper(work, meeting)

    return remind


@pytest.mark.parametrize("error", [LostUpdate(), ZeroDivisionError()])
async def test_one_meeting_that_fails_does_not_stop_the_tick(
    database: Database, ticks: Ticks, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(reminders, "remind", failing(error))
    await ticks.reminders()
    assert [kind for _, _, kind, _ in await notices(database)].count("notice.5") == 2
    async with database.read() as uow:
        assert (await uow._connection.execute(select(tick.c.name))).scalars().all() == ["reminders"]


async def test_without_a_database_the_tick_says_so(ticks: Ticks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "remind", failing(NoDatabase()))
    with pytest.raises(NoDatabase):
        await ticks.reminders()


async def test_a_heartbeat_that_cannot_be_written_does_no_harm(
    database: Database, ticks: Ticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def beat(_keeping: Keeping, _name: str, _at: datetime) -> None:
        raise LostUpdate

    monkeypatch.setattr(Keeping, "beat", beat)
    await ticks.reminders()
    assert await notices(database)
