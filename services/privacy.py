"""A person's data, to see and to take along; and erasure that keeps the counts (domain.md 15)."""

from meetings.records import Person
from services.enrolment import CONSENT_VERSION, forget
from services.work import Work


async def export(work: Work, person: Person) -> dict[str, object]:
    """Everything kept about a person, as JSON values; instants in local time with their offset."""
    members = await work.uow.members.of_person(person.id, work.today)
    cells = {one.cell: (await work.uow.units.by_id(one.cell)).code for one in members}
    return {
        "code": person.code,
        "name": person.name,
        "language": person.language,
        "consented": person.consented,
        "memberships": [
            {
                "cell": cells[one.cell],
                "number": one.number,
                "group": one.group,
                "standing": one.standing,
                "statuses": sorted(one.statuses),
            }
            for one in members
        ],
        "roles": [
            {"unit": (await work.uow.units.by_id(one.unit)).code, "role": one.role}
            for one in await work.uow.people.roles_of(person.id, work.today)
        ],
        **await _history(work, person),
    }


async def _history(work: Work, person: Person) -> dict[str, object]:
    consents = await work.uow.people.consents(person.id)
    answers = await work.uow.answers.history(person.id)
    marks = await work.uow.marks.history(person.id)
    return {
        "consents": [
            {"decision": decision, "version": version, "channel": channel, "at": work.local(at).isoformat()}
            for decision, version, channel, at in consents
        ],
        "accounts": [
            {"channel": address.channel, "bot": address.bot}
            for address in await work.uow.accounts.addresses(person.id)
        ],
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
        "marks": [
            {
                "meeting": work.local(starts_at).isoformat(),
                "mark": made.mark,
                "ruling": made.ruling,
                "reason": made.reason,
            }
            for starts_at, made in marks
        ],
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
    await forget(work, person.id)
    await work.uow.audit.note(work.now, person.id, "erase", whom=person.id)
