"""[13] The checklist of a preparation, as the value that is queued or answered with."""

from collections.abc import Sequence
from datetime import date

from chat.replies import Choice, Reply, action
from chat.text import Text, lines, listing
from meetings.preparing import OPTIONAL, Step, StepState
from meetings.records import Meeting
from meetings.terms import Answer, State
from services import premeeting
from services.access import note_names
from services.facts import called, facts
from services.preparation import steps_of
from services.schedule import OPEN
from services.work import Work


async def checklist(work: Work, meeting: Meeting, ticked: str = "") -> Reply:
    """What is done and what is open. `ticked` is the step whose tick may be taken back."""
    steps = await steps_of(work, meeting)
    known = await facts(work, meeting)
    known["days"] = max(0, (work.local(meeting.starts_at).date() - work.today).days)
    dated = meeting.state is not State.POSTPONED  # its old date says nothing about when a step is due
    text = lines(
        Text("prepare.first" if dated and meeting.starts_at > work.now else "prepare.past", known),
        *[_line(one, work.today, dated=dated) for one in steps],
        *await _committee(work, meeting),
    )
    return Reply(text, await _choices(work, meeting, steps, ticked), question=f"prepare:{meeting.id}")


async def reminder(work: Work, meeting: Meeting, due: Sequence[StepState]) -> Reply:
    """Only what has fallen due now, each with its button; the whole list is a tap away."""
    known = await facts(work, meeting)
    known["days"] = max(0, (work.local(meeting.starts_at).date() - work.today).days)
    text = lines(Text("prepare.first", known), *[_line(one, work.today, dated=True) for one in due])
    choices = [_done(meeting, one) for one in due]
    if any(one.step is Step.PREMEETING for one in due):
        choices.append(_call(meeting))
    choices.append(Choice(Text("button.prepare"), action("prepare", meeting.id)))
    return Reply(text, tuple(choices), question=f"prepare:{meeting.id}")


def _line(one: StepState, today: date, *, dated: bool) -> Text:
    if not one.is_open:
        return Text("prepare.done", {"step": Text(f"prepare.{one.step}")})
    if one.day is None or one.step in OPTIONAL or not dated:
        return Text("prepare.open", {"step": Text(f"prepare.{one.step}")})
    key = "prepare.late" if one.day < today else "prepare.dated"
    return Text(key, {"step": Text(f"prepare.{one.step}"), "day": one.day})


async def _committee(work: Work, meeting: Meeting) -> list[Text]:
    """Where the committee has been called: when, how many come, and who said that they do not."""
    held = await premeeting.of(work, meeting)
    if held is None or held.starts_at <= work.now:
        return []
    answers = (await work.uow.answers.of_meeting(held.id)).values()
    coming = sum(one.answer is Answer.COMING for one in answers)
    absent = [one.person for one in answers if one.answer is Answer.ABSENT]
    said = [Text("prepare.called", {"when": held.starts_at, "coming": coming})]
    if absent:
        if work.actor is not None:
            await note_names(work, meeting.cell, meeting)
        names = listing(*[await called(work, await work.uow.people.by_id(one)) for one in absent])
        said.append(Text("prepare.excused", {"names": names}))
    return said


async def _choices(work: Work, meeting: Meeting, steps: list[StepState], ticked: str) -> tuple[Choice, ...]:
    choices = [_done(meeting, one) for one in steps if one.is_open]
    ahead = meeting.state in OPEN and meeting.starts_at > work.now
    if ahead and any(one.step is Step.PREMEETING and one.is_open for one in steps):
        choices.append(_call(meeting))
    if ticked:
        choices.append(Choice(Text("button.undo"), action("prepared", meeting.id, ticked, "off")))
    choices.append(Choice(Text("button.agenda"), action("agenda", meeting.id)))
    return tuple(choices[-work.room :])


def _done(meeting: Meeting, one: StepState) -> Choice:
    return Choice(Text(f"button.prepared_{one.step}"), action("prepared", meeting.id, one.step, "on"))


def _call(meeting: Meeting) -> Choice:
    return Choice(Text("button.call_committee"), action("precall", meeting.id))
