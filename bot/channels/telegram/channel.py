"""Telegram as a channel: one bot, buttons with styles, files, groups and topics."""

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.channels.telegram.errors import send_error, topic_gone
from chat.capabilities import Capabilities
from chat.channel import Button, Outgoing

_LONG_LABEL = 14
CAPABILITIES = Capabilities(buttons=True, groups=True, max_text=4096)


class Telegram:
    """Sends through python-telegram-bot's typed client. Texts go out plain: a name is never markup."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    async def send(self, message: Outgoing) -> str:
        """Send one message; in a topic that is gone it goes to General."""
        chat, _, thread = message.to.chat.partition(":")
        try:
            try:
                return await self._send(chat, message, int(thread) if thread else None)
            except TelegramError as error:
                if not (thread and topic_gone(error)):
                    raise
                return await self._send(chat, message, None)
        except TelegramError as error:
            raise send_error(error, message.to) from None

    async def _send(self, chat: str, message: Outgoing, thread: int | None) -> str:
        sent = await self._bot.send_message(
            chat, message.text, reply_markup=_keyboard(message.buttons), message_thread_id=thread
        )
        return str(sent.message_id)


def _keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    """Short labels side by side, long ones in rows of their own."""
    if not buttons:
        return None
    rows: list[list[InlineKeyboardButton]] = []
    width = 0
    for one in buttons:
        key = InlineKeyboardButton(one.label, callback_data=one.token, style=str(one.style) or None)
        if rows and width + len(one.label) <= 2 * _LONG_LABEL and len(rows[-1]) < 3:
            rows[-1].append(key)
            width += len(one.label)
        else:
            rows.append([key])
            width = len(one.label)
    return InlineKeyboardMarkup(rows)
