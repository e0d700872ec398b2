"""What the bot did: everything sent and edited with its time, every call, every refusal."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tests.telegram.botapi.chats import Message
from tests.telegram.botapi.wire import Refusal


@dataclass(frozen=True, slots=True)
class Sent:
    """One message or edit that went through, as it was at that moment."""

    at: float
    method: str
    chat: int
    message: int
    text: str
    labels: tuple[str, ...]
    thread: int | None
    file: str | None
    silent: bool = False

    @property
    def is_edit(self) -> bool:
        return self.method.startswith("edit")


@dataclass(frozen=True, slots=True)
class Refused:
    """One call that was answered `ok: false`, by a rule or by a script."""

    at: float
    method: str
    chat: int | None
    code: int
    description: str


@dataclass(slots=True)
class Log:
    """`sent` has messages and edits; `calls` counts every call by method, refused ones too.

    `uploads` counts the files whose bytes came along; the others were sent by their file_id.
    """

    sent: list[Sent] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    uploads: int = 0

    def note(self, at: float, method: str, message: Message) -> None:
        file = message.file.name if message.file else None
        labels = tuple(message.buttons)
        chat, text = message.chat.id, message.text
        told = Sent(at, method, chat, message.id, text, labels, message.thread, file, message.silent)
        self.sent.append(told)

    def refuse(self, at: float, method: str, chat: int | None, why: Refusal) -> None:
        self.refused.append(Refused(at, method, chat, why.code, why.description))

    def of(self, chat: int | None = None, *, edits: bool | None = None) -> list[Sent]:
        """In one chat or all of them; only edits, only messages, or both."""
        return [*self._of(chat, edits)]

    def most_within(self, seconds: float, chat: int | None = None, *, edits: bool | None = None) -> int:
        """How many fell into the busiest stretch of that length."""
        times = [one.at for one in self._of(chat, edits)]
        first = most = 0
        for last, at in enumerate(times):
            while at - times[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most

    def shortest_gap(self, chat: int, *, edits: bool | None = True) -> float:
        """Between two of them that follow each other; infinite for fewer than two."""
        times = [one.at for one in self._of(chat, edits)]
        return min((b - a for a, b in pairwise(times)), default=float("inf"))

    def _of(self, chat: int | None, edits: bool | None) -> Iterator[Sent]:
        for one in self.sent:
            if chat in (None, one.chat) and edits in (None, one.is_edit):
                yield one
