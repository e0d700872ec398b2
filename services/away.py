"""Working away until a day: entered, approved by the cell or not, spoken of before its end (domain.md 3).

Approved, the member is outside the base; not approved, still in it. The status is dated, so on the day after its
end the member is back without anybody's doing.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chat.numbers import whole
from chat.replies import Reply
from chat.text import Text
from meetings.records import Member
from meetings.terms import Reason, Status, UnitId
from services.access import actor, leaders
from services.delivery import Occasion, tell
from services.errors import NotFound, TooLate
from services.rules import policy_of
from services.work import Work
from storage.members import DatedStatus

_KIND = "away"
_FURTHEST = timedelta(days=2 * 366)  # a year mistyped
_ANSWERED = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Absence:
    """A member is to be away through a local date; the cell's word on it is still to be written down."""

    number: int
    member: Member
    reason: Reason
    until: date


async def member(work: Work, cell: UnitId, who: str) -> Member:
    """A member of the cell today. Raises NotFound."""
    for one in await work.uow.members.of_cell(cell, work.today):
        if str(one.person) == who:
            return one
    raise NotFound


async def standing(work: Work, member: Member) -> DatedStatus | None:
    """The absence a member is on today."""
    return next((one for one in await _open(work, member) if one.since <= work.today), None)


async def _open(work: Work, member: Member) -> list[DatedStatus]:
    return [
        one
        for one in await work.uow.members.of_membership(member.membership)
        if one.status is Status.AWAY and (one.until is None or one.until >= work.today)
    ]


def check(work: Work, until: date) -> None:
    """Raises TooLate for a last day that is not to come, or lies years ahead."""
    if until <= work.today:
        raise TooLate(Text("away.past"))
    if until - work.today > _FURTHEST:
        raise TooLate(Text("away.too_far", {"day": until}))


async def propose(work: Work, member: Member, reason: Reason, until: date) -> Absence:
    """Write an absence down; it begins with the cell's word. Raises TooLate as `check` does."""
    check(work, until)
    payload = json.dumps([[member.person, member.membership, reason, until.isoformat()]])
    by = actor(work).id
    number = await work.uow.proposals.add(_KIND, member.cell, by, payload, work.now, meeting=None)
    return Absence(number, member, reason, until)


async def proposed(work: Work, number: str) -> Absence:
    """What the actor wrote down. Raises NotFound, also when the member has left or is forgotten since."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != _KIND or found.by != actor(work).id or found.payload == "[]":
        raise NotFound
    _, membership, reason, until = json.loads(found.payload)[0]
    member = await work.uow.members.by_number(membership, work.today)
    if member is None:
        raise NotFound
    return Absence(found.id, member, Reason(reason), date.fromisoformat(until))


async def settle(work: Work, asked: Absence, *, approved: bool) -> None:
    """Write the absence with the cell's word into the member's statuses, from today on, and tell the member.

    The same absence for longer keeps its beginning; anything else ends the one before, so that past meetings
    are counted as they were. Raises TooLate for one that was settled already, or whose last day has passed.
    """
    check(work, asked.until)
    member, person = asked.member, await work.uow.people.by_id(asked.member.person)
    payload = json.dumps([[member.person, member.membership, asked.reason, asked.until.isoformat()]])
    if not await work.uow.proposals.done(asked.number, payload, work.now):
        raise TooLate(Text("menu.expired"))
    # Of people without consent no reason is kept (domain.md 15).
    reason = asked.reason if person.consented else None
    await _take_the_place(
        work,
        member,
        DatedStatus(member.membership, Status.AWAY, work.today, asked.until, approved, reason, by_chat=True),
    )
    await _note(work, member, "away")
    useful = work.now + _ANSWERED
    occasion = Occasion(
        subject(member), f"settled.{asked.number}", work.now, useful_until=useful, unit=member.cell
    )
    if person.id != actor(work).id:
        text = Text("away.approved" if approved else "away.not_approved", {"until": asked.until})
        await tell(work, person, occasion, Reply(text))


async def ask_leaders(work: Work, member: Member, until: date, message: Reply) -> bool:
    """A member's own wish goes to secretary and deputy; False where nobody could be told."""
    occasion = Occasion(
        subject(member), f"asked.{until}", work.now, revision=work.today.toordinal(), unit=member.cell
    )
    told = [
        await tell(work, leader, occasion, message)
        for leader in await leaders(work, member.cell)
        if leader.id != member.person
    ]
    return any(told)


async def _take_the_place(work: Work, member: Member, wanted: DatedStatus) -> None:
    kept = False
    for one in await _open(work, member):
        await _say_no_more(work, member, one)
        same = (one.approved, one.reason) == (wanted.approved, wanted.reason) and one.since <= wanted.since
        if same and not kept:
            await work.uow.members.change_status(replace(one, until=wanted.until, by_chat=True))
            kept = True
        else:
            await _end(work, one)
    if not kept:
        await work.uow.members.start_status(wanted)


async def come_back(work: Work, member: Member) -> None:
    """Back before the day: from today on in the base again."""
    for one in await _open(work, member):
        await _say_no_more(work, member, one)
        await _end(work, one)
    await _note(work, member, "back")


async def _end(work: Work, one: DatedStatus) -> None:
    """Its last day is yesterday; what began today never was."""
    await work.uow.members.change_status(replace(one, until=work.today - timedelta(days=1)))


async def _say_no_more(work: Work, member: Member, one: DatedStatus) -> None:
    if one.until is not None:
        days = (await policy_of(work, member.cell)).absences.away_prompt_days
        kinds = [f"ends.{each}" for each in days]
        await work.uow.notices.take_back(subject(member), one.until.toordinal(), kinds)


async def _note(work: Work, member: Member, what: str) -> None:
    who = actor(work).id
    await work.uow.audit.note(work.now, who, what, cell=member.cell, whom=member.person)


def subject(member: Member) -> str:
    """Whom a notice is about and where: storage forgets by it (`storage.keeping.ABOUT_A_PERSON`)."""
    return f"away:{member.person}:{member.cell}"
