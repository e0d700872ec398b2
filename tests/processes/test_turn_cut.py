"""One event, one transaction: a turn that lost its power left nothing; a committed one is not taken again."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from chat.events import Address
from chat.replies import Action
from chat.tokens import Signer
from meetings.records import Meeting
from meetings.terms import Answer, State
from storage.database import Database
from storage.tables.conversation import inbox
from tests.processes.child import BOT, CHANNEL, KEY, Cut, Orders
from tests.processes.scene import DECEMBER, NOW, Scene, a_cell, finished, killed, letters
from tests.storage import build

MEMBER = "CB1-2"
LEASE = 0.5  # a reply that was in somebody's hands is sent by somebody else after that


@pytest.fixture
async def meeting(database: Database) -> Meeting:
    """Announced to a cell of two; no tick runs in these tests, so only the turn speaks."""
    async with database.write() as uow:
        cell = await a_cell(uow, await build.unit(uow, "X01"), "CB1", members=2)
        planned = await uow.meetings.regular(cell, DECEMBER)
        assert planned is not None
        await uow.meetings.change(planned, {"state": State.ANNOUNCED, "announced_at": NOW})
        await uow.commit()
    return planned


@pytest.fixture(params=["says", "presses"])
def coming(request: pytest.FixtureRequest, scene: Scene, meeting: Meeting) -> Orders:
    """The member says or presses "Có dự"; as often as these orders are carried out, it is the same event."""
    pressed = Action("rsvp", (str(meeting.id), str(meeting.revision), Answer.COMING))
    token = Signer([KEY]).pack(pressed, Address(CHANNEL, BOT, MEMBER))
    orders = scene.orders(rounds=0, chat=MEMBER, lease=LEASE)
    return replace(orders, says="có dự") if request.param == "says" else replace(orders, presses=token)


def but(orders: Orders, cut: Cut) -> Orders:
    return replace(orders, cut=cut)


async def answered(database: Database, meeting: Meeting) -> list[Answer]:
    async with database.read() as uow:
        return [given.answer for given in (await uow.answers.of_meeting(meeting.id)).values()]


async def events(database: Database) -> int:
    async with database.read() as uow:
        return int((await uow._connection.execute(select(func.count()).select_from(inbox))).scalar_one())


async def test_a_turn_cut_before_its_commit_leaves_nothing_and_the_repeated_event_does_it_once(
    coming: Orders, scene: Scene, database: Database, meeting: Meeting
) -> None:
    await killed(but(coming, Cut.BEFORE_TURN_COMMIT))
    assert await answered(database, meeting) == []
    assert await letters(database) == []
    assert await events(database) == 0
    await finished(coming)
    assert await answered(database, meeting) == [Answer.COMING]
    assert await letters(database) == [(MEMBER, "sent", None)]
    assert await events(database) == 1
    assert list(scene.delivered().values()) == [1]


async def test_a_turn_cut_after_its_commit_is_not_taken_again_and_its_reply_goes_out_once(
    coming: Orders, scene: Scene, database: Database, meeting: Meeting
) -> None:
    await killed(but(coming, Cut.AFTER_TURN_COMMIT))
    assert await answered(database, meeting) == [Answer.COMING]
    assert await letters(database) == [(MEMBER, "pending", None)]
    assert not scene.delivered()
    await finished(coming)
    assert await letters(database) == [(MEMBER, "sent", None)]
    assert await events(database) == 1
    assert list(scene.delivered().values()) == [1]


async def test_an_event_that_comes_again_late_does_not_undo_a_change_of_mind(
    scene: Scene, database: Database, meeting: Meeting
) -> None:
    coming = scene.orders(rounds=0, chat=MEMBER, says="có dự", lease=LEASE)
    await killed(but(coming, Cut.AFTER_TURN_COMMIT))
    await finished(scene.orders(rounds=0, chat=MEMBER, says="vắng", event_id="event-2"))
    await finished(coming)
    assert await answered(database, meeting) == [Answer.ABSENT]
    assert len(await letters(database)) == 2
    assert scene.delivered().total() == 2


async def test_the_same_event_taken_by_two_processes_at_once_is_answered_once(
    coming: Orders, scene: Scene, database: Database, meeting: Meeting
) -> None:
    await finished(coming, coming)
    assert await answered(database, meeting) == [Answer.COMING]
    assert await events(database) == 1
    assert list(scene.delivered().values()) == [1]
