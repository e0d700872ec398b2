"""When something went well last, for whoever asks from another process: `keng check`, `/metrics`."""

from datetime import datetime, timedelta

from jobs.clock import wall_clock
from storage.database import Database

_EVERY = timedelta(minutes=1)


class Beat:
    """A named heartbeat in the database, written at most once a minute. Real time."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        self._last: datetime | None = None

    async def strike(self) -> None:
        """It went well just now."""
        real = wall_clock()
        if self._last is not None and real - self._last < _EVERY:
            return
        async with self._database.write() as uow:
            await uow.keeping.beat(self._name, real)
            await uow.commit()
        self._last = real
