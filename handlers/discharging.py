"""Ending what an official is in charge of: whose, which cells, two taps. The second one is `handlers.assigning`'s."""

from collections.abc import Sequence
from dataclasses import replace

from chat.numbers import whole
from chat.replies import Choice, Reply, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Text
from handlers.assigning import open_draft, whom
from meetings.terms import UnitId
from services import Work, in_charge
from services.in_charge import DISCHARGE, Draft

router: Router[Work] = Router()


@router.action("discharge")
async def ask_whose(turn: Turn[Work], node: str, page: str) -> Replies:
    work = turn.work
    unit = await in_charge.node(work, node)
    people = {one.id: one for _, those in await in_charge.register(work, unit.id) for one in those}
    known = [one for one in await in_charge.officials(work, unit.id) if one.id in people]
    if not known:
        return [Reply(Text("discharge.nobody"))]
    return [whom(work, unit, known, DISCHARGE, page)]


@router.action("discharge_who")
async def ask_which(turn: Turn[Work], node: str, who: str) -> Replies:
    """One button a cell they are in charge of, and one for all."""
    work = turn.work
    unit = await in_charge.node(work, node)
    official = await in_charge.official(work, unit.id, who)
    draft = await in_charge.propose(work, Draft(DISCHARGE, unit.id, official.id, work.today))
    return [await _of_which(work, draft, 0)]


@router.action("discharge_cells")
async def more_cells(turn: Turn[Work], number: str, page: str) -> Replies:
    return [await _of_which(turn.work, await open_draft(turn.work, number), whole(page) or 0)]


async def _of_which(work: Work, draft: Draft, page: int) -> Reply:
    held = await _held(work, draft)
    if not held:
        return Reply(Text("discharge.nothing"))
    size = work.room - 2
    pages = max(1, -(-len(held) // size))
    choices = []
    for cell in held[page % pages * size : (page % pages + 1) * size]:
        name = (await work.uow.units.by_id(cell)).name
        label = Text("digest.cell_name", {"cell": name})
        choices.append(Choice(label, action("discharge_one", draft.number, cell)))
    if len(held) > 1:
        choices.append(Choice(Text("button.all_cells"), action("discharge_all", draft.number)))
    if pages > 1:
        choices.append(
            Choice(Text("button.more"), action("discharge_cells", draft.number, (page + 1) % pages))
        )
    known = await in_charge.facts_of(work, draft)
    return Reply(Text("discharge.ask_cells", known), tuple(choices), question=f"charges:{draft.node}")


@router.action("discharge_one")
async def take_one(turn: Turn[Work], number: str, cell_id: str) -> Replies:
    draft = await open_draft(turn.work, number)
    found = [one for one in await _held(turn.work, draft) if str(one) == cell_id]
    return [await _confirm_end(turn.work, draft, found)]


@router.action("discharge_all")
async def take_all(turn: Turn[Work], number: str) -> Replies:
    draft = await open_draft(turn.work, number)
    return [await _confirm_end(turn.work, draft, await _held(turn.work, draft))]


async def _confirm_end(work: Work, draft: Draft, cells: Sequence[UnitId]) -> Reply:
    if not cells:
        return Reply(Text("discharge.nothing"))
    proposed = await in_charge.propose(work, replace(draft, cells=tuple(cells)))
    choices = (
        Choice(Text("button.confirm"), action("charge_ok", proposed.number), style=Style.GOOD),
        Choice(Text("button.skip"), action("drop")),
    )
    text = Text("discharge.confirm", await in_charge.facts_of(work, proposed))
    return Reply(text, choices, question=f"charges:{draft.node}")


async def _held(work: Work, draft: Draft) -> list[UnitId]:
    held = await in_charge.held(work, draft.node, draft.official)
    return list(dict.fromkeys(one.cell for one in held))
