"""Which process talks for a bot: where the platform counts, one gate must see everything that leaves."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from storage.work import UnitOfWork

Bot = tuple[str, str]
# After a crash nobody talks for so long.
_LEADS = timedelta(seconds=15)


class Leading:
    """The leases of one process on its bots. Instants are of the wall clock."""

    def __init__(self, owner: str, bots: Collection[Bot]) -> None:
        self._owner = owner
        self._bots = bots
        self._until: Mapping[Bot, datetime] = {}

    def leads(self, bot: Bot, real: datetime) -> bool:
        """Whether this process talks for that bot; every process does, where nothing is counted."""
        return bot not in self._bots or self._until.get(bot, real) > real

    async def renewed(self, uow: UnitOfWork, real: datetime) -> dict[Bot, datetime]:
        """The bots we lead and until when, which holds once the transaction is committed: see `won`."""
        held = {}
        for bot in self._bots:
            until = self._until.get(bot, real)
            if until - real < _LEADS * 2 / 3:
                name, until = f"sender:{':'.join(bot)}", real + _LEADS
                if not await uow.keeping.take_lease(name, self._owner, real=real, until=until):
                    continue
            held[bot] = until
        return held

    def won(self, held: Mapping[Bot, datetime]) -> None:
        """The renewed leases are committed."""
        self._until = held

    def others(self, held: Collection[Bot]) -> set[Bot]:
        """The bots for which another process talks."""
        return {bot for bot in self._bots if bot not in held}

    async def release(self, uow: UnitOfWork) -> None:
        self._until = {}
        await uow.keeping.drop_leases(self._owner)
