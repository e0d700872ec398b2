"""What a channel can do. The core asks this and never the channel's name."""

from collections.abc import Callable
from dataclasses import dataclass


def _itself(chat: str) -> tuple[str, bool]:
    return chat, False


@dataclass(frozen=True, slots=True)
class Limits:
    """How often a platform may be talked to. Gaps in seconds; edits count as messages.

    `counted` tells under which name an address is counted, and whether that is a group.
    """

    per_second: int = 30
    chat_gap: float = 1.0
    group_minute: int = 18
    edit_gap: float = 3.0
    counted: Callable[[str], tuple[str, bool]] = _itself


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`max_text` is counted in UTF-16 units, as Telegram and Zalo count.

    `monthly_messages` is what one bot may hear and say in a month, `users` how many people it may serve;
    None: nobody said how many. `monthly`: whatever we were told, the platform may refuse for want of messages.
    `languages`: whatever its reader's language, a message comes in each of these as well.
    """

    buttons: bool = False
    edit: bool = False
    delete: bool = False
    files: bool = False
    photo_by_url: bool = False
    voice: bool = False
    groups: bool = False
    own_pages: bool = False  # a link to this server works there without a host
    max_text: int = 2000
    limits: Limits | None = None
    monthly: bool = False
    monthly_messages: int | None = None
    users: int | None = None
    languages: tuple[str, ...] = ()

    @property
    def max_choices(self) -> int:
        """How many choices fit one message: a screen of buttons, or the digits 1 to 9."""
        return 30 if self.buttons else 9
