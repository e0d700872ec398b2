"""The fact of a notice: who was to be told what, once, and what became of it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from meetings.terms import MeetingId, PersonId, State
from storage.queries import AnyRow, Queries, batches
from storage.tables.delivery import notice, outbox
from storage.tables.meetings import meeting


class NoticeStatus(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"


TOO_LATE, DEAD, ANOTHERS = "too late", "address dead", "address of another"
LEFT_OUT = "month nearly spent"
MISSED = (TOO_LATE, DEAD, ANOTHERS, LEFT_OUT)  # why a letter was skipped that its reader would have wanted
UNDERWAY = (NoticeStatus.QUEUED, NoticeStatus.SENT, NoticeStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Notice:
    """`recipient` is "person:<id>" or a group's address; `kind` is unique within the subject."""

    subject: str
    revision: int
    recipient: str
    kind: str
    due_at: datetime
    meeting: MeetingId | None = None
    person: PersonId | None = None


@dataclass(frozen=True, slots=True)
class NoticeState:
    recipient: str
    kind: str
    person: PersonId | None
    status: NoticeStatus
    why: str | None


@dataclass(frozen=True, slots=True)
class Last:
    """The notice somebody was to get last. `missed`: it did not leave; `for_want` of messages."""

    person: PersonId
    kind: str
    due_at: datetime
    missed: bool
    for_want: bool = False


_ONE = select(notice).where(notice.c.id == bindparam("number"))


