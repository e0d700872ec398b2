"""Engine and transactions: SQLite in WAL with one writer, or PostgreSQL, behind one small door."""

import re
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol, cast

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import pragmas
from storage.errors import NoDatabase, hopeless
from storage.inline import Inline
from storage.work import UnitOfWork

# What PostgreSQL and asyncpg repeat of a row: "DETAIL:  Key (code)=(x) …", "invalid input …: 'x' …".
_VALUES = re.compile(r"\s*DETAIL:.*|(?<=: )['\"].*|(?<=for query argument )(\$\d+).*", re.DOTALL)


class _Begins(Protocol):
    def get_execution_options(self) -> dict[str, str]: ...
    def exec_driver_sql(self, statement: str) -> object: ...


class Database:
    """One database. Writing transactions on SQLite are BEGIN IMMEDIATE and take turns in this process.

    With plain BEGIN a read followed by a write fails at once with "database is locked" when somebody else
    wrote in between, whatever busy_timeout says. On SQLite everything runs in the event loop itself.

    Not `durable`: SQLite does not wait for the disk; for what can be made anew after a power failure.
    """

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.engine = engine_of(url)
        self.url = self.engine.url
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._inline = Inline(self.url) if self.sqlite else None
        for engine in self.engines if self.sqlite else ():
            event.listen(engine, "connect", pragmas.referring)
            if not durable:
                event.listen(engine, "connect", pragmas.hasty)
        for engine in (self._inline.writer, self._inline.reader) if self._inline else ():
            event.listen(engine, "handle_error", _without_values)

    @property
    def engines(self) -> tuple[Engine, ...]:
        """What SQLAlchemy's events are listened to on."""
        inline = (self._inline.writer, self._inline.reader) if self._inline else ()
        return (self.engine.sync_engine, *inline)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work that rolls back unless it is committed."""
        if self._inline is None:
            async with self._connection() as connection:
                yield UnitOfWork(connection)
            return
        async with _translating(), self._inline.write() as inline:
            yield UnitOfWork(cast("AsyncConnection", inline))  # as far as a unit of work goes

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work for looking only; on SQLite it never waits for the writer."""
        if self._inline is None:
            async with self._connection() as connection:
                yield UnitOfWork(connection)
            return
        async with _translating(), self._inline.read() as inline:
            yield UnitOfWork(cast("AsyncConnection", inline))

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        async with _translating(), connected(self.engine) as connection:
            yield connection
            await connection.rollback()

    async def close(self) -> None:
        await self.engine.dispose()
        if self._inline is not None:
            self._inline.close()


def engine_of(url: str) -> AsyncEngine:
    """Make the engine behind a database address; nothing is opened yet. Raises NoDatabase."""
    try:
        address = make_url(url)
        sqlite = address.get_backend_name() == "sqlite"
        engine = create_async_engine(address, pool_pre_ping=not sqlite, hide_parameters=True)
    except (ArgumentError, InvalidRequestError, ImportError) as error:  # a driver that is not asynchronous
        raise NoDatabase("KENG_DATABASE_URL is not a database address") from error
    event.listen(engine.sync_engine, "handle_error", _without_values)
    if sqlite:
        event.listen(engine.sync_engine, "do_connect", _tried)
        event.listen(engine.sync_engine, "connect", pragmas.opened)
        event.listen(engine.sync_engine, "begin", _begun)
    return engine


@asynccontextmanager
async def _translating() -> AsyncIterator[None]:
    try:
        yield
    except ConnectionError as error:
        raise NoDatabase("the database cannot be reached") from error
    except DBAPIError as error:
        known = hopeless(error)
        if known is None:
            raise
        raise known from error


@asynccontextmanager
async def connected(engine: AsyncEngine, begin: str = "BEGIN") -> AsyncIterator[AsyncConnection]:
    """Open a connection. Raises NoDatabase when none is to be had; what the body raises passes through.

    `begin` is how SQLite begins a transaction.
    """
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(engine.connect())
        except (OSError, DBAPIError) as error:
            raise NoDatabase("the database cannot be opened or reached") from error
        await connection.execution_options(begin=begin)
        yield connection


def _without_values(context: ExceptionContext) -> None:
    """Take the values of rows out of an error and of all it came from: names would end in a log."""
    left: list[BaseException | None] = [context.sqlalchemy_exception, context.original_exception]
    seen: set[int] = set()
    while left:
        error = left.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        error.args = tuple(_VALUES.sub(r"\1", one) if isinstance(one, str) else one for one in error.args)
        if isinstance(getattr(error, "detail", None), str):  # asyncpg prints it after the message
            error.detail = None  # type: ignore[attr-defined]
        left += [error.__cause__, error.__context__]


def _tried(_dialect: object, _entry: object, args: Sequence[str], options: Mapping[str, object]) -> None:
    """Open the file once before aiosqlite does: where it fails it leaves a thread that dies with a traceback."""
    sqlite3.connect(args[0], uri=bool(options.get("uri"))).close()


def _begun(connection: _Begins) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
