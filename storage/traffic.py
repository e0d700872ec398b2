"""How much a bot heard and said in a local month, where its platform counts that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from meetings.period import Period
from storage.queries import Queries
from storage.tables.delivery import traffic

Bot = tuple[str, str]
_KEY = ("channel", "bot", "month")


@dataclass(frozen=True, slots=True)
class Used:
    """What is used up of a month. `spent_at`: since when the platform takes nothing more."""

    incoming: int = 0
    outgoing: int = 0
    spent_at: datetime | None = None

    @property
    def messages(self) -> int:
        return self.incoming + self.outgoing


_OF_MONTH = select(traffic).where(traffic.c.month == bindparam("of_month"))


class Traffic(Queries):
    """One look a transaction tells of every bot; whatever is written here is looked at anew."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection)
        self._known: dict[Period, dict[Bot, Used]] = {}

    async def of(self, month: Period) -> dict[Bot, Used]:
        """By bot, what is used up; a bot that said nothing is not there."""
        if month not in self._known:
            rows = await self._connection.execute(_OF_MONTH, {"of_month": str(month)})
            self._known[month] = {
                (row.channel, row.bot): Used(row.incoming, row.outgoing, row.spent_at) for row in rows
            }
        return self._known[month]

    async def count(
        self, bot: Bot, month: Period, *, incoming: int = 0, outgoing: int = 0, taken: bool = False
    ) -> None:
        """Add to a month. `taken`: the platform took one of them, so the month is not spent after all."""
        values = {"channel": bot[0], "bot": bot[1], "month": str(month)}
        counts = {"incoming": incoming, "outgoing": outgoing}
        changed: dict[str, ColumnElement[Any]] = {
            name: traffic.c[name] + bindparam(f"more_{name}", type_=Integer()) for name in counts
        }
        if taken:
            changed["spent_at"] = null()
        statement = self._insert(traffic).on_conflict_do_update(index_elements=_KEY, set_=changed)
        more = {f"more_{name}": count for name, count in counts.items()}
        await self._connection.execute(statement, {**values, **counts, **more})
        self._known.pop(month, None)

    async def spend(self, bot: Bot, month: Period, at: datetime) -> bool:
        """The platform takes nothing more this month; False when that was known. The counts stay as they are."""
        values = {"channel": bot[0], "bot": bot[1], "month": str(month), "incoming": 0, "outgoing": 0}
        statement = self._insert(traffic).values(**values, spent_at=at)
        statement = statement.on_conflict_do_update(
            index_elements=_KEY, set_={"spent_at": at}, where=traffic.c.spent_at.is_(None)
        )
        found = await self._connection.execute(statement.returning(traffic.c.bot))
        self._known.pop(month, None)
        return found.scalar_one_or_none() is not None

    async def spent(self, month: Period) -> frozenset[Bot]:
        """The bots whose platform takes nothing more this month."""
        return frozenset(bot for bot, used in (await self.of(month)).items() if used.spent_at is not None)
