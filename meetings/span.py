"""A typed range of days (`24/11-26/11`). All local (Asia/Ho_Chi_Minh); `today` is local too."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from meetings.folding import spellings, tidy
from meetings.when import BadWhen, parse_day

LONGEST: Final = 60  # days
_BACK: Final = timedelta(days=LONGEST)  # "20/11" typed on the 24th has just gone by, it is not next year's
_BETWEEN: Final = re.compile(rf"\s*(?:[-–—]|(?<=\s)(?:{spellings('đến', 'tới')})(?=\s))\s*", re.IGNORECASE)
_FROM: Final = re.compile(rf"^{spellings('từ')} (?=\S)", re.IGNORECASE)
_MONTH_NAMED: Final = re.compile(rf"[0-9] ?[/.-] ?[0-9]|{spellings('tháng')}", re.IGNORECASE)
_NUMBER: Final = re.compile(rf"(?:{spellings('ngày')} )?(?P<day>[0-9]{{1,2}})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Local days from `first` to `last`, both inclusive, at most `LONGEST` days apart."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


class TooLong(BadWhen):
    """More days than anybody postpones in one go."""


def parse_span(text: str, today: date) -> Span:
    """Read `24/11-26/11`, `24-26/11`, `từ 24/11 đến 26/11`, `mai`, `24/11`. Raises BadWhen, TooLong.

    A date without a year that went by less than `LONGEST` days ago is that one: whoever types it is to hear
    that it is over.
    """
    line = _FROM.sub("", tidy(text))
    alone = _day(line, today)
    if alone is not None:
        return Span(alone, alone)
    for cut in _BETWEEN.finditer(line):
        found = _both(line[: cut.start()], line[cut.end() :], today)
        if found is None:
            continue
        if found.last < found.first:
            raise BadWhen("the range ends before it begins")
        if found.last - found.first > _BACK:
            raise TooLong("the range is too long")
        return found
    raise BadWhen("not a range of days")


def _both(left: str, right: str, today: date) -> Span | None:
    last = _day(right, today)
    number = _NUMBER.fullmatch(left)
    if number is not None and last is not None:  # "24-26/11": of the month that the last day names
        try:
            return Span(last.replace(day=int(number["day"])), last)
        except ValueError:
            return None
    first = _day(left, today)
    if first is None or last is None:
        return None
    if last < first:  # "28/12-03/01": the last day is the next one after the first
        last = _day(right, first) or last
    return Span(first, last)


def _day(words: str, today: date) -> date | None:
    try:
        return parse_day(words, looked_from(words, today))
    except BadWhen:
        return None


def looked_from(words: str, today: date) -> date:
    """From when on a typed day without a year is looked for: a date may just have gone by, a weekday may not."""
    return today - _BACK if _MONTH_NAMED.search(words) else today
