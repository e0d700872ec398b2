"""Housekeeping: leases, pauses, heartbeats, small settings, and what time throws away."""

import json
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from chat.text import Text, dumps
from meetings.period import Period
from meetings.terms import PersonId
from storage.closings import over
from storage.queries import Queries
from storage.tables.conversation import conversation, inbox, setting
from storage.tables.delivery import lease, notice, outbox, pause, tick
from storage.tables.meetings import answer, closing, guest, mark, meeting, snapshot
from storage.tables.people import account, audit, code, membership, person, status, wrong_code

AUDIT_CHECKPOINT = "audit.checkpoint"
ABOUT_A_PERSON = ("absence", "away", "owed")  # subjects "absence:<person>:<cell>"


class Keeping(Queries):
    async def take_lease(self, name: str, owner: str, *, real: datetime, until: datetime) -> bool:
        """Hold a named lease until an instant of the wall clock; False while somebody else holds it."""
        statement = self._insert(lease).values(name=name, owner=owner, until=until)
        statement = statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"owner": owner, "until": until},
            where=or_(lease.c.owner == owner, lease.c.until <= real),
        )
        found = await self._connection.execute(statement.returning(lease.c.owner))
        return bool(found.scalar_one_or_none() == owner)

    async def drop_leases(self, owner: str) -> None:
        await self._change(delete(lease).where(lease.c.owner == owner))

    async def pause(self, channel: str, bot: str, until: datetime, why: str) -> None:
        await self._put(
            pause,
            {"channel": channel, "bot": bot, "until": until, "why": why},
            unique=("channel", "bot"),
        )

    async def lift(self, channel: str, bot: str, why: str) -> None:
        """End a pause that was made for this."""
        here = (pause.c.channel == channel, pause.c.bot == bot, pause.c.why == why)
        await self._change(delete(pause).where(*here))

    async def beat(self, name: str, real: datetime) -> None:
        await self._put(tick, {"name": name, "at": real}, unique=("name",))

    async def beats(self) -> dict[str, datetime]:
        rows = await self._connection.execute(select(tick))
        return {row.name: row.at for row in rows}

    async def in_doubt(self) -> dict[str, int]:
        """Notices that failed, and those of which nobody knows whether they arrived."""
        query = (
            select(notice.c.status, func.count())
            .where(notice.c.status.in_(("failed", "unknown")))
            .group_by(notice.c.status)
        )
        found = {"failed": 0, "unknown": 0}
        return found | {status: int(count) for status, count in await self._connection.execute(query)}

    async def queue_depth(self) -> int:
        query = select(func.count()).select_from(outbox).where(outbox.c.status == "pending")
        return int((await self._connection.execute(query)).scalar_one())

    async def set(self, name: str, value: str) -> None:
        await self._put(setting, {"name": name, "value": value}, unique=("name",))

    async def get(self, name: str) -> str | None:
        query = select(setting.c.value).where(setting.c.name == name)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def purge(self, *, before_product: datetime, before_real: datetime) -> None:
        """What has done its work: rows settled, events handled, codes long gone, talks of nobody.

        Each by the clock it was written with: letters by the wall clock, the rest by the product's.
        """
        # A letter that was skipped before anybody sent it has no end, but a lease it never used.
        ended = func.coalesce(outbox.c.done_at, outbox.c.lease_until)
        await self._change(delete(outbox).where(outbox.c.status != "pending", ended < before_real))
        await self._change(delete(inbox).where(inbox.c.at < before_product))
        await self._change(delete(code).where(code.c.expires_at < before_product))
        await self._change(delete(wrong_code).where(wrong_code.c.at < before_product))
        owned = exists().where(
            account.c.channel == conversation.c.channel,
            account.c.bot == conversation.c.bot,
            account.c.chat.in_([conversation.c.chat, conversation.c.person]),
        )
        await self._change(delete(conversation).where(~owned))

    async def forget(self, who: PersonId) -> None:
        """Letters, notices and open questions of a person, while their accounts are still linked.

        A notice stays as one to nobody. A conversation is emptied and keeps its version, so that the turn under way can be saved; the next
        purge deletes the row.
        """
        await self._empty_chats(who)
        await self._forget_what_others_heard(who)
        await self._take_the_name_out_of_letters(who)
        theirs = or_(notice.c.person == who, notice.c.recipient == f"person:{who}")
        await self._change(delete(outbox).where(outbox.c.notice.in_(select(notice.c.id).where(theirs))))
        # The row stays for a sender that has the letter in its hands: it looks once more whether to send.
        waits = notice.c.status == "queued"
        await self._change(
            update(notice)
            .where(theirs)
            .values(
                person=None,
                recipient=literal("forgotten:") + cast(notice.c.id, String),
                status=case((waits, "skipped"), else_=notice.c.status),
                why=case((waits, "forgotten"), else_=notice.c.why),
            )
        )

    async def _forget_what_others_heard(self, who: PersonId) -> None:
        """Notes about a person that went, or wait to go, to the leaders of a cell: their subjects name whom."""
        about = or_(*(notice.c.subject.startswith(f"{kind}:{who}:") for kind in ABOUT_A_PERSON))
        await self._change(delete(outbox).where(outbox.c.notice.in_(select(notice.c.id).where(about))))
        await self._change(
            update(notice)
            .where(about)
            .values(
                subject=literal("forgotten:") + cast(notice.c.id, String),
                status=case((notice.c.status == "queued", "skipped"), else_=notice.c.status),
            )
        )

    async def _take_the_name_out_of_letters(self, who: PersonId) -> None:
        """Lists for others that wait, or went out these days, say the roll number; who has none, the code."""
        known = (await self._connection.execute(select(person).where(person.c.id == who))).one()
        if known.name is None:
            return
        query = select(membership.c.number).where(membership.c.person == who).order_by(membership.c.id)
        number = (await self._connection.execute(query.limit(1))).scalar_one_or_none()
        nameless = (
            Text("person.nameless", {"number": number})
            if number
            else Text("person.name", {"name": known.code})
        )
        old, new = dumps(Text("person.name", {"name": known.name})), dumps(nameless)
        for column in (outbox.c.text, outbox.c.choices):
            changed = update(outbox).where(column.contains(old, autoescape=True))
            await self._change(changed.values({column: func.replace(column, old, new)}))

    async def _empty_chats(self, who: PersonId) -> None:
        accounts = await self._connection.execute(select(account).where(account.c.person == who))
        for one in accounts.all():
            await self._change(
                update(conversation)
                .where(
                    conversation.c.channel == one.channel,
                    conversation.c.bot == one.bot,
                    or_(conversation.c.chat == one.chat, conversation.c.person == one.chat),
                )
                .values(step=None, menus="[]")
            )
            await self._change(
                delete(outbox).where(
                    outbox.c.channel == one.channel, outbox.c.bot == one.bot, outbox.c.chat == one.chat
                )
            )

    async def drop_strangers(self, through: Period) -> None:
        """In meetings of a period and before that are over: people without consent are a roll number only."""
        strangers = select(person.c.id).where(person.c.consented_at.is_(None))
        await self._drop_people(over(through), strangers=strangers)

    async def drop_names(self, before: datetime) -> None:
        """Of meetings that started before an instant the totals stay, and the snapshot by roll number.

        So long the notes about a person are remembered, too: who was told of their counters, or of an absence.
        """
        await self._drop_people(meeting.c.starts_at < before)
        about = or_(*(notice.c.subject.startswith(f"{kind}:") for kind in ABOUT_A_PERSON))
        old = about & (notice.c.due_at < before)
        await self._change(delete(outbox).where(outbox.c.notice.in_(select(notice.c.id).where(old))))
        await self._change(delete(notice).where(old))

    async def _drop_people(self, which: ColumnElement[bool], strangers: Select[int] | None = None) -> None:
        held = select(meeting.c.id).where(which)
        for table in (answer, mark, guest):
            gone = delete(table).where(table.c.meeting.in_(held))
            await self._change(gone if strangers is None else gone.where(table.c.person.in_(strangers)))
        frozen = update(snapshot).where(
            snapshot.c.person.is_not(None),
            snapshot.c.closing.in_(select(closing.c.id).where(closing.c.meeting.in_(held))),
        )
        if strangers is not None:
            frozen = frozen.where(snapshot.c.person.in_(strangers))
        await self._change(frozen.values(person=None, reason=None))

    async def drop_reasons(self, through: Period) -> None:
        """Why people were absent, in the meetings of a period and before, or away until a day of it."""
        held = select(meeting.c.id).where(meeting.c.period <= str(through))
        for table in (answer, mark):
            await self._change(
                update(table)
                .where(table.c.reason.is_not(None), table.c.meeting.in_(held))
                .values(reason=None)
            )
        closings = select(closing.c.id).where(closing.c.meeting.in_(held))
        await self._change(
            update(snapshot)
            .where(snapshot.c.reason.is_not(None), snapshot.c.closing.in_(closings))
            .values(reason=None)
        )
        await self._change(
            update(status)
            .where(status.c.reason.is_not(None), status.c.until <= through.last_day)
            .values(reason=None)
        )

    async def drop_audit(self, before: datetime, now: datetime) -> None:
        """Old rows of the audit log; a checkpoint says up to where, when, and how many went, then and ever."""
        rows = await self._change(delete(audit).where(audit.c.at < before))
        if rows:
            ever = json.loads(await self.get(AUDIT_CHECKPOINT) or '{"ever": 0}')["ever"] + rows
            known = {"until": before.isoformat(), "at": now.isoformat(), "rows": rows, "ever": ever}
            await self.set(AUDIT_CHECKPOINT, json.dumps(known))
