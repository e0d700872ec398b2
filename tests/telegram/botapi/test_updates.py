"""Updates by offset and by webhook: none is lost, none comes unasked."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web

from tests.telegram.botapi import Limits
from tests.telegram.botapi.scene import TOKEN, Scene, staged


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with staged(Limits.off()) as set_up:
        yield set_up


async def test_updates_come_again_until_the_offset_moves(scene: Scene) -> None:
    for text in "abc":
        scene.server.group(-5000 - ord(text), text).add_bot(scene.server.user(100 + ord(text), text))
    asked = await scene.result("getUpdates", limit=2)
    assert await scene.result("getUpdates", limit=2, offset=0) == asked
    offset = asked[-1]["update_id"] + 1
    rest = await scene.result("getUpdates", offset=offset)
    assert [one["update_id"] for one in rest] == [offset, offset + 1, offset + 2, offset + 3]
    assert len(await scene.result("getUpdates", offset=-1)) == 1
    assert len(scene.server.updates.pending) == 1


async def test_only_allowed_updates_are_made(scene: Scene) -> None:
    await scene.result("getUpdates", allowed_updates=["callback_query"])
    scene.server.group(-4006, "Chi bộ").add_bot(scene.server.user(35, "An"))
    assert await scene.result("getUpdates", allowed_updates=[]) == []
    scene.server.feed({"brand_new_kind": {"x": 1}})
    [update] = await scene.result("getUpdates")
    assert update["brand_new_kind"] == {"x": 1}


async def test_a_long_poll_wakes_and_a_second_poller_ends_the_first(scene: Scene) -> None:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(scene.why("getUpdates", timeout=30))
        await scene.server.until(lambda: scene.server.log.calls["getUpdates"] == 1)
        second = group.create_task(scene.result("getUpdates", timeout=30))
        told = await first
        scene.server.feed({"poll": {}})
    assert told.startswith("409 Conflict: terminated by other getUpdates request")
    assert len(second.result()) == 1
    assert scene.server.updates.conflicts == 1


async def test_a_poller_that_went_away_is_no_second_poller(scene: Scene) -> None:
    with pytest.raises(httpx.ReadTimeout):
        await scene.client.post(f"/bot{TOKEN}/getUpdates", json={"timeout": 30}, timeout=0.2)
    assert await scene.why("getUpdates") == "ok"
    assert scene.server.updates.conflicts == 0


async def test_a_webhook_gets_each_update_until_it_says_yes(scene: Scene) -> None:
    heard: list[tuple[int, str | None]] = []

    async def receive(request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        heard.append(((await request.json())["update_id"], secret))
        return web.Response(status=503 if len(heard) < 3 else 200)

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    first = scene.server.feed({"poll": {}})
    await scene.result("setWebhook", url=url, secret_token="s-3_", allowed_updates=["message"])
    await scene.server.delivered()
    assert heard == [(first, "s-3_")] * 3
    assert [one.status for one in scene.server.deliveries] == [503, 503, 200]
    info = await scene.result("getWebhookInfo")
    assert (info["url"], info["allowed_updates"], info["pending_update_count"]) == (url, ["message"], 0)
    assert (await scene.why("getUpdates")).startswith(
        "409 Conflict: can't use getUpdates method while webhook"
    )
    await runner.cleanup()
    scene.server.feed({"poll": {}})
    await scene.result("deleteWebhook", drop_pending_updates=True)
    assert await scene.result("getUpdates") == []
