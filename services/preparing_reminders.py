"""Reminders of a preparation: what is open and due, each step once, in one message to who leads the cell."""

from dataclasses import replace
from datetime import datetime, timedelta

from meetings.preparing import Step, StepState, to_remind
from meetings.records import Meeting
from meetings.terms import Kind, MeetingId
from services.announcing import secretary_or_deputy
from services.checklist import reminder
from services.delivery import Occasion, count_as_told, tell, told_of
from services.preparation import dated, steps_of
from services.rules import policy_of
from services.work import Work

KIND = "prepare"
_FURTHEST = timedelta(days=30)  # a step lies at most 28 days before its meeting
_PREPARED = (Kind.REGULAR, Kind.COMBINED, Kind.THEMATIC)


async def waiting(work: Work) -> list[MeetingId]:
    """The meetings of whose steps somebody is to be reminded now."""
    coming = await work.uow.meetings.coming_up(work.now)
    near = [one for one in coming if one.starts_at - work.now <= _FURTHEST]
    return [one.id for one in near if await _is_due(work, one) and await _to_tell(work, one)]


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
