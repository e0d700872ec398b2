"""`baocao`: the digest on demand, for any month and any node at or below those one answers for."""

from collections.abc import Sequence

from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Text
from handlers.picking import paged
from handlers.unit_calendar import calendar_choices
from meetings.period import BadPeriod, Period
from meetings.records import Unit
from meetings.report_line import parse_report_line
from services import Work, access, digest, digest_comparing
from services.digest_sending import newest_due
from services.digest_text import as_text
from services.enclosing import papers_of
from services.errors import NotFound

router: Router[Work] = Router()
_FIRST = Period(2000, 1)
_DUE = "due"  # in the place of a month: the one that was last due for the unit that is chosen


@router.command("baocao", "bao cao", arguments=True)
async def report(turn: Turn[Work]) -> Replies:
    """`baocao`, `baocao 11`, `baocao 11/2026 X01-C3`; two months or two units are compared."""
    work = turn.work
    own = await access.digest_units(work)
    try:
        line = parse_report_line(turn.rest, work.today)
    except BadPeriod:
        return [Reply(Text("digest.bad_month"))]
    try:
        units = [await access.digest_unit_of(work, code) for code in line.codes]
    except NotFound:
        return [Reply(Text("digest.no_unit"))]
    if not units and len(own) > 1 and len(line.months) < 2:
        return [_which(work, own, str(line.months[0]) if line.months else _DUE)]
    unit = units[0] if units else own[0]
    months = line.months or (await newest_due(work, unit.id),)
    if len(units) > 1:
        return [Reply(await digest_comparing.units(work, unit, units[1], months[0]))]
    if len(months) > 1:
        return [Reply(await digest_comparing.months(work, unit, *months))]
    return [await _report(work, unit, months[0])]


@router.action("report")
async def report_of(turn: Turn[Work], unit_id: str, month: str) -> Replies:
    unit = await access.digest_unit(turn.work, unit_id)
    return [await _report(turn.work, unit, await period_of(turn.work, unit, month))]


@router.action("report_own")
async def own_units(turn: Turn[Work], month: str, page: str) -> Replies:
    return [_which(turn.work, await access.digest_units(turn.work), month, page)]


@router.action("report_below")
async def units_below(turn: Turn[Work], unit_id: str, month: str, page: str) -> Replies:
    """The units right below, as buttons; each has a digest with the units below it."""
    work = turn.work
    unit = await access.digest_unit(work, unit_id)
    period = await period_of(work, unit, month)
    below = await work.uow.units.right_below(unit.id)
    choices = paged(_choices(below, str(period)), page, work.room, "report_below", unit.id, period)
    return [Reply(Text("digest.which"), choices, question=f"report:{unit.id}")]


async def period_of(work: Work, unit: Unit, month: str) -> Period:
    """The month a button names. Raises NotFound."""
    if month == _DUE:
        return await newest_due(work, unit.id)
    try:
        return Period.parse(month)
    except BadPeriod:
        raise NotFound from None


def _which(work: Work, units: Sequence[Unit], month: str, page: str = "0") -> Reply:
    return Reply(Text("digest.which"), paged(_choices(units, month), page, work.room, "report_own", month))


def _choices(units: Sequence[Unit], month: str) -> list[Choice]:
    return [Choice(Text("person.name", {"name": one.name}), action("report", one.id, month)) for one in units]


async def _report(work: Work, unit: Unit, period: Period) -> Reply:
    figures = await digest.compute(work, unit, period)
    papers = await papers_of(work, unit, period)
    choices = [_month(unit, period.previous())] if period > _FIRST else []
    if period < Period.of(work.today):
        choices.append(_month(unit, period.next()))
    if not unit.is_cell:
        choices.append(Choice(Text("button.units_below"), action("report_below", unit.id, period, 0)))
        choices.append(Choice(Text("button.cell_lists"), action("report_lists", unit.id, period)))
    choices.append(Choice(Text("button.compare"), action("report_compare", unit.id, period)))
    choices += calendar_choices(work, unit)
    return Reply(as_text(figures), tuple(choices), question=f"report:{unit.id}", enclosures=papers)


def _month(unit: Unit, period: Period) -> Choice:
    label = Text("button.month", {"period": period.first_day})
    return Choice(label, action("report", unit.id, period))
