"""What may stand behind `baocao`: months and codes of units, in any order."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from meetings.folding import spellings, squeeze
from meetings.period import BadPeriod, Period

_MOST: Final = 2  # of either: two are compared
_YEARS: Final = range(
    2000, 2100
)  # nothing is told of any other; the first and last year there are have no neighbours
_WORD: Final = re.compile(spellings("tháng", "kỳ", "so", "sánh", "với", "và"))
_ALONE: Final = re.compile(r"[0-9]{1,2}")
_MONTH: Final = re.compile(r"[0-9]{1,4}[/-][0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class ReportLine:
    """None of either: the month that was last due, and the unit one answers for."""

    months: tuple[Period, ...] = ()
    codes: tuple[str, ...] = ()


def parse_report_line(text: str, today: date) -> ReportLine:
    """Read `11/2026 X01-C3`, `11`, `11/2026 10/2026` or `X01 X02`; a month alone is the last one of that number.

    Raises BadPeriod for what looks like a month and is none, or is of another century, and for more than two
    of anything.
    """
    months: list[Period] = []
    codes: list[str] = []
    for word in text.replace(",", " ").split():
        plain = squeeze(word)
        if _ALONE.fullmatch(plain):
            months.append(_last(int(plain), today))
        elif _MONTH.fullmatch(plain):
            months.append(_of_our_time(Period.parse(plain)))
        elif not _WORD.fullmatch(plain):
            codes.append(word)
    if max(len(months), len(codes)) > _MOST or len(months) + len(codes) > _MOST + 1:
        raise BadPeriod("more than two months or units")
    return ReportLine(tuple(months), tuple(codes))


def _of_our_time(period: Period) -> Period:
    if period.year not in _YEARS:
        raise BadPeriod("too far away")
    return period


def _last(month: int, today: date) -> Period:
    return Period(today.year if month <= today.month else today.year - 1, month)
