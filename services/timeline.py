"""What happens next by itself: the instants at which the clock will have something to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chat.text import Param, Text
from meetings.period import Period
from services.reminders import dues_of
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
    for _ in range(3):
        at = work.policy.digest_at(period, work.zone)
        if at > work.now:
            found.append(Coming(at, Text("event.digest", {"period": period.first_day})))
        period = period.next()
    waiting = await work.uow.outbox.next_due()
    if waiting is not None and waiting > work.now:
        found.append(Coming(waiting, Text("event.waiting")))
    # A new month drafts its meetings.
    month = Period.of(work.today).next().first_day
    draft_at = datetime(month.year, month.month, month.day, 6, tzinfo=work.zone)
    found.append(Coming(draft_at, Text("event.month", {"period": month})))
    return sorted(found, key=lambda one: one.at)


async def _meetings(work: Work) -> list[tuple[datetime, Text]]:
    found = []
    for meeting in await work.uow.meetings.coming_up(work.now - timedelta(days=1)):
        cell = await work.uow.units.by_id(meeting.cell)
        for due in dues_of(work, meeting):
            known: dict[str, Param] = {"cell": cell.name, "when": meeting.starts_at, "day": -due.step.day}
            found.append((due.at, Text(f"event.{due.step.kind}", known)))
        found.append((meeting.starts_at, Text("event.start", {"cell": cell.name, "when": meeting.starts_at})))
    return found
