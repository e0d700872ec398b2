"""A month in which the lunar rule has no day: secretary and deputy are asked once for one (domain.md 4.1).

So is a month that has its meeting from an older rule: it stays where it is until they choose.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from chat.numbers import whole
from chat.replies import Choice, Reply, action
from chat.text import Param, Text, lines
from meetings.period import Period
from meetings.records import Meeting, Person, Unit
from meetings.rule import LunarDay, day_in, lunar_days_beside, parse_rule
from meetings.terms import ONE_A_MONTH, UnitId
from services import clashes, schedule
from services.access import actor, leaders
from services.calendar import calendar_of
from services.delivery import Occasion, reached, tell, told_of
from services.errors import NotFound, TooLate
from services.rules import policy_of
from services.work import Work
from storage.errors import LostUpdate

KIND = "dateless"
_BESIDE = timedelta(days=31)  # a date so far outside the month still belongs to it


@dataclass(frozen=True, slots=True)
class Chosen:
    """A day (an aware instant) that was typed for a month, and awaits "Xác nhận"."""

    number: int
    cell: UnitId
    period: Period
    starts_at: datetime
    done: bool = False


async def unasked(work: Work) -> list[UnitId]:
    """The cells that have a month without a day, of which a leader has not heard."""
    return [cell.id for cell in await work.uow.units.cells() if await _questions(work, cell)]


async def ask(work: Work, number: UnitId) -> None:
    """Ask those who have not been asked, month by month."""
    cell = await work.uow.units.by_id(number)
    for period, occasion, waiting in await _questions(work, cell):
        message = await question(work, cell, period)
        for leader in waiting:
            await tell(work, leader, occasion, message)


async def without_day(work: Work, cell: Unit) -> list[Period]:
    """The months ahead in which the rule has no day, and for which nobody has chosen one."""
    if cell.time is None:
        return []
    missed = [one for one in await schedule.periods_ahead(work, cell) if _misses(cell, one)]
    return [one for one in missed if await _is_open(work, cell, one)]


async def standing(work: Work, cell: Unit, period: Period) -> Text | None:
    """A line about the meeting that a month without a day has all the same, from an older rule."""
    row = await work.uow.meetings.regular(cell.id, period)
    return None if row is None else Text("dateless.stays", {"when": row.starts_at, "place": row.place})


async def due_at(work: Work, cell: Unit, period: Period) -> datetime:
    """As early as a clash is spoken of, counted from the first of the month, where the day may well be."""
    rules = (await policy_of(work, cell.id)).clash
    return schedule.at_local(work, period.first_day - timedelta(days=rules.days_before), rules.hour)


async def question(work: Work, cell: Unit, period: Period) -> Reply:
    """Days of the month as buttons, those nearest to the lunar day before or after it; or any other, typed."""
    rule, hour = parse_rule(cell.day or ""), cell.time or time()
    choices = [
        Choice(
            Text("button.day", {"when": schedule.at_local(work, day, hour)}),
            action("dateless", cell.id, period, day.isoformat()),
        )
        for day in await _suggested(work, cell, period)
    ]
    choices.append(Choice(Text("button.other_day"), action("dateless_ask", cell.id, period)))
    known: dict[str, Param] = {
        "period": period.first_day,
        "n": rule.number if isinstance(rule, LunarDay) else 0,
    }
    text = lines(
        Text("dateless.first", {**known, "cell": cell.name}),
        Text("dateless.ask", known),
        await standing(work, cell, period),
    )
    return Reply(text, tuple(choices), question=f"dateless:{cell.id}:{period}")


async def propose(work: Work, cell: Unit, period: Period, starts_at: datetime) -> Chosen:
    """Write a day down; there is no meeting on it before `carry_out`."""
    payload = json.dumps({"period": str(period), "starts_at": starts_at.isoformat()})
    number = await work.uow.proposals.add(KIND, cell.id, actor(work).id, payload, work.now, meeting=None)
    return Chosen(number, cell.id, period, starts_at)


async def proposed(work: Work, number: str) -> Chosen:
    """A day somebody typed. Raises NotFound."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != KIND:
        raise NotFound
    values = json.loads(found.payload)
    period, starts_at = Period.parse(values["period"]), datetime.fromisoformat(values["starts_at"])
    return Chosen(found.id, found.cell, period, starts_at, found.done_at is not None)


