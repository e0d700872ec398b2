"""Typed days and hours (vietnamese.md 7 "Input"). All local (Asia/Ho_Chi_Minh); `today` is local too."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import islice
from typing import Final, TypeVar

from meetings.folding import fold, spellings, squeeze, tidy
from meetings.period import Period
from meetings.rule import WEEKDAY_PATTERN, BadRule, MonthlyRule, read_rule, weekday_number

_T = TypeVar("_T")


class BadWhen(ValueError):
    """No day or hour, or an impossible one. The text itself is not repeated: errors end in logs."""


@dataclass(frozen=True, slots=True)
class When:
    """A day, perhaps an hour, and the remaining words as typed (`hoan 25/11 19:30 …`)."""

    day: date
    at: time | None
    rest: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """The one line of `hop`: a monthly rule, perhaps an hour, perhaps a place as typed."""

    rule: MonthlyRule
    at: time | None
    place: str | None


# First and last hour that each part of the day can mean.
_PARTS: Final = {"sang": (0, 11), "trua": (10, 14), "chieu": (12, 18), "toi": (17, 23), "dem": (19, 23)}
_PART: Final = spellings("sáng", "trưa", "chiều", "tối", "đêm")
_MINUTES_WORD: Final = spellings("phút", "ph", "p")
# A single minute digit needs its word: `19h5` may be 19:05 or a 19:50 cut short.
_TIME: Final = re.compile(
    rf"(?:{spellings('vào lúc', 'lúc', 'hồi')} )?(?:(?P<before>{_PART}) )?"
    rf"(?P<hour>[0-9]{{1,2}}) ?(?:h|g|:|{spellings('giờ')})"
    rf"(?: ?(?P<minute>[0-9]{{2}})(?::00| ?{_MINUTES_WORD})?| ?(?P<digit>[0-9]) ?{_MINUTES_WORD}"
    rf"| ?(?P<half>{spellings('rưỡi')})| ?{spellings('kém')} (?P<short>[0-9]{{1,2}})(?: ?{_MINUTES_WORD})?)?"
    rf"(?: ?(?:{spellings('buổi')} )?(?P<after>{_PART}))?"
)
_HOUR_INSIDE: Final = re.compile(
    rf"(?:^|[\s,(])[0-9]{{1,2}} ?(?:h|g|:|{spellings('giờ')})(?: ?[0-9]{{1,2}})?(?=$|[\s,.;)])"
)

_AHEAD: Final = {"hôm nay": 0, "nay": 0, "mai": 1, "ngày mai": 1, "mốt": 2, "ngày mốt": 2, "ngày kia": 2}
_FOLDED_AHEAD: Final = {fold(phrase): days for phrase, days in _AHEAD.items()}
_TO: Final = f"(?:{spellings('sang', 'đến', 'vào', 'qua')} )?"
_DAY: Final = spellings("ngày")
_RELATIVE: Final = re.compile(rf"{_TO}(?P<ahead>{spellings(*_AHEAD)})")
# Without accents `toi` is the evening of an hour that follows, so here only `tới` is "next".
_WEEKDAY: Final = re.compile(
    rf"{_TO}(?P<weekday>{WEEKDAY_PATTERN})(?: tới| này| nay"
    rf"|(?P<this> {spellings('tuần này')})|(?P<following> {spellings('tuần sau', 'tuần tới')}))?"
)
_DATE: Final = re.compile(
    rf"{_TO}(?:(?P<weekday>{WEEKDAY_PATTERN}) )?(?:{_DAY} )?"
    rf"(?P<day>[0-9]{{1,2}})(?: ?/ ?|[-.]| ?{spellings('tháng')} ?)(?P<month>[0-9]{{1,2}})"
    rf"(?:(?: ?/ ?|[-.]| ?{spellings('năm')} ?)(?P<year>(?:19|20)?[0-9]{{2}}))?"
)
_ISO: Final = re.compile(
    rf"{_TO}(?P<weekday>)(?P<year>(?:19|20)[0-9]{{2}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})"
)
# A bare number after a weekday would swallow the hour of `thứ 5 19 giờ`: there it needs its word.
_NUMBER: Final = re.compile(rf"{_TO}(?:(?:(?P<weekday>{WEEKDAY_PATTERN}) )?{_DAY} )?(?P<day>[0-9]{{1,2}})")
# Words that would have belonged to the day: to leave them aside would change its meaning.
_UNREAD: Final = re.compile(rf"(?:/|-[0-9]|{spellings('tháng', 'tuần', 'âm', 'chạp', 'giêng', 'giờ')}(?!\w))")
_PLACE_WORD: Final = re.compile(rf"^(?:{spellings('tại')}|ở) (?=\S)", re.IGNORECASE)

_LONGEST_PHRASE: Final = 10  # words


def parse_time(text: str) -> time:
    """Read `19h30`, `19:30`, `19g30`, `19 giờ 30`, `19h`, `7h30 tối`: a local wall-clock time."""
    at = _read_time(text)
    if at is None:
        raise BadWhen("not an hour")
    return at


def parse_day(text: str, today: date) -> date:
    """Read a typed day. Without a year, or month, it is the next one on or after today.

    A weekday is the next one strictly after today; a weekday beside a date must agree with it.
    """
    day = _read_day(text, today)
    if day is None:
        raise BadWhen("not a day")
    return day


def parse_when(text: str, today: date) -> When:
    """Read a line such as `25/11 19:30 mưa lũ`; the hour may also stand first."""
    at, line = _take(tidy(text), _read_time)
    day, line = _take(line, lambda words: _read_day(words, today))
    if day is None:
        raise BadWhen("the line names no day")
    return When(day, *_hour_and_rest(line, at))


def parse_rule_line(text: str) -> RuleLine:
    """Read a line such as `24 19:30 Nhà văn hoá bản`; the hour may also stand first.

    Raises `BadRule` for the rule and `BadWhen` for the hour.
    """
    at, line = _take(tidy(text), _read_time)
    read: tuple[MonthlyRule | None, str] = _take(line, _read_rule)  # mypy: the bare join is `object`
    rule, line = read
    if rule is None:
        raise BadRule("the line names no monthly rule")
    at, place = _hour_and_rest(line, at)
    return RuleLine(rule, at, _PLACE_WORD.sub("", place) or None)


def _take(line: str, read: Callable[[str], _T | None]) -> tuple[_T | None, str]:
    """Read the longest readable beginning of a line; also give what follows it."""
    ends = [word.end() for word in islice(re.finditer(r"\S+", line), _LONGEST_PHRASE)]
    for end in reversed(ends):
        value = read(line[:end])
        if value is not None:
            return value, line[end:].lstrip(" ,;:–").removeprefix("- ")
    return None, line


def _hour_and_rest(line: str, at: time | None) -> tuple[time | None, str]:
    """Read the hour, unless it was read before; also give the other words.

    Words that look like an hour and were not read as one are refused: an hour lost in silence would
    call people at the wrong time.
    """
    if _UNREAD.match(line.lower()):
        raise BadWhen("the day goes on in words that cannot be read")
    if at is None:
        at, line = _take(line, _read_time)
    if at is None and (line[:1].isdigit() or _HOUR_INSIDE.search(line.lower())):
        raise BadWhen("the hour must follow the day")
    return at, line


def _read_rule(text: str) -> MonthlyRule | None:
    return read_rule(text.replace(",", " "))


def _read_time(text: str) -> time | None:
    found = _TIME.fullmatch(squeeze(text))
    if found is None:
        return None
    hour = _hour(int(found["hour"]), found["after"] or found["before"])
    minute = 30 if found["half"] else int(found["minute"] or found["digit"] or 0)
    if found["short"]:
        hour, minute = hour - 1, 60 - int(found["short"])
    try:
        return time(hour, minute)
    except ValueError as error:
        raise BadWhen("no such hour") from error


def _hour(number: int, part: str | None) -> int:
    """Find the hour of 24 that a number and a part of the day mean together: 7 in the evening is 19."""
    if part is None:
        return number
    first, last = _PARTS[fold(part)]
    for hour in (number, number + 12):
        if first <= hour <= last:
            return hour
    raise BadWhen("the hour is not in that part of the day")


def _read_day(text: str, today: date) -> date | None:
    plain = squeeze(text.replace(",", " "))
    try:
        if found := _RELATIVE.fullmatch(plain):
            return today + timedelta(_FOLDED_AHEAD[fold(found["ahead"])])
        if found := _WEEKDAY.fullmatch(plain):
            return _next_weekday(found, today)
        if found := _DATE.fullmatch(plain) or _ISO.fullmatch(plain):
            return _agreeing(_calendar_day(found, today), found["weekday"])
        if found := _NUMBER.fullmatch(plain):
            return _agreeing(_next_number(int(found["day"]), today), found["weekday"])
    except BadWhen:
        raise
    except (ValueError, OverflowError) as error:
        raise BadWhen("no such day") from error
    return None


def _next_weekday(found: re.Match[str], today: date) -> date:
    """Weeks begin on Monday (vietnamese.md 7)."""
    weekday = weekday_number(found["weekday"])
    if found["following"]:
        return today + timedelta(7 - today.weekday() + weekday)
    if found["this"]:
        if weekday < today.weekday():
            raise BadWhen("that day of this week is over")
        return today + timedelta(weekday - today.weekday())
    return today + timedelta((weekday - today.weekday() - 1) % 7 + 1)


def _calendar_day(found: re.Match[str], today: date) -> date:
    month, day = int(found["month"]), int(found["day"])
    if found["year"]:
        year = int(found["year"])
        return date(year if year >= 100 else 2000 + year, month, day)
    date(2000, month, day)  # a leap year: what it does not have, no year has
    year = today.year
    while not Period(year, month).last_day.day >= day or date(year, month, day) < today:
        year += 1
    return date(year, month, day)


def _next_number(number: int, today: date) -> date:
    if not 1 <= number <= 31:
        raise BadWhen("a day of the month is 1 to 31")
    period = Period.of(today)
    while number > period.last_day.day or period.first_day.replace(day=number) < today:
        period = period.next()
    return period.first_day.replace(day=number)


def _agreeing(day: date, weekday: str | None) -> date:
    if weekday and weekday_number(weekday) != day.weekday():
        raise BadWhen("that date is another weekday")
    return day
