"""Who of very many people and cells can be told something, in a few looks: a tick goes through all of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from meetings.terms import PersonId, UnitId
from services.access import LEADERS
from services.work import Work


async def reachable(work: Work, people: Collection[PersonId]) -> set[PersonId]:
    """Those who have agreed and have a live account; whether its bot has messages left is seen when they are told."""
    linked = await work.uow.accounts.addresses_of(people)
    known = await work.uow.people.some(linked)
    return {who for who, person in known.items() if person.consented}


async def leaders_reached(work: Work, cells: Collection[UnitId]) -> Mapping[UnitId, set[PersonId]]:
    """Secretary and deputy of today who are reachable; a cell without any is not there."""
    held = await work.uow.people.holding(cells, LEADERS, work.today)
    there = await reachable(work, {one.person for one in held})
    found: dict[UnitId, set[PersonId]] = defaultdict(set)
    for one in held:
        if one.person in there:
            found[one.unit].add(one.person)
    return dict(found)
