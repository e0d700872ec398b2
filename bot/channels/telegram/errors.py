"""What Telegram answers, as one of our few errors (Bot API; python-telegram-bot 22.8).

BadRequest and TimedOut are subclasses of NetworkError there: the order of the rows matters.
"""

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.telegram.request import surely_not_sent
from chat.channel import (
    AddressChanged,
    Blocked,
    ChannelDown,
    NotEditable,
    Rejected,
    SendError,
    Throttled,
    Unreachable,
)
from chat.events import Address

_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_NO_SUCH_CHAT = ("chat not found", "user not found", "peer_id_invalid")
_TOPIC_GONE = ("message thread not found", "topic_closed", "topic_deleted")


def send_error(error: TelegramError, address: Address) -> SendError:
    """The error for a failed call about this address."""
    if isinstance(error, RetryAfter):
        return Throttled(told_seconds(error))
    if isinstance(error, ChatMigrated):
        return AddressChanged(Address(address.channel, address.bot, str(error.new_chat_id)))
    if isinstance(error, Forbidden):
        return Blocked()
    if isinstance(error, InvalidToken | Conflict):
        return ChannelDown()
    if isinstance(error, BadRequest):
        if _says(error, *_NOT_EDITABLE):
            return NotEditable()
        return Rejected(address=_says(error, *_NO_SUCH_CHAT))
    if isinstance(error, NetworkError):
        return Unreachable(sent=False if surely_not_sent(error) else None)
    return Unreachable(sent=None)


def told_seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    wait = error.retry_after  # int, or timedelta with PTB_TIMEDELTA=1
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def topic_gone(error: TelegramError) -> bool:
    """The topic of a group is closed or gone: General takes the message."""
    return _says(error, *_TOPIC_GONE)


def not_modified(error: TelegramError) -> bool:
    """An edit that changes nothing has succeeded."""
    return _says(error, "message is not modified")


def _says(error: TelegramError, *words: str) -> bool:
    """One of the few answers that only their words tell apart."""
    return isinstance(error, BadRequest) and any(one in str(error).lower() for one in words)
