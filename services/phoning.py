"""Who could not be messaged for want of messages, told to whoever phones: before the meeting, by name.

Two messages, neither ever left out: one a month and cell while there still is room (`ahead`); and for each step
of the plan a list of those whom it did not reach. Who misses a step after its list is on another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chat.replies import Reply
from chat.text import Text, lines
from meetings.records import Meeting, Member
from meetings.reminders import StepKind
from meetings.terms import Answer, MeetingId, PersonId, State
from services import ahead, quota
from services.announcing import secretary_or_deputy
from services.delivery import Occasion, Told, tell, tell_within, told_of
from services.facts import facts, may_hear, names_or_none, standings
from services.notices import behalf_choice
from services.rules import is_quiet
from services.work import Work
from storage.notices import UNDERWAY, Last, carried_by

UNREMINDED = (
    "unreminded"  # kinds "unreminded.<step>.phone", the second list of a step "unreminded.<step>.2.phone"
)
_KINDS = (StepKind.NOTICE, StepKind.REMINDER, StepKind.TODAY)
_SETTLING = timedelta(minutes=5)  # who is left out by one round of letters is told of in one message
_LISTED = 60


@dataclass(frozen=True, slots=True)
class Round:
    """A step of a meeting that did not reach these people, whom no list has named yet."""

    meeting: Meeting
    step: str
    due_at: datetime
    occasion: Occasion
    missed: Sequence[Member]
    for_want: bool  # of messages, all of them; else there are other reasons too


async def unreminded(work: Work, meeting: Meeting) -> list[tuple[Member, Last]]:
    """The members whose newest notice of a meeting to come did not leave, and who still need it."""
    if not work.house.metered:
        return []
    spent = await quota.spent_bots(work)
    last = {
        one.person: one
        for one in await work.uow.notices.newest(_subject(meeting), meeting.revision, _KINDS, spent)
        if one.missed and one.due_at <= work.now
    }
    if not last:
        return []
    found = await standings(work, meeting)
    wanted = [one for one in found.members if one.person in last and may_hear(one)]
    return [(one, last[one.person]) for one in wanted if _needs(found.said(one), last[one.person])]


def _needs(said: Answer | None, last: Last) -> bool:
    """Who answered meanwhile needs no reminder to answer."""
    if said is Answer.ABSENT:
        return False
    return said is None or not last.kind.startswith(f"{StepKind.REMINDER}.")


async def untold(work: Work) -> list[MeetingId]:
    """The meetings of which a leader has to hear a list now. What most months are is seen with one look."""
    if not work.house.metered:
        return []
    missed = await work.uow.notices.missed(work.now, _KINDS, await quota.spent_bots(work))
    near = await ahead.near(work)
    coming = await work.uow.meetings.coming_up(work.now) if missed or near else []
    return [
        one.id
        for one in coming
        if (one.id in missed and await _rounds(work, one))
        or (one.cell in near and await ahead.warning(work, one))
    ]


async def report(work: Work, number: MeetingId) -> None:
    """Tell the secretary, else the deputy; nobody else learns names."""
    meeting = await work.uow.meetings.by_id(number)
    if meeting is None:
        return
    for one in await _rounds(work, meeting):
        readers = await secretary_or_deputy(work, meeting.cell, one.occasion)
        if any([await tell(work, who, one.occasion, await _list(work, one, who.id)) for who in readers]):
            await _named(work, one)
    warned = await ahead.warning(work, meeting)
    if warned is not None:
        await ahead.warn(work, warned)


async def _rounds(work: Work, meeting: Meeting) -> list[Round]:
    """What settled some minutes ago and nobody was told of. Nothing in the quiet hours."""
    if meeting.state is not State.ANNOUNCED or await is_quiet(work, meeting.cell):
        return []
    missed = [one for one in await unreminded(work, meeting) if one[1].due_at + _SETTLING <= work.now]
    if not missed:
        return []
    told = await told_of(work, _subject(meeting), meeting.revision)
    marks = await work.uow.notices.of_subject(_marks(meeting), meeting.revision)
    listed = {(one.person, one.kind): one.why for one in marks}
    arrived = {
        carried_by(_subject(meeting), kind) for (_, kind), status in told.items() if status in UNDERWAY
    }
    steps: dict[tuple[str, datetime], list[tuple[Member, Last]]] = {}
    for member, last in missed:
        if listed.get((member.person, last.kind)) not in arrived:
            steps.setdefault((last.kind, last.due_at), []).append((member, last))
    rounds = []
    for (step, due), found in steps.items():
        kind = _kind(told, step, [listed.get((one.person, step)) for one, _ in found])
        occasion = replace(Occasion.of(meeting, kind, due), told=told)
        if await secretary_or_deputy(work, meeting.cell, occasion):
            members, want = [one for one, _ in found], all(last.for_want for _, last in found)
            rounds.append(Round(meeting, step, due, occasion, members, want))
    return rounds


def _kind(told: Told, step: str, lost: Sequence[str | None]) -> str:
    """A list that was lost is written to the other leader; with somebody else on it it is a new one."""
    known = [one for one in lost if one]
    if len(known) == len(lost):
        return max(known).rpartition(" ")[2]
    before = {kind for _, kind in told if kind.startswith(f"{UNREMINDED}.{step}.")}
    return f"{UNREMINDED}.{step}{f'.{len(before) + 1}' if before else ''}{quota.PHONE}"


async def _named(work: Work, found: Round) -> None:
    """These are on that list now, for as long as it is not lost."""
    mark = Occasion(_marks(found.meeting), found.step, found.due_at, revision=found.meeting.revision)
    for member in found.missed:
        await tell_within(work, await work.uow.people.by_id(member.person), mark, found.occasion)


async def _list(work: Work, found: Round, reader: PersonId) -> Reply:
    known = await facts(work, found.meeting)
    others = [one for one in found.missed if one.person != reader]
    known |= {"n": len(others), "names": names_or_none(others, limit=_LISTED)}
    first = Text("quota.unreminded" if found.for_want else "quota.unreminded.plain", known)
    choices = (behalf_choice(found.meeting),)
    return Reply(lines(first, Text("forecast.ask")), choices, question=f"list:{found.meeting.id}")


def _subject(meeting: Meeting) -> str:
    return f"meeting:{meeting.id}"


def _marks(meeting: Meeting) -> str:
    return f"listed:{meeting.id}"
