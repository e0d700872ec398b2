"""The table of domain.md 14 for 2024 to 2031, what the policy may change, and the days that are proposed."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from vnlunar import get_lunar_date, get_solar_date

from meetings.holidays import (
    DECIDED_THROUGH,
    Calendar,
    Change,
    ClashKind,
    DayKind,
    DayStatus,
    Feast,
    Holiday,
    of_country,
)
from meetings.period import Period
from meetings.rule import LunarDay, day_in

COUNTRY = Calendar()

# domain.md 14: year, mùng 1 Tết and Giỗ Tổ with their weekdays.
FEASTS = [
    (2024, "Sat 10/02", "Thu 18/04"),
    (2025, "Wed 29/01", "Mon 07/04"),
    (2026, "Tue 17/02", "Sun 26/04"),
    (2027, "Sat 06/02", "Fri 16/04"),
    (2028, "Wed 26/01", "Tue 04/04"),
    (2029, "Tue 13/02", "Mon 23/04"),
    (2030, "Sat 02/02", "Fri 12/04"),
    (2031, "Thu 23/01", "Tue 01/04"),
]
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def named(year: int, text: str) -> date:
    weekday, _, day = text.partition(" ")
    number, _, month = day.partition("/")
    found = date(year, int(month), int(number))
    assert WEEKDAYS[found.weekday()] == weekday
    return found


def why(day: date, calendar: Calendar = COUNTRY) -> str | None:
    """A short word for the clash of a day: `eve 28`, `tet 2`, `break`, `culture?` with a mark if planned."""
    clash = calendar.clash(day)
    if clash is None:
        return None
    word = {
        ClashKind.TET_EVE: f"eve {clash.lunar}",
        ClashKind.TET_DAYS: f"tet {clash.lunar}",
        ClashKind.TET_BREAK: "break",
        ClashKind.HOLIDAY: str(clash.holiday and clash.holiday.feast),
    }[clash.kind]
    return f"{word}?" if clash.planned else word


@pytest.mark.parametrize(("year", "new_year", "ancestors"), FEASTS)
def test_tet_and_the_ancestors_day_are_in_the_table(year: int, new_year: str, ancestors: str) -> None:
    for day, feast in ((named(year, new_year), Feast.TET), (named(year, ancestors), Feast.HUNG_KINGS)):
        assert of_country(year)[day] == Holiday(day, feast, DayKind.PUBLIC, DayStatus.CONFIRMED)
    assert why(named(year, new_year)) == "tet 1"
    assert why(named(year, ancestors)) == "hung_kings"


@pytest.mark.parametrize(
    ("day", "clash"),
    [
        # 2026: day 24: 24/02 = mùng 8, after the break; 24/11 is a Tuesday.
        (date(2026, 2, 24), None),
        (date(2026, 11, 24), "culture?"),
        # 2027: day 3 = 27 Chạp; days 5 to 10 in the break.
        (date(2027, 2, 3), None),
        (date(2027, 2, 4), "eve 28"),
        (date(2027, 2, 5), "eve 29"),
        (date(2027, 2, 6), "tet 1"),
        (date(2027, 2, 7), "tet 2"),
        (date(2027, 2, 8), "tet 3"),
        (date(2027, 2, 9), "tet 4"),
        (date(2027, 2, 10), "tet 5"),
        (date(2027, 2, 11), None),
        # 2028: day 24 = 28 Chạp; day 4 = Giỗ Tổ.
        (date(2028, 1, 24), "eve 28"),
        (date(2028, 4, 4), "hung_kings"),
        # 2029: 12/02 = 29 Chạp, the eve: there is no 30 Chạp.
        (date(2029, 2, 12), "eve 29"),
        (date(2029, 2, 13), "tet 1"),
        # 2030: 3/2, the Party's 100th anniversary, = mùng 2; the Chinese new year is on this day.
        (date(2030, 2, 3), "tet 2"),
        (date(2030, 2, 2), "tet 1"),
        # 2031: day 24 = mùng 2.
        (date(2031, 1, 24), "tet 2"),
    ],
)
def test_a_clash_to_test_of_the_table(day: date, clash: str | None) -> None:
    assert why(day) == clash


@pytest.mark.parametrize(("year", "new_year", "_ancestors"), FEASTS)
def test_from_28_chap_to_mung_5_every_day_clashes(year: int, new_year: str, _ancestors: str) -> None:
    first = named(year, new_year)
    last_of_chap = get_lunar_date(*_dmy(first - timedelta(1)))["day"]
    eves = [why(first - timedelta(n)) for n in range(last_of_chap - 27, 0, -1)]
    assert eves == [f"eve {n}" for n in range(28, last_of_chap + 1)]
    assert [why(first + timedelta(n)) for n in range(5)] == [f"tet {n}" for n in range(1, 6)]
    assert why(first + timedelta(8)) is None


@pytest.mark.parametrize("year", range(2025, 2033))
def test_no_tet_from_2025_to_2032_has_a_30_chap(year: int) -> None:
    solar = get_solar_date(1, 1, year)
    eve = date(solar["year"], solar["month"], solar["day"]) - timedelta(1)
    assert why(eve) == "eve 29"


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 2, 8), date(2024, 2, 14)),
        (date(2025, 1, 25), date(2025, 2, 2)),
        (date(2026, 2, 14), date(2026, 2, 22)),
    ],
)
def test_the_tet_break_is_the_one_that_was_decided(first: date, last: date) -> None:
    """Weekends that touch it belong to it. In 2024 the 28 Chạp before it was a working day, and clashes."""
    assert all(COUNTRY.clash(first + timedelta(n)) for n in range((last - first).days + 1))
    assert why(last + timedelta(1)) is None
    assert why(first - timedelta(1)) in (None, "eve 28")


@pytest.mark.parametrize(
    ("day", "clash"),
    [
        (date(2026, 1, 1), "new_year"),
        (date(2026, 4, 26), "hung_kings"),
        (date(2026, 4, 27), "day_off"),
        (date(2026, 4, 30), "reunification"),
        (date(2026, 5, 1), "labour"),
        (date(2026, 8, 31), "day_off"),
        (date(2026, 9, 1), "national"),
        (date(2026, 9, 2), "national"),
        (date(2026, 9, 3), None),
        (date(2026, 8, 22), None),
        (date(2025, 11, 24), None),
        (date(2027, 5, 1), "labour"),
        (date(2027, 5, 3), "day_off?"),
        (date(2027, 9, 2), "national"),
        (date(2027, 9, 3), "national?"),
        (date(2027, 11, 24), "culture?"),
        (date(2028, 1, 22), "break?"),
        (date(2026, 2, 22), "break"),
        (date(2026, 11, 22), None),
    ],
)
def test_a_day_of_the_country(day: date, clash: str | None) -> None:
    """What is computed for years to come is planned, what the law itself dates is not; Sundays are free."""
    assert why(day) == clash


def test_a_working_saturday_is_in_the_table_and_is_no_clash() -> None:
    swapped = of_country(2026)[date(2026, 8, 22)]
    assert (swapped.kind, swapped.status) == (DayKind.MAKE_UP, DayStatus.CONFIRMED)
    assert why(date(2026, 8, 22)) is None


@pytest.mark.parametrize("year", range(DECIDED_THROUGH + 1, DECIDED_THROUGH + 6))
def test_of_a_year_to_come_only_the_days_of_the_law_are_confirmed(year: int) -> None:
    confirmed = [one.feast for one in of_country(year).values() if one.status is DayStatus.CONFIRMED]
    assert sorted(confirmed) == sorted(
        [
            *(Feast.NEW_YEAR, Feast.TET, Feast.TET, Feast.TET, Feast.HUNG_KINGS),
            *(Feast.REUNIFICATION, Feast.LABOUR, Feast.NATIONAL),
        ]
    )


# --- what the policy says ----------------------------------------------------------------------------

CULTURE = date(2026, 11, 24)


def test_the_policy_confirms_names_adds_and_removes_days() -> None:
    fair = date(2026, 11, 12)
    said = Calendar(
        (
            Change(CULTURE, CULTURE),
            Change(fair, fair + timedelta(1), "Lễ hội Hoa Ban", DayKind.LOCAL),
            Change(date(2026, 1, 1), date(2026, 1, 1), off=True),
            Change(date(2026, 4, 27), date(2026, 4, 27), kind=DayKind.MAKE_UP),
            Change(date(2026, 12, 24), date(2026, 12, 24), "Lễ", status=DayStatus.PLANNED),
        )
    )
    assert why(CULTURE, said) == "culture"
    clash = said.clash(fair + timedelta(1))
    assert clash is not None
    assert clash.holiday == Holiday(
        fair + timedelta(1), Feast.LOCAL, DayKind.LOCAL, DayStatus.CONFIRMED, "Lễ hội Hoa Ban"
    )
    assert said.clash(fair + timedelta(2)) is None
    assert said.clash(date(2026, 1, 1)) is None
    assert said.clash(date(2026, 4, 27)) is None
    assert why(date(2026, 12, 24), said) == "added?"


def test_of_two_words_about_a_day_the_last_one_holds() -> None:
    off, on = Change(CULTURE, CULTURE, off=True), Change(CULTURE, CULTURE)
    assert why(CULTURE, Calendar((off, on))) == "culture"
    assert why(CULTURE, Calendar((on, off))) is None


def test_a_tet_break_that_was_decided_otherwise_is_taken_over() -> None:
    decided = Calendar((Change(date(2027, 2, 3), date(2027, 2, 12), "Tết Đinh Mùi"),))
    for day, clash in ((3, "break"), (11, "break"), (12, "break"), (13, "break"), (14, "break"), (15, None)):
        assert why(date(2027, 2, day), decided) == clash
    assert (
        why(date(2027, 2, 4), Calendar((Change(date(2027, 2, 4), date(2027, 2, 4), off=True),))) == "eve 28"
    )


def test_a_local_day_inside_the_tet_break_does_not_end_it() -> None:
    """Saturday, 21/02/2026: the Sunday behind it is still one of the days off in a row."""
    fair = date(2026, 2, 21)
    said = Calendar((Change(fair, fair, "Lễ hội", DayKind.LOCAL),))
    assert [why(date(2026, 2, day), said) for day in (20, 21, 22, 23)] == ["tet 4", "tet 5", "break", None]
    worked = Calendar((Change(fair, fair, kind=DayKind.MAKE_UP),))
    assert [why(date(2026, 2, day), worked) for day in (21, 22)] == ["tet 5", None]


# --- proposals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "after", "offered"),
    [
        (CULTURE, date(2026, 11, 10), [25, 23, 26]),
        (CULTURE, CULTURE, [25, 26, 27]),
        (date(2028, 1, 24), date(2028, 1, 10), [21, 20, 19]),
        (date(2028, 1, 24), date(2028, 1, 19), [21, 20, 31]),
        (date(2031, 1, 24), date(2031, 1, 10), [28, 20, 29]),
        (date(2027, 2, 8), date(2027, 1, 25), [11, 12, 13]),
    ],
)
def test_the_nearest_free_days_of_the_month_are_proposed(
    wanted: date, after: date, offered: list[int]
) -> None:
    found = COUNTRY.free_days(wanted, Period.of(wanted), after=after, limit=3)
    assert found == [wanted.replace(day=day) for day in offered]


def test_a_day_with_another_meeting_is_not_proposed() -> None:
    taken = {date(2026, 11, 25)}
    found = COUNTRY.free_days(CULTURE, Period(2026, 11), after=date(2026, 11, 10), taken=taken, limit=3)
    assert [day.day for day in found] == [23, 26, 22]


def test_where_the_month_has_no_free_day_left_the_days_after_it_are_proposed() -> None:
    end = date(2026, 12, 31)
    closed = Calendar((Change(end, end, "Lễ"),))
    found = closed.free_days(end, Period(2026, 12), after=date(2026, 12, 30), limit=2)
    assert found == [date(2027, 1, 2), date(2027, 1, 3)]


dates = st.dates(date(2024, 1, 1), date(2031, 12, 31))
changes = st.lists(
    st.builds(
        lambda first, days, kind, off: Change(first, first + timedelta(days), kind=kind, off=off),
        dates,
        st.integers(0, 31),
        st.sampled_from(DayKind),
        st.booleans(),
    ),
    max_size=4,
).map(tuple)


@settings(deadline=None)
@given(dates, st.integers(0, 40), changes, st.sets(st.integers(-20, 20), max_size=20), st.integers(1, 4))
def test_a_day_that_is_proposed_is_free_and_in_the_month_if_any_is(
    wanted: date, notice: int, said: tuple[Change, ...], busy: set[int], limit: int
) -> None:
    calendar, period, after = Calendar(said), Period.of(wanted), wanted - timedelta(notice)
    taken = {wanted + timedelta(n) for n in busy}
    found = calendar.free_days(wanted, period, after=after, taken=taken, limit=limit)
    assert len(found) == len(set(found)) <= limit
    assert all(calendar.clash(day) is None and day > after and day not in taken for day in found)
    assert wanted not in found
    month = [period.first_day + timedelta(n) for n in range(period.last_day.day)]
    free = [
        day
        for day in month
        if day > after and day not in taken and day != wanted and calendar.clash(day) is None
    ]
    assert [period.contains(day) for day in found] == [n < len(free) for n in range(len(found))]
    near = sorted(abs((day - wanted).days) for day in free)[:limit]
    assert [abs((day - wanted).days) for day in found if period.contains(day)] == near


# --- lunar rules, 2020 to 2050 -----------------------------------------------------------------------

MONTHS = [Period(year, month) for year in range(2020, 2051) for month in range(1, 13)]


def _dmy(day: date) -> tuple[int, int, int]:
    return day.day, day.month, day.year


def lunar(day: date) -> int:
    number: int = get_lunar_date(*_dmy(day))["day"]
    return number


@pytest.mark.parametrize("number", range(1, 31))
def test_a_lunar_rule_takes_the_first_day_of_its_number_in_every_month(number: int) -> None:
    """30 is the last day of its lunar month. Only February, the one short month, can be without such a day."""
    missed = []
    for period in MONTHS:
        days = [period.first_day + timedelta(n) for n in range(period.last_day.day)]
        hits = [
            day
            for day in days
            if lunar(day) == number or (number == 30 and lunar(day) == 29 and lunar(day + timedelta(1)) == 1)
        ]
        assert day_in(LunarDay(number), period) == (hits[0] if hits else None)
        missed += [] if hits else [period]
    assert all(period.month == 2 for period in missed)


@pytest.mark.parametrize("year", range(2020, 2051))
def test_the_table_has_tet_where_the_lunar_year_begins(year: int) -> None:
    """Two sources that know nothing of each other: the holidays' library and the lunar one."""
    solar = get_solar_date(1, 1, year)
    first = date(solar["year"], solar["month"], solar["day"])
    assert {first + timedelta(n) for n in range(-1, 4)} <= set(of_country(year))
    ancestors = get_solar_date(10, 3, year)
    assert of_country(year)[date(year, ancestors["month"], ancestors["day"])].feast is Feast.HUNG_KINGS


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2050, 12, 31)))
def test_a_clash_says_the_lunar_day_as_the_lunar_calendar_does(day: date) -> None:
    clash = COUNTRY.clash(day)
    assume(clash is not None)
    assert clash is not None
    assert clash.lunar == lunar(day)
