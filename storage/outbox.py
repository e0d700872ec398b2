"""The transport: rows that wait to be sent, claimed under a lease, settled afterwards."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.events import Address
from chat.replies import Action, Choice, Enclosure, Style
from chat.text import Text, Wording, dumps, encode, loads, wording
from meetings.terms import UnitId
from storage.queries import AnyRow, Queries, Values
from storage.tables.base import Instant
from storage.tables.delivery import notice, outbox, pause
from storage.tables.meetings import meeting

REPLY, BULK = 0, 10  # the lowest goes first
REROUTED = "rerouted"
_CLAIMING = 7_015_001  # any number nobody else locks


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one chat, in the catalogue's keys, with when it may go and how long it is of use.

    `not_before` and `useful_until` are instants of the product's clock.
    """

    dedupe_key: str
    to: Address
    person: str
    language: str
    text: Wording
    not_before: datetime
    choices: tuple[Choice, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    question: str = ""
    menu_until: datetime | None = None
    answer: bool = False
    repeatable: bool = True
    useful_until: datetime | None = None
    notice: int | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter in our hands. `overrun`: a lease ran out before, so it may have been delivered already."""

    id: int
    letter: Letter
    attempts: int
    overrun: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter of a meeting that may not go yet: instants of the product's clock, and whose meeting it is."""

    id: int
    not_before: datetime
    due_at: datetime
    unit: UnitId


@dataclass(frozen=True, slots=True)
class Hold:
    """Who has letters in hand, until which instant of the wall clock nobody else takes them."""

    owner: str
    until: datetime


class Outbox(Queries):
    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection)
        self.left_waiting = False  # something was queued for whoever looks next

    async def add_once(self, letter: Letter, real: datetime, hold: Hold | None = None) -> int | None:
        """Queue a letter unless its key is queued or was queued; its id, or None.

        With a hold it is claimed at once: whoever wrote it sends it without looking for it.
        """
        self.left_waiting = self.left_waiting or hold is None
        return await self._add_once(outbox, stored(letter, real, hold))

    async def claim(
        self,
        hold: Hold,
        *,
        now: datetime,
        real: datetime,
        limit: int,
        without: Collection[tuple[str, str]] = (),
    ) -> list[Claimed]:
        """Take some due rows under a lease, of every bot but some; two workers never take the same one.

        A chat in which a letter is in flight waits, so its letters arrive in order. Two who claimed at the
        same moment would each get a part of one chat, so they take turns: on SQLite by the writing
        transaction itself (it drops FOR UPDATE), on PostgreSQL by a lock.
        """
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(select(func.pg_advisory_xact_lock(_CLAIMING)))
        free = _FREE.where(tuple_(outbox.c.channel, outbox.c.bot).not_in(list(without))) if without else _FREE
        rows = list(await self._connection.execute(free, {"now": now, "real": real, "most": limit}))
        if rows:
            await self._change(
                update(outbox)
                .where(outbox.c.id.in_([row.id for row in rows]))
                .values(lease_owner=hold.owner, lease_until=hold.until, attempts=outbox.c.attempts + 1)
            )
        return [_claimed(row) for row in rows]

    async def renew(self, number: int, owner: str, until: datetime) -> bool:
        """Hold a row some more; False when the lease ran out and another worker has it."""
        statement = update(outbox).where(
            outbox.c.id == number, outbox.c.lease_owner == owner, outbox.c.status == "pending"
        )
        return await self._change(statement.values(lease_until=until)) == 1

    async def settle(self, number: int, owner: str, values: Values) -> bool:
        """Write the outcome where the lease is still ours; False when another worker has the row."""
        statement = update(outbox).where(outbox.c.id == number, outbox.c.lease_owner == owner).values(values)
        return await self._change(statement) == 1

    async def sent(self, number: int, owner: str, message_id: str, real: datetime) -> bool:
        """Write that the platform took it, where the lease is still ours."""
        values = {"number": number, "owner": owner, "message": message_id, "real": real}
        return await self._change(_SENT, values) == 1

    async def waiting(self, notice: int) -> bool:
        """Whether a letter of this notice is still to be sent."""
        query = select(outbox.c.id).where(outbox.c.notice == notice, outbox.c.status == "pending").limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def begun(self, notice: int) -> bool:
        """Whether a letter of this notice has gone out."""
        query = select(outbox.c.id).where(outbox.c.notice == notice, outbox.c.status == "sent").limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def waiting_at(self, channel: str, bot: str) -> list[Letter]:
        """The first letter of every notice that waits at a bot."""
        query = (
            select(outbox)
            .where(
                outbox.c.status == "pending",
                outbox.c.channel == channel,
                outbox.c.bot == bot,
                outbox.c.notice.is_not(None),
            )
            .order_by(outbox.c.id)
        )
        found: dict[int | None, Letter] = {}
        for row in await self._connection.execute(query):
            found.setdefault(row.notice, _claimed(row).letter)
        return list(found.values())

    async def reroute(self, notice: int, to: Address, real: datetime, own: str = "") -> None:
        """What waits of a notice goes to another address, from the first try on.

        Not what somebody has in hand, which may have arrived already; but for our own letter, by its key.
        """
        free = or_(outbox.c.lease_until <= real, outbox.c.dedupe_key == own)
        await self._change(
            update(outbox)
            .where(outbox.c.notice == notice, outbox.c.status == "pending", free)
            .values(
                channel=to.channel,
                bot=to.bot,
                chat=to.chat,
                person=to.chat,
                why=REROUTED,
                attempts=0,
                retry_at=real,
                lease_owner=None,
                lease_until=real,
            )
        )

    async def rerouted(self, number: int) -> bool:
        """Whether another address was the last thing that was tried with a row."""
        query = select(outbox.c.why).where(outbox.c.id == number)
        return (await self._connection.execute(query)).scalar() == REROUTED

    async def end(self, notice: int, values: Values) -> None:
        """What waits of a notice ends, in whosever hands it is."""
        await self._change(
            update(outbox).where(outbox.c.notice == notice, outbox.c.status == "pending").values(values)
        )

    async def readdress(self, old: Address, new: Address) -> None:
        """What waits for a chat follows it to its new id."""
        await self._change(
            update(outbox)
            .where(
                outbox.c.status == "pending",
                outbox.c.channel == old.channel,
                outbox.c.bot == old.bot,
                outbox.c.chat == old.chat,
            )
            .values(chat=new.chat)
        )

    async def ahead(self, now: datetime) -> list[Waiting]:
        """The letters about meetings that wait for an instant to come, by a clock that may have been wrong."""
        query = (
            select(outbox.c.id, outbox.c.not_before, notice.c.due_at, meeting.c.cell, meeting.c.announced_at)
            .join_from(outbox, notice, outbox.c.notice == notice.c.id)
            .join(meeting, notice.c.meeting == meeting.c.id)
            .where(outbox.c.status == "pending", outbox.c.not_before > now)
            .order_by(outbox.c.id)
        )
        found = []
        for row in await self._connection.execute(query):
            # An announcement that lies ahead was made by that clock; whatever was due then is due by now.
            false = row.announced_at is not None and row.announced_at > now
            found.append(Waiting(row.id, row.not_before, now if false else row.due_at, UnitId(row.cell)))
        return found

    async def retime(self, one: Waiting) -> None:
        """Let a letter go at another instant, unless it has gone."""
        mine = and_(outbox.c.id == one.id, outbox.c.status == "pending")
        await self._change(update(outbox).where(mine).values(not_before=one.not_before))

    async def due(self, now: datetime, *, answers: bool = True) -> int:
        """How many letters may go by the product's clock and have not gone; perhaps without those that answer."""
        query = (
            select(func.count())
            .select_from(outbox)
            .where(outbox.c.status == "pending", outbox.c.not_before <= now)
        )
        counted = query if answers else query.where(outbox.c.answer.is_(False))
        return int((await self._connection.execute(counted)).scalar_one())

    async def let_go(self, owner: str, real: datetime) -> None:
        """Whoever held these rows is surely dead: their leases end at once, as overrun as any."""
        await self._change(
            update(outbox)
            .where(outbox.c.status == "pending", outbox.c.lease_owner == owner, outbox.c.lease_until > real)
            .values(lease_until=real)
        )

    async def next_due(self) -> datetime | None:
        """The product-clock instant of the earliest row that waits."""
        query = select(outbox.c.not_before).where(outbox.c.status == "pending")
        return (await self._connection.execute(query.order_by(outbox.c.not_before).limit(1))).scalar()


