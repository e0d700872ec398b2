"""What Telegram tells us: by long polling or by webhook, each update durable before it is acknowledged."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.updates import ALLOWED, Raw, event_of, query_id
from chat.events import Event

log = logging.getLogger("keng.telegram")
HEADER = "X-Telegram-Bot-Api-Secret-Token"
_WAIT = 25
_PAUSES = (1, 2, 5, 15, 30)
_MOST = 1024 * 1024
Receive = Callable[[Event], Awaitable[None]]
Hold = Callable[[], Awaitable[bool]]


class Intake:
    """Turns updates into events. `receive` returns once the turn is committed."""

    def __init__(self, bot: Bot, receive: Receive) -> None:
        self._bot = bot
        self._receive = receive
        self.trouble = ""

    async def take(self, updates: Sequence[Raw]) -> None:
        """Handle a batch: chats at the same time, each chat in order. Returns when all is committed."""
        by_chat: dict[str, list[tuple[Raw, Event]]] = {}
        for update in updates:
            event = event_of(update)
            if event is not None:
                by_chat.setdefault(event.sender.chat, []).append((update, event))
        await asyncio.gather(*(self._chat(rows) for rows in by_chat.values()))

    async def _chat(self, rows: Sequence[tuple[Raw, Event]]) -> None:
        for update, event in rows:
            # The press is answered first: Telegram forgets it after some ten seconds.
            answering = asyncio.create_task(self._answer(query_id(update)))
            try:
                await self._receive(event)
            finally:
                await answering

    async def _answer(self, query: str | None) -> None:
        if query is None:
            return
        try:
            await self._bot.answer_callback_query(query)
        except TelegramError as error:
            log.debug("press not answered kind=%s", type(error).__name__)

    async def poll(self, hold: Hold) -> None:
        """Ask for ever while the lease of this token is ours; the offset moves after the commit."""
        offset: int | None = None
        failures = 0
        while True:
            if not await hold():
                await asyncio.sleep(_PAUSES[2])
                continue
            try:
                updates = await self._updates(offset)
            except TelegramError as error:
                failures += 1
                await self._wait(error, failures)
                continue
            if self.trouble:
                log.info("telegram answers again")
            failures, self.trouble = 0, ""
            await self.take(updates)
            if updates:
                offset = max(int(one["update_id"]) for one in updates) + 1

    async def _updates(self, offset: int | None) -> list[Raw]:
        """Raw updates: one of an unknown kind must not spoil the others."""
        found = await self._bot.do_api_request(
            "getUpdates",
            api_kwargs={"offset": offset, "timeout": _WAIT, "allowed_updates": list(ALLOWED)},
            read_timeout=_WAIT + 10,
        )
        return [one for one in found if isinstance(one, dict) and isinstance(one.get("update_id"), int)]

    async def _wait(self, error: TelegramError, failures: int) -> None:
        """Keep trying: the other channels work meanwhile."""
        self.trouble = type(error).__name__
        pause: float = _PAUSES[min(failures, len(_PAUSES)) - 1]
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            pause = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        elif isinstance(error, InvalidToken | Conflict):
            pause = _PAUSES[-1]
        log.warning("telegram does not answer kind=%s, again in %s s", self.trouble, pause)
        await asyncio.sleep(pause)

    def webhook(self, secret: str) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint. The secret is compared before the body is read; 200 comes after the commit."""

        async def endpoint(request: Request) -> Response:
            given = request.headers.get(HEADER, "").encode("utf-8", "replace")
            if not hmac.compare_digest(given, secret.encode()):
                return PlainTextResponse("", status_code=403)
            if int(request.headers.get("content-length") or 0) > _MOST:
                return PlainTextResponse("", status_code=413)
            try:
                update = await request.json()
            except ValueError:
                return PlainTextResponse("", status_code=400)
            if isinstance(update, dict) and isinstance(update.get("update_id"), int):
                await self.take([update])
            return PlainTextResponse("")

        return endpoint
