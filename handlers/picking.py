"""Several cells or meetings fit: ask which one, with buttons."""

from collections.abc import Awaitable, Callable, Sequence

from chat.numbers import whole
from chat.replies import Action, Choice, Reply, action
from chat.text import Text
from meetings.records import Meeting, Unit
from meetings.roles import Right
from meetings.terms import State
from services import Work, access, schedule
from services.facts import facts


def which_cell(cells: Sequence[Unit], name: str, *args: str) -> Reply:
    """One button a cell; the cell's id is the action's first argument."""
    choices = tuple(
        Choice(Text("person.name", {"name": cell.name}), Action(name, (str(cell.id), *args)))
        for cell in cells
    )
    return Reply(Text("ask.which_cell"), choices)


def paged(choices: Sequence[Choice], page: str, room: int, name: str, *args: object) -> tuple[Choice, ...]:
    """As many as the chat shows at once; the last one then asks the action for the next page, round and round."""
    if len(choices) <= room:
        return tuple(choices)
    size = room - 1
    here = (whole(page) or 0) % -(-len(choices) // size)
    more = Choice(Text("button.more"), action(name, *args, here + 1))
    return (*choices[here * size : (here + 1) * size], more)


async def stands_now(work: Work, meeting: Meeting) -> Reply:
    """What an old button of a meeting answers: where it stands, and nothing else happens."""
    if meeting.state in (State.PLANNED, State.ANNOUNCED) and meeting.starts_at > work.now:
        return Reply(Text("stale.planned", await facts(work, meeting)))
    if meeting.state is State.ANNOUNCED:
        return Reply(Text("refused.started"))
    return Reply(Text(f"refused.{meeting.state}"))


async def next_of_own(work: Work, name: str, show: Callable[[Work, Meeting], Awaitable[Reply]]) -> Reply:
    """The next meeting of the cells whose calendar the actor keeps: shown, chosen by the action, or none.

    Raises NotAllowed for who keeps none.
    """
    cells = await access.cells_with(work, Right.SCHEDULE)
    meetings = [one for cell in cells if (one := await schedule.next_of(work, cell))]
    if not meetings:
        return Reply(Text("preview.no_meeting"))
    if len(meetings) > 1:
        return await which_meeting(work, meetings, name)
    return await show(work, meetings[0])


async def which_meeting(
    work: Work, meetings: Sequence[Meeting], name: str, *, page: int = 0, more: str = ""
) -> Reply:
    """One button a meeting; the meeting's id is the action's first argument.

    As many as fit; `more` is the action that is asked for the next page, by its number.
    """
    choices, size = [], work.room
    if more and len(meetings) > size:
        size -= 1
    pages = max(1, -(-len(meetings) // size))
    here = page % pages
    for meeting in meetings[here * size : (here + 1) * size]:
        cell = await work.uow.units.by_id(meeting.cell)
        label = Text("button.meeting", {"cell": cell.name, "when": meeting.starts_at})
        choices.append(Choice(label, Action(name, (str(meeting.id),))))
    if more and pages > 1:
        choices.append(Choice(Text("button.more"), action(more, (here + 1) % pages)))
    return Reply(Text("ask.which_meeting"), tuple(choices))
