"""Follow-ups are written down: read from lines, read back, recorded at "Xác nhận", told to their owners."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from chat.numbers import whole
from meetings.folding import fold
from meetings.followups import Candidate, Task, TaskLine, read_tasks
from meetings.records import Meeting, Person, Unit
from meetings.terms import CellRole, Kind, PersonId, State, UnitId
from services.access import actor
from services.errors import NotFound
from services.tasks import HELD, known, open_tasks, owner_within_reach, tell_owner
from services.work import Work

_KIND = "tasks"


@dataclass(frozen=True, slots=True)
class Proposed:
    """Lines that were read and await "Xác nhận"; none once they were recorded, or everybody is forgotten."""

    number: int
    cell: Unit
    lines: tuple[TaskLine, ...]
    done: bool = False


async def candidates(work: Work, cell: Unit) -> list[Candidate]:
    """Who may own a task: the members, and leaders of the cell who stand on another roll."""
    members = await work.uow.members.of_cell(cell.id, work.today)
    found = [Candidate(one.person, one.number, one.name) for one in members]
    known = {one.person for one in members}
    heads = await work.uow.people.holders(cell.id, tuple(CellRole), work.today)
    return [*found, *(Candidate(one.id, None, one.name) for one in heads if one.id not in known)]


async def propose(work: Work, cell: Unit, text: str) -> Proposed:
    """Read the lines; nothing is recorded before `record`. Raises BadTask naming the line."""
    lines = read_tasks(text, await candidates(work, cell), work.today)
    payload = json.dumps([[one.person, one.title, one.due.isoformat()] for one in lines])
    number = await work.uow.proposals.add(_KIND, cell.id, actor(work).id, payload, work.now, meeting=None)
    return Proposed(number, cell, tuple(lines))


async def proposed(work: Work, number: str) -> Proposed:
    """What was read, and whether it was recorded already. Raises NotFound."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != _KIND:
        raise NotFound
    lines = [
        TaskLine(title, None if who is None else PersonId(who), date.fromisoformat(due))
        for who, title, due in json.loads(found.payload)
    ]
    cell = await work.uow.units.by_id(found.cell)
    return Proposed(found.id, cell, tuple(lines), found.done_at is not None)


async def record(work: Work, asked: Proposed) -> list[Task]:
    """Write the tasks down and tell their owners; what stands there already (a second hand) is left out."""
    await work.uow.proposals.done(asked.number, "[]", work.now)
    there = {(fold(one.title), one.person) for one in await open_tasks(work, asked.cell.id)}
    meeting = await _last_begun(work, asked.cell.id)
    by = actor(work).id
    found = []
    for line in asked.lines:
        if (fold(line.title), line.person) in there:
            continue
        values = {
            "cell": asked.cell.id,
            "meeting": None if meeting is None else meeting.id,
            "title": line.title,
            "person": line.person,
            "due": line.due,
            "by": by,
            "at": work.now,
        }
        found.append(await known(work, await work.uow.tasks.add(values)))
    if found:
        await work.uow.audit.note(work.now, by, "add_tasks", cell=asked.cell.id)
    for task in found:
        await tell_owner(work, task, "given")
    return found


async def unreached(work: Work, tasks: Collection[Task]) -> list[Person]:
    """The owners who are not told by us."""
    found = {}
    for task in tasks:
        if task.person in (None, actor(work).id) or task.person in found:
            continue
        if await owner_within_reach(work, task) is None:
            found[task.person] = await work.uow.people.by_id(task.person)
    return list(found.values())


async def _last_begun(work: Work, cell: UnitId) -> Meeting | None:
    """At the end of which meeting this is: the newest that has begun and is not called off."""
    states = (State.PLANNED, State.ANNOUNCED, *HELD)
    begun = [
        one
        for one in await work.uow.meetings.in_state(cell, states)
        if one.starts_at <= work.now and one.kind is not Kind.PREMEETING
    ]
    return begun[-1] if begun else None
