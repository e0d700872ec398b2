"""Asking Zalo: idle, repeated, lost, odd and broken answers; nothing is lost by us, nothing is heard twice."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.channels.zalo import polling
from bot.channels.zalo.intake import Identity, Intake
from bot.channels.zalo.polling import Polling
from bot.commands.serving import listening
from bot.leases import Lease
from bot.logs import QUIET
from chat.events import Event
from chat.replies import Toast
from storage.errors import NoDatabase
from tests.scenarios.commune import NAMES
from tests.scenarios.transcript import kinds
from tests.zalo.conftest import PAUSE
from tests.zalo.platform import Oddities
from tests.zalo.town import TOKENS, Town

HTML = "<html><h1>502 Bad Gateway</h1></html>"


@pytest.fixture(autouse=True)
def log_tells_nothing(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What `keng run` would write, as chatty as it can be."""
    for name in QUIET:
        caplog.set_level(logging.WARNING, name)
    caplog.set_level(logging.DEBUG)  # last: the handler has one level for all
    yield
    records = caplog.get_records("setup") + caplog.get_records("call")
    written = "\n".join(map(logging.Formatter().format, records))
    assert not [secret for secret in (*TOKENS.values(), *NAMES.values()) if secret in written]


async def asked(town: Town, times: int) -> None:
    """Zalo was asked so many times more."""
    wanted = town.one.calls["getUpdates"] + times
    await town.server.until(lambda: town.one.calls["getUpdates"] >= wanted)


async def nothing() -> None:
    """Nobody asks when Zalo answered last."""


async def always() -> bool:
    return True


def poll_loop(town: Town, receive: object = None) -> Polling:
    client = town.service._client
    receive = receive or town.parts.dispatcher.receive
    intake = Intake("one", Identity(client), receive)  # type: ignore[arg-type]
    return Polling("one", client, intake, always, nothing)


