"""When a cell meets: the monthly rule, the rows it creates, and every later change of a row."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from chat.text import Text
from meetings.period import Period
from meetings.records import Meeting, Unit
from meetings.rule import day_in, parse_rule
from meetings.states import NotPossible, Verb, next_state
from meetings.terms import ONE_A_MONTH, Kind, Mode, State
from services.access import actor
from services.errors import TooLate
from services.rules import kept, policy_of
from services.work import Work
from storage.errors import LostUpdate

OPEN = (State.PLANNED, State.ANNOUNCED)
_BY_RULE = "@rule"  # in the log of moves: no hand moved it


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A meeting that is not there yet: the month it is for, its instant (aware), what it is about."""

    period: Period
    starts_at: datetime
    kind: Kind = Kind.REGULAR
    title: str | None = None


@dataclass(frozen=True, slots=True)
class NewDate:
    """Where a meeting moves to: an aware instant, a place, a form (None: as it is), and why."""

    starts_at: datetime
    place: str
    why: str = ""
    mode: Mode | None = None


def at_local(work: Work, day: date, hour: time) -> datetime:
    """A local day and hour as an instant."""
    return datetime.combine(day, hour, work.zone)


async def set_rule(work: Work, cell: Unit, day: str, hour: time, place: str) -> list[Meeting]:
    """Set the monthly rule; the coming rows that are new or follow it now.

    Announced meetings stay, and so does every row that somebody moved, edited or holds back.
    """
    await work.uow.units.set_rule(cell.id, day, hour, place)
    await work.uow.audit.note(work.now, actor(work).id, "set_rule", cell=cell.id)
    ruled = replace(cell, day=day, time=hour, place=place)
    return [*await _redraft(work, ruled), *await draft(work, ruled)]


async def draft(work: Work, cell: Unit) -> list[Meeting]:
    """Create the regular meetings that are not there yet, this month and `months.ahead` more."""
    created = []
    for period in await periods_ahead(work, cell):
        starts_at = _ruled(work, cell, period)
        if starts_at is not None:
            meeting = await add(work, cell, NewMeeting(period, starts_at))
            if meeting is not None:
                created.append(meeting)
    return created


async def draft_all(work: Work) -> int:
    """The same for every cell; how many rows were created."""
    return sum([len(await draft(work, cell)) for cell in await work.uow.units.cells()])


async def periods_ahead(work: Work, cell: Unit) -> list[Period]:
    """This month and as many more as are drafted ahead."""
    found = [Period.of(work.today)]
    for _ in range((await policy_of(work, cell.id)).months.ahead):
        found.append(found[-1].next())
    return found


async def add(work: Work, cell: Unit, new: NewMeeting) -> Meeting | None:
    """A planned meeting of a cell; None where the period has its regular one already."""
    number = await work.uow.meetings.add_once(
        {
            "cell": cell.id,
            "kind": new.kind,
            "period": str(new.period),
            "starts_at": new.starts_at,
            "place": cell.place or cell.name,
            "state": State.PLANNED,
            "revision": 1,
            "created_at": work.now,
            "on_hold": False,
            "title": new.title,
        }
    )
    return None if number is None else await work.uow.meetings.by_id(number)


async def add_by_hand(work: Work, cell: Unit, new: NewMeeting) -> Meeting | None:
    """The same on a day that somebody chose: a later rule leaves it alone."""
    created = await add(work, cell, new)
    if created is not None:
        await _log(work, created, "replanned", created.starts_at, "")
    return created


async def settle_by_hand(work: Work, meeting: Meeting, new: NewDate) -> Meeting:
    """A planned row has the day that somebody chose, be it the one it had."""
    if (new.starts_at, new.place) != (meeting.starts_at, meeting.place):
        return await move(work, meeting, new)
    await _log(work, meeting, "replanned", meeting.starts_at, new.why)
    return meeting


def _ruled(work: Work, cell: Unit, period: Period) -> datetime | None:
    """When the rule puts the meeting of a month; None without a rule, without such a day, or in the past."""
    if cell.day is None or cell.time is None:
        return None
    day = day_in(parse_rule(cell.day), period)
    starts_at = None if day is None else at_local(work, day, cell.time)
    return starts_at if starts_at is not None and starts_at > work.now else None


async def _redraft(work: Work, cell: Unit) -> list[Meeting]:
    """Rows that only the rule has made so far follow the new one, as if they were made now."""
    changed = []
    for meeting in await work.uow.meetings.in_state(cell.id, (State.PLANNED,)):
        starts_at = _ruled(work, cell, meeting.period)
        place = cell.place or cell.name
        if starts_at is None or (starts_at, place) == (meeting.starts_at, meeting.place):
            continue
        if not await is_bare(work, meeting):
            continue
        values = {
            "starts_at": starts_at,
            "place": place,
            "revision": meeting.revision + 1,
            "created_at": work.now,
        }
        if not await work.uow.meetings.change(meeting, values):
            raise LostUpdate
        await _log(work, meeting, "replanned", starts_at, _BY_RULE)
        await work.uow.notices.drop_stale(meeting.id, meeting.revision + 1)
        found = await work.uow.meetings.by_id(meeting.id)
        changed += [found] if found else []
    return changed


