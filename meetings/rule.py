"""The monthly rule (domain.md 4.1): its codes (contract.md, roster `day`), its typed forms, its days."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, assert_never

from vnlunar import get_lunar_date

from meetings.folding import fold, spellings, squeeze
from meetings.period import Period


class BadRule(ValueError):
    """No monthly rule. The text itself is not repeated: errors end in logs."""


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """Day 1 to 31; in a shorter month its last day."""

    number: int

    def __post_init__(self) -> None:
        _require(1 <= self.number <= 31, "a day of the month is 1 to 31")

    def __str__(self) -> str:
        return str(self.number)


@dataclass(frozen=True, slots=True)
class LastDay:
    def __str__(self) -> str:
        return "last"


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The first to fourth (1 to 4) or last (-1) weekday of the month; Monday is 0."""

    nth: int
    weekday: int

    def __post_init__(self) -> None:
        _require(self.nth in _NTH_CODES.values(), "a weekday is the first to fourth or the last")
        _require(0 <= self.weekday <= 6, "a weekday is 0 to 6")

    def __str__(self) -> str:
        return f"{_code(_NTH_CODES, self.nth)}-{_code(_WEEKDAY_CODES, self.weekday)}"


@dataclass(frozen=True, slots=True)
class LunarDay:
    """Day 1 to 30 of the Vietnamese lunar month; 30 is 29 in a month of 29 days. Leap months count."""

    number: int

    def __post_init__(self) -> None:
        _require(1 <= self.number <= 30, "a lunar day is 1 to 30")

    def __str__(self) -> str:
        return f"lunar-{self.number}"


MonthlyRule = DayOfMonth | LastDay | NthWeekday | LunarDay

_NTH_CODES: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_WEEKDAY_CODES: Final = {
    "monday": 0,
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "friday": 4,
    "saturday": 5,
    "sunday": 6,
}

# What people type. A phrase matches with its accents or without any (see `spellings`).
WEEKDAYS: Final = (
    {f"thứ {name}": day for day, name in enumerate(("hai", "ba", "tư", "năm", "sáu", "bảy"))}
    | {f"{prefix}{day + 2}": day for prefix in ("thứ ", "thứ", "t") for day in range(6)}
    | {"thứ bẩy": 5, "chủ nhật": 6, "chúa nhật": 6, "cn": 6}
)
_NTH: Final = (
    dict.fromkeys(("đầu", "đầu tiên", "đầu tháng", "thứ nhất", "thứ 1", "tuần 1", "tuần một"), 1)
    | dict.fromkeys(("thứ hai", "thứ 2", "tuần 2", "tuần hai"), 2)
    | dict.fromkeys(("thứ ba", "thứ 3", "tuần 3", "tuần ba"), 3)
    | dict.fromkeys(("thứ tư", "thứ 4", "tuần 4", "tuần tư", "tuần bốn"), 4)
    | dict.fromkeys(("cuối", "cuối cùng", "cuối tháng"), -1)
)
_COUNT: Final = {
    name: number
    for number, name in enumerate("một hai ba bốn năm sáu bảy tám chín mười".split(), start=1)  # noqa: SIM905
}

WEEKDAY_PATTERN: Final = spellings(*WEEKDAYS)
_DAY: Final = spellings("ngày")
_LUNAR: Final = spellings("âm lịch", "âm", "al")
_MONTHLY: Final = f"(?: {spellings('hằng tháng', 'hàng tháng', 'mỗi tháng', 'của tháng', 'trong tháng')})?"
_NUMBER: Final = r"(?P<number>[0-9]{1,2})"


def parse_rule(text: str) -> MonthlyRule:
    """Read a code (`24`, `last`, `first-monday`, `lunar-15`) or its typed Vietnamese; else `BadRule`."""
    rule = read_rule(text)
    if rule is None:
        raise BadRule("not a monthly rule")
    return rule


def read_rule(text: str) -> MonthlyRule | None:
    """Like `parse_rule`, but None where the words are no rule at all; `BadRule` where a number cannot be."""
    plain = re.sub(r"(?<=\w)[-_](?=\w)", " ", squeeze(text))
    for pattern, build in _FORMS:
        found = pattern.fullmatch(plain)
        if found is not None:
            return build(found)
    return None


def rule_code(rule: MonthlyRule) -> str:
    """Write the code of contract.md; `parse_rule` reads it back."""
    return str(rule)


def day_in(rule: MonthlyRule, period: Period) -> date | None:
    """Find the local date of the rule in a month; None where a lunar day does not fall into it."""
    match rule:
        case DayOfMonth(number):
            return period.first_day.replace(day=min(number, period.last_day.day))
        case LastDay():
            return period.last_day
        case NthWeekday(nth, weekday):
            return _nth_weekday(nth, weekday, period)
        case LunarDay(number):
            return _first_lunar(number, period)
        case _:
            assert_never(rule)


