"""Cards under Telegram's limits, in floods, and when edits fail: nothing is refused, the last figures are right."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import assemble
from bot.channels.telegram.updates import BOT, CHANNEL
from chat.events import Address
from jobs import cards
from jobs.clock import wall_clock
from services import enrolment
from tests.scenarios.commune import CELL, MEMBERS
from tests.telegram import botapi
from tests.telegram.botapi import Message
from tests.telegram.botapi.faults import How
from tests.telegram.town import BASIC, Town, opened

GAP = 3.0
LABELS = ("Có dự", "Vắng, có lý do", "Báo sau")
COUNTED = tuple(one for one in MEMBERS if one not in ("exempt", "absentee", "suspended"))


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """Everybody is linked and has agreed; the card stands in the group; Telegram counts from now on."""
    async with opened(sqlite_url, tmp_path, rate=30) as telegram:
        await everybody(telegram)
        telegram.server.limits = botapi.Limits()
        yield telegram


@pytest.fixture
async def unhurried(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """The same where nobody counts, and without long pauses."""
    monkeypatch.setattr(cards, "_BACK_OFF", 0.05)
    async with opened(sqlite_url, tmp_path) as telegram:
        await everybody(telegram)
        yield telegram


async def everybody(town: Town) -> None:
    """By the database, as if it had been long ago."""
    async with town.parts.database.write() as uow:
        work = town.work(uow)
        for code in MEMBERS:
            person = await uow.people.by_code(code)
            assert person is not None
            private = at(town.person(code).id)
            await uow.accounts.link(private, person.id, work.now)
            await enrolment.agree(replace(work, actor=person, address=private), person)
            town.person(code).started, town.person(code).chat.refusal = True, None
        cell = await uow.units.by_code(CELL)
        assert cell is not None
        secretary = await uow.people.by_code("secretary")
        assert secretary is not None
        await enrolment.link_group(work.acting(secretary), at(BASIC), cell)
        await uow.commit()
    town.group.add_bot(town.person("secretary"))
    await town.clock("19/11 19:00")
    await town.settle()


def at(chat: int) -> Address:
    return Address(CHANNEL, BOT, str(chat))


@asynccontextmanager
async def at_work(town: Town) -> AsyncIterator[None]:
    """Sender and editor run by themselves while inside, as in a process."""
    tasks = [asyncio.create_task(one) for one in (town.parts.sender.run(), town.parts.cards.run(every=0.2))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_flood_of_presses_ends_with_the_right_totals_and_without_a_429(town: Town) -> None:
    stood, said, last = card(town), len(town.group.chat.said), dict[str, str]()
    log, updates, began = town.server.log, town.server.updates, time.monotonic()
    async with at_work(town):
        for number in range(5000):
            who, label = COUNTED[number % len(COUNTED)], LABELS[(number * 7 + number // 12) % 3]
            town.group.press(town.person(who), label, of=stood)
            last[who] = label
            if number % 100 == 0:
                await town.server.until(lambda: len(updates.pending) < 300, 30)
        await town.server.delivered(30)
        took = time.monotonic() - began
        await town.server.until(lambda: shown(town) == figures(last.values()), 10)
    assert took < 60
    assert all(one.is_answered and one.text for one in town.server.presses.values())
    assert town.server.floods == []
    assert len(town.group.chat.said) == said
    assert len(log.of(BASIC, edits=True)) <= took / GAP + 3
    assert log.shortest_gap(BASIC) >= GAP - 0.1
    assert (
        max(Counter(one.chat for one in log.sent if one.text.startswith("Đề nghị đồng chí chọn")).values())
        == 1
    )


async def test_what_came_while_an_edit_was_under_way_is_shown_after_the_gap(town: Town) -> None:
    async with at_work(town):
        town.group.press(town.person("deputy"), "Có dự")
        await town.server.until(lambda: "Có dự: 01" in shown(town), 10)
        for one in COUNTED[2:6]:
            town.group.press(town.person(one), "Có dự", of=card(town))
        await town.server.until(lambda: "Có dự: 05" in shown(town), 10)
    assert town.server.log.shortest_gap(BASIC) >= GAP - 0.1
    assert town.server.floods == []


async def test_a_group_that_asks_for_patience_gets_it(unhurried: Town) -> None:
    town = unhurried
    town.server.throttle(1, chat=BASIC)
    async with at_work(town):
        town.group.press(town.person("deputy"), "Có dự")
        await town.server.until(lambda: "Có dự: 01" in shown(town), 10)
    assert len(town.server.floods) == 1


@pytest.mark.parametrize(
    ("how", "status", "carried_out"),
    [("answer", 502, False), ("answer", 502, True), ("reset_before", 500, False), ("reset_after", 500, True)],
)
async def test_an_edit_that_nobody_answered_is_made_again(
    unhurried: Town, how: How, status: int, carried_out: bool
) -> None:
    town = unhurried
    town.server.fail_next("editMessageText", how, status=status, carried_out=carried_out)
    async with at_work(town):
        town.group.press(town.person("deputy"), "Có dự")
        await town.server.until(lambda: town.server.log.calls["editMessageText"] == 2, 10)
        await town.server.until(lambda: "Có dự: 01" in shown(town), 10)
    assert card(town).edits == 1


async def test_a_bot_whose_token_is_refused_waits_with_its_edits(unhurried: Town) -> None:
    town = unhurried
    town.server.fail_next("editMessageText", status=401)
    town.group.press(town.person("deputy"), "Có dự")
    await town.settle()
    assert "Có dự: 00" in shown(town)
    async with town.parts.database.write() as uow:
        await uow.keeping.pause(CHANNEL, BOT, wall_clock(), "over")
        await uow.commit()
    await town.settle()
    assert "Có dự: 01" in shown(town)


async def test_a_card_that_telegram_rejects_is_let_go(unhurried: Town) -> None:
    town = unhurried
    town.group.restrict_bot()
    for one in ("deputy", "clerk"):
        await town.choose(one, "Có dự")
        await town.settle()
    assert town.server.log.calls["editMessageText"] == 1


async def test_after_a_power_cut_the_next_process_makes_the_edit(unhurried: Town) -> None:
    """The answer was committed, the edit never left: nothing but the database knows of it."""
    town = unhurried
    town.group.press(town.person("deputy"), "Có dự")
    await town.server.delivered()
    assert "Có dự: 00" in shown(town)
    channels = {(CHANNEL, BOT): town.telegram.service.channel}
    next_one = assemble(town.parts.database, town.parts.house, town.time, more=channels)
    await next_one.cards.refresh()
    assert "Có dự: 01" in shown(town)


def shown(town: Town) -> str:
    return card(town).text.splitlines()[-1]


def card(town: Town) -> Message:
    return next(one for one in reversed(town.group.chat.said) if "Có dự: " in one.text)


def figures(said: Iterable[str]) -> str:
    many = Counter(said)
    coming, absent, later = (many[one] for one in LABELS)
    return f"Có dự: {coming:02} · Vắng: {absent:02} · Chưa báo: {later:02}"
