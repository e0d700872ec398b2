"""What stands behind `baocao`: months and codes, in any order."""

from datetime import date

import pytest

from meetings.period import BadPeriod, Period
from meetings.report_line import ReportLine, parse_report_line

TODAY = date(2026, 12, 10)
NOVEMBER, OCTOBER, YEAR_BEFORE = Period(2026, 11), Period(2026, 10), Period(2025, 11)


@pytest.mark.parametrize(
    ("text", "months", "codes"),
    [
        ("", (), ()),
        ("11/2026", (NOVEMBER,), ()),
        ("2026-11", (NOVEMBER,), ()),
        ("11", (NOVEMBER,), ()),
        ("tháng 11", (NOVEMBER,), ()),
        ("thang 11/2026", (NOVEMBER,), ()),
        ("12", (Period(2026, 12),), ()),
        ("11/2026 X01-C3", (NOVEMBER,), ("X01-C3",)),
        ("x01-c3 11", (NOVEMBER,), ("x01-c3",)),
        ("X01-C3", (), ("X01-C3",)),
        ("10/2026 11/2026", (OCTOBER, NOVEMBER), ()),
        ("11/2025, 11/2026 X01", (YEAR_BEFORE, NOVEMBER), ("X01",)),
        ("11 X01 với X02", (NOVEMBER,), ("X01", "X02")),
        ("so sánh 10 và 11", (OCTOBER, NOVEMBER), ()),
    ],
)
def test_months_and_codes_are_told_apart(
    text: str, months: tuple[Period, ...], codes: tuple[str, ...]
) -> None:
    assert parse_report_line(text, TODAY) == ReportLine(months, codes)


def test_a_month_alone_is_the_last_one_of_that_number() -> None:
    assert parse_report_line("11", date(2026, 11, 1)).months == (NOVEMBER,)
    assert parse_report_line("11", date(2026, 10, 31)).months == (YEAR_BEFORE,)


@pytest.mark.parametrize(
    "text", ["13", "0", "13/2026", "11/26", "01/0001", "12/9999", "12/1999", "9 10 11", "A B C", "10 11 A B"]
)
def test_what_is_no_month_and_what_is_too_much_is_refused(text: str) -> None:
    with pytest.raises(BadPeriod):
        parse_report_line(text, TODAY)
