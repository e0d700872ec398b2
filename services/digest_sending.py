"""The month's digest goes to its readers, each once, on the day and hour of the unit it is about (domain.md 13)."""

import json
from datetime import timedelta

from chat.replies import Reply
from meetings.period import Period
from meetings.records import Person, Unit
from meetings.terms import UnitId
from services.delivery import Occasion, reached, tell, told_of
from services.digest import as_json, as_text, compute
from services.enclosing import workbook_of
from services.rules import policy_of
from services.work import Work

_USEFUL = timedelta(days=10)  # who links later asks for it with `baocao`


async def send(work: Work, unit: Unit, period: Period) -> int:
    """Send a unit's digest to its readers, each once, and file the figures; how many were told."""
    occasion = await _occasion(work, unit.id, period)
    readers = await _waiting(work, unit.id, occasion)
    filed = await _is_filed(work, unit.id, period)
    if filed and not readers:
        return 0
    digest = await compute(work, unit, period)
    if all(one.regular.kind is None and not one.others for one in digest.cells):
        return 0  # a month before Kẻng came here: no row at all, nothing to tell
    if not filed:
        figures = json.dumps(as_json(digest), ensure_ascii=False)
        await work.uow.closings.file_report(unit.id, period, figures, work.now)
    message = Reply(as_text(digest), enclosures=(workbook_of(unit.id, period),))
    return sum([await tell(work, one, occasion, message) for one in readers])


async def is_due(work: Work, unit: UnitId) -> bool:
    """Whether a reader waits for last month's digest, or its figures are not filed yet."""
    period = await due_period(work, unit)
    if period is None:
        return False
    if await _waiting(work, unit, await _occasion(work, unit, period)):
        return True
    return not await _is_filed(work, unit, period)


async def _occasion(work: Work, unit: UnitId, period: Period) -> Occasion:
    subject = f"digest:{unit}:{period}"
    at = (await policy_of(work, unit)).digest_at(period, work.zone)
    until = at + _USEFUL
    told = await told_of(work, subject)
    return Occasion(subject, "digest", at, useful_until=until, unit=unit, repeatable=False, told=told)


async def _waiting(work: Work, unit: UnitId, occasion: Occasion) -> list[Person]:
    """The readers who are reached and were not told; who links when it is old news is left in peace."""
    if occasion.useful_until is not None and work.now >= occasion.useful_until:
        return []
    readers = {one.person for one in await work.uow.people.digest_readers(work.today) if one.unit == unit}
    people = [await work.uow.people.by_id(one) for one in sorted(readers) if occasion.is_new_to(one)]
    return [one for one in people if await reached(work, one)]


async def _is_filed(work: Work, unit: UnitId, period: Period) -> bool:
    return await work.uow.closings.report(unit, period) is not None


async def due_period(work: Work, unit: UnitId) -> Period | None:
    """The month whose digest has fallen due for a unit by now: last month's from its day on."""
    last = Period.of(work.today).previous()
    at = (await policy_of(work, unit)).digest_at(last, work.zone)
    return last if work.now >= at else None
