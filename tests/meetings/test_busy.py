"""The committee's own time, as it is typed, and which half-days a time touches."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.busy import HalfDay, Span, halves, read_busy
from meetings.when import BadWhen

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 11, 10)
DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("line", "begins", "ends"),
    [
        ("24/11 14:00-16:00 Họp Ban Thường vụ", 14 * 60, 16 * 60),
        ("24/11 14:00 - 16:30", 14 * 60, 16 * 60 + 30),
        ("24/11 từ 7h30 đến 11h họp", 7 * 60 + 30, 11 * 60),
        ("14 giờ đến 16 giờ 24/11", 14 * 60, 16 * 60),
        ("24/11/2026 19g30–21g", 19 * 60 + 30, 21 * 60),
        ("Thứ Ba 24/11 14:00", 14 * 60, 16 * 60),
        ("24/11 23:00", 23 * 60, 24 * 60),
        ("24/11 tối", 18 * 60, 24 * 60),
        ("24/11 sang hop", 0, 12 * 60),
        ("24/11 chiều, họp giao ban", 12 * 60, 18 * 60),
        ("24/11", 0, 24 * 60),
        ("24/11 cả ngày", 0, 24 * 60),
        ("24/11 đi cơ sở", 0, 24 * 60),
    ],
)
def test_a_day_with_its_hours_is_read_and_the_rest_is_dropped(line: str, begins: int, ends: int) -> None:
    assert read_busy(line, TODAY) == Span(DAY, begins, ends)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "họp",
        "24/11 16:00-14:00",
        "24/11 14:00-14:00",
        "09/11/2026",
        "09/11 14:00-16:00",
        "11/09",
        "31/02",
        "24/11 25:00-26:00",
        "24/11 họp 14:00",
    ],
)
def test_what_is_no_day_with_hours_is_refused(line: str) -> None:
    with pytest.raises(BadWhen):
        read_busy(line, TODAY)


@given(st.text(max_size=60))
def test_anything_typed_is_read_or_refused(line: str) -> None:
    with suppress(BadWhen):
        read_busy(line, TODAY)


@pytest.mark.parametrize(
    ("begins", "ends", "found"),
    [
        ((8, 0), (10, 0), {HalfDay.MORNING}),
        ((10, 30), (12, 0), {HalfDay.MORNING}),
        ((10, 30), (12, 1), {HalfDay.MORNING, HalfDay.AFTERNOON}),
        ((17, 0), (18, 30), {HalfDay.AFTERNOON, HalfDay.EVENING}),
        ((18, 0), (19, 30), {HalfDay.EVENING}),
    ],
)
def test_a_time_touches_the_half_days_it_lasts_into(
    begins: tuple[int, int], ends: tuple[int, int], found: set[HalfDay]
) -> None:
    day = datetime(2026, 11, 24, tzinfo=ZONE)
    at = [day + timedelta(hours=h, minutes=m) for h, m in (begins, ends)]
    assert halves(at[0], at[1]) == {(DAY, half) for half in found}


def test_a_late_evening_touches_the_next_morning_and_a_day_all_of_its_own() -> None:
    late = datetime(2026, 12, 31, 23, 0, tzinfo=ZONE)
    new_year = late.date() + timedelta(days=1)
    assert halves(late, late + timedelta(minutes=90)) == {
        (late.date(), HalfDay.EVENING),
        (new_year, HalfDay.MORNING),
    }
    midnight = datetime(2026, 11, 24, tzinfo=ZONE)
    assert halves(midnight, midnight + timedelta(days=1)) == {(DAY, half) for half in HalfDay}
