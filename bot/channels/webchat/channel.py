"""The web chat as a channel: its platform is a board in the database, its clients are browser pages."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chat.capabilities import Capabilities
from chat.channel import Attachment, NotEditable, Outgoing
from chat.events import Address

CHANNEL = "web"
# Who looks at the page may switch its language at any time: what was said stands there in both.
OTHER = "en"
_MOST = 20_000  # a page has no limit of its own; in one piece both languages stand side by side
BOTS = {
    "buttons": Capabilities(
        buttons=True, files=True, groups=True, own_pages=True, max_text=_MOST, languages=(OTHER,)
    ),
    "numbers": Capabilities(groups=True, own_pages=True, max_text=_MOST, languages=(OTHER,)),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One message on the board. `author` is "bot" or a person's code; `body` is JSON."""

    id: int
    bot: str
    chat: str
    author: str
    body: str
    at: datetime


class Board(Protocol):
    """Where the web chat remembers what was said. Instants are aware UTC."""

    async def add(self, bot: str, chat: str, author: str, body: str, at: datetime) -> int: ...
    async def of_chat(self, bot: str, chat: str, limit: int) -> Sequence[Entry]: ...
    async def after(self, number: int, limit: int) -> Sequence[Entry]: ...


@dataclass(slots=True)
class Hub:
    """Wakes the open pages. A page that misses a call looks by itself once a second."""

    _waiting: set[asyncio.Queue[tuple[str, str]]] = field(default_factory=set)

    def publish(self, kind: str, data: str = "") -> None:
        for queue in self._waiting:
            queue.put_nowait((kind, data))

    def join(self) -> asyncio.Queue[tuple[str, str]]:
        queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._waiting.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[tuple[str, str]]) -> None:
        self._waiting.discard(queue)


class WebChat:
    """One of the two bots of the web chat."""

    def __init__(self, bot: str, board: Board, hub: Hub, now: Callable[[], datetime]) -> None:
        self._bot = bot
        self._board = board
        self._hub = hub
        self._now = now

    @property
    def capabilities(self) -> Capabilities:
        return BOTS[self._bot]

    async def send(self, message: Outgoing) -> str:
        """Put the message on the board."""
        buttons = [
            {"label": one.label, "token": one.token, "style": str(one.style)} for one in message.buttons
        ]
        shown: dict[str, object] = {"text": message.text, "buttons": buttons}
        other = message.translations.get(OTHER)
        if other is not None:
            shown[OTHER] = {"text": other.text, "labels": other.labels}
        return await self._put(message.to, shown)

    async def send_file(self, to: Address, file: Attachment) -> None:
        """A card with a link: the board keeps no files, they are made anew when somebody fetches them."""
        if file.link:
            await self._put(to, {"text": "", "file": {"name": file.name, "url": file.link}})

    async def _put(self, to: Address, shown: Mapping[str, object]) -> str:
        body = json.dumps(shown, ensure_ascii=False)
        number = await self._board.add(self._bot, to.chat, "bot", body, self._now())
        self._hub.publish("message")
        return str(number)

    async def edit(self, message_id: str, message: Outgoing) -> None:  # noqa: ARG002
        """What stands on the board stays as it is."""
        raise NotEditable
