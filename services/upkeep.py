"""What time throws away: used transport, and after the lock whatever was kept for people without consent."""

from datetime import timedelta

from meetings.period import Period
from services.work import Work

_TRANSPORT_KEPT = timedelta(days=14)


async def tidy(work: Work) -> None:
    """Purge transport; forget marks and answers of people without consent once their month is locked."""
    await work.uow.keeping.purge(work.real - _TRANSPORT_KEPT)
    period = Period.of(work.today).previous()
    for _ in range(2):
        if work.now >= work.policy.locked_from(period, work.zone):
            await _forget_strangers(work, period)
        period = period.previous()


async def _forget_strangers(work: Work, period: Period) -> None:
    """Only the snapshot row is left, by roll number, without a link to the person (domain.md 15)."""
    strangers = {one.id for one in await work.uow.people.all() if not one.consented}
    for meeting in await work.uow.meetings.closed_in(period):
        known = {*await work.uow.answers.of_meeting(meeting.id), *await work.uow.marks.of_meeting(meeting.id)}
        for who in known & strangers:
            await work.uow.answers.forget_in(meeting.id, who)
            await work.uow.marks.drop(meeting.id, who)
            await work.uow.closings.forget(who, meeting.id)
