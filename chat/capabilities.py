"""What a channel can do. The core asks this and never the channel's name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`max_text` is counted in UTF-16 units, as Telegram and Zalo count."""

    buttons: bool = False
    edit: bool = False
    delete: bool = False
    files: bool = False
    photo_by_url: bool = False
    voice: bool = False
    groups: bool = False
    max_text: int = 2000

    @property
    def max_choices(self) -> int:
        """How many choices fit one message: a screen of buttons, or the digits 1 to 9."""
        return 30 if self.buttons else 9
