"""The period month (kỳ tháng, domain.md 4.2): the month a meeting is *for*, whatever its date."""

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache
from typing import Final, Self

from meetings.folding import spellings, squeeze

_YEAR_FIRST: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})")
_MONTH_FIRST: Final = re.compile(
    rf"(?:{spellings('tháng')} )?(?P<month>[0-9]{{1,2}})[/-](?P<year>[0-9]{{4}})"
)


class BadPeriod(ValueError):
    """No month of the calendar. The text itself is not repeated: errors end in logs."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month in local dates; ordered by time."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (MINYEAR <= self.year <= MAXYEAR and 1 <= self.month <= 12):
            raise BadPeriod("no such month")

    @staticmethod
    @lru_cache(maxsize=1024)  # every stored meeting has one, and a province has tens of thousands
    def parse(text: str) -> "Period":
        """Read `2026-11`, `11/2026` or `11-2026`, also after the word for month."""
        plain = squeeze(text)
        found = _YEAR_FIRST.fullmatch(plain) or _MONTH_FIRST.fullmatch(plain)
        if found is None:
            raise BadPeriod("not written as YYYY-MM or MM/YYYY")
        return Period(int(found["year"]), int(found["month"]))

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    def next(self) -> "Period":
        return Period(self.year + 1, 1) if self.month == 12 else Period(self.year, self.month + 1)

    def previous(self) -> "Period":
        return Period(self.year - 1, 12) if self.month == 1 else Period(self.year, self.month - 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def quarter(self) -> int:
        """1 to 4."""
        return (self.month + 2) // 3

    def contains(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
