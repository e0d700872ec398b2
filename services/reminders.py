"""The ladder of a meeting, climbed once a minute: who is to hear what now (domain.md 4.8).

Nothing is scheduled ahead: the dues are derived from the meeting each time, and the unique notice row is
what makes a tick that runs twice, late, or in two processes do its work once.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import time

from meetings.attendance import in_base
from meetings.records import Meeting, Member
from meetings.reminders import Due, StepKind, current, plan
from meetings.terms import Answer, Audience, PersonId, State
from services import notices, replies
from services.access import actor, leaders
from services.announcing import announce, notify_members, tell_cell_group, tell_member
from services.delivery import Occasion, count_as_told, tell
from services.facts import may_hear, standings
from services.schedule import at_local
from services.work import Work


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of one meeting that is due now."""

    meeting: Meeting
    due: Due

    @property
    def occasion(self) -> Occasion:
        return Occasion.of(self.meeting, self.due.step.key, self.due.at, useful_until=self.due.useful_until)


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
    dues = dues_of(work, meeting)
    if meeting.state is State.PLANNED and not meeting.on_hold and _notice_due(dues, work):
        meeting = await announce(work, meeting)
        dues = dues_of(work, meeting)
    for audience in Audience:
        due = current(dues, work.now, audience)
        if due is None:
            continue
        if meeting.state is State.ANNOUNCED or due.step.kind is StepKind.PREVIEW:
            await _SPEAK[due.step.kind](work, Rung(meeting, due))


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


def _notice_due(dues: list[Due], work: Work) -> bool:
    return any(due.step.kind is StepKind.NOTICE and due.at <= work.now for due in dues)


async def _preview(work: Work, rung: Rung) -> None:
    if rung.meeting.state is State.PLANNED:
        for leader in await leaders(work, rung.meeting.cell):
            await tell(work, leader, rung.occasion, await notices.preview(work, rung.meeting))


async def _notice(work: Work, rung: Rung) -> None:
    await notify_members(work, rung.meeting, rung.due.step.key, rung.due.at, rung.due.useful_until)


async def _group_notice(work: Work, rung: Rung) -> None:
    text = await notices.group_notice(work, rung.meeting, paste=False)
    pasted = await notices.group_notice(work, rung.meeting, paste=True)
    await tell_cell_group(work, rung.meeting, rung.occasion, text, pasted)


async def _invitation(work: Work, rung: Rung) -> None:
    for official in await work.uow.people.in_charge(rung.meeting.cell, work.today):
        await tell(work, official, rung.occasion, await notices.invitation(work, rung.meeting, official))


async def _reminder(work: Work, rung: Rung) -> None:
    for member in (await standings(work, rung.meeting)).silent:
        await tell_member(work, member, rung.occasion, await notices.reminder(work, rung.meeting, member))


async def _today(work: Work, rung: Rung) -> None:
    found = await standings(work, rung.meeting)
    extra = [
        one
        for one in found.members
        if one.reached and one not in found.base and found.said(one) is Answer.COMING
    ]
    for member in [*found.silent, *(one for one in found.coming if one.reached), *extra]:
        await tell_member(work, member, rung.occasion, await notices.today(work, rung.meeting))


async def _forecast(work: Work, rung: Rung) -> None:
    for leader in await leaders(work, rung.meeting.cell):
        await tell(work, leader, rung.occasion, await notices.forecasting(work, rung.meeting))


async def _evening(work: Work, rung: Rung) -> None:
    """Only while its "tomorrow" is true: after midnight it is worth nothing, however late it is sent."""
    meeting = rung.meeting
    midnight = at_local(work, work.local(meeting.starts_at).date(), time())
    if work.now >= midnight:
        return
    text = await notices.evening(work, meeting, paste=False)
    pasted = await notices.evening(work, meeting, paste=True)
    occasion = replace(rung.occasion, useful_until=min(midnight, rung.due.useful_until))
    await tell_cell_group(work, meeting, occasion, text, pasted)


async def _relay(work: Work, rung: Rung) -> None:
    for liaison, theirs in (await relayed(work, rung.meeting)).items():
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
