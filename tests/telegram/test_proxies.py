"""By way of a SOCKS proxy: names are looked up there, nothing counts as sent before it let us through."""

import logging
import socket
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
import telegram
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.channels.telegram.proxies import proxy_of
from bot.channels.telegram.request import AiohttpRequest, surely_not_sent
from bot.settings import Settings
from tests.telegram.botapi import BotApi, bot_api
from tests.telegram.socks import socks_proxy

TOKEN = "123456:TEST-TOKEN"
PASSWORD = "mat khau: @/"
QUOTED = "mat%20khau%3A%20%40%2F"


@pytest.fixture(autouse=True)
def nothing_logged_is_secret(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "telegram.Bot")
    yield
    written = "\n".join(map(logging.Formatter().format, caplog.get_records("call")))
    assert not [secret for secret in (PASSWORD, QUOTED, "TEST-TOKEN") if secret in written]


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with bot_api(TOKEN) as running:
        yield running


def port_of(server: BotApi) -> int:
    return urlsplit(server.url).port or 0


@asynccontextmanager
async def bot_by(proxy: str, base: str, *, patience: float = 5.0) -> AsyncIterator[telegram.Bot]:
    async with AiohttpRequest(proxy=proxy, connect_timeout=patience) as request, AiohttpRequest(1) as updates:
        yield telegram.Bot(TOKEN, base_url=f"{base}/bot", request=request, get_updates_request=updates)


async def failure_by(
    proxy: str, base: str = "http://telegram.invalid", *, patience: float = 5.0
) -> TelegramError:
    """The error of a call that must fail before anything is sent, without a secret in it."""
    async with bot_by(proxy, base, patience=patience) as bot:
        with pytest.raises(NetworkError) as caught:
            await bot.get_me()
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__cause__)
    assert not [secret for secret in (PASSWORD, QUOTED, "TEST-TOKEN") if secret in told]
    assert surely_not_sent(caught.value)
    return caught.value


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4a"])
async def test_the_proxy_looks_up_the_name(server: BotApi, scheme: str) -> None:
    async with socks_proxy(port_of(server)) as proxy:
        async with bot_by(f"{scheme}://127.0.0.1:{proxy.port}", "http://telegram.invalid") as bot:
            assert (await bot.get_me()).username == "keng_test_bot"
            await bot.get_me()
        assert proxy.asked == [(int(scheme[5]), "telegram.invalid", 80)]  # the connection is kept


async def test_version_4_looks_names_up_here(server: BotApi) -> None:
    async with socks_proxy(port_of(server)) as proxy:
        async with bot_by(f"socks4://127.0.0.1:{proxy.port}", "http://localhost:81") as bot:
            await bot.get_me()
        assert proxy.asked == [(4, "127.0.0.1", 81)]


@pytest.mark.parametrize("scheme", ["socks5", "socks4a"])
async def test_user_and_password_are_told(server: BotApi, scheme: str) -> None:
    async with socks_proxy(port_of(server), users={"keng": PASSWORD}) as proxy:
        url = f"{scheme}://keng:{QUOTED}@127.0.0.1:{proxy.port}"
        async with bot_by(url, "http://telegram.invalid") as bot:
            await bot.get_me()
        assert len(proxy.asked) == 1


@pytest.mark.parametrize(
    ("how", "user"),
    [
        ({"users": {"keng": "another"}}, f"keng:{QUOTED}@"),
        ({"users": {"keng": PASSWORD}}, ""),
        ({"reply": 2}, ""),
        ({"reply": 5}, f"keng:{QUOTED}@"),
    ],
    ids=["wrong password", "no password", "not allowed", "refused beyond"],
)
async def test_whom_the_proxy_turns_away_has_sent_nothing(
    server: BotApi, how: dict[str, object], user: str
) -> None:
    async with socks_proxy(port_of(server), **how) as proxy:
        error = await failure_by(f"socks5://{user}127.0.0.1:{proxy.port}")
    assert str(error).startswith("ProxyError")
    assert sum(server.log.calls.values()) == 0


async def test_a_proxy_that_is_away_or_says_nothing(server: BotApi) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening
        error = await failure_by(f"socks5://keng:{QUOTED}@127.0.0.1:{taken.getsockname()[1]}")
    assert str(error).startswith("ProxyConnectionError")
    async with socks_proxy(port_of(server), silent=True) as silent:
        error = await failure_by(f"socks5://127.0.0.1:{silent.port}", patience=0.1)
    assert isinstance(error, TimedOut)


async def test_telegram_that_hangs_up_behind_the_proxy_may_have_acted(server: BotApi) -> None:
    server.fail_next("getMe", "reset_after")
    async with (
        socks_proxy(port_of(server)) as proxy,
        bot_by(f"socks5://127.0.0.1:{proxy.port}", "http://telegram.invalid") as bot,
    ):
        with pytest.raises(NetworkError) as caught:
            await bot.get_me()
    assert not surely_not_sent(caught.value)


READ = {
    "http://h:3128": (0, "h", 3128, None, None),
    "https://u:p@h:443": (0, "h", 443, "u", "p"),
    "socks5://h": (5, "h", 1080, None, None),
    "socks5h://u:a%40b@[::1]:9": (5, "::1", 9, "u", "a@b"),
    "socks4://u@h:9": (4, "h", 9, "u", ""),
}


@pytest.mark.parametrize("url", READ)
def test_an_address_is_read(url: str) -> None:
    found = proxy_of(url)
    assert (found.socks, found.host, found.port, found.user, found.password) == READ[url]
    assert "p@" not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        f"keng:{QUOTED}@h:1",
        "127.0.0.1:3128",
        "http://",
        f"socks6://keng:{QUOTED}@h",
        f"socks5://keng:{QUOTED}@h:port",
        f"socks5://keng:{QUOTED}@[h",
        "socks5://keng:m%E1%BA%ADt@h",  # python-socks takes ASCII only
        "ftp://h",
    ],
)
def test_what_is_no_proxy_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(ValueError, match="http://host:port or socks5://host:port") as caught:
        AiohttpRequest(proxy=url)
    assert QUOTED not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(ValueError, match="socks5://host:port"):
        Settings(telegram_proxy=url)


def test_a_proxy_is_no_part_of_a_representation() -> None:
    url = f"socks5://keng:{QUOTED}@h"
    assert QUOTED not in repr(Settings(telegram_proxy=url)) + repr(proxy_of(url))
