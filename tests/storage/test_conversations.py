import asyncio
from datetime import timedelta

import pytest

from chat.menus import Item, Menu
from chat.replies import Action, Step
from chat.text import Text
from meetings.terms import PersonId
from storage.conversations import Conversation
from storage.database import Database
from storage.errors import LostUpdate
from tests.storage.build import NOW, chat

HERE = chat("1001")
STEP = Step("reason", {"meeting": "7", "cũ": 'Lò Thị Ánh\n\x00 "quoted"'})
MENU = Menu(
    "rsvp:7",
    "A",
    (
        Item(1, Action("rsvp", ("7", "coming")), Text("rsvp.coming", {"when": NOW}), "words.coming"),
        Item(None, Action("erase"), Text("erase")),
    ),
    NOW + timedelta(days=2),
    answered=True,
)


async def save(database: Database, known: Conversation, name: str) -> Conversation:
    async with database.write() as uow:
        saved = await uow.conversations.save(known, Step(name), ())
        await uow.commit()
    return saved


async def load(database: Database, person: str = "p1") -> Conversation:
    async with database.read() as uow:
        return await uow.conversations.load(HERE, person)


async def test_an_event_that_keeps_coming_is_remembered_as_long_as_it_does(database: Database) -> None:
    """What is old is forgotten: not what is still repeated."""
    week = timedelta(days=7)
    async with database.write() as uow:
        assert await uow.conversations.received(HERE, "repeated", NOW)
        assert await uow.conversations.received(HERE, "quiet", NOW)
        assert not await uow.conversations.received(HERE, "repeated", NOW + 2 * week)
        await uow.keeping.purge(before_product=NOW + week, before_real=NOW)
        assert not await uow.conversations.received(HERE, "repeated", NOW + 2 * week)
        assert await uow.conversations.received(HERE, "quiet", NOW + 2 * week)


async def test_what_is_said_once_an_hour_is_said_again_after_an_hour_in_each_chat(database: Database) -> None:
    hour = timedelta(hours=1)
    async with database.write() as uow:
        say = uow.conversations.say_again
        assert await say(HERE, "a", NOW, hour)
        assert not await say(HERE, "a", NOW + hour - timedelta(seconds=1), hour)
        assert await say(HERE, "b", NOW, hour), "something else"
        assert await say(chat("1002"), "a", NOW, hour)
        assert await say(HERE, "a", NOW + hour, hour)
        assert not await say(HERE, "a", NOW + hour, hour)


async def test_an_unknown_conversation_is_empty(database: Database) -> None:
    assert await load(database) == Conversation(HERE, "p1")


async def test_step_and_menus_come_back_as_they_were_saved(database: Database) -> None:
    async with database.write() as uow:
        saved = await uow.conversations.save(Conversation(HERE, "p1"), STEP, (MENU,))
        await uow.commit()
    assert saved == Conversation(HERE, "p1", STEP, (MENU,), 1)
    assert await load(database) == saved


async def test_people_of_one_chat_have_conversations_of_their_own(database: Database) -> None:
    await save(database, Conversation(HERE, "p1"), "one")
    assert await load(database, "p2") == Conversation(HERE, "p2")


async def test_each_save_raises_the_version_and_a_step_can_be_closed(database: Database) -> None:
    first = await save(database, Conversation(HERE, "p1"), "one")
    second = await save(database, first, "two")
    async with database.write() as uow:
        third = await uow.conversations.save(second, None, ())
        await uow.commit()
    assert await load(database) == third == Conversation(HERE, "p1", None, (), 3)


@pytest.mark.parametrize("saves_before", [0, 1, 3])
async def test_of_two_who_loaded_the_same_only_one_may_save(database: Database, saves_before: int) -> None:
    known = Conversation(HERE, "p1")
    for _ in range(saves_before):
        known = await save(database, known, "before")
    outcomes = await asyncio.gather(
        *(save(database, known, name) for name in ("one", "two")), return_exceptions=True
    )
    (winner,) = [one for one in outcomes if isinstance(one, Conversation)]
    (loser,) = [one for one in outcomes if not isinstance(one, Conversation)]
    assert isinstance(loser, LostUpdate)
    assert await load(database) == winner
    assert winner.version == saves_before + 1


async def test_a_lost_update_takes_the_rest_of_the_turn_with_it(database: Database) -> None:
    await save(database, Conversation(HERE, "p1"), "quicker")

    async def turn() -> None:
        async with database.write() as uow:
            await uow.keeping.set("said", "x")
            await uow.conversations.save(Conversation(HERE, "p1"), None, ())
            await uow.commit()

    with pytest.raises(LostUpdate):
        await turn()
    async with database.read() as uow:
        assert await uow.keeping.get("said") is None


async def receive(database: Database, event_id: str = "e1", bot: str = "keng") -> bool:
    async with database.write() as uow:
        new = await uow.conversations.received(chat("1001", bot=bot), event_id, NOW)
        await uow.commit()
    return new


async def test_an_event_is_received_once_per_bot(database: Database) -> None:
    assert await receive(database)
    assert not await receive(database)
    assert await receive(database, "e2")
    assert await receive(database, bot="other")


async def test_an_event_delivered_twice_at_once_is_received_once(database: Database) -> None:
    assert sorted(await asyncio.gather(*(receive(database) for _ in range(4)))) == [False, False, False, True]


async def test_an_event_whose_turn_failed_may_come_again(database: Database) -> None:
    async with database.write() as uow:
        assert await uow.conversations.received(HERE, "e1", NOW)
    assert await receive(database)


async def test_a_turn_under_way_does_not_bring_a_question_about_the_forgotten_back(
    database: Database,
) -> None:
    """By the name in a label, by the argument that says whom, or in the step; the rest stays open."""
    named = Menu(
        "list", "", (Item(1, Action("x"), Text("person.name", {"name": 'Lò "Ba" Ánh'})),), MENU.until
    )
    about = Menu("why", "", (Item(1, Action("away_why", ("7", "12", "health")), Text("r")),), MENU.until)
    other = Menu("cell", "", (Item(1, Action("away_why", ("12", "7", "work")), Text("r")),), MENU.until)
    step = Step("away_till.day", {"who": "12", "reason": "health"})
    async with database.write() as uow:
        menus = (named, about, other)
        before = await uow.conversations.save(Conversation(HERE, "p1"), step, menus)
        await uow.commit()
    async with database.write() as uow:
        await uow.conversations.forget(PersonId(12), 'Lò "Ba" Ánh')
        await uow.commit()
    after = await load(database)
    assert (after.step, after.menus) == (None, (other,))
    with pytest.raises(LostUpdate):
        await save(database, before, "again")
