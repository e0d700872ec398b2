"""Where the tests of the server itself begin: somebody who pressed Start, a group, a plain HTTP client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.telegram.botapi import BotApi, Limits, Rules, bot_api

TOKEN = "123456:TEST"
CELL, VILLAGE = -4001, -1_001_000_000_777
AN, BINH = 11, 12
PIXEL = b"\x89PNG\r\n\x1a\n0"


@dataclass(slots=True)
class Hand:
    """Time moved by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Scene:
    """A started person, a group with the bot, and a plain HTTP client."""

    server: BotApi
    client: httpx.AsyncClient
    time: Hand = field(default_factory=Hand)

    async def call(self, method: str, /, **values: Any) -> dict[str, Any]:
        """By a JSON body."""
        told: dict[str, Any] = (await self.client.post(f"/bot{TOKEN}/{method}", json=values)).json()
        return told

    async def result(self, method: str, /, **values: Any) -> Any:
        told = await self.call(method, **values)
        assert told["ok"], told
        return told["result"]

    async def why(self, method: str, /, **values: Any) -> str:
        told = await self.call(method, **values)
        return "ok" if told["ok"] else f"{told['error_code']} {told['description']}"


@asynccontextmanager
async def staged(limits: Limits) -> AsyncIterator[Scene]:
    time = Hand()
    async with (
        bot_api(TOKEN, Rules(limits, clock=time)) as server,
        httpx.AsyncClient(base_url=server.url, timeout=10) as client,
    ):
        an = server.user(AN, "An")
        an.start()
        server.user(BINH, "Bình")
        server.group(CELL, "Chi bộ bản Mạ").add_bot(an)
        server.updates.drop()
        yield Scene(server, client, time)


def press(data: object = "go", **more: object) -> dict[str, object]:
    return {"text": "Có dự", "callback_data": data, **more}


def rows(*of: list[dict[str, object]]) -> dict[str, object]:
    return {"inline_keyboard": [*of]}
