"""Two months of a unit, or two units in a month, side by side: counts and sums, no ranking."""

from chat.text import Lines, Param, Text, lines
from meetings.period import Period
from meetings.records import Unit
from services.digest import Digest, compute
from services.digest_text import points, signed
from services.work import Work


async def months(work: Work, unit: Unit, first: Period, second: Period) -> Lines:
    """The earlier month first, whichever way they were named."""
    earlier, later = sorted((first, second))
    before, after = await compute(work, unit, earlier), await compute(work, unit, later)
    return lines(
        Text("compare.months", {"unit": unit.name}),
        Text("compare.month", _side(before)),
        Text("compare.month", _side(after)),
        _difference(before, after),
    )


async def units(work: Work, one: Unit, other: Unit, period: Period) -> Lines:
    """As they were named."""
    first, second = await compute(work, one, period), await compute(work, other, period)
    return lines(
        Text("compare.units", {"period": period.first_day}),
        Text("compare.unit", _side(first)),
        Text("compare.unit", _side(second)),
        _difference(first, second),
    )


def _difference(before: Digest, after: Digest) -> Text:
    known: dict[str, Param] = {
        "closed": signed(len(after.closed) - len(before.closed)),
        "expected": signed(after.total.expected - before.total.expected),
        "more": signed(after.total.present - before.total.present),
        "points": points(before.total.rate, after.total.rate),
    }
    return Text("compare.difference", known)


def _side(digest: Digest) -> dict[str, Param]:
    total = digest.total
    return {
        "unit": digest.unit.name,
        "period": digest.period.first_day,
        "held": digest.held,
        "closed": len(digest.closed),
        "cells": len(digest.cells),
        "present": total.present,
        "expected": total.expected,
        "rate": total.rate,
        "excused": total.excused,
        "unexcused": total.unexcused,
        "not_held": len(digest.not_held),
        "not_recorded": len(digest.not_recorded),
    }
