"""What the slow reference speaks of: plain values, and nothing of the product.

Dates and instants are Vietnamese local ones without a zone. People, cells and statuses are the words of domain.md.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

Month = tuple[int, int]
FIGURES = ("roll", "expected", "present", "excused", "unexcused", "awaiting", "extra", "guests")


@dataclass(frozen=True)
class Settings:
    """The three values of domain.md 5 and 12 that change what is counted."""

    extra_both: bool = False
    counted_reinforced: bool = False
    online: bool = False


@dataclass
class Person:
    """One membership: `since` None is always; `until` is the last day."""

    cell: str
    number: int
    consented: bool = False
    since: date | None = None
    until: date | None = None


@dataclass
class Span:
    """A status from a day to a day, both inclusive."""

    person: str
    status: str
    since: date
    until: date | None
    approved: bool
    reason: str | None = None
    by_chat: bool = False


@dataclass(frozen=True)
class Row:
    """A person as a closing froze them."""

    number: int
    expected: bool
    mark: str | None
    ruling: str | None


@dataclass(frozen=True)
class Closing:
    figures: dict[str, int]
    rows: dict[str, Row]
    amendment: int


@dataclass
class Step:
    """One step of the roll-call that can be taken back: what stood there before, by person."""

    at: datetime
    before: dict[str, tuple[str, str | None] | None]


@dataclass
class Meeting:
    """One meeting and everything that was said and written about it."""

    cell: str
    kind: str
    month: Month
    starts: datetime
    state: str = "planned"
    announced: bool = False
    held_since: datetime | None = None
    changed: int = 0  # how often its day was changed, or it was put off or called off, after the lock
    touched: bool = False  # somebody moved it or put it off: it no longer follows the rule
    rules: Settings | None = None  # it was held under
    answers: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    marks: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    guests: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    reported: Closing | None = None  # what the month's report says of it
    forgotten: set[str] = field(default_factory=set)  # left by roll number only

    @property
    def regular(self) -> bool:
        return self.kind in ("regular", "combined")
