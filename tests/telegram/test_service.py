"""How the bot introduces itself to Telegram, and how long it tries."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.channels.telegram import service
from bot.channels.telegram.service import Patience
from bot.channels.telegram.setup import GROUP, PRIVATE
from bot.commands.serving import listening
from handlers import routes
from reports.catalogue import LANGUAGES, Catalogue
from tests.scenarios.page import ZONE
from tests.scenarios.transcript import kinds
from tests.telegram.town import Town, opened


@pytest.fixture
async def silent(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """Nobody asks for updates until the test does."""
    async with opened(sqlite_url, tmp_path, listens=False) as telegram:
        yield telegram


async def introduced(town: Town) -> None:
    """Wait for the last call of the introduction."""
    calls = town.server.log.calls
    await town.server.until(lambda: calls["setMyShortDescription"] == 1 + len(LANGUAGES))


async def test_each_place_and_language_has_its_commands(silent: Town) -> None:
    async with listening(silent.telegram.service, silent.parts):
        await introduced(silent)
    catalogue = Catalogue(ZONE)
    scopes = {"all_private_chats": PRIVATE, "all_group_chats": GROUP, "all_chat_administrators": GROUP}
    languages = {"": "vi", "vi": "vi", "en": "en"}
    assert silent.server.commands == {
        (scope, code): [(name, catalogue.entry(f"command.{name}", language)) for name in names]
        for scope, names in scopes.items()
        for code, language in languages.items()
    }
    for told, key in (
        (silent.server.descriptions, "command.description"),
        (silent.server.short_descriptions, "command.short"),
    ):
        assert told == {code: catalogue.entry(key, language) for code, language in languages.items()}


def test_every_command_that_is_shown_is_understood_where_it_is_shown() -> None:
    router = routes()
    assert [name for name in PRIVATE if router.for_command(name) is None] == []
    assert [name for name in GROUP if router.for_command(name, group=True) is None] == []


async def test_an_introduction_that_fails_keeps_nobody_from_writing(
    silent: Town, caplog: pytest.LogCaptureFixture
) -> None:
    silent.server.fail_next("setMyCommands", retry_after=60)
    async with listening(silent.telegram.service, silent.parts):
        assert kinds(await silent.link("clerk")) == ["consent?"]
    assert "commands not registered kind=RetryAfter" in caplog.text


# What Telegram answers, one after the other (a span of time is a 429), and how long we wait each time.
PAUSES: list[tuple[list[Exception | timedelta], list[float]]] = [
    ([timedelta(seconds=7), timedelta(seconds=90)], [7, 90]),
    ([TimedOut(), NetworkError("x"), TimedOut(), TimedOut(), TimedOut(), TimedOut()], [2, 5, 15, 30, 30, 30]),
    ([InvalidToken(), InvalidToken()], [30, 30]),
    ([BadRequest("Bad webhook: HTTPS url must be provided for webhook")], [30]),
    ([OSError("disk full")], [30]),
    ([TimedOut(), timedelta(seconds=7), TimedOut()], [2, 7, 5]),
]


@pytest.mark.parametrize(("errors", "pauses"), PAUSES, ids=lambda one: repr(one)[:40])
def test_each_failure_has_its_pause(errors: list[Exception | timedelta], pauses: list[float]) -> None:
    patience = Patience()
    told = [RetryAfter(one) if isinstance(one, timedelta) else one for one in errors]
    assert [patience.after(error) for error in told] == pauses


async def test_a_refused_token_is_said_once_and_tried_again_and_again(
    silent: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "keng")
    monkeypatch.setattr(service, "_PAUSES", (0.01,))
    silent.server.fail_next("deleteWebhook", status=401, times=5)
    async with listening(silent.telegram.service, silent.parts):
        assert kinds(await silent.link("clerk")) == ["consent?"]
    said = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert [(one.levelname, one.getMessage().count("InvalidToken")) for one in said] == [("ERROR", 1)]
    assert silent.server.log.calls["deleteWebhook"] == 6


async def test_telegram_asks_for_patience_at_the_start_and_gets_it(
    silent: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    sleep = asyncio.sleep

    async def noting(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", noting)
    silent.server.fail_next("deleteWebhook", retry_after=33, times=2)
    async with listening(silent.telegram.service, silent.parts):
        await introduced(silent)
    assert [seconds for seconds in waited if seconds > 30] == [33, 33]


async def test_a_webhook_is_registered_with_our_secret_and_examined(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path, "webhook") as town:
        ours = town.telegram.service
        address = town.server.webhook.address
        assert address is not None
        assert (address.url.endswith("/telegram"), len(address.secret)) == (True, 64)
        assert await ours.examine() == [
            (True, "telegram: @keng_test_bot"),
            (True, "telegram: webhook set, 0 waiting"),
        ]
        await town.server.webhook.remove()
        (_, (good, said)) = await ours.examine()
        assert not good
        assert "not ours" in said


async def test_what_is_wrong_with_telegram_is_said_without_the_token(silent: Town) -> None:
    ours = silent.telegram.service
    silent.server.fail_next("getMe", status=401)
    [(good, said)] = await ours.examine()
    assert (good, "KENG_TELEGRAM_TOKEN" in said) == (False, True)
    await silent.server.go_down()
    [(good, said)] = await ours.examine()
    assert (good, said) == (False, "telegram cannot be reached: NetworkError")
