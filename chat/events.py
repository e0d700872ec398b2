"""What comes in, whatever the platform."""

from dataclasses import dataclass


class NotNow(Exception):
    """What came in could not be made durable: it is handed over again until it can be."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a chat is: one platform, one of our bots there, one chat of that bot."""

    channel: str
    bot: str
    chat: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.bot}:{self.chat}"


@dataclass(frozen=True, slots=True)
class Said:
    """Words somebody wrote."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button somebody pressed: the token as the client sent it, not yet verified."""

    token: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file, picture or voice message: what must not be sent here."""


@dataclass(frozen=True, slots=True)
class Wordless:
    """A sticker, or something of a kind nobody knows: there is nothing in it to read."""


@dataclass(frozen=True, slots=True)
class Gone:
    """They blocked us, or threw us out of the group: this address is dead until somebody writes again."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The platform gave the chat another id."""

    to: Address


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a person did in a chat; `event_id` is the platform's, unique per channel and bot."""

    event_id: str
    sender: Address
    person: str
    content: Said | Pressed | Attached | Wordless | Gone | Moved
    group: bool = False
    display: str = ""

    @property
    def text(self) -> str:
        return self.content.text if isinstance(self.content, Said) else ""
