"""The real `keng run`: it refuses what it cannot work with, answers on HTTP, and ends when it is told to."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from sqlalchemy import func, select

from chat.text import Text
from jobs.clock import wall_clock
from storage.database import Database
from storage.outbox import Letter
from storage.tables.delivery import lease, outbox
from tests.storage.build import chat

STARTING = 40  # seconds a loaded machine may take to load the program
STOPPING = 8


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Keng:
    """A process `keng run …` in a folder without any `.env`."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self.process = process
        self.address = address

    async def get(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.address, trust_env=False) as client:
            return await client.get(path)

    async def until(self, path: str, status: int) -> httpx.Response:
        """Ask until it answers so."""
        async with asyncio.timeout(STARTING):
            while True:
                assert self.process.returncode is None, "it ended by itself"
                try:
                    found = await self.get(path)
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                    continue
                if found.status_code == status:
                    return found
                await asyncio.sleep(0.05)

    async def told(self, how: signal.Signals) -> tuple[int | None, str]:
        """Stop it; its exit status and everything it said."""
        self.process.send_signal(how)
        _, said = await asyncio.wait_for(self.process.communicate(), STOPPING)
        return self.process.returncode, said.decode()

    async def ended(self) -> tuple[int | None, list[str]]:
        """It ends by itself; its exit status and the lines on stderr."""
        _, said = await asyncio.wait_for(self.process.communicate(), STARTING)
        return self.process.returncode, said.decode().splitlines()


@asynccontextmanager
async def keng(url: str, folder: Path, *options: str, port: int | None = None) -> AsyncIterator[Keng]:
    port = port or free_port()
    own = {"KENG_DATABASE_URL": url, "KENG_SECRET_KEYS": "a key of the tests", "KENG_HTTP_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env={**os.environ, **own},
    )
    try:
        yield Keng(process, f"http://127.0.0.1:{port}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def held(database: Database) -> int:
    """Leases that somebody would have to wait for: of the house and of single letters."""
    async with database.read() as uow:
        named = await uow._connection.execute(select(func.count()).select_from(lease))
        rows = await uow._connection.execute(
            select(func.count()).where(outbox.c.status == "pending", outbox.c.lease_until > wall_clock())
        )
        return int(named.scalar_one()) + int(rows.scalar_one())


async def test_it_answers_sends_and_ends_with_0_at_sigterm_leaving_no_lease(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = Database(sqlite_url)
    now = wall_clock()
    async with database.write() as uow:
        for to in (chat("1", bot="buttons"), chat("2", channel="nobody has")):
            await uow.outbox.add_once(Letter(str(to), to, to.chat, "vi", Text("help.stranger"), now), now)
        await uow.commit()
    async with keng(sqlite_url, tmp_path) as running:
        assert (await running.until("/readyz", 200)).json() == {"ready": True, "why": "ok"}
        assert (await running.get("/healthz")).text == "ok"
        async with asyncio.timeout(STARTING):
            while "keng_outbox_pending 1.0" not in (found := (await running.get("/metrics")).text):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        for tick in ("reminders", "months", "digests", "upkeep"):
            assert f'keng_tick_timestamp_seconds{{tick="{tick}"}}' in found
        status, said = await running.told(signal.SIGTERM)
    assert status == 0
    assert "Traceback" not in said
    assert await held(database) == 0
    async with database.read() as uow:
        assert len(await uow.transcript.of_chat("buttons", "1", 9)) == 1
    await database.close()


async def test_a_web_process_alone_is_alive_but_not_ready_and_ends_with_0_at_sigint(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Without a worker nothing would ever be sent: whoever watches must hear of it."""
    async with keng(sqlite_url, tmp_path, "--role", "web") as running:
        await running.until("/healthz", 200)
        found = await running.until("/readyz", 503)
        assert found.json() == {"ready": False, "why": "no tick in the last five minutes"}
        assert (await running.told(signal.SIGINT))[0] == 0


async def test_a_database_of_another_version_is_refused_in_one_line(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    async with keng(empty_sqlite_url, tmp_path) as refusing:
        status, (line,) = await refusing.ended()
    assert status == 1
    assert "keng migrate" in line


async def test_a_port_that_is_taken_is_said_in_one_line(sqlite_url: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with keng(sqlite_url, tmp_path, "--role", "web", port=taken.getsockname()[1]) as refusing:
            status, lines = await refusing.ended()
    assert status == 1
    assert not [line for line in lines if "Traceback" in line]
    assert "cannot be listened on" in lines[-1]
