"""The real `keng run` with two Zalo bots: each polled or called for itself, and `keng check` says since when not."""

import json
import signal
from pathlib import Path

import pytest

from tests.processes.test_run import STARTING, free_port, keng
from tests.processes.test_telegram import check as checked
from tests.zalo.platform import Platform, platform

TOKENS = {"one": "12345689:abc-xyz", "two": "98765432:uvw-rst"}


def settings(patch: pytest.MonkeyPatch, server: Platform, port: int | None = None) -> None:
    patch.setenv("KENG_ZALO_BOTS", json.dumps(TOKENS))
    patch.setenv("KENG_ZALO_API_URL", server.url)
    if port is not None:
        patch.setenv("KENG_ZALO_MODE", "webhook")
        patch.setenv("KENG_PUBLIC_URL", f"http://127.0.0.1:{port}")


async def check(url: str, folder: Path) -> tuple[int | None, str]:
    return await checked(url, folder, about="zalo")


async def test_each_bot_is_polled_answers_and_is_said_to_be_silent_by_its_name(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with platform(TOKENS) as server:
        settings(monkeypatch, server)
        one, two = server.bots.values()
        two.fail_next("getMe", code=401, status=200, times=100)
        async with keng(sqlite_url, tmp_path) as running:
            await running.until("/readyz", 200)
            an = one.user("An")
            an.write("xin chào")
            await server.until(lambda: bool(an.chat.said), STARTING)
            assert an.chat.texts[0].startswith("Đây là trợ lý Kẻng")
            status, said = await check(sqlite_url, tmp_path)
            assert status == 1
            assert "ok   zalo one answered `keng run` last: " in said
            assert "ok   zalo one: Bot Kẻng one" in said
            assert "FAIL zalo two has not answered `keng run` yet" in said
            assert "FAIL zalo two: Zalo refuses the token in KENG_ZALO_BOTS" in said
            status, log = await running.told(signal.SIGTERM)
    assert status == 0
    assert log.count("zalo refuses us bot=two") == 1
    assert not [secret for secret in (*TOKENS.values(), "uvw-rst", "xin chào") if secret in log + said]
    assert one.most_asking == 1


async def test_the_webhooks_are_registered_each_with_its_own_path_and_secret(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    async with platform(TOKENS) as server:
        settings(monkeypatch, server, port)
        async with keng(sqlite_url, tmp_path, port=port) as running:
            await server.until(lambda: all(bot.webhook for bot in server.bots.values()), STARTING)
            hooks = [bot.webhook for bot in server.bots.values() if bot.webhook]
            assert [url for url, _ in hooks] == [f"http://127.0.0.1:{port}/zalo/{name}" for name in TOKENS]
            assert len({secret for _, secret in hooks}) == 2
            people = [bot.user("An") for bot in server.bots.values()]
            for an in people:
                an.write("xin chào")
            await server.until(lambda: all(an.chat.said for an in people), STARTING)
            status, _ = await running.told(signal.SIGTERM)
            assert status == 0
        assert all(bot.webhook for bot in server.bots.values()), "a stop must not take the webhook away"
        assert [set(bot.deliveries) for bot in server.bots.values()] == [{200}, {200}]
