"""The figures of a month as they were kept when they were sent and when they were locked: nothing rewrites them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from meetings.attendance import Rate
from meetings.period import Period
from meetings.records import Unit
from services.work import Work
from storage.closings import Stage

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier month of a unit, as it was filed: sums over its closed cells."""

    period: Period
    cells: int
    closed: int
    present: int
    expected: int

    @property
    def rate(self) -> Rate:
        return Rate(self.present, self.expected)


@dataclass(frozen=True, slots=True)
class Copy:
    """What does not follow from roll-calls and was true at the lock: which cells, whom they reached, who slept.

    `reach` is linked members, members, and whether secretary or deputy was linked, by the cell's code.
    """

    reach: Mapping[str, tuple[int, int, bool]]
    asleep: frozenset[str]


async def earlier(work: Work, unit: Unit, period: Period) -> Earlier | None:
    """The figures of a month before, best as they were locked; None where nothing was filed, or nothing planned."""
    found = await _figures(work, unit, period, Stage.LOCKED) or await _figures(work, unit, period, Stage.SENT)
    if found is None or all(one["state"] == "none" for one in found["cells"]):
        return None
    closed = [one for one in found["cells"] if one["present"] is not None]
    present, expected = (sum(one[name] for one in closed) for name in ("present", "expected"))
    return Earlier(period, len(found["cells"]), len(closed), present, expected)


async def copy_of(work: Work, unit: Unit, period: Period) -> Copy | None:
    """What was written down of a month when it was locked."""
    found = await _figures(work, unit, period, Stage.LOCKED)
    if found is None:
        return None
    codes = [one["code"] for one in found["cells"]]
    reach = {code: (linked, roll, led) for code in codes for linked, roll, led in [found["reach"][code]]}
    return Copy(reach, frozenset(found["asleep"]) & set(codes))


async def _figures(work: Work, unit: Unit, period: Period, stage: Stage) -> Figures | None:
    """A unit's own, or its part of those of the nearest unit above that filed any: cells file nothing."""
    for one in await work.uow.units.above(unit.id):
        stored = await work.uow.closings.report(one.id, period, stage)
        if stored is None:
            continue
        figures: dict[str, Any] = json.loads(stored)
        if one.id != unit.id:
            theirs = {below.code for below in await work.uow.units.below(unit.id)}
            figures["cells"] = [line for line in figures["cells"] if line["code"] in theirs]
        return figures if figures["cells"] else None
    return None
