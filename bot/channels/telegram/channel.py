"""Telegram as a channel: one bot, buttons with styles, files, groups and topics."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.channels.telegram.errors import not_modified, send_error, topic_gone
from bot.channels.telegram.uploads import Uploads
from chat.capabilities import Capabilities, Limits
from chat.channel import Attachment, Button, Outgoing
from chat.events import Address

Result = TypeVar("Result")
_LONG_LABEL = 14
CAPABILITIES = Capabilities(buttons=True, edit=True, files=True, groups=True, max_text=4096)


def limits_of(rate: int) -> Limits | None:
    """So many messages a second over all chats, the rest as Telegram asks; 0: nobody counts."""
    return Limits(per_second=rate, counted=_counted) if rate else None


def _counted(chat: str) -> tuple[str, bool]:
    """Topics count on their group, and the ids of groups are negative."""
    name = chat.partition(":")[0]
    return name, name.startswith("-")


class Telegram:
    """Sends through python-telegram-bot's typed client. Texts go out plain: a name is never markup."""

    def __init__(self, bot: Bot, limits: Limits | None = None) -> None:
        self._bot = bot
        self._capabilities = replace(CAPABILITIES, limits=limits)
        self._uploads = Uploads(bot)

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def send(self, message: Outgoing) -> str:
        """Send one message; in a topic that is gone it goes to General."""

        async def call(chat: str, thread: int | None) -> str:
            sent = await self._bot.send_message(
                chat, message.text, reply_markup=_keyboard(message.buttons), message_thread_id=thread
            )
            return str(sent.message_id)

        return await _there(message.to, call)

    async def edit(self, message_id: str, message: Outgoing) -> None:
        """Change a message where it stands, in whatever topic; without buttons the old ones go."""
        chat = message.to.chat.partition(":")[0]
        try:
            await self._bot.edit_message_text(
                message.text, chat, int(message_id), reply_markup=_keyboard(message.buttons)
            )
        except TelegramError as error:
            if not not_modified(error):
                raise send_error(error, message.to) from None

    async def send_file(self, to: Address, file: Attachment) -> None:
        """Send one file to where its message went."""

        async def call(chat: str, thread: int | None) -> None:
            await self._uploads.send(chat, thread, file)

        await _there(to, call)


async def _there(to: Address, call: Callable[[str, int | None], Awaitable[Result]]) -> Result:
    """In the topic, or in General if it is gone. Raises SendError."""
    chat, _, thread = to.chat.partition(":")
    try:
        try:
            return await call(chat, int(thread) if thread else None)
        except TelegramError as error:
            if not (thread and topic_gone(error)):
                raise
            return await call(chat, None)
    except TelegramError as error:
        raise send_error(error, to) from None


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