def _due() -> Select[tuple[object, ...]]:
    now, real = bindparam("now", type_=Instant()), bindparam("real", type_=Instant())
    paused = exists().where(
        and_(pause.c.channel == outbox.c.channel, pause.c.bot == outbox.c.bot, pause.c.until > real)
    )
    other = outbox.alias("other")
    # In flight, or an earlier part of the same notice that waits for its next try.
    behind = and_(other.c.retry_at > real, other.c.id < outbox.c.id, other.c.notice == outbox.c.notice)
    in_flight = exists().where(
        other.c.status == "pending",
        or_(other.c.lease_until > real, behind),
        other.c.chat == outbox.c.chat,
        other.c.bot == outbox.c.bot,
        other.c.channel == outbox.c.channel,
    )
    return (
        select(outbox)
        .where(
            outbox.c.status == "pending",
            outbox.c.not_before <= now,
            outbox.c.retry_at <= real,
            outbox.c.lease_until <= real,
            ~in_flight,
            ~paused,
        )
        .order_by(outbox.c.priority, outbox.c.not_before, outbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=outbox)
    )


_FREE = _due()
_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("number"), outbox.c.lease_owner == bindparam("owner"))
    .values(
        status="sent",
        message_id=bindparam("message"),
        done_at=bindparam("real"),
        lease_until=bindparam("real"),
    )
)


