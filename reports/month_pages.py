"""What the picture of a month shows, and on how many pages: values only, nothing that draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from chat.text import Wording

LINES_A_PAGE = 16  # Telegram makes a photo of more than 2,560 pixels smaller, letters and all


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One meeting, or a time of the committee's own: its local day, its hour, whose, and what else is said of it.

    `clashes`: it falls together with another one; drawn with a bar and a word, not by colour alone.
    """

    day: date
    hour: Wording
    cell: str
    said: Sequence[Wording] = ()
    clashes: Sequence[Wording] = ()


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """The month of a unit; the lines are in order."""

    title: Wording
    sums: Sequence[Wording]
    lines: Sequence[MonthLine]


def pages(lines: int) -> int:
    """How many pictures so many lines take."""
    return max(1, ceil(lines / LINES_A_PAGE))
