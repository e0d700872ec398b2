"""The way out of a demo that begins again: nobody is served by the old one any more."""

import asyncio

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class Gate:
    """Once it is closed, who comes by an old connection is sent back to the door, where the next demo opens."""

    def __init__(self, app: ASGIApp, closed: asyncio.Event) -> None:
        self._app = app
        self._closed = closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._closed.is_set():
            await self._app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        place = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        # 307: the same once more, with its body; by a new connection, which waits until somebody takes it.
        answer = Response(status_code=307, headers={"Location": place, "Connection": "close"})
        await answer(scope, receive, send)
