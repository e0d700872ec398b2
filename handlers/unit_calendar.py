"""`lich tuần`, `lich tháng`: the meetings of all cells below a unit, by chat and by subscription."""

from collections.abc import Sequence
from datetime import date, timedelta

from chat.numbers import whole
from chat.replies import Action, Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Lines, Param, Text, lines
from handlers.general import show_next_meeting
from meetings.folding import fold, squeeze
from meetings.period import BadPeriod, Period
from meetings.records import Unit
from meetings.when import BadWhen, parse_day
from services import Work, access, enclosing, feeds, unit_calendar, unit_calendar_text
from services.errors import NotAllowed, NotFound
from services.month_sheet import lines_of
from services.unit_calendar import Sight, Table

router: Router[Work] = Router()
_WEEK, _NEAR = timedelta(days=7), timedelta(days=180)
_FIRST, _LAST = Period(2000, 1), Period(2099, 11)
_NEXT, _BEFORE = ("sau", "toi"), ("truoc",)


def calendar_choices(work: Work, unit: Unit) -> tuple[Choice, ...]:
    """For the menu of a unit above cells: this week's calendar, from which the others are reached."""
    if unit.is_cell:
        return ()
    return (Choice(Text("button.calendar"), action("cal_week", unit.id, monday(work.today))),)


@router.command("lich tuan", arguments=True)
async def this_week(turn: Turn[Work]) -> Replies:
    """This week's, `sau` or `trước`, or that of a day. Who has no post above cells gets the own next meeting."""
    work, said = turn.work, fold(squeeze(turn.rest)).removeprefix("nay").strip()
    try:
        units = await unit_calendar.sights(work)
    except NotAllowed:
        return await show_next_meeting(turn)
    day = work.today + (_WEEK if said in _NEXT else -_WEEK if said in _BEFORE else timedelta())
    if said and said not in (*_NEXT, *_BEFORE):
        try:
            # A date without a year is the nearest one: "05/11" written on the 10th is not next year's.
            day = parse_day(turn.rest, work.today - _NEAR if "/" in turn.rest else work.today)
        except BadWhen:
            return [Reply(Text("unitcal.bad_week"))]
    if len(units) > 1:
        return [_which(work, units, action("cal_units", "week", monday(day)), 0)]
    return [await _week(work, units[0], day, 0)]


@router.command("lich thang", arguments=True)
async def this_month(turn: Turn[Work]) -> Replies:
    """The same of a month: this one, `sau`, `trước`, `12` of this year, `12/2026`."""
    work = turn.work
    try:
        units = await unit_calendar.sights(work)
    except NotAllowed:
        return await show_next_meeting(turn)
    try:
        period = _named(fold(squeeze(turn.rest)).removeprefix("nay").strip(), Period.of(work.today))
    except BadPeriod:
        return [Reply(Text("unitcal.bad_month"))]
    if len(units) > 1:
        return [_which(work, units, action("cal_units", "month", period), 0)]
    return [await _month(work, units[0], period, 0)]


def _named(said: str, this: Period) -> Period:
    """Raises BadPeriod, also for a year in which no meeting can be."""
    if not said or said in _NEXT:
        return this.next() if said else this
    if said in _BEFORE:
        return this.previous()
    number = whole(said)
    period = Period.parse(said) if number is None else Period(this.year, number)
    if not _FIRST < period < _LAST:
        raise BadPeriod("too far away")
    return period


@router.action("cal_units")
async def which_unit(turn: Turn[Work], shown: str, when: str, page: str) -> Replies:
    units = await unit_calendar.sights(turn.work)
    return [_which(turn.work, units, action("cal_units", shown, when), whole(page) or 0)]


