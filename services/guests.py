"""Who came from above: officials in charge, and where visits to any cell count their colleagues (domain.md 11)."""

from meetings.records import Meeting, Person
from services.access import actor
from services.errors import NotFound
from services.rules import policy_of
from services.work import Work


async def possible(work: Work, meeting: Meeting) -> list[Person]:
    """The officials in charge of the cell on the meeting's day.

    Where visits to any cell count, also those in charge of other cells of the same unit; nobody is a guest of
    their own cell there.
    """
    on = work.local(meeting.starts_at).date()
    found = await work.uow.people.in_charge(meeting.cell, on)
    above = (await work.uow.units.by_id(meeting.cell)).parent
    if above is None or not (await policy_of(work, meeting.cell)).visits.any_cell:
        return found
    cells = {one.id for one in await work.uow.units.below(above) if one.is_cell}
    others = {one.person for one in await work.uow.assignments.of_cells(cells, on, on)}
    others -= {one.id for one in found}
    others -= {one.person for one in await work.uow.members.of_cell(meeting.cell, on)}
    return found + [await work.uow.people.by_id(one) for one in sorted(others)]


async def add(work: Work, meeting: Meeting, who: str) -> None:
    """One of them came. Raises NotFound for anybody else."""
    for official in await possible(work, meeting):
        if str(official.id) == who:
            await work.uow.marks.add_guest(meeting.id, official.id, actor(work).id, work.now)
            return
    raise NotFound
