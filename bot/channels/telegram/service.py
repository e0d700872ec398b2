"""The Telegram channel of a process: its client, how it starts, and how it listens."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.routing import BaseRoute, Route
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.channels.listening import Answered, Hold, Receive, Words, secret_of, settle, webhook_of
from bot.channels.telegram.channel import Telegram, limits_of
from bot.channels.telegram.errors import told_seconds
from bot.channels.telegram.intake import Client, Intake
from bot.channels.telegram.request import AiohttpRequest
from bot.channels.telegram.setup import introduce, use_polling, use_webhook, webhook_state
from bot.channels.telegram.updates import BOT, CHANNEL

log = logging.getLogger("keng.telegram")
API = "https://api.telegram.org"
PATH = "/telegram"
_PAUSES = (2, 5, 15, 30)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to reach Telegram and be reached. `public_url` is needed for a webhook only.

    `rate`: messages a second over all chats; 0: no limits are kept, not even those of a chat.
    """

    token: str
    api_url: str = API
    proxy: str | None = None
    public_url: str | None = None
    languages: Sequence[str] = ("vi",)
    rate: int = 30

    @property
    def webhook(self) -> str | None:
        """Where Telegram is to call; None where we poll."""
        return webhook_of(self.public_url, PATH)

    def secret(self, key: str) -> str:
        """The webhook's secret, derived so that nobody has to keep one more."""
        return secret_of(key, f"telegram:{self.token}")


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
        self.channel = Telegram(self.bot, limits_of(plan.rate))

    @property
    def key(self) -> tuple[str, str]:
        return CHANNEL, BOT

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def polls(self) -> bool:
        return self._plan.webhook is None

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

    async def listen(self, receive: Receive, hold: Hold, words: Words, answered: Answered) -> None:
        """Introduce the bot, then poll or leave it to the webhook, for ever. Keeps trying; never raises.

        Of many processes the one that holds the lease does it, then the next: twice is no harm.
        `answered` is called whenever Telegram gave an answer.
        """
        await settle(self._choose_intake, hold, answered, after=Patience().after, pause=_PAUSES[0])
        await introduce(self.bot, words, self._plan.languages)
        if self._plan.webhook is None:
            await Intake(self.bot, receive).poll(hold, answered)

    async def _choose_intake(self) -> None:
        if self._plan.webhook is None:
            await use_polling(self.bot)
        else:
            await use_webhook(self.bot, self._plan.webhook, self._secret)

    async def username(self) -> str | None:
        """The bot's name for deep links; None while Telegram cannot be reached."""
        try:
            return (await self.bot.get_me()).username
        except TelegramError:
            return None

    async def examine(self) -> list[tuple[bool, str]]:
        """What Telegram says of itself at this moment, a line a subject, and whether that is well."""
        try:
            me = await self.bot.get_me()
            lines = [(True, f"telegram: @{me.username}")]
            if self._plan.webhook is not None:
                lines.append(webhook_state(await self.bot.get_webhook_info(), self._plan.webhook))
        except InvalidToken:
            return [(False, "telegram refuses KENG_TELEGRAM_TOKEN, or KENG_TELEGRAM_API_URL is wrong")]
        except TelegramError as error:
            return [(False, f"telegram cannot be reached: {type(error).__name__}")]
        return lines


class Patience:
    """How long to wait before the next try, and what to say about it: what only a person can mend, once."""

    def __init__(self) -> None:
        self._pauses = iter(_PAUSES)
        self._said: set[str] = set()

    def after(self, error: Exception) -> float:
        """Seconds of real time."""
        kind = type(error).__name__
        if isinstance(error, RetryAfter):
            pause = told_seconds(error)
        elif isinstance(error, InvalidToken | BadRequest):
            self._say_once(kind, error)
            return _PAUSES[-1]
        elif isinstance(error, TelegramError):
            pause = next(self._pauses, _PAUSES[-1])
        else:
            log.error("telegram not set up kind=%s", kind, exc_info=error)
            return _PAUSES[-1]
        log.warning("telegram cannot be reached kind=%s, again in %s s", kind, pause)
        return pause

    def _say_once(self, kind: str, error: Exception) -> None:
        if kind not in self._said:
            self._said.add(kind)
            log.error("telegram refuses us kind=%s: %s; still trying", kind, error)
