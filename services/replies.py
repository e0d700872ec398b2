"""What people say about coming: for themselves, or written down by somebody who may."""

from datetime import datetime, timedelta

from chat.text import Text
from meetings.records import AnswerGiven, Meeting
from meetings.terms import Answer, PersonId, Reason, State
from services.access import actor
from services.errors import TooLate
from services.work import Work


async def record(
    work: Work,
    meeting: Meeting,
    answer: Answer,
    *,
    reason: Reason | None = None,
    person: PersonId | None = None,
) -> None:
    """Record an answer of the actor, or of somebody the actor was allowed to answer for.

    Raises TooLate once the meeting has begun or is off.
    """
    if meeting.state is not State.ANNOUNCED or work.now >= meeting.starts_at:
        key = "refused.started" if meeting.state is State.ANNOUNCED else f"refused.{meeting.state}"
        raise TooLate(Text(key))
    by = actor(work).id
    whom = by if person is None else person
    known = await work.uow.answers.of_person(meeting.id, whom)
    if answer is Answer.ABSENT and reason is None and known is not None and known.answer is answer:
        reason = known.reason  # pressed again: nothing gets lost
    await work.uow.answers.put(meeting.id, AnswerGiven(whom, answer, reason, by, work.now))
    if whom != by:
        await work.uow.audit.note(
            work.now, by, "answer_for", cell=meeting.cell, meeting=meeting.id, whom=whom
        )


async def open_for(work: Work) -> list[Meeting]:
    """The announced meetings to come of the actor's cells (and of those the actor is invited to), soonest first."""
    person = actor(work)
    cells = await work.uow.members.cells_of(person.id, work.today)
    cells |= {one.cell for one in await work.uow.people.assignments_of(person.id, work.today)}
    coming = await work.uow.meetings.coming_up(work.now, cells=cells)
    return [one for one in coming if one.state is State.ANNOUNCED]


async def postponed_for(work: Work) -> list[Meeting]:
    """Meetings of the actor's cells that are put off without a new date, newest first."""
    cells = await work.uow.members.cells_of(actor(work).id, work.today)
    found = [one for cell in cells for one in await work.uow.meetings.in_state(cell, (State.POSTPONED,))]
    recent = [one for one in found if one.starts_at > work.now - timedelta(days=60)]
    return sorted(recent, key=lambda one: one.starts_at, reverse=True)


async def begun_for(work: Work) -> bool:
    """Whether a meeting of the actor's cells began within the last half day and is not closed."""
    cells = await work.uow.members.cells_of(actor(work).id, work.today)
    for cell in cells:
        for meeting in await work.uow.meetings.in_state(cell, (State.ANNOUNCED, State.HELD)):
            if meeting.starts_at <= work.now < meeting.starts_at + timedelta(hours=12):
                return True
    return False


async def coming_for(work: Work, *, since: datetime | None = None) -> list[Meeting]:
    """All meetings to come of the actor's cells, announced or only planned, soonest first.

    `since`: those too that began after this instant and are not called yet.
    """
    person = actor(work)
    cells = await work.uow.members.cells_of(person.id, work.today)
    cells |= {one.unit for one in await work.uow.people.roles_of(person.id, work.today)}
    cells |= {one.cell for one in await work.uow.people.assignments_of(person.id, work.today)}
    return await work.uow.meetings.coming_up(since or work.now, cells=cells)
