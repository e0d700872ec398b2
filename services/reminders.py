"""The ladder of a meeting, climbed once a minute: who is to hear what now (domain.md 4.8).

Nothing is scheduled ahead: the dues are derived from the meeting each time, and the unique notice row is
what makes a tick that runs twice, late, or in two processes do its work once. A step is a list of what is
still to be said; whether there is anything is looked up without writing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import partial

from chat.replies import Reply
from meetings.records import Meeting, Member, Person
from meetings.reminders import NOTICE_KINDS, Due, Hand, StepKind, current, notice_at, plan
from meetings.terms import Answer, Audience, PersonId, State
from services import notices, replies
from services.access import actor, group_key, group_leaders, leaders
from services.announcing import announce, announce_in_group, group_waits, tell_cell_group, yet_to_tell
from services.delivery import Occasion, Told, count_as_told, reached, tell, told_of
from services.facts import Standings, announces_itself, may_hear, standings, stood_before
from services.rules import policies, policy_of
from services.schedule import at_local
from services.work import Work

_OF_PEOPLE = (StepKind.NOTICE, StepKind.REMINDER, StepKind.TODAY, StepKind.RELAY)
NOBODY = Standings((), (), {})
HELD = "held"  # the notice waits for a hand, and its leaders are reminded of that

Saying = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of one meeting that is due now, who was told what of the meeting before, and how its people stand."""

    meeting: Meeting
    due: Due
    told: Told = field(default_factory=dict)
    found: Standings = NOBODY
    news: bool = False
    deadline: datetime | None = None

    @property
    def occasion(self) -> Occasion:
        due = self.due
        plain = Occasion.of(self.meeting, due.step.key, due.at, useful_until=due.useful_until)
        return replace(plain, told=self.told, news=self.news, deadline=self.deadline)


async def on_the_ladder(work: Work) -> list[Meeting]:
    """The meetings of which something may be due now: a planned one is not heard of before its first step."""
    days = [-day for one in policies(work) for step in one.steps for day in step.days]
    until = work.now + timedelta(days=max(days, default=0) + 1)
    return await work.uow.meetings.on_the_ladder(work.now, until)


async def dues_of(work: Work, meeting: Meeting) -> list[Due]:
    """Every step of a meeting as it stands."""
    rules = await policy_of(work, meeting.cell)
    held = meeting.state is State.PLANNED and not await announces_itself(work, meeting)
    # A clock that was set back may have announced it in what is the future again.
    announced_at = min(meeting.announced_at, work.now) if meeting.announced_at else None
    hand = Hand(announced_at, await stood_before(work, meeting), held)
    quiet = rules.quiet_hours
    return plan(meeting.starts_at, meeting.created_at, rules.steps, work.zone, quiet=quiet, hand=hand)


async def announced_for(work: Work, meeting: Meeting) -> datetime:
    """When the notice of a meeting that is announced goes out."""
    found = [due.at for due in await dues_of(work, meeting) if due.step.kind in NOTICE_KINDS]
    return min(found, default=work.now)


async def remind(work: Work, meeting: Meeting) -> None:
    """Queue whatever is due for one meeting at this moment."""
    dues = await dues_of(work, meeting)
    if await _is_announced_now(work, meeting, dues):
        meeting = await announce(work, meeting)
        dues = await dues_of(work, meeting)
    deadline = await stood_before(work, meeting)
    for rung in await _rungs(work, meeting, dues):
        news = await _is_news(work, meeting, rung.due)
        for say in await _to_say(work, replace(rung, news=news, deadline=deadline)):
            await say()


async def is_due(work: Work, meeting: Meeting) -> bool:
    """Whether there is something to do or to say this minute; nothing is written."""
    dues = await dues_of(work, meeting)
    if await _is_announced_now(work, meeting, dues):
        return True
    for rung in await _rungs(work, meeting, dues):
        if await _to_say(work, rung):
            return True
    return False


