"""`phancong`: an official's own visits; for the committee who is in charge of which cell, and the sums of the year."""

from chat.numbers import whole
from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Param, Text, lines, listing
from meetings.folding import name_key
from meetings.records import Person, Unit
from meetings.terms import PersonId
from services import Work, access, in_charge, visit_card, visit_nudges, visits
from services.errors import NotAllowed, NotFound
from services.evenings import clash_lines
from services.visits import Sums

router: Router[Work] = Router()
_PAGE = 12  # lines of a message
_NAMED = 10  # cells in one line
_LONGEST = 5


@router.command("phancong", "phan cong")
async def show(turn: Turn[Work]) -> Replies:
    """One's own year first, then what lies below each unit one answers for."""
    work = turn.work
    units = await in_charge.nodes(work)
    stands = await visits.progress(work, work.today.year, [access.actor(work).id])
    replies = [await _own(work, 0)] if stands else []
    replies += [await _overview(work, one) for one in units]
    if not replies:
        raise NotAllowed
    return replies


# --- one's own visits ----------------------------------------------------------------------------


@router.action("visits")
async def show_own(turn: Turn[Work], page: str) -> Replies:
    return [await _own(turn.work, whole(page) or 0)]


async def _own(work: Work, page: int) -> Reply:
    """[21] The year, cell by cell, and where to go next; a button a cell opens what to know before going."""
    person = access.actor(work)
    year = work.today.year
    stands = (await visits.progress(work, year, [person.id])).get(person.id)
    if stands is None:
        raise NotAllowed
    made = await visits.counted(work, year, [person.id])
    assigned = {one.cell for one in await work.uow.people.assignments_of(person.id, work.today)}
    cells = [await work.uow.units.by_id(one) for one in sorted(assigned)]
    proposed = await visit_nudges.proposing(work, person)
    size = work.room - len(proposed.choices) - 1
    pages = max(1, -(-len(cells) // size))
    shown = cells[page % pages * size : (page % pages + 1) * size]
    rows = []
    for cell in shown:
        theirs = [one for one in made if one.cell == cell.id]
        known: dict[str, Param] = {"cell": cell.name, "n": len(theirs)}
        if theirs:
            known["when"] = theirs[-1].starts_at
        rows.append(Text("visits.of_cell" if theirs else "visits.none_of_cell", known))
    clash = await clash_lines(work, proposed.meeting, person) if proposed.meeting else None
    text = lines(visit_nudges.said_of(work, stands), *rows, *proposed.said, clash)
    more = [
        Choice(Text("button.cell_card", {"cell": one.name}), action("visit_card", one.id)) for one in shown
    ]
    if pages > 1:
        more.append(Choice(Text("button.more"), action("visits", (page + 1) % pages)))
    return visit_nudges.asking(Reply(text, question="visits"), proposed, *more)


@router.action("visit_card")
async def show_card(turn: Turn[Work], cell_id: str) -> Replies:
    """Numbers only: the last rates, what is open, the next date."""
    cell = await visit_card.seen_by(turn.work, cell_id)
    return [Reply(await visit_card.card(turn.work, cell))]


# --- the committee -------------------------------------------------------------------------------


@router.action("charges")
async def show_overview(turn: Turn[Work], node: str) -> Replies:
    return [await _overview(turn.work, await in_charge.node(turn.work, node))]


async def _overview(work: Work, unit: Unit) -> Reply:
    """Sums, the cells nobody is in charge of, and those nobody has visited for the longest: no names."""
    found = await visits.sums(work, unit.id, work.today.year)
    known: dict[str, Param] = {"unit": unit.name, "year": found.year, "cells": found.cells}
    known |= {"led": found.cells - len(found.bare), "officials": found.officials, "seen": found.seen}
    known |= {"visits": found.visits, "reached": found.reached}
    text = lines(
        Text("charge.first", known),
        Text("charge.sums", known),
        Text("charge.visits_sum", known),
        Text("charge.bare", {"n": len(found.bare), "cells": _cut(found.bare)}) if found.bare else None,
        _unseen(found),
    )
    choices = [
        Choice(Text("button.charge"), action("charge", unit.id, 0)),
        Choice(Text("button.discharge"), action("discharge", unit.id, 0)),
        Choice(Text("button.register"), action("register", unit.id, 0)),
    ]
    if await in_charge.sees_visits_by_name(work, unit.id):
        choices.append(Choice(Text("button.visits_by_name"), action("visits_by_name", unit.id, 0)))
    return Reply(text, tuple(choices), question=f"charges:{unit.id}")


def _unseen(found: Sums) -> Text | None:
    rows = [
        Text("charge.last_visit", {"cell": cell.name, "when": last})
        if last
        else Text("charge.never_visited", {"cell": cell.name})
        for cell, last in found.unseen[:_LONGEST]
    ]
    return Text("charge.unseen", {"cells": listing(*rows)}) if rows else None


def _cut(cells: tuple[Unit, ...]) -> Param:
    names = [Text("digest.cell_name", {"cell": one.name}) for one in cells[:_NAMED]]
    more = [Text("chase.more", {"n": len(cells) - _NAMED})] if len(cells) > _NAMED else []
    return listing(*names, *more)


@router.action("register")
async def show_register(turn: Turn[Work], node: str, page: str) -> Replies:
    """Who is in charge of which cell, for who keeps it; never how often somebody came."""
    work = turn.work
    unit = await in_charge.node(work, node)
    await _note(work, "see_register")
    rows = []
    for cell, people in await in_charge.register(work, unit.id):
        names = listing(*(_named(one) for one in people)) if people else Text("charge.nobody")
        rows.append(Text("charge.row", {"cell": cell.name, "names": names}))
    return [_page(rows, Text("charge.register", {"unit": unit.name}), unit, "register", page)]


@router.action("visits_by_name")
async def show_by_name(turn: Turn[Work], node: str, page: str) -> Replies:
    """A message of its own to the standing committee, in the order of the names: no league table."""
    work = turn.work
    unit = await in_charge.node(work, node)
    if not await in_charge.sees_visits_by_name(work, unit.id):
        raise NotFound
    await _note(work, "see_visits")
    people = await _in_charge_of_year(work, unit)
    stands = await visits.progress(work, work.today.year, [one.id for one in people])
    rows = []
    for one in people:
        found = stands[one.id]
        known: dict[str, Param] = {"name": _named(one), "done": found.done, "owed": found.owed}
        rows.append(Text("charge.stands" if found.owed else "charge.stands_free", known))
    first = Text("charge.by_name", {"unit": unit.name, "year": work.today.year})
    return [_page(rows, first, unit, "visits_by_name", page)]


async def _in_charge_of_year(work: Work, unit: Unit) -> list[Person]:
    found: set[PersonId] = await visits.in_charge_below(work, unit.id, work.today.year)
    people = [await work.uow.people.by_id(one) for one in found]
    return sorted(people, key=lambda one: (name_key(one.name or ""), one.code))


def _page(rows: list[Text], first: Text, unit: Unit, name: str, page: str) -> Reply:
    pages = max(1, -(-len(rows) // _PAGE))
    here = (whole(page) or 0) % pages
    shown = rows[here * _PAGE : (here + 1) * _PAGE]
    choices = [Choice(Text("button.charges"), action("charges", unit.id))]
    if pages > 1:
        choices.insert(0, Choice(Text("button.more"), action(name, unit.id, (here + 1) % pages)))
    return Reply(lines(first, *shown), tuple(choices), question=f"charges:{unit.id}")


def _named(person: Person) -> Text:
    return Text("person.name", {"name": person.name or person.code})


async def _note(work: Work, what: str) -> None:
    """Every look at names is written down, in opaque ids."""
    await work.uow.audit.note(work.now, access.actor(work).id, what)
