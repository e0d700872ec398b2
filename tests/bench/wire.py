"""HTTP/1.1 as the Bot API's clients speak it, and as little of it as they need: this must cost next to nothing."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from typing import cast
from urllib.parse import parse_qsl

Args = Mapping[str, str]
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_JSON = re.compile(rb"\r\ncontent-type: *application/json", re.IGNORECASE)
_MULTIPART = re.compile(rb"\r\ncontent-type: *multipart/", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_PART = re.compile(r'name="?(\w+)"?[^\r]*\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)
_REASONS = {200: b"200 OK", 404: b"404 Not Found", 429: b"429 Too Many Requests"}


class Connection(asyncio.Protocol):
    """One connection that is kept open; requests on it are answered in turn."""

    def __init__(
        self,
        answer: Callable[["Connection", str, Args], None],
        gone: Callable[["Connection"], None],
    ) -> None:
        self._answer = answer
        self._gone = gone
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own is of no such class

    def connection_lost(self, _exc: Exception | None) -> None:
        self._transport = None
        self._gone(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            assert not _CHUNKED.search(head), "no client of ours sends chunks"
            found = _LENGTH.search(head)
            stop = end + 4 + (int(found[1]) if found else 0)
            if len(self._buffer) < stop:
                return
            body, self._buffer = self._buffer[end + 4 : stop], self._buffer[stop:]
            path, _, query = head.split(b" ", 2)[1].decode().partition("?")
            self._answer(self, path.rpartition("/")[2].lower(), _arguments(head, body, query))

    def reply(self, body: bytes, status: int = 200) -> None:
        """Answer the request that waits; whoever hung up hears nothing."""
        if self._transport is not None:
            head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            self._transport.write(head % (_REASONS[status], len(body)) + body)


def _arguments(head: bytes, body: bytes, query: str) -> Args:
    """Whatever way they came, as text."""
    text = body.decode(errors="replace")
    if _JSON.search(head):
        values = json.loads(text or "{}")
        return {name: one if isinstance(one, str) else json.dumps(one) for name, one in values.items()}
    if _MULTIPART.search(head):
        return dict(_PART.findall(text))
    return dict(parse_qsl(text or query, keep_blank_values=True))
