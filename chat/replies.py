"""What a handler answers with: values, never a send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chat.text import Text, Wording


@dataclass(frozen=True, slots=True)
class Action:
    """A verb of ours with short arguments; what a button or a number stands for."""

    name: str
    args: tuple[str, ...] = ()


class Style(StrEnum):
    PLAIN = ""
    GOOD = "success"
    BAD = "danger"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question.

    `typed_only`: a button where there are buttons, never a number (consent, withdrawal, erasure).
    `words`: the vocabulary entry whose typed words count as this choice.
    """

    label: Text
    action: Action
    typed_only: bool = False
    words: str = ""
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Step:
    """An open question whose answer is typed: the next free text goes to the handler of this name."""

    name: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a message: what it is, not its bytes. It is made when it is sent."""

    kind: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """One outgoing message.

    `question` names what is being asked: a later message with the same name replaces the menu and keeps
    plain numbers. `until` is when the menu stops counting (the planned start of a meeting, say).
    `closes`: every question that was open in this chat is closed.
    `toast`: shown to whoever pressed, in the group, and nowhere else.
    """

    text: Wording
    choices: tuple[Choice, ...] = ()
    question: str = ""
    until: datetime | None = None
    expects: Step | None = None
    closes: bool = False
    toast: bool = False
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Toast:
    """Words for whoever pressed in a group, to be shown there and then.

    `translations`: the same in every language the channel asks for, by language.
    """

    text: str
    translations: Mapping[str, str] = field(default_factory=dict)


def action(name: str, *args: object) -> Action:
    return Action(name, tuple(str(arg) for arg in args))
