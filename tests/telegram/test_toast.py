"""When a press is answered: in a private chat at once, in a group with what came of it, and never too late."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.telegram import intake
from bot.channels.telegram.intake import Intake
from chat.events import Event
from chat.replies import Toast
from tests.telegram.botapi import Message
from tests.telegram.town import Town, opened


class Turns:
    """Turns that end when the test says so."""

    def __init__(self, toast: str = "Đã ghi nhận.") -> None:
        self.begun: list[Event] = []
        self.ended: list[Event] = []
        self.may_end = asyncio.Event()
        self.toast = toast

    async def receive(self, event: Event) -> Toast:
        self.begun.append(event)
        await self.may_end.wait()
        self.ended.append(event)
        return Toast(self.toast)


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened(sqlite_url, tmp_path, listens=False) as telegram:
        for one in ("deputy", "clerk"):
            telegram.person(one).start()
        telegram.group.add_bot(telegram.person("deputy"))
        telegram.server.updates.drop()
        yield telegram


def message(chat: object) -> Message:
    """Something of the bot's to press on."""
    assert hasattr(chat, "add")
    shown: Message = chat.add({"id": 1, "is_bot": True}, 0, "?")
    shown.by_bot = True
    return shown


def taking(town: Town, turns: Turns) -> "asyncio.Task[None]":
    """The bot takes everything that waits, in one batch."""
    waiting = [one.body for one in town.server.updates.pending.values()]
    return asyncio.create_task(Intake(town.telegram.service.bot, turns.receive).take(waiting))


async def test_a_press_in_private_is_answered_before_its_turn(town: Town) -> None:
    turns = Turns()
    press = town.person("deputy").press_data("x", of=message(town.person("deputy").chat))
    batch = taking(town, turns)
    await press.answered()
    assert (press.text, turns.ended) == ("", [])
    turns.may_end.set()
    await batch
    assert len(turns.ended) == 1


async def test_a_press_in_a_group_is_answered_with_what_came_of_it(town: Town) -> None:
    turns = Turns()
    press = town.group.press_data(town.person("deputy"), "x", of=message(town.group.chat))
    batch = taking(town, turns)
    turns.may_end.set()
    await batch
    assert press.text == "Đã ghi nhận."


async def test_a_turn_that_takes_too_long_is_answered_without_words_and_ends_all_the_same(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_TOAST_BY", 0.1)
    turns = Turns()
    press = town.group.press_data(town.person("deputy"), "x", of=message(town.group.chat))
    batch = taking(town, turns)
    await press.answered()
    assert (press.text, turns.ended, batch.done()) == ("", [], False)
    turns.may_end.set()
    await batch
    assert len(turns.ended) == 1


async def test_people_who_press_at_once_do_not_wait_for_each_other(town: Town) -> None:
    turns = Turns()
    shown = message(town.group.chat)
    for one in ("deputy", "clerk", "clerk"):
        town.group.press_data(town.person(one), "x", of=shown)
    batch = taking(town, turns)
    while len(turns.begun) < 2:  # noqa: ASYNC110 - nobody else tells
        await asyncio.sleep(0.01)
    assert len({one.person for one in turns.begun}) == 2
    turns.may_end.set()
    await batch
    assert [one.person for one in turns.ended].count(str(town.person("clerk").id)) == 2


async def test_a_toast_is_cut_to_what_telegram_takes(town: Town) -> None:
    turns = Turns("Lịch đã thay đổi. " * 40)
    turns.may_end.set()
    press = town.group.press_data(town.person("deputy"), "x", of=message(town.group.chat))
    await taking(town, turns)
    assert 100 < len(press.text) <= 200


async def test_a_turn_that_fails_is_answered_and_comes_again(town: Town) -> None:
    async def failing(event: Event) -> Toast | None:
        raise RuntimeError(event.event_id)

    press = town.group.press_data(town.person("deputy"), "x", of=message(town.group.chat))
    waiting = [one.body for one in town.server.updates.pending.values()]
    with pytest.raises(RuntimeError):
        await Intake(town.telegram.service.bot, failing).take(waiting)
    assert (press.is_answered, press.text) == (True, "")
