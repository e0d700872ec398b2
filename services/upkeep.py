"""What time throws away: used transport, and what was promised not to be kept longer (domain.md 15, 17)."""

from datetime import date, datetime, time, timedelta

from meetings.period import Period
from meetings.records import Meeting
from meetings.terms import PersonId
from services.work import Work

_TRANSPORT_KEPT = timedelta(days=14)
_TIDIED = "tidied"  # the local date of the last day's work


async def tidy(work: Work) -> None:
    """Purge transport and proposals each time; once a local day, forget what has been kept long enough."""
    await work.uow.accounts.forgive()
    await work.uow.keeping.purge(
        before_product=work.now - _TRANSPORT_KEPT, before_real=work.real - _TRANSPORT_KEPT
    )
    await work.uow.cards.purge(work.real - _TRANSPORT_KEPT)
    await work.uow.proposals.purge(work.now - work.policy.longest_undo)
    if await work.uow.keeping.get(_TIDIED) != str(work.today):
        await _forget_the_old(work)
        await work.uow.keeping.set(_TIDIED, str(work.today))


async def _forget_the_old(work: Work) -> None:
    """After the lock marks and answers of people without consent; later reasons, names and audit rows."""
    kept, keeping = work.policy.retention, work.uow.keeping
    locked = _locked_for(work, timedelta())
    await keeping.drop_strangers(locked)
    await work.uow.proposals.drop_strangers(locked)
    await work.uow.conversations.tidy(work.now, work.now - _TRANSPORT_KEPT)
    await keeping.drop_reasons(_locked_for(work, timedelta(days=kept.reasons_days)))
    await keeping.drop_names(_months_ago(work, kept.names_months))
    await work.uow.results.drop_names(_months_ago(work, kept.names_months))
    await _forget_what_was_prepared(work, _months_ago(work, kept.names_months))
    await keeping.drop_audit(_months_ago(work, kept.audit_months), work.now)


async def _forget_what_was_prepared(work: Work, before: datetime) -> None:
    await work.uow.tasks.drop_strangers()
    await work.uow.tasks.drop_old(before)
    await work.uow.suggestions.drop_old(before)
    await work.uow.headings.drop_people(before)
    await work.uow.orientations.drop_before(Period.of(work.local(before).date()), before)
    await work.uow.grasped.drop_old(before)
    await work.uow.calendars.drop_old(before)


def _locked_for(work: Work, lasting: timedelta) -> Period:
    """The newest month that has been locked for so long, in every unit: retention is one for the whole house."""
    period = Period.of(work.today)
    while work.now < work.policy.locked_everywhere_from(period, work.zone) + lasting:
        period = period.previous()
    return period


def _months_ago(work: Work, months: int) -> datetime:
    """Local midnight of this day so many months ago, or of that month's last day."""
    month = Period.of(work.today)
    for _ in range(months):
        month = month.previous()
    day = date(month.year, month.month, min(work.today.day, month.last_day.day))
    return datetime.combine(day, time(), work.zone)


async def strangers(work: Work) -> set[PersonId]:
    """People without consent."""
    return {one.id for one in await work.uow.people.all() if not one.consented}


async def forget_in(work: Work, meeting: Meeting, people: set[PersonId]) -> None:
    """Of these people a closed and locked meeting keeps the snapshot row, by roll number (domain.md 15)."""
    frozen = await work.uow.closings.of_meeting(meeting.id)
    rows = await work.uow.closings.snapshot(frozen.id) if frozen else []
    known = {*await work.uow.answers.of_meeting(meeting.id), *await work.uow.marks.of_meeting(meeting.id)}
    known |= {row.person for row in rows if row.person is not None}
    known |= await work.uow.marks.guests_of(meeting.id)
    for who in known & people:
        await work.uow.answers.forget_in(meeting.id, who)
        await work.uow.marks.forget(who, meeting.id)
        await work.uow.proposals.forget(who, meeting.id)
        await work.uow.closings.forget(who, meeting.id)
