"""Putting officials in charge of cells by chat, and ending it: proposed, read back, done at "Xác nhận".

The standing committee and its office keep the register; it says who, never who came how often.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chat.numbers import whole
from chat.replies import Reply
from chat.text import Param, Text, listing
from meetings.charging import Term, check_term
from meetings.folding import name_key
from meetings.records import Assignment, Person, Unit
from meetings.roles import Right, upper_rights
from meetings.terms import PersonId, UnitId, UpperRole
from services.access import actor
from services.delivery import Occasion, reached, tell
from services.errors import NotAllowed, NotFound
from services.work import Work

CHARGE, DISCHARGE = "charge", "discharge"
_USEFUL = timedelta(days=7)
_MOST = 60  # cells of one official at once


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to do: every choice writes a newer one, so an old button says what it said then.

    `kind` is CHARGE or DISCHARGE; `node` is the unit on whose behalf. Dates are local, both inclusive.
    """

    kind: str
    node: UnitId
    official: PersonId
    since: date
    until: date | None = None
    visits: int | None = None
    cells: tuple[UnitId, ...] = ()
    number: int = 0
    done: bool = False

    def having(self, *cells: UnitId) -> "Draft":
        """With these cells too."""
        return replace(self, cells=tuple(dict.fromkeys((*self.cells, *cells)))[:_MOST])

    def timed(self, term: Term) -> "Draft":
        return replace(
            self,
            since=term.since or self.since,
            until=term.until or self.until,
            visits=self.visits if term.visits is None else term.visits,
        )


async def nodes(work: Work) -> list[Unit]:
    """The units for which the actor sees and makes assignments today; none for somebody without such a post."""
    held: dict[UnitId, list[UpperRole]] = {}
    for one in await work.uow.people.roles_of(actor(work).id, work.today):
        if isinstance(one.role, UpperRole):
            held.setdefault(one.unit, []).append(one.role)
    found = [unit for unit, roles in held.items() if Right.SEE_ASSIGNMENTS_BELOW in upper_rights(roles)]
    return [await work.uow.units.by_id(unit) for unit in found]


async def node(work: Work, number: str) -> Unit:
    """One of them by its number. Raises NotAllowed."""
    for one in await nodes(work):
        if str(one.id) == number:
            return one
    raise NotAllowed


async def sees_visits_by_name(work: Work, unit: UnitId) -> bool:
    """Who came how often is for the standing committee, privately; everybody else has sums (domain.md 11)."""
    roles = await work.uow.people.roles_of(actor(work).id, work.today)
    return any(one.unit == unit and one.role is UpperRole.STANDING for one in roles)


async def cells_below(work: Work, unit: UnitId) -> list[Unit]:
    return [one for one in await work.uow.units.below(unit) if one.is_cell]


async def register(work: Work, unit: UnitId) -> list[tuple[Unit, list[Person]]]:
    """Every cell below a unit with the officials in charge of it today."""
    cells = await cells_below(work, unit)
    terms = await work.uow.assignments.of_cells({one.id for one in cells}, work.today, work.today)
    people = {who: await work.uow.people.by_id(who) for who in {one.person for one in terms}}
    theirs: dict[UnitId, list[Person]] = {}
    for one in terms:
        theirs.setdefault(one.cell, []).append(people[one.person])
    return [(one, _in_order(theirs.get(one.id, []))) for one in cells]


async def officials(work: Work, unit: UnitId) -> list[Person]:
    """Who may be put in charge: posts at the unit, above or below it, and whoever is in charge there already."""
    below = await work.uow.units.below(unit)
    around = {one.id for one in (*below, *await work.uow.units.above(unit)) if not one.is_cell}
    found = {
        one.person
        for one in await work.uow.people.all_roles(work.today)
        if one.unit in around and isinstance(one.role, UpperRole) and one.role is not UpperRole.OPERATOR
    }
    cells = {one.id for one in below if one.is_cell}
    found |= {one.person for one in await work.uow.assignments.of_cells(cells, work.today, date.max)}
    return _in_order([await work.uow.people.by_id(who) for who in found])


async def official(work: Work, unit: UnitId, who: str) -> Person:
    """One of them by the number of a button. Raises NotFound."""
    for one in await officials(work, unit):
        if str(one.id) == who:
            return one
    raise NotFound


async def by_code(work: Work, unit: UnitId, code: str) -> Person | None:
    """Anybody of this part of the tree by their code of the roster: an envoy need not hold a post."""
    found = await work.uow.people.by_code(code.strip())
    if found is None:
        return None
    cells = {one.id for one in await cells_below(work, unit)}
    theirs = await work.uow.members.cells_of(found.id, work.today)
    known = theirs & cells or any(one.id == found.id for one in await officials(work, unit))
    return found if known else None


async def held(work: Work, unit: UnitId, who: PersonId) -> list[Assignment]:
    """What an official is, or will be, in charge of below a unit."""
    cells = {one.id for one in await cells_below(work, unit)}
    terms = await work.uow.assignments.of_cells(cells, work.today, date.max)
    return [one for one in terms if one.person == who]


# --- proposed and done ---------------------------------------------------------------------------


