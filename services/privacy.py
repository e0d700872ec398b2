"""A person's data, to see and to take along; and erasure that keeps the counts (domain.md 15)."""

from datetime import date, datetime

from meetings.records import MarkMade, Person
from services.enrolment import CONSENT_VERSION
from services.work import Work
from storage.closings import SnapshotRow
from storage.forgetting import forget
from storage.members import DatedStatus


async def export(work: Work, person: Person) -> dict[str, object]:
    """What is kept about a person, as JSON values; instants in local time with their offset.

    Every membership and assignment there was; roles as of today. Left out are what others did with their data (the audit
    log), their codes (hashes only) and transport that is purged after days: letters, notices, open questions.
    """
    return {
        "code": person.code,
        "name": person.name,
        "language": person.language,
        "consented": person.consented,
        **await _posts(work, person),
        **await _consents(work, person),
        **await _meetings(work, person),
        **await _shared(work, person),
    }


async def _posts(work: Work, person: Person) -> dict[str, object]:
    codes = {one.id: one.code for one in await work.uow.units.all()}
    dated = await work.uow.members.statuses()
    return {
        "memberships": [
            {
                "cell": codes[one.cell],
                "number": one.number,
                "group": one.group,
                "standing": one.standing,
                "since": _day(term.since),
                "until": _day(term.until),
                "statuses": [_status(each) for each in dated.get(one.membership, [])],
            }
            for one, term in await work.uow.members.ever_of(person.id)
        ],
        "roles": [
            {"unit": codes[one.unit], "role": one.role}
            for one in await work.uow.people.roles_of(person.id, work.today)
        ],
        "assignments": [
            {
                "cell": codes[one.cell],
                "visits_per_year": one.visits_per_year,
                "since": _day(one.since),
                "until": _day(one.until),
            }
            for one in await work.uow.assignments.ever_of(person.id)
        ],
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _status(one: DatedStatus) -> dict[str, object]:
    return {
        "status": one.status,
        "since": _day(one.since),
        "until": _day(one.until),
        "approved": one.approved,
        "reason": one.reason,
    }


async def _consents(work: Work, person: Person) -> dict[str, object]:
    consents = await work.uow.people.consents(person.id)
    return {
        "consents": [
            {"decision": decision, "version": version, "channel": channel, "at": work.local(at).isoformat()}
            for decision, version, channel, at in consents
        ],
        "accounts": [
            {"channel": address.channel, "bot": address.bot, "chat": address.chat}
            for address in await work.uow.accounts.addresses(person.id)
        ],
    }


async def _meetings(work: Work, person: Person) -> dict[str, object]:
    answers = await work.uow.answers.history(person.id)
    marks = await work.uow.marks.history(person.id)
    frozen = await work.uow.closings.history(person.id)
    visits = await work.uow.marks.visits(person.id)
    return {
        "answers": [
            {
                "meeting": work.local(starts_at).isoformat(),
                "answer": given.answer,
                "reason": given.reason,
                "by_self": given.by == person.id,
                "at": work.local(given.at).isoformat(),
            }
            for starts_at, given in answers
        ],
        "marks": [_marked(work, starts_at, made) for starts_at, made in marks],
        "closed": [_marked(work, starts_at, row) | {"number": row.number} for starts_at, row in frozen],
        "visits": [work.local(starts_at).isoformat() for starts_at in visits],
    }


async def _shared(work: Work, person: Person) -> dict[str, object]:
    """What they proposed and supported, what they are to do, and where they said "Đã nắm"."""
    codes = {one.id: one.code for one in await work.uow.units.all()}
    return {
        "suggestions": [
            {
                "cell": codes[one.cell],
                "title": one.title,
                "period": str(one.period),
                "state": one.state,
                "at": work.local(one.at).isoformat(),
            }
            for one in await work.uow.suggestions.of_person(person.id)
        ],
        "headings": [
            {"meeting": work.local(starts_at).isoformat(), "title": title}
            for starts_at, title in await work.uow.headings.of_person(person.id)
        ],
        "supported": [one.title for one in await work.uow.suggestions.supported_by(person.id)],
        "tasks": [
            {
                "cell": codes[one.cell],
                "title": one.title,
                "due": one.due.isoformat(),
                "done": None if one.done_at is None else work.local(one.done_at).isoformat(),
                "dropped": None if one.dropped_at is None else work.local(one.dropped_at).isoformat(),
            }
            for one in await work.uow.tasks.of_person(person.id)
        ],
        "informed": [
            {"meeting": work.local(starts_at).isoformat(), "at": work.local(at).isoformat()}
            for starts_at, at in await work.uow.grasped.history(person.id)
        ],
        "confirmed": [
            {"meeting": work.local(starts_at).isoformat(), "at": work.local(at).isoformat()}
            for starts_at, at in await work.uow.results.confirmed(person.id)
        ],
        "calendars": [
            {"unit": codes[one.unit], "at": work.local(one.at).isoformat()}
            for one in await work.uow.calendars.feeds_of(person.id)
        ],
    }


def _marked(work: Work, starts_at: datetime, made: MarkMade | SnapshotRow) -> dict[str, object]:
    return {
        "meeting": work.local(starts_at).isoformat(),
        "mark": made.mark,
        "ruling": made.ruling,
        "reason": made.reason,
    }


async def erase(work: Work, person: Person) -> None:
    """Erase by the operator on a person's written wish: links, history and name go, totals stay."""
    await work.uow.people.log_consent(
        {
            "person": person.id,
            "decision": "erase",
            "version": CONSENT_VERSION,
            "channel": "paper",
            "by": person.id,
            "at": work.now,
        }
    )
    await forget(work.uow, person.id, work.now)
    await work.uow.audit.note(work.now, person.id, "erase", whom=person.id)
