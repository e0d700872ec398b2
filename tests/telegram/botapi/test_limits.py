"""Rates, and failures by script."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.telegram.botapi import Limits
from tests.telegram.botapi.scene import AN, CELL, TOKEN, Scene, staged


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with staged(Limits.off()) as set_up:
        yield set_up


async def wait_of(scene: Scene, chat: int, method: str = "sendMessage", **values: object) -> int:
    """The seconds of a 429; 0 if it went through."""
    told = await scene.call(method, chat_id=chat, **{"text": "x", **values})
    assert told["ok"] or told["error_code"] == 429, told
    return 0 if told["ok"] else int(told["parameters"]["retry_after"])


async def test_one_message_a_second_a_chat_after_a_small_burst() -> None:
    async with staged(Limits(chat_burst=2)) as scene:
        assert [await wait_of(scene, AN) for _ in range(4)] == [0, 0, 1, 1]
        scene.time.now += 0.9
        assert await wait_of(scene, AN) == 1
        assert await wait_of(scene, CELL) == 0  # the others go on
        scene.time.now += 0.2
        assert [await wait_of(scene, AN) for _ in range(2)] == [0, 1]
        assert [one.limit for one in scene.server.floods] == ["chat"] * 4


async def test_twenty_a_minute_a_group_edits_included() -> None:
    async with staged(Limits(chat_burst=100)) as scene:
        sent = await scene.result("sendMessage", chat_id=CELL, text="Có dự: 0")
        for n in range(19):
            scene.time.now += 1
            this = {"message_id": sent["message_id"], "text": f"Có dự: {n + 1}"}
            assert await wait_of(scene, CELL, "editMessageText", **this) == 0
        assert await wait_of(scene, CELL) == 41
        scene.time.now += 40.5
        assert await wait_of(scene, CELL) == 1
        scene.time.now += 0.6
        assert await wait_of(scene, CELL) == 0
        assert scene.server.log.most_within(60, CELL) == 20
        assert scene.server.log.shortest_gap(CELL) == 1


async def test_thirty_a_second_over_all() -> None:
    async with staged(Limits()) as scene:
        people = [scene.server.user(1000 + n, "Ai") for n in range(40)]
        for one in people:
            one.start()
        assert [await wait_of(scene, one.id) for one in people] == [0] * 30 + [1] * 10
        scene.time.now += 1
        assert [await wait_of(scene, one.id) for one in people] == [0] * 30 + [1] * 10


async def test_limits_are_scaled_switched_off_and_set_by_hand() -> None:
    async with staged(Limits(chat_burst=1).scaled(10)) as scene:
        assert [await wait_of(scene, AN), await wait_of(scene, CELL)] == [0, 0]
        scene.time.now += 0.1
        assert await wait_of(scene, AN) == 0
        scene.server.limits = Limits.off()
        assert [await wait_of(scene, AN) for _ in range(50)] == [0] * 50
        scene.server.throttle(3, chat=AN)
        assert [await wait_of(scene, AN), await wait_of(scene, CELL)] == [3, 0]
        scene.server.throttle(2)
        scene.time.now += 1
        assert [await wait_of(scene, AN), await wait_of(scene, CELL)] == [2, 1]


async def test_failures_by_script(scene: Scene) -> None:
    server, send = scene.server, {"chat_id": AN, "text": "x"}
    path = f"/bot{TOKEN}/sendMessage"
    server.fail_next("sendMessage", status=502, body="<html>Bad Gateway</html>", times=2)
    for _ in range(2):
        answer = await scene.client.post(path, json=send)
        assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")
    server.fail_next("*", retry_after=7, chat=AN)
    assert (await scene.result("getUpdates")) == []
    assert await scene.why("sendMessage", chat_id=CELL, text="y") == "ok"
    assert (await scene.call("sendMessage", **send))["parameters"] == {"retry_after": 7}
    server.fail_next("sendMessage", "reset_before")
    with pytest.raises(httpx.TransportError):
        await scene.client.post(path, json=send)
    assert server.chat(AN).texts == []
    server.fail_next("sendMessage", "reset_after", chat=AN)
    with pytest.raises(httpx.TransportError):
        await scene.client.post(path, json=send)
    assert server.chat(AN).texts == ["x"]
    server.fail_next("sendMessage", "hang")
    server.fail_next("sendMessage", "hang", carried_out=True)
    for texts in (["x"], ["x", "x"]):
        with pytest.raises(httpx.ReadTimeout):
            await scene.client.post(path, json=send, timeout=0.2)
        assert server.chat(AN).texts == texts
    assert await scene.why("sendMessage", **send) == "ok"
    assert [one.code for one in server.log.refused] == [502, 502, 429]
    assert server.floods == []


async def test_the_server_goes_away_and_comes_back(scene: Scene) -> None:
    url = scene.server.url
    await scene.server.go_down()
    with pytest.raises(httpx.TransportError):
        await scene.client.post(f"/bot{TOKEN}/getMe")
    await scene.server.go_up()
    assert scene.server.url == url
    assert await scene.why("getMe") == "ok"
