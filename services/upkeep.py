"""What time throws away: used transport, and after the lock whatever was kept for people without consent."""

from datetime import timedelta

from meetings.period import Period
from meetings.records import Meeting
from meetings.terms import PersonId
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
    gone = await strangers(work)
    for meeting in await work.uow.meetings.closed_in(period):
        await forget_in(work, meeting, gone)


async def strangers(work: Work) -> set[PersonId]:
    """People without consent."""
    return {one.id for one in await work.uow.people.all() if not one.consented}


async def forget_in(work: Work, meeting: Meeting, people: set[PersonId]) -> None:
    """Of these people a closed and locked meeting keeps the snapshot row, by roll number (domain.md 15)."""
    frozen = await work.uow.closings.of_meeting(meeting.id)
    rows = await work.uow.closings.snapshot(frozen.id) if frozen else []
    known = {*await work.uow.answers.of_meeting(meeting.id), *await work.uow.marks.of_meeting(meeting.id)}
    known |= {row.person for row in rows if row.person is not None}
    for who in known & people:
        await work.uow.answers.forget_in(meeting.id, who)
        await work.uow.marks.drop(meeting.id, who)
        await work.uow.closings.forget(who, meeting.id)
