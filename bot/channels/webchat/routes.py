"""The page's HTTP interface: state, messages, a stream, and the demo's clock and slips."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels.webchat.channel import BOTS, CHANNEL, OTHER, Board, Entry, Hub
from chat.events import Address, Attached, Event, Pressed, Said
from chat.numbers import whole
from chat.replies import Toast
from meetings.secrecy import is_marked_secret

_HISTORY = 200
_BATCH = 500
_POLL = 1.0
_MOST = 64 * 1024
_LONGEST = 4000  # what is longer is refused, and not kept here either
_HIDDEN = "[…]"  # stands for words that are refused unread: their secrecy marking says so
_ID = 60
Json = Mapping[str, object]


class Phones(Protocol):
    """Told which pages are there: the phones on them belong to whoever looks."""

    def came(self, page: str) -> None: ...
    def left(self, page: str) -> None: ...


class Stage(Protocol):
    """What the page shows beside the chats: people, groups, the clock."""

    @property
    def phones(self) -> Phones: ...

    async def state(self) -> Json: ...
    async def names(self) -> Mapping[str, str]: ...
    async def knows(self, chat: str, person: str) -> bool: ...
    async def advance(self, to: str) -> Json: ...
    async def slip(self, person: str) -> str: ...
    def words(self, key: str) -> Mapping[str, str]: ...
    def now(self) -> datetime: ...
    def local(self, at: datetime) -> datetime: ...


class BadRequest(Exception):
    """The page sent something we do not take; `key` is the sentence for whoever looks at it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Page:
    """The routes of the web chat."""

    board: Board
    hub: Hub
    stage: Stage
    receive: Callable[[Event], Awaitable[Toast | None]]

    def routes(self) -> list[BaseRoute]:
        folder = files("bot") / "channels" / "webchat" / "page"
        return [
            Route("/web/state", self.state),
            Route("/web/messages", self.messages, methods=["GET"]),
            Route("/web/messages", self.write, methods=["POST"]),
            Route("/web/stream", self.stream),
            Route("/web/clock", self.clock, methods=["POST"]),
            Route("/web/slip", self.slip, methods=["POST"]),
            Route("/favicon.ico", lambda _request: RedirectResponse("icon.svg")),
            Mount("/", StaticFiles(directory=str(folder), html=True)),
        ]

    async def state(self, _request: Request) -> Response:
        return JSONResponse(await self.stage.state())

    async def messages(self, request: Request) -> Response:
        bot, chat = (text_of(request.query_params, name) for name in ("bot", "chat"))
        names = await self.stage.names()
        found = await self.board.of_chat(bot, chat, _HISTORY)
        return JSONResponse({"messages": [self._shown(one, names) for one in found]})

    async def write(self, request: Request) -> Response:
        """Words, a press, or an attempt to attach a file (of which only the name comes)."""
        try:
            body = await json_of(request)
            event, shown = await self._event(body)
        except BadRequest as error:
            return JSONResponse({"error": self.stage.words(error.key)}, status_code=400)
        author, address = event.person, event.sender
        line = json.dumps(shown, ensure_ascii=False)
        await self.board.add(address.bot, address.chat, author, line, self.stage.now())
        self.hub.publish("message")
        toast = await self.receive(event)
        self.hub.publish("people")
        return JSONResponse(
            {"ok": True, "toast": {"vi": toast.text, **toast.translations} if toast else None}
        )

    async def _event(self, body: Json) -> tuple[Event, Json]:
        bot, chat, person = (text_of(body, name) for name in ("bot", "chat", "person"))
        if bot not in BOTS or not await self.stage.knows(chat, person):
            raise BadRequest("web.unknown_chat")
        address = Address(CHANNEL, bot, chat)
        number = text_of(body, "id") or secrets.token_hex(12)
        if len(number) > _ID:
            raise BadRequest("web.bad_request")
        group = chat != person
        if "token" in body:
            token = text_of(body, "token")
            shown: Json = {**await self._label(address, token), "pressed": True}
            return Event(number, address, person, Pressed(token), group), shown
        if "file" in body:
            name = _kept(text_of(body, "file"))[:120]
            shown = {"text": "", "file": {"name": name, "url": None}}
            return Event(number, address, person, Attached(), group), shown
        text = text_of(body, "text")
        if not text.strip():
            raise BadRequest("web.empty")
        return Event(number, address, person, Said(text), group), {"text": _kept(text)}

    async def _label(self, address: Address, token: str) -> Json:
        """What stood on the button: shown as the presser's own line."""
        for entry in reversed(await self.board.of_chat(address.bot, address.chat, _HISTORY)):
            body = json.loads(entry.body)
            labels = body.get(OTHER, {}).get("labels", [])
            for place, button in enumerate(body.get("buttons", [])):
                if button["token"] == token:
                    other = {OTHER: {"text": labels[place], "labels": []}} if labels else {}
                    return {"text": button["label"], **other}
        return {"text": "●"}

    async def stream(self, request: Request) -> Response:
        start = whole(request.query_params.get("after", "")) or 0
        page = request.query_params.get("page", "")[:_ID]
        return StreamingResponse(
            self._events(start, page), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _events(self, after: int, page: str) -> AsyncIterator[str]:
        queue = self.hub.join()
        self.stage.phones.came(page)
        try:
            yield ": here\n\n"
            while True:
                # A page that leaves cancels its stream: a query must not be cut in the middle for it.
                entries = await asyncio.shield(self.board.after(after, _BATCH))
                names = await asyncio.shield(self.stage.names()) if entries else {}
                for entry in entries:
                    after = entry.id
                    data = json.dumps(self._shown(entry, names), ensure_ascii=False)
                    yield f"id: {entry.id}\nevent: message\ndata: {data}\n\n"
                try:
                    kind, data = await asyncio.wait_for(queue.get(), _POLL)
                except TimeoutError:
                    continue
                if kind != "message":
                    yield f"event: {kind}\ndata: {data or '{}'}\n\n"
                if kind == "stop":
                    return
        finally:
            self.hub.leave(queue)
            self.stage.phones.left(page)

    async def clock(self, request: Request) -> Response:
        try:
            moved = await self.stage.advance(text_of(await json_of(request), "to"))
        except BadRequest as error:
            return JSONResponse({"error": self.stage.words(error.key)}, status_code=400)
        told = {"now": moved["now"], "next": moved["next"]}
        self.hub.publish("clock", json.dumps(told, ensure_ascii=False))
        return JSONResponse(moved)

    async def slip(self, request: Request) -> Response:
        try:
            code = await self.stage.slip(text_of(await json_of(request), "person"))
        except BadRequest as error:
            return JSONResponse({"error": self.stage.words(error.key)}, status_code=400)
        return JSONResponse({"code": code})

    def _shown(self, entry: Entry, names: Mapping[str, str]) -> Json:
        body = json.loads(entry.body)
        mine = entry.author == "bot"
        return {
            "id": entry.id,
            "bot": entry.bot,
            "chat": entry.chat,
            "from": "bot" if mine else "person",
            "who": None if mine else names.get(entry.author, entry.author),
            "person": None if mine else entry.author,
            "text": body.get("text", ""),
            "buttons": body.get("buttons", []),
            "file": body.get("file"),
            OTHER: body.get(OTHER),
            "at": self.stage.local(entry.at).isoformat(),
        }


async def json_of(request: Request) -> Json:
    """A JSON object of reasonable size. Only JSON: a form of another site cannot send it."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise BadRequest("web.bad_request")
    raw = await request.body()
    try:
        body = json.loads(raw) if len(raw) <= _MOST else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise BadRequest("web.bad_request")
    return body


def text_of(body: Json, name: str) -> str:
    """A text that every database takes; empty where there is none."""
    value = body.get(name)
    # JSON can carry half a character, which no database takes, and PostgreSQL takes no NUL.
    return value.encode("utf-8", "ignore").decode().replace("\0", "") if isinstance(value, str) else ""


def _kept(text: str) -> str:
    """What the board may remember of somebody's words."""
    return _HIDDEN if is_marked_secret(text) else text[:_LONGEST]
