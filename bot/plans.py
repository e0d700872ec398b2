"""What the bots of the settings can do and may use, told without opening them; the figures are settings."""

from dataclasses import replace

from bot.channels.telegram import channel as telegram
from bot.channels.telegram.updates import BOT, CHANNEL
from bot.channels.zalo import channel as zalo
from bot.channels.zalo.updates import CHANNEL as ZALO
from bot.settings import Settings
from chat.capabilities import Capabilities

Bot = tuple[str, str]


def declared(settings: Settings) -> dict[Bot, Capabilities]:
    """By bot."""
    found: dict[Bot, Capabilities] = {}
    if settings.telegram_token:
        found[CHANNEL, BOT] = telegram.CAPABILITIES
    plan = replace(
        zalo.CAPABILITIES,
        monthly=True,
        monthly_messages=settings.zalo_monthly_messages or None,
        users=settings.zalo_users or None,
    )
    return found | {(ZALO, name): plan for name in settings.zalo_tokens}


def under_plan(can: Capabilities, plan: Capabilities | None) -> Capabilities:
    """What a channel can do, with what the settings say that its plan allows."""
    if plan is None:
        return can
    return replace(can, monthly=plan.monthly, monthly_messages=plan.monthly_messages, users=plan.users)
