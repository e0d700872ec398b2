"""Updates POSTed to the bot's webhook, each one again and again until a 2xx comes."""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from tests.telegram.botapi.updates import Update, Updates
from tests.telegram.botapi.wire import Json, bad

HEADER = "X-Telegram-Bot-Api-Secret-Token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PORTS = (443, 80, 88, 8443)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST; `status` is None where no answer came."""

    at: float
    update: int
    status: int | None


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    secret: str = ""
    most: int = 40

    def check(self) -> None:
        """Telegram wants HTTPS on four ports; this machine's own addresses are let through."""
        parts = urlsplit(self.url)
        if parts.hostname not in _LOOPBACK:
            if parts.scheme != "https":
                raise bad("bad webhook: An HTTPS URL must be provided for webhook")
            if (parts.port or 443) not in _PORTS:
                raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if self.secret and not _SECRET.fullmatch(self.secret):
            long = len(self.secret) > 256
            raise bad("secret token is too long" if long else "secret token contains unallowed characters")
        if not 1 <= self.most <= 100:
            raise bad("max_connections must be between 1 and 100")


class Webhook:
    """Where updates go instead of getUpdates, while one is set."""

    def __init__(self, updates: Updates, clock: Callable[[], float], pause: float) -> None:
        self._updates, self._clock, self._pause = updates, clock, pause
        self._lanes: dict[str, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._places = asyncio.Semaphore(1)
        self.address: Address | None = None
        self.deliveries: list[Delivery] = []
        self.last_error = ""

    async def set(self, address: Address) -> None:
        await self.remove()
        self.address = address
        self._places = asyncio.Semaphore(address.most)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=address.most), timeout=aiohttp.ClientTimeout(total=60)
        )
        self._updates.end_poll("terminated by setWebhook request")
        self._updates.to_webhook = self._offer
        for update in [*self._updates.pending.values()]:
            self._offer(update)

    async def remove(self) -> None:
        self.address = self._updates.to_webhook = None
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lanes.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def info(self) -> Json:
        told: Json = {
            "url": self.address.url if self.address else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if self.address:
            told["max_connections"] = self.address.most
        if self._updates.allowed:
            told["allowed_updates"] = [*self._updates.allowed]
        if self.last_error:
            told |= {"last_error_date": 1, "last_error_message": self.last_error}
        return told

    def _offer(self, update: Update) -> None:
        lane = self._lanes.get(update.lane)
        if lane is not None:
            lane.append(update)
            return
        self._lanes[update.lane] = deque([update])
        task = asyncio.create_task(self._empty(update.lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _empty(self, lane: str) -> None:
        waiting = self._lanes[lane]
        while waiting:
            async with self._places:
                status = await self._post(waiting[0])
            self.deliveries.append(Delivery(self._clock(), waiting[0].id, status))
            if status is not None and 200 <= status < 300:
                self._updates.confirm(waiting.popleft().id)
            else:
                self.last_error = f"Wrong response from the webhook: {status}"
                await asyncio.sleep(self._pause)
        del self._lanes[lane]

    async def _post(self, update: Update) -> int | None:
        assert self.address is not None
        assert self._session is not None
        headers = {HEADER: self.address.secret} if self.address.secret else {}
        try:
            async with self._session.post(self.address.url, json=update.body, headers=headers) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None