class Notices(Queries):
    async def add_once(self, fact: Notice) -> int | None:
        """Write the notice down; None when it stands there already, whoever wrote it."""
        return await self._add_once(notice, values_of(fact))

    async def carry(self, fact: Notice, by: str, sent_at: datetime) -> None:
        """Told by another notice to the same person (`carried_by`): true while that one is under way or arrived."""
        values = {
            "subject": fact.subject,
            "revision": fact.revision,
            "recipient": fact.recipient,
            "kind": fact.kind,
            "person": fact.person,
            "status": NoticeStatus.SENT,
            "why": by,
            "due_at": fact.due_at,
            "sent_at": sent_at,
        }
        await self._put(notice, values, unique=("subject", "revision", "recipient", "kind"))

    async def by_id(self, number: int) -> tuple[Notice, NoticeStatus]:
        row = (await self._connection.execute(_ONE, {"number": number})).one()
        return notice_of(row), NoticeStatus(row.status)

    async def sent_at(self, at: datetime) -> list[Notice]:
        """What went out at one instant of the product's clock, and by a letter of its own."""
        query = (
            select(notice)
            .where(notice.c.sent_at == at, notice.c.status == NoticeStatus.SENT, notice.c.why.is_(None))
            .order_by(notice.c.id)
        )
        return [notice_of(row) for row in await self._connection.execute(query)]

    async def settle(
        self, number: int, status: NoticeStatus, *, why: str | None = None, sent_at: datetime | None = None
    ) -> None:
        await self._change(
            update(notice).where(notice.c.id == number).values(status=status, why=why, sent_at=sent_at)
        )

    async def give(self, number: int, who: PersonId, recipient: str) -> None:
        """The notice is another person's from now on."""
        await self._change(
            update(notice).where(notice.c.id == number).values(person=who, recipient=recipient)
        )

    async def readdress(self, old: str, new: str) -> None:
        """What a group was told stays told under its new address; done twice it changes nothing."""
        there = notice.alias("there")
        told_there = exists().where(
            there.c.subject == notice.c.subject,
            there.c.revision == notice.c.revision,
            there.c.kind == notice.c.kind,
            there.c.recipient == new,
        )
        await self._change(update(notice).where(notice.c.recipient == old, ~told_there).values(recipient=new))

    async def of_subject(self, subject: str, revision: int) -> list[NoticeState]:
        query = select(notice).where(notice.c.subject == subject, notice.c.revision == revision)
        return [_state(row) for row in await self._connection.execute(query)]

    async def of_subjects(self, subjects: Collection[str], revision: int) -> dict[str, list[NoticeState]]:
        """The same for many subjects in one look; a subject nobody heard of is not there."""
        found: dict[str, list[NoticeState]] = defaultdict(list)
        for some in batches(subjects):
            query = select(notice).where(notice.c.subject.in_(some), notice.c.revision == revision)
            for row in await self._connection.execute(query):
                found[row.subject].append(_state(row))
        return found

    async def failed(
        self,
        subject: str,
        revision: int,
        *,
        overdue: datetime,
        spent: Collection[tuple[str, str]] = (),
    ) -> set[PersonId]:
        """Those of whose notices none is known to have arrived, and one should have.

        It failed, nobody knows, it was left out, came too late or to no chat of theirs, waits at a bot whose
        month is spent, or still waits though it was due before an instant. What was overtaken (answered, moved)
        tells nothing of whether they are reached.
        """
        waits = and_(notice.c.status == NoticeStatus.QUEUED, notice.c.due_at <= overdue)
        missed = and_(notice.c.status == NoticeStatus.SKIPPED, notice.c.why.in_(MISSED))
        known = notice.c.status.in_((NoticeStatus.SENT, NoticeStatus.FAILED, NoticeStatus.UNKNOWN))
        query = select(notice.c.person, notice.c.status).where(
            notice.c.subject == subject,
            notice.c.revision == revision,
            notice.c.person.is_not(None),
            or_(known, waits, missed, *([_stuck(spent)] if spent else [])),
        )
        rows = [(PersonId(row.person), row.status) for row in await self._connection.execute(query)]
        arrived = {who for who, status in rows if status == NoticeStatus.SENT}
        return {who for who, _ in rows} - arrived

    async def arrived(self, subject: str, *, before: datetime) -> set[PersonId]:
        """To whom something of a subject was sent before an instant, in whatever revision."""
        query = select(notice.c.person).where(
            notice.c.subject == subject,
            notice.c.person.is_not(None),
            notice.c.status == NoticeStatus.SENT,
            notice.c.sent_at < before,
        )
        return {PersonId(one) for one in (await self._connection.execute(query)).scalars()}

    async def newest(
        self, subject: str, revision: int, kinds: Collection[str], spent: Collection[tuple[str, str]]
    ) -> list[Last]:
        """Of each person the notice of these kinds that fell due last, and whether it got nowhere."""
        stuck = _stuck(spent) if spent else false()
        query = (
            select(notice.c.person, notice.c.kind, notice.c.due_at, notice.c.status, notice.c.why)
            .add_columns(stuck.label("stuck"))
            .where(
                notice.c.subject == subject,
                notice.c.revision == revision,
                notice.c.person.is_not(None),
                or_(*(notice.c.kind.startswith(f"{kind}.") for kind in kinds)),
            )
            .order_by(notice.c.due_at, notice.c.id)
        )
        found = {}
        for row in await self._connection.execute(query):
            skipped = row.why if row.status == NoticeStatus.SKIPPED else None
            missed, for_want = row.stuck or skipped in MISSED, row.stuck or skipped == LEFT_OUT
            found[row.person] = Last(PersonId(row.person), row.kind, row.due_at, bool(missed), bool(for_want))
        return list(found.values())

    async def missed(
        self, after: datetime, kinds: Collection[str], spent: Collection[tuple[str, str]]
    ) -> set[MeetingId]:
        """The announced meetings from an instant on of which a notice of these kinds got nowhere."""
        skipped = and_(notice.c.status == NoticeStatus.SKIPPED, notice.c.why.in_(MISSED))
        query = (
            select(notice.c.meeting)
            .distinct()
            .join_from(notice, meeting, notice.c.meeting == meeting.c.id)
            .where(
                meeting.c.state == State.ANNOUNCED,
                meeting.c.starts_at > after,
                notice.c.revision == meeting.c.revision,
                notice.c.person.is_not(None),
                or_(*(notice.c.kind.startswith(f"{kind}.") for kind in kinds)),
                or_(skipped, *([_stuck(spent)] if spent else [])),
            )
        )
        return {MeetingId(one) for one in (await self._connection.execute(query)).scalars()}

    async def told_until(self, subjects: Collection[str]) -> dict[str, datetime]:
        """By subject, the latest due instant of a notice that has arrived or is on its way."""
        query = (
            select(notice.c.subject, func.max(notice.c.due_at).label("due_at"))
            .where(notice.c.subject.in_(subjects), notice.c.status.in_(UNDERWAY))
            .group_by(notice.c.subject)
        )
        return {row.subject: row.due_at for row in await self._connection.execute(query)}

    async def first_due(self, subject: str, kind: str) -> datetime | None:
        """When the first notice of a kind that has arrived, or is on its way, was due."""
        query = select(func.min(notice.c.due_at)).where(
            notice.c.subject == subject, notice.c.kind == kind, notice.c.status.in_(UNDERWAY)
        )
        found: datetime | None = (await self._connection.execute(query)).scalar_one()
        return found

    async def first_dues(self, subjects: Collection[str], kind: str) -> dict[str, datetime]:
        """The same of many subjects; one of which nobody has heard is not there."""
        found: dict[str, datetime] = {}
        for some in batches(subjects):
            query = (
                select(notice.c.subject, func.min(notice.c.due_at).label("at"))
                .where(notice.c.subject.in_(some), notice.c.kind == kind, notice.c.status.in_(UNDERWAY))
                .group_by(notice.c.subject)
            )
            found |= {row.subject: row.at for row in await self._connection.execute(query)}
        return found

    async def heard(self, subject: str, kind: str, revision: int) -> set[PersonId]:
        """Who was told this, or is being told, in whatever revision; and for whom it is written down in this one."""
        query = select(notice.c.person).where(
            notice.c.subject == subject,
            notice.c.kind == kind,
            notice.c.person.is_not(None),
            or_(notice.c.revision == revision, notice.c.status.in_(UNDERWAY)),
        )
        return {PersonId(one) for one in (await self._connection.execute(query)).scalars()}

    async def was_sent(self, subject: str, kind: str) -> bool:
        """Whether somebody was told this already, in whatever revision."""
        query = select(notice.c.id).where(
            notice.c.subject == subject, notice.c.kind == kind, notice.c.status == NoticeStatus.SENT
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def drop_stale(self, meeting: MeetingId, revision: int) -> None:
        """Queued notices of an older revision are skipped, rows in the outbox with them."""
        stale = select(notice.c.id).where(
            notice.c.meeting == meeting,
            notice.c.revision < revision,
            notice.c.status == NoticeStatus.QUEUED,
        )
        await self._change(
            update(outbox)
            .where(outbox.c.notice.in_(stale), outbox.c.status == "pending")
            .values(status="skipped", why="moved")
        )
        await self._change(
            update(notice)
            .where(
                notice.c.meeting == meeting,
                notice.c.revision < revision,
                notice.c.status == NoticeStatus.QUEUED,
            )
            .values(status=NoticeStatus.SKIPPED, why="moved")
        )

    async def take_back(self, subject: str, revision: int, kinds: Collection[str]) -> None:
        """What is queued of these kinds is not true any more. Its place is free: said again later it is new."""
        wrong = select(notice.c.id).where(
            notice.c.subject == subject,
            notice.c.revision == revision,
            notice.c.kind.in_(kinds),
            notice.c.status == NoticeStatus.QUEUED,
        )
        numbers = list((await self._connection.execute(wrong)).scalars())
        if not numbers:
            return
        await self._change(
            update(outbox)
            .where(outbox.c.notice.in_(numbers), outbox.c.status == "pending")
            .values(status="skipped", why="corrected")
        )
        aside = notice.c.kind + literal(":") + cast(notice.c.id, String)
        await self._change(
            update(notice)
            .where(notice.c.id.in_(numbers))
            .values(status=NoticeStatus.SKIPPED, why="corrected", kind=aside)
        )


def carried_by(subject: str, kind: str) -> str:
    """How a notice names the one that told it."""
    return f"{subject} {kind}"


def _stuck(spent: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    """It waits at one of these bots."""
    waits = exists().where(
        outbox.c.notice == notice.c.id,
        outbox.c.status == "pending",
        tuple_(outbox.c.channel, outbox.c.bot).in_(list(spent)),
    )
    return and_(notice.c.status == NoticeStatus.QUEUED, waits)


def _state(row: AnyRow) -> NoticeState:
    values = row._mapping
    return NoticeState(
        values["recipient"],
        values["kind"],
        None if values["person"] is None else PersonId(values["person"]),
        NoticeStatus(values["status"]),
        values["why"],
    )


def values_of(fact: Notice) -> dict[str, object]:
    """The row of a notice that is to go out."""
    return {
        "subject": fact.subject,
        "revision": fact.revision,
        "recipient": fact.recipient,
        "kind": fact.kind,
        "meeting": fact.meeting,
        "person": fact.person,
        "status": NoticeStatus.QUEUED,
        "due_at": fact.due_at,
    }


def notice_of(row: AnyRow) -> Notice:
    """What a row of the table says."""
    return Notice(
        row.subject,
        row.revision,
        row.recipient,
        row.kind,
        row.due_at,
        None if row.meeting is None else MeetingId(row.meeting),
        None if row.person is None else PersonId(row.person),
    )
