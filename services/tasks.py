"""Follow-ups (`nhiemvu`): written down at the end of a meeting, read back, told to whoever does them.

Titles, owners and days only. What is open is carried over until somebody says that it is done, or drops it.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta

from chat.numbers import whole
from chat.replies import Reply
from chat.text import NOTHING, Lines, Param, Text, lines
from meetings.followups import Task
from meetings.records import Meeting, Person
from meetings.roles import Right
from meetings.terms import Kind, PersonId, State, UnitId
from services.access import actor, posts
from services.delivery import Occasion, reached, tell
from services.errors import NotFound, TooLate
from services.facts import called, may_hear
from services.schedule import at_local
from services.work import Work
from storage.errors import LostUpdate

_FIRST_LOOK = timedelta(days=31)  # back, where no meeting was closed yet
HELD = (State.HELD, State.CLOSED)
_MONTHLY = (Kind.REGULAR, Kind.COMBINED)
_SHOWN = 8  # on an agenda; the whole list is `nhiemvu`


# --- for the agenda and the minutes -----------------------------------------------------------------


async def open_tasks(work: Work, cell: UnitId) -> list[Task]:
    """What is still to be done in a cell, the soonest due first."""
    return await work.uow.tasks.open_of(cell)


async def of_last_meeting(work: Work, meeting: Meeting) -> list[Task]:
    """What a meeting looks back on: open when the one before it began, or written down since, until it began."""
    before = await _before(work, meeting)
    found = await work.uow.tasks.of_cell(meeting.cell, before.starts_at if before else meeting.created_at)
    return [one for one in found if one.meeting != meeting.id and one.at < meeting.starts_at]


async def of_meeting(work: Work, meeting: Meeting) -> list[Task]:
    """What was written down at the end of a meeting."""
    return await work.uow.tasks.of_meeting(meeting.id)


async def results(work: Work, meeting: Meeting) -> Lines | None:
    """What became of last month's tasks, for the agenda: titles, done or not, how often carried over. No names."""
    found = await of_last_meeting(work, meeting)
    if not found:
        return None
    undone = [one for one in found if one.is_open]
    over = await carried(work, undone, meeting.starts_at)
    more = Text("task.result_over", {"n": len(over)}) if over else NOTHING
    known: dict[str, Param] = {"done": len(found) - len(undone), "open": len(undone), "over": more}
    ordered = [*undone, *(one for one in found if not one.is_open)]
    rows = [_result(one, over.get(one.id, 0)) for one in ordered[:_SHOWN]]
    left = Text("task.result_more", {"n": len(found) - _SHOWN}) if len(found) > _SHOWN else None
    return lines(Text("task.result", known), *rows, left)


def _result(task: Task, over: int) -> Text:
    if not task.is_open:
        return Text("task.result_done", {"title": task.title})
    times = Text("task.over", {"n": over}) if over else NOTHING
    return Text("task.result_open", {"title": task.title, "due": task.due, "over": times})


async def carried(work: Work, tasks: Collection[Task], until: datetime) -> Mapping[int, int]:
    """By task, how many monthly meetings it was carried over, up to an instant; what never was is not there."""
    counts: dict[int, int] = {}
    for cell in {one.cell for one in tasks}:
        held = await work.uow.meetings.in_state(cell, HELD)
        starts = [(one.id, one.starts_at) for one in held if one.kind in _MONTHLY and one.starts_at < until]
        for task in tasks:
            # The meeting at whose end it was written down began before it, and so did those before.
            over = sum(1 for number, at in starts if at > task.at and number != task.meeting)
            if task.cell == cell and over:
                counts[task.id] = over
    return counts


async def _before(work: Work, meeting: Meeting) -> Meeting | None:
    held = await work.uow.meetings.in_state(meeting.cell, HELD)
    earlier = [one for one in held if one.starts_at < meeting.starts_at and one.kind in _MONTHLY]
    return earlier[-1] if earlier else None


# --- what becomes of one ----------------------------------------------------------------------------


async def keeps(work: Work, cell: UnitId) -> bool:
    """Whether the actor keeps the list of a cell."""
    return any(one.cell.id == cell and one.may(Right.KEEP_TASKS) for one in await posts(work))


async def standing(work: Work, cell: UnitId) -> list[Task]:
    """What is open in a cell, and what was done since its last monthly meeting that is closed began."""
    closed = [one for one in await work.uow.meetings.in_state(cell, (State.CLOSED,)) if one.kind in _MONTHLY]
    since = closed[-1].starts_at if closed else work.now - _FIRST_LOOK
    return await work.uow.tasks.of_cell(cell, since)


async def own(work: Work) -> list[Task]:
    """The actor's, in whichever cell, the soonest due first."""
    return [one for one in await work.uow.tasks.of_person(actor(work).id) if one.dropped_at is None]


