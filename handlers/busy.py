"""`lich bận 24/11 14:00-16:00`: when the committee of a unit has no time itself, and what that falls together with."""

from datetime import time, timedelta

from chat.numbers import whole
from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Text, lines
from handlers.unit_calendar import local_day, monday
from meetings.busy import Span, read_busy
from meetings.when import BadWhen
from services import Work, access, desk_clashes, unit_calendar, unit_calendar_text
from services.errors import NotAllowed, NotFound
from services.schedule import at_local
from services.unit_calendar import Clash, Sight

router: Router[Work] = Router()
_SHOWN = 10


@router.command("lich ban", arguments=True)
async def note_busy(turn: Turn[Work]) -> Replies:
    """`lich bận 24/11 14:00-16:00 …`: a day and its hours are kept, what stands behind them is not."""
    work = turn.work
    units = [one for one in await unit_calendar.sights(work) if one.own]
    if not units:
        raise NotAllowed
    if not turn.rest and len(units) == 1:
        return [await _list(work, units[0], 0)]
    try:
        span = read_busy(turn.rest, work.today) if turn.rest else None
    except BadWhen:
        return [Reply(Text("unitcal.bad_busy"))]
    if len(units) == 1 and span is not None:
        return [await _noted(work, units[0], span)]
    what = ("cal_note", span.day, span.begins, span.ends) if span else ("cal_busy", 0)
    choices = tuple(
        Choice(Text("person.name", {"name": one.unit.name}), action(what[0], one.unit.id, *what[1:]))
        for one in units[: work.room]
    )
    return [Reply(Text("digest.which"), choices, question="calendar")]


@router.action("cal_note")
async def note_for(turn: Turn[Work], unit_id: str, day: str, begins: str, ends: str) -> Replies:
    seen = await unit_calendar.own(turn.work, unit_id)
    try:
        span = Span(local_day(day), whole(begins) or 0, whole(ends) or 0)
    except BadWhen:
        raise NotFound from None
    return [await _noted(turn.work, seen, span)]


async def _noted(work: Work, seen: Sight, span: Span) -> Reply:
    """Noted at once, since nobody is told; with what clashes, and the way to take it back."""
    midnight = at_local(work, span.day, time())
    noted = await unit_calendar.note_busy(
        work, seen, midnight + timedelta(minutes=span.begins), midnight + timedelta(minutes=span.ends)
    )
    table = await unit_calendar.compute(work, seen, span.day, span.day)
    hit = [one for one in table.live if unit_calendar.hits(work, noted, one)]
    await desk_clashes.said_to(work, access.actor(work), noted, hit)
    text = lines(
        Text("unitcal.day", {"day": span.day}),
        unit_calendar_text.busy_line(work, noted, seen.unit.name),
        unit_calendar_text.clash_line(Clash(tuple(hit[:_SHOWN])), table) if hit else None,
        Text("unitcal.warn_more", {"n": len(hit) - _SHOWN}) if len(hit) > _SHOWN else None,
        Text("unitcal.kept"),
    )
    choices = (
        Choice(Text("button.cal_free"), action("cal_free", noted.id)),
        Choice(Text("button.calendar"), action("cal_week", seen.unit.id, monday(span.day))),
    )
    return Reply(text, choices, question=f"calendar:{seen.unit.id}")


@router.action("cal_busy")
async def show_busy(turn: Turn[Work], unit_id: str, page: str = "0") -> Replies:
    return [await _list(turn.work, await unit_calendar.own(turn.work, unit_id), whole(page) or 0)]


@router.action("cal_free")
async def free(turn: Turn[Work], number: str) -> Replies:
    work, known = turn.work, whole(number)
    noted = None if known is None else await work.uow.calendars.busy_by_id(known)
    if noted is None:
        raise NotFound
    seen = await unit_calendar.own(work, str(noted.unit))
    await unit_calendar.free(work, noted)
    return [await _list(work, seen, 0, Text("unitcal.freed"))]


async def _list(work: Work, seen: Sight, page: int, first: Text | None = None) -> Reply:
    """What is noted for the days to come; a button each takes it back."""
    found = await work.uow.calendars.busy_of(seen.unit.id, work.now)
    size = work.room - 2
    here = page * size if page * size < len(found) else 0
    choices = [
        Choice(Text("button.cal_free_one", {"when": one.starts_at}), action("cal_free", one.id))
        for one in found[here : here + size]
    ]
    if len(found) > size:
        after = here // size + 1 if here + size < len(found) else 0
        choices.append(Choice(Text("button.more"), action("cal_busy", seen.unit.id, after)))
    choices.append(Choice(Text("button.go_back"), action("cal_week", seen.unit.id, monday(work.today))))
    text = lines(first, Text("unitcal.busy_list", {"unit": seen.unit.name, "n": len(found)}))
    return Reply(text, tuple(choices), question=f"calendar:{seen.unit.id}")
