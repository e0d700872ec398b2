"""A Bot API that is fast and little else: updates out, messages in, and a clock on each."""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.bench.wire import Args, Connection

TOKEN = "123456:BENCH"
_ME = {"id": 123456, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_TRUE = b'{"ok":true,"result":true}'
_LATER = b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}'
_FILE = {"file_id": "F1", "file_unique_id": "F1"}
# What comes with a message that is no text; such a one counts at the limits, but is nobody's answer.
_MESSAGES: Mapping[str, Mapping[str, object]] = {
    "sendmessage": {},
    "senddocument": {"document": _FILE},
    "sendphoto": {"photo": [{**_FILE, "width": 1, "height": 1}]},
}
Listener = Callable[[str, float], None]


def _nothing(_name: str, _at: float) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class Windows:
    """Telegram's limits at their strictest: 30 messages in any one second, one of them a chat. Off when 0.

    Refused were so many because too many came at all, and so many because the chat had one just before.
    """

    per_second: int = 0
    crowded: int = 0
    hurried: int = 0
    _last: deque[float] = field(default_factory=deque)
    _chats: dict[str, float] = field(default_factory=dict)

    def admit(self, chat: str, now: float) -> bool:
        """Whether a message may pass; one that may not is counted."""
        if not self.per_second:
            return True
        while self._last and now - self._last[0] >= 1:
            self._last.popleft()
        if len(self._last) >= self.per_second:
            self.crowded += 1
            return False
        if now - self._chats.get(chat, float("-inf")) < 1:
            self.hurried += 1
            return False
        self._last.append(now)
        self._chats[chat] = now
        return True


class Updates:
    """The queue of one bot. An update is gone only once a higher offset was asked for."""

    def __init__(self) -> None:
        self._pending: deque[tuple[int, bytes]] = deque()
        self._number = 0

    def add(self, update: str) -> None:
        """Queue an update, given as the JSON of everything but its number."""
        self._number += 1
        self._pending.append((self._number, b'{"update_id":%d,%b' % (self._number, update[1:].encode())))

    def from_offset(self, offset: int, most: int) -> list[bytes]:
        """The oldest that are not confirmed; what is below the offset is forgotten."""
        while self._pending and self._pending[0][0] < offset:
            self._pending.popleft()
        return [update for _, (_, update) in zip(range(most), self._pending, strict=False)]


@dataclass(slots=True)
class _Waiter:
    """A getUpdates that is held open."""

    connection: Connection
    offset: int
    most: int
    timer: asyncio.TimerHandle


class BenchApi:
    """One bot's Telegram. `answered` hears of the ids of presses, `sent` of the chats of messages."""

    def __init__(self, per_second: int = 0) -> None:
        self.windows = Windows(per_second)
        self.answered: Listener = _nothing
        self.sent: Listener = _nothing
        self.polled = asyncio.Event()
        self.port = 0
        self.requests = 0
        self._updates = Updates()
        self._waiter: _Waiter | None = None
        self._messages = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def feed(self, *updates: str) -> None:
        """What people did, all at once."""
        for update in updates:
            self._updates.add(update)
        if self._waiter is not None:
            self._hand_over(self._waiter)

    def handle(self, connection: Connection, method: str, args: Args) -> None:
        """Take one request; getUpdates may be answered later."""
        self.requests += 1
        if method in _MESSAGES:
            self._send(connection, args, _MESSAGES[method])
        elif method == "answercallbackquery":
            self.answered(args["callback_query_id"], time.perf_counter())
            connection.reply(_TRUE)
        elif method == "getupdates":
            self._poll(connection, args)
        elif method == "getme":
            connection.reply(json.dumps({"ok": True, "result": _ME}).encode())
        elif method.startswith(("set", "delete", "edit")):
            connection.reply(_TRUE)
        else:
            connection.reply(b'{"ok":false,"error_code":404,"description":"Not Found"}', 404)

    def hung_up(self, connection: Connection) -> None:
        if self._waiter is not None and self._waiter.connection is connection:
            self._waiter.timer.cancel()
            self._waiter = None

    def _send(self, connection: Connection, args: Args, content: Mapping[str, object]) -> None:
        now, chat = time.perf_counter(), args["chat_id"]
        if not self.windows.admit(chat, now):
            connection.reply(_LATER, 429)
            return
        self._messages += 1
        message = {
            "message_id": self._messages,
            "from": _ME,
            "chat": {"id": int(chat), "type": "private", "first_name": "Bench"},
            "date": int(time.time()),
            **(content or {"text": args["text"]}),
        }
        connection.reply(json.dumps({"ok": True, "result": message}).encode())
        if not content:
            self.sent(chat, now)

    def _poll(self, connection: Connection, args: Args) -> None:
        loop = asyncio.get_running_loop()
        if self._waiter is not None:
            self._release(self._waiter, [])
        offset, most = int(args.get("offset") or 0), int(args.get("limit") or 100)
        timer = loop.call_later(float(args.get("timeout") or 0), self._time_out, connection)
        self._waiter = _Waiter(connection, offset, most, timer)
        self.polled.set()
        self._hand_over(self._waiter)

    def _hand_over(self, waiter: _Waiter) -> None:
        if updates := self._updates.from_offset(waiter.offset, waiter.most):
            self._release(waiter, updates)

    def _time_out(self, connection: Connection) -> None:
        if self._waiter is not None and self._waiter.connection is connection:
            self._release(self._waiter, [])

    def _release(self, waiter: _Waiter, updates: list[bytes]) -> None:
        waiter.timer.cancel()
        self._waiter = None
        waiter.connection.reply(b'{"ok":true,"result":[%b]}' % b",".join(updates))


@asynccontextmanager
async def bench_api(per_second: int = 0) -> AsyncIterator[BenchApi]:
    """Listen on a port of the loopback while inside."""
    api = BenchApi(per_second)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(api.handle, api.hung_up), "127.0.0.1", 0)
    api.port = server.sockets[0].getsockname()[1]
    try:
        yield api
    finally:
        server.close()
