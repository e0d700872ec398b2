"""From what Zalo tells us to a turn, by polling or by webhook alike; and who we are there."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.channels.listening import Receive
from bot.channels.zalo.client import Client
from bot.channels.zalo.errors import CallFailed
from bot.channels.zalo.updates import Raw, called, event_of, opened, without_mention
from chat.events import Event, Said

_REMEMBERED = 10_000
_LOOK_AGAIN = 6 * 3600.0  # seconds
_ASK_ANEW = 3 * 3600.0  # seconds after which a bot may have another name
_ASK_AGAIN = 300.0  # seconds after Zalo did not tell


@dataclass(frozen=True, slots=True)
class Me:
    """What Zalo says of the bot. `display_name` is real and undocumented: it may be missing."""

    account: str = ""
    display_name: str = ""
    groups: bool | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.display_name, self.account) if name)


class Identity:
    """Asked now and then, and remembered."""

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._me = Me()
        self._ask_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def ask(self) -> Me:
        """Ask anew. Raises CallFailed."""
        told = await self._client.call("getMe")
        known = told if isinstance(told, dict) else {}
        groups = known.get("can_join_groups")
        self._me = Me(
            str(known.get("account_name") or ""),
            str(known.get("display_name") or ""),
            groups if isinstance(groups, bool) else None,
        )
        self._ask_at = self._clock() + _ASK_ANEW
        return self._me

    def names(self) -> tuple[str, ...]:
        """By which names we are called in a group; none while Zalo has not told us.

        No update waits for that: it is not durable yet. It is asked for on the side, for the next one.
        """
        if self._clock() >= self._ask_at:
            self._ask_at = self._clock() + _ASK_AGAIN
            self._asking = asyncio.create_task(self._ask_aside())
        return self._me.names

    async def _ask_aside(self) -> None:
        with suppress(CallFailed):
            await self.ask()

    async def close(self) -> None:
        """Nobody is asked any longer."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)


class Intake:
    """Hands events over, one turn each. `receive` returns once the turn is committed."""

    def __init__(
        self, bot: str, identity: Identity, receive: Receive, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bot = bot
        self._identity = identity
        self._receive = receive
        self._clock = clock
        self._called = ""
        self._seen: OrderedDict[str, float] = OrderedDict()

    async def take(self, told: Raw) -> bool:
        """Handle one update; whether it was news to this process.

        Zalo is said to repeat what was taken long ago, at every call. The database knows what was handled,
        and keeps it as long as it is reminded of it now and then.
        """
        event = event_of(opened(told), self._bot)
        if event is None:
            return False
        before, now = self._seen.get(event.event_id), self._clock()
        if before is not None and now - before < _LOOK_AGAIN:
            return False
        await self._receive(self._addressed(event))
        self._seen[event.event_id] = now
        self._seen.move_to_end(event.event_id)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return before is None

    def _addressed(self, event: Event) -> Event:
        """In a group our own name stands before the words."""
        if not (event.group and isinstance(event.content, Said)):
            return event
        self._called = called(event.text) or self._called
        words = without_mention(event.text, self._identity.names(), self._called)
        return replace(event, content=Said(words))
