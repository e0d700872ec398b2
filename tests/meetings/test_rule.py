from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vnlunar import get_lunar_date, get_solar_date

from meetings.period import Period
from meetings.rule import (
    BadRule,
    DayOfMonth,
    LastDay,
    LunarDay,
    MonthlyRule,
    NthWeekday,
    day_in,
    parse_rule,
    rule_code,
)

rules: st.SearchStrategy[MonthlyRule] = st.one_of(
    st.builds(DayOfMonth, st.integers(1, 31)),
    st.just(LastDay()),
    st.builds(NthWeekday, st.sampled_from([1, 2, 3, 4, -1]), st.integers(0, 6)),
    st.builds(LunarDay, st.integers(1, 30)),
)
periods = st.builds(Period, st.integers(1, 9999), st.integers(1, 12))
near_periods = st.builds(Period, st.integers(1970, 2199), st.integers(1, 12))

# domain.md 14: mùng 1 Tết and Giỗ Tổ (10/3 lunar).
FEASTS = [
    (2024, date(2024, 2, 10), date(2024, 4, 18)),
    (2025, date(2025, 1, 29), date(2025, 4, 7)),
    (2026, date(2026, 2, 17), date(2026, 4, 26)),
    (2027, date(2027, 2, 6), date(2027, 4, 16)),
    (2028, date(2028, 1, 26), date(2028, 4, 4)),
    (2029, date(2029, 2, 13), date(2029, 4, 23)),
    (2030, date(2030, 2, 2), date(2030, 4, 12)),
    (2031, date(2031, 1, 23), date(2031, 4, 1)),
]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("24", "24"),
        (" 24. ", "24"),
        ("03", "3"),
        ("last", "last"),
        ("first-monday", "first-monday"),
        ("Last Sunday", "last-sunday"),
        ("third_friday", "third-friday"),
        ("lunar-15", "lunar-15"),
        ("lunar 1", "lunar-1"),
        ("ngày 24", "24"),
        ("Ngay 24 hang thang", "24"),
        ("24 dương lịch", "24"),
        ("cuối tháng", "last"),
        ("ngày cuối tháng", "last"),
        ("ngay cuoi cung cua thang", "last"),
        ("thứ hai đầu tiên", "first-monday"),
        ("thu hai dau tien", "first-monday"),
        ("thứ hai thứ nhất", "first-monday"),
        ("thứ 2 đầu tháng", "first-monday"),
        ("t2 tuần đầu", "first-monday"),
        ("thứ năm tuần thứ hai", "second-thursday"),
        ("thứ năm thứ hai", "second-thursday"),
        ("thu 5 tuan 2", "second-thursday"),
        ("thứ ba thứ ba của tháng", "third-tuesday"),
        ("thứ tư tuần thứ tư", "fourth-wednesday"),
        ("thứ sáu cuối cùng", "last-friday"),
        ("thứ sáu cuối tháng", "last-friday"),
        ("thu sau tuan cuoi cung", "last-friday"),
        ("thứ bảy đầu tiên", "first-saturday"),
        ("chủ nhật đầu tiên", "first-sunday"),
        ("CN tuần cuối", "last-sunday"),
        ("rằm", "lunar-15"),
        ("ngày rằm hằng tháng", "lunar-15"),
        ("ram am lich", "lunar-15"),
        ("mùng 1 âm lịch", "lunar-1"),
        ("mồng một âm lịch", "lunar-1"),
        ("mung 10 am", "lunar-10"),
        ("15 âm lịch", "lunar-15"),
        ("ngày 30 al", "lunar-30"),
        ("mùng 5 dương lịch", "5"),
    ],
)
def test_a_rule_is_read_from_its_code_and_from_typed_words(text: str, code: str) -> None:
    assert rule_code(parse_rule(text)) == code


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "32", "ngày 32", "24.5", "-1", "lunar-31", "lunar-0", "31 âm lịch", "24/12"),
        *("fifth-monday", "first-day", "thứ hai", "thứ tám đầu tiên", "thứ năm tuần thứ năm", "tháng"),
        *("mùng 5", "mùng 15 âm lịch", "24 19:30", "rằm tháng giêng"),
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(BadRule):
        parse_rule(text)


@pytest.mark.parametrize(("nth", "weekday"), [(0, 0), (5, 0), (-2, 0), (1, 7), (1, -1)])
def test_a_weekday_rule_that_cannot_be_is_refused(nth: int, weekday: int) -> None:
    with pytest.raises(BadRule):
        NthWeekday(nth, weekday)


@given(rules)
def test_every_code_reads_back(rule: MonthlyRule) -> None:
    assert parse_rule(rule_code(rule)) == parse_rule(str(rule)) == rule


@given(st.text(max_size=10_000) | st.text(alphabet="0123456789 -thứngàyâmlịcrằùđầucn", max_size=40))
def test_any_text_is_a_rule_or_a_bad_rule(text: str) -> None:
    try:
        parse_rule(text)
    except BadRule:
        return