async def one_of(work: Work, number: str) -> Task:
    """A task of a cell whose list the actor keeps, or the actor's own. Raises NotFound."""
    known = whole(number)
    found = None if known is None else await work.uow.tasks.by_id(known)
    if found is None or found.dropped_at is not None:
        raise NotFound
    if found.person != actor(work).id and not await keeps(work, found.cell):
        raise NotFound
    return found


async def mark(work: Work, task: Task, *, done: bool) -> Task:
    """Done, or not done after all. Said twice it changes nothing."""
    if (task.done_at is not None) is done:
        return task
    changed = await _change(
        work, task, {"done_at": work.now if done else None}, "task_done" if done else "task_open"
    )
    if done:
        await _say_no_more(work, task)
    return changed


async def set_due(work: Work, task: Task, due: date) -> Task:
    """Another day, told to the owner. Raises TooLate for a task that is done."""
    if not task.is_open:
        raise TooLate(Text("task.is_done"))
    if due == task.due:
        return task
    await _say_no_more(work, task)
    changed = await _change(work, task, {"due": due}, "task_due")
    await tell_owner(work, changed, "changed")
    return changed


async def drop(work: Work, task: Task) -> None:
    """Taken off the list: it was a slip, or is not wanted any more. Who heard of it hears that too."""
    await _say_no_more(work, task)
    heard = await work.uow.notices.told_until([subject(task)])
    await _change(work, task, {"dropped_at": work.now}, "task_drop")
    if heard and task.is_open:
        await tell_owner(work, task, "dropped")


async def _change(work: Work, task: Task, values: dict[str, object], what: str) -> Task:
    if not await work.uow.tasks.change(task, values):
        raise LostUpdate
    await work.uow.audit.note(work.now, actor(work).id, what, cell=task.cell, whom=task.person)
    return await known(work, task.id)


async def known(work: Work, number: int) -> Task:
    found = await work.uow.tasks.by_id(number)
    if found is None:
        raise LostUpdate
    return found


# --- telling ----------------------------------------------------------------------------------------


def subject(task: Task) -> str:
    return f"task:{task.id}"


def over_at(work: Work, task: Task) -> datetime:
    """The end of its day: nothing about it is of use after that."""
    return at_local(work, task.due + timedelta(days=1), time())


async def owner_of(work: Work, task: Task) -> Text:
    """The owner as they are called."""
    if task.person is None:
        return Text("task.nobody")
    return await called(work, await work.uow.people.by_id(task.person))


async def facts_of(work: Work, task: Task) -> dict[str, Param]:
    cell = await work.uow.units.by_id(task.cell)
    return {"title": task.title, "due": task.due, "cell": cell.name, "who": await owner_of(work, task)}


async def owner_within_reach(work: Work, task: Task) -> Person | None:
    """The owner, if we can write to them of this cell: still of it, with an account and consent."""
    if task.person is None:
        return None
    person = await work.uow.people.by_id(task.person)
    if await reached(work, person) is None or not await _of_cell(work, person, task.cell):
        return None
    return person


async def _of_cell(work: Work, person: Person, cell: UnitId) -> bool:
    """Whether a person hears of a cell today: a member who is not suspended, or with a post."""
    members = await work.uow.members.of_person(person.id, work.today)
    if any(one.cell == cell and may_hear(one) for one in members):
        return True
    own = {one.cell for one in members}
    roles = await work.uow.people.roles_of(person.id, work.today)
    return cell not in own and any(one.unit == cell for one in roles)


async def tell_owner(work: Work, task: Task, what: str) -> None:
    person = await owner_within_reach(work, task)
    if person is None or person.id == actor(work).id:
        return
    kind = f"{what}.{task.due:%Y%m%d}.{work.now:%Y%m%d%H%M%S}"
    occasion = Occasion(subject(task), kind, work.now, useful_until=over_at(work, task), unit=task.cell)
    await tell(work, person, occasion, Reply(Text(f"task.{what}", await facts_of(work, task))))


async def _say_no_more(work: Work, task: Task) -> None:
    """What waits to be said of it is not true any more."""
    kinds = [one.kind for one in await work.uow.notices.of_subject(subject(task), 0)]
    await work.uow.notices.take_back(subject(task), 0, kinds)


async def stale(work: Work, number: str, kind: str, who: PersonId) -> str | None:
    """Why a letter about a task that was queued some time ago must not go; None when it may."""
    known = whole(number)
    task = None if known is None else await work.uow.tasks.by_id(known)
    if task is None or task.person != who:
        return "task of another"
    if not await _of_cell(work, await work.uow.people.by_id(who), task.cell):
        return "no member"
    what, _, day = kind.partition(".")
    if what == "dropped":
        return None
    if not task.is_open:
        return "task over"
    return None if day.startswith(f"{task.due:%Y%m%d}") else "another day"
