"""What Telegram is told once at the start: commands by scope and language, descriptions, the webhook."""

import logging
from collections.abc import Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    WebhookInfo,
)
from telegram.error import TelegramError

from bot.channels.listening import Words
from bot.channels.telegram.updates import ALLOWED

log = logging.getLogger("keng.telegram")
PRIVATE = (
    "lich",
    "noidung",
    "nhiemvu",
    "trogiup",
    "dulieu",
    "ngonngu",
    "huy",
    "danhsach",
    "thongbao",
    "diemdanh",
    "hop",
    "hoan",
    "moi",
    "baocao",
    "hoanloat",
    "phancong",
)
GROUP = ("nhom",)
# The secretary is an administrator of the group, or is not: the command is shown to everybody there.
_LISTS: tuple[tuple[Sequence[str], BotCommandScope], ...] = (
    (PRIVATE, BotCommandScopeAllPrivateChats()),
    (GROUP, BotCommandScopeAllGroupChats()),
    (GROUP, BotCommandScopeAllChatAdministrators()),
)


async def introduce(bot: Bot, words: Words, languages: Sequence[str]) -> None:
    """Register commands and descriptions; the first language is everybody's default. Failing is no harm."""
    try:
        for code, language in (("", languages[0]), *((one, one) for one in languages)):
            for names, scope in _LISTS:
                commands = [BotCommand(name, words(f"command.{name}", language)) for name in names]
                await bot.set_my_commands(commands, scope=scope, language_code=code)
            await bot.set_my_description(words("command.description", language), language_code=code)
            await bot.set_my_short_description(words("command.short", language), language_code=code)
    except TelegramError as error:
        log.warning("commands not registered kind=%s", type(error).__name__)


async def use_webhook(bot: Bot, url: str, secret: str) -> None:
    """Raises TelegramError."""
    await bot.set_webhook(url, secret_token=secret, allowed_updates=list(ALLOWED))


def webhook_state(told: WebhookInfo, ours: str) -> tuple[bool, str]:
    """What Telegram knows of our webhook in a line, and whether that is well."""
    if told.url != ours:
        return False, "telegram: the webhook is not ours; is `keng run` (roles all, web) running?"
    waiting = f"{told.pending_update_count} waiting"
    failed = told.last_error_date
    if failed is None or not told.pending_update_count:  # an error of long ago says nothing
        return True, f"telegram: webhook set, {waiting}"
    since = failed.isoformat(timespec="seconds")
    return False, f"telegram: webhook failing, {waiting}, last at {since}: {told.last_error_message}"


async def use_polling(bot: Bot) -> None:
    """Telegram refuses getUpdates while a webhook is set. Raises TelegramError."""
    await bot.delete_webhook()
