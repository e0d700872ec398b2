"""Preparing a meeting: dated steps with ticks.

A tick never blocks anything. The notice ticks itself when it goes out, so does the word to the official
(domain.md 7). Kẻng keeps ticks and dates, never contents.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chat.text import Text
from meetings.preparing import Step, StepState, prepared_at
from meetings.records import Meeting
from meetings.reminders import StepKind
from meetings.terms import State
from services.access import actor
from services.errors import NotFound, TooLate
from services.policy import Policy
from services.rules import policy_of
from services.schedule import at_local
from services.work import Work
from storage.notices import UNDERWAY

TICKABLE = (State.PLANNED, State.ANNOUNCED, State.POSTPONED, State.HELD, State.CLOSED)


async def steps_of(work: Work, meeting: Meeting) -> list[StepState]:
    """Every step of a meeting as it stands; the one after it once it has begun."""
    ticks = await work.uow.preparations.of_meeting(meeting.id)
    by_itself = await _done_by_itself(work, meeting)
    found = []
    for plain in await _planned(work, meeting):
        done = by_itself.get(plain.step)
        at = done or ticks.get(plain.step)
        found.append(replace(plain, done_at=at, by_itself=done is not None))
    return found


async def _planned(work: Work, meeting: Meeting) -> list[StepState]:
    """The steps with their days by the rules of the cell, nothing done yet."""
    rules = await policy_of(work, meeting.cell)
    officials = await work.uow.people.in_charge(meeting.cell, work.today)
    asked = bool(officials) and rules.preparation.notify_official_in_charge
    return [
        one
        for one in dated(work, meeting, rules)
        if (one.step is not Step.OFFICIAL or asked)
        and (one.step is not Step.AFTER or meeting.starts_at <= work.now)
    ]


def dated(work: Work, meeting: Meeting, rules: Policy) -> list[StepState]:
    """The same from the rules and the date alone."""
    plan, day = rules.preparation, work.local(meeting.starts_at).date()

    def step(one: Step, offset: int, *, remind: int | None) -> StepState:
        at = None if remind is None else at_local(work, day + timedelta(days=remind), plan.hour)
        return StepState(one, day + timedelta(days=offset), at)

    notice = min((one.day for one in rules.step if one.kind is StepKind.NOTICE), default=-1)
    found = [
        step(Step.ASSIGN, -plan.assign_days_before, remind=-plan.assign_days_before),
        step(Step.PREMEETING, -plan.premeeting_days_before, remind=-plan.premeeting_days_before),
        StepState(Step.DRAFT, None, None),
        # The notice goes out by itself: only one that is held back, or reaches no official, is spoken of.
        step(Step.NOTICE, notice, remind=min(notice + 1, 0)),
        step(Step.OFFICIAL, notice, remind=min(notice + 1, 0)),
    ]
    before = plan.docs_on_app_days_before
    if before is not None:
        found.append(step(Step.DOCUMENTS, -before, remind=-before - 1))
    return [*found, step(Step.AFTER, plan.after_days, remind=plan.after_days)]


async def _done_by_itself(work: Work, meeting: Meeting) -> dict[Step, datetime]:
    """What nobody has to tick."""
    found: dict[Step, datetime] = {}
    if meeting.announced_at is not None:
        found[Step.NOTICE] = meeting.announced_at
        if await _official_was_told(work, meeting):
            found[Step.OFFICIAL] = meeting.announced_at
    result = await work.uow.results.of_meeting(meeting.id)
    if result is not None and result.adopted is not None:
        found[Step.AFTER] = result.at
    return found


async def _official_was_told(work: Work, meeting: Meeting) -> bool:
    """Every official in charge has the invitation or, being a member here too, the notice."""
    kinds = (StepKind.INVITATION, StepKind.NOTICE)
    states = await work.uow.notices.of_subject(f"meeting:{meeting.id}", meeting.revision)
    told = {
        one.person for one in states if one.status in UNDERWAY and one.kind.partition(".")[0] in set(kinds)
    }
    officials = await work.uow.people.in_charge(meeting.cell, work.today)
    return all(one.id in told for one in officials)


async def prepared(work: Work, meeting: Meeting) -> datetime | None:
    """The dated fact "prepared" (domain.md 4.3)."""
    return prepared_at(await steps_of(work, meeting))


async def tick(work: Work, meeting: Meeting, name: str, *, on: bool) -> None:
    """Tick a step or take the tick back; done twice it changes nothing. Raises NotFound, TooLate."""
    if name not in set(Step):
        raise NotFound
    if meeting.state not in TICKABLE:
        raise TooLate(Text(f"refused.{meeting.state}"))
    by = actor(work).id
    if on:
        await work.uow.preparations.tick(meeting.id, name, by, work.now)
    else:
        await work.uow.preparations.untick(meeting.id, name)
    await work.uow.audit.note(work.now, by, "tick" if on else "untick", cell=meeting.cell, meeting=meeting.id)
