"""Putting messages into the outbox: a notice once per person, a reply to whoever wrote."""

from dataclasses import dataclass
from datetime import datetime

from chat.events import Address
from chat.replies import Reply
from meetings.records import Meeting, Person
from meetings.terms import MeetingId, PersonId
from services.work import Work
from storage.notices import Notice, NoticeStatus
from storage.outbox import Letter


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why something is said: the subject, its revision and the kind make it unique per recipient.

    `due_at` and `useful_until` are aware UTC on the product's clock. What is not `repeatable` is not sent
    a second time when nobody knows whether it arrived.
    """

    subject: str
    kind: str
    due_at: datetime
    revision: int = 0
    useful_until: datetime | None = None
    meeting: MeetingId | None = None
    repeatable: bool = True

    @classmethod
    def of(
        cls, meeting: Meeting, kind: str, due_at: datetime, *, useful_until: datetime | None = None
    ) -> "Occasion":
        return cls(
            f"meeting:{meeting.id}",
            kind,
            due_at,
            revision=meeting.revision,
            useful_until=useful_until or meeting.starts_at,
            meeting=meeting.id,
        )


async def tell(work: Work, person: Person, occasion: Occasion, *messages: Reply) -> bool:
    """Queue a notice for a person, once, for the account used last.

    False when it was queued before, or nobody can be reached: then nothing is written down, so a person who
    links later still gets what is useful by then.
    """
    address = await work.uow.accounts.address_of(person.id)
    if address is None or not person.consented:
        return False
    return await _queue(work, occasion, address, messages, person=person)


async def count_as_told(work: Work, person: Person, occasion: Occasion) -> None:
    """A reply has said it already: the next tick need not say it again."""
    number = await work.uow.notices.add_once(_fact(occasion, f"person:{person.id}", person))
    if number is not None:
        await work.uow.notices.settle(number, NoticeStatus.SENT, sent_at=work.now)


async def tell_group(work: Work, group: Address, occasion: Occasion, *messages: Reply) -> bool:
    """Queue a notice for a cell's group, once."""
    return await _queue(work, occasion, group, messages)


async def answer(work: Work, address: Address, writer: str, key: str, reply: Reply) -> None:
    """Queue a reply to what was just written; it overtakes every notice."""
    language = work.actor.language if work.actor else "vi"
    letter = Letter(
        dedupe_key=key,
        to=address,
        person=writer,
        language=language,
        text=reply.text,
        not_before=work.now,
        choices=reply.choices,
        question=reply.question or reply_question(reply),
        menu_until=reply.until,
        answer=True,
    )
    await work.uow.outbox.add_once(letter, work.real)


def reply_question(reply: Reply) -> str:
    """A question without a name of its own is named after its first choice."""
    return reply.choices[0].action.name if reply.choices else ""


async def _queue(
    work: Work,
    occasion: Occasion,
    address: Address,
    messages: tuple[Reply, ...],
    *,
    person: Person | None = None,
) -> bool:
    recipient = f"person:{person.id}" if person else str(address)
    number = await work.uow.notices.add_once(_fact(occasion, recipient, person))
    if number is None:
        return False
    not_before = work.policy.quiet_hours.shift(max(occasion.due_at, work.now), work.zone)
    if occasion.useful_until is not None and not_before >= occasion.useful_until:
        not_before = work.now  # better in the quiet hours than never
    for place, message in enumerate(messages):
        letter = Letter(
            dedupe_key=f"notice:{number}:{place}",
            to=address,
            person=address.chat,
            language=person.language if person else "vi",
            text=message.text,
            not_before=not_before,
            choices=message.choices,
            question=message.question or reply_question(message),
            menu_until=message.until,
            repeatable=occasion.repeatable,
            useful_until=occasion.useful_until,
            notice=number,
        )
        await work.uow.outbox.add_once(letter, work.real)
    return True


def _fact(occasion: Occasion, recipient: str, person: Person | None) -> Notice:
    return Notice(
        occasion.subject,
        occasion.revision,
        recipient,
        occasion.kind,
        occasion.due_at,
        occasion.meeting,
        None if person is None else PersonId(person.id),
    )