def _which(work: Work, units: Sequence[Sight], asked: Action, page: int) -> Reply:
    """A button a unit; a page of them where there are many."""
    shown, when = asked.args
    size = work.room if len(units) <= work.room else work.room - 1
    pages = -(-len(units) // size)
    here = page % pages
    choices = [
        Choice(Text("person.name", {"name": one.unit.name}), action(f"cal_{shown}", one.unit.id, when))
        for one in units[here * size : (here + 1) * size]
    ]
    if pages > 1:
        choices.append(Choice(Text("button.more"), action(asked.name, *asked.args, (here + 1) % pages)))
    return Reply(Text("digest.which"), tuple(choices), question="calendar")


@router.action("cal_week")
async def show_week(turn: Turn[Work], unit_id: str, day: str, page: str = "0") -> Replies:
    seen = await unit_calendar.sight(turn.work, unit_id)
    return [await _week(turn.work, seen, local_day(day), whole(page) or 0)]


@router.action("cal_month")
async def show_month(turn: Turn[Work], unit_id: str, month: str, page: str = "0") -> Replies:
    seen = await unit_calendar.sight(turn.work, unit_id)
    try:
        period = Period.parse(month)
    except BadPeriod:
        raise NotFound from None
    return [await _month(turn.work, seen, period, whole(page) or 0)]


@router.action("cal_picture")
async def show_picture(turn: Turn[Work], unit_id: str, month: str) -> Replies:
    """The month as a picture, to look at and to print."""
    work = turn.work
    seen = await unit_calendar.sight(work, unit_id)
    try:
        period = Period.parse(month)
    except BadPeriod:
        raise NotFound from None
    if seen.own:
        await access.note_names(work, seen.unit.id)
    many = await lines_of(work, seen, period)
    known: dict[str, Param] = {"period": period.first_day, "unit": seen.unit.name}
    return [Reply(Text("unitcal.picture", known), enclosures=enclosing.month_of(seen.unit.id, period, many))]


async def _week(work: Work, seen: Sight, day: date, page: int) -> Reply:
    """Monday to Sunday."""
    first = monday(day)
    table = await unit_calendar.compute(work, seen, first, first + _WEEK - timedelta(days=1))
    text, pages = unit_calendar_text.week(work, table, page)
    unit = seen.unit.id
    choices = [
        *_more(action("cal_week", unit, first), page, pages),
        Choice(Text("button.cal_before"), action("cal_week", unit, first - _WEEK)),
        Choice(Text("button.cal_after"), action("cal_week", unit, first + _WEEK)),
        Choice(Text("button.cal_month"), action("cal_month", unit, Period.of(day))),
    ]
    return await _shown(work, table, text, choices)


async def _month(work: Work, seen: Sight, period: Period, page: int) -> Reply:
    table = await unit_calendar.compute(work, seen, period.first_day, period.last_day)
    text, pages = unit_calendar_text.month(work, table, page)
    unit = seen.unit.id
    near = (period.previous(), period.next()) if _FIRST < period < _LAST else ()
    choices = [
        *_more(action("cal_month", unit, period), page, pages),
        *(
            Choice(Text("button.month", {"period": one.first_day}), action("cal_month", unit, one))
            for one in near
        ),
        Choice(Text("button.calendar"), action("cal_week", unit, monday(work.today))),
    ]
    if table.entries and enclosing.reaches(work):
        choices.append(Choice(Text("button.cal_picture"), action("cal_picture", unit, period)))
    return await _shown(work, table, text, choices)


async def _shown(work: Work, table: Table, text: Lines, choices: list[Choice]) -> Reply:
    seen = table.sight
    choices.append(Choice(Text("button.cal_feed"), action("cal_feed", seen.unit.id)))
    if seen.own:
        await access.note_names(work, seen.unit.id)
        choices.append(Choice(Text("button.cal_busy"), action("cal_busy", seen.unit.id)))
    return Reply(text, tuple(choices), question=f"calendar:{seen.unit.id}")


def _more(asked: Action, page: int, pages: int) -> list[Choice]:
    if pages == 1:
        return []
    return [Choice(Text("button.more"), action(asked.name, *asked.args, (page + 1) % pages))]


# --- the subscription -------------------------------------------------------------------------------


@router.action("cal_feed")
async def show_address(turn: Turn[Work], unit_id: str) -> Replies:
    return [await _address(turn.work, await unit_calendar.sight(turn.work, unit_id))]


@router.action("cal_renew")
async def renew_address(turn: Turn[Work], unit_id: str) -> Replies:
    seen = await unit_calendar.sight(turn.work, unit_id)
    await feeds.new_address(turn.work, seen)
    return [await _address(turn.work, seen, Text("unitcal.renewed"))]


@router.action("cal_end")
async def end_address(turn: Turn[Work], unit_id: str) -> Replies:
    seen = await unit_calendar.sight(turn.work, unit_id)
    await feeds.end(turn.work, seen)
    return [Reply(Text("unitcal.ended", {"unit": seen.unit.name}))]


async def _address(work: Work, seen: Sight, first: Text | None = None) -> Reply:
    link = await feeds.address(work, seen)
    if not link:
        return Reply(Text("unitcal.no_address"))
    choices = (
        Choice(Text("button.cal_renew"), action("cal_renew", seen.unit.id)),
        Choice(Text("button.cal_end"), action("cal_end", seen.unit.id)),
        Choice(Text("button.go_back"), action("cal_week", seen.unit.id, monday(work.today))),
    )
    text = lines(first, Text("unitcal.address", {"unit": seen.unit.name, "link": link}))
    return Reply(text, choices, question=f"calendar:{seen.unit.id}")


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def local_day(written: str) -> date:
    """A day as our own buttons carry it. Raises NotFound."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotFound from None
