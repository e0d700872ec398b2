"""The month's digest goes to its readers, each once, on the day and hour of the unit it is about (domain.md 13)."""

from datetime import datetime, timedelta

from chat.replies import Reply
from meetings.period import Period
from meetings.records import Person, Unit
from meetings.terms import PersonId, UnitId
from services import digest_days
from services.delivery import Occasion, reached, tell, told_of
from services.digest import as_filed, compute
from services.digest_days import Days
from services.digest_text import as_text
from services.enclosing import papers_of
from services.rules import policy_of
from services.work import Work
from storage.closings import Stage

DIGEST = "digest"  # subjects "digest:<unit>:<month>"
_USEFUL = timedelta(days=10)  # who links later asks for it with `baocao`


async def waiting(work: Work) -> list[UnitId]:
    """The units whose digest is to be sent or filed now, those below before those above them."""
    if not await work.uow.meetings.any_of(Period.of(work.today).previous()):
        return []  # Kẻng was not here yet
    days = await digest_days.days(work)
    return [
        one for one in days.tree.deepest_first if one in days.tree.readers and await is_due(work, one, days)
    ]


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
        await work.uow.closings.file_report(unit.id, period, as_filed(digest), work.now)
    message = Reply(as_text(digest), enclosures=await papers_of(work, unit, period))
    return sum([await tell(work, one, occasion, message) for one in readers])


async def stale(work: Work, unit_and_month: str, _kind: str, who: PersonId) -> str | None:
    """Why a digest that waited for the morning is no longer wanted: its reader has lost the post since."""
    unit, _, _ = unit_and_month.partition(":")
    readers = await work.uow.people.digest_readers(work.today)
    return None if any(one.person == who and str(one.unit) == unit for one in readers) else "no post"


async def newest_due(work: Work, unit: UnitId) -> Period:
    """The month whose digest fell due last for a unit."""
    return await due_period(work, unit) or Period.of(work.today).previous().previous()


async def is_due(work: Work, unit: UnitId, days: Days | None = None) -> bool:
    """Whether a reader waits for last month's digest, or its figures are not filed yet."""
    period = await due_period(work, unit, days)
    if period is None:
        return False
    if await _waiting(work, unit, await _occasion(work, unit, period, days)):
        return True
    return not await _is_filed(work, unit, period)


async def unlocked(work: Work) -> list[UnitId]:
    """The units above cells whose last month is locked by now, and not filed as it was locked."""
    last = Period.of(work.today).previous()
    filed = await work.uow.closings.filed(last, Stage.LOCKED)
    tree = (await digest_days.days(work)).tree
    return [
        one
        for one in tree.deepest_first
        if one in tree.with_cells and one not in filed and await _is_locked(work, one, last)
    ]


async def lock(work: Work, unit: UnitId) -> None:
    """File last month's figures as they are locked; from now on amendments alone change what is told of it."""
    last = Period.of(work.today).previous()
    if await _is_locked(work, unit, last):
        digest = await compute(work, await work.uow.units.by_id(unit), last)
        await work.uow.closings.file_report(unit, last, as_filed(digest), work.now, Stage.LOCKED)


async def _is_locked(work: Work, unit: UnitId, period: Period) -> bool:
    return work.now >= (await policy_of(work, unit)).locked_from(period, work.zone)


async def _occasion(work: Work, unit: UnitId, period: Period, days: Days | None = None) -> Occasion:
    subject = f"{DIGEST}:{unit}:{period}"
    at = await _sent_at(work, unit, period, days)
    until = at + _USEFUL
    told = await told_of(work, subject)
    return Occasion(subject, DIGEST, at, useful_until=until, unit=unit, repeatable=False, told=told)


async def _sent_at(work: Work, unit: UnitId, period: Period, days: Days | None) -> datetime:
    return await (days or await digest_days.days(work, unit)).sent_at(unit, period)


async def _waiting(work: Work, unit: UnitId, occasion: Occasion) -> list[Person]:
    """The readers who are reached and were not told; who links when it is old news is left in peace."""
    if occasion.useful_until is not None and work.now >= occasion.useful_until:
        return []
    readers = {one.person for one in await work.uow.people.digest_readers(work.today) if one.unit == unit}
    people = [await work.uow.people.by_id(one) for one in sorted(readers) if occasion.is_new_to(one)]
    return [one for one in people if await reached(work, one)]


async def _is_filed(work: Work, unit: UnitId, period: Period) -> bool:
    return await work.uow.closings.report(unit, period) is not None


async def due_period(work: Work, unit: UnitId, days: Days | None = None) -> Period | None:
    """The month whose digest has fallen due for a unit by now: last month's from its day on."""
    last = Period.of(work.today).previous()
    return last if work.now >= await _sent_at(work, unit, last, days) else None
