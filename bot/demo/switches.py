"""The page's switches that break something on purpose, and the one that lets the demo begin again."""

import asyncio
import json
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.app import Parts
from bot.channels.webchat.channel import BOTS
from bot.channels.webchat.routes import BadRequest, Json, Stage, json_of, text_of
from bot.demo.failing import Faults, Power
from jobs.clock import wall_clock
from services import Work, timeline

_LOOKS = 1.0  # seconds


class Switches:
    """`/web/switch` and `/web/again`. `again` is set when the demo is to begin again."""

    def __init__(self, parts: Parts, stage: Stage, faults: Faults, power: Power) -> None:
        self._parts = parts
        self._stage = stage
        self._faults = faults
        self._power = power
        self.again = asyncio.Event()

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/web/switch", self.switch, methods=["POST"]),
            Route("/web/again", self.begin_again, methods=["POST"]),
        ]

    async def shown(self) -> Json:
        """What is broken, and how many letters may go and have not gone."""
        async with self._parts.database.read() as uow:
            waiting = await uow.outbox.due(self._parts.clock.now())
        return {
            "down": sorted(self._faults.down),
            "blocked": sorted(self._faults.blocked),
            "power": "armed" if self._power.armed else "off",
            "waiting": waiting,
        }

    async def switch(self, request: Request) -> Response:
        try:
            await self._switch(await json_of(request))
        except BadRequest as error:
            return JSONResponse({"error": self._stage.words(error.key)}, status_code=400)
        shown = await self.shown()
        self._parts.hub.publish("switches", json.dumps(shown))
        return JSONResponse(shown)

    async def _switch(self, body: Json) -> None:
        name, on = text_of(body, "name"), body.get("on")
        if name == "power":
            self._power.arm(await self._next_event())
        elif name == "channel" and isinstance(on, bool) and text_of(body, "bot") in BOTS:
            self._faults.switch_channel(text_of(body, "bot"), down=on)
        elif name == "block" and isinstance(on, bool) and await self._is_person(text_of(body, "chat")):
            self._faults.switch_block(text_of(body, "chat"), on=on)
        else:
            raise BadRequest("web.bad_request")

    async def _is_person(self, chat: str) -> bool:
        return await self._stage.knows(chat, chat)

    async def begin_again(self, request: Request) -> Response:
        """The answer goes out first; then this process ends, and another one begins."""
        try:
            await json_of(request)
        except BadRequest as error:
            return JSONResponse({"error": self._stage.words(error.key)}, status_code=400)
        self.again.set()
        return JSONResponse({"ok": True})

    async def watch(self) -> None:
        """Tell the pages how the waiting letters become more or fewer; runs until it is cancelled."""
        told = await self.shown()
        while True:
            await asyncio.sleep(_LOOKS)
            if (now := await self.shown()) != told:
                told = now
                self._parts.hub.publish("switches", json.dumps(now))

    async def _next_event(self) -> datetime | None:
        parts = self._parts
        async with parts.database.read() as uow:
            coming = await timeline.coming(Work(uow, parts.house, parts.clock.now(), wall_clock()))
        return coming[0].at if coming else None
