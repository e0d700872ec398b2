"""Reminders of a preparation: what is open and due, each step once, in one message to who leads the cell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from meetings.preparing import Step, StepState, to_remind
from meetings.records import Meeting
from meetings.reminders import StepKind
from meetings.terms import Kind, MeetingId
from services.announcing import secretary_or_deputy
from services.checklist import reminder
from services.delivery import Occasion, count_as_told, tell, told_of
from services.leading import leaders_reached
from services.preparation import dated, steps_of
from services.rules import policy_of
from services.work import Work
from storage.notices import NoticeState

KIND = "prepare"
_FURTHEST = timedelta(days=30)  # a step lies at most 28 days before its meeting
_OFFICIALS_WORD = (StepKind.INVITATION, StepKind.NOTICE)  # who is a member here too gets the notice
_PREPARED = (Kind.REGULAR, Kind.COMBINED, Kind.THEMATIC)


async def waiting(work: Work) -> list[MeetingId]:
    """The meetings of whose steps somebody is to be reminded now.

    Of a province's thousands a few looks leave those where something is due, open and new, and somebody to tell.
    """
    due = await _due_now(work, await work.uow.meetings.coming_up(work.now, until=work.now + _FURTHEST))
    led = await leaders_reached(work, {one.cell for one in due})
    left = await _left(work, {one: steps for one, steps in due.items() if one.cell in led})
    return [one.id for one in left if await _to_tell(work, one)]


async def _due_now(work: Work, coming: Sequence[Meeting]) -> dict[Meeting, set[Step]]:
    """What is due by the dates alone; those of one day under the same rules are dated once."""
    dated_on: dict[tuple[int, date], list[tuple[Step, datetime]]] = {}
    found = {}
    for one in coming:
        rules = await policy_of(work, one.cell)
        if not rules.preparation.remind or one.kind not in _PREPARED:
            continue
        day = id(rules), work.local(one.starts_at).date()
        if day not in dated_on:
            every = ((each.step, each.remind_at) for each in dated(work, one, rules))
            dated_on[day] = [(step, at) for step, at in every if at is not None and at <= work.now]
        steps = {step for step, at in dated_on[day] if at >= one.created_at} - {Step.AFTER}
        if not rules.preparation.notify_official_in_charge:
            steps -= {Step.OFFICIAL}
        if steps:
            found[one] = steps
    return found


async def _left(work: Work, due: Mapping[Meeting, set[Step]]) -> list[Meeting]:
    """Those of which a step was neither ticked nor done by itself nor spoken of."""
    ticks = await work.uow.preparations.of_meetings([one.id for one in due])
    told: dict[str, list[NoticeState]] = {}
    for revision in {one.revision for one in due}:
        those = {f"{KIND}:{one.id}" for one in due if one.revision == revision}
        told |= await work.uow.notices.of_subjects(those, revision)
    left: dict[Meeting, set[Step]] = {}
    for one, steps in due.items():
        done = set(ticks.get(one.id, ())) | ({Step.NOTICE} if one.announced_at else set())
        spoken = {each.kind.removeprefix(f"{KIND}.") for each in told.get(f"{KIND}:{one.id}", ())}
        if rest := steps - done - spoken:
            left[one] = rest
    invited = {one.id for one, rest in left.items() if rest == {Step.OFFICIAL}}
    invited -= await work.uow.assignments.without_word(invited, work.today, _OFFICIALS_WORD)
    return [one for one in left if one.id not in invited]


async def dues_of(work: Work, meeting: Meeting) -> list[datetime]:
    """When a reminder of a meeting falls due, if its step is open by then."""
    rules = await policy_of(work, meeting.cell)
    if not rules.preparation.remind or meeting.kind not in _PREPARED:
        return []
    found = [one.remind_at for one in dated(work, meeting, rules) if one.step is not Step.AFTER]
    return sorted({at for at in found if at is not None and at >= meeting.created_at})


async def _is_due(work: Work, meeting: Meeting) -> bool:
    """By the dates alone, without a look at what is done."""
    return any(at <= work.now for at in await dues_of(work, meeting))


async def _to_tell(work: Work, meeting: Meeting) -> list[StepState]:
    """The open steps of which nobody was reminded since this date was set. What comes after is asked elsewhere.

    What is done is looked up last: mostly all that is due was spoken of long ago.
    """
    told = {kind for _, kind in await told_of(work, f"{KIND}:{meeting.id}", meeting.revision)}
    move = await work.uow.meetings.last_move(meeting.id)
    since = meeting.created_at if move is None else max(meeting.created_at, move.at)
    due = to_remind(dated(work, meeting, await policy_of(work, meeting.cell)), work.now, since)
    untold = {one.step for one in due if one.step is not Step.AFTER and f"{KIND}.{one.step}" not in told}
    if not untold:
        return []
    return [one for one in await steps_of(work, meeting) if one.step in untold and one.is_open]


async def remind(work: Work, number: MeetingId) -> None:
    """One message for all that fell due and is open, to the secretary; to the deputy where there is none."""
    meeting = await work.uow.meetings.by_id(number)
    if meeting is None or meeting.starts_at <= work.now or not await _is_due(work, meeting):
        return
    due = await _to_tell(work, meeting)
    if not due:
        return
    occasions = [_occasion(meeting, one) for one in due]
    message = await reminder(work, meeting, due)
    for leader in await secretary_or_deputy(work, meeting.cell, occasions[-1]):
        if await tell(work, leader, occasions[-1], message):
            for more in occasions[:-1]:
                await count_as_told(work, leader, more)


def _occasion(meeting: Meeting, one: StepState) -> Occasion:
    """A subject of its own: whether members heard of the meeting is another question."""
    plain = Occasion.of(meeting, f"{KIND}.{one.step}", one.remind_at or meeting.created_at)
    return replace(plain, subject=f"{KIND}:{meeting.id}")


async def still_open(work: Work, meeting: Meeting) -> bool:
    """Whether a reminder that waited is worth sending: something of it is not done yet."""
    return any(
        one.is_open and one.remind_at and one.remind_at <= work.now for one in await steps_of(work, meeting)
    )
