"""A year of meetings at a glance: what the picture and the workbook's months show. Counts only, never a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from meetings.attendance import Rate
from meetings.period import Period

ROWS_A_PAGE = 30  # Telegram makes a photo of more than 2,560 pixels smaller, letters and all
_MOST_PAGES = 8
# What every row of a digest begins with says nothing there.
_BEFORE_NAMES = ("chi bộ ", "đảng uỷ ", "đảng ủy ", "đảng bộ ")


class Sign(StrEnum):
    """How a month of a cell (or of all cells below a unit) stands; drawn, and not told by colour alone."""

    RATE = "rate"  # at least one list is closed
    NOT_RECORDED = "not_recorded"
    AHEAD = "ahead"
    NO_PLAN = "no_plan"  # the month is not over, and no date is set
    NOT_HELD = "not_held"
    UNKNOWN = "unknown"  # from before the cell, or Kẻng, was there


@dataclass(frozen=True, slots=True)
class Square:
    """One row in one month. `closed` of `cells` lists are closed, and the sums are theirs."""

    sign: Sign
    cells: int = 1
    closed: int = 0
    present: int = 0
    expected: int = 0

    @property
    def rate(self) -> Rate:
        return Rate(self.present, self.expected)

    @property
    def is_partial(self) -> bool:
        """Some of the cells have no closed list."""
        return self.sign is Sign.RATE and self.closed < self.cells


@dataclass(frozen=True, slots=True)
class SightRow:
    """A cell, or a unit with all its cells; `squares` by month, as many as the sight has months."""

    code: str
    name: str
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class YearSight:
    """The months of a unit up to one, the oldest first. `left_out` rows found no room."""

    unit: str
    months: tuple[Period, ...]
    total: SightRow
    rows: Sequence[SightRow]
    left_out: int = 0


def pages(rows: int) -> int:
    """How many pictures so many rows take."""
    return min(max(1, ceil(rows / ROWS_A_PAGE)), _MOST_PAGES)


def short_name(name: str) -> str:
    """The name of a unit without its kind: "Chi bộ bản Noong" → "Bản Noong"."""
    plain = " ".join(name.split())
    for kind in _BEFORE_NAMES:
        if plain.lower().startswith(kind):
            plain = plain[len(kind) :]
            break
    return plain[:1].upper() + plain[1:]
