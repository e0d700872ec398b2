"""Announcements in groups that are kept up to date: where each stands, and what it shows now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, delete, exists, func, or_, select, update

from chat.events import Address
from chat.text import Wording, dumps, loads
from meetings.terms import Answer, MeetingId, State
from storage.queries import AnyRow, Queries, Values
from storage.tables.delivery import card, pause
from storage.tables.meetings import answer, meeting
from storage.tables.people import cell_group


@dataclass(frozen=True, slots=True)
class Card:
    """One announcement in one group. `shown` is what stands there; `edited_at` is of the wall clock.

    Without a `message_id` it is not in the chat yet, or out of our reach there.
    """

    id: int
    meeting: MeetingId
    revision: int
    to: Address
    text: Wording
    message_id: str | None
    shown: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class Glance:
    """A live card and what tells whether it may have changed: nobody's name, and nobody is looked up."""

    card: Card
    state: State
    revision: int
    starts_at: datetime
    linked: bool
    answers: tuple[object, ...]


class Cards(Queries):
    async def add_once(self, values: Values, text: Wording) -> bool:
        """Write a card down unless this revision of the meeting has one in this chat."""
        return await self._add_once(card, {**values, "text": dumps(text), "live": True}) is not None

    async def live(self, real: datetime) -> list[Glance]:
        """Every card that is followed and not of a paused channel, in one look."""
        rows = await self._connection.execute(_IN_CHATS, {"real": real})
        return [_glance(row) for row in rows]

    async def glance(self, number: int) -> Glance | None:
        """One card that is followed, whether it stands in its chat or not."""
        row = (await self._connection.execute(_GLANCES.where(card.c.id == number))).first()
        return None if row is None else _glance(row)

    async def has(self, number: MeetingId, revision: int, to: Address) -> bool:
        query = select(card.c.id).where(_of(number, revision), _at(to))
        return (await self._connection.execute(query)).first() is not None

    async def in_chat(self, to: Address) -> list[Card]:
        """The cards that are followed in a chat, those too that are not there yet."""
        rows = await self._connection.execute(select(card).where(_at(to), card.c.live).order_by(card.c.id))
        return [_card(row) for row in rows]

    async def posted(
        self, number: MeetingId, revision: int, to: Address, *, message_id: str, real: datetime
    ) -> None:
        """The platform took it, and this is its name there."""
        await self._change(
            update(card)
            .where(_of(number, revision), _at(to))
            .values(message_id=message_id[:120], edited_at=real)
        )

    async def claim(self, known: Card, real: datetime) -> bool:
        """Of all who are about to edit a card only one does; False for the others."""
        mine = and_(card.c.id == known.id, card.c.live, card.c.edited_at == known.edited_at)
        return await self._change(update(card).where(mine).values(edited_at=real)) == 1

    async def showing(self, known: Card, shown: str, *, live: bool) -> None:
        """What its message shows now, unless another one took that message's place meanwhile."""
        same = and_(card.c.id == known.id, card.c.message_id == known.message_id)
        await self._change(update(card).where(same).values(shown=shown, live=live))

    async def out_of_reach(self, number: int) -> None:
        """Its message cannot be edited any more."""
        await self._change(update(card).where(card.c.id == number).values(message_id=None))

    async def let_go(self, to: Address) -> None:
        """Nothing in this chat or its topics is followed any more."""
        topics = card.c.chat.startswith(f"{to.chat}:", autoescape=True)
        here = and_(card.c.channel == to.channel, card.c.bot == to.bot, or_(card.c.chat == to.chat, topics))
        await self._change(update(card).where(here, card.c.live).values(live=False))

    async def move(self, known: Card, new: Address) -> None:
        """Its chat has another id; the messages of the old one have no name there."""
        if await self.has(known.meeting, known.revision, new):
            await self._change(delete(card).where(card.c.id == known.id))
        else:
            await self._change(
                update(card).where(card.c.id == known.id).values(chat=new.chat, message_id=None)
            )

    async def purge(self, before: datetime) -> None:
        """Those that nobody follows any more, or that never got there; an instant of the wall clock."""
        gone = or_(~card.c.live, card.c.message_id.is_(None))
        await self._change(delete(card).where(gone, card.c.edited_at < before))


def _glances() -> Select[tuple[object, ...]]:
    said = (
        select(
            answer.c.meeting,
            func.count().label("answers"),
            func.sum(case((answer.c.answer == Answer.COMING, 1), else_=0)).label("coming"),
            func.sum(case((answer.c.answer == Answer.ABSENT, 1), else_=0)).label("absent"),
            func.max(answer.c.at).label("last"),
        )
        .where(answer.c.meeting.in_(select(card.c.meeting).where(card.c.live)))
        .group_by(answer.c.meeting)
        .subquery()
    )
    group = exists().where(
        cell_group.c.channel == card.c.channel,
        cell_group.c.bot == card.c.bot,
        cell_group.c.chat == card.c.chat,
        cell_group.c.cell == meeting.c.cell,
    )
    return (
        select(
            card,
            meeting.c.state.label("state"),
            meeting.c.revision.label("revision_now"),
            meeting.c.starts_at.label("starts_at"),
            group.label("linked"),
            *(said.c[name] for name in ("answers", "coming", "absent", "last")),
        )
        .join_from(card, meeting, card.c.meeting == meeting.c.id)
        .outerjoin(said, said.c.meeting == card.c.meeting)
        .where(card.c.live)
    )


_GLANCES = _glances()
_PAUSED = exists().where(
    pause.c.channel == card.c.channel, pause.c.bot == card.c.bot, pause.c.until > bindparam("real")
)
_IN_CHATS = _GLANCES.where(card.c.message_id.is_not(None), ~_PAUSED).order_by(card.c.id)


def _of(number: MeetingId, revision: int) -> ColumnElement[bool]:
    return and_(card.c.meeting == number, card.c.revision == revision)


def _at(to: Address) -> ColumnElement[bool]:
    return and_(card.c.channel == to.channel, card.c.bot == to.bot, card.c.chat == to.chat)


def _glance(row: AnyRow) -> Glance:
    values = row._mapping
    return Glance(
        _card(row),
        State(values["state"]),
        values["revision_now"],
        values["starts_at"],
        bool(values["linked"]),
        tuple(values[name] for name in ("answers", "coming", "absent", "last")),
    )


def _card(row: AnyRow) -> Card:
    values = row._mapping
    return Card(
        values["id"],
        MeetingId(values["meeting"]),
        values["revision"],
        Address(values["channel"], values["bot"], values["chat"]),
        loads(values["text"]),
        values["message_id"],
        values["shown"],
        values["edited_at"],
    )
