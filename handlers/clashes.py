"""A date that clashes: move to one of the days proposed, by the two taps of every move, or keep it.

And a month in which the lunar rule has no day: the secretary names one.
"""

from datetime import date

from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Param, Text, lines
from handlers.moving import ask_to_confirm
from handlers.picking import stands_now
from meetings.period import BadPeriod, Period
from meetings.records import Meeting
from meetings.roles import Right
from meetings.states import Verb
from meetings.when import BadWhen, parse_when
from services import Work, access, clashes, dateless, moving, schedule
from services.calendar import clash_line, clash_on, said
from services.errors import NotFound
from services.facts import facts

router: Router[Work] = Router()


@router.action("clash_to")
async def take_free_day(turn: Turn[Work], meeting_id: str, revision: str, day: str) -> Replies:
    work = turn.work
    meeting = await access.meeting(work, meeting_id, Right.SCHEDULE)
    if str(meeting.revision) != revision or meeting.state not in schedule.OPEN:
        return [await stands_now(work, meeting)]
    starts_at = schedule.at_local(work, _day(day), work.local(meeting.starts_at).time())
    if starts_at <= work.now:
        return [Reply(Text("refused.past"))]
    change = await moving.propose(work, meeting, Verb.MOVE, starts_at=starts_at, why="@holiday")
    return [await ask_to_confirm(work, change)]


@router.action("clash_keep")
async def keep_day(turn: Turn[Work], meeting_id: str, revision: str) -> Replies:
    work = turn.work
    meeting = await access.meeting(work, meeting_id, Right.SCHEDULE)
    if str(meeting.revision) != revision or meeting.state not in schedule.OPEN:
        return [await stands_now(work, meeting)]
    await clashes.keep(work, meeting)
    return [Reply(Text("clash.kept", await facts(work, meeting)))]


@router.action("dateless")
async def take_day(turn: Turn[Work], cell_id: str, month: str, day: str) -> Replies:
    work = turn.work
    cell, period = await access.cell(work, cell_id, Right.SCHEDULE), _period(month)
    if cell.time is None:
        raise NotFound
    starts_at = schedule.at_local(work, _day(day), cell.time)
    if not dateless.fits(period, _day(day)):
        raise NotFound
    return [await _planned(work, period, await dateless.add(work, cell, period, starts_at))]


@router.action("dateless_ask")
async def ask_day(turn: Turn[Work], cell_id: str, month: str) -> Replies:
    cell, period = await access.cell(turn.work, cell_id, Right.SCHEDULE), _period(month)
    step = Step("dateless.when", {"cell": str(cell.id), "period": str(period)})
    return [Reply(Text("dateless.other", {"period": period.first_day}), expects=step)]


@router.step("dateless.when")
async def take_words(turn: Turn[Work]) -> Replies:
    """A day is read back first: these words may have been meant for somebody else."""
    work, step = turn.work, turn.step
    data = step.data if step else {}
    cell, period = (
        await access.cell(work, data.get("cell", ""), Right.SCHEDULE),
        _period(data.get("period", "")),
    )
    try:
        parsed = parse_when(turn.event.text, work.today)
    except BadWhen:
        return [Reply(Text("move.bad_day"), expects=step)]
    if parsed.rest:
        return [Reply(Text("dateless.rest"), expects=step)]
    hour = parsed.at or cell.time
    if hour is None:
        raise NotFound
    starts_at = schedule.at_local(work, parsed.day, hour)
    if starts_at <= work.now:
        return [Reply(Text("refused.past"), expects=step)]
    if not dateless.fits(period, parsed.day):
        return [Reply(Text("move.too_far", {"day": parsed.day}), expects=step)]
    chosen = await dateless.propose(work, cell, period, starts_at)
    clash = await clash_on(work, cell.id, parsed.day)
    known: dict[str, Param] = {
        "period": period.first_day,
        "cell": cell.name,
        "when": starts_at,
        "place": cell.place or cell.name,
    }
    choices = (
        Choice(Text("button.confirm"), action("dateless_ok", chosen.number), style=Style.GOOD),
        Choice(Text("button.skip"), action("drop")),
    )
    text = lines(Text("dateless.confirm", known), said(clash) if clash else None)
    return [Reply(text, choices, question=f"dateless:{cell.id}:{period}")]


@router.action("dateless_ok")
async def confirm_day(turn: Turn[Work], number: str) -> Replies:
    work = turn.work
    chosen = await dateless.proposed(work, number)
    cell = await access.require(work, chosen.cell, Right.SCHEDULE)
    if chosen.done:
        return [Reply(Text("add.already"))]
    return [await _planned(work, chosen.period, await dateless.carry_out(work, cell, chosen))]


async def _planned(work: Work, period: Period, meeting: Meeting | None) -> Reply:
    if meeting is None:
        return Reply(Text("dateless.there", {"period": period.first_day}))
    return Reply(lines(Text("rule.created", await facts(work, meeting)), await clash_line(work, meeting)))


def _period(month: str) -> Period:
    try:
        return Period.parse(month)
    except BadPeriod:
        raise NotFound from None


def _day(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
