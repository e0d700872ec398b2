"""Amendments after the lock: who amended what and when (domain.md 13).

The commune reads a post, never a name.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from chat.text import Param, Text, listing
from meetings.period import Period
from meetings.records import Unit
from meetings.terms import CellRole, MeetingId, UnitId
from services.rules import policy_of
from services.schedule import at_local
from services.work import Work
from storage.amendments import Amendment, Change

_COUNTS = ("roll", "expected", "present", "excused", "unexcused", "awaiting", "extra", "guests")
_AUTHORS = (CellRole.SECRETARY, CellRole.DEPUTY, CellRole.CLERK)


async def told(work: Work, cells: Mapping[UnitId, Unit], after: datetime, until: datetime) -> list[Text]:
    """A line for each amendment of some cells between two instants, the first one left out."""
    found = await between(work, after, until)
    return [await said(work, cells[one.cell], one) for one in found if one.cell in cells]


async def changed_days(work: Work, period: Period) -> Mapping[MeetingId, Sequence[Change]]:
    """What was done to the day of the meetings of a month since its lock, in order: each is an amendment."""
    if work.today <= period.last_day:
        return {}
    over = at_local(work, period.next().first_day, time())
    found: dict[MeetingId, list[Change]] = defaultdict(list)
    for one in await work.uow.amendments.changes(period, over):
        if one.at >= (await policy_of(work, one.cell)).locked_from(period, work.zone):
            found[one.meeting].append(one)
    return found


async def between(work: Work, after: datetime, until: datetime) -> list[Amendment]:
    """Those made between two instants, the first one left out: of lists, results and days."""
    found = await work.uow.amendments.between(after, until)
    this = Period.of(work.local(until).date())
    for month in await work.uow.amendments.months_changed(after, until, this):
        for changes in (await changed_days(work, month)).values():
            found += [
                _of_day(number, one) for number, one in enumerate(changes, 1) if after < one.at <= until
            ]
    return sorted(found, key=lambda one: (one.at, one.meeting))


def _of_day(number: int, one: Change) -> Amendment:
    return Amendment(
        one.meeting,
        one.cell,
        one.kind,
        one.period,
        number,
        one.by,
        one.at,
        verb=one.verb,
        becomes=one.becomes,
    )


def _day(one: Amendment) -> dict[str, Param]:
    return {"state": Text(f"state.{one.verb}")} if one.becomes is None else {"becomes": one.becomes}


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
    if one.verb:
        return Text("amended.off" if one.becomes is None else "amended.day", known | _day(one))
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