async def carry_out(work: Work, cell: Unit, chosen: Chosen) -> Meeting | None:
    """The meeting on that day; None where the month has one by now. Raises TooLate."""
    payload = json.dumps({"period": str(chosen.period), "starts_at": chosen.starts_at.isoformat()})
    if not await work.uow.proposals.done(chosen.number, payload, work.now):
        raise LostUpdate
    return await add(work, cell, chosen.period, chosen.starts_at)


async def add(work: Work, cell: Unit, period: Period, starts_at: datetime) -> Meeting | None:
    """The meeting of that month on a day somebody named; None where it has one by now. Raises TooLate."""
    if starts_at <= work.now:
        raise TooLate(Text("refused.past"))
    row = await work.uow.meetings.regular(cell.id, period)
    if row is None:
        meeting = await schedule.add_by_hand(work, cell, schedule.NewMeeting(period, starts_at))
    else:
        row = await work.uow.meetings.lock(row.id)
        if row is None or not _misses(cell, period) or not await schedule.is_bare(work, row):
            return None
        new = schedule.NewDate(starts_at, cell.place or cell.name)
        meeting = await schedule.settle_by_hand(work, row, new)
    if meeting is not None:
        await clashes.chosen(work, meeting)
    return meeting


def _misses(cell: Unit, period: Period) -> bool:
    rule = parse_rule(cell.day) if cell.day else None
    return isinstance(rule, LunarDay) and day_in(rule, period) is None


async def _is_open(work: Work, cell: Unit, period: Period) -> bool:
    row = await work.uow.meetings.regular(cell.id, period)
    return row is None or await schedule.is_bare(work, row)


def fits(period: Period, day: date) -> bool:
    """Whether a meeting of a month may be on a day: in it or not far from it."""
    return period.first_day - _BESIDE <= day <= period.last_day + _BESIDE


async def _questions(work: Work, cell: Unit) -> list[tuple[Period, Occasion, list[Person]]]:
    found = []
    for period in await without_day(work, cell):
        occasion = await _occasion(work, cell, period)
        if occasion.due_at <= work.now:
            waiting = [
                one
                for one in await leaders(work, cell.id)
                if occasion.is_new_to(one.id) and await reached(work, one)
            ]
            found += [(period, occasion, waiting)] if waiting else []
    return found


async def _occasion(work: Work, cell: Unit, period: Period) -> Occasion:
    due = await due_at(work, cell, period)
    until = schedule.at_local(work, period.next().first_day, time())
    subject = f"dateless:{cell.id}:{period}"
    plain = Occasion(subject, KIND, due, useful_until=until, unit=cell.id)
    return replace(plain, told=await told_of(work, subject))


async def _suggested(work: Work, cell: Unit, period: Period) -> list[date]:
    """Free days of the month, those nearest to the lunar day before or after it first."""
    calendar, rule = await calendar_of(work, cell.id), parse_rule(cell.day or "")
    missed = lunar_days_beside(rule, period) if isinstance(rule, LunarDay) else ()
    others = await work.uow.meetings.of_cell(cell.id)
    taken = {
        work.local(one.starts_at).date()
        for one in others
        if one.kind not in ONE_A_MONTH or one.period != period
    }
    eve, whole_month = period.first_day - timedelta(days=1), period.last_day.day
    days = calendar.free_days(eve, period, after=work.today, taken=taken, limit=whole_month)
    inside = [day for day in days if period.contains(day)]
    inside.sort(key=lambda day: min((abs((day - one).days) for one in missed), default=0))
    return inside[: (await policy_of(work, cell.id)).clash.offers]
