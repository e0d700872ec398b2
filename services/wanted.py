"""Whether a letter that was queued some time ago still is to go, and still to this chat."""

from datetime import date

from chat.events import Address
from meetings.records import Meeting
from meetings.reminders import StepKind
from meetings.terms import Answer, PersonId, State
from services.access import LEADERS
from services.facts import may_hear
from services.work import Work
from storage.notices import Notice, NoticeStatus
from storage.outbox import Letter

_CALLED_OFF = (State.POSTPONED, State.CANCELLED)
_AFTERWARDS = {"thanks", *_CALLED_OFF}
_ASKING = (StepKind.NOTICE, StepKind.REMINDER, StepKind.TODAY)
# What goes to a person because they lead the cell: figures, names, and the texts to paste.
_LEADING = {StepKind.PREVIEW, StepKind.FORECAST, StepKind.GROUP_NOTICE, StepKind.EVENING, "thanks"}
_LEADING_TOO = (".all", ".phone")
GROUP_UNLINKED = "group unlinked"


async def unwanted(work: Work, letter: Letter) -> str | None:
    """Say in a word why a letter must not go; None when it may."""
    if letter.answer:
        return None
    if letter.useful_until is not None and work.now >= letter.useful_until:
        return "too late"
    if letter.notice is None:
        return None
    notice, status = await work.uow.notices.by_id(letter.notice)
    if status is not NoticeStatus.QUEUED:
        return str(status)
    if notice.person is not None:
        why = await _not_theirs(work, letter.to, notice.person)
        if why is not None:
            return why
    if notice.meeting is None:
        return None
    meeting = await work.uow.meetings.by_id(notice.meeting)
    if meeting is None:
        return "meeting gone"
    return await _overtaken(work, notice, meeting) or await _not_concerned(work, notice, meeting, letter.to)


async def _not_theirs(work: Work, to: Address, who: PersonId) -> str | None:
    """A chat may have become somebody else's since."""
    person = await work.uow.people.by_id(who)
    if not person.consented:
        return "no consent"
    if not await work.uow.accounts.alive(to):
        return "address dead"
    return None if await work.uow.accounts.owner(to) == who else "address of another"


async def _overtaken(work: Work, notice: Notice, meeting: Meeting) -> str | None:
    """The meeting moved on, or this person answered meanwhile."""
    kind = _kind(notice)
    if kind in _AFTERWARDS:
        return None
    if meeting.revision != notice.revision:
        return "moved"
    if meeting.state not in (State.PLANNED, State.ANNOUNCED):
        return str(meeting.state)
    if kind == StepKind.PREVIEW and meeting.state is State.ANNOUNCED:
        return "announced"
    if notice.person is None or kind not in _ASKING:
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
        return None if await _leads(work, notice.person, meeting) else "no post"
    if kind == StepKind.RELAY:
        theirs = await work.uow.members.relayed_by(notice.person, _day(work, meeting))
        return None if any(one.cell == meeting.cell for one in theirs) else "no liaison"
    if kind in _ASKING and not await _belongs(work, notice.person, meeting):
        return "no member"
    if kind == StepKind.INVITATION and not await _in_charge(work, notice.person, meeting):
        return "not in charge"
    if kind in _CALLED_OFF and not (
        await _belongs(work, notice.person, meeting) or await _in_charge(work, notice.person, meeting)
    ):
        return "no member"
    return None


async def _leads(work: Work, who: PersonId, meeting: Meeting) -> bool:
    roles = await work.uow.people.roles_of(who, work.today)
    return any(one.unit == meeting.cell and one.role in LEADERS for one in roles)


async def _belongs(work: Work, who: PersonId, meeting: Meeting) -> bool:
    found = await work.uow.members.of_person(who, _day(work, meeting))
    return any(one.cell == meeting.cell and may_hear(one) for one in found)


async def _in_charge(work: Work, who: PersonId, meeting: Meeting) -> bool:
    return any(one.cell == meeting.cell for one in await work.uow.people.assignments_of(who, work.today))


def _day(work: Work, meeting: Meeting) -> date:
    return work.local(meeting.starts_at).date()


def _kind(notice: Notice) -> str:
    return notice.kind.partition(".")[0]
