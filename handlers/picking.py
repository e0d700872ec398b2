"""Several cells or meetings fit: ask which one, with buttons."""

from collections.abc import Sequence

from chat.replies import Action, Choice, Reply
from chat.text import Text
from meetings.records import Meeting, Unit
from services import Work


def which_cell(cells: Sequence[Unit], name: str, *args: str) -> Reply:
    """One button a cell; the cell's id is the action's first argument."""
    choices = tuple(
        Choice(Text("person.name", {"name": cell.name}), Action(name, (str(cell.id), *args)))
        for cell in cells
    )
    return Reply(Text("ask.which_cell"), choices)


async def which_meeting(work: Work, meetings: Sequence[Meeting], name: str) -> Reply:
    """One button a meeting; the meeting's id is the action's first argument."""
    choices = []
    for meeting in meetings[:9]:
        cell = await work.uow.units.by_id(meeting.cell)
        label = Text("button.meeting", {"cell": cell.name, "when": meeting.starts_at})
        choices.append(Choice(label, Action(name, (str(meeting.id),))))
    return Reply(Text("ask.which_meeting"), tuple(choices))