async def is_bare(work: Work, meeting: Meeting) -> bool:
    """Nobody has put a hand on it: not announced, moved or held back, not begun, and no extra meeting."""
    if meeting.state is not State.PLANNED:
        return False
    if meeting.kind not in ONE_A_MONTH or meeting.on_hold or meeting.starts_at <= work.now:
        return False
    last = await work.uow.meetings.last_move(meeting.id)
    return last is None or last.why == _BY_RULE


async def transit(
    work: Work, meeting: Meeting, verb: Verb, values: dict[str, object] | None = None
) -> Meeting:
    """Take a meeting to its next state; held, it keeps the rules of that day. Raises TooLate where that is not possible, LostUpdate in a race."""
    try:
        state = next_state(meeting.state, verb, was_announced=meeting.announced_at is not None)
    except NotPossible as error:
        raise TooLate(Text(f"refused.{meeting.state}")) from error
    if verb is Verb.HOLD:
        values = {**(values or {}), "held_under": kept(await policy_of(work, meeting.cell), work.now)}
    if not await work.uow.meetings.change(meeting, {"state": state, **(values or {})}):
        raise LostUpdate
    changed = await work.uow.meetings.by_id(meeting.id)
    if changed is None:
        raise LostUpdate
    return changed


async def move(work: Work, meeting: Meeting, new: NewDate) -> Meeting:
    """Give a meeting another date, hour, place or form. A new date or hour asks everybody anew, the others do not.

    The row keeps its period month. Raises TooLate for an instant that has passed.
    """
    if new.starts_at <= work.now:
        raise TooLate(Text("refused.past"))
    same = new.starts_at == meeting.starts_at and meeting.state is not State.POSTPONED
    mode = new.mode or meeting.mode
    if same and (new.place, mode) == (meeting.place, meeting.mode):
        raise TooLate(Text("refused.same_date"))
    values: dict[str, object] = {
        "starts_at": new.starts_at,
        "place": new.place,
        "mode": mode,
        "revision": meeting.revision + 1,
        "on_hold": False,
    }
    if meeting.announced_at is not None:
        values["announced_at"] = work.now
    moved = await transit(work, meeting, Verb.MOVE, values)
    if new.starts_at != meeting.starts_at:
        await work.uow.answers.clear(meeting.id)
    # Who was never told of the first date is told of the meeting, not of a change.
    news = "moved" if not same else "place" if new.place != meeting.place else "mode"
    what = "replanned" if meeting.announced_at is None else news
    await _log(work, meeting, what, new.starts_at, new.why)
    await work.uow.notices.drop_stale(meeting.id, moved.revision)
    return moved


async def call_off(
    work: Work, meeting: Meeting, verb: Verb, why: str, *, keeps_answers: bool = False
) -> Meeting:
    """Postpone a meeting (no new date yet) or cancel it; what was queued for it dies.

    Answers that are kept are of use when this is undone; a new date clears them.
    """
    gone = await transit(work, meeting, verb, {"revision": meeting.revision + 1})
    if not keeps_answers:
        await work.uow.answers.clear(meeting.id)
    await _log(work, meeting, str(gone.state), None, why)
    await work.uow.notices.drop_stale(meeting.id, gone.revision)
    return gone


async def restore(work: Work, gone: Meeting, state: State, postponed_at: datetime) -> Meeting:
    """Undo a postponement as if it had not been: the state and the revision of before, what was dropped is due.

    Buttons and notices of that revision are good again. Raises LostUpdate in a race.
    """
    revision = gone.revision - 1
    if not await work.uow.meetings.change(gone, {"state": state, "revision": revision}):
        raise LostUpdate
    await work.uow.meetings.strike_move(gone.id, str(State.POSTPONED), postponed_at)
    await work.uow.storms.stands_again(gone.id, revision)
    await work.uow.audit.note(work.now, actor(work).id, "restored", cell=gone.cell, meeting=gone.id)
    return replace(gone, state=state, revision=revision)


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
    """What `hoan` may speak of: postponed meetings, one that has begun and was not held, and the next one.

    Also what else is to come in that one's month, or beside the regular meetings.
    """
    found = await work.uow.meetings.in_state(cell.id, (State.POSTPONED, *OPEN))
    waiting = [one for one in found if one.state is State.POSTPONED or one.starts_at <= work.now]
    ahead = [one for one in found if one not in waiting]
    first = ahead[:1]
    also = [one for one in ahead[1:] if one.kind not in ONE_A_MONTH or one.period == first[0].period]
    return [*waiting, *first, *also]
