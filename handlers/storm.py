"""`hoanloat`: many meetings postponed at once by standing committee or office. Days, cells, reason, two taps."""

from dataclasses import replace
from datetime import timedelta

from chat.numbers import whole
from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import NOTHING, Text, lines
from handlers.picking import which_cell
from handlers.storm_view import both, cells_page, left_out, preview
from meetings.records import Unit
from meetings.roles import Right
from meetings.span import LONGEST, TooLong, parse_span
from meetings.terms import UnitId
from meetings.when import BadWhen
from services import Work, access, notices, storm, storm_words
from services.errors import NotFound, Refusal

router: Router[Work] = Router()
_REASONS = ("weather", "funeral", "holiday", "work", "none")
_AHEAD = (0, 1, 2, 6)  # days after today that a button offers to the end


@router.command("hoanloat", "hoan loat", arguments=True)
async def start(turn: Turn[Work]) -> Replies:
    """What may still be undone comes first: it may be another's."""
    work = turn.work
    units = await access.upper_units(work, Right.POSTPONE_BELOW)
    undo = [_undoable(run) for run in await storm.undoable(work, units)]
    if len(units) > 1:
        return [*undo, which_cell(units, "storm_at")]
    if turn.rest:
        return [*undo, *await _days(work, units[0], turn.rest)]
    return [*undo, _ask_days(work, units[0])]


def _undoable(run: storm.Run) -> Reply:
    known = {"at": run.done_at or NOTHING, "n": len(run.hits), **both(run.span)}
    choice = Choice(Text("button.undo"), action("storm_undo", run.number))
    return Reply(Text("storm.undoable", known), (choice,), question=f"undo:{run.number}")


@router.action("storm_at")
async def at_unit(turn: Turn[Work], unit_id: str) -> Replies:
    return [_ask_days(turn.work, await _unit(turn.work, unit_id))]


async def _unit(work: Work, number: str) -> Unit:
    for unit in await access.upper_units(work, Right.POSTPONE_BELOW):
        if str(unit.id) == number:
            return unit
    raise NotFound


def _ask_days(work: Work, unit: Unit, first: Text | None = None) -> Reply:
    """A range by a button, or typed."""
    choices = [
        Choice(
            Text("button.storm_today" if ahead == 0 else "button.storm_until", {"day": last, "n": ahead + 1}),
            action("storm_days", unit.id, work.today.isoformat(), last.isoformat()),
        )
        for ahead in _AHEAD
        for last in [work.today + timedelta(days=ahead)]
    ]
    choices.append(Choice(Text("button.skip"), action("drop")))
    step = Step("storm.days", {"unit": str(unit.id)})
    text = lines(first, Text("storm.ask_days", {"unit": unit.name}))
    return Reply(text, tuple(choices), question=f"storm:{unit.id}", expects=step)


@router.action("storm_days")
async def take_days(turn: Turn[Work], unit_id: str, first: str, last: str) -> Replies:
    return await _days(turn.work, await _unit(turn.work, unit_id), f"{first} - {last}")


@router.step("storm.days")
async def take_typed_days(turn: Turn[Work]) -> Replies:
    data = turn.step.data if turn.step else {}
    return await _days(turn.work, await _unit(turn.work, data.get("unit", "")), turn.event.text)


async def _days(work: Work, unit: Unit, line: str) -> Replies:
    """Days without a meeting, over, or too many are asked for again."""
    try:
        span = parse_span(line, work.today)
        if not await storm.coming(work, unit, span) and span.last >= work.today:
            return [_ask_days(work, unit, Text("storm.nothing", both(span)))]
        run = await storm.begin(work, unit, span, None)
    except TooLong:
        return [_ask_days(work, unit, Text("storm.too_long", {"limit": LONGEST}))]
    except BadWhen:
        return [_ask_days(work, unit, Text("storm.bad_days"))]
    except Refusal as refusal:
        return [_ask_days(work, unit, refusal.text)]
    return [await _ask_whom(work, run)]


async def _ask_whom(work: Work, run: storm.Run) -> Reply:
    meetings = await storm.coming(work, run.unit, run.span)
    known = {"cells": len({one.cell for one in meetings}), "n": len(meetings), **both(run.span)}
    choices = (
        Choice(Text("button.storm_all", known), action("storm_all", run.number)),
        Choice(Text("button.storm_choose"), action("storm_pick", run.number, 0)),
        Choice(Text("button.skip"), action("drop")),
    )
    return Reply(Text("storm.whom", known), choices, question=f"storm:{run.number}")


@router.action("storm_all")
async def take_all(turn: Turn[Work], number: str) -> Replies:
    run = await storm.load(turn.work, number)
    return [_ask_why(await storm.change(turn.work, replace(run, cells=None)))]


@router.action("storm_pick")
async def show_cells(turn: Turn[Work], number: str, page: str) -> Replies:
    return [await cells_page(turn.work, await storm.load(turn.work, number), whole(page) or 0)]


