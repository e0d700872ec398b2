"""A message as somebody reads it on their phone: the words, and what can be chosen, by button or by number."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.channels.webchat.channel import OTHER, Entry
from chat.text import Text
from reports.catalogue import Catalogue

_NUMBERED = re.compile(r"^([A-Z]?\d{1,2})\. (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Option:
    """`token` is the button's; None: the `number` is to be written. `other` is its label in the page's other language."""

    label: str
    number: str
    token: str | None = None
    other: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the bot in somebody's own chat."""

    id: int
    bot: str
    chat: str
    at: datetime
    text: str
    options: Sequence[Option]

    def option(self, label: str) -> Option | None:
        """What can be chosen under this label, the last of them."""
        return next((one for one in reversed(self.options) if one.label == label), None)


class Labels:
    """The labels of buttons by their keys, in the language of the cast."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[str, str] = {}

    def __call__(self, key: str) -> str:
        if key not in self._known:
            self._known[key] = self._catalogue.render(Text(key), "vi")
        return self._known[key]

    def opening(self, key: str) -> str:
        """How such a message begins, before anything that is filled in."""
        return self._catalogue.entry(key, "vi").partition("{")[0]

    def pattern(self, key: str) -> re.Pattern[str]:
        """What a label with something filled in looks like."""
        fixed = re.split(r"\{[^}]*\}", self._catalogue.entry(key, "vi"))
        return re.compile(".+".join(map(re.escape, fixed)))


def heard(entry: Entry) -> Heard | None:
    """None where the bot did not speak, or only handed a file over."""
    if entry.author != "bot":
        return None
    body = json.loads(entry.body)
    text = body.get("text", "")
    others = body.get(OTHER, {}).get("labels", [])
    buttons = [
        Option(one["label"], "", one["token"], *others[place : place + 1])
        for place, one in enumerate(body.get("buttons", []))
    ]
    numbered = [Option(label, number) for number, label in _NUMBERED.findall(text)]
    if not (text or buttons):
        return None
    return Heard(entry.id, entry.bot, entry.chat, entry.at, text, buttons or numbered)
