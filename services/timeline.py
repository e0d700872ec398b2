"""What happens next by itself: the instants at which the clock will have something to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chat.text import Param, Text
from meetings.period import Period
from services import (
    absent_note,
    afterwards,
    amendment_notes,
    away_ends,
    chasing,
    clashes,
    dateless,
    desk_clashes,
    digest_days,
    preparing_reminders,
    suggestion_news,
    task_reminders,
    thematic,
    visit_nudges,
)
from services.asleep import without_meeting
from services.reminders import dues_of
from services.schedule import at_local
from services.work import Work


@dataclass(frozen=True, slots=True)
class Coming:
    """An instant (aware UTC) and what it is."""

    at: datetime
    what: Text


async def coming(work: Work) -> list[Coming]:
    """Every step, start and digest after now, soonest first."""
    found = [Coming(at, what) for at, what in await _meetings(work) if at > work.now]
    period = Period.of(work.today).previous()
    each = await digest_days.days(work)
    for _ in range(3):
        known: dict[str, Param] = {"period": period.first_day}
        sent = {await each.sent_at(unit, period) for unit in each.tree.readers}
        sent = sent or {work.policy.digest_at(period, work.zone)}
        found += [Coming(at, Text("event.digest", known)) for at in sent if at > work.now]
        period = period.next()
    found += [Coming(at, Text("event.amended")) for at in await amendment_notes.coming(work) if at > work.now]
    found += _locks(work)
    ends = [one for one in await away_ends.prompts(work) if one.at > work.now]
    found += [Coming(one.at, Text("event.away")) for one in ends]
    found += [Coming(at, what) for at, what in await _dateless(work) if at > work.now]
    found += [Coming(at, what) for at, what in await _chased(work) if at > work.now]
    nudged = [
        await thematic.due_at(work, one.id, Period.of(work.today)) for one in await work.uow.units.cells()
    ]
    found += [Coming(at, Text("event.thematic")) for at in sorted(set(nudged)) if at > work.now]
    found += [Coming(at, Text("event.visits")) for at in await visit_nudges.coming(work)]
    found += [Coming(at, Text("event.busy")) for at in await desk_clashes.coming(work)]
    found += await _followed_up(work)
    for at, meeting in await afterwards.dues(work):
        if at > work.now:
            cell = await work.uow.units.by_id(meeting.cell)
            found.append(Coming(at, Text("event.result", {"cell": cell.name})))
    waiting = await work.uow.outbox.next_due()
    if waiting is not None and waiting > work.now:
        found.append(Coming(waiting, Text("event.waiting")))
    # A new month drafts its meetings.
    month = Period.of(work.today).next().first_day
    draft_at = datetime(month.year, month.month, month.day, 6, tzinfo=work.zone)
    found.append(Coming(draft_at, Text("event.month", {"period": month})))
    return sorted(found, key=lambda one: one.at)


def _locks(work: Work) -> list[Coming]:
    last = Period.of(work.today).previous()
    return [
        Coming(at, Text("event.lock", {"period": month.first_day}))
        for month in (last, last.next())
        if (at := work.policy.locked_from(month, work.zone)) > work.now
    ]


async def _meetings(work: Work) -> list[tuple[datetime, Text]]:
    found = []
    for meeting in await work.uow.meetings.coming_up(work.now - timedelta(days=1)):
        cell = await work.uow.units.by_id(meeting.cell)
        for due in await dues_of(work, meeting):
            known: dict[str, Param] = {"cell": cell.name, "when": meeting.starts_at, "day": -due.step.day}
            found.append((due.at, Text(f"event.{due.step.kind}", known)))
        prepare = Text("event.prepare", {"cell": cell.name})
        found += [(at, prepare) for at in await preparing_reminders.dues_of(work, meeting)]
        clash = await clashes.due_at(work, meeting)
        if clash is not None:
            found.append((clash, Text("event.clash", {"cell": cell.name, "when": meeting.starts_at})))
        found.append((meeting.starts_at, Text("event.start", {"cell": cell.name, "when": meeting.starts_at})))
    return found


async def _followed_up(work: Work) -> list[Coming]:
    """After a meeting: the absent, tasks that are due soon; and what members have proposed."""
    found = []
    for at, meeting in await absent_note.coming(work):
        cell = await work.uow.units.by_id(meeting.cell)
        found.append(Coming(at, Text("event.informing", {"cell": cell.name, "when": meeting.starts_at})))
    found += [Coming(at, Text("event.task")) for at in await task_reminders.coming(work)]
    found += [Coming(at, Text("event.topics")) for at in await suggestion_news.coming(work)]
    return found


async def _dateless(work: Work) -> list[tuple[datetime, Text]]:
    return [
        (
            await dateless.due_at(work, cell, period),
            Text("event.dateless", {"cell": cell.name, "period": period.first_day}),
        )
        for cell in await work.uow.units.cells()
        for period in await dateless.without_day(work, cell)
    ]


async def _chased(work: Work) -> list[tuple[datetime, Text]]:
    """What is asked for if nobody does it before: lists that are not closed, months without a date."""
    found: list[tuple[datetime, Text]] = []
    for meeting in await chasing.unrecorded(work):
        cell = await work.uow.units.by_id(meeting.cell)
        for n, (_, at) in enumerate(await chasing.steps_of(work, meeting), 1):
            found.append((at, Text("event.unrecorded", {"cell": cell.name, "n": n})))
    cells = [one.id for one in await work.uow.units.cells()]
    if await chasing.gaps(work, cells):
        asked, listed = await chasing.plan_steps(work, None)
        found += [(asked, Text("event.no_plan")), (listed, Text("event.chase_list"))]
    this = Period.of(work.today)
    for month in (this.previous(), this):
        if await without_meeting(work, cells, month):
            first = at_local(work, month.next().first_day, work.policy.chase.hour)
            found.append((first, Text("event.chase_list")))
    return found
