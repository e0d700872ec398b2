"""Who writes to a bot, and what it said to them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.zalo.platform.wire import Json

STICKER = {"sticker": "bfe458bf64fa8da4d4eb", "url": "https://zalo-api.zadn.vn/sticker"}
PICTURE = {"photo": "https://f20-zpc.zdn.vn/jpg/7.jpg", "caption": "nghị quyết"}
VOICE = {"voice_url": "https://voice-aac.zadn.vn/7.aac"}
Send = Callable[["Chat", Json, str, Json], None]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the bot."""

    id: int
    date: float
    text: str
    extra: Json


@dataclass(slots=True)
class Chat:
    """A chat with one bot. The bot may write there once somebody has written to it."""

    id: str
    is_group: bool
    open: bool = False
    said: list[Message] = field(default_factory=list)

    def json(self) -> Json:
        return {"id": self.id, "chat_type": "GROUP" if self.is_group else "PRIVATE"}

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.said]


class User:
    """A person as one bot sees them: their id differs from bot to bot."""

    def __init__(self, bot: str, name: str, send: Send) -> None:
        self.name = name
        self.chat = Chat(opaque(bot, name), is_group=False)
        self._send = send

    @property
    def json(self) -> Json:
        return {"id": self.chat.id, "display_name": self.name, "is_bot": False}

    def write(self, text: str) -> None:
        self.send("message.text.received", {"text": text})

    def send_sticker(self) -> None:
        self.send("message.sticker.received", STICKER)

    def send_picture(self) -> None:
        self.send("message.image.received", PICTURE)

    def send_voice(self) -> None:
        self.send("message.voice.received", VOICE)

    def send_document(self) -> None:
        """A document, a film, a contact: Zalo does not say which."""
        self.send("message.unsupported.received", {})

    def send(self, event_name: str, content: Json) -> None:
        """Anything at all, of kinds that do not exist yet too."""
        self.chat.open = True
        self._send(self.chat, self.json, event_name, content)


class Group:
    """A group in which a bot is. It hears only what begins with its name, or answers a message of its own."""

    def __init__(self, bot: str, title: str, mention: Callable[[], str], send: Send) -> None:
        self.chat = Chat(opaque(bot, title), is_group=True, open=True)
        self._mention = mention
        self._send = send

    def write(self, user: User, text: str) -> None:
        """The bot hears it only if it is spoken to."""
        if text.startswith(f"@{self._mention()}"):
            self._send(self.chat, user.json, "message.text.received", {"text": text})

    def say_to_bot(self, user: User, text: str) -> None:
        self.write(user, f"@{self._mention()} {text}")

    def reply_to_bot(self, user: User, text: str) -> None:
        """By answering a message of the bot's: then its name does not stand there."""
        self._send(self.chat, user.json, "message.text.received", {"text": text})


def opaque(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
