"""When a committee has no time, and whether two things fall into the same half of a day. All local, all pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from meetings.folding import fold, spellings, tidy
from meetings.span import looked_from
from meetings.when import BadWhen, parse_time, parse_when

_USUAL: Final = timedelta(hours=2)  # of a time of which only the beginning was written
_CLOCK: Final = rf"[0-9]{{1,2}} ?(?:h|g|:|{spellings('giờ')})(?: ?[0-9]{{2}})?"
_RANGE: Final = re.compile(
    rf"(?:{spellings('từ')} )?(?P<from>{_CLOCK}) ?(?:-|–|{spellings('đến', 'tới')}) ?(?P<to>{_CLOCK})(?![\w/])",
    re.IGNORECASE,
)
_PART: Final = re.compile(rf"(?P<part>{spellings('sáng', 'chiều', 'tối')})(?!\w)", re.IGNORECASE)


class HalfDay(StrEnum):
    """The Vietnamese "buổi": what falls into the same one cannot be attended twice (vietnamese.md 1.10)."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


_BEGINS: Final = {HalfDay.MORNING: 0, HalfDay.AFTERNOON: 12, HalfDay.EVENING: 18}
_ENDS: Final = {HalfDay.MORNING: 12, HalfDay.AFTERNOON: 18, HalfDay.EVENING: 24}
_WORDS: Final = {"sang": HalfDay.MORNING, "chieu": HalfDay.AFTERNOON, "toi": HalfDay.EVENING}


@dataclass(frozen=True, slots=True)
class Span:
    """A local day from a minute of it to another, the end excluded; 1440 is the end of the day."""

    day: date
    begins: int
    ends: int

    def __post_init__(self) -> None:
        if not 0 <= self.begins < self.ends <= 24 * 60:
            raise BadWhen("it must end after it begins, on the same day")


def read_busy(text: str, today: date) -> Span:
    """Read `24/11 14:00-16:00 …`, `24/11 14:00`, `24/11 tối`, `24/11`: what follows is dropped, never kept.

    Without an end it is two hours, without an hour the whole day. Raises BadWhen, also for a day that is over.
    """
    line = tidy(text)
    found = _RANGE.search(line)
    hours = None
    if found:
        hours = _minutes(parse_time(found["from"])), _minutes(parse_time(found["to"]))
        line = f"{line[: found.start()]} {line[found.end() :]}"
    when = parse_when(line, looked_from(line, today))
    if when.day < today:
        raise BadWhen("that day is over")
    if hours is not None:
        return Span(when.day, *hours)
    if when.at is not None:
        begins = _minutes(when.at)
        return Span(when.day, begins, min(begins + _minutes_of(_USUAL), 24 * 60))
    part = _PART.match(when.rest)
    if part:
        half = _WORDS[fold(part["part"])]
        return Span(when.day, _BEGINS[half] * 60, _ENDS[half] * 60)
    return Span(when.day, 0, 24 * 60)


def halves(starts_at: datetime, ends_at: datetime) -> frozenset[tuple[date, HalfDay]]:
    """The half-days that a time touches, from its beginning to its end (excluded), both local."""
    found = set()
    day = starts_at.date()
    while day <= ends_at.date():
        for half in HalfDay:
            begins = datetime.combine(day, time(_BEGINS[half]), starts_at.tzinfo)
            ends = datetime.combine(day, time(), starts_at.tzinfo) + timedelta(hours=_ENDS[half])
            if begins < ends_at and starts_at < ends:
                found.add((day, half))
        day += timedelta(days=1)
    return frozenset(found)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _minutes_of(lasting: timedelta) -> int:
    return int(lasting.total_seconds()) // 60
