"""Which evenings an official can go out: meetings that fall together, and where they have not been the longest."""

from collections.abc import Collection

from chat.text import Lines, Param, Text, lines, listing
from meetings.records import Meeting, Person
from meetings.terms import Answer, PersonId, UnitId
from meetings.visiting import Outing, longest_unvisited, same_evening
from services.work import Work


async def clashing(work: Work, meeting: Meeting, official: PersonId) -> list[Meeting]:
    """Other meetings of the same evening: of cells they are in charge of, and of their own cells."""
    day = work.local(meeting.starts_at).date()
    cells = await work.uow.members.cells_of(official, day)
    cells |= {one.cell for one in await work.uow.people.assignments_of(official, day)}
    coming = await work.uow.meetings.coming_up(work.now, cells=cells - {meeting.cell})
    return [one for one in coming if same_evening(one.starts_at, meeting.starts_at)]


async def clash_lines(work: Work, meeting: Meeting, official: Person) -> Lines | None:
    """What stands in an invitation before they answer; None where the evening is theirs to give."""
    found = await clashing(work, meeting, official.id)
    if not found:
        return None
    own = await work.uow.members.cells_of(official.id, work.local(meeting.starts_at).date())
    at_home = [one for one in found if one.cell in own]
    elsewhere = [await _said(work, one, official.id) for one in found if one.cell not in own]
    said: list[Text] = []
    if elsewhere:
        said.append(Text("together.others", {"meetings": listing(*elsewhere)}))
    for one in at_home:
        cell = await work.uow.units.by_id(one.cell)
        said.append(Text("together.own", {"cell": cell.name, "when": one.starts_at}))
    return lines(*said)


async def _said(work: Work, meeting: Meeting, official: PersonId) -> Text:
    cell = await work.uow.units.by_id(meeting.cell)
    coming = await _answered(work, meeting, official) is Answer.COMING
    known: dict[str, Param] = {"cell": cell.name, "when": meeting.starts_at}
    return Text("together.coming" if coming else "together.other", known)


async def _answered(work: Work, meeting: Meeting, official: PersonId) -> Answer | None:
    given = await work.uow.answers.of_person(meeting.id, official)
    return None if given is None else given.answer


async def falling_together(work: Work, official: PersonId, cells: Collection[UnitId]) -> list[Meeting]:
    """Of the next meetings of these cells and of their own ones those that share an evening with another."""
    own = await work.uow.members.cells_of(official, work.today)
    found = await _next_of_each(work, {*cells, *own})
    return [
        one
        for one in found
        if any(other is not one and same_evening(one.starts_at, other.starts_at) for other in found)
    ]


async def outings(work: Work, official: PersonId) -> list[Outing]:
    """The next meeting of each assigned cell that they can go to, the cell they have not seen longest first.

    Not where they said they cannot come, nor on an evening on which their own cell meets or they are to be
    elsewhere: going out does not replace one's own meeting.
    """
    own = await work.uow.members.cells_of(official, work.today)
    assigned = {one.cell for one in await work.uow.people.assignments_of(official, work.today)} - own
    if not assigned:
        return []
    last = {one.cell: one.starts_at for one in await work.uow.assignments.visits(None, people=[official])}
    taken = [one.starts_at for one in await work.uow.meetings.coming_up(work.now, cells=own)]
    free = []
    for meeting in await _next_of_each(work, assigned):
        said = await _answered(work, meeting, official)
        if said is Answer.COMING:
            taken.append(meeting.starts_at)
        elif said is not Answer.ABSENT:
            free.append(Outing(meeting, last.get(meeting.cell)))
    return longest_unvisited(free, taken)


async def going(work: Work, official: PersonId) -> list[Meeting]:
    """The meetings of assigned cells they have said they come to, soonest first."""
    cells = {one.cell for one in await work.uow.people.assignments_of(official, work.today)}
    coming = await work.uow.meetings.coming_up(work.now, cells=cells)
    return [one for one in coming if await _answered(work, one, official) is Answer.COMING]


async def _next_of_each(work: Work, cells: set[UnitId]) -> list[Meeting]:
    """Of each cell the soonest that is planned or announced."""
    found: dict[UnitId, Meeting] = {}
    for one in await work.uow.meetings.coming_up(work.now, cells=cells):
        found.setdefault(one.cell, one)
    return list(found.values())
