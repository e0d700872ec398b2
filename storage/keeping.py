"""Housekeeping: leases, pauses, heartbeats, small settings, and what time throws away."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select

from storage.queries import Queries
from storage.tables.conversation import inbox, setting
from storage.tables.delivery import lease, notice, outbox, pause, tick
from storage.tables.people import code, wrong_code


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

    async def purge(self, before: datetime) -> None:
        """Transport that has done its work: rows settled, events handled, codes long gone."""
        # A letter that was skipped before anybody sent it has no end, but a lease it never used.
        ended = func.coalesce(outbox.c.done_at, outbox.c.lease_until)
        await self._change(delete(outbox).where(outbox.c.status != "pending", ended < before))
        await self._change(delete(inbox).where(inbox.c.at < before))
        await self._change(delete(code).where(code.c.expires_at < before))
        await self._change(delete(wrong_code).where(wrong_code.c.at < before))
