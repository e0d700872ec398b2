"""What an official should know before going: the last rates, what is open, the next date. Numbers only."""

from chat.text import Lines, Param, Text, lines
from meetings.records import Unit
from meetings.terms import ONE_A_MONTH
from services.access import actor
from services.errors import NotFound
from services.in_charge import nodes
from services.work import Work

_RATES = 3


async def seen_by(work: Work, number: str) -> Unit:
    """A cell the actor is in charge of, or that lies below a unit whose assignments they see. Raises NotFound."""
    who = actor(work)
    assigned = {one.cell for one in await work.uow.people.assignments_of(who.id, work.today)}
    above = {one.id for one in await nodes(work)}
    for cell in await work.uow.units.cells():
        if str(cell.id) == number:
            line = {one.id for one in await work.uow.units.above(cell.id)}
            if cell.id in assigned or line & above:
                return cell
    raise NotFound


async def card(work: Work, cell: Unit) -> Lines:
    """The attendance of the last three closed regular meetings, the open follow-ups, the next date and place."""
    meetings = [one for one in await work.uow.meetings.of_cell(cell.id) if one.kind in ONE_A_MONTH]
    closings = await work.uow.closings.of_meetings(one.id for one in meetings)
    closed = [one for one in meetings if one.id in closings and closings[one.id].stands]
    rates = []
    for one in closed[-_RATES:]:
        tally = closings[one.id].tally
        known: dict[str, Param] = {"period": one.period.first_day, "rate": tally.rate}
        known |= {"present": tally.present, "expected": tally.expected}
        rates.append(Text("visit_card.rate", known))
    coming = await work.uow.meetings.coming_up(work.now, cells=[cell.id])
    return lines(
        Text("visit_card.first", {"cell": cell.name}),
        *(rates or [Text("visit_card.no_rates")]),
        Text("visit_card.tasks", {"n": len(await work.uow.tasks.open_of(cell.id))}),
        Text("visit_card.next", {"when": coming[0].starts_at, "place": coming[0].place})
        if coming
        else Text("visit_card.no_date"),
    )
