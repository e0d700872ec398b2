"""One poller per token: a lease in the database, held while it is renewed."""

from datetime import timedelta

from jobs.clock import wall_clock
from storage.database import Database

# Longer than one long poll with its read time-out; after a crash nobody polls for so long.
_LASTS = timedelta(seconds=45)


class Lease:
    """A named lease of one owner. Real time."""

    def __init__(self, database: Database, name: str, owner: str) -> None:
        self._database = database
        self._name = name
        self._owner = owner

    async def hold(self) -> bool:
        """Take or renew it; False while somebody else has it."""
        real = wall_clock()
        async with self._database.write() as uow:
            mine = await uow.keeping.take_lease(self._name, self._owner, real=real, until=real + _LASTS)
            await uow.commit()
        return mine

    async def release(self) -> None:
        async with self._database.write() as uow:
            await uow.keeping.drop_leases(self._owner)
            await uow.commit()
