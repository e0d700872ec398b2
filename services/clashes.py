"""A date on a holiday or at Tết: secretary and deputy are told once, with the nearest free days.

Nothing is moved by itself (domain.md 14). What was said is a notice of this date, whatever its revision: a new
date, or a table of holidays that changes, is looked at again; another place or form is not.
"""

from datetime import date, datetime, timedelta

from chat.replies import Choice, Reply, action
from chat.text import Text, lines
from meetings.holidays import Clash
from meetings.records import Meeting, Person
from meetings.terms import MeetingId
from services.access import actor, leaders
from services.calendar import clash_of, clash_on, offers, said
from services.delivery import Occasion, count_as_told, reached, tell
from services.facts import facts
from services.reminders import dues_of
from services.rules import policies, policy_of
from services.schedule import at_local
from services.work import Work

KIND = "clash"


async def untold(work: Work) -> list[MeetingId]:
    """The meetings whose date clashes, now that it is time to say so, and of which a leader has not heard."""
    found = []
    days = max(one.clash.days_before for one in policies(work)) + 1
    for meeting in await work.uow.meetings.coming_up(work.now, until=work.now + timedelta(days=days)):
        due = await due_at(work, meeting)
        if due is not None and due <= work.now and await _waiting(work, meeting):
            found.append(meeting.id)
    return found


async def due_at(work: Work, meeting: Meeting) -> datetime | None:
    """When the clash of a date is spoken of, if it has one. A date that came later is spoken of at once."""
    if await clash_of(work, meeting) is None:
        return None
    rules = (await policy_of(work, meeting.cell)).clash
    day = work.local(meeting.starts_at).date() - timedelta(days=rules.days_before)
    return at_local(work, day, rules.hour)


async def propose(work: Work, number: MeetingId) -> None:
    """Tell those who have not heard, if it is still so."""
    meeting = await work.uow.meetings.by_id(number)
    clash = None if meeting is None else await clash_of(work, meeting)
    due = None if meeting is None else await due_at(work, meeting)
    if meeting is None or clash is None or due is None or due > work.now:
        return
    for leader in await _waiting(work, meeting):
        await tell(work, leader, _occasion(work, meeting, due), await proposal(work, meeting, clash))


async def proposal(work: Work, meeting: Meeting, clash: Clash) -> Reply:
    """What the date clashes with, the nearest free days as buttons, and to keep the date."""
    known = await facts(work, meeting)
    days = await offers(work, meeting)
    hour = work.local(meeting.starts_at).time()
    choices = [
        Choice(
            Text("button.day", {"when": at_local(work, day, hour)}),
            action("clash_to", meeting.id, meeting.revision, day.isoformat()),
        )
        for day in days
    ]
    choices.append(Choice(Text("button.keep_day"), action("clash_keep", meeting.id, meeting.revision)))
    text = lines(
        Text("clash.first", known), said(clash), Text("clash.ask" if days else "clash.ask_none", known)
    )
    return Reply(text, tuple(choices), question=f"clash:{meeting.id}", until=await _until(work, meeting))


async def keep(work: Work, meeting: Meeting) -> None:
    """The date stays; nobody is asked again about it."""
    occasion = _occasion(work, meeting, work.now)
    for leader in await leaders(work, meeting.cell):
        await count_as_told(work, leader, occasion)
    await work.uow.audit.note(work.now, actor(work).id, "keep_date", cell=meeting.cell, meeting=meeting.id)


async def chosen(work: Work, meeting: Meeting) -> None:
    """Whoever puts a meeting on a date that clashes was told when they were asked to confirm it."""
    if await clash_of(work, meeting) is not None:
        await count_as_told(work, actor(work), _occasion(work, meeting, work.now))


async def warning(work: Work, meeting: Meeting, day: date) -> Text | None:
    """For the question whether to move a meeting to a day."""
    clash = await clash_on(work, meeting.cell, day)
    return None if clash is None else said(clash)


def _occasion(work: Work, meeting: Meeting, due: datetime) -> Occasion:
    return Occasion.of(meeting, f"{KIND}.{work.local(meeting.starts_at).date()}", due)


async def _waiting(work: Work, meeting: Meeting) -> list[Person]:
    occasion = _occasion(work, meeting, work.now)
    heard = await work.uow.notices.heard(occasion.subject, occasion.kind, meeting.revision)
    return [
        one for one in await leaders(work, meeting.cell) if one.id not in heard and await reached(work, one)
    ]


async def _until(work: Work, meeting: Meeting) -> datetime:
    """The numbers are free again when the next step of the ladder asks something of its own."""
    ahead = [due.at for due in await dues_of(work, meeting) if due.at > work.now]
    return min([meeting.starts_at, *ahead])
