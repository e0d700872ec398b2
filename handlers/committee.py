"""`baocao [MM/YYYY]`: the digest on demand, for any node one answers for."""

from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Text
from meetings.period import BadPeriod, Period
from meetings.records import Unit
from services import Work, access, digest
from services.enclosing import workbook_of
from services.errors import NotFound

router: Router[Work] = Router()
_FIRST = Period(2000, 1)


@router.command("baocao", "bao cao", arguments=True)
async def report(turn: Turn[Work]) -> Replies:
    units = await access.digest_units(turn.work)
    period = Period.of(turn.work.today)
    if turn.rest:
        try:
            period = Period.parse(turn.rest)
        except BadPeriod:
            return [Reply(Text("digest.bad_month"))]
    if len(units) > 1:
        choices = tuple(
            Choice(Text("person.name", {"name": one.name}), action("report", one.id, period))
            for one in units[: turn.work.room]
        )
        return [Reply(Text("digest.which"), choices)]
    return [await _report(turn.work, units[0], period)]


@router.action("report")
async def report_of(turn: Turn[Work], unit_id: str, month: str) -> Replies:
    for unit in await access.digest_units(turn.work):
        if str(unit.id) == unit_id:
            try:
                return [await _report(turn.work, unit, Period.parse(month))]
            except BadPeriod:
                raise NotFound from None
    raise NotFound


async def _report(work: Work, unit: Unit, period: Period) -> Reply:
    figures = await digest.compute(work, unit, period)
    choices: tuple[Choice, ...] = ()
    if period > _FIRST:
        before = period.previous()
        label = Text("button.month", {"period": before.first_day})
        choices = (Choice(label, action("report", unit.id, before)),)
    book = (workbook_of(unit.id, period),)
    return Reply(digest.as_text(figures), choices, question=f"report:{unit.id}", enclosures=book)
