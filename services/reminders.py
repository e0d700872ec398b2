"""The ladder of a meeting, climbed once a minute: who is to hear what now (domain.md 4.8).

Nothing is scheduled ahead: the dues are derived from the meeting each time, and the unique notice row is
what makes a tick that runs twice, late, or in two processes do its work once.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time

from chat.replies import Reply
from meetings.attendance import in_base
from meetings.records import Meeting, Member
from meetings.reminders import NOTICE_KINDS, Due, StepKind, current, notice_at, plan
from meetings.terms import Answer, Audience, PersonId, State
from services import notices, replies
from services.access import actor, leaders
from services.announcing import (
    announce,
    announce_in_group,
    group_waits,
    notify_members,
    tell_cell_group,
    tell_member,
    yet_to_tell,
)
from services.delivery import Occasion, Told, count_as_told, reached, tell, told_of
from services.facts import may_hear, standings
from services.schedule import at_local
from services.work import Work


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of one meeting that is due now, and who was told what of the meeting before."""

    meeting: Meeting
    due: Due
    told: Told = field(default_factory=dict)
    news: bool = False

    @property
    def occasion(self) -> Occasion:
        due = self.due
        plain = Occasion.of(self.meeting, due.step.key, due.at, useful_until=due.useful_until)
        return replace(plain, told=self.told, news=self.news)


def dues_of(work: Work, meeting: Meeting) -> list[Due]:
    """Every step of a meeting as it stands."""
    return plan(
        meeting.starts_at,
        meeting.created_at,
        work.policy.steps,
        work.zone,
        quiet=work.policy.quiet_hours,
        announced_at=meeting.announced_at,
    )


async def remind(work: Work, meeting: Meeting) -> None:
    """Queue whatever is due for one meeting at this moment."""
    if _announces_itself(work, meeting):
        meeting = await announce(work, meeting)
    dues = _due_now(work, meeting)
    told = await told_of(work, f"meeting:{meeting.id}", meeting.revision) if dues else {}
    for due in dues:
        rung = Rung(meeting, due, told, _is_news(work, meeting, due))
        await _SPEAK[due.step.kind](work, rung)


def is_due(work: Work, meeting: Meeting) -> bool:
    """Whether the plan has something for this minute: told by the meeting alone, nothing is looked up."""
    return _announces_itself(work, meeting) or bool(_due_now(work, meeting))


async def on_joining(work: Work) -> Meeting | None:
    """The announced meeting somebody who has just agreed hears of at once; the next tick does not repeat it."""
    person = actor(work)
    cells = {one.cell for one in await work.uow.members.of_person(person.id, work.today) if may_hear(one)}
    for meeting in await replies.open_for(work):
        if meeting.cell in cells:
            due = current(dues_of(work, meeting), work.now, Audience.MEMBERS)
            if due is not None:
                await count_as_told(work, person, Rung(meeting, due).occasion)
            return meeting
    return None


def _announces_itself(work: Work, meeting: Meeting) -> bool:
    if meeting.state is not State.PLANNED or meeting.on_hold:
        return False
    dues = dues_of(work, meeting)
    return any(due.step.kind is StepKind.NOTICE and due.at <= work.now for due in dues)


def _due_now(work: Work, meeting: Meeting) -> list[Due]:
    """One step an audience at most; before the announcement only the preview, and never after it."""
    dues = dues_of(work, meeting)
    found = [current(dues, work.now, audience) for audience in Audience]
    planned = meeting.state is State.PLANNED
    return [due for due in found if due is not None and (due.step.kind is StepKind.PREVIEW) == planned]


def _is_news(work: Work, meeting: Meeting, due: Due) -> bool:
    """The notice of a meeting that was moved, or announced by hand before its day: no step of the ladder."""
    if due.step.kind not in NOTICE_KINDS:
        return False
    itself = notice_at(
        meeting.starts_at,
        meeting.created_at,
        work.policy.steps,
        work.zone,
        quiet=work.policy.quiet_hours,
    )
    by_hand = itself is None or meeting.announced_at is None or meeting.announced_at < itself
    return by_hand or meeting.revision > 1


