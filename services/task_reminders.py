"""A follow-up is due soon: said to its owner, or to whoever leads the cell where the owner is not reached."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chat.replies import Choice, Reply, Style, action
from chat.text import Text, lines
from meetings.followups import Task
from meetings.records import Person
from meetings.terms import PersonId, UnitId
from services.announcing import secretary_or_deputy
from services.delivery import Occasion, Told, count_as_told, tell
from services.facts import called
from services.rules import policy_of
from services.schedule import at_local
from services.tasks import facts_of, over_at, owner_within_reach, subject
from services.work import Work

_LONGEST = 60  # days before, as the policy allows


@dataclass(frozen=True, slots=True)
class _Nudge:
    """A task whose reminder is due, and to whom it is new."""

    task: Task
    occasion: Occasion
    readers: tuple[Person, ...]
    owner: bool


async def waiting(work: Work) -> list[UnitId]:
    """The cells in which somebody is to be reminded now."""
    return sorted({one.task.cell for one in await _nudges(work)})


async def coming(work: Work) -> list[datetime]:
    """When the next reminders are due, if nobody says before that the task is done."""
    tasks = await work.uow.tasks.due_between(work.today, work.today + timedelta(days=_LONGEST))
    found = {await _remind_at(work, one) for one in tasks if one.due > work.today}
    return sorted(at for at in found if at > work.now)


async def remind(work: Work, cell: UnitId) -> None:
    """Each owner of their own task; of the others the secretary, one message an owner."""
    others: dict[PersonId | None, list[_Nudge]] = defaultdict(list)
    for nudge in await _nudges(work, cell):
        if nudge.owner:
            message = await _to_owner(work, nudge.task)
            await tell(work, nudge.readers[0], nudge.occasion, message)
        else:
            others[nudge.task.person].append(nudge)
    for whom, nudges in others.items():
        message = await _to_leader(work, whom, nudges)
        first, *more = nudges
        for reader in first.readers:
            if await tell(work, reader, first.occasion, message):
                for one in more:
                    await count_as_told(work, reader, one.occasion)


async def _nudges(work: Work, cell: UnitId | None = None) -> list[_Nudge]:
    coming = await work.uow.tasks.due_between(work.today, work.today + timedelta(days=_LONGEST), cell)
    due = [(one, at) for one in coming if (at := await _at(work, one)) is not None]
    subjects = {name for one, _ in due for name in (subject(one), _owed(one))}
    known = await work.uow.notices.of_subjects(subjects, 0) if due else {}
    told = {name: {(one.recipient, one.kind): one.status for one in said} for name, said in known.items()}
    found = []
    for task, at in due:
        nudge = await _nudge(work, task, at, told)
        if nudge.readers:
            found.append(nudge)
    return found


async def _at(work: Work, task: Task) -> datetime | None:
    """When it is time, if it is; what was written down with its day in sight needs no reminder."""
    at = await _remind_at(work, task)
    return at if task.at < at <= work.now < over_at(work, task) else None


async def _remind_at(work: Work, task: Task) -> datetime:
    rules = (await policy_of(work, task.cell)).tasks
    return at_local(work, task.due - timedelta(days=rules.remind_days_before), rules.hour)


async def _nudge(work: Work, task: Task, at: datetime, told: Mapping[str, Told]) -> _Nudge:
    plain = Occasion(
        subject(task), f"due.{task.due:%Y%m%d}", at, useful_until=over_at(work, task), unit=task.cell
    )
    owner = await owner_within_reach(work, task)
    if owner is not None:
        occasion = replace(plain, told=told.get(plain.subject, {}))
        return _Nudge(task, occasion, (owner,) if occasion.is_new_to(owner.id) else (), owner=True)
    name, kind = _owed(task), f"due.{task.id}.{task.due:%Y%m%d}"
    occasion = replace(plain, subject=name, kind=kind, told=told.get(name, {}))
    return _Nudge(task, occasion, tuple(await secretary_or_deputy(work, task.cell, occasion)), owner=False)


def _owed(task: Task) -> str:
    """Whom a note to the leaders is about and where: storage forgets by it (`storage.keeping.ABOUT_A_PERSON`)."""
    return f"owed:{task.person or 0}:{task.cell}"


async def _to_owner(work: Work, task: Task) -> Reply:
    choices = (
        Choice(Text("button.task_done"), action("task_done", task.id), style=Style.GOOD),
        Choice(Text("button.task_open"), action("task_open", task.id)),
    )
    text = Text("task.due", await facts_of(work, task))
    return Reply(text, choices, question=f"task:{task.id}", until=over_at(work, task))


async def _to_leader(work: Work, whom: PersonId | None, nudges: list[_Nudge]) -> Reply:
    """The secretary's list instead: whom to remind in person, or that it is the cell's own."""
    parts = [Text("task.owed_line", await facts_of(work, one.task)) for one in nudges]
    if whom is None:
        first = Text("task.owed_by_cell")
    else:
        first = Text("task.owed", {"name": await called(work, await work.uow.people.by_id(whom))})
    cell = nudges[0].task.cell
    choices = (Choice(Text("button.tasks"), action("tasks", cell)),)
    return Reply(lines(first, *parts), choices, question=f"tasks:{cell}")
