"""Whether a letter that was queued some time ago still is to go, and still to this chat."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from chat.events import Address
from meetings.records import Meeting
from meetings.reminders import StepKind
from meetings.terms import Answer, PersonId, State, UnitId
from services import (
    absent_note,
    afterwards,
    amendment_notes,
    desk_clashes,
    digest_sending,
    in_charge,
    premeeting,
    storm_telling,
    tasks,
    thematic,
    visit_nudges,
)
from services.access import LEADERS
from services.ahead import AHEAD
from services.chasing import PLAN, UNRECORDED, still_without
from services.facts import may_hear
from services.losses import LOST
from services.preparing_reminders import KIND as PREPARE
from services.preparing_reminders import still_open
from services.reminders import HELD, relayed
from services.suggestion_news import NEWS
from services.suggestions import waiting
from services.work import Work
from storage.keeping import ABOUT_A_PERSON
from storage.notices import ANOTHERS, DEAD, TOO_LATE, Notice, NoticeStatus
from storage.outbox import Letter

_CALLED_OFF = (State.POSTPONED, State.CANCELLED)
_AFTERWARDS = {"thanks", *_CALLED_OFF}
_ASKING = (StepKind.NOTICE, StepKind.REMINDER, StepKind.TODAY)
# What goes to a person because they lead the cell: figures, names, and the texts to paste.
_LEADING = {
    StepKind.PREVIEW,
    HELD,
    StepKind.FORECAST,
    StepKind.GROUP_NOTICE,
    StepKind.EVENING,
    "thanks",
    "clash",
    UNRECORDED,
    absent_note.UNINFORMED,
    afterwards.ASK,
    PREPARE,
}
_LEADING_TOO = (".all", ".phone")
# By subject, what is said to somebody of their own affairs: its number, the kind of notice, and to whom.
_THEIR_OWN: Mapping[str, Callable[[Work, str, str, PersonId], Awaitable[str | None]]] = {
    "task": tasks.stale,
    visit_nudges.KIND: visit_nudges.stale,
    in_charge.CHARGE: in_charge.stale,
    desk_clashes.KIND: desk_clashes.stale,
    amendment_notes.AMENDMENT: amendment_notes.stale,
    digest_sending.DIGEST: digest_sending.stale,
}
GROUP_UNLINKED = "group unlinked"


async def unwanted(work: Work, letter: Letter) -> str | None:
    """Say in a word why a letter must not go; None when it may."""
    if letter.answer:
        return None
    if letter.useful_until is not None and work.now >= letter.useful_until:
        return TOO_LATE
    if letter.notice is None:
        return None
    notice, status = await work.uow.notices.by_id(letter.notice)
    if status is not NoticeStatus.QUEUED:
        return str(status)
    if notice.person is not None:
        why = await _not_theirs(work, letter.to, notice.person)
        if why is not None:
            return why
    if storm_telling.is_ours(notice):
        return await _not_of_storm(work, notice, letter)
    if notice.meeting is None:
        return await _not_for_them(work, notice)
    meeting = await work.uow.meetings.by_id(notice.meeting)
    if meeting is None:
        return "meeting gone"
    overtaken = afterwards.overtaken if _kind(notice) in afterwards.KINDS else _overtaken
    return await overtaken(work, notice, meeting) or await _not_concerned(work, notice, meeting, letter.to)


async def _not_theirs(work: Work, to: Address, who: PersonId) -> str | None:
    """A chat may have become somebody else's since."""
    person = await work.uow.people.by_id(who)
    if not person.consented:
        return "no consent"
    if not await work.uow.accounts.alive(to):
        return DEAD
    return None if await work.uow.accounts.owner(to) == who else ANOTHERS


async def _not_for_them(work: Work, notice: Notice) -> str | None:
    """What is said of a member is for the leaders of that cell, and for the member; the subject names both.

    A month without a date is its leaders' affair, for as long as it has none.
    """
    kind, _, rest = notice.subject.partition(":")
    if kind == PLAN and notice.person is not None:
        if not await _leads(work, notice.person, UnitId(int(rest))):
            return "no post"
        return None if await still_without(work, UnitId(int(rest)), notice.kind) else "planned"
    if kind == NEWS and notice.person is not None and not await waiting(work, UnitId(int(rest))):
        return "decided"
    if kind in (AHEAD, LOST, NEWS) and notice.person is not None:  # names, or what is theirs to decide
        return None if await _leads(work, notice.person, UnitId(int(rest))) else "no post"
    if kind == thematic.KIND and notice.person is not None:
        if not await _leads(work, notice.person, UnitId(int(rest))):
            return "no post"
        return None if await thematic.still_missing(work, UnitId(int(rest)), notice.kind) else "planned"
    if kind in _THEIR_OWN and notice.person is not None:
        return await _THEIR_OWN[kind](work, rest, notice.kind, notice.person)
    if kind not in ABOUT_A_PERSON or notice.person is None:
        return None
    whom, _, cell = rest.partition(":")
    if str(notice.person) == whom:
        return None
    return None if await _leads(work, notice.person, UnitId(int(cell))) else "no post"


