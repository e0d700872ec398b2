"""Points, bands, gates and the year (domain.md 10)."""

from decimal import Decimal

import pytest

from meetings.attendance import Rate
from meetings.score import (
    BadPoints,
    Band,
    Bands,
    Criterion,
    Hint,
    PointsFault,
    Sheet,
    YearRule,
    proposed,
    read_points,
    scored,
    year_is_good,
)

BANDS = Bands(90, 70, 50)
NAMES = (("preparation", 15), ("attendance", 20), ("conduct", 45), ("closing", 20))


def sheet(*gates: str) -> Sheet:
    return Sheet(tuple(Criterion(name, name, most, gate=name in gates) for name, most in NAMES), BANDS)


def points(line: str) -> tuple[Decimal, ...]:
    return read_points(line, sheet().criteria)


@pytest.mark.parametrize(
    ("total", "band"),
    [("100", "good"), ("90", "good"), ("89.99", "fair"), ("70", "fair"), ("69.5", "average"), ("50", "average"), ("49.9", "poor"), ("0", "poor")],
)  # fmt: skip
def test_nothing_is_rounded_before_it_is_banded(total: str, band: str) -> None:
    assert BANDS.of(Decimal(total)) is Band(band)


def test_91_points_are_good_without_the_gate_and_fair_with_it() -> None:
    given = points("15 16 42 18")
    assert scored(sheet(), given).total == 91
    assert scored(sheet(), given).band is Band.GOOD
    gated = scored(sheet("attendance"), given)
    assert (gated.band, [one.id for one in gated.held_back]) == (Band.FAIR, ["attendance"])
    assert scored(sheet("preparation"), given).band is Band.GOOD  # full there


def test_a_gate_does_nothing_to_a_meeting_that_is_not_good_anyway() -> None:
    low = scored(sheet("attendance"), points("10 10 30 10"))
    assert (low.band, low.held_back) == (Band.AVERAGE, ())


@pytest.mark.parametrize(
    "line", ["15 16,5 42 18", "15; 16.5; 42; 18", " 15  16,50   42 18 ", "15, 16,5, 42, 18,"]
)
def test_points_are_typed_with_a_comma_or_a_point(line: str) -> None:
    assert sum(points(line)) == Decimal("91.5")


@pytest.mark.parametrize(
    ("line", "kind", "word"),
    [
        ("", PointsFault.COUNT, ""),
        (" ; , ", PointsFault.COUNT, ""),
        ("15 16 42", PointsFault.COUNT, ""),
        ("15 16 42 18 1", PointsFault.COUNT, ""),
        ("15 21 42 18", PointsFault.ABOVE, "attendance"),
        ("15 -1 42 18", PointsFault.WORD, "-1"),
        ("15,16,42,18", PointsFault.WORD, "15,16,42,18"),
        ("15 ² 42 18", PointsFault.WORD, "²"),
        ("x" * 300, PointsFault.WORD, f"{'x' * 20}…"),
        ("15 1e9 42 18", PointsFault.WORD, "1e9"),
    ],
)
def test_a_line_that_is_no_sheet_is_refused_whole(line: str, kind: PointsFault, word: str) -> None:
    with pytest.raises(BadPoints) as refused:
        points(line)
    assert (refused.value.kind, refused.value.word) == (kind, word)


def hint(kind: Hint | None, rate: Rate, minutes: int | None) -> int | None:
    return proposed(Criterion("x", "x", 20, kind), rate=rate, target=85, minutes=minutes, least=90)


def test_what_is_known_is_proposed_and_nothing_else() -> None:
    assert hint(Hint.ATTENDANCE, Rate(28, 31), None) == 20  # above the target
    assert hint(Hint.ATTENDANCE, Rate(17, 20), None) == 17  # 85% is not above it
    assert hint(Hint.ATTENDANCE, Rate(0, 0), None) is None
    assert [hint(Hint.DURATION, Rate(1, 1), minutes) for minutes in (None, 89, 90, 120)] == [None, 19, 20, 20]
    assert hint(None, Rate(28, 31), 90) is None


def test_a_year_is_good_with_enough_good_meetings_and_none_below_fair() -> None:
    rule = YearRule(Band.FAIR, 7)
    good, fair, average = Band.GOOD, Band.FAIR, Band.AVERAGE
    assert year_is_good([good] * 7 + [fair] * 5, rule)
    assert not year_is_good([good] * 6 + [fair] * 6, rule)
    assert not year_is_good([good] * 11 + [average], rule)
