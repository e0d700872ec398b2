"""What Telegram is told once at the start: commands by scope and language, descriptions, the webhook."""

import logging
from collections.abc import Callable, Sequence

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from bot.channels.telegram.updates import ALLOWED

log = logging.getLogger("keng.telegram")
PRIVATE = (
    "lich",
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
)
GROUP = ("nhom",)
Words = Callable[[str, str], str]


async def introduce(bot: Bot, words: Words, languages: Sequence[str]) -> None:
    """Register commands and descriptions; the first language is everybody's default. Failing is no harm."""
    try:
        for place, language in enumerate(languages):
            code = "" if place == 0 else language
            for names, scope in (
                (PRIVATE, BotCommandScopeAllPrivateChats()),
                (GROUP, BotCommandScopeAllGroupChats()),
            ):
                commands = [BotCommand(name, words(f"command.{name}", language)) for name in names]
                await bot.set_my_commands(commands, scope=scope, language_code=code)
            await bot.set_my_description(words("command.description", language), language_code=code)
            await bot.set_my_short_description(words("command.short", language), language_code=code)
    except TelegramError as error:
        log.warning("commands not registered kind=%s", type(error).__name__)


async def use_webhook(bot: Bot, url: str, secret: str) -> None:
    """Raises TelegramError."""
    await bot.set_webhook(url, secret_token=secret, allowed_updates=list(ALLOWED))


async def use_polling(bot: Bot) -> None:
    """Telegram refuses getUpdates while a webhook is set. Raises TelegramError."""
    await bot.delete_webhook()
