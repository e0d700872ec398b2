"""Who plays: everybody of the tree, with what they are and what they are like."""

from dataclasses import replace

from bot.demo.cast.deciding import Player
from bot.demo.cast.habits import Habits, Joins, habits_of
from meetings.records import Member
from meetings.terms import CellRole, PersonId, UnitId
from services import Work

_LEADING = (CellRole.SECRETARY, CellRole.DEPUTY)


async def players(work: Work) -> dict[str, Player]:
    """By code, as of today."""
    codes = {one.id: one.code for one in await work.uow.units.all()}
    leads: dict[PersonId, set[CellRole]] = {}
    calls: dict[PersonId, UnitId] = {}
    officials = set()
    for held in await work.uow.people.all_roles(work.today):
        if held.role is CellRole.SECRETARY:
            calls[held.person] = held.unit
        if isinstance(held.role, CellRole):
            leads.setdefault(held.person, set()).add(held.role)
        else:
            officials.add(held.person)
    found = {}
    places: dict[PersonId, Member] = {}
    for cell in await work.uow.units.cells():
        for member in await work.uow.members.of_cell(cell.id, work.today):
            places.setdefault(member.person, member)
    for person in await work.uow.people.all():
        place = places.get(person.id)
        habits = habits_of(person.code, relayed=place is not None and place.liaison is not None)
        is_leader = bool(leads.get(person.id, set()) & set(_LEADING))
        office = is_leader or person.id in officials
        found[person.code] = Player(
            code=person.code,
            cell=codes[place.cell] if place else None,
            leads=is_leader,
            calls=codes[calls[person.id]] if person.id in calls else None,
            official=person.id in officials,
            habits=_in_office(habits) if office else habits,
        )
    return found


def _in_office(habits: Habits) -> Habits:
    """Whoever leads a cell or sits in a committee has a phone, and joined first."""
    return replace(habits, phone=True, joins=Joins.YES)
