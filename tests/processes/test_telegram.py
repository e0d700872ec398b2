"""The real `keng run` with a Telegram beside it that is away, comes back, and calls our webhook."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from chat.text import Text
from jobs.clock import wall_clock
from storage.database import Database
from storage.outbox import Letter
from tests.processes.test_run import STARTING, free_port, keng
from tests.storage.build import chat
from tests.telegram.botapi import BotApi, bot_api

TOKEN = "123456:TEST-TOKEN"


@pytest.fixture(autouse=True)
def a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENG_TELEGRAM_TOKEN", TOKEN)


def settings(patch: pytest.MonkeyPatch, server: BotApi, port: int | None = None) -> None:
    patch.setenv("KENG_TELEGRAM_API_URL", server.url)
    if port is not None:
        patch.setenv("KENG_TELEGRAM_MODE", "webhook")
        patch.setenv("KENG_PUBLIC_URL", f"http://127.0.0.1:{port}")


async def check(url: str, folder: Path, *, about: str = "telegram") -> tuple[int | None, str]:
    """`keng check`, as another process: its exit status and what it says of a platform."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "check"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env={**os.environ, "KENG_DATABASE_URL": url, "KENG_SECRET_KEYS": "a key of the tests"},
    )
    said, _ = await asyncio.wait_for(process.communicate(), STARTING)
    lines = [line for line in said.decode().splitlines() if about in line]
    return process.returncode, "\n".join(lines)


async def test_without_telegram_it_serves_the_others_says_so_and_goes_on_when_it_is_back(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(sqlite_url)
    to, now = chat("1", bot="buttons"), wall_clock()
    async with database.write() as uow:
        await uow.outbox.add_once(Letter("x", to, to.chat, "vi", Text("help.stranger"), now), now)
        await uow.commit()
    async with bot_api(TOKEN) as server:
        settings(monkeypatch, server)
        await server.go_down()
        async with keng(sqlite_url, tmp_path) as running:
            await running.until("/readyz", 200)
            status, said = await check(sqlite_url, tmp_path)
            assert status == 1
            assert "FAIL telegram has not answered `keng run` yet" in said
            assert "FAIL telegram cannot be reached: NetworkError" in said
            async with database.read() as uow:
                assert len(await uow.transcript.of_chat("buttons", "1", 9)) == 1
            await server.go_up()
            await server.until(lambda: bool(server.log.calls["getUpdates"]), 2 * STARTING)
            assert server.log.calls["setMyShortDescription"]
            status, said = await check(sqlite_url, tmp_path)
            assert status == 0
            assert "ok   telegram answered `keng run` last: " in said
            status, log = await running.told(signal.SIGTERM)
    assert status == 0
    assert "telegram cannot be reached kind=NetworkError, again in 2 s" in log
    assert TOKEN not in log
    await database.close()


@pytest.mark.parametrize(("role", "registers"), [("all", True), ("web", True), ("worker", False)])
async def test_a_webhook_is_registered_by_whoever_answers_it(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str, registers: bool
) -> None:
    port = free_port()
    async with bot_api(TOKEN) as server:
        settings(monkeypatch, server, port)
        async with keng(sqlite_url, tmp_path, "--role", role, port=port) as running:
            if not registers:
                assert "running role=worker" in await line(running.process, "running")
                assert server.log.calls["setWebhook"] == 0
                return
            await server.until(lambda: bool(server.log.calls["setMyShortDescription"]), STARTING)
            assert server.webhook.address is not None
            assert server.webhook.address.url == f"http://127.0.0.1:{port}/telegram"
            server.user(7, "Thư").start()
            await server.delivered(STARTING)
            assert [one.status for one in server.deliveries] == [200]
            status, _ = await running.told(signal.SIGTERM)
            assert status == 0
        assert server.log.calls["getUpdates"] == server.log.calls["deleteWebhook"] == 0
        assert server.webhook.address is not None, "a stop must not take the webhook away"


async def test_polling_where_a_webhook_is_set_is_said_to_be_idle(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bot_api(TOKEN) as server:
        settings(monkeypatch, server, free_port())
        async with keng(sqlite_url, tmp_path, "--role", "poll") as running:
            assert "KENG_TELEGRAM_MODE=webhook" in await line(running.process, "role=poll")
        assert sum(server.log.calls.values()) == 0


async def test_a_webhook_without_a_public_address_is_refused_in_one_line(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_TELEGRAM_MODE", "webhook")
    async with keng(sqlite_url, tmp_path) as refusing:
        status, (said,) = await refusing.ended()
    assert status == 1
    assert said.startswith("KENG_PUBLIC_URL: ")


async def line(process: asyncio.subprocess.Process, words: str) -> str:
    """The first line of the log with these words."""
    assert process.stderr is not None
    async with asyncio.timeout(STARTING):
        while found := (await process.stderr.readline()).decode():
            if words in found:
                return found
    raise AssertionError(f"it ended without {words!r}")
