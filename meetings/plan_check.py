"""Whether a reminder plan can work at all: every meeting announced, every step after its notice (domain.md 4.8)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time

from meetings.reminders import NOTICE_KINDS, Step, StepKind
from meetings.terms import Audience

# Each message is written for its readers: names for leaders, totals for a group (domain.md 3).
AUDIENCES: Mapping[StepKind, tuple[Audience, ...]] = {
    StepKind.PREVIEW: (Audience.SECRETARIES,),
    StepKind.NOTICE: (Audience.MEMBERS,),
    StepKind.GROUP_NOTICE: (Audience.GROUP,),
    StepKind.INVITATION: (Audience.OFFICIALS,),
    StepKind.REMINDER: (Audience.MEMBERS,),
    StepKind.FORECAST: (Audience.SECRETARIES,),
    StepKind.RELAY: (Audience.LIAISONS,),
    StepKind.EVENING: (Audience.GROUP,),
    StepKind.TODAY: (Audience.MEMBERS,),
}

# Two of them say when the meeting is in words that are true on these days only: "ngày mai", "tối nay", "sáng mai".
_TRUE_ON: Mapping[StepKind, tuple[int, ...]] = {StepKind.EVENING: (-1,), StepKind.TODAY: (0, -1)}


class BadPlan(Exception):
    """A plan that cannot work; `steps` are those at fault."""

    def __init__(self, why: str, *steps: "Step") -> None:
        named = ", ".join(step.key for step in steps)
        super().__init__(f"{why}: {named}" if named else why)
        self.steps = steps


def check_plan(steps: Sequence[Step]) -> None:
    """Raise BadPlan for steps that could not work, or never go out, whatever the hour of the meeting."""
    for step in steps:
        if step.day > 0 or (step.early and step.early.day > 0):
            raise BadPlan("a step after the day of the meeting", step)
        if step.audience not in AUDIENCES[step.kind]:
            allowed = " or ".join(AUDIENCES[step.kind])
            raise BadPlan(f"a {step.kind} speaks to {allowed} only, not to {step.audience}", step)
        if not set(step.days) <= set(_TRUE_ON.get(step.kind, step.days)):
            true_on = " or ".join(str(day) for day in _TRUE_ON[step.kind])
            raise BadPlan(f"the words of {step.kind} are true on day {true_on} only", step)
    _refuse_twins("two steps of one kind, audience and day", [(step, step.key) for step in steps])
    # Which steps coincide depends on the hour of the meeting; these starts stand for all of them.
    for start in sorted({time.min} | {step.early.before for step in steps if step.early}):
        _refuse_twins(
            "two steps of one audience at one instant", [(step, step.slot(start)) for step in steps]
        )
        _check_order(steps, start)


def _check_order(steps: Sequence[Step], start: time) -> None:
    """Without its notice a meeting is never announced, and what would go before it never goes (domain.md 4.8)."""
    notices = [step for step in steps if step.kind is StepKind.NOTICE]
    if not notices:
        raise BadPlan("no step of kind notice, audience members: nobody would be told of a meeting")
    first = min(notices, key=lambda step: step.slot(start))
    gate = first.slot(start)
    if gate[0] == 0:
        raise BadPlan("a notice on the day of the meeting itself comes too late", first)
    for step in steps:
        slot = step.slot(start)
        if step.kind is StepKind.PREVIEW:
            if slot >= gate:
                raise BadPlan("a preview that is not before the notice", first, step)
        elif slot < gate or (slot == gate and step.kind not in {*NOTICE_KINDS, StepKind.RELAY}):
            raise BadPlan("a step that is not after the notice", first, step)


def _refuse_twins(why: str, marked: Iterable[tuple[Step, object]]) -> None:
    seen: dict[tuple[Audience, object], Step] = {}
    for step, mark in marked:
        if (step.audience, mark) in seen:
            raise BadPlan(why, seen[step.audience, mark], step)
        seen[step.audience, mark] = step
