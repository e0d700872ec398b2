"""When a cell meets: the monthly rule, the rows it creates, and every later change of a row."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from chat.numbers import whole
from chat.text import Text
from meetings.period import Period
from meetings.records import Meeting, Unit
from meetings.rule import day_in, parse_rule
from meetings.states import NotPossible, Verb, next_state
from meetings.terms import Kind, State, UnitId
from services.access import actor
from services.errors import NotFound, TooLate
from services.work import Work
from storage.errors import LostUpdate

OPEN = (State.PLANNED, State.ANNOUNCED)


@dataclass(frozen=True, slots=True)
class NewDate:
    """Where a meeting moves to: an aware instant and a place, and why."""

    starts_at: datetime
    place: str
    why: str = ""


def at_local(work: Work, day: date, hour: time) -> datetime:
    """A local day and hour as an instant."""
    return datetime.combine(day, hour, work.zone)


@dataclass(frozen=True, slots=True)
class ProposedRule:
    """A monthly rule that awaits "Xác nhận"."""

    cell: UnitId
    day: str
    hour: time
    place: str


async def propose_rule(work: Work, cell: Unit, day: str, hour: time, place: str) -> int:
    """Write a rule down; nothing changes before it is confirmed."""
    payload = json.dumps({"day": day, "hour": hour.isoformat(), "place": place})
    return await work.uow.proposals.add("rule", cell.id, actor(work).id, payload, work.now, meeting=None)


async def proposed_rule(work: Work, number: str) -> ProposedRule:
    """A rule somebody proposed. Raises NotFound."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != "rule":
        raise NotFound
    values = json.loads(found.payload)
    return ProposedRule(found.cell, values["day"], time.fromisoformat(values["hour"]), values["place"])


async def set_rule(work: Work, cell: Unit, day: str, hour: time, place: str) -> list[Meeting]:
    """Set the monthly rule and create the coming rows; rows that exist already are left as they are."""
    await work.uow.units.set_rule(cell.id, day, hour, place)
    await work.uow.audit.note(work.now, actor(work).id, "set_rule", cell=cell.id)
    return await draft(work, replace(cell, day=day, time=hour, place=place))


async def draft(work: Work, cell: Unit) -> list[Meeting]:
    """Create the regular meetings that are not there yet, this month and `months.ahead` more."""
    if cell.day is None or cell.time is None:
        return []
    created = []
    period = Period.of(work.today)
    for _ in range(work.policy.months.ahead + 1):
        meeting = await _draft_one(work, cell, period)
        if meeting is not None:
            created.append(meeting)
        period = period.next()
    return created


async def draft_all(work: Work) -> int:
    """The same for every cell; how many rows were created."""
    return sum([len(await draft(work, cell)) for cell in await work.uow.units.cells()])


async def _draft_one(work: Work, cell: Unit, period: Period) -> Meeting | None:
    day = day_in(parse_rule(cell.day or ""), period)
    if day is None or cell.time is None:
        return None
    starts_at = at_local(work, day, cell.time)
    if starts_at <= work.now:
        return None
    number = await work.uow.meetings.add_once(
        {
            "cell": cell.id,
            "kind": Kind.REGULAR,
            "period": str(period),
            "starts_at": starts_at,
            "place": cell.place or cell.name,
            "state": State.PLANNED,
            "revision": 1,
            "created_at": work.now,
            "on_hold": False,
        }
    )
    return None if number is None else await work.uow.meetings.by_id(number)


async def transit(
    work: Work, meeting: Meeting, verb: Verb, values: dict[str, object] | None = None
) -> Meeting:
    """Take a meeting to its next state. Raises TooLate where that is not possible, LostUpdate in a race."""
    try:
        state = next_state(meeting.state, verb, was_announced=meeting.announced_at is not None)
    except NotPossible as error:
        raise TooLate(Text(f"refused.{meeting.state}")) from error
    if not await work.uow.meetings.change(meeting, {"state": state, **(values or {})}):
        raise LostUpdate
    changed = await work.uow.meetings.by_id(meeting.id)
    if changed is None:
        raise LostUpdate
    return changed


async def move(work: Work, meeting: Meeting, new: NewDate) -> Meeting:
    """Give a meeting another date, hour or place. A new date or hour asks everybody anew; a place keeps answers.

    The row keeps its period month. Raises TooLate for an instant that has passed.
    """
    if new.starts_at <= work.now:
        raise TooLate(Text("refused.past"))
    same = new.starts_at == meeting.starts_at and meeting.state is not State.POSTPONED
    if same and new.place == meeting.place:
        raise TooLate(Text("refused.same_date"))
    values: dict[str, object] = {
        "starts_at": new.starts_at,
        "place": new.place,
        "revision": meeting.revision + 1,
        "on_hold": False,
    }
    if meeting.announced_at is not None:
        values["announced_at"] = work.now
    moved = await transit(work, meeting, Verb.MOVE, values)
    if new.starts_at != meeting.starts_at:
        await work.uow.answers.clear(meeting.id)
    # Who was never told of the first date is told of the meeting, not of a change.
    what = "replanned" if meeting.announced_at is None else "place" if same else "moved"
    await _log(work, meeting, what, new.starts_at, new.why)
    await work.uow.notices.drop_stale(meeting.id, moved.revision)
    return moved


async def call_off(work: Work, meeting: Meeting, verb: Verb, why: str) -> Meeting:
    """Postpone a meeting (no new date yet) or cancel it; what was queued for it dies."""
    gone = await transit(work, meeting, verb, {"revision": meeting.revision + 1})
    await work.uow.answers.clear(meeting.id)
    await _log(work, meeting, str(gone.state), None, why)
    await work.uow.notices.drop_stale(meeting.id, gone.revision)
    return gone


async def _log(work: Work, meeting: Meeting, verb: str, becomes: datetime | None, why: str) -> None:
    by = actor(work).id
    await work.uow.meetings.log_move(
        {
            "meeting": meeting.id,
            "verb": verb,
            "was": meeting.starts_at,
            "becomes": becomes,
            "why": why,
            "by": by,
            "at": work.now,
        }
    )
    await work.uow.audit.note(work.now, by, verb, cell=meeting.cell, meeting=meeting.id)


async def next_of(work: Work, cell: Unit) -> Meeting | None:
    """The cell's next meeting that is still to come."""
    for meeting in await work.uow.meetings.of_cell(cell.id):
        if meeting.state in OPEN and meeting.starts_at > work.now:
            return meeting
    return None


async def movable(work: Work, cell: Unit) -> list[Meeting]:
    """What `hoan` may speak of: postponed meetings, one that has begun and was not held, and the next one."""
    found = await work.uow.meetings.in_state(cell.id, (State.POSTPONED, *OPEN))
    waiting = [one for one in found if one.state is State.POSTPONED or one.starts_at <= work.now]
    coming = await next_of(work, cell)
    return [*waiting, coming] if coming else waiting
