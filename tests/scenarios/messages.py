"""What the page shows in a chat, as a scenario reads it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

_NUMBERED = re.compile(r"([A-Z]?\d{1,2})\. (.+)")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the bot as the page shows it. `choices` is a button's token or a line's number by label."""

    id: int
    at: str
    text: str
    choices: Mapping[str, str]

    @property
    def first(self) -> str:
        return self.text.partition("\n")[0]

    def choice(self, label: str) -> str | None:
        """What to press or type for a label, or for the one that begins with it."""
        if label in self.choices:
            return self.choices[label]
        return next((key for shown, key in self.choices.items() if shown.startswith(label)), None)


class Heard(list[Message]):
    """Messages in order."""

    @property
    def text(self) -> str:
        return "\n\n".join(one.text for one in self)

    @property
    def choices(self) -> list[str]:
        return [label for one in self for label in one.choices]


def message(shown: Mapping[str, object], bot: str) -> Message:
    text = str(shown["text"])
    buttons = shown["buttons"]
    assert isinstance(buttons, list)
    assert isinstance(shown["id"], int)
    at = datetime.fromisoformat(str(shown["at"]))
    if bot == "numbers":
        assert not buttons
        return shown_as(shown["id"], at, text)
    choices = {one["label"]: one["token"] for one in buttons}
    return Message(shown["id"], f"{at:%d/%m %H:%M}", text, choices)


def shown_as(number: int, at: datetime, text: str) -> Message:
    """A message where there are no buttons: its lines say what to type."""
    lines = [hit for line in text.splitlines() if (hit := _NUMBERED.fullmatch(line))]
    return Message(number, f"{at:%d/%m %H:%M}", text, {hit[2]: hit[1] for hit in lines})
