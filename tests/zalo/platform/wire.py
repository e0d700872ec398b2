"""What every part of the platform speaks: JSON objects, refusals, scripted failures, and its oddities."""

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
How = Literal["answer", "reset", "hang"]


class Refusal(Exception):
    """An answer `ok: false`."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description

    @property
    def body(self) -> Json:
        return {"ok": False, "error_code": self.code, "description": self.description}


@dataclass(slots=True)
class Oddities:
    """What somebody has seen the platform do. They contradict each other: a test chooses.

    `replays`: what was handed out comes again and again, at once. `loses`: what is written while nobody asks
    is gone. `always_200`: refusals come with HTTP 200. `flat`: webhooks come without ok and result.
    `nameless`: getMe has no display_name. `no_event_names`: updates do not say what they are.
    """

    replays: bool = False
    loses: bool = False
    always_200: bool = False
    flat: bool = False
    nameless: bool = False
    no_event_names: bool = False


@dataclass(slots=True)
class Fault:
    """The next calls of a method fail. `carried_out`: they take effect although nobody hears of it.

    `body`: text is sent as HTML; None as the platform's own refusal with `code` (None: no code at all).
    """

    method: str
    how: How = "answer"
    code: int | None = 500
    status: int | None = None
    body: str | Json | None = None
    carried_out: bool = False
    times: int = 1
    chat: str | None = None
    description: str = "scripted"

    def meets(self, method: str, chat: str | None) -> bool:
        return self.method == method and self.chat in (None, chat)

    @property
    def told(self) -> Json:
        known = {"ok": False, "description": self.description}
        return known if self.code is None else {**known, "error_code": self.code}


def utf16(text: str) -> int:
    """The platform counts in UTF-16 units: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
