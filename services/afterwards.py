"""After the meeting: what is open is asked once, on the morning after; whoever came from above confirms."""

from dataclasses import replace
from datetime import datetime, timedelta

from chat.replies import Choice, Reply, Style, action
from chat.text import Text, lines
from meetings.records import Meeting, Person
from meetings.terms import MeetingId, State
from services.announcing import secretary_or_deputy
from services.delivery import Occasion, reached, tell, told_of
from services.facts import facts
from services.result_asking import ask, said
from services.results import result_of, unanswered
from services.rules import policy_of
from services.schedule import at_local
from services.work import Work
from storage.notices import Notice
from storage.results import LATEST

ASK, CONFIRM = "result", "result_confirm"
KINDS = (ASK, CONFIRM)
_USEFUL = timedelta(days=7)
_FURTHEST = timedelta(days=10)  # back, for lists that wait to be asked about


async def waiting(work: Work) -> list[MeetingId]:
    """The meetings of which somebody is to be asked now: closed yesterday or before, and something is open."""
    found = []
    open_ones = [(one, due) for one, due in await _open(work) if due <= work.now < due + _USEFUL]
    heard = await work.uow.notices.of_subjects([_subject(one.id) for one, _ in open_ones], 0)
    for meeting, due in open_ones:
        told = {(one.recipient, one.kind): one.status for one in heard.get(_subject(meeting.id), [])}
        if await _readers(work, meeting, replace(_asking(meeting, due), told=told)):
            found.append(meeting.id)
    return found


async def remind(work: Work, number: MeetingId) -> None:
    """[17] Once."""
    meeting = await work.uow.meetings.by_id(number)
    closed_at = dict(await work.uow.results.closed_since(work.now - _FURTHEST, meeting=number)).get(number)
    if meeting is None or closed_at is None or not unanswered(meeting, await result_of(work, meeting)):
        return
    due = await _due_at(work, meeting, closed_at)
    if not due <= work.now < due + _USEFUL:
        return
    plain = _asking(meeting, due)
    occasion = replace(plain, told=await told_of(work, plain.subject))
    for leader in await _readers(work, meeting, occasion):
        message = await ask(work, meeting)
        await tell(work, leader, occasion, replace(message, until=occasion.useful_until))


async def dues(work: Work) -> list[tuple[datetime, Meeting]]:
    """When something that is open will be asked for."""
    return [(due, meeting) for meeting, due in await _open(work)]


async def _open(work: Work) -> list[tuple[Meeting, datetime]]:
    """Closed lately with something left to say, and when it is asked for: in three looks for all cells."""
    since = work.now - _FURTHEST
    closed_at = dict(await work.uow.results.closed_since(since))
    met = await work.uow.meetings.closed_between(since - LATEST, work.now) if closed_at else []
    recent = [one for one in met if one.id in closed_at]
    known = await work.uow.results.of_meetings([one.id for one in recent])
    return [
        (one, await _due_at(work, one, closed_at[one.id]))
        for one in recent
        if unanswered(one, known.get(one.id))
    ]


async def _readers(work: Work, meeting: Meeting, occasion: Occasion) -> list[Person]:
    found = await secretary_or_deputy(work, meeting.cell, occasion)
    return [one for one in found if await reached(work, one)]


def _asking(meeting: Meeting, due: datetime) -> Occasion:
    plain = Occasion.of(meeting, ASK, due, useful_until=due + _USEFUL)
    return replace(plain, subject=_subject(meeting.id), revision=0)


def _subject(number: MeetingId) -> str:
    return f"result:{number}"


async def _due_at(work: Work, meeting: Meeting, closed_at: datetime) -> datetime:
    """The morning after the meeting, or after the list was closed if that was later."""
    day = max(work.local(meeting.starts_at), work.local(closed_at)).date() + timedelta(days=1)
    return at_local(work, day, (await policy_of(work, meeting.cell)).chase.hour)


async def ask_officials(work: Work, meeting: Meeting) -> None:
    """Whoever came from above is asked to confirm what the cell adopted; each newer word is asked about anew."""
    result = await result_of(work, meeting)
    if result is None or unanswered(meeting, result) or result.confirmed_at is not None:
        return
    until = work.now + _USEFUL
    plain = Occasion.of(meeting, CONFIRM, work.now, useful_until=until)
    occasion = replace(plain, subject=_subject(meeting.id), revision=result.serial)
    text = lines(Text("result.confirm_ask", await facts(work, meeting)), said(result))
    button = Choice(
        Text("button.confirm"), action("res_confirm", meeting.id, result.serial), style=Style.GOOD
    )
    for who in sorted(await work.uow.marks.guests_of(meeting.id)):
        official = await work.uow.people.by_id(who)
        message = Reply(text, (button,), question=f"confirm:{meeting.id}", until=until)
        await tell(work, official, occasion, message)


async def overtaken(work: Work, notice: Notice, meeting: Meeting) -> str | None:
    """Why a letter of ours is no longer wanted."""
    if meeting.state is not State.CLOSED:
        return str(meeting.state)
    result = await result_of(work, meeting)
    if notice.kind == ASK:
        return None if unanswered(meeting, result) else "recorded"
    if result is None or result.serial != notice.revision:
        return "recorded anew"
    guests = await work.uow.marks.guests_of(meeting.id)
    return None if notice.person in guests else "no guest"
