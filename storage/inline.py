"""SQLite in the event loop itself: a statement takes some ten microseconds, a change of thread ten times that."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

from sqlalchemy import URL, Connection, CursorResult, Dialect, Engine, Executable, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from storage import pragmas
from storage.errors import NoDatabase

# So long nobody else of this process is kept waiting by a transaction of many statements.
_BREATH = 0.005
_PATIENCE = 15.0
_PAUSES = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05)
_READERS = 8

Parameters = Mapping[str, object] | Sequence[Mapping[str, object]]


class _Begins(Protocol):
    def exec_driver_sql(self, statement: str) -> object: ...


class InlineConnection:
    """The part of `AsyncConnection` that our queries use, on an ordinary connection and without a thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._breathed = time.monotonic()

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    async def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        if time.monotonic() - self._breathed > _BREATH:
            await asyncio.sleep(0)
            self._breathed = time.monotonic()
        return self._connection.execute(statement, parameters)

    @asynccontextmanager
    async def begin_nested(self) -> AsyncIterator[None]:
        with self._connection.begin_nested():
            yield

    async def commit(self) -> None:
        """Wait for the disk in a thread: letters leave and answers come in meanwhile."""
        done = asyncio.get_running_loop().run_in_executor(None, self._connection.commit)
        try:
            await asyncio.shield(done)
        except asyncio.CancelledError:
            while not done.done():  # until then nobody else may have the connection
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([done])
            raise


class Inline:
    """One connection that writes and a few that read; none ever waits for a lock inside SQLite."""

    def __init__(self, url: URL) -> None:
        self.writer = _engine(url, "BEGIN IMMEDIATE", 1)
        self.reader = _engine(url, "BEGIN", _READERS)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[InlineConnection]:
        """A writing transaction, rolled back unless it is committed. Raises NoDatabase."""
        async with self._turn, _transaction(self.writer) as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[InlineConnection]:
        """What was committed when it began, whatever is written meanwhile. Raises NoDatabase."""
        async with _transaction(self.reader) as connection:
            yield connection

    def close(self) -> None:
        self.writer.dispose()
        self.reader.dispose()


@asynccontextmanager
async def _transaction(engine: Engine) -> AsyncIterator[InlineConnection]:
    try:
        opened = engine.connect()
    except (OSError, DBAPIError) as error:
        raise NoDatabase("the database cannot be opened or reached") from error
    with opened as connection:
        await _begin(connection)
        try:
            yield InlineConnection(connection)
        finally:
            connection.rollback()


async def _begin(connection: Connection) -> None:
    """While another process writes we sleep, as SQLite itself would, but without stopping the loop."""
    patience = time.monotonic() + _PATIENCE
    pauses = iter(_PAUSES)
    while True:
        try:
            connection.begin()
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            if time.monotonic() > patience:
                raise NoDatabase("another process keeps the database locked") from error
            await asyncio.sleep(next(pauses, _PAUSES[-1]))
        else:
            return


def _engine(url: URL, begin: str, size: int) -> Engine:
    """With room for more than `size`: nobody may wait for a connection without giving way to the loop."""
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        pool_size=size,
        max_overflow=-1,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )

    def begun(connection: _Begins) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", pragmas.opened)
    event.listen(engine, "connect", pragmas.impatient)
    event.listen(engine, "begin", begun)
    return engine
