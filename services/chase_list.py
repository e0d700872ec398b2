"""The commune's list of the cells to look after: names of cells only, one message a day (domain.md 4.11)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chat.replies import Reply
from chat.text import Lines, Text, lines, listing
from meetings.period import Period
from meetings.records import Person, Unit
from meetings.terms import PersonId, UnitId
from services.access import leaders
from services.asleep import asleep
from services.chasing import PLAN, due_gaps, steps_of, unrecorded
from services.delivery import Occasion, reached, tell, tell_within, told_of
from services.rules import policy_of
from services.schedule import at_local
from services.work import Work
from storage.notices import UNDERWAY, carried_by

_USEFUL = timedelta(days=7)
_TODAY = timedelta(days=1)
_SHOWN = 20  # cells in one line


@dataclass(frozen=True, slots=True)
class Item:
    """A cell on the list and why. `subject` and `kind` are what a reader is told once of."""

    cell: Unit
    subject: str
    kind: str
    why: str
    said: Text
    at: datetime


async def waiting(work: Work) -> list[UnitId]:
    """The units of which a reader is to get a list now. Nobody in the quiet hours."""
    due = await _due(work)
    return [node for node, items in sorted(due.items()) if await _readers(work, node, items)]


async def send(work: Work, node: UnitId) -> None:
    """One list to each reader who has not had one today, with what is new to them."""
    items = (await _due(work, node)).get(node, [])
    unit = await work.uow.units.by_id(node)
    for reader, new in await _readers(work, node, items):
        occasion = await _of_list(work, node)
        if await tell(work, reader, occasion, await _list(work, unit, new)):
            for item in new:
                told = Occasion(item.subject, item.kind, item.at)
                await tell_within(work, reader, told, occasion)


async def _due(work: Work, only: UnitId | None = None) -> Mapping[UnitId, list[Item]]:
    """By unit (or for one), everything its readers should know by now, told or not."""
    units = {one.id: one for one in await work.uow.units.all()}
    cells = {one.id: one for one in units.values() if one.is_cell}
    below = {node: theirs for node, theirs in (await _below(work, units)).items() if only in (None, node)}
    below = {node: theirs for node, theirs in below.items() if await _is_time(work, node)}
    listed_on = {one: cells[one] for theirs in below.values() for one in theirs}
    found = [*await _unrecorded(work, listed_on), *await _undated(work, listed_on)] if below else []
    of_cell: dict[UnitId, list[Item]] = defaultdict(list)
    for item in found:
        of_cell[item.cell.id].append(item)
    listed = {}
    for node, theirs in below.items():
        items = [item for cell in theirs for item in of_cell[cell]]
        items += await _asleep(work, node, [cells[one] for one in theirs])
        listed.update({node: items} if items else {})
    return listed


async def _below(work: Work, units: Mapping[UnitId, Unit]) -> Mapping[UnitId, list[UnitId]]:
    """Who gets the digest gets the list: in the commune, where it has readers; else in the nearest unit above."""
    readers = {one.unit for one in await work.uow.people.digest_readers(work.today)}
    below: dict[UnitId, list[UnitId]] = defaultdict(list)
    for cell in sorted((one for one in units.values() if one.is_cell), key=lambda one: one.code):
        above, step = [cell], cell.parent
        while step is not None:
            above.append(units[step])
            step = units[step].parent
        reading = [one for one in above if one.id in readers and not one.is_cell]
        nodes = [one for one in reading if one.level == "commune"] or reading
        if nodes:
            below[nodes[0].id].append(cell.id)
    return below


async def _unrecorded(work: Work, cells: Mapping[UnitId, Unit]) -> list[Item]:
    found = []
    for meeting in await unrecorded(work):
        kind, at = (await steps_of(work, meeting))[-1]
        if at <= work.now < at + _USEFUL and meeting.cell in cells:
            cell = cells[meeting.cell]
            said = Text("chase.cell_of_day", {"cell": cell.name, "when": meeting.starts_at})
            subject = f"list:{meeting.id}:{meeting.revision}"
            found.append(Item(cell, subject, kind, "unrecorded", said, at))
    return found


async def _undated(work: Work, cells: Mapping[UnitId, Unit]) -> list[Item]:
    found = []
    for gap, at in await due_gaps(work, list(cells), 1):
        cell = cells[gap.cell]
        said = Text("chase.cell_of_month", {"cell": cell.name, "period": gap.period.first_day})
        found.append(Item(cell, f"{PLAN}:{gap.cell}", f"undated.{gap.key}", "undated", said, at))
    return found


async def _asleep(work: Work, node: UnitId, cells: Sequence[Unit]) -> list[Item]:
    """On the first of the month, and for some days: two months that are over."""
    at = at_local(work, Period.of(work.today).first_day, (await policy_of(work, node)).chase.hour)
    if not at <= work.now < at + _USEFUL:
        return []
    last = Period.of(work.today).previous()
    sleeping = await asleep(work, [one.id for one in cells], last)
    return [
        Item(
            one,
            f"asleep:{one.id}",
            f"asleep.{last}",
            "asleep",
            Text("digest.cell_name", {"cell": one.name}),
            at,
        )
        for one in cells
        if one.id in sleeping
    ]


async def _readers(work: Work, node: UnitId, items: Sequence[Item]) -> list[tuple[Person, list[Item]]]:
    """Who is reached and has had no list today, each with what is new to them."""
    today = await _of_list(work, node)
    known = await work.uow.notices.of_subjects({one.subject for one in items}, 0)
    lost = {
        (who, carried_by(today.subject, kind))
        for (who, kind), status in today.told.items()
        if status not in UNDERWAY
    }
    told = {
        (subject, one.recipient, one.kind)
        for subject, facts in known.items()
        for one in facts
        if (one.recipient, one.why) not in lost  # else it stands on the next list
    }
    found = []
    for number in await _reading(work, node):
        new = [one for one in items if (one.subject, f"person:{number}", one.kind) not in told]
        person = await work.uow.people.by_id(number)
        if new and today.is_new_to(number) and await reached(work, person):
            found.append((person, new))
    return found


async def _reading(work: Work, node: UnitId) -> list[PersonId]:
    readers = await work.uow.people.digest_readers(work.today)
    return sorted({one.person for one in readers if one.unit == node})


async def _of_list(work: Work, node: UnitId) -> Occasion:
    subject = f"list:{node}"
    return Occasion(
        subject,
        f"list.{work.today}",
        work.now,
        useful_until=work.now + _TODAY,
        unit=node,
        told=await told_of(work, subject),
    )


async def _is_time(work: Work, node: UnitId) -> bool:
    """From the hour of the day on, and never in the quiet hours."""
    rules = await policy_of(work, node)
    at = at_local(work, work.today, rules.chase.hour)
    return work.now >= at and rules.quiet_hours.shift(work.now, work.zone) == work.now


async def _list(work: Work, unit: Unit, items: Sequence[Item]) -> Reply:
    """Why, and which cells; then those where nobody could be reminded before."""
    parts: list[Text | None] = [
        _line(why, [one for one in items if one.why == why]) for why in ("asleep", "unrecorded", "undated")
    ]
    unled = {one.cell.id: one.cell for one in items}
    for number in list(unled):
        if any([await reached(work, one) for one in await leaders(work, number)]):
            del unled[number]
    names = [Text("digest.cell_name", {"cell": one.name}) for one in unled.values()]
    if names:
        parts.append(Text("chase.unled", {"cells": _cut(names)}))
    return Reply(lines(Text("chase.list", {"unit": unit.name}), *parts))


def _line(why: str, items: Sequence[Item]) -> Text | None:
    return Text(f"chase.list_{why}", {"cells": _cut([one.said for one in items])}) if items else None


def _cut(said: Sequence[Text]) -> Lines:
    more = [Text("chase.more", {"n": len(said) - _SHOWN})] if len(said) > _SHOWN else []
    return listing(*said[:_SHOWN], *more)
