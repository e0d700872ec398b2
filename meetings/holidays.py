"""Which days are public holidays, Tết or days off of a place, and which are free (domain.md 14).

The days of the country come from the library `holidays`, checked against the table of domain.md 14; what the
policy file says of a day outweighs it. Lunar dates are Vietnamese (UTC+7).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from vnlunar import get_lunar_date

from meetings.period import Period

if TYPE_CHECKING:
    from holidays import HolidayBase

Day: TypeAlias = date
# The last year whose breaks the pinned release of the library knows as decided; raise both together.
DECIDED_THROUGH: Final = 2026
_FURTHEST: Final = 31  # days beyond the month, where nothing inside it is free


class DayKind(StrEnum):
    PUBLIC = "public"
    MAKE_UP = "make_up"  # a working day in place of another: never a clash
    LOCAL = "local"


class DayStatus(StrEnum):
    """A planned day is a clash like a confirmed one; it is only said to be planned."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"


class Feast(StrEnum):
    """What a day off is for. Our words, not the library's: those of compensation days are wrong."""

    NEW_YEAR = "new_year"
    TET = "tet"
    HUNG_KINGS = "hung_kings"
    REUNIFICATION = "reunification"
    LABOUR = "labour"
    NATIONAL = "national"
    CULTURE = "culture"
    DAY_OFF = "day_off"
    ADDED = "added"  # by the policy, without a word of its own
    LOCAL = "local"


class ClashKind(StrEnum):
    """Why a day is bad for a meeting. The lunar days outweigh the table: they hold in every year."""

    TET_EVE = "tet_eve"  # 28 Chạp to the last of it
    TET_DAYS = "tet_days"  # mùng 1 to 5
    TET_BREAK = "tet_break"  # days off around them, weekends included
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day of the table. `name` is the policy's own word for it; empty: that of the feast."""

    day: date
    feast: Feast
    kind: DayKind
    status: DayStatus
    name: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What the policy file says of the days from `first` to `last`; `off`: they are no holidays at all."""

    first: date
    last: date
    name: str = ""
    kind: DayKind = DayKind.PUBLIC
    status: DayStatus = DayStatus.CONFIRMED
    off: bool = False


@dataclass(frozen=True, slots=True)
class Clash:
    """A day on which a meeting would be unwise, and why. `lunar` is the day of its lunar month."""

    day: date
    kind: ClashKind
    lunar: int
    holiday: Holiday | None = None

    @property
    def planned(self) -> bool:
        """Only a day of the table can still be undecided."""
        by_table = self.kind in (ClashKind.HOLIDAY, ClashKind.TET_BREAK)
        return by_table and self.holiday is not None and self.holiday.status is DayStatus.PLANNED


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a cell: those of the country with what the policy changes, the last word winning."""

    changes: tuple[Change, ...] = ()

    def holiday(self, day: date) -> Holiday | None:
        """The entry of the table for a day, a make-up working day included."""
        known = of_country(day.year).get(day)
        said = next((one for one in reversed(self.changes) if one.first <= day <= one.last), None)
        if said is None:
            return known
        if said.off:
            return None
        feast = known.feast if known else _feast(day) or Feast.ADDED
        return Holiday(
            day, Feast.LOCAL if said.kind is DayKind.LOCAL else feast, said.kind, said.status, said.name
        )

    def clash(self, day: date) -> Clash | None:
        """Why not to meet on a day; None for a free one. A weekend alone is no reason."""
        lunar = lunar_of(day)
        holiday = self.holiday(day)
        off = holiday if holiday and holiday.kind is not DayKind.MAKE_UP else None
        if lunar.month == 12 and lunar.day >= 28:
            return Clash(day, ClashKind.TET_EVE, lunar.day, off)
        if lunar.month == 1 and not lunar.leap and lunar.day <= 5:
            return Clash(day, ClashKind.TET_DAYS, lunar.day, off)
        tet = self._tet_break(lunar)
        if day in tet:
            return Clash(day, ClashKind.TET_BREAK, lunar.day, self._least_certain(tet))
        return Clash(day, ClashKind.HOLIDAY, lunar.day, off) if off else None

    def free_days(
        self, wanted: date, period: Period, *, after: date, taken: Collection[date] = (), limit: int
    ) -> list[date]:
        """The nearest free days after a date: those inside the month first, the later of two equally near.

        Where the month has too few, days that follow it: a meeting held late still belongs to its month.
        """
        last = max(period.last_day, wanted) + timedelta(_FURTHEST)
        days = [day for day in _days(period.first_day, last) if day > after and day not in taken]
        found: list[date] = []
        for day in sorted(
            days, key=lambda day: (not period.contains(day), abs((day - wanted).days), day < wanted)
        ):
            if len(found) == limit:
                break
            if day != wanted and self.clash(day) is None:
                found.append(day)
        return found

    def _tet_break(self, lunar: "Lunar") -> frozenset[date]:
        """The days off in a row around mùng 1; nothing for a day that is not near it."""
        if lunar.away_from_tet > _FURTHEST:
            return frozenset()
        found = {lunar.new_year}
        for step in (timedelta(-1), timedelta(1)):
            day = lunar.new_year + step
            while self._is_off(day):
                found.add(day)
                day += step
        return frozenset(found)

    def _least_certain(self, days: Collection[date]) -> Holiday | None:
        found = [holiday for day in sorted(days) if (holiday := self.holiday(day))]
        return next((one for one in found if one.status is DayStatus.PLANNED), next(iter(found), None))

    def _is_off(self, day: date) -> bool:
        holiday = self.holiday(day)
        if holiday is not None:
            return holiday.kind is not DayKind.MAKE_UP
        return day.weekday() >= 5


