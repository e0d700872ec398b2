"""What standing committee and office wish on the agendas below: headings for a month, thematic topics.

Proposed, read back, published at "Xác nhận"; nobody is written to: it stands on the agendas and previews.
"""

import json
from collections import Counter
from dataclasses import dataclass

from chat.numbers import whole
from chat.text import Text
from meetings.period import Period
from meetings.records import Unit
from meetings.terms import CellType, UnitId, UpperRole
from meetings.wishes import Orientation, Wish
from services.access import actor
from services.errors import NotAllowed, NotFound, TooLate
from services.work import Work

_KIND = "wish"
_PUBLISHERS = (UpperRole.STANDING, UpperRole.OFFICE)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What awaits "Xác nhận", for how many cells."""

    number: int
    unit: Unit
    wish: Orientation
    cells: int


async def units(work: Work) -> list[Unit]:
    """The units for whose cells the actor may publish today. Raises NotAllowed when there are none."""
    person = actor(work)
    roles = await work.uow.people.roles_of(person.id, work.today)
    found = dict.fromkeys(one.unit for one in roles if one.role in _PUBLISHERS)
    if not found:
        raise NotAllowed
    return [await work.uow.units.by_id(unit) for unit in found]


async def require(work: Work, number: str) -> Unit:
    """One of these units. Raises NotAllowed."""
    for unit in await units(work):
        if str(unit.id) == number:
            return unit
    raise NotAllowed


async def kinds_below(work: Work, unit: Unit) -> Counter[CellType | None]:
    """How many cells below a unit are of which kind."""
    below = [one for one in await work.uow.units.below(unit.id) if one.is_cell]
    return Counter(None if one.type is None else CellType(one.type) for one in below)


async def wished(work: Work, cell: Unit, wish: Wish, period: Period | None = None) -> list[Orientation]:
    """What every unit above a cell wishes for it."""
    line: list[UnitId] = [one.id for one in await work.uow.units.above(cell.id)]
    found = await work.uow.orientations.of_units(line, wish, period)
    return [one for one in found if one.cells is None or one.cells == cell.type]


def check_month(work: Work, period: Period | None) -> None:
    """Buttons of last month may be pressed in this one. Raises TooLate for a month that is over."""
    if period is not None and period < Period.of(work.today):
        raise TooLate(Text("wish.past", {"period": period.first_day}))


async def propose(work: Work, unit: Unit, wish: Orientation) -> Proposed:
    """Write a wish down; it stands nowhere before it is confirmed. Raises TooLate."""
    check_month(work, wish.period)
    values = {
        "wish": wish.wish,
        "title": wish.title,
        "period": str(wish.period or ""),
        "cells": wish.cells or "",
    }
    number = await work.uow.proposals.add(
        _KIND, unit.id, actor(work).id, json.dumps(values), work.now, meeting=None
    )
    return Proposed(number, unit, wish, await _count(work, wish))


async def proposed(work: Work, number: str) -> tuple[Proposed, bool]:
    """What was written down, and whether it was published already. Raises NotFound and NotAllowed."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != _KIND:
        raise NotFound
    unit = await require(work, str(found.cell))
    values = json.loads(found.payload)
    period = Period.parse(values["period"]) if values["period"] else None
    cells = CellType(values["cells"]) if values["cells"] else None
    wish = Orientation(0, unit.id, Wish(values["wish"]), values["title"], period, cells)
    return Proposed(found.id, unit, wish, await _count(work, wish)), found.done_at is not None


async def publish(work: Work, one: Proposed) -> Orientation:
    """It stands now. Agendas that are rows already are the caller's matter. Raises TooLate."""
    check_month(work, one.wish.period)
    values = {
        "wish": one.wish.wish,
        "title": "",
        "period": str(one.wish.period or ""),
        "cells": one.wish.cells or "",
    }
    await work.uow.proposals.done(one.number, json.dumps(values), work.now)
    known = await work.uow.orientations.of_units([one.unit.id], one.wish.wish, one.wish.period)
    if not any((each.title, each.cells) == (one.wish.title, one.wish.cells) for each in known):
        await work.uow.orientations.add(one.wish, actor(work).id, work.now)
    await work.uow.audit.note(work.now, actor(work).id, f"publish_{one.wish.wish}", cell=one.unit.id)
    return one.wish


async def withdraw(work: Work, number: str) -> Orientation:
    """Take a wish back. Raises NotFound where it is gone, NotAllowed where it is another unit's."""
    known = whole(number)
    found = None if known is None else await work.uow.orientations.by_id(known)
    if found is None:
        raise NotFound
    unit = await require(work, str(found.unit))
    await work.uow.orientations.drop(found.id)
    await work.uow.audit.note(work.now, actor(work).id, f"withdraw_{found.wish}", cell=unit.id)
    return found


async def cells_of(work: Work, wish: Orientation) -> list[Unit]:
    """The cells a wish is for."""
    below = [one for one in await work.uow.units.below(wish.unit) if one.is_cell]
    return [one for one in below if wish.cells is None or one.type == wish.cells]


async def _count(work: Work, wish: Orientation) -> int:
    return len(await cells_of(work, wish))
