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

from bot.channels.listening import Answered, Hold, Receive
from bot.channels.telegram.updates import ALLOWED, Raw, addressee, event_of, query_id
from chat.events import Event, Pressed
from chat.splitting import split

log = logging.getLogger("keng.telegram")
HEADER = "X-Telegram-Bot-Api-Secret-Token"
_WAIT = 25
_PAUSES = (1, 2, 5, 15, 30)
_MOST = 1024 * 1024
_BREATH = 0.05  # seconds; a server that does not wait for updates is asked no oftener
_TOAST_BY = 5.0  # seconds; Telegram itself forgets a press after ten to fifteen
_TOAST_LENGTH = 200  # UTF-16 units


class Client(Bot):
    """python-telegram-bot's client, which also hands over updates as they come, and knows its own name."""

    _own_name = ""

    async def is_named(self, name: str) -> bool:
        """Whether this is our username. While Telegram does not tell us, every name is ours."""
        if not self._own_name:
            try:
                told = await self._post("getMe")
            except TelegramError:
                return True
            if not (isinstance(told, dict) and isinstance(told.get("username"), str)):
                return True
            self._own_name = told["username"]
        return name.lower() == self._own_name.lower()

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
        """Handle a batch: chats at the same time, each chat in order. Returns when all is committed.

        Many press the same button in a group, each for themselves: there everybody has a place of their own.
        """
        lanes: dict[tuple[str, str], list[tuple[Event, str | None]]] = {}
        answers = []
        for update in updates:
            event, query = event_of(update), query_id(update)
            if event is not None and not await self._is_for_us(event):
                continue
            told = event is not None and event.group and isinstance(event.content, Pressed)
            if event is not None:
                lane = (event.sender.chat, event.person if told else "")
                lanes.setdefault(lane, []).append((event, query if told else None))
            if query is not None and not told:
                # At once, even a press that means nothing: Telegram forgets it soon.
                answers.append(self._answer(query))
        answer_by = asyncio.get_running_loop().time() + _TOAST_BY
        turns = (self._lane(events, answer_by) for events in lanes.values())
        # All of them end before the first failure is passed on: nothing goes on unseen.
        ended = await asyncio.gather(*answers, *turns, return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    async def _is_for_us(self, event: Event) -> bool:
        """An administrator of a group hears the commands for other bots as well."""
        name = addressee(event)
        return not name or await self._bot.is_named(name)

    async def _lane(self, events: Sequence[tuple[Event, str | None]], answer_by: float) -> None:
        for event, query in events:
            if query is None:
                await self._receive(event)
            else:
                await self._pressed(event, query, answer_by)

    async def _pressed(self, event: Event, query: str, answer_by: float) -> None:
        """A press in a group: who pressed, and nobody else, is shown what came of it, if it comes in time."""
        turn = asyncio.ensure_future(self._receive(event))
        try:
            await asyncio.wait({turn}, timeout=max(0.0, answer_by - asyncio.get_running_loop().time()))
            toast = turn.result() if turn.done() and turn.exception() is None else None
            await self._answer(query, toast.text if toast else None)
            await turn
        finally:
            turn.cancel()

    async def _answer(self, query: str, toast: str | None = None) -> None:
        text = split(toast, _TOAST_LENGTH)[0] if toast else None
        try:
            await self._bot.answer_callback_query(query, text)
        except TelegramError as error:
            log.debug("press not answered kind=%s", type(error).__name__)

    async def poll(self, hold: Hold, answered: Answered) -> None:
        """Ask for ever while the lease of this token is ours; the offset moves after the commit."""
        offset: int | None = None
        failures = 0
        while True:
            try:
                if not await hold():
                    await asyncio.sleep(_PAUSES[2])
                    continue
                updates = await self._updates(offset)
                await answered()
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
        time = asyncio.get_running_loop().time
        asked = time()
        found = await self._bot.raw_updates(offset)
        rows = found if isinstance(found, list) else []
        known: list[Raw] = [
            one for one in rows if isinstance(one, dict) and isinstance(one.get("update_id"), int)
        ]
        if not known and time() - asked < _BREATH:
            await asyncio.sleep(_BREATH)
        return known

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
