"""The score of a meeting: points by criterion, a band, and what a year comes to (domain.md 10).

The committee proposes and the cell adopts. Points are decimals as they were typed; nothing is rounded.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from meetings.attendance import Rate
from meetings.folding import tidy

FULL: Final = 100  # the points of a whole sheet
_SHOWN: Final = 20  # signs of what cannot be read are said back
_NUMBER: Final = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?")


class Band(StrEnum):
    """Tốt, Khá, Trung bình, Kém; best first."""

    GOOD = "good"
    FAIR = "fair"
    AVERAGE = "average"
    POOR = "poor"


class Hint(StrEnum):
    """What Kẻng knows for itself and so may propose the points of a criterion for."""

    ATTENDANCE = "attendance"
    DURATION = "duration"


class PointsFault(StrEnum):
    """Why a typed line of points cannot stand."""

    WORD = "word"
    COUNT = "count"
    ABOVE = "above"


class BadPoints(ValueError):
    """`word` is what was typed, or the label of the criterion that has too many points."""

    def __init__(self, kind: PointsFault, word: str = "", most: int = 0) -> None:
        super().__init__(kind)
        self.kind = kind
        self.word = word
        self.most = most


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a sheet. `gate`: without its full points no meeting is Tốt."""

    id: str
    label: str
    most: int
    hint: Hint | None = None
    gate: bool = False


@dataclass(frozen=True, slots=True)
class Bands:
    """From how many points on a meeting is Tốt, Khá, Trung bình."""

    good: int
    fair: int
    average: int

    def of(self, points: Decimal) -> Band:
        """89,99 is not 90."""
        if points >= self.good:
            return Band.GOOD
        if points >= self.fair:
            return Band.FAIR
        return Band.AVERAGE if points >= self.average else Band.POOR


@dataclass(frozen=True, slots=True)
class Sheet:
    """A province's form for one kind of meeting."""

    criteria: tuple[Criterion, ...]
    bands: Bands


@dataclass(frozen=True, slots=True)
class Scored:
    """A filled sheet. `held_back` are the gates that keep an otherwise good meeting at Khá."""

    points: tuple[Decimal, ...]
    total: Decimal
    band: Band
    held_back: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class YearRule:
    """A year is Tốt where no regular meeting is below `least` and so many of them are Tốt."""

    least: Band
    good: int


def read_points(line: str, criteria: Sequence[Criterion]) -> tuple[Decimal, ...]:
    """Read `15 16,5 42 18`: one number a criterion, in their order. Raises BadPoints naming the fault."""
    words = [word for one in re.split(r"[\s;]+", tidy(line)) if (word := one.rstrip(","))]
    odd = next((word for word in words if not _NUMBER.fullmatch(word)), None)
    if odd is not None:
        raise BadPoints(PointsFault.WORD, odd if len(odd) <= _SHOWN else f"{odd[:_SHOWN]}…")
    if len(words) != len(criteria):
        raise BadPoints(PointsFault.COUNT)
    points = tuple(Decimal(word.replace(",", ".")) for word in words)
    check(points, criteria)
    return points


def check(points: Sequence[Decimal], criteria: Sequence[Criterion]) -> None:
    """Raise BadPoints where a criterion has more than it may have."""
    if len(points) != len(criteria):
        raise BadPoints(PointsFault.COUNT)
    for given, criterion in zip(points, criteria, strict=True):
        if not 0 <= given <= criterion.most:
            raise BadPoints(PointsFault.ABOVE, criterion.label, criterion.most)


def scored(sheet: Sheet, points: Sequence[Decimal]) -> Scored:
    """Add the points up and band them; a gate that is not full keeps a good meeting at Khá."""
    check(points, sheet.criteria)
    total = sum(points, start=Decimal())
    band = sheet.bands.of(total)
    short = tuple(
        one for one, given in zip(sheet.criteria, points, strict=True) if one.gate and given < one.most
    )
    if band is Band.GOOD and short:
        return Scored(tuple(points), total, Band.FAIR, short)
    return Scored(tuple(points), total, band)


def proposed(criterion: Criterion, *, rate: Rate, target: int, minutes: int | None, least: int) -> int | None:
    """The points Kẻng may fill in beforehand; the committee decides. None where it knows nothing.

    Full where the target is passed or the time was kept, else the share that was reached, rounded down.
    """
    if criterion.hint is Hint.ATTENDANCE and rate.expected:
        full = rate.above(target)
        return criterion.most if full else criterion.most * rate.present // rate.expected
    if criterion.hint is Hint.DURATION and minutes is not None:
        return criterion.most if minutes >= least else criterion.most * minutes // least
    return None


def counted(bands: Sequence[Band]) -> Mapping[Band, int]:
    """How often each band was reached, best first."""
    return {band: bands.count(band) for band in Band}


def year_is_good(bands: Sequence[Band], rule: YearRule) -> bool:
    """Whether the regular meetings of a year, as far as they are known, reach the rule."""
    order = list(Band)
    kept = all(order.index(one) <= order.index(rule.least) for one in bands)
    return kept and bands.count(Band.GOOD) >= rule.good
