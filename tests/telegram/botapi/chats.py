"""Chats as their readers see them now: messages with the edits applied, buttons, files, topics."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.telegram.botapi.arguments import File
from tests.telegram.botapi.keyboard import Rows
from tests.telegram.botapi.wire import Json, Refusal

Kind = Literal["private", "group", "supergroup"]


@dataclass(slots=True, eq=False)
class Message:
    """What stands in a chat. `text` is a file's caption where there is a file."""

    id: int
    chat: "Chat" = field(repr=False)
    sender: Json
    date: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    rows: Rows = field(default_factory=list)
    file: File | None = None
    file_field: Json = field(default_factory=dict)
    thread: int | None = None
    reply_to: "Message | None" = None
    extra: Json = field(default_factory=dict)
    by_bot: bool = False
    silent: bool = False
    edits: int = 0
    edited: int | None = None

    @property
    def buttons(self) -> dict[str, str]:
        """Callback data by label, in reading order; "" where a button has none (an address)."""
        return {one["text"]: one.get("callback_data", "") for row in self.rows for one in row}

    @property
    def styles(self) -> dict[str, str]:
        return {one["text"]: one["style"] for row in self.rows for one in row if "style" in one}

    def label(self, label: str) -> str | None:
        """The button with this label, or the first one that begins with it."""
        shown = self.buttons
        return label if label in shown else next((one for one in shown if one.startswith(label)), None)

    def json(self, *, with_reply: bool = True) -> Json:
        told: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.json(), "from": self.sender}
        if self.thread is not None:
            told["message_thread_id"] = self.thread
            if self.chat.forum:
                told["is_topic_message"] = True
        if self.reply_to is not None and with_reply:
            told["reply_to_message"] = self.reply_to.json(with_reply=False)
        if self.edited is not None:
            told["edit_date"] = self.edited
        kind, entities = ("caption", "caption_entities") if self.file else ("text", "entities")
        if self.text:
            told[kind] = self.text
        if self.entities:
            told[entities] = self.entities
        if self.rows:
            told["reply_markup"] = {"inline_keyboard": self.rows}
        return told | self.file_field | self.extra


@dataclass(slots=True, eq=False)
class Chat:
    """One chat. `refusal` is why the bot may not write into it."""

    id: int
    kind: Kind
    name: str
    forum: bool = False
    refusal: Refusal | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, bool] = field(default_factory=dict)  # id → open
    last_id: int = 0

    @property
    def private(self) -> bool:
        return self.kind == "private"

    @property
    def said(self) -> list[Message]:
        """The bot's messages, oldest first, as they stand now."""
        return [one for one in self.messages.values() if one.by_bot]

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.said]

    @property
    def files(self) -> list[File]:
        return [one.file for one in self.said if one.file]

    @property
    def last(self) -> Message:
        """The bot's newest message."""
        assert self.said, f"the bot said nothing in {self.name}"
        return self.said[-1]

    def showing(self, label: str) -> Message:
        """The bot's newest message with this button."""
        for one in reversed(self.said):
            if one.label(label) is not None:
                return one
        seen = [(one.text, [*one.buttons]) for one in self.said[-3:]]
        raise AssertionError(f"no button {label!r} in {self.name}: {seen}")

    def add(self, sender: Json, date: int, text: str = "") -> Message:
        """Message numbers count from one in each chat: whoever forgets the chat mixes them up."""
        self.last_id += 1
        added = self.messages[self.last_id] = Message(self.last_id, self, sender, date, text)
        return added

    def delete(self, message: int) -> None:
        """A person deletes a message."""
        del self.messages[message]

    def json(self) -> Json:
        told: Json = {"id": self.id, "type": self.kind}
        told["first_name" if self.private else "title"] = self.name
        return told | ({"is_forum": True} if self.forum else {})

    def __iter__(self) -> Iterator[Message]:
        return iter([*self.messages.values()])
