"""Asking Zalo for ever: one update a call, none of them certain to come twice, or only once."""

import asyncio
import logging
from collections.abc import Sequence

from bot.channels.listening import Answered, Hold
from bot.channels.zalo.client import Client
from bot.channels.zalo.errors import NO_ANSWER_IN_TIME, Refused
from bot.channels.zalo.intake import Intake
from bot.channels.zalo.patience import PAUSES, Patience
from bot.channels.zalo.updates import Raw
from chat.events import NotNow

log = logging.getLogger("keng.zalo")
_WAIT, _LONGER = 25, 8  # seconds: how long Zalo is to wait for news, and how much longer we wait for Zalo
_FLOOR = 1.0  # seconds between two calls of which the first brought nothing new
_AGAIN = (1, 2, 5, 15, 30, 30, 30, 30)  # seconds between the tries to take an update that comes only once
_STOPPING = 10.0  # seconds a loop that is told to stop may go on taking what it has in hand


class Polling:
    """The poll loop of one bot. `hold`: the lease of the token is ours. `answered`: Zalo gave an answer."""

    def __init__(self, bot: str, client: Client, intake: Intake, hold: Hold, answered: Answered) -> None:
        self._bot = bot
        self._client = client
        self._intake = intake
        self._hold = hold
        self._answered = answered

    async def run(self) -> None:
        """Until cancelled, whatever happens: the other channels work meanwhile."""
        patience = Patience(self._bot)
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            try:
                if not await self._hold():
                    await asyncio.sleep(PAUSES[2])
                    continue
                fresh = await self._once()
            except Exception as error:
                await asyncio.sleep(patience.after(error))
                continue
            patience.over()
            if not fresh:  # after an idle call, which lasts longer, the next one follows at once
                await asyncio.sleep(max(0.0, _FLOOR - (clock() - began)))

    async def _once(self) -> bool:
        """One call, and what it brought; whether that was new."""
        found = await self._ask()
        taking = asyncio.create_task(self._take_all(found if isinstance(found, list) else [found]))
        try:
            fresh = await asyncio.shield(taking)
        except asyncio.CancelledError:
            await asyncio.wait({taking}, timeout=_STOPPING)
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)
            raise
        await self._answered()
        return fresh

    async def _ask(self) -> object:
        try:
            return await self._client.call("getUpdates", {"timeout": _WAIT}, read=_WAIT + _LONGER)
        except Refused as error:
            if error.code == NO_ANSWER_IN_TIME:
                return None  # nobody wrote
            if "webhook" not in error.words:
                raise
            log.warning(
                "zalo bot=%s: somebody set a webhook, which excludes polling; it is taken away", self._bot
            )
            await drop_webhook(self._client)
            return None

    async def _take_all(self, found: Sequence[object]) -> bool:
        fresh = False
        for told in found:
            if isinstance(told, dict):
                fresh = await self._take(told) or fresh
        return fresh

    async def _take(self, told: Raw) -> bool:
        """What Zalo has handed out may never come again: while our own side is not well, it is tried for ever.

        Nobody else is to ask meanwhile, so the lease is renewed. It tells too whether our side is well: what
        fails many times though it is, is at fault itself, and must not hold up the others.
        """
        tries = 0
        while True:
            try:
                return await self._intake.take(told)
            except Exception as error:
                if tries == len(_AGAIN):
                    raise
                log.error("update not handled bot=%s kind=%s", self._bot, type(error).__name__)
                await asyncio.sleep(_AGAIN[tries])
                well = await self._is_well() and not isinstance(error, NotNow)
                tries = tries + 1 if well else min(tries + 1, len(_AGAIN) - 1)

    async def _is_well(self) -> bool:
        """Whether the lease could be looked at, and is renewed if it is ours."""
        try:
            await self._hold()
        except Exception:
            return False
        return True


async def drop_webhook(client: Client) -> None:
    """A bot that never had one answers 404. Raises CallFailed."""
    try:
        await client.call("deleteWebhook")
    except Refused as error:
        if error.code != 404:
            raise
