"""`keng demo` as people run it: a parent, its child, the page's HTTP interface, and signals."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.board import StoredBoard
from storage.database import Database
from tests.forks import Begun, begin_keng

_LOOKS = 0.05  # seconds
PATIENCE = 90  # seconds; a machine that does much else needs some for a start


@dataclass(frozen=True, slots=True)
class Running:
    """A demo that runs in a folder of its own."""

    begun: Begun
    home: Path
    client: httpx.AsyncClient

    @property
    def parent(self) -> int:
        return self.begun.number

    async def child(self) -> int:
        """The process that does the work, once there is one."""
        await until(lambda: bool(children(self.parent)))
        return children(self.parent)[0]

    async def post(self, path: str, **body: object) -> dict[str, Any]:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def state(self) -> dict[str, Any]:
        """As the page gets it; where nobody is there to answer, it waits."""
        found: dict[str, Any] = (await self.client.get("/web/state")).json()
        return found

    async def cut_by(self, path: str, **body: object) -> None:
        """This request is the last thing a process does; another one takes its place."""
        before = await self.child()
        try:
            await self.client.post(path, json=body)
        except httpx.TransportError:
            await self.another_than(before)
        else:
            raise AssertionError("the power did not fail")

    async def another_than(self, before: int) -> None:
        await until(lambda: children(self.parent) not in ([], [before]))
        await self.state()

    async def switches(self) -> dict[str, Any]:
        """What is broken; a switch that is off already is switched off."""
        return await self.post("/web/switch", name="block", chat="DV001", on=False)

    async def everything_sent(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while (await self.switches())["waiting"]:  # noqa: ASYNC110 - the queue is another process's
                await asyncio.sleep(_LOOKS)

    async def said_by_bot(self) -> Counter[tuple[str, str]]:
        """How often each message stands on the board, by chat and body."""
        database = Database(f"sqlite+aiosqlite:///{self.home / '.demo' / 'keng.db'}")
        try:
            found = await StoredBoard(database).after(0, 10_000)
        finally:
            await database.close()
        return Counter((one.chat, one.body) for one in found if one.author == "bot")


@asynccontextmanager
async def running(home: Path, *words: str | Path) -> AsyncIterator[Running]:
    """Its page is there; what is left of it at the end is killed. It has never complained."""
    begun = await asyncio.to_thread(begin_keng, home, "demo", "--no-browser", "--port", "0", *words)
    try:
        address = await _address(begun)
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client:
            yield Running(begun, home, client)
    finally:
        for one in (*children(begun.number), begun.number):
            if alive(one):
                os.kill(one, signal.SIGKILL)
        await asyncio.to_thread(begun.ended)
    assert begun.err.read_text("utf-8") == ""


async def _address(begun: Begun) -> str:
    await until(lambda: begun.out.read_text("utf-8").endswith("\n") or not alive(begun.number))
    assert alive(begun.number), begun.err.read_text("utf-8")
    return begun.out.read_text("utf-8").split()[1]


def children(process: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def alive(process: int) -> bool:
    """Not gone, and not a dead one nobody has looked after."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def gone(*processes: int) -> None:
    await until(lambda: not any(alive(one) for one in processes))


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(_LOOKS)
