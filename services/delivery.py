"""Putting messages into the outbox: a notice once per person, a reply to whoever wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chat.events import Address
from chat.replies import Reply
from meetings.records import Meeting, Person
from meetings.terms import MeetingId, PersonId, UnitId
from services import quota
from services.rules import policy_of
from services.work import Work
from storage.notices import UNDERWAY, Notice, NoticeStatus, carried_by
from storage.outbox import Letter, Waiting

Told = Mapping[tuple[str, str], NoticeStatus]


@dataclass(frozen=True, slots=True)
class Message:
    """What one chat is told on an occasion; without a `person` it is a group's."""

    occasion: "Occasion"
    to: Address
    reply: Reply
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why something is said: the subject, its revision and the kind make it unique per recipient.

    `due_at` and `useful_until` are aware UTC on the product's clock. What is not `repeatable` is not sent
    a second time when nobody knows whether it arrived. `news` of a change goes out in the quiet hours rather
    than never, or than after its `deadline`, when people would stand before a closed door. `unit` is whose
    quiet hours hold. `told` is what was looked up beforehand of this subject and revision, see `told_of`.
    """

    subject: str
    kind: str
    due_at: datetime
    revision: int = 0
    useful_until: datetime | None = None
    meeting: MeetingId | None = None
    unit: UnitId | None = None
    repeatable: bool = True
    news: bool = False
    deadline: datetime | None = None
    told: Told = field(default_factory=dict, compare=False, repr=False)

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
            unit=meeting.cell,
        )

    def is_new_to(self, recipient: PersonId | Address) -> bool:
        """Nothing is written down yet: only then it is worth making the message."""
        return (_recipient(recipient), self.kind) not in self.told

    def is_with(self, recipient: PersonId) -> bool:
        """It has arrived, or is on its way."""
        return self.told.get((_recipient(recipient), self.kind)) in UNDERWAY

    def was_shown(self, recipient: PersonId, step: str) -> bool:
        """Whether another step of the plan of this subject has reached somebody, on whichever day it was due."""
        who = _recipient(recipient)
        return any(
            status in UNDERWAY and one == who and kind.partition(".")[0] == step
            for (one, kind), status in self.told.items()
        )

    def failed_at(self, group: Address) -> bool:
        """The group was written to, and nothing got in."""
        return self.told.get((_recipient(group), self.kind)) is NoticeStatus.FAILED


async def told_of(work: Work, subject: str, revision: int = 0) -> Told:
    """Who was told what of a subject, in one look: a tick says nothing twice and writes nothing twice."""
    known = await work.uow.notices.of_subject(subject, revision)
    return {(one.recipient, one.kind): one.status for one in known}


async def reached(work: Work, person: Person) -> Address | None:
    """The account a person used last; None without a live one, or without consent.

    Where a bot's month is spent, another account goes before it.
    """
    last = await work.uow.accounts.address_of(person.id) if person.consented else None
    if last is None or not await quota.is_spent(work, last):
        return last
    spent = await quota.spent_bots(work)
    others = await work.uow.accounts.sound(person.id)
    return next((one for one in others if quota.bot_of(one) not in spent), last)


async def writable(work: Work, person: Person) -> bool:
    """Reached, and by a bot that has messages left this month."""
    address = await reached(work, person)
    return address is not None and not await quota.is_spent(work, address)


async def tell(work: Work, person: Person, occasion: Occasion, *messages: Reply) -> bool:
    """Queue a notice for a person, once, for the account used last.

    False when it was queued before, or nobody can be reached: then nothing is written down, so a person who
    links later still gets what is useful by then.
    """
    address = await reached(work, person) if occasion.is_new_to(person.id) else None
    if address is None:
        return False
    return await _queue(work, occasion, address, messages, person=person)


async def count_as_told(work: Work, person: Person, occasion: Occasion) -> None:
    """A reply has said it already: the next tick need not say it again."""
    number = await work.uow.notices.add_once(_fact(occasion, _recipient(person.id), person))
    if number is not None:
        await work.uow.notices.settle(number, NoticeStatus.SENT, sent_at=work.now)


async def tell_within(work: Work, person: Person, occasion: Occasion, letter: Occasion) -> None:
    """A letter of another occasion says it too: it counts as told unless that letter is lost."""
    fact = _fact(occasion, _recipient(person.id), person)
    await work.uow.notices.carry(fact, carried_by(letter.subject, letter.kind), work.now)


async def hand_over(work: Work, number: int, person: Person) -> None:
    """A notice that waits goes to this person instead, who has not been told; as if it had always been theirs."""
    address = await reached(work, person)
    if address is not None:
        await work.uow.notices.give(number, person.id, _recipient(person.id))
        await work.uow.outbox.reroute(number, address, work.real)


async def tell_group(work: Work, group: Address, occasion: Occasion, *messages: Reply) -> bool:
    """Queue a notice for a cell's group, once."""
    return occasion.is_new_to(group) and await _queue(work, occasion, group, messages)


