"""Putting an official in charge of one or many cells: who, which cells, from when to when; two taps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from chat.numbers import whole
from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Text, Wording, lines, listing
from meetings.charging import BadCharge, CellName, ChargeFault, read_cells, read_term
from meetings.folding import fold, squeeze
from meetings.records import Person, Unit
from meetings.visiting import MONTHLY
from services import Work, in_charge
from services.errors import NotFound, TooLate
from services.evenings import falling_together
from services.in_charge import CHARGE, Draft

router: Router[Work] = Router()


# --- who -----------------------------------------------------------------------------------------


@router.action("charge")
async def ask_whom(turn: Turn[Work], node: str, page: str) -> Replies:
    work = turn.work
    unit = await in_charge.node(work, node)
    people = await in_charge.officials(work, unit.id)
    step = Step("charge.who", {"node": str(unit.id)})
    return [replace(whom(work, unit, people, CHARGE, page), expects=step)]


@router.step("charge.who")
async def take_whom(turn: Turn[Work]) -> Replies:
    """A name of the list, or the code of anybody here: an envoy need not hold a post."""
    work, data = turn.work, turn.step.data if turn.step else {}
    unit = await in_charge.node(work, data.get("node", ""))
    wanted = fold(squeeze(turn.event.text))
    people = await in_charge.officials(work, unit.id)
    found = [one for one in people if one.name and fold(squeeze(one.name)) == wanted]
    one = found[0] if len(found) == 1 else await in_charge.by_code(work, unit.id, turn.event.text)
    if one is None:
        return [Reply(Text("charge.unknown_person"), expects=turn.step)]
    return [await _begin(work, unit, one)]


@router.action("charge_who")
async def take_person(turn: Turn[Work], node: str, who: str) -> Replies:
    unit = await in_charge.node(turn.work, node)
    return [await _begin(turn.work, unit, await in_charge.official(turn.work, unit.id, who))]


def whom(work: Work, unit: Unit, people: Sequence[Person], kind: str, page: str) -> Reply:
    """One button an official, as many as fit."""
    size = work.room - 1 if len(people) > work.room else work.room
    pages = max(1, -(-len(people) // size))
    here = (whole(page) or 0) % pages
    name = "charge_who" if kind == CHARGE else "discharge_who"
    choices = [
        Choice(Text("person.name", {"name": one.name or one.code}), action(name, unit.id, one.id))
        for one in people[here * size : (here + 1) * size]
    ]
    if pages > 1:
        again = "charge" if kind == CHARGE else "discharge"
        choices.append(Choice(Text("button.more"), action(again, unit.id, (here + 1) % pages)))
    key = "charge.ask_whom" if kind == CHARGE else "discharge.ask_whom"
    return Reply(Text(key), tuple(choices), question=f"charges:{unit.id}")


async def _begin(work: Work, unit: Unit, official: Person) -> Reply:
    draft = await in_charge.propose(work, Draft(CHARGE, unit.id, official.id, work.today))
    return await _which_cells(work, draft, 0)


# --- which cells ---------------------------------------------------------------------------------


@router.action("charge_cells")
async def ask_cells(turn: Turn[Work], number: str, page: str) -> Replies:
    draft = await open_draft(turn.work, number)
    return [await _which_cells(turn.work, draft, whole(page) or 0)]


@router.action("charge_add")
async def add_cell(turn: Turn[Work], number: str, cell_id: str) -> Replies:
    """Each press is a newer draft; an older message still says what it said."""
    work = turn.work
    draft = await open_draft(work, number)
    for one in await in_charge.cells_below(work, draft.node):
        if str(one.id) == cell_id:
            return [await _which_cells(work, await in_charge.propose(work, draft.having(one.id)), 0)]
    raise NotFound


@router.step("charge.cells")
async def take_cells(turn: Turn[Work]) -> Replies:
    """Codes or names, as many as they like."""
    work, data = turn.work, turn.step.data if turn.step else {}
    draft = await open_draft(work, data.get("draft", ""))
    cells = await in_charge.cells_below(work, draft.node)
    try:
        found = read_cells(turn.event.text, [CellName(one.id, one.code, one.name) for one in cells])
    except BadCharge as error:
        return [Reply(_fault(error), expects=turn.step)]
    return [await _confirm(work, await in_charge.propose(work, draft.having(*found)))]


async def _which_cells(work: Work, draft: Draft, page: int) -> Reply:
    """The cells nobody is in charge of stand first; what the official has already is left out."""
    has = {one.cell for one in await in_charge.held(work, draft.node, draft.official)}
    found = await in_charge.register(work, draft.node)
    offered = [one for one in found if one[0].id not in draft.cells and one[0].id not in has]
    offered.sort(key=lambda one: bool(one[1]))
    size = work.room - 1 - bool(draft.cells)
    pages = max(1, -(-len(offered) // size))
    choices = []
    for cell, people in offered[page % pages * size : (page % pages + 1) * size]:
        label = "digest.cell_name" if people else "button.bare_cell"
        choices.append(Choice(Text(label, {"cell": cell.name}), action("charge_add", draft.number, cell.id)))
    if pages > 1:
        choices.append(Choice(Text("button.more"), action("charge_cells", draft.number, (page + 1) % pages)))
    if draft.cells:
        choices.insert(0, Choice(Text("button.done"), action("charge_term", draft.number)))
    known = await in_charge.facts_of(work, draft)
    text = lines(Text("charge.ask_cells", known), Text("charge.so_far", known) if draft.cells else None)
    step = Step("charge.cells", {"draft": str(draft.number)})
    return Reply(text, tuple(choices), question=f"charges:{draft.node}", expects=step)


# --- from when to when, and done -----------------------------------------------------------------


@router.action("charge_term")
async def show_draft(turn: Turn[Work], number: str) -> Replies:
    return [await _confirm(turn.work, await open_draft(turn.work, number))]


@router.action("charge_set")
async def set_term(turn: Turn[Work], number: str, what: str) -> Replies:
    """The usual terms as buttons; any other is typed."""
    work = turn.work
    draft = await open_draft(work, number)
    changed = {
        "year": replace(draft, until=_end_of_year(work, draft)),
        "always": replace(draft, until=None),
        "monthly": replace(draft, visits=MONTHLY),
        "quota": replace(draft, visits=None),
    }.get(what)
    if changed is None:
        raise NotFound
    return [await _confirm(work, await in_charge.propose(work, changed))]


@router.step("charge.term")
async def take_term(turn: Turn[Work]) -> Replies:
    work, data = turn.work, turn.step.data if turn.step else {}
    draft = await open_draft(work, data.get("draft", ""))
    try:
        changed = await in_charge.propose(work, draft.timed(read_term(turn.event.text, work.today)))
    except BadCharge as error:
        return [Reply(_fault(error), expects=turn.step)]
    return [await _confirm(work, changed)]


async def _confirm(work: Work, draft: Draft) -> Reply:
    """Read back: whom, which cells, who else is in charge there, and evenings on which they fall together."""
    if not draft.cells:
        return await _which_cells(work, draft, 0)
    text = lines(
        Text("charge.confirm", await in_charge.facts_of(work, draft)),
        Text("charge.term", await in_charge.facts_of(work, draft)),
        *await _others(work, draft),
        await _together(work, draft),
        Text("charge.ask_term"),
    )
    end, end_label = "year", Text("button.to_year_end", {"year": _end_of_year(work, draft).year})
    if draft.until is not None:
        end, end_label = "always", Text("button.without_end")
    by_quota = draft.visits == MONTHLY
    choices = (
        Choice(Text("button.confirm"), action("charge_ok", draft.number), style=Style.GOOD),
        Choice(end_label, action("charge_set", draft.number, end)),
        Choice(
            Text("button.by_quota" if by_quota else "button.monthly"),
            action("charge_set", draft.number, "quota" if by_quota else "monthly"),
        ),
        Choice(Text("button.more_cells"), action("charge_cells", draft.number, 0)),
        Choice(Text("button.skip"), action("drop")),
    )
    step = Step("charge.term", {"draft": str(draft.number)})
    return Reply(text, choices, question=f"charges:{draft.node}", expects=step)


def _end_of_year(work: Work, draft: Draft) -> date:
    """Of the year it begins in; of this one where it began before."""
    return date(max(draft.since, work.today).year, 12, 31)


async def _others(work: Work, draft: Draft) -> list[Text]:
    found = []
    for cell, people in await in_charge.register(work, draft.node):
        names = [one.name or one.code for one in people if one.id != draft.official]
        if cell.id in draft.cells and names:
            said = listing(*(Text("person.name", {"name": one}) for one in names))
            found.append(Text("charge.also", {"cell": cell.name, "names": said}))
    return found


async def _together(work: Work, draft: Draft) -> Wording | None:
    """The next meetings of these cells, of those they have, and of their own, that nobody can attend all of."""
    has = {one.cell for one in await in_charge.held(work, draft.node, draft.official)}
    found = await falling_together(work, draft.official, {*draft.cells, *has})
    if not found:
        return None
    rows = [
        Text("together.other", {"cell": (await work.uow.units.by_id(one.cell)).name, "when": one.starts_at})
        for one in found
    ]
    return Text("charge.together", {"meetings": listing(*rows)})


@router.action("charge_ok")
async def confirm(turn: Turn[Work], number: str) -> Replies:
    """A second tap says that it is done, and does nothing."""
    work = turn.work
    draft = await in_charge.proposed(work, number)
    _check_end(work, draft)
    if draft.done or not draft.cells or not await in_charge.carry_out(work, draft):
        return [Reply(Text("charge.already"))]
    known = await in_charge.facts_of(work, draft)
    told = None if await in_charge.is_reached(work, draft) else Text("charge.not_reached", known)
    done = Text("charge.done" if draft.kind == CHARGE else "discharge.done", known)
    choices = (Choice(Text("button.charges"), action("charges", draft.node)),)
    return [Reply(lines(done, told), choices, question=f"charges:{draft.node}", closes=True)]


async def open_draft(work: Work, number: str) -> Draft:
    """A draft that was not carried out. Raises NotFound, NotAllowed, TooLate."""
    draft = await in_charge.proposed(work, number)
    if draft.done:
        raise NotFound
    _check_end(work, draft)
    return draft


def _check_end(work: Work, draft: Draft) -> None:
    """Raises TooLate where the last day has gone by since it was written."""
    if not draft.done and draft.until is not None and draft.until < work.today:
        raise TooLate(_fault(BadCharge(ChargeFault.BACKWARDS)))


def _fault(error: BadCharge) -> Text:
    return Text(f"charge.bad_{error.kind}", {"word": error.word[:60]})
