"""The monthly rule and the days of the month's report: domain.md 4.1, 4.2 and 13."""

import calendar
from datetime import date, datetime, time, timedelta

from tests.reference.values import Month

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DIGEST_DAY, DIGEST_HOUR, LOCK_DAY = 2, time(7, 30), 5


def month_of(day: date) -> Month:
    return day.year, day.month


def after(month: Month, by: int = 1) -> Month:
    number = month[0] * 12 + month[1] - 1 + by
    return number // 12, number % 12 + 1


def last_day(month: Month) -> date:
    return date(*month, calendar.monthrange(*month)[1])


def day_of(rule: str, month: Month) -> date:
    """`24`, `last`, `first-monday` … `last-friday`; no lunar days here, they have tables of their own."""
    if rule == "last":
        return last_day(month)
    if rule.isdigit():
        return min(date(*month, 1) + timedelta(int(rule) - 1), last_day(month))
    nth, weekday = rule.split("-")
    days = [date(*month, number) for number in range(1, last_day(month).day + 1)]
    fitting = [one for one in days if one.weekday() == WEEKDAYS.index(weekday)]
    return fitting[-1] if nth == "last" else fitting[("first", "second", "third", "fourth").index(nth)]


def digest_at(month: Month) -> datetime:
    """Sent on day 2 of the next month, 07:30."""
    return datetime.combine(date(*after(month), DIGEST_DAY), DIGEST_HOUR)


def locked_from(month: Month) -> datetime:
    """Locked on day 5 of the next month at 23:59: from midnight on."""
    return datetime.combine(date(*after(month), LOCK_DAY) + timedelta(1), time())


def held_late(starts: datetime, month: Month) -> bool:
    """After the period month's end."""
    return starts.date() > last_day(month)