def lunar_days_beside(rule: LunarDay, period: Period) -> tuple[date, date]:
    """The last such day before a month and the first one after it."""
    before, after = period.first_day - timedelta(1), period.last_day + timedelta(1)
    while not _is_lunar(rule.number, before):
        before -= timedelta(1)
    while not _is_lunar(rule.number, after):
        after += timedelta(1)
    return before, after


def weekday_number(typed: str) -> int:
    """Monday 0 to Sunday 6, for text that `WEEKDAY_PATTERN` matched."""
    return _FOLDED_WEEKDAYS[fold(typed)]


def _nth_weekday(nth: int, weekday: int, period: Period) -> date:
    if nth == -1:
        return period.last_day - timedelta((period.last_day.weekday() - weekday) % 7)
    first = (weekday - period.first_day.weekday()) % 7
    return period.first_day + timedelta(first + 7 * (nth - 1))


def _first_lunar(number: int, period: Period) -> date | None:
    days = (period.first_day + timedelta(n) for n in range(period.last_day.day))
    return next((day for day in days if _is_lunar(number, day)), None)


def _is_lunar(number: int, day: date) -> bool:
    lunar = _lunar_day(day)
    if number == 30 and lunar == 29 and day < date.max:
        return _lunar_day(day + timedelta(1)) == 1
    return lunar == number


def _lunar_day(day: date) -> int:
    # Without a zone the library answers from the published Vietnamese tables, not from the Chinese calendar.
    number: int = get_lunar_date(day.day, day.month, day.year)["day"]
    return number


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise BadRule(otherwise)


def _code(codes: dict[str, int], value: int) -> str:
    return next(code for code, number in codes.items() if number == value)


def _folded(phrases: dict[str, int]) -> dict[str, int]:
    return {fold(phrase): value for phrase, value in phrases.items()}


_FOLDED_WEEKDAYS: Final = _folded(WEEKDAYS)
_FOLDED_NTH: Final = _folded(_NTH)
_FOLDED_COUNT: Final = _folded(_COUNT)


def _solar(found: re.Match[str]) -> MonthlyRule:
    return DayOfMonth(int(found["number"]))


def _lunar(found: re.Match[str]) -> MonthlyRule:
    return LunarDay(int(found["number"]))


def _early(found: re.Match[str]) -> MonthlyRule:
    """`mùng` is said of lunar and of solar days alike, so the calendar must be named; days 1 to 10."""
    number = _FOLDED_COUNT.get(fold(found["number"])) or int(found["number"])
    _require(number <= 10, "an early day is 1 to 10")
    _require(found["calendar"] is not None, "lunar or solar must be said")
    return DayOfMonth(number) if fold(found["calendar"]).startswith("duong") else LunarDay(number)


def _weekday(found: re.Match[str]) -> MonthlyRule:
    nth = fold(found["nth"])
    return NthWeekday(_FOLDED_NTH[nth], weekday_number(found["weekday"]))


def _coded_weekday(found: re.Match[str]) -> MonthlyRule:
    return NthWeekday(_NTH_CODES[found["nth"]], _WEEKDAY_CODES[found["weekday"]])


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], MonthlyRule]], ...]] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (rf"(?:{_DAY} )?{_NUMBER}(?: {spellings('dương lịch')})?{_MONTHLY}", _solar),
        (rf"(?:last(?: day)?|(?:{_DAY} )?{spellings('cuối tháng', 'ngày cuối', 'ngày cuối cùng')}{_MONTHLY})", lambda _: LastDay()),
        (rf"(?P<nth>{'|'.join(_NTH_CODES)}) (?P<weekday>{'|'.join(_WEEKDAY_CODES)})", _coded_weekday),
        (rf"(?P<weekday>{WEEKDAY_PATTERN}) (?:{spellings('tuần')} )?(?P<nth>{spellings(*_NTH)}){_MONTHLY}", _weekday),
        (rf"lunar {_NUMBER}", _lunar),
        (rf"(?:{_DAY} )?{spellings('rằm')}(?: {_LUNAR})?{_MONTHLY}", lambda _: LunarDay(15)),
        (rf"(?:{_DAY} )?{_NUMBER} {_LUNAR}{_MONTHLY}", _lunar),
        (
            rf"(?:{_DAY} )?{spellings('mùng', 'mồng')} (?P<number>[0-9]{{1,2}}|{spellings(*_COUNT)})"
            rf"(?: (?P<calendar>{_LUNAR}|{spellings('dương lịch')}))?{_MONTHLY}",
            _early,
        ),
    )
)  # fmt: skip
