"""A monthly rule that is asked for: written down, confirmed once, and only over the rule it was to replace."""

import json
from dataclasses import dataclass
from datetime import time

from chat.numbers import whole
from meetings.records import Meeting, Unit
from meetings.terms import UnitId
from services.access import actor
from services.errors import NotFound
from services.schedule import set_rule
from services.work import Work
from storage.errors import LostUpdate

_KIND = "rule"


@dataclass(frozen=True, slots=True)
class ProposedRule:
    """A monthly rule that awaits "Xác nhận". `was`: the one it was to take the place of."""

    number: int
    cell: UnitId
    day: str
    hour: time
    place: str
    was: object
    payload: str
    done: bool


async def propose(work: Work, cell: Unit, day: str, hour: time, place: str) -> int:
    """Write a rule down; nothing changes before it is confirmed."""
    values = {"day": day, "hour": hour.isoformat(), "place": place, "was": _rule_of(cell)}
    by, payload = actor(work).id, json.dumps(values)
    return await work.uow.proposals.add(_KIND, cell.id, by, payload, work.now, meeting=None)


async def proposed(work: Work, number: str) -> ProposedRule:
    """A rule somebody proposed. Raises NotFound."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != _KIND:
        raise NotFound
    values = json.loads(found.payload)
    return ProposedRule(
        found.id,
        found.cell,
        values["day"],
        time.fromisoformat(values["hour"]),
        values["place"],
        values.get("was"),
        found.payload,
        found.done_at is not None,
    )


async def carry_out(work: Work, rule: ProposedRule) -> list[Meeting] | None:
    """Set it, once; None where it was set already, or the cell has another rule by now than it had then."""
    cell = await work.uow.units.lock(rule.cell)
    if rule.done or rule.was != _rule_of(cell):
        return None
    if not await work.uow.proposals.done(rule.number, rule.payload, work.now):
        raise LostUpdate
    return await set_rule(work, cell, rule.day, rule.hour, rule.place)


def _rule_of(cell: Unit) -> list[str | None]:
    """As it stands in a payload."""
    return [cell.day, cell.time.isoformat() if cell.time else None, cell.place]
