"""One Zalo bot of a process: its client, how it starts, and how it listens."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.routing import BaseRoute, Route

from bot.channels.listening import Answered, Hold, Receive, Words, secret_of, settle, webhook_of
from bot.channels.zalo.channel import Zalo, limits_of
from bot.channels.zalo.client import API, Client
from bot.channels.zalo.errors import TOKEN_REFUSED, CallFailed, Refused
from bot.channels.zalo.intake import Identity, Intake
from bot.channels.zalo.patience import PAUSES, Patience
from bot.channels.zalo.polling import Polling, drop_webhook
from bot.channels.zalo.updates import CHANNEL
from bot.channels.zalo.webhook import PATH, endpoint_of

log = logging.getLogger("keng.zalo")


@dataclass(frozen=True, slots=True)
class Plan:
    """How to reach Zalo as one of our bots, and be reached. `public_url` is needed for a webhook only."""

    bot: str
    token: str = field(repr=False)
    api_url: str = API
    public_url: str | None = None
    rate: int = 5

    @property
    def webhook(self) -> str | None:
        """Where Zalo is to call; None where we poll."""
        return webhook_of(self.public_url, f"{PATH}{self.bot}")

    def secret(self, key: str) -> str:
        """The webhook's secret, derived so that nobody has to keep one more. Zalo: 8 to 256 characters."""
        return secret_of(key, f"zalo:{self.bot}:{self.token}")


class ZaloService:
    """One bot: the channel that sends, and the intake that listens."""

    def __init__(self, plan: Plan, key: str) -> None:
        self._plan = plan
        self._secret = plan.secret(key)
        self._client = Client(plan.token, plan.api_url)
        self._identity = Identity(self._client)
        self.channel = Zalo(self._client, plan.bot, limits_of(plan.rate))

    @property
    def key(self) -> tuple[str, str]:
        return CHANNEL, self._plan.bot

    @property
    def name(self) -> str:
        return f"{CHANNEL} {self._plan.bot}"

    @property
    def polls(self) -> bool:
        return self._plan.webhook is None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """The connections, without asking whether Zalo is there."""
        async with self._client.open():
            try:
                yield
            finally:
                await self._identity.close()

    def routes(self, receive: Receive) -> list[BaseRoute]:
        endpoint = endpoint_of(self._intake(receive), self._secret)
        return [Route(f"{PATH}{self._plan.bot}", endpoint, methods=["POST"])]

    async def listen(self, receive: Receive, hold: Hold, _words: Words, answered: Answered) -> None:
        """Poll, or leave it to the webhook, for ever. Keeps trying; never raises.

        `answered` is called whenever Zalo gave an answer.
        """
        await settle(self._agree, hold, answered, after=Patience(self._plan.bot).after, pause=PAUSES[1])
        if self.polls:
            await Polling(self._plan.bot, self._client, self._intake(receive), hold, answered).run()

    def _intake(self, receive: Receive) -> Intake:
        return Intake(self._plan.bot, self._identity, receive)

    async def _agree(self) -> None:
        """Who we are, and whether Zalo is to call us."""
        me = await self._identity.ask()
        await self._choose_intake()
        log.info("zalo bot=%s name known=%s groups=%s", *_seen(self._plan.bot, me.names, me.groups))

    async def _choose_intake(self) -> None:
        if self._plan.webhook is None:
            await drop_webhook(self._client)
            return
        told = await self._client.call(
            "setWebhook", {"url": self._plan.webhook, "secret_token": self._secret}
        )
        checked = told.get("verification") if isinstance(told, dict) else None
        if isinstance(checked, dict) and checked.get("ok") is False:
            # It is stored all the same: Zalo calls, once we can be reached.
            log.warning(
                "zalo bot=%s: Zalo could not reach our webhook: %s", self._plan.bot, checked.get("hint")
            )

    async def examine(self) -> list[tuple[bool, str]]:
        """What Zalo says of the bot at this moment, a line a subject, and whether that is well."""
        name = self.name
        try:
            me = await self._identity.ask()
            groups = {True: "may join groups", False: "no groups", None: "groups unknown"}[me.groups]
            lines = [(True, f"{name}: {' / '.join(me.names) or 'nameless'}, {groups}")]
            if self._plan.webhook is not None:
                lines.append(await self._webhook_state(name, self._plan.webhook))
        except Refused as error:
            if error.code in TOKEN_REFUSED:
                return [(False, f"{name}: Zalo refuses the token in KENG_ZALO_BOTS (or it was reset)")]
            return [(False, f"{name}: Zalo refuses us, {error}; is KENG_ZALO_API_URL right?")]
        except CallFailed as error:
            return [(False, f"{name}: Zalo cannot be reached, {error}")]
        return lines

    async def _webhook_state(self, name: str, ours: str) -> tuple[bool, str]:
        try:
            told = await self._client.call("getWebhookInfo")
        except Refused as error:
            if error.code != 404:  # which is how a bot answers that never had one
                raise
            told = None
        if isinstance(told, dict) and told.get("url") == ours:
            return True, f"{name}: webhook set"
        return False, f"{name}: the webhook is not ours; is `keng run` (roles all, web) running?"


def _seen(bot: str, names: tuple[str, ...], groups: bool | None) -> tuple[str, bool, str]:
    return bot, bool(names), "unknown" if groups is None else str(groups)
