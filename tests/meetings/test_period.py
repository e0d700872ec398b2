from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.period import BadPeriod, Period

periods = st.builds(Period, st.integers(1, 9999), st.integers(1, 12))
inner = st.builds(Period, st.integers(2, 9998), st.integers(1, 12))


@pytest.mark.parametrize(
    "text", ["2026-11", "11/2026", "11-2026", " 11/2026. ", "tháng 11/2026", "Thang 11-2026"]
)
def test_a_month_is_read_in_each_usual_form(text: str) -> None:
    assert Period.parse(text) == Period(2026, 11)


def test_a_month_without_its_zero_is_read() -> None:
    assert Period.parse("3/2026") == Period.parse("2026-3") == Period(2026, 3)


@pytest.mark.parametrize("text", ["", "11", "2026", "13/2026", "0/2026", "2026-00", "11/26", "0000-11", "a"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(BadPeriod):
        Period.parse(text)


@given(st.text(max_size=10_000))
def test_any_text_is_a_month_or_a_bad_period(text: str) -> None:
    try:
        Period.parse(text)
    except BadPeriod:
        return


@given(periods)
def test_a_written_month_reads_back(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(inner)
def test_next_and_previous_undo_each_other(period: Period) -> None:
    assert period.next().previous() == period.previous().next() == period
    assert period.previous() < period < period.next()


@given(inner)
def test_months_join_without_a_gap(period: Period) -> None:
    assert period.last_day + timedelta(1) == period.next().first_day


@given(st.dates())
def test_each_day_lies_in_its_month_only(day: date) -> None:
    period = Period.of(day)
    assert period.contains(day)
    assert period.first_day <= day <= period.last_day
    assert not Period(period.year, period.month % 12 + 1).contains(day)


def test_a_year_turns() -> None:
    assert Period(2026, 12).next() == Period(2027, 1)
    assert Period(2027, 1).previous() == Period(2026, 12)


@pytest.mark.parametrize("beyond", [Period(9999, 12).next, Period(1, 1).previous])
def test_the_calendar_ends(beyond: Callable[[], Period]) -> None:
    with pytest.raises(BadPeriod):
        beyond()


def test_february_knows_leap_years() -> None:
    assert Period(2028, 2).last_day == date(2028, 2, 29)
    assert Period(2027, 2).last_day == date(2027, 2, 28)


def test_a_quarter_has_three_months() -> None:
    assert [Period(2026, month).quarter for month in range(1, 13)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
