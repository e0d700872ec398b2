"""Who may do what, asked anew at every press and command (domain.md 3).

"Not yours" and "not there" get the same answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chat.numbers import whole
from meetings.folding import fold, squeeze
from meetings.records import Meeting, Member, Person, Unit
from meetings.roles import Right, cell_rights, upper_rights
from meetings.terms import CellRole, MeetingId, PersonId, UnitId, UpperRole
from services.errors import NotAllowed, NotFound
from services.work import Work

LEADERS = (CellRole.SECRETARY, CellRole.DEPUTY)
DIGEST_ASKERS = (UpperRole.STANDING, UpperRole.OFFICE)


@dataclass(frozen=True, slots=True)
class CellPost:
    """A cell and the roles the actor has there today."""

    cell: Unit
    roles: frozenset[CellRole]

    def may(self, right: Right) -> bool:
        return right in cell_rights(self.roles)


def actor(work: Work) -> Person:
    """Who acts. Raises NotAllowed for a stranger or somebody without consent."""
    if work.actor is None or not work.actor.consented:
        raise NotAllowed
    return work.actor


async def posts(work: Work) -> list[CellPost]:
    """Every cell in which the actor holds a role or a membership today."""
    person = actor(work)
    roles = await work.uow.people.roles_of(person.id, work.today)
    cells: dict[UnitId, set[CellRole]] = {
        cell: set() for cell in await work.uow.members.cells_of(person.id, work.today)
    }
    for held in roles:
        if isinstance(held.role, CellRole):
            cells.setdefault(held.unit, set()).add(held.role)
    return [
        CellPost(await work.uow.units.by_id(cell), frozenset(names)) for cell, names in sorted(cells.items())
    ]


async def cells_with(work: Work, right: Right) -> list[Unit]:
    """The cells in which the actor has a right today. Raises NotAllowed when there are none."""
    found = [post.cell for post in await posts(work) if post.may(right)]
    if not found:
        raise NotAllowed
    return found


async def require(work: Work, cell: UnitId, right: Right) -> Unit:
    """The cell, if the actor has the right there today. Raises NotAllowed."""
    for post in await posts(work):
        if post.cell.id == cell and post.may(right):
            return post.cell
    raise NotAllowed


async def cell(work: Work, number: str, right: Right) -> Unit:
    """The same by the number of a button or a step. Raises NotFound and NotAllowed."""
    known = whole(number)
    if known is None:
        raise NotFound
    return await require(work, UnitId(known), right)


async def meeting(work: Work, number: str, right: Right) -> Meeting:
    """A meeting of a cell in which the actor has the right. Raises NotFound and NotAllowed."""
    found = await _meeting(work, number)
    await require(work, found.cell, right)
    return found


async def own_meeting(work: Work, number: str) -> Meeting:
    """A meeting the actor is a member of, or is invited to. Raises NotFound."""
    found = await _meeting(work, number)
    person = actor(work)
    if found.cell in await work.uow.members.cells_of(person.id, work.today):
        return found
    if any(one.id == person.id for one in await work.uow.people.in_charge(found.cell, work.today)):
        return found
    if any(one.unit == found.cell for one in await work.uow.people.roles_of(person.id, work.today)):
        return found
    raise NotFound


async def answerable(work: Work, cell: UnitId, on: date) -> list[Member]:
    """The members of a cell on a local date for whom the actor may answer today, by roll number.

    Secretary, deputy and clerk: everybody; a group leader: the own group; a liaison: those who chose them.
    Rights are today's; who belongs to the cell, and how, is asked of the meeting's day.
    """
    person = actor(work)
    members = await work.uow.members.of_cell(cell, on)
    rights = next(
        (cell_rights(post.roles) for post in await posts(work) if post.cell.id == cell), frozenset()
    )
    if Right.ANSWER_FOR_OTHERS in rights:
        return members
    own_group = next((group_key(one) for one in members if one.person == person.id), None)
    leads = Right.ANSWER_FOR_GROUP in rights and own_group is not None
    return [
        one
        for one in members
        if one.person != person.id and (one.liaison == person.id or (leads and group_key(one) == own_group))
    ]


def group_key(member: Member) -> str | None:
    """The group a member is in, however its name is written: "Tổ 1" and "tổ 1" are one."""
    return fold(squeeze(member.group)) if member.group else None


async def member(work: Work, cell: UnitId, who: str, on: date) -> Member:
    """Somebody of that cell on a local date for whom the actor may answer. Raises NotFound."""
    for one in await answerable(work, cell, on):
        if str(one.person) == who:
            return one
    raise NotFound


async def digest_units(work: Work) -> list[Unit]:
    """The nodes whose digest the actor may ask for: standing committee and office, and assigned cells."""
    person = actor(work)
    roles = await work.uow.people.roles_of(person.id, work.today)
    found = [one.unit for one in roles if one.role in DIGEST_ASKERS or one.digest]
    found += [one.cell for one in await work.uow.people.assignments_of(person.id, work.today)]
    if not found:
        raise NotAllowed
    return [await work.uow.units.by_id(unit) for unit in dict.fromkeys(found)]


async def upper_units(work: Work, right: Right) -> list[Unit]:
    """The units over whose cells the actor has a right today. Raises NotAllowed when there are none."""
    found = dict.fromkeys(
        one.unit
        for one in await work.uow.people.roles_of(actor(work).id, work.today)
        if isinstance(one.role, UpperRole) and right in upper_rights((one.role,))
    )
    if not found:
        raise NotAllowed
    return [await work.uow.units.by_id(unit) for unit in found]


async def upper_unit(work: Work, number: UnitId, right: Right) -> Unit:
    """A unit, if the actor has the right there or at a unit above it. Raises NotAllowed."""
    line = await work.uow.units.above(number)
    if not {one.id for one in line} & {one.id for one in await upper_units(work, right)}:
        raise NotAllowed
    return line[0]


async def assigned_cells(work: Work) -> set[UnitId]:
    """The cells the actor is in charge of today."""
    return {one.cell for one in await work.uow.people.assignments_of(actor(work).id, work.today)}


async def digest_unit(work: Work, number: str) -> Unit:
    """A node by the number of a button: one of these, or any below one of them. Raises NotFound and NotAllowed."""
    known = whole(number)
    try:
        found = None if known is None else await work.uow.units.by_id(UnitId(known))
    except LookupError:
        found = None
    return await _theirs_to_ask(work, found)


async def digest_unit_of(work: Work, code: str) -> Unit:
    """The same by its code, however it is written. Raises NotFound and NotAllowed."""
    wanted = code.upper()
    found = await work.uow.units.by_code(code) or await work.uow.units.by_code(wanted)
    return await _theirs_to_ask(work, found)


async def _theirs_to_ask(work: Work, unit: Unit | None) -> Unit:
    own = {one.id for one in await digest_units(work)}
    if unit is None or not own & {one.id for one in await work.uow.units.above(unit.id)}:
        raise NotFound
    return unit


async def note_names(work: Work, cell: UnitId, meeting: Meeting | None = None) -> None:
    """Every look at names is written down: who, what, when, in opaque ids (domain.md 3)."""
    number = None if meeting is None else meeting.id
    await work.uow.audit.note(work.now, actor(work).id, "see_names", cell=cell, meeting=number)


async def leaders(work: Work, cell: UnitId) -> list[Person]:
    """Secretary and deputy of a cell today."""
    return await work.uow.people.holders(cell, LEADERS, work.today)


async def group_leaders(work: Work, cell: UnitId, members: Iterable[Member]) -> dict[str, set[PersonId]]:
    """By `group_key`, who leads the group today: a group leader leads the group they belong to."""
    grouped = [(one.person, key) for one in members if (key := group_key(one)) is not None]
    if not grouped:
        return {}
    holders = {one.id for one in await work.uow.people.holders(cell, (CellRole.GROUP_LEADER,), work.today)}
    found: dict[str, set[PersonId]] = {}
    for person, key in grouped:
        if person in holders:
            found.setdefault(key, set()).add(person)
    return found


async def _meeting(work: Work, number: str) -> Meeting:
    """The meeting, locked: what is decided on it now still holds when we commit."""
    known = whole(number)
    found = None if known is None else await work.uow.meetings.lock(MeetingId(known))
    if found is None:
        raise NotFound
    return found