async def _not_of_storm(work: Work, notice: Notice, letter: Letter) -> str | None:
    """Moved or undone meanwhile, or nobody's who is told; what is for leaders is for leaders of today."""
    true = await storm_telling.true_of(work, notice)
    if not true:
        return "moved"
    if notice.person is None:
        cell = await work.uow.accounts.cell_of_group(letter.to)
        return None if any(one.cell == cell for one in true) else GROUP_UNLINKED
    if storm_telling.is_for_leaders(notice, letter):
        roles = await work.uow.people.roles_of(notice.person, work.today)
        led = {one.unit for one in roles if one.role in LEADERS}
        return None if any(one.cell in led for one in true) else "no post"
    for one in true:
        if await _belongs(work, notice.person, one) or await _in_charge(work, notice.person, one):
            return None
    return "no member"


async def _overtaken(work: Work, notice: Notice, meeting: Meeting) -> str | None:
    """The meeting moved on, or this person answered meanwhile."""
    kind = _kind(notice)
    if kind in _AFTERWARDS:
        return None
    if kind in (absent_note.INFORMING, absent_note.UNINFORMED) and notice.person is not None:
        return await absent_note.stale(work, meeting, notice.person, kind)
    if meeting.revision != notice.revision:
        return "moved"
    if kind == UNRECORDED:
        return None if meeting.state in (State.PLANNED, State.ANNOUNCED, State.HELD) else str(meeting.state)
    if meeting.state not in (State.PLANNED, State.ANNOUNCED):
        return str(meeting.state)
    if kind == PREPARE and not await still_open(work, meeting):
        return "prepared"
    if kind in (StepKind.PREVIEW, HELD) and meeting.state is State.ANNOUNCED:
        return "announced"
    if notice.person is None or kind not in (*_ASKING, StepKind.INVITATION):
        return None
    given = await work.uow.answers.of_person(meeting.id, notice.person)
    said = None if given is None else given.answer
    if said is Answer.ABSENT or (said is Answer.COMING and kind == StepKind.REMINDER):
        return "answered"
    return None


async def _not_concerned(work: Work, notice: Notice, meeting: Meeting, to: Address) -> str | None:
    """They left the cell or the post, or the group was unlinked, while the letter waited."""
    if notice.person is None:
        cell = await work.uow.accounts.cell_of_group(to)
        return None if cell == meeting.cell else GROUP_UNLINKED
    kind = _kind(notice)
    if kind in _LEADING or notice.kind.endswith(_LEADING_TOO):
        return None if await _leads(work, notice.person, meeting.cell) else "no post"
    if kind == StepKind.RELAY:
        return None if notice.person in await relayed(work, meeting) else "nobody to tell"
    if kind in _ASKING and not await _belongs(work, notice.person, meeting):
        return "no member"
    if kind == premeeting.KIND and not await premeeting.concerns(work, meeting, notice.person):
        return "no post"
    if kind == StepKind.INVITATION and not await _in_charge(work, notice.person, meeting):
        return "not in charge"
    if kind in _CALLED_OFF and not (
        await _belongs(work, notice.person, meeting) or await _in_charge(work, notice.person, meeting)
    ):
        return "no member"
    return None


async def _leads(work: Work, who: PersonId, cell: UnitId) -> bool:
    roles = await work.uow.people.roles_of(who, work.today)
    return any(one.unit == cell and one.role in LEADERS for one in roles)


async def _belongs(work: Work, who: PersonId, meeting: Meeting) -> bool:
    found = await work.uow.members.of_person(who, _day(work, meeting))
    return any(one.cell == meeting.cell and may_hear(one) for one in found)


async def _in_charge(work: Work, who: PersonId, meeting: Meeting) -> bool:
    return any(one.cell == meeting.cell for one in await work.uow.people.assignments_of(who, work.today))


def _day(work: Work, meeting: Meeting) -> date:
    return work.local(meeting.starts_at).date()


def _kind(notice: Notice) -> str:
    return notice.kind.partition(".")[0]
