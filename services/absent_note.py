"""Who was absent finds out what was said: a note the morning after, "Đã nắm", and who has not yet.

By the list as it was closed, to everybody absent alike, whatever the ruling; nothing of what was said.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chat.replies import Choice, Reply, Style, action
from chat.text import Lines, Param, Text, lines
from meetings.records import Meeting, Member, Person
from meetings.terms import CellRole, Kind, Mark, MeetingId, PersonId, State, UnitId
from services.access import actor, leaders
from services.delivery import Occasion, Told, reached, tell, told_of
from services.errors import NotFound
from services.facts import facts, may_hear, named, names
from services.leading import leaders_reached, reachable
from services.rules import policies, policy_of
from services.schedule import at_local
from services.work import Work
from storage.closings import Closing

INFORMING, UNINFORMED = "informing", "uninformed"
_USEFUL = timedelta(days=7)  # the list of those who have not found out
_LISTED = 30


@dataclass(frozen=True, slots=True)
class _Sitting:
    """A closed meeting with whoever was absent from it, and when they and the leaders are written to.

    `began_at` is the first morning on which somebody was; `note_at` that of whom only a later list names absent.
    """

    meeting: Meeting
    absent: tuple[Member, ...]
    grasped: Collection[PersonId]
    began_at: datetime
    note_at: datetime
    list_at: datetime
    told: Told

    @property
    def waiting(self) -> list[Member]:
        return [one for one in self.absent if one.person not in self.grasped]

    @property
    def silent(self) -> list[Member]:
        """Written to, and have not said so."""
        return [one for one in self.waiting if _noting(self).is_with(one.person)]

    @property
    def unreached(self) -> list[Member]:
        """Nothing got to them: never shown as "did not answer"."""
        return [one for one in self.waiting if not _noting(self).is_with(one.person)]


async def waiting(work: Work) -> list[MeetingId]:
    """The meetings of which somebody is to be written to now."""
    sittings = await _sittings(work, await _promising(work, await _closed(work)))
    return [one.meeting.id for one in sittings if _to_note(work, one) or await _to_list(work, one)]


async def coming(work: Work) -> list[tuple[datetime, Meeting]]:
    """When the absent, and when the leaders, will be written to, unless everybody has found out by then."""
    return [
        (at, one.meeting)
        for one in await _sittings(work, await _closed(work))
        for at in (one.note_at, one.list_at)
        if one.waiting and at > work.now
    ]


async def _closed(work: Work) -> list[tuple[Meeting, Closing]]:
    """The meetings that are not over and done with: only of these it is looked up who was absent."""
    rules = [one.informing for one in policies(work)]
    days = max(one.within_days for one in rules) + max(one.list_days for one in rules) + 2
    closed = await work.uow.meetings.closed_between(work.now - timedelta(days=days) - _USEFUL, work.now)
    frozen = await work.uow.closings.of_meetings([one.id for one in closed])
    found = []
    for meeting in closed:
        last = frozen.get(meeting.id)
        if last is not None and last.tally.present < last.tally.expected:
            _, list_at = await _times(work, meeting, last)
            if work.now < list_at + _USEFUL:
                found.append((meeting, last))
    return found


async def _promising(work: Work, closed: Sequence[tuple[Meeting, Closing]]) -> list[tuple[Meeting, Closing]]:
    """Of a province's thousands, in a few looks, those in which somebody who is reached has not been told."""
    names = {subject(one.id) for one, _ in closed}
    said = await work.uow.notices.first_dues(names, INFORMING)
    known = await work.uow.notices.of_subjects(names, 0)
    grasped = await work.uow.grasped.of_meetings([one.id for one, _ in closed])
    absent = await work.uow.closings.absent([last.id for _, last in closed])
    linked = await reachable(work, {who for those in absent.values() for who in those})
    led = await leaders_reached(work, {one.cell for one, _ in closed})
    found = []
    for meeting, last in closed:
        name = subject(meeting.id)
        note_at, list_at = await _times(work, meeting, last)
        list_at -= note_at - min(said.get(name, note_at), note_at)
        gone = absent.get(last.id, set()) - grasped.get(meeting.id, set())
        late = work.now >= list_at
        readers = led.get(meeting.cell, set()) if late else gone & linked
        kind = UNINFORMED if late else INFORMING
        told = {one.recipient for one in known.get(name, ()) if one.kind == kind}
        ripe = work.now < list_at + _USEFUL if late else work.now >= note_at
        if gone and ripe and any(f"person:{who}" not in told for who in readers):
            found.append((meeting, last))
    return found