async def _to_leaders(work: Work, rung: Rung, write: Callable[[Work, Meeting], Awaitable[Reply]]) -> None:
    for leader in await leaders(work, rung.meeting.cell):
        if rung.occasion.is_new_to(leader.id) and await reached(work, leader):
            await tell(work, leader, rung.occasion, await write(work, rung.meeting))


async def _preview(work: Work, rung: Rung) -> None:
    await _to_leaders(work, rung, notices.preview)


async def _notice(work: Work, rung: Rung) -> None:
    await notify_members(work, rung.meeting, rung.occasion)


async def _group_notice(work: Work, rung: Rung) -> None:
    await announce_in_group(work, rung.meeting, rung.occasion)


async def _invitation(work: Work, rung: Rung) -> None:
    """Who is a member of the cell too has the notice: one inbox, the same news once."""
    meeting = rung.meeting
    on = work.local(meeting.starts_at).date()
    for official in await work.uow.people.in_charge(meeting.cell, work.today):
        if not rung.occasion.is_new_to(official.id) or not await reached(work, official):
            continue
        if meeting.cell not in await work.uow.members.cells_of(official.id, on):
            await tell(work, official, rung.occasion, await notices.invitation(work, meeting, official))


async def _reminder(work: Work, rung: Rung) -> None:
    unanswered = (await standings(work, rung.meeting)).unanswered
    for member in yet_to_tell(unanswered, rung.occasion):
        await tell_member(work, member, rung.occasion, await notices.reminder(work, rung.meeting, member))


async def _today(work: Work, rung: Rung) -> None:
    found = await standings(work, rung.meeting)
    extra = [one for one in found.members if one not in found.base and found.said(one) is Answer.COMING]
    for member in yet_to_tell([*found.unanswered, *found.coming, *extra], rung.occasion):
        await tell_member(work, member, rung.occasion, await notices.today(work, rung.meeting))


async def _forecast(work: Work, rung: Rung) -> None:
    await _to_leaders(work, rung, notices.forecasting)


async def _evening(work: Work, rung: Rung) -> None:
    """Only while its "tomorrow" is true: after midnight it is worth nothing, however late it is sent."""
    meeting = rung.meeting
    midnight = at_local(work, work.local(meeting.starts_at).date(), time())
    occasion = replace(rung.occasion, useful_until=min(midnight, rung.due.useful_until))
    if work.now >= midnight or not await group_waits(work, meeting, occasion):
        return
    text = await notices.evening(work, meeting, paste=False)
    pasted = await notices.evening(work, meeting, paste=True)
    await tell_cell_group(work, meeting, occasion, text, pasted)


async def _relay(work: Work, rung: Rung) -> None:
    for liaison, theirs in (await relayed(work, rung.meeting)).items():
        if rung.occasion.is_new_to(liaison):
            person = await work.uow.people.by_id(liaison)
            await tell(work, person, rung.occasion, await notices.relay(work, rung.meeting, theirs))


async def relayed(work: Work, meeting: Meeting) -> Mapping[PersonId, list[Member]]:
    """By liaison, those of the base who chose them and have not answered."""
    found = await standings(work, meeting)
    theirs: dict[PersonId, list[Member]] = {}
    for member in found.members:
        waiting = in_base(member.entry, work.policy.attendance.counting) and found.said(member) is None
        if waiting and member.liaison is not None:
            theirs.setdefault(member.liaison, []).append(member)
    return theirs


_SPEAK: Mapping[StepKind, Callable[[Work, Rung], Awaitable[None]]] = {
    StepKind.PREVIEW: _preview,
    StepKind.NOTICE: _notice,
    StepKind.GROUP_NOTICE: _group_notice,
    StepKind.INVITATION: _invitation,
    StepKind.REMINDER: _reminder,
    StepKind.FORECAST: _forecast,
    StepKind.RELAY: _relay,
    StepKind.EVENING: _evening,
    StepKind.TODAY: _today,
}
