"""From a digest on: the lists of cells to look after, and comparisons of two months or two units, by buttons."""

from chat.numbers import whole
from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Param, Text, lines
from handlers.committee import period_of
from handlers.picking import paged
from meetings.period import Period
from services import Work, access, cell_lists, digest, digest_comparing
from services.cell_lists import Which
from services.errors import NotFound

router: Router[Work] = Router()
_A_PAGE = 20  # cells in one message
_BACK = 24  # months to choose from


@router.action("report_lists")
async def choose_list(turn: Turn[Work], unit_id: str, month: str) -> Replies:
    unit = await access.digest_unit(turn.work, unit_id)
    period = await period_of(turn.work, unit, month)
    choices = tuple(
        Choice(Text(f"lists.choice_{which}"), action("report_list", unit.id, period, which, 0))
        for which in Which
    )
    return [Reply(Text("lists.ask", {"unit": unit.name}), choices, question=f"report:{unit.id}")]


@router.action("report_list")
async def show_list(turn: Turn[Work], unit_id: str, month: str, name: str, page: str) -> Replies:
    work = turn.work
    unit = await access.digest_unit(work, unit_id)
    period = await period_of(work, unit, month)
    if name not in list(Which):
        raise NotFound
    which = Which(name)
    found = await cell_lists.cells(work, await digest.compute(work, unit, period), which)
    start = (whole(page) or 0) * _A_PAGE
    shown = [await cell_lists.line(work, one, which, unit.id) for one in found[start : start + _A_PAGE]]
    known: dict[str, Param] = {"unit": unit.name, "period": period.first_day, "n": len(found)}
    choices = []
    if start + _A_PAGE < len(found):
        more = action("report_list", unit.id, period, which, start // _A_PAGE + 1)
        choices.append(Choice(Text("button.more"), more))
    choices.append(Choice(Text("button.cell_lists"), action("report_lists", unit.id, period)))
    text = lines(Text(f"lists.{which}", known), *shown)
    return [Reply(text, tuple(choices), question=f"report:{unit.id}")]


@router.action("report_compare")
async def choose_comparison(turn: Turn[Work], unit_id: str, month: str) -> Replies:
    unit = await access.digest_unit(turn.work, unit_id)
    period = await period_of(turn.work, unit, month)
    year_before = Period(period.year - 1, period.month) if period.year > 1 else period
    choices = (
        Choice(Text("button.month_before"), action("report_months", unit.id, period.previous(), period)),
        Choice(Text("button.year_before"), action("report_months", unit.id, year_before, period)),
        Choice(Text("button.other_month"), action("report_other", unit.id, period, 0)),
        Choice(Text("button.other_unit"), action("report_beside", unit.id, period, 0)),
    )
    known: dict[str, Param] = {"unit": unit.name, "period": period.first_day}
    return [Reply(Text("compare.ask", known), choices, question=f"report:{unit.id}")]


@router.action("report_other")
async def choose_month(turn: Turn[Work], unit_id: str, month: str, page: str) -> Replies:
    unit = await access.digest_unit(turn.work, unit_id)
    period = await period_of(turn.work, unit, month)
    earlier, choices = period, []
    for _ in range(_BACK):
        earlier = earlier.previous()
        label = Text("button.month", {"period": earlier.first_day})
        choices.append(Choice(label, action("report_months", unit.id, earlier, period)))
    shown = paged(choices, page, turn.work.room, "report_other", unit.id, period)
    known: dict[str, Param] = {"unit": unit.name, "period": period.first_day}
    return [Reply(Text("compare.ask", known), shown, question=f"report:{unit.id}")]


@router.action("report_beside")
async def choose_unit(turn: Turn[Work], unit_id: str, month: str, page: str) -> Replies:
    """The other units of the same level among those one may ask for."""
    work = turn.work
    unit = await access.digest_unit(work, unit_id)
    period = await period_of(work, unit, month)
    found = {
        one.id: one
        for own in await access.digest_units(work)
        for one in await work.uow.units.below(own.id)
        if one.level == unit.level and one.id != unit.id
    }
    if not found:
        return [Reply(Text("compare.alone", {"unit": unit.name}))]
    choices = [
        Choice(Text("person.name", {"name": one.name}), action("report_units", unit.id, one.id, period))
        for one in found.values()
    ]
    shown = paged(choices, page, work.room, "report_beside", unit.id, period)
    known: dict[str, Param] = {"unit": unit.name, "period": period.first_day}
    return [Reply(Text("compare.ask", known), shown, question=f"report:{unit.id}")]


@router.action("report_months")
async def two_months(turn: Turn[Work], unit_id: str, first: str, second: str) -> Replies:
    unit = await access.digest_unit(turn.work, unit_id)
    months = [await period_of(turn.work, unit, one) for one in (first, second)]
    return [Reply(await digest_comparing.months(turn.work, unit, *months))]


@router.action("report_units")
async def two_units(turn: Turn[Work], first: str, second: str, month: str) -> Replies:
    one, other = [await access.digest_unit(turn.work, unit_id) for unit_id in (first, second)]
    period = await period_of(turn.work, one, month)
    return [Reply(await digest_comparing.units(turn.work, one, other, period))]