async def _sittings(work: Work, closed: Sequence[tuple[Meeting, Closing]]) -> list[_Sitting]:
    found = [await _sitting(work, meeting, last) for meeting, last in closed]
    return [one for one in found if one is not None]


async def _times(work: Work, meeting: Meeting, frozen: Closing) -> tuple[datetime, datetime]:
    """The first morning after the list was closed, and the day on which the leaders hear of the others."""
    rules = (await policy_of(work, meeting.cell)).informing
    ready = max(frozen.at, meeting.starts_at)
    note_at = at_local(work, work.local(ready).date(), rules.hour)
    note_at += timedelta(days=note_at <= ready)
    return note_at, note_at + timedelta(days=rules.list_days)


async def speak(work: Work, number: MeetingId) -> None:
    """Write to the absent, and once the days are over to secretary and deputy."""
    meeting = await work.uow.meetings.by_id(number)
    sitting = None if meeting is None else await _sitting(work, meeting)
    if sitting is None:
        return
    for member in _to_note(work, sitting):
        message = await _note(work, sitting, member)
        await tell(work, await work.uow.people.by_id(member.person), _noting(sitting), message)
    for leader in await _to_list(work, sitting):
        await tell(work, leader, _listing(sitting), await _list(work, sitting))


async def _sitting(work: Work, meeting: Meeting, frozen: Closing | None = None) -> _Sitting | None:
    """None where it is not closed, was closed too late, or nobody was absent."""
    frozen = frozen or await work.uow.closings.of_meeting(meeting.id)
    if frozen is None or meeting.state is not State.CLOSED or meeting.kind is Kind.PREMEETING:
        return None
    note_at, list_at = await _times(work, meeting, frozen)
    # A ruling freezes the list anew: what was said on a morning is not put off by it.
    said = await work.uow.notices.first_due(subject(meeting.id), INFORMING)
    earlier = note_at - min(said or note_at, note_at)
    rules = (await policy_of(work, meeting.cell)).informing
    if note_at - earlier - meeting.starts_at > timedelta(days=rules.within_days + 1):
        return None
    absent = await _absent(work, meeting, frozen.id)
    if not absent:
        return None
    grasped = await work.uow.grasped.of_meeting(meeting.id)
    told = await told_of(work, subject(meeting.id))
    return _Sitting(meeting, tuple(absent), grasped, note_at - earlier, note_at, list_at - earlier, told)


async def _absent(work: Work, meeting: Meeting, closing: int) -> list[Member]:
    """By the frozen rows, those who hear of the cell's meetings today. A secretary would be sent to themselves."""
    rows = await work.uow.closings.snapshot(closing)
    gone = {one.person for one in rows if one.expected and one.mark is Mark.ABSENT and one.person is not None}
    if not gone:
        return []
    secretaries = await work.uow.people.holders(meeting.cell, (CellRole.SECRETARY,), work.today)
    gone -= {one.id for one in secretaries}
    members = await work.uow.members.of_cell(meeting.cell, work.today)
    return [one for one in members if one.person in gone and may_hear(one)]


def _to_note(work: Work, sitting: _Sitting) -> list[Member]:
    if not sitting.note_at <= work.now < sitting.list_at:
        return []
    return [one for one in sitting.waiting if one.reached and _noting(sitting).is_new_to(one.person)]


async def _to_list(work: Work, sitting: _Sitting) -> list[Person]:
    if not sitting.list_at <= work.now < sitting.list_at + _USEFUL or not sitting.waiting:
        return []
    found = [one for one in await leaders(work, sitting.meeting.cell) if _listing(sitting).is_new_to(one.id)]
    return [one for one in found if await reached(work, one) is not None]


