"""Linked accounts, linked groups, one-time codes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Update,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from chat.events import Address
from meetings.records import Person
from meetings.terms import PersonId, UnitId
from storage.queries import Queries, batches
from storage.tables.delivery import outbox
from storage.tables.people import account, cell_group, code, person, wrong_code

_HERE = (
    account.c.channel == bindparam("of_channel"),
    account.c.bot == bindparam("of_bot"),
    account.c.chat == bindparam("of_chat"),
)
_WRITER = select(person).join_from(account, person, account.c.person == person.c.id).where(*_HERE)
_OWNER = select(account.c.person).where(*_HERE)
_ALIVE = select(account.c.id).where(*_HERE, account.c.dead_at.is_(None))
_USED = (
    update(account).where(*_HERE).values(used_at=bindparam("at"), dead_at=None, refused=0, refused_at=None)
)
_LINKING = 7_015_002  # any number nobody else locks
REFUSED = 3  # messages in a row, and the address is to be linked again
_REACHED = (
    select(account.c.channel, account.c.bot, account.c.chat)
    .where(account.c.person == bindparam("whose"), account.c.dead_at.is_(None))
    .order_by(account.c.used_at.desc(), account.c.id.desc())
    .limit(1)
)


class Accounts(Queries):
    async def owner(self, address: Address) -> PersonId | None:
        """Whose private chat this is."""
        number = (await self._connection.execute(_OWNER, _here(address))).scalar_one_or_none()
        return None if number is None else PersonId(number)

    async def number_of(self, address: Address) -> int | None:
        """The number of a live account."""
        found = await self._connection.execute(
            select(account.c.id).where(
                account.c.channel == address.channel,
                account.c.bot == address.bot,
                account.c.chat == address.chat,
                account.c.dead_at.is_(None),
            )
        )
        return found.scalar_one_or_none()

    async def by_number(self, number: int) -> Address | None:
        """Where a live account of this number is."""
        found = await self._connection.execute(
            select(account.c.channel, account.c.bot, account.c.chat).where(
                account.c.id == number, account.c.dead_at.is_(None)
            )
        )
        row = found.first()
        return None if row is None else Address(row.channel, row.bot, row.chat)

    async def writer(self, address: Address) -> Person | None:
        """Who writes in this private chat."""
        row = (await self._connection.execute(_WRITER, _here(address))).first()
        if row is None:
            return None
        return Person(PersonId(row.id), row.code, row.name, row.language, row.consented_at is not None)

    async def link(self, address: Address, who: PersonId, now: datetime) -> None:
        """The chat belongs to this person from now on, and is alive."""
        values = {
            "channel": address.channel,
            "bot": address.bot,
            "chat": address.chat,
            "person": who,
            "linked_at": now,
            "used_at": now,
            "dead_at": None,
            "refused": 0,
            "refused_at": None,
        }
        await self._put(account, values, unique=("channel", "bot", "chat"))

    async def used(self, address: Address, now: datetime) -> None:
        """They wrote: this is their address now, and a dead one lives again."""
        await self._change(_USED, {**_here(address), "at": now})

    async def dead(self, address: Address, now: datetime) -> PersonId | None:
        """They blocked us or are gone; the person, if the address was alive until now."""
        owner = await self.owner(address)
        changed = await self._change(_account(address).where(account.c.dead_at.is_(None)).values(dead_at=now))
        return owner if changed else None

    async def refuse(self, address: Address, now: datetime, real: datetime) -> bool:
        """The platform took a message for nobody there; after three in a row the address is dead.

        A message that arrived since the last refusal begins the row anew: `outbox` knows, so that what
        arrives costs nothing more. True when the address died of it.
        """
        here = _account(address).where(account.c.dead_at.is_(None))
        count = case((_arrived_since(), 1), else_=account.c.refused + 1)
        if not await self._change(here.values(refused=count, refused_at=real)):
            return False
        return await self._change(here.where(account.c.refused >= REFUSED).values(dead_at=now)) == 1

    async def forgive(self) -> None:
        """Where something arrived after a refusal, the row of refusals is over: said before `outbox` forgets."""
        over = update(account).where(account.c.refused > 0, account.c.dead_at.is_(None), _arrived_since())
        await self._change(over.values(refused=0, refused_at=None))

    async def to_relink(self) -> dict[PersonId, list[Address]]:
        """By person, the addresses that died of refusals."""
        rows = await self._connection.execute(
            select(account)
            .where(account.c.dead_at.is_not(None), account.c.refused >= REFUSED)
            .order_by(account.c.id)
        )
        found: dict[PersonId, list[Address]] = {}
        for row in rows:
            found.setdefault(PersonId(row.person), []).append(Address(row.channel, row.bot, row.chat))
        return found

    async def sound(self, who: PersonId) -> list[Address]:
        """Every live address of a person that took what it was sent last; the one used last first."""
        rows = await self._connection.execute(
            select(account)
            .where(account.c.person == who, account.c.dead_at.is_(None), account.c.refused == 0)
            .order_by(account.c.used_at.desc(), account.c.id.desc())
        )
        return [Address(row.channel, row.bot, row.chat) for row in rows]

    async def at_bots(self) -> dict[tuple[str, str], set[PersonId]]:
        """By bot, who is linked there and alive."""
        rows = await self._connection.execute(
            select(account.c.channel, account.c.bot, account.c.person).where(account.c.dead_at.is_(None))
        )
        found: dict[tuple[str, str], set[PersonId]] = {}
        for row in rows:
            found.setdefault((row.channel, row.bot), set()).add(PersonId(row.person))
        return found

    async def counts_at_bots(self) -> dict[tuple[str, str], int]:
        """By bot, how many people are linked there and alive."""
        rows = await self._connection.execute(
            select(account.c.channel, account.c.bot, func.count(account.c.person.distinct()))
            .where(account.c.dead_at.is_(None))
            .group_by(account.c.channel, account.c.bot)
        )
        return {(channel, bot): int(count) for channel, bot, count in rows}

    async def people_at(self, bots: Collection[tuple[str, str]]) -> set[PersonId]:
        """Who is linked to one of these bots and alive."""
        query = select(account.c.person).where(
            account.c.dead_at.is_(None), tuple_(account.c.channel, account.c.bot).in_(list(bots))
        )
        return {PersonId(one) for one in (await self._connection.execute(query)).scalars()}

    async def in_turn(self) -> None:
        """Whoever counts the people of a bot to link one more does so alone until the end of the transaction.

        On SQLite the writing transaction itself is alone.
        """
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(select(func.pg_advisory_xact_lock(_LINKING)))

    async def others_at(self, channel: str, bot: str, who: PersonId) -> int:
        """How many other people are linked to a bot and alive."""
        query = select(func.count(account.c.person.distinct())).where(
            account.c.channel == channel,
            account.c.bot == bot,
            account.c.dead_at.is_(None),
            account.c.person != who,
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def address_of(self, who: PersonId) -> Address | None:
        """Where a person is reached: the live address used last."""
        row = (await self._connection.execute(_REACHED, {"whose": who})).first()
        return None if row is None else Address(row.channel, row.bot, row.chat)

    async def addresses_of(self, people: Collection[PersonId]) -> dict[PersonId, Address]:
        """The same of many people; who has no live address is not there."""
        found: dict[PersonId, Address] = {}
        for part in batches(people):
            rows = await self._connection.execute(
                select(account)
                .where(account.c.person.in_(part), account.c.dead_at.is_(None))
                .order_by(account.c.used_at, account.c.id)
            )
            found |= {PersonId(row.person): Address(row.channel, row.bot, row.chat) for row in rows}
        return found

    async def move(self, old: Address, new: Address) -> None:
        """The platform gave a chat another id; done twice it changes nothing."""
        for table in (account, cell_group):
            taken = await self._connection.execute(
                select(table.c.id).where(
                    table.c.channel == new.channel, table.c.bot == new.bot, table.c.chat == new.chat
                )
            )
            here = (table.c.channel == old.channel, table.c.bot == old.bot, table.c.chat == old.chat)
            if taken.first() is None:
                await self._change(update(table).where(*here).values(chat=new.chat))
            else:
                await self._change(delete(table).where(*here))

    async def drop_group(self, address: Address) -> None:
        """We were thrown out, of all its topics too: the cell has no group until one is linked again."""
        topics = cell_group.c.chat.startswith(f"{address.chat}:", autoescape=True)
        await self._change(
            delete(cell_group).where(
                cell_group.c.channel == address.channel,
                cell_group.c.bot == address.bot,
                or_(cell_group.c.chat == address.chat, topics),
            )
        )

    async def addresses(self, who: PersonId) -> list[Address]:
        """Every account of a person, dead ones too."""
        rows = await self._connection.execute(select(account).where(account.c.person == who))
        return [Address(row.channel, row.bot, row.chat) for row in rows]

    async def alive(self, address: Address) -> bool:
        return (await self._connection.execute(_ALIVE, _here(address))).first() is not None

    async def unlink(self, who: PersonId) -> None:
        await self._change(delete(account).where(account.c.person == who))

    async def linked(self) -> set[PersonId]:
        rows = await self._connection.execute(select(account.c.person).where(account.c.dead_at.is_(None)))
        return {PersonId(number) for number in rows.scalars()}

    async def chats(self, channel: str) -> dict[PersonId, set[str]]:
        """By person, the bots of a channel where they are linked."""
        rows = await self._connection.execute(
            select(account.c.person, account.c.bot).where(
                account.c.channel == channel, account.c.dead_at.is_(None)
            )
        )
        found: dict[PersonId, set[str]] = {}
        for row in rows:
            found.setdefault(PersonId(row.person), set()).add(row.bot)
        return found

    async def group_of(self, cell: UnitId) -> Address | None:
        found = await self._connection.execute(
            select(cell_group)
            .where(cell_group.c.cell == cell)
            .order_by(cell_group.c.linked_at.desc())
            .limit(1)
        )
        row = found.first()
        return None if row is None else Address(row.channel, row.bot, row.chat)

    async def groups_of(self, cells: Collection[UnitId]) -> dict[UnitId, Address]:
        """The same of many cells; a cell without a group is not there."""
        rows = await self._connection.execute(
            select(cell_group).where(cell_group.c.cell.in_(cells)).order_by(cell_group.c.linked_at)
        )
        return {UnitId(row.cell): Address(row.channel, row.bot, row.chat) for row in rows}

    async def cell_of_group(self, address: Address) -> UnitId | None:
        found = await self._connection.execute(
            select(cell_group.c.cell).where(
                cell_group.c.channel == address.channel,
                cell_group.c.bot == address.bot,
                cell_group.c.chat == address.chat,
            )
        )
        number = found.scalar_one_or_none()
        return None if number is None else UnitId(number)

    async def link_group(self, address: Address, cell: UnitId, by: PersonId, now: datetime) -> None:
        """One group a cell: an earlier one is let go."""
        await self._change(delete(cell_group).where(cell_group.c.cell == cell))
        values = {
            "channel": address.channel,
            "bot": address.bot,
            "chat": address.chat,
            "cell": cell,
            "linked_by": by,
            "linked_at": now,
        }
        await self._put(cell_group, values, unique=("channel", "bot", "chat"))

    async def add_code(self, who: PersonId, hashed: str, expires_at: datetime) -> None:
        await self._add(code, {"person": who, "hash": hashed, "expires_at": expires_at, "used_at": None})

    async def drop_codes(self, who: PersonId) -> None:
        await self._change(delete(code).where(code.c.person == who, code.c.used_at.is_(None)))

    async def redeem(self, hashes: Sequence[str], now: datetime) -> PersonId | None:
        """Use up a code that is neither used nor expired; whose it was."""
        found = await self._connection.execute(
            update(code)
            .where(code.c.hash.in_(hashes), code.c.used_at.is_(None), code.c.expires_at > now)
            .values(used_at=now)
            .returning(code.c.person)
        )
        number = found.scalar_one_or_none()
        return None if number is None else PersonId(number)

    async def wrong_codes(self, since: datetime, sender: str | None = None) -> int:
        query = select(func.count()).select_from(wrong_code).where(wrong_code.c.at > since)
        if sender is not None:
            query = query.where(wrong_code.c.sender == sender)
        return int((await self._connection.execute(query)).scalar_one())

    async def count_wrong_code(self, sender: str, now: datetime) -> None:
        await self._add(wrong_code, {"sender": sender, "at": now})


def _here(address: Address) -> dict[str, object]:
    return {"of_channel": address.channel, "of_bot": address.bot, "of_chat": address.chat}


def _account(address: Address) -> Update:
    return update(account).where(
        account.c.channel == address.channel,
        account.c.bot == address.bot,
        account.c.chat == address.chat,
    )


def _arrived_since() -> ColumnElement[bool]:
    """Something was taken at this address after it refused; both instants are of the wall clock."""
    return exists().where(
        outbox.c.chat == account.c.chat,
        outbox.c.bot == account.c.bot,
        outbox.c.channel == account.c.channel,
        outbox.c.status == "sent",
        outbox.c.done_at > account.c.refused_at,
    )
