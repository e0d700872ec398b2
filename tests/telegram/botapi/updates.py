"""Updates kept until the bot confirms them: by the next offset, or by a 2xx of its webhook."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from tests.telegram.botapi.wire import Json, conflict

# Sent only to a bot that asked for them by name.
_BY_NAME = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_SECOND_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
LONGEST_POLL = 50


@dataclass(frozen=True, slots=True)
class Update:
    """`lane`: updates of one lane reach a webhook one after another, as with Telegram."""

    id: int
    lane: str
    body: Json


@dataclass(slots=True)
class Updates:
    """`created` counts all of them; `pending` are the unconfirmed ones, oldest first."""

    changed: Callable[[], None]
    pending: dict[int, Update] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    next_id: int = 700_000_001
    created: int = 0
    conflicts: int = 0
    to_webhook: Callable[[Update], None] | None = None
    _waiting: asyncio.Future[None] | None = None

    def allow(self, names: tuple[str, ...] | None) -> None:
        """Not given: as before. Empty: the usual kinds."""
        if names is not None:
            self.allowed = names

    def allows(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _BY_NAME

    def add(self, kind: str, content: Json, lane: str) -> bool:
        """False if the bot did not ask for this kind."""
        if not self.allows(kind):
            return False
        self.feed({kind: content}, lane)
        return True

    def feed(self, body: Json, lane: str = "") -> int:
        """Any update at all; it is given its number."""
        update = Update(self.next_id, lane, {"update_id": self.next_id, **body})
        self.next_id += 1
        self.created += 1
        self.pending[update.id] = update
        if self.to_webhook is not None:
            self.to_webhook(update)
        elif self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        return update.id

    def confirm(self, update: int) -> None:
        self.pending.pop(update, None)
        self.changed()

    def drop(self) -> None:
        self.pending.clear()
        self.changed()

    async def poll(self, offset: int, limit: int, seconds: int) -> list[Json]:
        """A second poller ends the first one's wait with 409, as Telegram does."""
        if self.to_webhook is not None:
            self.conflicts += 1
            raise conflict(_WEBHOOK_ACTIVE)
        self.end_poll(_SECOND_POLLER)
        self._confirm_before(offset)
        if not self.pending and seconds > 0:
            await self._wait(min(seconds, LONGEST_POLL))
        most = limit if 1 <= limit <= 100 else 100
        return [one.body for one in islice(self.pending.values(), most)]

    def end_poll(self, why: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self.conflicts += 1
            self._waiting.set_exception(conflict(why))

    def _confirm_before(self, offset: int) -> None:
        known = [*self.pending]
        gone = known[:offset] if offset < 0 else [one for one in known if one < offset]
        for one in gone:
            del self.pending[one]
        self.changed()

    async def _wait(self, seconds: float) -> None:
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            pass
        finally:
            if self._waiting is waiting:
                self._waiting = None
