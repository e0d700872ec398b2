"""A lease that runs out behind a slow letter, and a tick that meets something nobody expected."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from chat.channel import Outgoing
from chat.replies import Action, Choice, Step
from chat.text import Text
from chat.tokens import Signer
from jobs.clock import MovableClock, wall_clock
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
from tests.fakes import FakeChannel
from tests.processes.scene import NOW, ZONE, a_cell, letters, notices
from tests.storage import build

LONG_AGO = build.NOW - timedelta(days=3650)


@pytest.fixture
def house() -> House:
    catalogue = Catalogue(ZONE)
    return House(load_policy(), catalogue, Signer(["k"]), catalogue.vocabulary())


class Wall:
    """The wall clock of the sender, which goes on when the test says so."""

    def __init__(self) -> None:
        self.forward = timedelta()

    def __call__(self) -> datetime:
        return wall_clock() + self.forward


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    wall = Wall()
    monkeypatch.setattr("jobs.outbox.wall_clock", wall)
    return wall


@dataclass
class Platform(FakeChannel):
    """While it takes a message something happens."""

    meanwhile: Callable[[], Awaitable[None]]
    took: list[str] = field(default_factory=list)

    async def send(self, message: Outgoing) -> str:
        self.took.append(message.text)
        await self.meanwhile()
        return str(len(self.took))


async def send(database: Database, house: House, platform: Platform, *, question: str = "") -> None:
    """Two letters of one chat, by one sender; the second may have a question."""
    choices = (Choice(Text("button.agree"), Action("yes")),) if question else ()
    to = build.chat("a")
    first = Letter("first", to, "a", "vi", Text("code.ask"), build.NOW)
    second = Letter("second", to, "a", "vi", Text("help.stranger"), build.NOW, choices, question=question)
    await build.queue(database, first, second, real=LONG_AGO)
    channels = {("web", "keng"): platform}
    await Sender(database, channels, house, MovableClock(build.NOW), "me", pace=Pace()).drain()


async def leases(database: Database) -> list[datetime]:
    async with database.read() as uow:
        found = await uow._connection.execute(select(outbox.c.lease_until).order_by(outbox.c.id))
        return list(found.scalars())


async def test_a_letter_whose_lease_ran_out_in_its_chat_s_queue_is_left_to_the_other_worker(
    database: Database, house: House, wall: Wall
) -> None:
    async def taken_over() -> None:
        wall.forward += Pace().lease
        async with database.write() as uow:
            second = update(outbox).where(outbox.c.dedupe_key == "second")
            held = {"lease_owner": "other", "lease_until": wall() + Pace().lease}
            await uow._connection.execute(second.values(held))
            await uow.commit()

    platform = Platform(taken_over)
    await send(database, house, platform)
    assert platform.took == [house.catalogue.entry("code.ask", "vi")]
    async with database.read() as uow:
        row = (await uow._connection.execute(select(outbox).order_by(outbox.c.id.desc()).limit(1))).one()
    assert (row.status, row.lease_owner) == ("pending", "other")


@pytest.mark.parametrize(("waited", "renewed"), [(0.4, False), (0.6, True), (1.5, True)])
async def test_the_lease_of_a_letter_is_renewed_when_its_turn_comes_late(
    database: Database, house: House, wall: Wall, waited: float, renewed: bool
) -> None:
    """Claimed together; the one on its way is good for half a lease at least from when it is sent."""
    known: list[list[datetime]] = []

    async def look() -> None:
        known.append(await leases(database))
        wall.forward += Pace().lease * waited

    await send(database, house, Platform(look))
    (first, behind), (_, second) = known
    assert first == behind
    assert (second > behind) is renewed


async def test_a_letter_that_is_looked_at_again_shows_the_menu_as_it_is_then(
    database: Database, house: House, wall: Wall
) -> None:
    """While it waited its reader began to type something: plain numbers would answer that."""

    async def begin_to_type() -> None:
        wall.forward += Pace().lease
        async with database.write() as uow:
            talk = await uow.conversations.load(build.chat("a"), "a")
            await uow.conversations.save(talk, Step("agenda"), talk.menus)
            await uow.commit()

    platform = Platform(begin_to_type)
    await send(database, house, platform, question="erase")
    async with database.read() as uow:
        (menu,) = (await uow.conversations.load(build.chat("a"), "a")).menus
    assert menu.tag
    assert f"{menu.tag}1" in platform.took[1]


async def test_a_letter_that_is_not_wanted_any_more_when_its_turn_comes_late_stays_here(
    database: Database, house: House, wall: Wall
) -> None:
    to, clock = build.chat("a"), MovableClock(build.NOW)
    until = build.NOW + timedelta(minutes=1)
    first = Letter("first", to, "a", "vi", Text("code.ask"), build.NOW)
    second = Letter("second", to, "a", "vi", Text("help.stranger"), build.NOW, useful_until=until)
    await build.queue(database, first, second, real=LONG_AGO)

    async def late() -> None:
        wall.forward += Pace().lease
        clock.move_to(until)

    platform = Platform(late)
    await Sender(database, {("web", "keng"): platform}, house, clock, "me", pace=Pace()).drain()
    assert len(platform.took) == 1
    assert [row[1:] for row in await letters(database)] == [("sent", None), ("skipped", "too late")]


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
