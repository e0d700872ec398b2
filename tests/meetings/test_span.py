"""A typed range of days, on Tuesday, 24 November 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.span import LONGEST, Span, TooLong, parse_span
from meetings.when import BadWhen

TODAY = date(2026, 11, 24)
TO_26TH = Span(TODAY, date(2026, 11, 26))


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("24/11-26/11", TO_26TH),
        ("24/11 - 26/11", TO_26TH),
        ("24/11–26/11/2026", TO_26TH),
        ("24-26/11", TO_26TH),
        ("từ 24/11 đến 26/11", TO_26TH),
        ("tu ngay 24/11 den ngay 26/11", TO_26TH),
        ("24-11-2026 - 26-11-2026", TO_26TH),
        ("2026-11-24 - 2026-11-26", TO_26TH),
        ("hôm nay - thứ năm", TO_26TH),
        ("24/11", Span(TODAY, TODAY)),
        ("mai", Span(date(2026, 11, 25), date(2026, 11, 25))),
        ("28/12-3/1", Span(date(2026, 12, 28), date(2027, 1, 3))),
        ("20/11-22/11", Span(date(2026, 11, 20), date(2026, 11, 22))),  # over, and not next year's
        ("20/11-26/11", Span(date(2026, 11, 20), date(2026, 11, 26))),
    ],
)
def test_ranges_as_people_type_them(typed: str, span: Span) -> None:
    assert parse_span(typed, TODAY) == span


@pytest.mark.parametrize(
    "typed", ["", "-", "bão", "24/11-", "31/11-2/12", "26/11-24/11", "24/11 26/11", "33-34/11"]
)
def test_what_is_no_range_is_refused(typed: str) -> None:
    with pytest.raises(BadWhen):
        parse_span(typed, TODAY)


def test_a_range_of_more_than_sixty_days_is_too_long() -> None:
    assert parse_span("1/12-30/01", TODAY).last - date(2026, 12, 1) == timedelta(days=LONGEST)
    with pytest.raises(TooLong):
        parse_span("1/12-31/01", TODAY)


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(0, LONGEST), st.integers(-LONGEST, 200))
def test_any_range_with_its_years_is_read_as_written(first: date, days: int, away: int) -> None:
    last = first + timedelta(days=days)
    typed = f"{first:%d/%m/%Y}-{last:%d/%m/%Y}"
    assert parse_span(typed, first + timedelta(days=away)) == Span(first, last)
