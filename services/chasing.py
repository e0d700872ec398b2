"""What a cell still owes, asked for step by step: a list not recorded, a month without a date (domain.md 4.11).

Each step is told once, stops the moment the thing is done, and carries the buttons to do it with.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from chat.replies import Action, Choice, Reply, Style, action
from chat.text import Text, lines
from meetings.period import Period
from meetings.records import Meeting, Person, Unit
from meetings.states import Verb
from meetings.terms import ONE_A_MONTH, Kind, MeetingId, State, UnitId
from services.access import leaders
from services.announcing import secretary_or_deputy
from services.delivery import Occasion, reached, tell, told_of
from services.facts import Standings, facts, standings
from services.rules import policies, policy_of
from services.schedule import at_local
from services.work import Work
from storage.meetings import LIST_OPEN

UNRECORDED, NO_PLAN = "unrecorded", "no_plan"
PLAN = "plan"  # the subject of what is said of a cell's months without a date
_USEFUL = timedelta(days=7)  # of the last step for somebody
_SETTLING = timedelta(days=3)  # who has just put a meeting off is not asked for a date at once
_EXAMPLE = (2, 6)  # places on the roll: 3 and 7, as the grammar is shown everywhere


@dataclass(frozen=True, slots=True)
class Gap:
    """A month without a date. `meeting` is the postponed one, if there is any, `since` when it was put off."""

    cell: UnitId
    period: Period
    meeting: Meeting | None = None
    since: datetime | None = None

    @property
    def key(self) -> str:
        """What somebody is told once: put off again it is another gap."""
        return f"{self.period}.{self.meeting.revision if self.meeting else 0}"


async def unrecorded(work: Work) -> list[Meeting]:
    """The meetings that have begun and whose list is not closed, while a step of theirs may be of use."""
    last = max(one.chase.recorded_days[-1] for one in policies(work))
    since = work.now - timedelta(days=last + 1) - _USEFUL  # days are counted from the meeting's midnight
    return await work.uow.meetings.unrecorded(since, work.now)


async def steps_of(work: Work, meeting: Meeting) -> list[tuple[str, datetime]]:
    """Kind and instant of the three steps: for the secretary, for both leaders, for the commune's list."""
    rules = (await policy_of(work, meeting.cell)).chase
    day = work.local(meeting.starts_at).date()
    return [
        (f"{UNRECORDED}.{days}", at_local(work, day + timedelta(days=days), rules.hour))
        for days in rules.recorded_days
    ]


async def waiting_for_record(work: Work) -> list[MeetingId]:
    """The meetings of which a leader is to be reminded now."""
    return [one.id for one in await unrecorded(work) if await _to_remind(work, one)]


async def ask_for_record(work: Work, number: MeetingId) -> None:
    """Remind those who have not been reminded of this step."""
    meeting = await work.uow.meetings.by_id(number)
    if meeting is None or not _is_unrecorded(work, meeting):
        return
    for occasion, leader in await _to_remind(work, meeting):
        await tell(work, leader, occasion, await _record_asked(work, meeting))


def _is_unrecorded(work: Work, meeting: Meeting) -> bool:
    has_list = meeting.kind is not Kind.PREMEETING
    return has_list and meeting.state in LIST_OPEN and meeting.starts_at <= work.now


async def _to_remind(work: Work, meeting: Meeting) -> list[tuple[Occasion, Person]]:
    """The step that is due by now, for each whom it is for. A list that was closed once is somebody's work."""
    (first, asked), (second, urged), _ = await steps_of(work, meeting)
    if not asked <= work.now < urged + _USEFUL or await work.uow.closings.of_meeting(meeting.id):
        return []
    if work.now < urged:
        occasion = await _of_meeting(work, meeting, first, asked, until=urged)
        found = await secretary_or_deputy(work, meeting.cell, occasion)
    else:
        occasion = await _of_meeting(work, meeting, second, urged, until=urged + _USEFUL)
        found = [one for one in await leaders(work, meeting.cell) if occasion.is_new_to(one.id)]
    return [(occasion, one) for one in found if await reached(work, one)]


async def _of_meeting(work: Work, meeting: Meeting, kind: str, at: datetime, *, until: datetime) -> Occasion:
    """A subject of its own: whether members heard of the meeting is another question."""
    occasion = replace(Occasion.of(meeting, kind, at, useful_until=until), subject=chase_of(meeting))
    return replace(occasion, told=await told_of(work, occasion.subject, occasion.revision))


def chase_of(meeting: Meeting) -> str:
    """The subject of the steps of a meeting; a new date begins anew, by its revision."""
    return f"chase:{meeting.id}"


async def _record_asked(work: Work, meeting: Meeting) -> Reply:
    """The roll-call by button or by a line with this cell's own numbers; or another date, or none."""
    known = await facts(work, meeting)
    known["line"] = _line(await standings(work, meeting))
    begun = meeting.state is State.HELD
    text = lines(
        Text("chase.unrecorded", known),
        Text("chase.how_closing" if begun else "chase.how_recording", known),
        None if begun else Text("chase.not_held"),
    )
    choices = [Choice(Text("button.rollcall"), action("call", meeting.id), style=Style.GOOD)]
    if not begun:
        choices += [
            Choice(Text("button.move"), action("move", meeting.id, meeting.revision)),
            Choice(Text("button.postpone"), _call_off(meeting, Verb.POSTPONE)),
            Choice(Text("button.cancel"), _call_off(meeting, Verb.CANCEL)),
        ]
    return Reply(text, tuple(choices), question=f"chase:{meeting.id}", until=work.now + _USEFUL)