async def on_joining(work: Work) -> list[Meeting]:
    """The announced meetings somebody who has just agreed hears of at once; the next tick repeats none."""
    person = actor(work)
    cells = {one.cell for one in await work.uow.members.of_person(person.id, work.today) if may_hear(one)}
    found = [one for one in await replies.open_for(work) if one.cell in cells]
    for meeting in found:
        due = current(await dues_of(work, meeting), work.now, Audience.MEMBERS)
        if due is not None:
            await count_as_told(work, person, Rung(meeting, due).occasion)
    return found


async def _is_announced_now(work: Work, meeting: Meeting, dues: Sequence[Due]) -> bool:
    if meeting.state is not State.PLANNED or not await announces_itself(work, meeting):
        return False
    return any(due.step.kind is StepKind.NOTICE and due.at <= work.now for due in dues)


async def _rungs(work: Work, meeting: Meeting, dues: Sequence[Due]) -> list[Rung]:
    """One step an audience at most. Before the announcement only the preview, and that it is held back."""
    found = [due for audience in Audience if (due := current(dues, work.now, audience)) is not None]
    if meeting.state is State.PLANNED:
        waits = not await announces_itself(work, meeting)
        kinds = {StepKind.PREVIEW, StepKind.FORECAST} if waits else {StepKind.PREVIEW}
        found = [due for due in found if due.step.kind in kinds]
    else:
        found = [due for due in found if due.step.kind is not StepKind.PREVIEW]
    if not found:
        return []
    told = await told_of(work, f"meeting:{meeting.id}", meeting.revision)
    asked = any(due.step.kind in _OF_PEOPLE for due in found)
    people = await standings(work, meeting) if asked else NOBODY
    return [Rung(meeting, due, told, people) for due in found]


async def _is_news(work: Work, meeting: Meeting, due: Due) -> bool:
    """The notice of a meeting that was moved, or announced by hand before its day: no step of the ladder.

    Whatever the plan puts into the quiet hours would not arrive before the start without them.
    """
    rules = await policy_of(work, meeting.cell)
    if rules.quiet_hours.shift(due.at, work.zone) != due.at:
        return True
    if due.step.kind not in NOTICE_KINDS:
        return False
    itself = notice_at(meeting.starts_at, meeting.created_at, rules.steps, work.zone, quiet=rules.quiet_hours)
    by_hand = itself is None or meeting.announced_at is None or meeting.announced_at < itself
    return by_hand or meeting.revision > 1


async def _to_say(work: Work, rung: Rung) -> list[Saying]:
    return await _STEPS[rung.due.step.kind](work, rung)


async def _to_leaders(
    work: Work, rung: Rung, occasion: Occasion, write: Callable[[Work, Meeting], Awaitable[Reply]]
) -> list[Saying]:
    async def say(leader: Person) -> None:
        await tell(work, leader, occasion, await write(work, rung.meeting))

    found = [one for one in await leaders(work, rung.meeting.cell) if occasion.is_new_to(one.id)]
    return [partial(say, one) for one in found if await reached(work, one)]


def _to_members(
    work: Work,
    rung: Rung,
    members: Sequence[Member],
    write: Callable[[Work, Meeting, Member], Awaitable[Reply]],
) -> list[Saying]:
    async def say(member: Member) -> None:
        person = await work.uow.people.by_id(member.person)
        await tell(work, person, rung.occasion, await write(work, rung.meeting, member))

    return [partial(say, one) for one in yet_to_tell(members, rung.occasion)]


async def _preview(work: Work, rung: Rung) -> list[Saying]:
    return await _to_leaders(work, rung, rung.occasion, notices.preview)


async def _notice(work: Work, rung: Rung) -> list[Saying]:
    """To every linked person of the cell; those who said "absent" stay in peace."""
    found = rung.found
    asked = [one for one in found.members if may_hear(one) and found.said(one) is not Answer.ABSENT]

    async def write(work: Work, meeting: Meeting, member: Member) -> Reply:
        previewed = rung.occasion.was_shown(member.person, StepKind.PREVIEW)
        return await notices.notice(work, meeting, member, previewed=previewed)

    return _to_members(work, rung, asked, write)


