"""The lists a committee asks for: which cells to look after, and for what. Names of cells, never of members."""

from collections.abc import Sequence
from enum import StrEnum

from chat.text import Param, Text
from meetings.terms import UnitId
from services.digest import Digest
from services.digest_lines import CellFigures
from services.digest_text import line_of
from services.work import Work


class Which(StrEnum):
    """What the cells of a list have in common."""

    BELOW = "below"
    NOT_HELD = "not_held"
    NOT_RECORDED = "not_recorded"
    UNASSIGNED = "unassigned"
    UNTHEMED = "unthemed"


async def cells(work: Work, digest: Digest, which: Which) -> Sequence[CellFigures]:
    """Those of a digest, by code. Without official: today; all else is of the month, or of its quarter so far."""
    match which:
        case Which.BELOW:
            return digest.below_target
        case Which.NOT_HELD:
            return digest.not_held
        case Which.NOT_RECORDED:
            return digest.not_recorded
        case Which.UNASSIGNED:
            taken = await work.uow.people.cells_in_charge(work.today)
            return [one for one in digest.cells if one.cell.id not in taken]
        case Which.UNTHEMED:
            return [one for one in digest.cells if one.cell.id in digest.without_theme]


async def line(work: Work, one: CellFigures, which: Which, asked: UnitId) -> Text:
    """A cell in a list, with the unit it belongs to where that is not the one asked for."""
    if which is Which.BELOW:
        shown = line_of(one)
    elif one.regular.starts_at is not None and which is Which.NOT_RECORDED:
        known: dict[str, Param] = {"cell": one.cell.name, "when": one.regular.starts_at}
        shown = Text("lists.cell_of_day", known)
    else:
        shown = Text("lists.cell", {"cell": one.cell.name})
    if one.cell.parent in (None, asked) or one.cell.id == asked:
        return shown
    parent = await work.uow.units.by_id(one.cell.parent)
    return Text("lists.cell_in", {"line": shown, "unit": parent.name})
