"""The words of a notice that waited for another day: what said "tomorrow" last night says "today"."""

from dataclasses import replace

from chat.replies import Reply
from chat.text import Lines, Text, Wording
from meetings.records import Meeting, Member
from meetings.reminders import StepKind
from meetings.terms import PersonId
from services import notices
from services.facts import standings
from services.reminders import relayed
from services.work import Work
from storage.notices import Notice
from storage.outbox import Letter

# The entries that begin a message whose words hold on the day they are chosen only.
_OF_A_DAY = frozenset({"reminder", "reminder.today", "today", "tomorrow", "relay", "forecast.first"})


async def of_today(work: Work, letter: Letter) -> Letter:
    """The letter in the words of the day it is sent on; also names and figures as they are by now."""
    if letter.answer or letter.notice is None or _key(letter.text) not in _OF_A_DAY:
        return letter
    fact, _ = await work.uow.notices.by_id(letter.notice)
    if fact.meeting is None or fact.person is None or work.local(fact.due_at).date() == work.today:
        return letter
    meeting = await work.uow.meetings.by_id(fact.meeting)
    said = None if meeting is None else await _said_now(work, meeting, fact, fact.person)
    return letter if said is None else replace(letter, text=said.text)


async def _said_now(work: Work, meeting: Meeting, fact: Notice, who: PersonId) -> Reply | None:
    kind = fact.kind.partition(".")[0]
    if kind == StepKind.FORECAST:
        return await notices.forecasting(work, meeting)
    if kind == StepKind.RELAY:
        theirs = (await relayed(work, meeting)).get(who)
        return await notices.relay(work, meeting, theirs) if theirs else None
    member = await _member(work, meeting, who)
    if member is None:
        return None
    write = notices.today if kind == StepKind.TODAY else notices.reminder
    return await write(work, meeting, member)


async def _member(work: Work, meeting: Meeting, who: PersonId) -> Member | None:
    found = await standings(work, meeting)
    return next((one for one in found.members if one.person == who), None)


def _key(text: Wording) -> str:
    while isinstance(text, Lines):
        if not text.parts:
            return ""
        text = text.parts[0]
    return text.key if isinstance(text, Text) else ""