async def propose(work: Work, draft: Draft) -> Draft:
    """Write a draft down; nobody is in charge of anything before `carry_out`. Raises BadCharge."""
    if draft.kind == CHARGE:
        check_term(draft.since, draft.until, work.today)
    line = [
        draft.official,
        list(draft.cells),
        draft.since.isoformat(),
        draft.until.isoformat() if draft.until else None,
        draft.visits,
    ]
    by = actor(work).id
    number = await work.uow.proposals.add(
        draft.kind, draft.node, by, json.dumps([line]), work.now, meeting=None
    )
    return replace(draft, number=number)


async def proposed(work: Work, number: str) -> Draft:
    """The actor's own draft, whose cells still lie below a unit of theirs. Raises NotFound, NotAllowed."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind not in (CHARGE, DISCHARGE) or found.by != actor(work).id:
        raise NotFound
    unit = await node(work, str(found.cell))
    lines = json.loads(found.payload)
    if not lines:  # whom it was about has been forgotten since
        raise NotFound
    who, cells, since, until, visits = lines[0]
    below = {one.id for one in await cells_below(work, unit.id)}
    return Draft(
        found.kind,
        unit.id,
        PersonId(who),
        date.fromisoformat(since),
        date.fromisoformat(until) if until else None,
        visits,
        tuple(UnitId(one) for one in cells if one in below),
        found.id,
        found.done_at is not None,
    )


async def carry_out(work: Work, draft: Draft) -> bool:
    """Do it once and tell the official; False when somebody had done it already."""
    found = await work.uow.proposals.by_id(draft.number)
    if found is None or not await work.uow.proposals.done(draft.number, found.payload, work.now):
        return False
    for cell in draft.cells:
        await work.uow.units.lock(cell)  # two who assign at once write one after the other
        await (_charge if draft.kind == CHARGE else _discharge)(work, draft, cell)
        await work.uow.audit.note(work.now, actor(work).id, draft.kind, cell=cell, whom=draft.official)
    await _tell(work, draft)
    return True


async def _charge(work: Work, draft: Draft, cell: UnitId) -> None:
    """What lasts is changed, not doubled: it keeps its first day unless the new one is earlier.

    What is to begin on a day to come changes nothing before that day.
    """
    since: date | None = draft.since
    for one in await work.uow.assignments.of_cells({cell}, draft.since, draft.until or date.max):
        if one.person != draft.official:
            continue
        if draft.since > work.today and (one.since is None or one.since < draft.since):
            await work.uow.assignments.end(one, draft.since - timedelta(days=1), by_chat=True)
        else:
            await work.uow.assignments.drop(one)
            since = None if since is None or one.since is None else min(one.since, since)
    term = Assignment(draft.official, cell, draft.visits, since, draft.until, by_chat=True)
    await work.uow.assignments.put(term)


async def _discharge(work: Work, draft: Draft, cell: UnitId) -> None:
    """From today on; what was to begin later does not begin."""
    for one in await work.uow.assignments.of_cells({cell}, work.today, date.max):
        if one.person != draft.official:
            continue
        if one.since is not None and one.since >= work.today:
            await work.uow.assignments.drop(one)
        else:
            await work.uow.assignments.end(one, work.today - timedelta(days=1), by_chat=True)


async def _tell(work: Work, draft: Draft) -> None:
    """To the official, unless they did it themselves."""
    if draft.official == actor(work).id:
        return
    occasion = Occasion(
        f"{CHARGE}:{draft.number}",
        draft.kind,
        work.now,
        useful_until=work.now + _USEFUL,
        unit=draft.node,
    )
    person = await work.uow.people.by_id(draft.official)
    text = Text("charge.told" if draft.kind == CHARGE else "discharge.told", await facts_of(work, draft))
    await tell(work, person, occasion, Reply(text))


async def stale(work: Work, _draft: str, kind: str, who: PersonId) -> str | None:
    """Why the news of an assignment that waited is no longer wanted: it was ended meanwhile."""
    if kind != CHARGE:
        return None
    coming = await work.uow.assignments.of_people(work.today, date.max, [who])
    return None if coming else "not in charge"


async def is_reached(work: Work, draft: Draft) -> bool:
    """Whether the official hears of it from us."""
    return await reached(work, await work.uow.people.by_id(draft.official)) is not None


async def facts_of(work: Work, draft: Draft) -> dict[str, Param]:
    """Who, which cells, from when to when, how often."""
    person = await work.uow.people.by_id(draft.official)
    names = [(await work.uow.units.by_id(one)).name for one in draft.cells]
    known: dict[str, Param] = {"name": person.name or person.code, "n": len(names), "since": draft.since}
    known["cells"] = listing(*(Text("digest.cell_name", {"cell": one}) for one in names))
    known["until"] = (
        Text("charge.until", {"until": draft.until}) if draft.until else Text("charge.without_end")
    )
    known["often"] = often(draft.visits)
    return known


def often(visits: int | None) -> Text:
    """A cadence in words."""
    if visits is None:
        return Text("charge.by_quota")
    return Text("charge.monthly") if visits == 12 else Text("charge.visits", {"n": visits})


def _in_order(people: Sequence[Person]) -> list[Person]:
    return sorted(people, key=lambda one: (name_key(one.name or ""), one.code))
