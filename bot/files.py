"""`/s/<signed>`: a file or a calendar made for whoever holds the link, and only if its owner may have it today."""

import hashlib
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.app import Parts
from chat.channel import Attachment
from chat.text import Text
from jobs.clock import wall_clock
from reports.ics import MEDIA_TYPE
from services import Work, feeds, files, links
from services.errors import Refusal

_MINUTE = 60.0
_WRONG, _FETCHED = 30, 20  # a minute: wrong links by one machine, files by one account
_WATCHED = 4096
_LONGEST = 200
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


class Turnstile:
    """Lets a key through so many times a minute. Knows the newest few thousand keys, and no more."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic, *, watched: int = _WATCHED):
        self._most = most
        self._clock = clock
        self._watched = watched
        self._passed: OrderedDict[str, deque[float]] = OrderedDict()

    def is_shut(self, key: str) -> bool:
        """Whether a key has had its share of the last minute."""
        passed = self._passed.get(key, deque())
        while passed and self._clock() - passed[0] >= _MINUTE:
            passed.popleft()
        return len(passed) >= self._most

    def count(self, key: str) -> None:
        self._passed.setdefault(key, deque(maxlen=self._most)).append(self._clock())
        self._passed.move_to_end(key)
        while len(self._passed) > self._watched:
            self._passed.popitem(last=False)


class Downloads:
    """One answer for everything that is wrong: a stranger learns nothing from asking."""

    def __init__(self, parts: Parts, clock: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._wrong = Turnstile(_WRONG, clock)
        self._fetched = Turnstile(_FETCHED, clock)

    async def fetch(self, request: Request) -> Response:
        machine = request.client.host if request.client else ""
        if self._wrong.is_shut(machine):
            return self._said(Text("file.too_often"), 429)
        token = request.path_params["token"]
        if len(token) > _LONGEST:
            return self._nothing(machine)
        try:
            if feeds.is_feed(token):
                return await self._feed(token, request.headers.get("if-none-match", ""))
            return await self._file(token)
        except Refusal:
            return self._nothing(machine)

    async def _file(self, token: str) -> Response:
        """Raises Refusal for a wrong link, and for a right one whose owner may not have the file any more."""
        async with self._parts.database.read() as uow:
            work = Work(uow, self._parts.house, self._parts.clock.now(), wall_clock())
            reader, enclosure = await links.opened(work, token)
            if self._fetched.is_shut(str(reader.id)):
                return self._said(Text("file.too_often"), 429)
            self._fetched.count(str(reader.id))
            file = await files.make(work, enclosure, reader.language, reader)
        return _download(file)

    async def _feed(self, token: str, known: str) -> Response:
        """A calendar somebody subscribes to; nothing but "unchanged" where the program has it already.

        Raises Refusal as `_file` does.
        """
        async with self._parts.database.read() as uow:
            work, seen = await feeds.opened(
                Work(uow, self._parts.house, self._parts.clock.now(), wall_clock()), token
            )
            reader = str(work.actor.id) if work.actor else ""
            if self._fetched.is_shut(reader):
                return self._said(Text("file.too_often"), 429)
            self._fetched.count(reader)
            content = await feeds.content(work, seen)
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {**_HEADERS, "Cache-Control": "private, no-cache", "ETag": tag}
        if tag in {one.strip().removeprefix("W/") for one in known.split(",")}:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=MEDIA_TYPE, headers=headers)

    def _nothing(self, machine: str) -> Response:
        self._wrong.count(machine)
        return self._said(Text("file.gone"), 404)

    def _said(self, text: Text, status: int) -> Response:
        house = self._parts.house
        words = house.catalogue.render(text, house.language)
        return PlainTextResponse(words, status, headers=_HEADERS)


def _download(file: Attachment) -> Response:
    """Never shown inside the browser: what a file holds is none of this site's pages."""
    name = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    return Response(
        file.content, media_type=file.media_type, headers={**_HEADERS, "Content-Disposition": name}
    )


def file_routes(parts: Parts) -> list[BaseRoute]:
    return [Route(f"{links.PATH}{{token}}", Downloads(parts).fetch, methods=["GET"])]
