"""How long somebody reads: Vietnamese is written a syllable at a time, with a blank after each."""

import re
from collections.abc import Iterable

from tests.scenarios.messages import Message

# Vietnamese read aloud: 5.22 syllables a second (Pellegrino, Coupé, Marsico: A cross-language perspective on speech
# information rate, Language 87, 2011). To oneself people read faster.
SYLLABLES_A_MINUTE = 313
_CHOICE = re.compile(r"[A-Z]?\d{1,2}\. .+")


def minutes_of_reading(messages: Iterable[Message]) -> float:
    """Minutes for the texts of these messages; labels of buttons, and their numbered lines, take a glance."""
    lines = [line for one in messages for line in one.text.splitlines() if not _CHOICE.fullmatch(line)]
    return sum(len(line.split()) for line in lines) / SYLLABLES_A_MINUTE