def _line(found: Standings) -> Text:
    """A line to copy: those who said they would be absent, else how absences are written."""
    said = sorted(one.number for one in found.absent)
    if said:
        return Text("chase.line_said", {"numbers": " ".join(map(str, said))})
    numbers = [one.number for one in found.base] or [1]
    shown = sorted({numbers[min(place, len(numbers) - 1)] for place in _EXAMPLE})
    return Text("chase.line", {"numbers": " ".join(map(str, shown))})


def _call_off(meeting: Meeting, verb: Verb) -> Action:
    """Asks for the reason first, then for a second tap."""
    return action("call_off", meeting.id, meeting.revision, verb)


async def gaps(work: Work, cells: Collection[UnitId]) -> list[Gap]:
    """The months without a date: the next one, and any from the last month on that was put off without one.

    A month that was cancelled with a reason is decided, not forgotten.
    """
    this = Period.of(work.today)
    found = []
    for period in (this.previous(), this, this.next()):
        rows = await work.uow.meetings.of_period(cells, period)
        regular = {one.cell: one for one in rows if one.kind in ONE_A_MONTH}
        if period > this:
            found += [Gap(cell, period) for cell in cells if cell not in regular]
        for row in regular.values():
            if row.state is State.POSTPONED:
                move = await work.uow.meetings.last_move(row.id)
                found.append(Gap(row.cell, period, row, move.at if move else None))
    return found


async def still_without(work: Work, cell: UnitId, kind: str) -> bool:
    """Whether the month a leader was to be asked for, by the kind of that notice, has no date yet."""
    return any(_kind_of(one) == kind for one in await gaps(work, [cell]))


async def plan_steps(work: Work, cell: UnitId | None) -> tuple[datetime, datetime]:
    """When the secretary, and when the commune, is reminded in this month."""
    rules = (await policy_of(work, cell)).chase
    month = Period.of(work.today).first_day
    days = (rules.no_plan_day, rules.no_plan_commune_day)
    asked, listed = (at_local(work, month.replace(day=day), rules.hour) for day in days)
    return asked, listed


async def due_gaps(work: Work, cells: Collection[UnitId], step: int) -> list[tuple[Gap, datetime]]:
    """The gaps to speak of by now, with the instant it was time: to the secretary (0) or the commune (1)."""
    at = {cell: (await plan_steps(work, cell))[step] for cell in cells}
    late = [cell for cell in cells if at[cell] <= work.now]
    found = await gaps(work, late) if late else []
    return [(one, at[one.cell]) for one in found if not one.since or one.since <= work.now - _SETTLING]


async def waiting_for_plan(work: Work) -> list[UnitId]:
    """The cells whose secretary is to be reminded now that a month has no date."""
    due = await due_gaps(work, [one.id for one in await work.uow.units.cells()], 0)
    return sorted({gap.cell for gap, at in due if await _to_ask(work, gap, at)})


async def ask_for_plan(work: Work, cell: UnitId) -> None:
    """Ask the secretary for each month that has no date."""
    for gap, at in await due_gaps(work, [cell], 0):
        for occasion, leader in await _to_ask(work, gap, at):
            await tell(work, leader, occasion, _plan_asked(await work.uow.units.by_id(cell), gap))


async def _to_ask(work: Work, gap: Gap, at: datetime) -> list[tuple[Occasion, Person]]:
    ends = at_local(work, Period.of(work.today).next().first_day, time())
    plain = Occasion(f"{PLAN}:{gap.cell}", _kind_of(gap), at, useful_until=ends, unit=gap.cell)
    occasion = replace(plain, told=await told_of(work, plain.subject))
    return [(occasion, one) for one in await secretary_or_deputy(work, gap.cell, occasion)]


def _kind_of(gap: Gap) -> str:
    return f"{NO_PLAN}.{gap.key}"


def _plan_asked(cell: Unit, gap: Gap) -> Reply:
    """A date for what was postponed, or for a month that the rule leaves out; or the rule itself."""
    period = {"period": gap.period.first_day}
    date_for = Text("button.date_for", period)
    if gap.meeting is not None:
        move = action("move", gap.meeting.id, gap.meeting.revision)
        none = Choice(Text("button.none_for", period), _call_off(gap.meeting, Verb.CANCEL))
        choices: tuple[Choice, ...] = (Choice(date_for, move), none)
    elif cell.day is not None and cell.time is not None:
        choices = (Choice(date_for, action("dateless_ask", cell.id, gap.period)),)
    else:
        choices = (Choice(Text("button.plan"), action("hop", cell.id)),)
    how = Text("chase.how_dating" if gap.meeting else "chase.how_planning")
    text = lines(Text("chase.no_plan", {"cell": cell.name, **period}), how)
    return Reply(text, choices, question=f"plan:{cell.id}:{gap.period}")