@dataclass(frozen=True, slots=True)
class Lunar:
    """A date of the Vietnamese lunar calendar, and the mùng 1 Tết nearest to it."""

    solar: date
    day: int
    month: int
    leap: bool
    new_year: date

    @property
    def away_from_tet(self) -> int:
        return abs((self.solar - self.new_year).days)


def lunar_of(day: date) -> Lunar:
    """The lunar date of a day."""
    found = get_lunar_date(day.day, day.month, day.year)
    return Lunar(day, found["day"], found["month"], bool(found["leap"]), _new_year(day.year))


@lru_cache(maxsize=400)
def _new_year(year: int) -> date:
    """Mùng 1 Tết, which always falls from 21 January to 20 February."""
    for day in _days(date(year, 1, 20), date(year, 2, 22)):
        found = get_lunar_date(day.day, day.month, day.year)
        if (found["day"], found["month"], found["leap"]) == (1, 1, 0):
            return day
    raise ValueError("no first day of a lunar year in its weeks")


@lru_cache(maxsize=64)
def of_country(year: int) -> Mapping[date, Holiday]:
    """The table of a year: days off by law or by decision, and the working days they cost."""
    off, working = _library(year)
    table = {day: _national(day) for day in off}
    return table | {day: Holiday(day, Feast.DAY_OFF, DayKind.MAKE_UP, DayStatus.CONFIRMED) for day in working}


def _library(year: int) -> tuple[list[date], list[date]]:
    # Imported late: it takes a third of a second, and most commands of `keng` never ask for a holiday.
    from holidays.countries.vietnam import Vietnam  # noqa: PLC0415

    # A swap across the turn of the year is listed with the year of the day off.
    found: HolidayBase = Vietnam(years=year, language="vi")  # type: ignore[no-untyped-call]
    following: HolidayBase = Vietnam(years=year + 1, language="vi")  # type: ignore[no-untyped-call]
    working = found.weekend_workdays | following.weekend_workdays
    return [day for day in found if day.year == year], [day for day in working if day.year == year]


def _national(day: date) -> Holiday:
    feast = _feast(day)
    by_law = feast in _BY_LAW and not (feast is Feast.NATIONAL and day.day != 2)
    if feast is Feast.TET:
        by_law = 0 <= (day - _new_year(day.year)).days <= 2
    # 80-NQ/TW means 24/11 as a day off; the law's amendment was pending: planned until the policy says so.
    decided = day.year <= DECIDED_THROUGH and feast is not Feast.CULTURE
    status = DayStatus.CONFIRMED if by_law or decided else DayStatus.PLANNED
    return Holiday(day, feast or Feast.DAY_OFF, DayKind.PUBLIC, status)


_BY_LAW: Final = {
    Feast.NEW_YEAR,
    Feast.HUNG_KINGS,
    Feast.REUNIFICATION,
    Feast.LABOUR,
    Feast.NATIONAL,
}
_FIXED: Final = {
    (1, 1): Feast.NEW_YEAR,
    (4, 30): Feast.REUNIFICATION,
    (5, 1): Feast.LABOUR,
    (9, 1): Feast.NATIONAL,  # 2/9 has one adjacent day (Labour Code 2019, Art. 112)
    (9, 2): Feast.NATIONAL,
    (9, 3): Feast.NATIONAL,
    (11, 24): Feast.CULTURE,
}


def _feast(day: date) -> Feast | None:
    """What is kept on a day, by its date alone; None for a day that has nothing of its own."""
    lunar = lunar_of(day)
    if lunar.away_from_tet <= 7:
        return Feast.TET
    if (lunar.day, lunar.month, lunar.leap) == (10, 3, False):
        return Feast.HUNG_KINGS
    return _FIXED.get((day.month, day.day))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(n) for n in range((last - first).days + 1))
