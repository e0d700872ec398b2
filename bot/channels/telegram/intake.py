"""What Telegram tells us: by long polling or by webhook, each update durable before it is acknowledged."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

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


class Client(Bot):
    """python-telegram-bot's client, which also hands over updates as they come."""

    async def raw_updates(self, offset: int | None) -> Any:
        """Of its own accord it would parse them, and one of an unknown shape would spoil the others."""
        data = {"offset": offset, "timeout": _WAIT, "allowed_updates": list(ALLOWED)}
        return await self._post("getUpdates", data, read_timeout=_WAIT + 10)


class Intake:
    """Turns updates into events. `receive` returns once the turn is committed."""

    def __init__(self, bot: Client, receive: Receive) -> None:
        self._bot = bot
        self._receive = receive
        self.trouble = ""

    async def take(self, updates: Sequence[Raw]) -> None:
        """Handle a batch: chats at the same time, each chat in order. Returns when all is committed."""
        by_chat: dict[str, list[Event]] = {}
        for event in filter(None, map(event_of, updates)):
            by_chat.setdefault(event.sender.chat, []).append(event)
        # Every press is answered at once, even one that means nothing: Telegram forgets it after ten seconds.
        answers = [self._answer(query) for query in filter(None, map(query_id, updates))]
        # All of them end before the first failure is passed on: nothing goes on unseen.
        ended = await asyncio.gather(*answers, *map(self._chat, by_chat.values()), return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    async def _chat(self, events: Sequence[Event]) -> None:
        for event in events:
            await self._receive(event)

    async def _answer(self, query: str) -> None:
        try:
            await self._bot.answer_callback_query(query)
        except TelegramError as error:
            log.debug("press not answered kind=%s", type(error).__name__)

    async def poll(self, hold: Hold) -> None:
        """Ask for ever while the lease of this token is ours; the offset moves after the commit."""
        offset: int | None = None
        failures = 0
        while True:
            try:
                if not await hold():
                    await asyncio.sleep(_PAUSES[2])
                    continue
                updates = await self._updates(offset)
                await self.take(updates)
            except Exception as error:  # whatever it is: the same updates come again
                failures += 1
                await self._wait(error, failures)
                continue
            if self.trouble:
                log.info("telegram answers again")
            failures, self.trouble = 0, ""
            if updates:
                offset = max(int(one["update_id"]) for one in updates) + 1

    async def _updates(self, offset: int | None) -> list[Raw]:
        found = await self._bot.raw_updates(offset)
        rows = found if isinstance(found, list) else []
        return [one for one in rows if isinstance(one, dict) and isinstance(one.get("update_id"), int)]

    async def _wait(self, error: Exception, failures: int) -> None:
        """Keep trying: the other channels work meanwhile."""
        self.trouble = type(error).__name__
        pause: float = _PAUSES[min(failures, len(_PAUSES)) - 1]
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            pause = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        elif isinstance(error, InvalidToken | Conflict):
            pause = _PAUSES[-1]
        if isinstance(error, TelegramError):
            log.warning("telegram does not answer kind=%s, again in %s s", self.trouble, pause)
        else:
            log.error("updates not handled kind=%s, again in %s s", self.trouble, pause, exc_info=error)
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