@given(rules, periods)
def test_the_day_of_a_rule_lies_in_its_month(rule: MonthlyRule, period: Period) -> None:
    day = day_in(rule, period)
    if day is None:
        assert isinstance(rule, LunarDay)
    else:
        assert period.contains(day)


@given(st.integers(1, 31), periods)
def test_a_day_is_kept_or_clamped_to_the_end(number: int, period: Period) -> None:
    day = day_in(DayOfMonth(number), period)
    assert day is not None
    assert day.day == number or (day == period.last_day and number > day.day)


@given(st.sampled_from([1, 2, 3, 4, -1]), st.integers(0, 6), periods)
def test_the_nth_weekday_is_the_nth_when_counted(nth: int, weekday: int, period: Period) -> None:
    days = [period.first_day + timedelta(n) for n in range(period.last_day.day)]
    counted = [day for day in days if day.weekday() == weekday]
    assert day_in(NthWeekday(nth, weekday), period) == counted[nth if nth == -1 else nth - 1]


@given(st.integers(1, 29), near_periods)
def test_a_lunar_day_is_the_first_of_its_number(number: int, period: Period) -> None:
    days = [period.first_day + timedelta(n) for n in range(period.last_day.day)]
    hits = [day for day in days if get_lunar_date(day.day, day.month, day.year)["day"] == number]
    assert day_in(LunarDay(number), period) == (hits[0] if hits else None)


@given(near_periods)
def test_the_thirtieth_lunar_day_is_the_eve_of_the_next_lunar_month(period: Period) -> None:
    day = day_in(LunarDay(30), period)
    if day is not None:
        eve = day + timedelta(1)
        assert get_lunar_date(eve.day, eve.month, eve.year)["day"] == 1


@pytest.mark.parametrize(
    ("code", "period", "day"),
    [
        ("24", Period(2026, 11), date(2026, 11, 24)),
        ("31", Period(2026, 11), date(2026, 11, 30)),
        ("31", Period(2027, 2), date(2027, 2, 28)),
        ("30", Period(2028, 2), date(2028, 2, 29)),
        ("last", Period(2026, 12), date(2026, 12, 31)),
        ("first-monday", Period(2026, 6), date(2026, 6, 1)),
        ("second-thursday", Period(2026, 12), date(2026, 12, 10)),
        ("last-friday", Period(2026, 7), date(2026, 7, 31)),
        ("lunar-15", Period(2026, 11), date(2026, 11, 23)),
        # The lunar month from 15/01/2029 has 29 days: no 30 Chạp (domain.md 14).
        ("lunar-30", Period(2029, 2), date(2029, 2, 12)),
        # 2025 has a leap 6th month, from 25/07: a hit is a hit.
        ("lunar-1", Period(2025, 7), date(2025, 7, 25)),
        ("lunar-15", Period(2025, 8), date(2025, 8, 8)),
    ],
)
def test_a_rule_gives_its_day(code: str, period: Period, day: date) -> None:
    assert day_in(parse_rule(code), period) == day


def test_a_lunar_day_that_comes_twice_in_a_month_takes_the_first() -> None:
    hits = [n for n in range(1, 32) if get_lunar_date(n, 12, 2025)["day"] == 12]
    assert hits == [1, 31]
    assert day_in(LunarDay(12), Period(2025, 12)) == date(2025, 12, 1)


def test_a_lunar_day_may_miss_a_month() -> None:
    missed = [
        (number, period)
        for number in range(1, 31)
        for period in (Period(year, 2) for year in range(2024, 2032))
        if day_in(LunarDay(number), period) is None
    ]
    assert missed
    assert all(get_lunar_date(1, 2, p.year)["day"] != number for number, p in missed)


@pytest.mark.parametrize(("year", "new_year", "ancestors"), FEASTS)
def test_the_library_knows_tet_and_the_ancestors_day(year: int, new_year: date, ancestors: date) -> None:
    for (day, month), feast in (((1, 1), new_year), ((10, 3), ancestors)):
        solar = get_solar_date(day, month, year)
        assert date(solar["year"], solar["month"], solar["day"]) == feast
        assert day_in(LunarDay(day), Period.of(feast)) == feast


@pytest.mark.parametrize("new_year", [date(1985, 1, 21), date(2007, 2, 17), date(2030, 2, 2)])
def test_the_calendar_is_the_vietnamese_not_the_chinese(new_year: date) -> None:
    lunar = get_lunar_date(new_year.day, new_year.month, new_year.year)
    assert (lunar["day"], lunar["month"], lunar["year"]) == (1, 1, new_year.year)


@pytest.mark.parametrize(("year", "month"), [(2025, 6), (2028, 5), (2031, 3)])
def test_the_library_knows_the_leap_months(year: int, month: int) -> None:
    assert get_solar_date(1, month, year, 1) is not None
