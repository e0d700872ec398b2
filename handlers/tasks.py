"""`nhiemvu`: follow-ups, one line each (`Tu sửa đường thôn | 4 | 30/12`), and what became of them."""

from collections.abc import Sequence
from dataclasses import replace

from chat.numbers import whole
from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import NOTHING, Param, Text, Wording, lines, listing
from handlers.picking import which_cell
from meetings.agenda import LONGEST_TITLE
from meetings.followups import MOST_LINES, BadTask, Task, read_due
from meetings.records import Person, Unit
from meetings.roles import Right
from meetings.terms import UnitId
from services import Work, access, task_writing, tasks
from services.errors import NotAllowed, NotFound
from services.facts import called

router: Router[Work] = Router()
_PAGE = 6  # a message has room for so many, each on its line


def record_choice(cell: UnitId) -> Choice:
    """After a list is closed: what was decided is written down while everybody still knows it."""
    return Choice(Text("button.task_new"), action("task_new", cell))


@router.command("nhiemvu", "nhiem vu", arguments=True)
async def show_tasks(turn: Turn[Work]) -> Replies:
    """The list of the cell for those who keep it, where lines may follow the word; to others their own."""
    work = turn.work
    try:
        cells = await access.cells_with(work, Right.KEEP_TASKS)
    except NotAllowed:
        return [await _own(work, 0)]
    written = _after_command(turn) if turn.rest else ""
    if len(cells) > 1:
        asked = which_cell(cells, "task_new" if written else "tasks")
        return [replace(asked, expects=Step("task.typed", {"lines": written}))] if written else [asked]
    if written:
        return [await _read(work, cells[0], written)]
    return [await _list(work, cells[0], 0)]


def _after_command(turn: Turn[Work]) -> str:
    """What stands behind the command with its lines: the router has joined them."""
    typed = turn.event.text.strip()
    for _ in range(len(typed.split()) - len(turn.rest.split())):
        typed = typed.split(maxsplit=1)[1]
    return typed


@router.action("tasks")
async def show_list(turn: Turn[Work], cell_id: str, page: str = "0") -> Replies:
    return [await _list(turn.work, await _cell(turn.work, cell_id), whole(page) or 0)]


@router.action("my_tasks")
async def show_own(turn: Turn[Work], page: str) -> Replies:
    return [await _own(turn.work, whole(page) or 0)]


async def _list(work: Work, cell: Unit, page: int, said: Wording | None = None) -> Reply:
    """Open ones, and those done since the last meeting. Names are looked at: it goes to the audit log."""
    await access.note_names(work, cell.id)
    found = await tasks.standing(work, cell.id)
    undone = [one for one in found if one.is_open]
    known: dict[str, Param] = {"cell": cell.name, "open": len(undone), "done": len(found) - len(undone)}
    over = await tasks.carried(work, undone, work.now)
    shown, pages = _of_page([*undone, *(one for one in found if not one.is_open)], page)
    rows = [
        await _row(work, number, one, over.get(one.id, 0), who=True) for number, one in enumerate(shown, 1)
    ]
    text = lines(
        said,
        Text("task.list", known),
        Text("task.carried", {"n": len(over)}) if over else None,
        *(rows or [Text("task.none")]),
    )
    choices = [
        Choice(Text("button.task", {"n": number}), action("task", one.id))
        for number, one in enumerate(shown, 1)
    ]
    choices.append(Choice(Text("button.task_new"), action("task_new", cell.id)))
    if any(one.is_open and one.cell != cell.id for one in await tasks.own(work)):
        choices.append(Choice(Text("button.my_tasks"), action("my_tasks", 0)))
    if pages > 1:
        choices.append(Choice(Text("button.more"), action("tasks", cell.id, (page + 1) % pages)))
    return Reply(text, tuple(choices), question=f"tasks:{cell.id}")


