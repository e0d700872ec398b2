"""Each answer of Zalo to a message: the error it becomes, and what the sender does with the letter."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.channels.zalo import client
from chat.channel import ChannelDown, Outgoing, Rejected, SendError, Unreachable
from chat.events import Address
from chat.text import Text
from jobs import outbox
from jobs.clock import wall_clock
from storage.outbox import Letter
from storage.tables.delivery import outbox as rows
from tests.scenarios.page import moment
from tests.zalo.town import TOKENS, Town, opened

LATER = moment("24/11 19:30")
HTML = "<html><h1>502 Bad Gateway</h1></html>"
DOWN, SPENT = ChannelDown(), ChannelDown(spent=True)
NO_CHAT, REJECTED = Rejected(address=True), Rejected()
NOT_SENT, WHO_KNOWS = Unreachable(sent=False), Unreachable(sent=None)
LOST = {"carried_out": True}  # it took effect, and we do not hear of it

# What Zalo answers to the letter, our error, the outcome of the notice, how often the reader sees it.
ANSWERS: dict[str, tuple[dict[str, Any], SendError, str, int]] = {
    "400": ({"code": 400}, NO_CHAT, "failed", 0),
    "404": ({"code": 404}, NO_CHAT, "failed", 0),
    "401": ({"code": 401}, DOWN, "sent", 1),
    "-216": ({"code": -216}, DOWN, "sent", 1),
    "401 as words": ({"body": {"ok": False, "error_code": "401"}, "status": 200}, DOWN, "sent", 1),
    "403 is their own trouble": ({"code": 403}, NOT_SENT, "sent", 1),
    "408": ({"code": 408}, WHO_KNOWS, "sent", 1),
    "408, but it arrived": ({"code": 408, **LOST}, WHO_KNOWS, "sent", 2),
    "429 is the month": ({"code": 429}, SPENT, "sent", 1),
    "500": ({"code": 500}, NOT_SENT, "sent", 1),
    "502": ({"code": 502}, NOT_SENT, "sent", 1),
    "504": ({"code": 504}, NOT_SENT, "sent", 1),
    "502 with HTML": ({"status": 502, "body": HTML}, WHO_KNOWS, "sent", 1),
    "504 with HTML, but it arrived": ({"status": 504, "body": HTML, **LOST}, WHO_KNOWS, "sent", 2),
    "200 with HTML": ({"status": 200, "body": HTML}, WHO_KNOWS, "sent", 1),
    "401 with HTML": ({"status": 401, "body": HTML}, DOWN, "sent", 1),
    "408 with HTML": ({"status": 408, "body": HTML}, WHO_KNOWS, "sent", 1),
    "429 without a word": ({"status": 429, "body": ""}, SPENT, "sent", 1),
    "no JSON": ({"status": 200, "body": "{"}, WHO_KNOWS, "sent", 1),
    "JSON that is no object": ({"status": 200, "body": [1]}, WHO_KNOWS, "sent", 1),
    "no code: the status counts": ({"code": None, "status": 503}, NOT_SENT, "sent", 1),
    "no code, and a status that says nothing": ({"code": None, "status": 200}, REJECTED, "failed", 0),
    "a code nobody knows": ({"code": 418}, REJECTED, "failed", 0),
    "a code that is none": ({"body": {"ok": False, "error_code": []}, "status": 500}, NOT_SENT, "sent", 1),
    "cut off": ({"how": "reset"}, WHO_KNOWS, "sent", 1),
    "cut off, but it arrived": ({"how": "reset", **LOST}, WHO_KNOWS, "sent", 2),
    "no answer in time": ({"how": "hang"}, WHO_KNOWS, "sent", 1),
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_READ", 1.0)  # of which few wait


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened(sqlite_url, tmp_path) as zalo:
        yield zalo


async def test_each_answer_is_one_of_our_errors_whatever_the_status_says(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = town.person("clerk")
    clerk.write("xin chào")
    message = Outgoing(Address("zalo", "one", clerk.chat.id), "chào")
    for name, (script, told, _, _) in ANSWERS.items():
        for other in ({}, {"status": 200}):
            town.one.fail_next(**{**other, **script})
            with pytest.raises(SendError) as found:
                await town.service.channel.send(message)
            assert type(found.value) is type(told), name
            assert vars(found.value) == vars(told), name
    assert await town.service.channel.send(message)
    said = [one.getMessage() for one in caplog.records if "takes nothing" in one.getMessage()]
    assert len(said) == 1, "what only a person can mend is said once"


async def test_nobody_there_is_surely_not_sent(town: Town) -> None:
    await town.server.go_down()
    with pytest.raises(Unreachable) as found:
        await town.service.channel.send(Outgoing(Address("zalo", "one", "x"), "chào"))
    assert found.value.sent is False


async def test_what_is_sent_is_plain_text_of_our_own(town: Town) -> None:
    clerk = town.person("clerk")
    clerk.write("xin chào")
    await town.settle()
    texts = ["**đậm** <b>_x_</b> https://x.example/s/a.b", "🔔\ud83d", "a" * 2000]
    numbers = {
        await town.service.channel.send(Outgoing(Address("zalo", "one", clerk.chat.id), one)) for one in texts
    }
    assert len(numbers) == 3
    assert all(numbers)
    assert [(one.text, one.extra) for one in clerk.chat.said[-3:]] == [
        (texts[0], {}),
        ("🔔\ufffd", {}),
        (texts[2], {}),
    ]


async def test_an_error_never_carries_the_token(town: Town) -> None:
    """httpx writes the address into its errors, and the token is part of it."""
    [token] = TOKENS.values()
    await town.server.go_down()
    with pytest.raises(Unreachable) as found:
        await town.service.channel.send(Outgoing(Address("zalo", "one", "x"), "chào"))
    error: BaseException | None = found.value
    while error is not None:
        assert token not in repr(error)
        assert not isinstance(error, httpx.HTTPError)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


async def test_the_sender_does_what_the_answer_asks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter an answer; an hour later whatever is to be tried again has been."""
    await town.join("clerk")
    clerk = town.person("clerk").chat
    to, found, wanted = Address("zalo", "one", clerk.id), {}, {}
    for hours, (name, (script, _, outcome, seen)) in enumerate(ANSWERS.items()):
        before = len(clerk.said)
        town.one.fail_next(**script)
        async with town.parts.database.write() as uow:
            letter = Letter(
                name, to, to.chat, "vi", Text("general.left"), town.time.now(), useful_until=LATER
            )
            await uow.outbox.add_once(letter, wall_clock())
            await uow.commit()
        for passed in (hours, hours + 1):
            monkeypatch.setattr(outbox, "wall_clock", lambda h=passed: wall_clock() + timedelta(hours=h))
            await town.parts.sender.drain()
        wanted[name] = (outcome, seen)
        found[name] = (await status(town, name), len(clerk.said) - before)
    assert found == wanted


async def status(town: Town, key: str) -> str:
    async with town.parts.database.read() as uow:
        row = await uow._connection.execute(select(rows.c.status).where(rows.c.dedupe_key == key))
        return str(row.scalar_one())
