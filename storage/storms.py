"""Very many told at once, and that taken back: a few statements where the single ways would need thousands."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import String, and_, cast, delete, exists, insert, literal, or_, select, update

from meetings.terms import MeetingId
from storage.notices import Notice, NoticeStatus, notice_of, values_of
from storage.outbox import Letter, stored
from storage.queries import Queries
from storage.tables.delivery import card, notice, outbox


class Storms(Queries):
    async def tell(self, told: Sequence[tuple[Notice, Letter]], real: datetime) -> None:
        """Write down notices that are new, each with its letter, whose key is made here.

        Raises IntegrityError where one of them stands there already.
        """
        if not told:
            return
        adding = insert(notice).returning(notice.c.id, sort_by_parameter_order=True)
        facts = [values_of(fact) for fact, _ in told]
        numbers = (await self._connection.execute(adding, facts)).scalars().all()
        letters = [
            stored(replace(letter, notice=number, dedupe_key=f"notice:{number}:0"), real)
            for number, (_, letter) in zip(numbers, told, strict=True)
        ]
        await self._connection.execute(insert(outbox), letters)

    async def heard(self, subject: str, kinds: Collection[str]) -> list[Notice]:
        """The notices of these kinds that have arrived, or may have, or are in somebody's hands."""
        tried = exists().where(outbox.c.notice == notice.c.id, outbox.c.attempts > 0)
        arrived = notice.c.status.in_((NoticeStatus.SENT, NoticeStatus.UNKNOWN))
        query = (
            select(notice)
            .where(
                notice.c.subject == subject,
                notice.c.kind.in_(kinds),
                or_(arrived, and_(notice.c.status == NoticeStatus.QUEUED, tried)),
            )
            .order_by(notice.c.id)
        )
        return [notice_of(row) for row in await self._connection.execute(query)]

    async def withdraw(self, subject: str, of: Collection[MeetingId]) -> None:
        """What is queued of a subject about one of these meetings, and was never in anybody's hands, is not true."""
        ours = select(notice.c.id).where(
            notice.c.subject == subject, notice.c.meeting.in_(of), notice.c.status == NoticeStatus.QUEUED
        )
        untried = (outbox.c.status == "pending", outbox.c.attempts == 0)
        await self._change(
            update(outbox).where(outbox.c.notice.in_(ours), *untried).values(status="skipped", why="undone")
        )
        gone = select(outbox.c.notice).where(outbox.c.notice.in_(ours), outbox.c.why == "undone")
        await self._change(
            update(notice).where(notice.c.id.in_(gone)).values(status=NoticeStatus.SKIPPED, why="undone")
        )

    async def stands_again(self, number: MeetingId, revision: int) -> None:
        """A revision holds once more: what was dropped for a newer one may be said, its cards are followed."""
        aside = notice.c.kind + literal(":") + cast(notice.c.id, String)
        await self._change(
            update(notice)
            .where(
                notice.c.subject == f"meeting:{number}",
                notice.c.revision == revision,
                notice.c.status == NoticeStatus.SKIPPED,
                notice.c.why == "moved",
            )
            .values(kind=aside)
        )
        theirs = (card.c.meeting == number, card.c.revision == revision)
        await self._change(delete(card).where(*theirs, card.c.message_id.is_(None)))  # it never got there
        await self._change(update(card).where(*theirs).values(live=True))
