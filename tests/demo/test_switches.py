"""Switches that break something on purpose, and what the house does about it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.memory import KeptClock, Memory
from bot.demo.play import Demo
from tests.demo.running import PATIENCE
from tests.demo.scene import staged
from tests.scenarios.page import Village

LOST = "Trợ lý Kẻng không còn nhắn tin được cho đồng chí Cà Thị Thư"
NOW = datetime(2026, 11, 10, 2, tzinfo=UTC)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[tuple[Demo, Village]]:
    async with staged(tmp_path) as found:
        yield found


async def switch(village: Village, **body: object) -> dict[str, Any]:
    answer = await village.client.post("/web/switch", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def told(queue: "asyncio.Queue[tuple[str, str]]", waiting: int) -> None:
    """The pages are told that so many letters wait."""
    async with asyncio.timeout(PATIENCE):
        while True:
            kind, data = await queue.get()
            if kind == "switches" and json.loads(data)["waiting"] == waiting:
                return


async def test_what_cannot_go_while_a_channel_is_down_comes_when_it_is_back(
    scene: tuple[Demo, Village],
) -> None:
    demo, village = scene
    await village.join("clerk")
    queue, watching = demo.parts.hub.join(), asyncio.create_task(demo.switches.watch())
    assert (await switch(village, name="channel", bot="buttons", on=True))["down"] == ["buttons"]
    assert await village.say("clerk", "lich") == []
    await told(queue, waiting=1)
    assert (await switch(village, name="channel", bot="buttons", on=False))["down"] == []
    await told(queue, waiting=0)
    assert "sinh hoạt" in (await village.heard("clerk")).text
    watching.cancel()


async def test_the_other_channel_works_while_one_is_down(scene: tuple[Demo, Village]) -> None:
    _, village = scene
    await switch(village, name="channel", bot="numbers", on=True)
    await village.join("clerk")
    assert await village.say("clerk", "lich")


async def test_of_somebody_who_blocks_the_secretary_is_told_once_and_phones(
    scene: tuple[Demo, Village],
) -> None:
    _, village = scene
    await village.join("secretary", "deputy", "clerk")
    await switch(village, name="block", chat="clerk", on=True)
    for day in range(19, 24):
        await village.clock(f"{day}/11 19:00")
    heard = (await village.heard("secretary")).text
    assert heard.count(LOST) == 1
    (*_, phones) = heard.split("Chưa liên hệ được: ")
    assert "Cà Thị Thư" in phones
    assert await village.heard("clerk") == []


async def test_who_blocks_no_more_writes_and_is_reached_again(scene: tuple[Demo, Village]) -> None:
    _, village = scene
    await village.join("secretary", "clerk")
    await switch(village, name="block", chat="clerk", on=True)
    await village.clock("19/11 19:00")
    await switch(village, name="block", chat="clerk", on=False)
    await village.clock("20/11 19:00")
    assert await village.heard("clerk") == [], "as on real platforms they must write first"
    assert await village.say("clerk", "lich")
    await village.clock("21/11 19:00")
    assert "chưa nhận được báo dự" in (await village.heard("clerk")).text


@pytest.mark.parametrize(
    "body",
    [
        {"name": "channel", "bot": "telegram", "on": True},
        {"name": "channel", "bot": "buttons"},
        {"name": "block", "chat": "nobody", "on": True},
        {"name": "block", "chat": "clerk", "on": "yes"},
        {"name": "gravity", "on": False},
        {},
    ],
)
async def test_a_switch_that_is_not_there_is_refused(
    scene: tuple[Demo, Village], body: dict[str, object]
) -> None:
    _, village = scene
    answer = await village.client.post("/web/switch", json=body)
    assert answer.status_code == 400
    assert sorted(answer.json()["error"]) == ["en", "vi"]


def test_a_move_of_the_clock_is_kept_before_anything_can_fall_due_by_it(tmp_path: Path) -> None:
    memory, moves = Memory.begun(tmp_path, NOW, "a key"), []

    def moved(at: datetime) -> None:
        moves.append((at, Memory.recalled(tmp_path).kept.now))

    clock = KeptClock(memory, moved)
    clock.move_to(NOW + timedelta(days=1))
    clock.move_to(NOW)  # never back
    assert moves == [(NOW + timedelta(days=1), NOW + timedelta(days=1))] * 2
    memory.keep(replace(memory.kept, down=frozenset({"buttons"})))
    assert Memory.recalled(tmp_path).kept == memory.kept
