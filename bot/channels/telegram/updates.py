"""A raw update of the Bot API as an event of ours, or None for what we have no use for.

Pure. Read field by field: a kind of update that does not exist yet must not stop the queue.
"""

from collections.abc import Mapping
from typing import Any

from chat.events import Address, Attached, Event, Gone, Moved, Pressed, Said

CHANNEL, BOT = "telegram", "main"
ALLOWED = ("message", "callback_query", "my_chat_member")
Raw = Mapping[str, Any]
_ANONYMOUS = {1087968824, 777000}  # GroupAnonymousBot; the linked channel's forwards
_OUT = {"kicked", "left"}
_FILES = ("document", "photo", "video", "voice", "audio", "sticker", "contact", "location", "video_note")


def event_of(update: Raw) -> Event | None:
    """The event of an update. Anonymous admins and linked channels say nothing to us."""
    number = str(update.get("update_id", ""))
    try:
        if "message" in update:
            return _message(number, update["message"])
        if "callback_query" in update:
            return _press(number, update["callback_query"])
        if "my_chat_member" in update:
            return _membership(number, update["my_chat_member"])
    except (KeyError, TypeError, AttributeError):
        return None
    return None


def _message(number: str, message: Raw) -> Event | None:
    chat = message["chat"]
    address = _address(chat, message.get("message_thread_id") if message.get("is_topic_message") else None)
    if "migrate_to_chat_id" in message:
        new = Address(CHANNEL, BOT, str(message["migrate_to_chat_id"]))
        return Event(number, address, "", Moved(new), group=True)
    if "migrate_from_chat_id" in message:
        old = Address(CHANNEL, BOT, str(message["migrate_from_chat_id"]))
        return Event(number, old, "", Moved(address), group=True)
    sender = message.get("from") or {}
    if _faceless(message, sender):
        return None
    content: Said | Attached
    if isinstance(message.get("text"), str):
        content = Said(_storable(message["text"]))
    elif any(kind in message for kind in _FILES):
        content = Attached()
    else:
        return None
    return Event(number, address, str(sender["id"]), content, _is_group(chat), sender.get("first_name", ""))


def _press(number: str, query: Raw) -> Event | None:
    message, data = query.get("message"), query.get("data")
    if message is None or not isinstance(data, str):
        return None
    chat = message["chat"]
    if chat.get("type") == "channel":  # we write in none, and its readers would see the answer
        return None
    address = _address(chat, message.get("message_thread_id") if message.get("is_topic_message") else None)
    return Event(number, address, str(query["from"]["id"]), Pressed(data), _is_group(chat))


def _membership(number: str, change: Raw) -> Event | None:
    chat, status = change["chat"], change["new_chat_member"]["status"]
    if status not in _OUT:
        return None
    return Event(number, _address(chat, None), str(chat["id"]), Gone(), _is_group(chat))


def addressee(event: Event) -> str:
    """The bot whose name stands behind a command in a group; "" where none does."""
    if not (event.group and isinstance(event.content, Said) and event.text.startswith("/")):
        return ""
    return event.text.split(maxsplit=1)[0].partition("@")[2]


def query_id(update: Raw) -> str | None:
    """The id of a press, to be answered at once."""
    query = update.get("callback_query")
    return query.get("id") if isinstance(query, dict) else None


def _address(chat: Raw, thread: int | None) -> Address:
    """A topic is part of the address, so that answers stay where they were asked."""
    return Address(CHANNEL, BOT, f"{chat['id']}:{thread}" if thread else str(chat["id"]))


def _storable(text: str) -> str:
    """JSON may carry half a character, which UTF-8 cannot, and NUL, which PostgreSQL does not store."""
    return text.encode(errors="replace").decode().replace("\0", "")


def _is_group(chat: Raw) -> bool:
    return chat.get("type") in ("group", "supergroup")


def _faceless(message: Raw, sender: Raw) -> bool:
    return (
        not sender
        or sender.get("id") in _ANONYMOUS
        or bool(sender.get("is_bot"))
        or "sender_chat" in message
        or message["chat"].get("type") == "channel"
    )