@router.action("storm_put")
async def put_cell(turn: Turn[Work], number: str, cell: str, put: str, page: str) -> Replies:
    """Pressed twice it does the same once."""
    run, known = await storm.load(turn.work, number), whole(cell)
    if known is None:
        raise NotFound
    chosen = (run.cells or frozenset()) - {known}
    chosen |= {UnitId(known)} if put == "1" else set()
    run = await storm.change(turn.work, replace(run, cells=chosen))
    return [await cells_page(turn.work, run, whole(page) or 0)]


@router.action("storm_chosen")
async def end_choice(turn: Turn[Work], number: str) -> Replies:
    run = await storm.load(turn.work, number)
    if not run.cells or not await storm.wanted(turn.work, run):
        return [await cells_page(turn.work, run, 0, Text("storm.none_chosen"))]
    return [_ask_why(run)]


def _ask_why(run: storm.Run) -> Reply:
    choices = tuple(Choice(Text(f"why.{why}"), action("storm_why", run.number, why)) for why in _REASONS)
    step = Step("storm.why", {"run": str(run.number)})
    return Reply(Text("move.ask_why"), choices, question=f"storm:{run.number}", expects=step)


@router.action("storm_why")
async def take_reason(turn: Turn[Work], number: str, why: str) -> Replies:
    if why not in _REASONS:
        raise NotFound
    return [
        await _preview(turn.work, await storm.load(turn.work, number), "" if why == "none" else f"@{why}")
    ]


@router.step("storm.why")
async def take_typed_reason(turn: Turn[Work]) -> Replies:
    run = await storm.load(turn.work, turn.step.data.get("run", "") if turn.step else "")
    try:
        return [await _preview(turn.work, run, turn.event.text.lstrip("@ "))]
    except Refusal as refusal:
        return [Reply(refusal.text, expects=turn.step)]


async def _preview(work: Work, run: storm.Run, why: str) -> Reply:
    """Who gets which message; the first of the two taps."""
    run = await storm.give_reason(work, run, why)
    return await preview(work, run, "storm_once")


@router.action("storm_once")
async def confirm_once(turn: Turn[Work], number: str) -> Replies:
    """The figures once more as they are now. Here "1" is the way out: a line sent twice confirms nothing."""
    work = turn.work
    run, meetings, found = await storm.shown(work, await storm.load(work, number))
    if not meetings:
        return [Reply(Text("storm.nothing", both(run.span)))]
    known = {"n": len(meetings), "people": len(found.listeners), "groups": len(found.groups)}
    choices = (
        Choice(Text("button.skip"), action("drop")),
        Choice(Text("button.confirm"), action("storm_twice", run.number), style=Style.BAD),
    )
    return [Reply(Text("storm.confirm", known), choices, question=f"storm:{run.number}")]


@router.action("storm_twice")
async def confirm_twice(turn: Turn[Work], number: str) -> Replies:
    work = turn.work
    run = await storm.load(work, number)
    ended = await storm.carry_out(work, run)
    left = None
    if ended.left:
        left = Text("storm.left", {"cells": await left_out(work, run, ended.left)})
    if not ended.taken:
        return [Reply(lines(Text("storm.none_left"), left))]
    known = {"n": len(ended.taken), "people": ended.told, "groups": ended.groups}
    others = len(await storm.coming(work, run.unit, run.span)) if run.cells is None else 0
    text = lines(
        Text("storm.done", known),
        left,
        Text("storm.others", {"n": others}) if others else None,
        Text("storm.may_undo"),
    )
    undo = Choice(Text("button.undo"), action("storm_undo", run.number))
    return [Reply(text, (undo,), question=f"undo:{run.number}", until=work.now + storm.UNDO)]


@router.action("storm_undo")
async def ask_to_undo(turn: Turn[Work], number: str) -> Replies:
    run = await storm.load(turn.work, number)
    storm.check_undoable(turn.work, run)
    choices = (
        Choice(Text("button.confirm"), action("storm_back", run.number), style=Style.GOOD),
        Choice(Text("button.skip"), action("drop")),
    )
    known = {"n": len(run.hits), **both(run.span)}
    return [Reply(Text("storm.undo_ask", known), choices, question=f"undo:{run.number}")]


@router.action("storm_back")
async def undo(turn: Turn[Work], number: str) -> Replies:
    run = await storm.load(turn.work, number)
    ended = await storm.undo(turn.work, run)
    known = {"n": len(ended.taken), "people": ended.told, "groups": ended.groups}
    left = None
    if ended.left:
        left = Text("storm.stays", {"cells": await left_out(turn.work, run, ended.left)})
    return [Reply(lines(Text("storm.undone", known), left))]


@router.action("storm_paste")
async def paste(turn: Turn[Work], number: str, cell: str) -> Replies:
    """[28] For a cell without a group: that it is off, or that the date stands. A leader's, by today's roles."""
    work = turn.work
    unit = await access.cell(work, cell, Right.SCHEDULE)
    found = await storm.of_cell(work, number, unit.id)
    if found.off:
        return notices.paste(await storm_words.in_group(work, found.off, found.why))
    if found.standing:
        return notices.paste(await storm_words.standing(work, found.standing))
    return [Reply(Text("menu.expired"))]
