"""What Zalo tells us of as an event of ours, or None for what we have no use for.

Pure. Read field by field: an event of a kind that does not exist yet must not stop the others.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from chat.events import Address, Attached, Event, Said, Wordless
from meetings.folding import fold

CHANNEL = "zalo"
TEXT = "message.text.received"
_FILES = ("message.image.received", "message.voice.received", "message.unsupported.received")
_FILE_FIELDS = ("photo", "photo_url", "voice_url", "voice")
_LONGEST_ID, _LONGEST_NUMBER = 120, 200  # what our columns hold
Raw = Mapping[str, Any]


def opened(body: Raw) -> Raw:
    """Without the wrapping of an answer: real webhooks come with it and without."""
    inside = body.get("result")
    return inside if body.get("ok") is True and isinstance(inside, dict) else body


def event_of(told: Raw, bot: str) -> Event | None:
    """The event. What a picture is called, and everything else that is not words, is left behind here."""
    message = told.get("message")
    if not isinstance(message, dict):
        return None
    sender, chat = _part(message, "from"), _part(message, "chat")
    person = _id(sender)
    place = _id(chat) or person
    if not (place and person) or sender.get("is_bot") is True:
        return None
    group = _is_group(chat, place, person)
    address = Address(CHANNEL, bot, place)
    content = _content(told.get("event_name"), message)
    return Event(
        _number(message, place), address, person if group else place, content, group, _name_of(sender)
    )


def _content(kind: object, message: Raw) -> Said | Attached | Wordless:
    """Words count only where Zalo says that words were received, or says nothing about what it was."""
    text = message.get("text")
    if kind in (None, TEXT) and isinstance(text, str) and text.strip():
        return Said(storable(text))
    if kind in _FILES or (kind is None and any(name in message for name in _FILE_FIELDS)):
        return Attached()
    return Wordless()


def without_mention(text: str, names: Sequence[str], guess: str = "") -> str:
    """What was said to us in a group, where every message to us begins with "@Bot Name".

    Zalo does not mark where the name ends. Without our name only what can be nothing else is taken: "nhom"
    at the end, and a number behind one word. In "@Bot Kẻng không phải 1" the 1 is
    no answer. `guess`: what we were called before, as far as we know (see `called`).
    """
    words = text.split()
    at = _mention(words)
    if at is None:
        return text.strip()  # it was an answer to a message of ours
    rest = [words[at][1:], *words[at + 1 :]]
    for name in (*sorted(names, key=len, reverse=True), guess):
        count = len(name.split())
        if count and _plain(" ".join(rest[:count])) == _plain(name):
            return " ".join([*words[:at], *rest[count:]])
    return " ".join([*words[:at], *_unmistakable(words[at + 1 :])])


def called(text: str) -> str:
    """What stands between "@" and a "nhom" at the end: most likely our name; "" where there is nothing."""
    words = text.split()
    at = _mention(words)
    if at is None or not _is_group_command(words[-1]):
        return ""
    return " ".join([words[at][1:], *words[at + 1 : -1]])


def _mention(words: Sequence[str]) -> int | None:
    return next((place for place, word in enumerate(words) if word.startswith("@")), None)


def _is_group_command(word: str) -> bool:
    return fold(word).strip("/.") == "nhom"


def _unmistakable(words: Sequence[str]) -> Sequence[str]:
    """What is no part of a name, of words of which some may be."""
    if words and _is_group_command(words[-1]):
        return words[-1:]
    return words if len(words) == 1 and words[0].rstrip(".)").isdigit() else ()


def storable(text: str) -> str:
    """JSON may carry half a character, which UTF-8 cannot, and NUL, which PostgreSQL does not store."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


def _plain(words: str) -> str:
    return unicodedata.normalize("NFC", words).casefold().rstrip(".,:;!?")


def _part(message: Raw, name: str) -> Raw:
    found = message.get(name)
    return found if isinstance(found, dict) else {}


def _id(of: Raw) -> str:
    """Opaque; a number too is one. "" for what is none, or would not fit where it is kept."""
    found = of.get("id")
    told = str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
    return told if told == storable(told) and len(told) <= _LONGEST_ID else ""


def _is_group(chat: Raw, place: str, person: str) -> bool:
    """A kind of chat nobody knows is taken for a group, where no names are told."""
    kind = chat.get("chat_type")
    return place != person if kind is None else str(kind).upper() != "PRIVATE"


def _number(message: Raw, place: str) -> str:
    """Zalo numbers messages, not updates; where the number is missing, the message is its own."""
    found = message.get("message_id")
    known = isinstance(found, str | int) and found != ""
    number = f"{place}:{found}"
    if known and number == storable(number) and len(number) <= _LONGEST_NUMBER:
        return number
    whole = json.dumps([place, message], sort_keys=True, default=str)
    return f"#{hashlib.sha256(whole.encode()).hexdigest()}"


def _name_of(sender: Raw) -> str:
    names = (sender.get(name) for name in ("display_name", "name", "first_name"))
    return storable(next((name for name in names if isinstance(name, str) and name), ""))