async def _own(work: Work, page: int, said: Wording | None = None) -> Reply:
    """What the actor is to do, in whichever cell."""
    found = [one for one in await tasks.own(work) if one.is_open]
    shown, pages = _of_page(found, page)
    rows = [await _row(work, number, one, 0, who=False) for number, one in enumerate(shown, 1)]
    text = (
        lines(said, Text("task.own", {"n": len(found)}), *rows)
        if rows
        else lines(said, Text("task.own_none"))
    )
    choices = [
        Choice(Text("button.task", {"n": number}), action("task", one.id))
        for number, one in enumerate(shown, 1)
    ]
    if pages > 1:
        choices.append(Choice(Text("button.more"), action("my_tasks", (page + 1) % pages)))
    return Reply(text, tuple(choices), question="tasks:own")


def _of_page(found: Sequence[Task], page: int) -> tuple[Sequence[Task], int]:
    pages = max(1, -(-len(found) // _PAGE))
    first = page % pages * _PAGE
    return found[first : first + _PAGE], pages


async def _row(work: Work, number: int, task: Task, over: int, *, who: bool) -> Text:
    known = await tasks.facts_of(work, task) | {"n": number}
    known["who"] = Text("task.by", {"who": known["who"]}) if who else NOTHING
    known["over"] = Text("task.over", {"n": over}) if over else NOTHING
    return Text("task.row" if task.is_open else "task.row_done", known)


# --- writing down -----------------------------------------------------------------------------------


@router.action("task_new")
async def ask_lines(turn: Turn[Work], cell_id: str) -> Replies:
    """Ask for the lines; those that were typed before the cell was chosen are read for it."""
    cell = await _cell(turn.work, cell_id)
    typed = turn.step.data.get("lines", "") if turn.step and turn.step.name == "task.typed" else ""
    if typed:
        return [await _read(turn.work, cell, typed)]
    step = Step("task.lines", {"cell": str(cell.id)})
    return [Reply(Text("task.ask", {"cell": cell.name, "most": MOST_LINES}), expects=step)]


@router.step("task.lines")
async def take_lines(turn: Turn[Work]) -> Replies:
    data = turn.step.data if turn.step else {}
    cell = await _cell(turn.work, data.get("cell", ""))
    return [await _read(turn.work, cell, turn.event.text)]


async def _read(work: Work, cell: Unit, text: str) -> Reply:
    """One bad line refuses them all; read well, nothing is recorded before "Xác nhận"."""
    step = Step("task.lines", {"cell": str(cell.id)})
    try:
        asked = await task_writing.propose(work, cell, text)
    except BadTask as error:
        return Reply(lines(_fault(error), Text("task.bad")), expects=step)
    await access.note_names(work, cell.id)
    rows = []
    for number, line in enumerate(asked.lines, 1):
        who = Text("task.nobody")
        if line.person is not None:
            who = await called(work, await work.uow.people.by_id(line.person))
        rows.append(Text("task.read", {"n": number, "title": line.title, "who": who, "due": line.due}))
    choices = (
        Choice(Text("button.confirm"), action("tasks_ok", asked.number), style=Style.GOOD),
        Choice(Text("button.skip"), action("drop")),
    )
    text_back = lines(Text("task.confirm", {"cell": cell.name}), *rows, Text("line.ask"))
    return Reply(text_back, choices, question=f"tasks:{cell.id}")


def _fault(error: BadTask) -> Text:
    known: dict[str, Param] = {"line": error.line, "word": error.word[:LONGEST_TITLE]}
    known |= {"limit": LONGEST_TITLE, "most": MOST_LINES}
    return Text(f"task.bad_{error.kind}", known)


@router.action("tasks_ok")
async def confirm(turn: Turn[Work], number: str) -> Replies:
    work = turn.work
    asked = await task_writing.proposed(work, number)
    await access.require(work, asked.cell.id, Right.KEEP_TASKS)
    if asked.done:
        return [await _list(work, asked.cell, 0, Text("task.already"))]
    found = await task_writing.record(work, asked)
    if not found:
        return [await _list(work, asked.cell, 0, Text("task.already"))]
    choices = (Choice(Text("button.tasks"), action("tasks", asked.cell.id)),)
    missing = await task_writing.unreached(work, found)
    text = lines(Text("task.recorded", {"n": len(found)}), await _to_tell(work, missing))
    return [Reply(text, choices, question=f"tasks:{asked.cell.id}")]


async def _to_tell(work: Work, missing: Sequence[Person]) -> Text | None:
    if not missing:
        return None
    names = listing(*[await called(work, one) for one in missing])
    return Text("task.to_tell", {"names": names})


# --- one task ---------------------------------------------------------------------------------------


@router.action("task")
async def show_one(turn: Turn[Work], number: str) -> Replies:
    return [await _one(turn.work, await tasks.one_of(turn.work, number))]


async def _one(work: Work, task: Task) -> Reply:
    """Done or not done is for the owner too; another day, or none at all, for those who keep the list."""
    keeps = await tasks.keeps(work, task.cell)
    if task.is_open:
        choices = [Choice(Text("button.task_done"), action("task_done", task.id), style=Style.GOOD)]
        if keeps:
            choices.append(Choice(Text("button.task_due"), action("task_due", task.id)))
    else:
        choices = [Choice(Text("button.task_open"), action("task_open", task.id))]
    if keeps:
        choices.append(Choice(Text("button.task_drop"), action("task_drop", task.id)))
    back = action("tasks", task.cell) if keeps else action("my_tasks", 0)
    choices.append(Choice(Text("button.tasks"), back))
    known = await tasks.facts_of(work, task)
    text = Text("task.one" if task.is_open else "task.one_done", known)
    return Reply(text, tuple(choices), question=f"task:{task.id}")


@router.action("task_done")
async def done(turn: Turn[Work], number: str) -> Replies:
    return [await _marked(turn.work, number, done=True)]


@router.action("task_open")
async def not_done(turn: Turn[Work], number: str) -> Replies:
    return [await _marked(turn.work, number, done=False)]


async def _marked(work: Work, number: str, *, done: bool) -> Reply:
    task = await tasks.mark(work, await tasks.one_of(work, number), done=done)
    said = Text("task.marked_done" if done else "task.marked_open", await tasks.facts_of(work, task))
    if await tasks.keeps(work, task.cell):
        return await _list(work, await work.uow.units.by_id(task.cell), 0, said)
    return await _own(work, 0, said)


@router.action("task_drop")
async def drop(turn: Turn[Work], number: str) -> Replies:
    work = turn.work
    task = await _kept(work, number)
    said = Text("task.gone", await tasks.facts_of(work, task))
    await tasks.drop(work, task)
    return [await _list(work, await work.uow.units.by_id(task.cell), 0, said)]


@router.action("task_due")
async def ask_due(turn: Turn[Work], number: str) -> Replies:
    task = await _kept(turn.work, number)
    step = Step("task.due", {"task": str(task.id)})
    return [Reply(Text("task.ask_due", await tasks.facts_of(turn.work, task)), expects=step)]


@router.step("task.due")
async def take_due(turn: Turn[Work]) -> Replies:
    work, data = turn.work, turn.step.data if turn.step else {}
    task = await _kept(work, data.get("task", ""))
    try:
        due = read_due(turn.event.text, work.today)
    except BadTask:
        return [Reply(Text("task.due_unclear"), expects=turn.step)]
    task = await tasks.set_due(work, task, due)
    return [
        await _list(
            work,
            await work.uow.units.by_id(task.cell),
            0,
            Text("task.due_set", await tasks.facts_of(work, task)),
        )
    ]


async def _kept(work: Work, number: str) -> Task:
    """A task of a list that the actor keeps. Raises NotFound."""
    task = await tasks.one_of(work, number)
    if not await tasks.keeps(work, task.cell):
        raise NotFound
    return task


async def _cell(work: Work, cell_id: str) -> Unit:
    known = whole(cell_id)
    if known is None:
        raise NotFound
    return await access.require(work, UnitId(known), Right.KEEP_TASKS)