def stored(letter: Letter, real: datetime, hold: Hold | None = None) -> dict[str, object]:
    """A letter as the columns of its row, from the first try on."""
    return {
        "dedupe_key": letter.dedupe_key,
        "notice": letter.notice,
        "channel": letter.to.channel,
        "bot": letter.to.bot,
        "chat": letter.to.chat,
        "person": letter.person,
        "language": letter.language,
        "text": dumps(letter.text),
        "choices": json.dumps([_stored(choice) for choice in letter.choices], ensure_ascii=False),
        "files": json.dumps([[one.kind, *one.args] for one in letter.enclosures], ensure_ascii=False),
        "question": letter.question,
        "menu_until": letter.menu_until,
        "answer": letter.answer,
        "repeatable": letter.repeatable,
        "priority": REPLY if letter.answer else BULK,
        "not_before": letter.not_before,
        "useful_until": letter.useful_until,
        "status": "pending",
        "attempts": 0 if hold is None else 1,
        "retry_at": real,
        "lease_owner": None if hold is None else hold.owner,
        "lease_until": real if hold is None else hold.until,
    }


def _stored(choice: Choice) -> list[object]:
    action = [choice.action.name, *choice.action.args]
    return [encode(choice.label), action, choice.typed_only, choice.words, choice.style]


def _choices(stored: str) -> tuple[Choice, ...]:
    choices = []
    for label, (name, *args), typed_only, words, style in json.loads(stored):
        text = wording(label)
        if not isinstance(text, Text):
            raise TypeError("a label is one text")
        choices.append(Choice(text, Action(name, tuple(args)), typed_only, words, Style(style)))
    return tuple(choices)


def _claimed(row: AnyRow) -> Claimed:
    values = row._mapping
    letter = Letter(
        dedupe_key=values["dedupe_key"],
        to=Address(values["channel"], values["bot"], values["chat"]),
        person=values["person"],
        language=values["language"],
        text=loads(values["text"]),
        not_before=values["not_before"],
        choices=_choices(values["choices"]),
        enclosures=tuple(Enclosure(kind, tuple(args)) for kind, *args in json.loads(values["files"])),
        question=values["question"],
        menu_until=values["menu_until"],
        answer=values["answer"],
        repeatable=values["repeatable"],
        useful_until=values["useful_until"],
        notice=values["notice"],
    )
    return Claimed(values["id"], letter, values["attempts"] + 1, values["lease_owner"] is not None)
