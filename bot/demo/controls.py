"""The page's controls of the demo that belong to no chat: playing the month, open phones, who got what."""

import asyncio
import json
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.webchat.channel import Hub
from bot.channels.webchat.routes import BadRequest, json_of, text_of
from bot.demo.stage import DemoStage

_SLOWEST = 10.0  # seconds an event


class Controls:
    """`/web/play`, `/web/mine`, `/web/sent`."""

    def __init__(self, stage: DemoStage, hub: Hub) -> None:
        self._stage = stage
        self._hub = hub
        self._pace = 0.0
        self._playing: asyncio.Task[None] | None = None

    @property
    def playing(self) -> bool:
        return self._playing is not None and not self._playing.done()

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/web/play", self.play, methods=["POST"]),
            Route("/web/mine", self.mine, methods=["POST"]),
            Route("/web/sent", self.sent),
        ]

    async def play(self, request: Request) -> Response:
        """Begin, change the pace, or stop."""
        try:
            body = await json_of(request)
            pace, on = body.get("pace"), body.get("on")
            if not isinstance(on, bool) or not isinstance(pace, int | float) or not 0 <= pace <= _SLOWEST:
                raise BadRequest("web.bad_request")
        except BadRequest as error:
            return JSONResponse({"error": self._stage.words(error.key)}, status_code=400)
        self._pace = float(pace)
        if on and not self.playing:
            self._playing = asyncio.create_task(self._play(await self._stage.month_end()))
        elif not on and self._playing is not None:
            await self.stop()
        return JSONResponse({"playing": self.playing})

    async def stop(self) -> None:
        """What has begun is seen through: an event is never left half done."""
        playing, self._playing = self._playing, None
        if playing is not None:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)

    async def _play(self, end: datetime) -> None:
        """Event after event until the committee has its digest."""
        while self._stage.now() < end:
            moving = asyncio.ensure_future(self._stage.advance("next"))
            try:
                moved = await asyncio.shield(moving)
            except asyncio.CancelledError:
                await moving
                raise
            going_on = self._stage.now() < end
            told = {"now": moved["now"], "next": moved["next"], "playing": going_on}
            self._hub.publish("clock", json.dumps(told, ensure_ascii=False))
            await asyncio.sleep(self._pace)

    async def mine(self, request: Request) -> Response:
        try:
            body = await json_of(request)
            chats = body.get("chats")
            if not isinstance(chats, list) or not text_of(body, "page"):
                raise BadRequest("web.bad_request")
        except BadRequest as error:
            return JSONResponse({"error": self._stage.words(error.key)}, status_code=400)
        self._stage.phones.tell(text_of(body, "page"), [one for one in chats if isinstance(one, str)])
        return JSONResponse({"ok": True})

    async def sent(self, request: Request) -> Response:
        try:
            found = await self._stage.sent(request.query_params.get("at", ""))
        except BadRequest as error:
            return JSONResponse({"error": self._stage.words(error.key)}, status_code=400)
        return JSONResponse({"sent": found})
