"""The transport: rows that wait to be sent, claimed under a lease, settled afterwards."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, update

from chat.events import Address
from chat.replies import Action, Choice, Style
from chat.text import Text, Wording, dumps, encode, loads, wording
from storage.queries import AnyRow, Queries, Values
from storage.tables.delivery import outbox, pause

REPLY, BULK = 10, 0
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


class Outbox(Queries):
    async def add_once(self, letter: Letter, real: datetime) -> None:
        """Queue a letter unless its key is queued or was queued."""
        values = {
            "dedupe_key": letter.dedupe_key,
            "notice": letter.notice,
            "channel": letter.to.channel,
            "bot": letter.to.bot,
            "chat": letter.to.chat,
            "person": letter.person,
            "language": letter.language,
            "text": dumps(letter.text),
            "choices": json.dumps([_stored(choice) for choice in letter.choices], ensure_ascii=False),
            "question": letter.question,
            "menu_until": letter.menu_until,
            "answer": letter.answer,
            "repeatable": letter.repeatable,
            "priority": REPLY if letter.answer else BULK,
            "not_before": letter.not_before,
            "useful_until": letter.useful_until,
            "status": "pending",
            "attempts": 0,
            "retry_at": real,
            "lease_until": real,
        }
        await self._add_once(outbox, values)

    async def claim(
        self, owner: str, *, now: datetime, real: datetime, until: datetime, limit: int
    ) -> list[Claimed]:
        """Take some due rows under a lease; two workers never take the same one.

        A chat in which a letter is in flight waits, so its letters arrive in order. Two who claimed at the
        same moment would each get a part of one chat, so they take turns: on SQLite by the writing
        transaction itself (it drops FOR UPDATE), on PostgreSQL by a lock.
        """
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(select(func.pg_advisory_xact_lock(_CLAIMING)))
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
        free = (
            select(outbox)
            .where(
                outbox.c.status == "pending",
                outbox.c.not_before <= now,
                outbox.c.retry_at <= real,
                outbox.c.lease_until <= real,
                ~in_flight,
                ~paused,
            )
            .order_by(outbox.c.priority.desc(), outbox.c.not_before, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=outbox)
        )
        rows = list(await self._connection.execute(free))
        if rows:
            await self._change(
                update(outbox)
                .where(outbox.c.id.in_([row.id for row in rows]))
                .values(lease_owner=owner, lease_until=until, attempts=outbox.c.attempts + 1)
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

    async def waiting(self, notice: int) -> bool:
        """Whether a letter of this notice is still to be sent."""
        query = select(outbox.c.id).where(outbox.c.notice == notice, outbox.c.status == "pending").limit(1)
        return (await self._connection.execute(query)).first() is not None

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

    async def next_due(self) -> datetime | None:
        """The product-clock instant of the earliest row that waits."""
        query = select(outbox.c.not_before).where(outbox.c.status == "pending")
        return (await self._connection.execute(query.order_by(outbox.c.not_before).limit(1))).scalar()


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
        question=values["question"],
        menu_until=values["menu_until"],
        answer=values["answer"],
        repeatable=values["repeatable"],
        useful_until=values["useful_until"],
        notice=values["notice"],
    )
    return Claimed(values["id"], letter, values["attempts"] + 1, values["lease_owner"] is not None)
