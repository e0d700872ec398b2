"""Which rules hold for a unit, and under which a meeting was held (domain.md 17).

Retention, the month's messages, the limits on wrong codes and printed codes are one for the whole house: they belong to no unit.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from meetings.attendance import Counting
from meetings.records import Meeting, Unit
from meetings.terms import Mode, UnitId
from services.policy import Policy, end_of
from services.work import Work

# What judges a meeting that was held.
_KEPT: Mapping[str, bool | set[str]] = {
    **dict.fromkeys(("pack", "attendance", "online", "meetings"), True),
    "digest": {"lock_day"},
}


async def policy_of(work: Work, unit: UnitId | None) -> Policy:
    """What holds for a unit now: the policy with the tables of the units down to it. None: the common one.

    Without tables of units nothing is looked up; a line is looked up once a transaction, the overlay of its
    tables is made once a process. Raises BadPolicy where those tables contradict each other.
    """
    common = work.policy
    if unit is None or not common.unit:
        return common
    return common.for_unit(await _line(work, unit))


def policies(work: Work) -> list[Policy]:
    """The common rules and what each table of a unit makes of them: for a bound that holds everywhere."""
    common = work.policy
    return [common, *(common.for_unit([code]) for code in common.unit)]


async def is_quiet(work: Work, unit: UnitId) -> bool:
    """Whether these are the quiet hours of a unit."""
    quiet = (await policy_of(work, unit)).quiet_hours
    return quiet.shift(work.now, work.zone) != work.now


async def counting_of(work: Work, meeting: Meeting) -> Counting:
    """How a meeting is counted: as when it was held; before that as the policy says now."""
    if meeting.held_under is not None:
        return meeting.held_under.counting
    return (await policy_of(work, meeting.cell)).attendance.counting


async def online_allowed(work: Work, meeting: Meeting) -> bool:
    """Whether `4tt` may be written for a meeting: as when it was held; before that as the policy says now."""
    if meeting.held_under is not None:
        return meeting.held_under.online_allowed
    return (await policy_of(work, meeting.cell)).online.allowed


async def mode_of(work: Work, meeting: Meeting) -> Mode:
    """In which form a meeting is held: in person, whatever it was to be, where nothing else is permitted now."""
    if meeting.mode is Mode.IN_PERSON or await online_allowed(work, meeting):
        return meeting.mode
    return Mode.IN_PERSON


async def locked_from(work: Work, meeting: Meeting) -> datetime:
    """From when on the figures of a meeting change by amendments only: a later day does not open them again."""
    now = (await policy_of(work, meeting.cell)).locked_from(meeting.period, work.zone)
    then = None if meeting.held_under is None else meeting.held_under.lock_day
    return now if then is None else min(now, end_of(then, meeting.period, work.zone))


async def pack_of(work: Work, meeting: Meeting) -> str:
    """The name of the rule pack a meeting was held under; before that of the one in force."""
    return meeting.held_under.pack if meeting.held_under else (await policy_of(work, meeting.cell)).pack


def kept(policy: Policy, now: datetime) -> str:
    """What a meeting keeps of the rules it is held under, and since when it is held, as JSON."""
    found = policy.model_dump(mode="json", include=_KEPT)
    return json.dumps({**found, "since": now.isoformat()}, ensure_ascii=False)


async def check_units(work: Work) -> list[str]:
    """Try the rules of every unit of the tree; the codes of tables `[unit.CODE]` that no unit has (yet).

    Raises BadPolicy where the tables of one line of units contradict each other.
    """
    if not work.policy.unit:
        return []
    units = await work.uow.units.all()
    for one in units:
        await policy_of(work, one.id)
    return sorted(set(work.policy.unit) - {one.code for one in units})


async def _line(work: Work, unit: UnitId) -> tuple[str, ...]:
    """The codes of the units from the root down to this one."""
    known = work.lines
    if unit not in known and known:  # a second one: somebody goes through them all
        known.update(_every_line(await work.uow.units.all()))
    elif unit not in known:
        known[unit] = tuple(one.code for one in reversed(await work.uow.units.above(unit)))
    return known[unit]


def _every_line(units: Iterable[Unit]) -> Mapping[UnitId, tuple[str, ...]]:
    by_id = {one.id: one for one in units}
    lines: dict[UnitId, tuple[str, ...]] = {}
    for one in by_id.values():
        codes: tuple[str, ...] = ()
        step: Unit | None = one
        while step is not None:
            codes = (step.code, *codes)
            step = None if step.parent is None else by_id[step.parent]
        lines[one.id] = codes
    return lines
