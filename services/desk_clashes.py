"""A cell whose official is to be there meets while the committee is busy itself: its desk is told, once a day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chat.replies import Choice, Reply, action
from chat.text import Text, lines
from meetings.records import Person, Unit
from meetings.terms import PersonId, UnitId
from services import unit_calendar
from services.access import DIGEST_ASKERS
from services.delivery import Occasion, count_as_told, reached, tell, told_of
from services.unit_calendar import Entry, Sight
from services.work import Work
from storage.calendars import Busy

KIND = "busy"  # subjects "busy:<unit>", one a day; what was said in it: "busy_hit:<time>:<meeting>"
_SETTLING = timedelta(hours=1)  # who has noted a wrong day takes it back before anybody else hears of it
_TODAY = timedelta(days=1)
_SHOWN = 10

Hit = tuple[Busy, Entry]


async def untold(work: Work) -> list[UnitId]:
    """The units where somebody is to hear of something new now."""
    found = await work.uow.calendars.busy_units(work.now)
    return [one for one in sorted(found) if await _readers(work, await work.uow.units.by_id(one))]


async def warn(work: Work, number: UnitId) -> None:
    """One message to each of standing committee and office with what is new to them."""
    unit = await work.uow.units.by_id(number)
    for reader, new in await _readers(work, unit):
        if await tell(work, reader, await _of_today(work, unit), _message(unit, new)):
            await _count(work, reader, new)


async def said_to(work: Work, reader: Person, noted: Busy, entries: Sequence[Entry]) -> None:
    """A reply has named these meetings already."""
    await _count(work, reader, [(noted, one) for one in entries])


async def coming(work: Work) -> list[datetime]:
    """When a time that was noted only just now is looked at."""
    found = []
    for unit in await work.uow.calendars.busy_units(work.now):
        found += [one.at + _SETTLING for one in await work.uow.calendars.busy_of(unit, work.now)]
    return sorted({at for at in found if at > work.now})


async def stale(work: Work, number: str, _kind: str, who: PersonId) -> str | None:
    """Why a warning that waits is not sent any more."""
    unit = await work.uow.units.by_id(UnitId(int(number)))
    if not any(one.id == who for one in await _desk(work, unit)):
        return "no post"
    return None if await _hits(work, unit) else "no clash"


async def _readers(work: Work, unit: Unit) -> list[tuple[Person, list[Hit]]]:
    """Who is reached, has had no such message today, and what they have not heard of."""
    today = await _of_today(work, unit)
    desk = [
        one
        for one in await _desk(work, unit)
        if today.is_new_to(one.id) and await reached(work, one) is not None
    ]
    hits = await _hits(work, unit) if desk else []  # a calendar each: not for who is told today or not at all
    if not hits:
        return []
    known = await work.uow.notices.of_subjects({_of_one(work, *one).subject for one in hits}, 0)
    told = {(name, one.recipient, one.kind) for name, said in known.items() for one in said}
    readers = []
    for reader in desk:
        new = [one for one in hits if not _is_told(_of_one(work, *one), reader, told)]
        if new:
            readers.append((reader, new))
    return readers


def _is_told(one: Occasion, reader: Person, told: set[tuple[str, str, str]]) -> bool:
    return (one.subject, f"person:{reader.id}", one.kind) in told


async def _hits(work: Work, unit: Unit) -> list[Hit]:
    """Meetings to come that fall into a time of the unit's committee which was not noted only just now."""
    found: list[Hit] = []
    for noted in await work.uow.calendars.busy_of(unit.id, work.now):
        if noted.at <= work.now - _SETTLING:
            day = work.local(noted.starts_at).date()
            table = await unit_calendar.compute(work, Sight(unit, own=True), day, day)
            ahead = [one for one in table.live if one.meeting.starts_at > work.now]
            found += [(noted, one) for one in ahead if unit_calendar.hits(work, noted, one)]
    return found


async def _desk(work: Work, unit: Unit) -> list[Person]:
    return await work.uow.people.holders(unit.id, DIGEST_ASKERS, work.today)


async def _count(work: Work, reader: Person, hits: Sequence[Hit]) -> None:
    for one in hits:
        await count_as_told(work, reader, _of_one(work, *one))


def _of_one(work: Work, noted: Busy, entry: Entry) -> Occasion:
    day = work.local(entry.meeting.starts_at).date()
    return Occasion(f"busy_hit:{noted.id}:{entry.meeting.id}", f"busy.{day}", work.now, unit=noted.unit)


async def _of_today(work: Work, unit: Unit) -> Occasion:
    name = f"{KIND}:{unit.id}"
    plain = Occasion(name, f"busy.{work.today}", work.now, useful_until=work.now + _TODAY, unit=unit.id)
    return replace(plain, told=await told_of(work, name))


def _message(unit: Unit, new: Sequence[Hit]) -> Reply:
    shown = [
        Text("unitcal.warn_line", {"cell": one.cell.name, "when": one.meeting.starts_at})
        for _, one in new[:_SHOWN]
    ]
    more = Text("unitcal.warn_more", {"n": len(new) - _SHOWN}) if len(new) > _SHOWN else None
    text = lines(Text("unitcal.warn", {"unit": unit.name, "n": len(new)}), *shown, more)
    choices = (Choice(Text("button.cal_busy"), action("cal_busy", unit.id)),)
    return Reply(text, choices, question=f"calendar:{unit.id}")
