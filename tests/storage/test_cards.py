from dataclasses import replace
from datetime import timedelta

from chat.events import Address
from chat.text import Text
from meetings.records import AnswerGiven, Meeting
from meetings.terms import Answer
from storage.cards import Card, Glance
from storage.database import Database
from storage.work import UnitOfWork
from tests.storage.build import NOW, REAL, cell, chat, meeting, person

GROUP, ELSEWHERE = chat("-1"), chat("-2")
SAID = Text("group.first", {"when": NOW, "place": "x"})


async def posted(uow: UnitOfWork, to: Address = GROUP, *, message_id: str | None = "7") -> Meeting:
    """A meeting with a card in a linked group."""
    who, home = await person(uow), await cell(uow)
    await uow.accounts.link_group(to, home, who, NOW)
    announced = await meeting(uow, home)
    assert await added(uow, announced, to)
    if message_id is not None:
        await uow.cards.posted(announced.id, 1, to, message_id=message_id, real=REAL)
    return announced


async def added(uow: UnitOfWork, announced: Meeting, to: Address, revision: int = 1) -> bool:
    values = {"meeting": announced.id, "revision": revision, "shown": "open 0 0 1 0", "edited_at": REAL}
    return await uow.cards.add_once({**values, "channel": to.channel, "bot": to.bot, "chat": to.chat}, SAID)


async def only(uow: UnitOfWork) -> Glance:
    [found] = await uow.cards.live(REAL)
    return found


async def test_a_card_is_seen_once_it_stands_in_its_chat(database: Database) -> None:
    async with database.write() as uow:
        announced = await posted(uow, message_id=None)
        assert await uow.cards.live(REAL) == []
        await uow.cards.posted(announced.id, 1, GROUP, message_id="7", real=REAL)
        found = await only(uow)
        assert found.card == Card(found.card.id, announced.id, 1, GROUP, SAID, "7", "open 0 0 1 0", REAL)
        assert (found.state, found.revision, found.starts_at) == (announced.state, 1, announced.starts_at)
        assert (found.linked, found.answers) == (True, (None, None, None, None))
        assert await uow.cards.glance(found.card.id) == found


async def test_one_card_a_revision_and_group(database: Database) -> None:
    async with database.write() as uow:
        announced = await posted(uow)
        assert not await added(uow, announced, GROUP)
        assert await added(uow, announced, GROUP, revision=2)
        assert await added(uow, announced, ELSEWHERE)
        assert await uow.cards.has(announced.id, 2, GROUP)
        assert not await uow.cards.has(announced.id, 3, GROUP)


async def test_every_answer_changes_what_is_seen(database: Database) -> None:
    async with database.write() as uow:
        announced = await posted(uow)
        who = await person(uow, "p2")
        seen = [(await only(uow)).answers]
        for minute, said in enumerate((Answer.COMING, Answer.ABSENT, Answer.LATER, Answer.LATER)):
            at = NOW + timedelta(minutes=minute)
            await uow.answers.put(announced.id, AnswerGiven(who, said, None, who, at))
            seen.append((await only(uow)).answers)
        assert len(set(seen)) == 5


async def test_a_card_of_a_group_that_was_let_go_or_of_a_paused_channel_is_told_apart(
    database: Database,
) -> None:
    async with database.write() as uow:
        announced = await posted(uow)
        await uow.accounts.link_group(ELSEWHERE, announced.cell, await person(uow, "p3"), NOW)
        assert not (await only(uow)).linked
        await uow.keeping.pause(GROUP.channel, GROUP.bot, REAL + timedelta(minutes=1), "test")
        assert await uow.cards.live(REAL) == []
        assert len(await uow.cards.live(REAL + timedelta(minutes=1))) == 1


async def test_of_two_who_would_edit_a_card_one_does(database: Database) -> None:
    async with database.write() as uow:
        await posted(uow)
        known = (await only(uow)).card
        assert await uow.cards.claim(known, REAL + timedelta(seconds=3))
        assert not await uow.cards.claim(known, REAL + timedelta(seconds=3))
        await uow.cards.showing(replace(known, message_id="6"), "open 1 0 0 0", live=True)
        assert (await only(uow)).card.shown == "open 0 0 1 0"
        await uow.cards.showing(known, "begun 1 0 0 0", live=False)
        assert await uow.cards.live(REAL) == []
        assert not await uow.cards.claim(known, REAL + timedelta(seconds=9))


async def test_cards_follow_their_group_without_the_names_of_its_messages(database: Database) -> None:
    async with database.write() as uow:
        announced = await posted(uow)
        [known] = await uow.cards.in_chat(GROUP)
        await uow.cards.move(known, ELSEWHERE)
        assert await uow.cards.in_chat(GROUP) == []
        [moved] = await uow.cards.in_chat(ELSEWHERE)
        assert (moved.id, moved.message_id) == (known.id, None)
        assert await added(uow, announced, GROUP)
        await uow.cards.move((await uow.cards.in_chat(GROUP))[0], ELSEWHERE)
        assert [one.id for one in await uow.cards.in_chat(ELSEWHERE)] == [known.id]
        await uow.cards.let_go(ELSEWHERE)
        assert await uow.cards.in_chat(ELSEWHERE) == []


async def test_cards_that_nobody_follows_are_thrown_away_in_time(database: Database) -> None:
    async with database.write() as uow:
        announced = await posted(uow)
        await added(uow, announced, ELSEWHERE)
        await uow.cards.purge(REAL)
        assert await uow.cards.has(announced.id, 1, ELSEWHERE)
        await uow.cards.purge(REAL + timedelta(seconds=1))
        assert not await uow.cards.has(announced.id, 1, ELSEWHERE)
        assert await uow.cards.has(announced.id, 1, GROUP)
        await uow.cards.let_go(GROUP)
        await uow.cards.purge(REAL + timedelta(seconds=1))
        assert not await uow.cards.has(announced.id, 1, GROUP)