async def tell_all(work: Work, messages: Sequence[Message]) -> None:
    """Queue very many notices in a few statements; nobody may have been told of these occasions before.

    Raises IntegrityError where somebody has, also twice among these.
    """
    told = []
    for one in messages:
        at = await _not_before(work, one.occasion)
        if at is not None:
            fact = _fact(one.occasion, _recipient(one.person.id if one.person else one.to), one.person)
            told.append((fact, _letter(work, one, at)))
    await work.uow.storms.tell(told, work.real)
    work.uow.outbox.left_waiting = work.uow.outbox.left_waiting or bool(told)


async def answer(work: Work, address: Address, writer: str, key: str, reply: Reply) -> None:
    """Queue a reply to what was just written."""
    await work.uow.outbox.add_once(reply_letter(work, address, writer, key, reply), work.real)


def reply_letter(work: Work, address: Address, writer: str, key: str, reply: Reply) -> Letter:
    """The letter of a reply to what was just written; it overtakes every notice.

    A group hears the house's language.
    """
    in_group = address.chat != writer
    language = work.actor.language if work.actor and not in_group else work.house.language
    return Letter(
        dedupe_key=key,
        to=address,
        person=writer,
        language=language,
        text=reply.text,
        not_before=work.now,
        choices=reply.choices,
        enclosures=reply.enclosures,
        question=reply.question or reply_question(reply),
        menu_until=reply.until,
        answer=True,
    )


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
    not_before = await _not_before(work, occasion)
    if not_before is None:
        return False
    recipient = _recipient(person.id if person else address)
    number = await work.uow.notices.add_once(_fact(occasion, recipient, person))
    if number is None:
        return False
    for place, message in enumerate(messages):
        letter = _letter(work, Message(occasion, address, message, person), not_before)
        named = replace(letter, dedupe_key=f"notice:{number}:{place}", notice=number)
        await work.uow.outbox.add_once(named, work.real)
    return True


def _letter(work: Work, said: Message, not_before: datetime) -> Letter:
    """The letter of a notice that has no number yet."""
    reply, person = said.reply, said.person
    return Letter(
        dedupe_key="",
        to=said.to,
        person=said.to.chat,
        language=person.language if person else work.house.language,
        text=reply.text,
        not_before=not_before,
        choices=reply.choices,
        enclosures=reply.enclosures,
        question=reply.question or reply_question(reply),
        menu_until=reply.until,
        repeatable=said.occasion.repeatable,
        useful_until=said.occasion.useful_until,
    )


async def _not_before(work: Work, occasion: Occasion) -> datetime | None:
    """Outside the quiet hours; None where it would be of no use after them, unless it is news."""
    rules = await policy_of(work, occasion.unit)
    at = rules.quiet_hours.shift(max(occasion.due_at, work.now), work.zone)
    deadline = occasion.deadline
    if occasion.news and deadline is not None and work.now < deadline <= at:
        return work.now
    if occasion.useful_until is None or at < occasion.useful_until:
        return at
    return work.now if occasion.news else None  # better in the quiet hours than never


async def mistimed(work: Work) -> list[Waiting]:
    """What waits for a morning that a clock told us which has been set back since, with when it should go."""
    found = []
    for one in await work.uow.outbox.ahead(work.now):
        quiet = (await policy_of(work, one.unit)).quiet_hours
        right = quiet.shift(max(one.due_at, work.now), work.zone)
        found += [replace(one, not_before=right)] if right < one.not_before else []
    return found


def _recipient(who: PersonId | Address) -> str:
    return str(who) if isinstance(who, Address) else f"person:{who}"


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
