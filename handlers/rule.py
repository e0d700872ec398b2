"""`hop`: the monthly rule, by one line (`hop 24 19:30 Nhà văn hoá bản`) or by buttons."""

from datetime import time

from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Param, Text, lines
from handlers.extras import beside_choices
from handlers.picking import which_cell
from meetings.records import Unit
from meetings.roles import Right
from meetings.rule import BadRule, NthWeekday, parse_rule, rule_code
from meetings.when import BadWhen, parse_rule_line, parse_time
from services import Work, access, dateless, monthly, schedule
from services.calendar import clash_line
from services.errors import NotFound
from services.facts import facts

router: Router[Work] = Router()
_HOURS = ("07:30", "08:00", "14:00", "19:00", "19:30", "20:00")
_PLACE_LIMIT = 120


@router.command("hop", "hop dinh ky", arguments=True)
async def set_rule(turn: Turn[Work]) -> Replies:
    cells = await access.cells_with(turn.work, Right.SCHEDULE)
    if len(cells) > 1:
        return [which_cell(cells, "hop")]
    if not turn.rest:
        return [await _show(turn.work, cells[0])]
    return await _line(turn.work, cells[0], turn.rest)


@router.action("hop")
async def for_cell(turn: Turn[Work], cell_id: str) -> Replies:
    return [await _show(turn.work, await access.cell(turn.work, cell_id, Right.SCHEDULE))]


async def _show(work: Work, cell: Unit) -> Reply:
    """The rule in force, whether its next date clashes, the ways to change it, and what goes beside it."""
    choices = (
        Choice(Text("button.rule_day"), action("hop_day", cell.id)),
        Choice(Text("button.rule_last"), action("hop_rule", cell.id, "last")),
        Choice(Text("button.rule_weekday"), action("hop_week", cell.id)),
        Choice(Text("button.rule_line"), action("hop_line", cell.id)),
        *await beside_choices(work, cell),
    )
    coming = await schedule.next_of(work, cell)
    clash = await clash_line(work, coming) if coming else None
    return Reply(lines(Text("rule.show", {"rule": rule_text(cell), "cell": cell.name}), clash), choices)


def rule_text(cell: Unit) -> Text:
    """The rule in words."""
    if cell.day is None or cell.time is None:
        return Text("rule.none")
    known: dict[str, Param] = {
        "hour": cell.time,
        "place": cell.place or cell.name,
        "day": _day_text(cell.day),
    }
    return Text("rule.is", known)


def _day_text(code: str) -> Text:
    rule = parse_rule(code)
    if isinstance(rule, NthWeekday):
        nth = Text(f"rule.nth_{'last' if rule.nth == -1 else rule.nth}")
        return Text("rule.weekday", {"nth": nth, "weekday": Text(f"rule.weekday_{rule.weekday}")})
    if code.isdigit():
        return Text("rule.day", {"n": int(code)})
    if code == "last":
        return Text("rule.last")
    return Text("rule.lunar", {"n": int(code.partition("-")[2])})


@router.action("hop_day")
async def ask_day(turn: Turn[Work], cell_id: str) -> Replies:
    cell = await access.cell(turn.work, cell_id, Right.SCHEDULE)
    return [Reply(Text("rule.ask_day"), expects=Step("hop.day", {"cell": str(cell.id)}))]


@router.action("hop_line")
async def ask_line(turn: Turn[Work], cell_id: str) -> Replies:
    cell = await access.cell(turn.work, cell_id, Right.SCHEDULE)
    return [Reply(Text("rule.ask_line"), expects=Step("hop.line", {"cell": str(cell.id)}))]


@router.step("hop.day")
async def take_day(turn: Turn[Work]) -> Replies:
    cell = await _cell_of_step(turn)
    try:
        code = rule_code(parse_rule(turn.event.text))
    except BadRule:
        return [Reply(Text("rule.bad_day"), expects=turn.step)]
    return [_ask_hour(cell, code)]


@router.step("hop.line")
async def take_line(turn: Turn[Work]) -> Replies:
    return await _line(turn.work, await _cell_of_step(turn), turn.event.text)


@router.action("hop_week")
async def ask_nth(turn: Turn[Work], cell_id: str) -> Replies:
    cell = await access.cell(turn.work, cell_id, Right.SCHEDULE)
    codes = ("first", "second", "third", "fourth", "last")
    choices = tuple(
        Choice(Text(f"rule.nth_{n}"), action("hop_nth", cell.id, code))
        for n, code in zip((1, 2, 3, 4, "last"), codes, strict=True)
    )
    return [Reply(Text("rule.ask_nth"), choices)]


