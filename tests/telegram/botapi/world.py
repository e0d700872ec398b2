"""Everything Telegram knows about one bot: chats, presses, files, commands, updates, limits, log."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.telegram.botapi.arguments import File
from tests.telegram.botapi.chats import Chat, Message
from tests.telegram.botapi.faults import Faults
from tests.telegram.botapi.limits import Limits, Pacer
from tests.telegram.botapi.log import Log
from tests.telegram.botapi.updates import Updates
from tests.telegram.botapi.webhook import Webhook
from tests.telegram.botapi.wire import Json, bad, too_many

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a test may set. `clock` is monotonic and judges rates and old queries; `wall` dates messages."""

    limits: Limits = field(default_factory=Limits)
    clock: Clock = time.monotonic
    wall: Clock = time.time
    username: str = "keng_test_bot"
    query_lasts: float = 15.0
    webhook_pause: float = 0.05


@dataclass(slots=True, eq=False)
class Press:
    """One press of a button, and what the bot answered to it."""

    world: "World" = field(repr=False)
    id: str
    user: int
    chat: int
    message: int
    data: str
    at: float
    answered_at: float | None = None
    text: str = ""
    alert: bool = False

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    async def answered(self, seconds: float = 5.0) -> "Press":
        """Wait until answerCallbackQuery came."""
        await self.world.until(lambda: self.is_answered, seconds)
        return self


class World:
    def __init__(self, token: str, rules: Rules) -> None:
        self.token, self.rules = token, rules
        self.clock = rules.clock
        self.me: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Kẻng",
            "username": rules.username,
        }
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.uploads: dict[str, File] = {}
        self.commands: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.log = Log()
        self.faults = Faults()
        self.pacer = Pacer(rules.limits, rules.clock)
        self.updates = Updates(self.changed)
        self.webhook = Webhook(self.updates, rules.clock, rules.webhook_pause)
        self._news = asyncio.Event()

    def changed(self) -> None:
        """Something happened that `until` may be waiting for."""
        self._news.set()

    async def until(self, happened: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait for what the bot does; judged anew after each call of the bot."""
        try:
            async with asyncio.timeout(seconds):
                while not happened():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"not within {seconds} s; {self._state()}") from None

    def _state(self) -> str:
        sent = [f"{one.method} {one.chat}: {one.text[:60]!r}" for one in self.log.sent[-3:]]
        refused = [f"{one.method}: {one.description}" for one in self.log.refused[-3:]]
        return f"unconfirmed updates: {len(self.updates.pending)}; last sent: {sent}; refused: {refused}"

    def now(self) -> int:
        return int(self.rules.wall())

    def admit(self, chat: Chat) -> None:
        """A message or an edit that reaches the chat's limits, whatever becomes of it."""
        seconds = self.pacer.admit(chat.id, group=not chat.private)
        if seconds is not None:
            raise too_many(seconds)

    def note(self, method: str, message: Message) -> None:
        self.log.note(self.clock(), method, message)

    def keep(self, file: File) -> Json:
        """A file's description, with the id by which it can be sent again or fetched."""
        file_id = f"BQACAgUAAx{len(self.uploads):06}"
        self.uploads[file_id] = file
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(file.content)}

    def deliver(self, message: Message) -> None:
        """Somebody's message goes to the bot."""
        self.updates.add("message", message.json(), f"message {message.chat.id}")

    def moved(self, chat: Chat, by: Json, old: str, new: str) -> None:
        """The bot's own membership changed."""

        def member(status: str) -> Json:
            return {"user": self.me, "status": status} | ({"until_date": 0} if status == "kicked" else {})

        told = {
            "chat": chat.json(),
            "from": by,
            "date": self.now(),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        self.updates.add("my_chat_member", told, f"membership {chat.id}")

    def press(self, user: Json, message: Message, data: str, *, inaccessible: bool = False) -> Press:
        """A callback query; an `inaccessible` message comes without its content, as very old ones do."""
        number = str(4_000_000_000_000 + len(self.presses))
        chat = message.chat
        press = Press(self, number, user["id"], chat.id, message.id, data, self.clock())
        self.presses[number] = press
        stub: Json = {"chat": chat.json(), "message_id": message.id, "date": 0}
        shown = stub if inaccessible else message.json()
        told = {"id": number, "from": user, "message": shown, "chat_instance": str(chat.id), "data": data}
        self.updates.add("callback_query", told, f"press {user['id']}")
        return press

    def answer(self, query: str, text: str, *, alert: bool) -> None:
        press = self.presses.get(query)
        if press is None or press.is_answered or self.clock() - press.at > self.rules.query_lasts:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        press.answered_at, press.text, press.alert = self.clock(), text, alert