class Running:
    """A poll loop while inside; leaving it is a crash: no lease is given back."""

    def __init__(self, loop: Polling) -> None:
        self._loop = loop

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._loop.run())

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@pytest.mark.parametrize("odd", [Oddities(), Oddities(always_200=True)], ids=["408", "200"])
async def test_an_idle_call_is_followed_by_the_next_one(
    silent: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """408 is no trouble. Where it comes at once, Zalo is asked once a second all the same."""
    monkeypatch.setattr(polling, "_WAIT", 0.05)
    async with Running(poll_loop(silent)):
        await asked(silent, 3)
        assert kinds(await silent.link("clerk")) == ["consent?"]
    monkeypatch.setattr(polling, "_WAIT", 0)
    monkeypatch.setattr(polling, "_FLOOR", 0.1)
    async with Running(poll_loop(silent)):
        before = silent.one.calls["getUpdates"]
        await asyncio.sleep(0.35)
        assert silent.one.calls["getUpdates"] - before <= 4
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_a_gateways_408_is_an_idle_call_too(silent: Town, caplog: pytest.LogCaptureFixture) -> None:
    silent.one.fail_next("getUpdates", times=3, status=408, body=HTML)
    async with Running(poll_loop(silent)):
        assert kinds(await silent.link("clerk")) == ["consent?"]
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("odd", [Oddities(replays=True)])
async def test_what_is_repeated_for_ever_is_heard_once_and_not_asked_for_in_a_hurry(
    silent: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Running(poll_loop(silent)):
        await silent.join("clerk")
        for _ in range(3):
            await asked(silent, 5)
            assert len(await silent.say("clerk", "lich")) == 1
        await asked(silent, 20)
        monkeypatch.setattr(polling, "_FLOOR", 0.1)
        await asked(silent, 1)
        before = silent.one.calls["getUpdates"]
        await asyncio.sleep(0.35)
        assert silent.one.calls["getUpdates"] - before <= 4
    said = len(await silent.messages("clerk"))
    async with Running(poll_loop(silent)):  # another process: it has to ask the database
        await asked(silent, 12)
        assert len(await silent.say("clerk", "lich")) == 1
    assert len(await silent.messages("clerk")) == said + 1


async def test_what_keeps_coming_reminds_the_database_of_itself(silent: Town) -> None:
    """What was handled is forgotten after two weeks: not while Zalo still repeats it."""
    events: list[Event] = []
    hours = [0.0]

    async def receive(event: Event) -> None:
        events.append(event)

    intake = Intake("one", Identity(silent.service._client), receive, lambda: hours[0] * 3600)
    clerk = silent.person("clerk")
    clerk.write("lich")
    update = silent.one._fresh[0]
    for now, fresh in ((0, True), (1, False), (5.9, False), (6, False), (11, False), (12.1, False)):
        hours[0] = now
        assert await intake.take(update) is fresh
    assert len(events) == 3


@pytest.mark.parametrize("odd", [Oddities(loses=True)])
async def test_what_came_only_once_is_tried_until_our_own_side_is_well(silent: Town) -> None:
    told: list[Event] = []

    async def receive(event: Event) -> Toast | None:
        told.append(event)
        if len(told) < 4:
            raise OSError("disk full")
        return await silent.parts.dispatcher.receive(event)

    silent.person("clerk").write("nobody asks yet")
    assert len(silent.one.lost) == 1
    async with Running(poll_loop(silent, receive)):
        await asked(silent, 1)
        assert kinds(await silent.link("clerk")) == ["consent?"]
    assert len(told) == 4
    assert len(set(told)) == 1


@pytest.mark.parametrize("odd", [Oddities(loses=True)])
async def test_what_came_only_once_outlasts_any_trouble_of_the_database_under_our_lease(silent: Town) -> None:
    told: list[Event] = []
    held = 0

    async def receive(event: Event) -> Toast | None:
        told.append(event)
        if len(told) <= 20:
            raise NoDatabase
        return await silent.parts.dispatcher.receive(event)

    async def hold() -> bool:
        nonlocal held
        held += 1
        return True

    loop = poll_loop(silent, receive)
    loop._hold = hold
    async with Running(loop):
        await asked(silent, 1)
        assert kinds(await silent.link("clerk")) == ["consent?"]
    assert len(told) == 21
    assert held > 20


@pytest.mark.parametrize("odd", [Oddities(loses=True)])
async def test_what_is_itself_at_fault_holds_up_the_others_for_a_while_only(silent: Town) -> None:
    async def receive(event: Event) -> Toast | None:
        if event.text == "bad":
            raise RuntimeError
        return await silent.parts.dispatcher.receive(event)

    async with Running(poll_loop(silent, receive)):
        await asked(silent, 1)
        silent.person("clerk").write("bad")
        await asked(silent, 1)
        assert kinds(await silent.link("clerk")) == ["consent?"]


@pytest.mark.parametrize("odd", [Oddities(loses=True)])
async def test_told_to_stop_in_the_middle_of_a_turn_the_turn_is_seen_through(silent: Town) -> None:
    began, done = asyncio.Event(), []

    async def receive(event: Event) -> None:
        began.set()
        await asyncio.sleep(5 * PAUSE)
        done.append(event)

    async with Running(poll_loop(silent, receive)):
        await asked(silent, 1)
        silent.person("clerk").write("lich")
        await began.wait()
    assert len(done) == 1


ODD: list[dict[str, Any]] = [
    {},
    {"event_name": "message.hologram.received"},
    {"event_name": 5, "message": {"from": [], "chat": None}},
    {"event_name": "message.text.received", "message": {"text": "có dự"}},
    {"message": {"from": {"id": "x" * 500}, "chat": {"id": "y" * 500}, "text": "x"}},
    {"message": {"from": {"id": "\ud83d"}, "chat": {"id": "1", "chat_type": "PRIVATE"}, "text": "\ud83d"}},
]


async def test_an_update_of_any_shape_holds_up_nobody(town: Town) -> None:
    for update in ODD:
        await town.feed(update)
    assert kinds(await town.link("clerk")) == ["consent?"]


@pytest.mark.parametrize(
    ("script", "said", "level"),
    [
        ({"status": 502, "body": HTML}, "NoAnswer: no answer", logging.WARNING),
        ({"code": 504}, "Refused: code 504", logging.WARNING),
        ({"how": "reset"}, "NoAnswer: no answer", logging.WARNING),
        ({"status": 401, "body": HTML}, "Refused: code 401", logging.ERROR),
        ({"code": 401, "status": 200}, "Refused: code 401", logging.ERROR),
        ({"code": 429}, "Refused: code 429", logging.ERROR),
        ({"code": 404}, "Refused: code 404", logging.ERROR),
    ],
)
async def test_trouble_is_said_once_and_passes(
    silent: Town, script: dict[str, object], said: str, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    silent.one.fail_next("getUpdates", times=5, **script)
    async with Running(poll_loop(silent)):
        assert kinds(await silent.link("clerk")) == ["consent?"]
    told = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert [(one.levelno, said in one.getMessage()) for one in told] == [(level, True)]
    assert "zalo answers again bot=one" in caplog.text


async def test_zalo_is_not_there_at_the_start_and_comes_back(
    silent: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await silent.server.go_down()
    async with listening(silent.service, silent.parts):
        while "zalo does not answer" not in caplog.text:  # noqa: ASYNC110 - nobody else tells
            await asyncio.sleep(PAUSE)
        await silent.says_on_page("deputy", f"start {await silent.stage.slip('deputy')}")  # on the web page
        await silent.parts.sender.drain()
        assert "trợ lý Kẻng" in (await silent.parts.board.after(0, 100))[-1].body
        await silent.server.go_up()
        assert kinds(await silent.link("clerk")) == ["consent?"]


async def test_a_webhook_that_somebody_set_is_taken_away(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.one.webhook = ("http://127.0.0.1:9/", "somebody's")
    town.person("clerk").write("lich")  # ends the call that is open
    await town.server.until(lambda: town.one.webhook is None)
    assert kinds(await town.link("clerk"))[-1] == "consent?"
    assert "excludes polling" in caplog.text


async def test_one_process_asks_for_a_token_and_the_next_takes_over(silent: Town) -> None:
    other = Lease(silent.parts.database, "zalo:one", "another process")
    assert await other.hold()
    async with listening(silent.service, silent.parts):
        await asyncio.sleep(5 * PAUSE)
        assert silent.one.calls == {}
        await other.release()
        await asked(silent, 1)
        assert not await other.hold()
    assert await other.hold(), "whoever leaves gives it back"
    assert silent.one.most_asking == 1


async def test_when_zalo_answered_last_is_known_to_whoever_asks(silent: Town) -> None:
    async with listening(silent.service, silent.parts):
        await asked(silent, 1)
        async with silent.parts.database.read() as uow:
            assert "zalo:one" in await uow.keeping.beats()