def _noting(sitting: _Sitting) -> Occasion:
    return _occasion(sitting, INFORMING, sitting.began_at, sitting.list_at)


def _listing(sitting: _Sitting) -> Occasion:
    return _occasion(sitting, UNINFORMED, sitting.list_at, sitting.list_at + _USEFUL)


def _occasion(sitting: _Sitting, kind: str, at: datetime, until: datetime) -> Occasion:
    meeting = sitting.meeting
    return Occasion(
        subject(meeting.id),
        kind,
        at,
        useful_until=until,
        meeting=meeting.id,
        unit=meeting.cell,
        told=sitting.told,
    )


async def _note(work: Work, sitting: _Sitting, member: Member) -> Reply:
    known = await facts(work, sitting.meeting) | {"name": named(member)}
    choices = (grasp_choice(sitting.meeting.id),)
    question = f"grasped:{sitting.meeting.id}"
    return Reply(Text("informing.note", known), choices, question=question, until=sitting.list_at + _USEFUL)


def grasp_choice(meeting: MeetingId) -> Choice:
    return Choice(Text("button.grasped"), action("grasped", meeting), style=Style.GOOD)


async def _list(work: Work, sitting: _Sitting) -> Reply:
    """Who was written to and has not said so, and whom nobody could write to, apart."""
    known = await facts(work, sitting.meeting)
    text = lines(
        Text("informing.list", known),
        _named("silent", sitting.silent),
        _named("unreached", sitting.unreached),
        Text("informing.ask"),
    )
    return Reply(text)


def _named(what: str, members: list[Member], **more: Param) -> Text | None:
    known: dict[str, Param] = {"n": len(members), "names": names(members, limit=_LISTED), **more}
    return Text(f"informing.{what}", known) if members else None


def subject(meeting: MeetingId) -> str:
    return f"informing:{meeting}"


async def take_back(work: Work, meeting: MeetingId) -> None:
    """The list is open again: what waits to go may not be true any more. Closed anew, it is said anew."""
    await work.uow.notices.take_back(subject(meeting), 0, (INFORMING, UNINFORMED))


async def grasp(work: Work, number: MeetingId) -> Meeting:
    """Take "Đã nắm" from somebody who was absent. Raises NotFound for anybody else."""
    person = actor(work)
    meeting = await work.uow.meetings.by_id(number)
    frozen = None if meeting is None else await work.uow.closings.of_meeting(number)
    if meeting is None or frozen is None:
        raise NotFound
    rows = await work.uow.closings.snapshot(frozen.id)
    absent = {one.person for one in rows if one.expected and one.mark is Mark.ABSENT}
    if person.id not in absent and person.id not in await work.uow.grasped.of_meeting(number):
        raise NotFound
    await work.uow.grasped.add_once(number, person.id, work.now)
    return meeting


async def still_out(work: Work, meeting: Meeting) -> Lines | None:
    """Of one meeting, from the morning after on: who has not said that they found out, and who was not reached."""
    sitting = await _sitting(work, meeting)
    if sitting is None or work.now < sitting.began_at or not sitting.waiting:
        return None
    return lines(_named("still_out", sitting.silent), _named("still_unreached", sitting.unreached))


async def overdue(work: Work, cell: UnitId) -> Lines | None:
    """The same of the cell's last closed meeting, once the days are over: it stands on the secretary's list."""
    closed = await work.uow.meetings.in_state(cell, (State.CLOSED,))
    sitting = await _sitting(work, closed[-1]) if closed else None
    if sitting is None or work.now < sitting.list_at or not sitting.waiting:
        return None
    when = sitting.meeting.starts_at
    return lines(
        _named("overdue", sitting.silent, when=when),
        _named("overdue_unreached", sitting.unreached, when=when),
    )


async def stale(work: Work, meeting: Meeting, who: PersonId, kind: str) -> str | None:
    """Why a queued letter must not go: the list was opened again, or they have found out meanwhile."""
    if meeting.state is not State.CLOSED:
        return str(meeting.state)
    if kind == INFORMING and who in await work.uow.grasped.of_meeting(meeting.id):
        return "grasped"
    return None
