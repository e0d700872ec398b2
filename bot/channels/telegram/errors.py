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
    Rejected,
    SendError,
    Throttled,
    Unreachable,
)
from chat.events import Address

_TOPIC_GONE = ("message thread not found", "topic_closed", "topic_deleted")


def send_error(error: TelegramError, address: Address) -> SendError:
    """The error for a failed call about this address."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after  # int, or timedelta with PTB_TIMEDELTA=1
        return Throttled(wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
    if isinstance(error, ChatMigrated):
        return AddressChanged(Address(address.channel, address.bot, str(error.new_chat_id)))
    if isinstance(error, Forbidden):
        return Blocked()
    if isinstance(error, InvalidToken | Conflict):
        return ChannelDown()
    if isinstance(error, BadRequest):
        return Rejected()
    if isinstance(error, NetworkError):
        return Unreachable(sent=False if surely_not_sent(error) else None)
    return Unreachable(sent=None)


def topic_gone(error: TelegramError) -> bool:
    """The topic of a group is closed or gone: General takes the message."""
    return isinstance(error, BadRequest) and any(words in str(error).lower() for words in _TOPIC_GONE)


def not_modified(error: TelegramError) -> bool:
    """An edit that changes nothing has succeeded."""
    return isinstance(error, BadRequest) and "message is not modified" in str(error).lower()
