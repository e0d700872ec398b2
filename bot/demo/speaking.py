"""Somebody of the demo writes or presses in a chat: it stands on the board, and the dispatcher hears it."""

import json
import secrets
from datetime import datetime

from bot.app import Parts
from chat.events import Address, Event, Pressed, Said


async def says(parts: Parts, at: datetime, to: Address, who: str, text: str) -> None:
    """`who` is the code of whoever writes; in their own chat it is the chat's too."""
    await _told(parts, at, to, Event(secrets.token_hex(12), to, who, Said(text), to.chat != who), text)


async def presses(parts: Parts, at: datetime, to: Address, who: str, label: str, token: str) -> None:
    """The label stands there as their own line."""
    await _told(parts, at, to, Event(secrets.token_hex(12), to, who, Pressed(token), to.chat != who), label)


async def _told(parts: Parts, at: datetime, to: Address, event: Event, text: str) -> None:
    shown = {"text": text, "pressed": True} if isinstance(event.content, Pressed) else {"text": text}
    await parts.board.add(to.bot, to.chat, event.person, json.dumps(shown, ensure_ascii=False), at)
    await parts.dispatcher.receive(event)
