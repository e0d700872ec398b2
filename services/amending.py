"""Amendments after the lock: who amended what and when, for the next digest and in a short note (domain.md 13).

The commune reads a post, never a name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from chat.replies import Reply
from chat.text import Param, Text, lines, listing
from meetings.records import Unit
from meetings.terms import CellRole, PersonId, UnitId
from services.delivery import Occasion, reached, tell, tell_within, told_of
from services.work import Work
from storage.amendments import Amendment

_USEFUL = timedelta(days=10)  # who links later finds it in the next digest
_SETTLING = timedelta(minutes=15)  # five rulings one after the other make one note
_SHOWN = 10
_COUNTS = ("roll", "expected", "present", "excused", "unexcused", "awaiting", "extra", "guests")
_AUTHORS = (CellRole.SECRETARY, CellRole.DEPUTY, CellRole.CLERK)


async def told(work: Work, cells: Mapping[UnitId, Unit], after: datetime, until: datetime) -> list[Text]:
    """A line for each amendment of some cells between two instants, the first one left out."""
    found = await work.uow.amendments.between(after, until)
    return [await said(work, cells[one.cell], one) for one in found if one.cell in cells]


async def said(work: Work, cell: Unit, one: Amendment) -> Text:
    """Which cell and month, its number, by whom as a post, when, and which counts became which."""
    known: dict[str, Param] = {
        "cell": cell.name,
        "kind": Text(f"kind.{one.kind}"),
        "period": one.period.first_day,
        "n": one.number,
        "author": await _author(work, one),
        "when": one.at,
    }
    if one.after is None:
        return Text("amended.result", known)
    if one.before is None:
        counted = {name: getattr(one.after, name) for name in _COUNTS}
        return Text("amended.first", known | counted | {"rate": one.after.rate})
    changed = [
        Text(
            "amended.count",
            {"what": Text(f"digest.column.{name}"), "was": was, "becomes": getattr(one.after, name)},
        )
        for name in _COUNTS
        if (was := getattr(one.before, name)) != getattr(one.after, name)
    ]
    if not changed:
        return Text("amended.same", known)
    return Text("amended.counts", known | {"changes": listing(*changed, separator="; ")})


async def _author(work: Work, one: Amendment) -> Text:
    """The post they held in the cell on that day."""
    roles = await work.uow.people.roles_of(one.by, work.local(one.at).date())
    held = {role.role for role in roles if role.unit == one.cell}
    post = next((role for role in _AUTHORS if role in held), None)
    return Text(f"role.{post}") if post else Text("amended.cell")


async def waiting(work: Work) -> list[PersonId]:
    """The readers who are to hear of an amendment now, and can be reached."""
    found = await _new(work)
    return [one for one in sorted(found) if await reached(work, await work.uow.people.by_id(one))]


async def coming(work: Work) -> list[datetime]:
    """When somebody will hear of what was amended just now."""
    found = await work.uow.amendments.between(work.now - _SETTLING, work.now)
    return [one.at + _SETTLING for one in found if one.at + _SETTLING > work.now]


async def send(work: Work, who: PersonId) -> None:
    """One note with everything that is new to this reader, each amendment once."""
    new = (await _new(work, who)).get(who, [])
    if not new:
        return
    person = await work.uow.people.by_id(who)
    shown = [await said(work, await work.uow.units.by_id(one.cell), one) for one in new[:_SHOWN]]
    more = Text("amended.more", {"n": len(new) - _SHOWN}) if len(new) > _SHOWN else None
    letter = _occasion(new[0])
    if await tell(work, person, letter, Reply(lines(Text("amended.note"), *shown, more))):
        for one in new[1:]:
            await tell_within(work, person, _occasion(one), letter)


async def _new(work: Work, only: PersonId | None = None) -> Mapping[PersonId, Sequence[Amendment]]:
    """By reader of any unit above, the amendments that have settled and that they were not told of."""
    found = await work.uow.amendments.between(work.now - _USEFUL, work.now - _SETTLING)
    if not found:
        return {}
    readers: dict[UnitId, set[PersonId]] = defaultdict(set)
    for role in await work.uow.people.digest_readers(work.today):
        if only in (None, role.person):
            readers[role.unit].add(role.person)
    new: dict[PersonId, list[Amendment]] = defaultdict(list)
    for one in found:
        occasion = _occasion(one)
        known = await told_of(work, occasion.subject)
        above = await work.uow.units.above(one.cell)
        for who in _whom(above, readers):
            if (f"person:{who}", occasion.kind) not in known:
                new[who].append(one)
    return new


def _whom(above: Iterable[Unit], readers: Mapping[UnitId, set[PersonId]]) -> set[PersonId]:
    """One inbox: whoever reads of two units above hears it once."""
    return {who for unit in above for who in readers.get(unit.id, ())}


def _occasion(one: Amendment) -> Occasion:
    kind = "result" if one.after is None else "closing"
    subject, at = f"amendment:{one.meeting}", one.at + _SETTLING
    return Occasion(subject, f"{kind}.{one.number}", at, useful_until=at + _USEFUL, unit=one.cell)
