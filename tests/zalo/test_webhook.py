"""Zalo calls us: the secret first, wrapped or flat, durable before 200."""

import json
import logging
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from bot.channels.zalo import webhook
from bot.channels.zalo.service import Plan
from bot.channels.zalo.webhook import HEADER, endpoint_of
from bot.commands.serving import listening
from chat.events import Event
from chat.replies import Toast
from tests.scenarios.transcript import kinds
from tests.zalo.platform import Oddities
from tests.zalo.town import KEY, TOKENS, Town

SECRET = Plan("one", TOKENS["one"]).secret(KEY)


@pytest.fixture
def mode() -> str:
    return "webhook"


def written(town: Town, person: str, text: str) -> dict[str, Any]:
    """What Zalo would POST, made by hand."""
    user = town.person(person)
    user.chat.open = True
    return {
        "event_name": "message.text.received",
        "message": {"from": user.json, "chat": user.chat.json(), "text": text, "message_id": text, "date": 1},
    }


async def test_it_is_registered_with_a_secret_of_its_own_and_examined(town: Town) -> None:
    assert town.one.webhook is not None
    url, secret = town.one.webhook
    assert (url.endswith("/zalo/one"), secret, len(secret)) == (True, SECRET, 64)
    assert Plan("two", TOKENS["one"]).secret(KEY) != SECRET
    assert await town.service.examine() == [
        (True, f"zalo one: Bot Kẻng one / {town.one.account_name}, may join groups"),
        (True, "zalo one: webhook set"),
    ]
    town.one.webhook = None
    (_, (good, said)) = await town.service.examine()
    assert (good, "not ours" in said) == (False, True)
    assert town.one.calls["getUpdates"] == 0


async def test_a_webhook_that_zalo_could_not_reach_is_said_and_kept(
    silent: Town, caplog: pytest.LogCaptureFixture
) -> None:
    """The address is stored even when the verification failed; a name server may only be slow."""
    silent.one.verification = {"ok": False, "hint": "timeout"}
    async with listening(silent.service, silent.parts):
        await silent.server.until(lambda: silent.one.webhook is not None)
        assert kinds(await silent.link("clerk")) == ["consent?"]
    assert "could not reach our webhook" in caplog.text


async def test_a_call_with_a_wrong_secret_changes_nothing_and_its_body_is_not_read(town: Town) -> None:
    update = written(town, "clerk", f"start {await town.stage.slip('clerk')}")
    for secret in ("", "wrong", "bí mật", TOKENS["one"], SECRET[:-1]):
        assert await town.post(update, secret=secret) == 403
    scope = {"type": "http", "method": "POST", "path": "/zalo/one", "headers": [], "query_string": b""}
    intake = town.service._intake(town.parts.dispatcher.receive)
    assert (await endpoint_of(intake, SECRET)(Request(scope, unread))).status_code == 403
    assert await town.everything() == {}


async def test_with_the_secret_it_is_heard_once_wrapped_or_flat(town: Town) -> None:
    code = await town.stage.slip("clerk")
    update = written(town, "clerk", f"start {code}")
    assert await town.post({"ok": True, "result": update}) == 200
    assert kinds(await town.messages("clerk")) == ["consent?"]
    assert await town.post(update) == 200
    assert await town.post({"ok": True, "result": update}) == 200
    assert len(await town.messages("clerk")) == 1


async def test_what_cannot_be_read_is_200_too(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """4xx is for a wrong secret alone; the same call once more would be no better."""
    for junk in ({}, [1], "x", 5, None, {"ok": True}, {"message": 5}, {"ok": True, "result": []}):
        assert await town.post(junk) == 200
    headers = {HEADER: SECRET}
    for body in (b"", b"{", b"\xff\xfe", b"[" * 5000, b'{"a":"' + b"x" * webhook._MOST + b'"}'):
        assert (await town.client.post("/zalo/one", content=body, headers=headers)).status_code == 200
    assert await town.everything() == {}
    assert "a call that is none" in caplog.text
    assert kinds(await town.link("clerk")) == ["consent?"]


async def test_another_bots_path_and_another_method_are_not_there(town: Town) -> None:
    assert await town.post({}, bot="two", secret=SECRET) == 404
    assert (await town.client.get("/zalo/one", headers={HEADER: SECRET})).status_code == 405


async def test_200_comes_after_the_commit(silent: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """While our own side is broken Zalo hears 500, and nothing is half done."""
    taken: list[Event] = []
    receive = silent.parts.dispatcher._alone

    async def failing(event: Event) -> Toast | None:
        taken.append(event)
        if len(taken) == 1:
            raise OSError("disk full")
        return await receive(event)

    monkeypatch.setattr(silent.parts.dispatcher, "_commit", broken)
    monkeypatch.setattr(silent.parts.dispatcher, "_alone", failing)
    update = written(silent, "clerk", f"start {await silent.stage.slip('clerk')}")
    assert await silent.post(update) == 500
    monkeypatch.undo()
    assert await silent.post(update) == 200
    async with silent.parts.database.read() as uow:
        assert await uow.keeping.queue_depth() == 0
    assert kinds(await silent.messages("clerk")) == ["consent?"]


async def unread() -> Message:
    raise AssertionError("the body was read")


async def broken(_events: object) -> list[str | None]:
    raise OSError("disk full")


@pytest.mark.parametrize("odd", [Oddities(flat=True)])
async def test_nothing_of_a_body_is_told_in_the_log(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "keng"):
        await town.join("clerk")
        await town.say("clerk", "hôm nay tôi ốm")
    told = json.dumps([one.getMessage() for one in caplog.records if one.name.startswith("keng")])
    assert not [
        word for word in (SECRET, TOKENS["one"], "hôm nay", town.person("clerk").name) if word in told
    ]
