"""Engine and transactions: SQLite in WAL with one writer, or PostgreSQL, behind one small door."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from typing import Protocol

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import LostUpdate, NoDatabase
from storage.work import UnitOfWork

# PostgreSQL: serialization_failure, deadlock_detected. The turn is simply repeated.
_TRY_AGAIN = {"40001", "40P01"}
# What PostgreSQL and asyncpg repeat of a row: "DETAIL:  Key (code)=(x) …", "invalid input …: 'x' …".
_VALUES = re.compile(r"\s*DETAIL:.*|(?<=: )['\"].*|(?<=for query argument )(\$\d+).*", re.DOTALL)


class _Begins(Protocol):
    def get_execution_options(self) -> dict[str, str]: ...
    def exec_driver_sql(self, statement: str) -> object: ...


class Database:
    """One database. Writing transactions on SQLite are BEGIN IMMEDIATE and take turns in this process.

    With plain BEGIN a read followed by a write fails at once with "database is locked" when somebody else
    wrote in between, whatever busy_timeout says.
    """

    def __init__(self, url: str) -> None:
        self.engine = engine_of(url)
        self.url = self.engine.url
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = asyncio.Lock()
        if self.sqlite:
            event.listen(self.engine.sync_engine, "connect", _referring)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work that rolls back unless it is committed."""
        turn: AbstractAsyncContextManager[object] = self._writer if self.sqlite else nullcontext()
        async with turn, self._connection("BEGIN IMMEDIATE") as connection:
            yield UnitOfWork(connection)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work for looking only; on SQLite it never waits for the writer."""
        async with self._connection("BEGIN") as connection:
            yield UnitOfWork(connection)

    @asynccontextmanager
    async def _connection(self, begin: str) -> AsyncIterator[AsyncConnection]:
        try:
            async with connected(self.engine, begin) as connection:
                yield connection
                await connection.rollback()
        except ConnectionError as error:
            raise NoDatabase("the database cannot be reached") from error
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in _TRY_AGAIN:
                raise LostUpdate from error
            if error.connection_invalidated:
                raise NoDatabase("the database cannot be reached") from error
            raise

    async def close(self) -> None:
        await self.engine.dispose()


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
        event.listen(engine.sync_engine, "connect", _opened)
        event.listen(engine.sync_engine, "begin", _begun)
    return engine


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


def _opened(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    try:
        _set(connection, "journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000")
    except sqlite3.DatabaseError:  # not a database: nobody else would end this connection's thread
        connection.close()
        raise


def _referring(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    _set(connection, "foreign_keys=ON")  # not while migrating: there a table may be built anew


def _set(connection: DBAPIConnection, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begun(connection: _Begins) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