@router.action("hop_nth")
async def ask_weekday(turn: Turn[Work], cell_id: str, nth: str) -> Replies:
    cell = await access.cell(turn.work, cell_id, Right.SCHEDULE)
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    choices = tuple(
        Choice(Text(f"rule.weekday_{n}"), action("hop_rule", cell.id, f"{nth}-{name}"))
        for n, name in enumerate(names)
    )
    return [Reply(Text("rule.ask_weekday"), choices)]


@router.action("hop_rule")
async def take_rule(turn: Turn[Work], cell_id: str, code: str) -> Replies:
    return [_ask_hour(await access.cell(turn.work, cell_id, Right.SCHEDULE), _checked(code))]


def _ask_hour(cell: Unit, code: str) -> Reply:
    choices = [
        Choice(
            Text("button.hour", {"hour": time.fromisoformat(hour)}),
            action("hop_hour", cell.id, code, hour.replace(":", "")),
        )
        for hour in _HOURS
    ]
    step = Step("hop.hour", {"cell": str(cell.id), "rule": code})
    return Reply(Text("rule.ask_hour"), tuple(choices), expects=step)


@router.step("hop.hour")
async def take_hour_text(turn: Turn[Work]) -> Replies:
    cell = await _cell_of_step(turn)
    code = turn.step.data["rule"] if turn.step else ""
    try:
        return [await _confirm(turn.work, cell, code, parse_time(turn.event.text), cell.place)]
    except BadWhen:
        return [Reply(Text("rule.bad_hour"), expects=turn.step)]


@router.action("hop_hour")
async def take_hour(turn: Turn[Work], cell_id: str, code: str, hour: str) -> Replies:
    cell = await access.cell(turn.work, cell_id, Right.SCHEDULE)
    return [await _confirm(turn.work, cell, _checked(code), _hour(hour), cell.place)]


async def _line(work: Work, cell: Unit, line: str) -> Replies:
    """One line says it all; hour and place may be left out where they are set already."""
    try:
        parsed = parse_rule_line(line)
    except (BadRule, BadWhen):
        return [Reply(Text("rule.bad_line"))]
    hour, place = parsed.at or cell.time, parsed.place or cell.place
    if hour is None:
        return [Reply(Text("rule.bad_line"))]
    if place is not None and len(place) > _PLACE_LIMIT:
        return [Reply(Text("rule.long_place", {"limit": _PLACE_LIMIT}))]
    return [await _confirm(work, cell, rule_code(parsed.rule), hour, place)]


async def _confirm(work: Work, cell: Unit, code: str, hour: time, place: str | None) -> Reply:
    known: dict[str, Param] = {"day": _day_text(code), "hour": hour, "place": place or cell.name}
    number = await monthly.propose(work, cell, code, hour, place or cell.name)
    choices = (
        Choice(Text("button.confirm"), action("hop_set", number), style=Style.GOOD),
        Choice(Text("button.skip"), action("drop")),
    )
    text = Text("rule.confirm", {"rule": Text("rule.is", known), "cell": cell.name})
    return Reply(text, choices, question=f"rule:{cell.id}")


@router.action("hop_set")
async def confirm_rule(turn: Turn[Work], number: str) -> Replies:
    work = turn.work
    rule = await monthly.proposed(work, number)
    await access.require(work, rule.cell, Right.SCHEDULE)
    created = await monthly.carry_out(work, rule)
    cell = await work.uow.units.by_id(rule.cell)
    if created is None:
        return [Reply(Text("rule.stands", {"rule": rule_text(cell), "cell": cell.name}))]
    shown: list[Text | None] = []
    for one in created:
        shown += [Text("rule.created", await facts(work, one)), await clash_line(work, one)]
    for period in await dateless.without_day(work, cell):
        known: dict[str, Param] = {"period": period.first_day, "day": _day_text(rule.day)}
        shown += [Text("rule.no_day", known), await dateless.standing(work, cell, period)]
    return [Reply(lines(Text("rule.saved"), *shown, None if shown else Text("rule.from_next")))]


@router.action("drop", group=True)
async def drop(turn: Turn[Work]) -> Replies:
    """What was proposed is left alone ("Bỏ qua")."""
    access.actor(turn.work)
    return [Reply(Text("general.left"))]


async def _cell_of_step(turn: Turn[Work]) -> Unit:
    return await access.cell(turn.work, turn.step.data["cell"] if turn.step else "", Right.SCHEDULE)


def _checked(code: str) -> str:
    try:
        return rule_code(parse_rule(code))
    except BadRule:
        raise NotFound from None


def _hour(digits: str) -> time:
    try:
        return time(int(digits[:2]), int(digits[2:]))
    except ValueError:
        raise NotFound from None
