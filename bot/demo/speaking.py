"""Somebody of the demo writes or presses in a chat: it stands on the board, and the dispatcher hears it."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.app import Parts
from bot.channels.webchat.channel import OTHER
from chat.events import Address, Event, Pressed, Said


@dataclass(frozen=True, slots=True)
class Label:
    """A button that is pressed: what stands on it, also in the page's other language ("" if it has none)."""

    label: str
    token: str
    other: str = ""


async def says(parts: Parts, at: datetime, to: Address, who: str, text: str) -> None:
    """`who` is the code of whoever writes; in their own chat it is the chat's too."""
    await _told(
        parts, at, to, Event(secrets.token_hex(12), to, who, Said(text), to.chat != who), {"text": text}
    )


async def presses(parts: Parts, at: datetime, to: Address, who: str, option: Label) -> None:
    """The label stands there as their own line, in both languages."""
    other = {OTHER: {"text": option.other, "labels": []}} if option.other else {}
    shown = {"text": option.label, "pressed": True, **other}
    await _told(
        parts, at, to, Event(secrets.token_hex(12), to, who, Pressed(option.token), to.chat != who), shown
    )


async def _told(parts: Parts, at: datetime, to: Address, event: Event, shown: Mapping[str, object]) -> None:
    await parts.board.add(to.bot, to.chat, event.person, json.dumps(shown, ensure_ascii=False), at)
    await parts.dispatcher.receive(event)
