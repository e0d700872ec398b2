"""The Telegram channel of a process: its client, how it starts, and how it listens."""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.routing import BaseRoute, Route
from telegram.error import TelegramError

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.intake import Client, Hold, Intake, Receive
from bot.channels.telegram.request import AiohttpRequest
from bot.channels.telegram.setup import Words, introduce, use_polling, use_webhook

log = logging.getLogger("keng.telegram")
API = "https://api.telegram.org"
PATH = "/telegram"
_PAUSES = (2, 5, 15, 60)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to reach Telegram and be reached. `public_url` is needed for a webhook only."""

    token: str
    api_url: str = API
    proxy: str | None = None
    public_url: str | None = None
    languages: Sequence[str] = ("vi",)

    def secret(self, key: str) -> str:
        """The webhook's secret, derived so that nobody has to keep one more."""
        return hmac.new(key.encode(), f"telegram:{self.token}".encode(), hashlib.sha256).hexdigest()


class TelegramService:
    """One bot: the channel that sends, and the intake that listens."""

    def __init__(self, plan: Plan, key: str) -> None:
        self._plan = plan
        self._secret = plan.secret(key)
        base = f"{plan.api_url.rstrip('/')}/bot"
        self._requests = (
            AiohttpRequest(proxy=plan.proxy),
            AiohttpRequest(connection_pool_size=1, proxy=plan.proxy),
        )
        self.bot = Client(
            plan.token, base_url=base, request=self._requests[0], get_updates_request=self._requests[1]
        )
        self.channel = Telegram(self.bot)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """The connections, without asking whether Telegram is there."""
        for request in self._requests:
            await request.initialize()
        try:
            yield
        finally:
            for request in self._requests:
                await request.shutdown()

    def routes(self, receive: Receive) -> list[BaseRoute]:
        endpoint = Intake(self.bot, receive).webhook(self._secret)
        return [Route(PATH, endpoint, methods=["POST"])]

    async def listen(self, receive: Receive, hold: Hold, words: Words) -> None:
        """Introduce the bot, then poll or keep the webhook, for ever. Keeps trying; never raises."""
        await self._settle(words)
        if self._plan.public_url is None:
            await Intake(self.bot, receive).poll(hold)

    async def _settle(self, words: Words) -> None:
        """Until Telegram answers: webhook or not, then commands. The other channels work meanwhile."""
        for pause in _endless(_PAUSES):
            try:
                if self._plan.public_url is None:
                    await use_polling(self.bot)
                else:
                    await use_webhook(self.bot, f"{self._plan.public_url.rstrip('/')}{PATH}", self._secret)
                break
            except TelegramError as error:
                log.warning("telegram cannot be reached kind=%s, again in %s s", type(error).__name__, pause)
                await asyncio.sleep(pause)
        await introduce(self.bot, words, self._plan.languages)

    async def username(self) -> str | None:
        """The bot's name for deep links; None while Telegram cannot be reached."""
        try:
            return (await self.bot.get_me()).username
        except TelegramError:
            return None


def _endless(pauses: Sequence[int]) -> Iterator[int]:
    yield from pauses
    while True:
        yield pauses[-1]