async def _group_notice(work: Work, rung: Rung) -> list[Saying]:
    if not await group_waits(work, rung.meeting, rung.occasion):
        return []
    return [partial(announce_in_group, work, rung.meeting, rung.occasion)]


async def _invitation(work: Work, rung: Rung) -> list[Saying]:
    """Who is a member of the cell too has the notice: one inbox, the same news once."""
    meeting = rung.meeting
    on = work.local(meeting.starts_at).date()

    async def say(official: Person) -> None:
        await tell(work, official, rung.occasion, await notices.invitation(work, meeting, official))

    found: list[Saying] = []
    for official in await work.uow.people.in_charge(meeting.cell, work.today):
        if not rung.occasion.is_new_to(official.id) or not await reached(work, official):
            continue
        given = await work.uow.answers.of_person(meeting.id, official.id)
        if given is not None and given.answer is Answer.ABSENT:
            continue
        if meeting.cell not in await work.uow.members.cells_of(official.id, on):
            found.append(partial(say, official))
    return found


async def _reminder(work: Work, rung: Rung) -> list[Saying]:
    return _to_members(work, rung, rung.found.unanswered, notices.reminder)


async def _today(work: Work, rung: Rung) -> list[Saying]:
    found = rung.found
    extra = [one for one in found.members if one not in found.base and found.said(one) is Answer.COMING]
    return _to_members(work, rung, [*found.unanswered, *found.coming, *extra], notices.today)


async def _forecast(work: Work, rung: Rung) -> list[Saying]:
    """Of a meeting whose notice waits for a hand nothing can be forecast: that it waits is said, once."""
    if rung.meeting.state is State.PLANNED:
        return await _to_leaders(work, rung, replace(rung.occasion, kind=HELD), notices.held)
    return await _to_leaders(work, rung, rung.occasion, notices.forecasting)


async def _evening(work: Work, rung: Rung) -> list[Saying]:
    """Only while its "tomorrow" is true: after midnight it is worth nothing, however late it is sent."""
    meeting = rung.meeting
    midnight = at_local(work, work.local(meeting.starts_at).date(), time())
    occasion = replace(rung.occasion, useful_until=min(midnight, rung.due.useful_until))

    async def say() -> None:
        text = await notices.evening(work, meeting, paste=False)
        pasted = await notices.evening(work, meeting, paste=True)
        await tell_cell_group(work, meeting, occasion, text, pasted)

    return [say] if work.now < midnight and await group_waits(work, meeting, occasion) else []


async def _relay(work: Work, rung: Rung) -> list[Saying]:
    async def say(liaison: Person, theirs: list[Member]) -> None:
        await tell(work, liaison, rung.occasion, await notices.relay(work, rung.meeting, theirs))

    found: list[Saying] = []
    for number, theirs in (await _errands(work, rung.meeting, rung.found)).items():
        if rung.occasion.is_new_to(number):
            liaison = await work.uow.people.by_id(number)
            found += [partial(say, liaison, theirs)] if await reached(work, liaison) else []
    return found


async def relayed(work: Work, meeting: Meeting) -> Mapping[PersonId, list[Member]]:
    """By liaison and group leader, their own people of the base who have not answered.

    Also those who come, to another place than they were told, and whom nothing of ours reaches.
    """
    return await _errands(work, meeting, await standings(work, meeting))


async def _errands(work: Work, meeting: Meeting, found: Standings) -> Mapping[PersonId, list[Member]]:
    leading = await group_leaders(work, meeting.cell, found.members)
    theirs: dict[PersonId, list[Member]] = {}
    misled = found.unaware if await notices.is_elsewhere(work, meeting) else []
    for member in [*found.unanswered, *misled]:
        carriers = leading.get(group_key(member) or "", set()) - {member.person}
        if member.liaison is not None:
            carriers.add(member.liaison)
        for carrier in carriers:
            theirs.setdefault(carrier, []).append(member)
    return theirs


_STEPS: Mapping[StepKind, Callable[[Work, Rung], Awaitable[list[Saying]]]] = {
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
