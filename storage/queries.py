"""What every set of named queries starts from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TypeVar

from sqlalchemy import Delete, Row, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.dml import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite.dml import Insert as SqliteInsert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

Values = Mapping[str, object]
Insert = PostgresqlInsert | SqliteInsert
T = TypeVar("T")
_MOST = 10_000  # values in one statement: PostgreSQL takes 32767, and so does SQLite


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """As many values at a time as one statement may carry; none for none."""
    every = list(values)
    for start in range(0, len(every), _MOST):
        yield every[start : start + _MOST]


class Queries:
    """Named queries on one connection, inside its transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    def _insert(self, table: Table) -> Insert:
        return _insert(table, self._connection.dialect.name)

    async def _add(self, table: Table, values: Values) -> int:
        """Insert one row and return its id."""
        statement = _adding(table, self._connection.dialect.name)
        return int((await self._connection.execute(statement, values)).scalar_one())

    async def _add_once(self, table: Table, values: Values) -> int | None:
        """Insert one row unless a unique one stands there already; its id, or None."""
        statement = _adding_once(table, self._connection.dialect.name)
        found = (await self._connection.execute(statement, values)).scalar_one_or_none()
        return None if found is None else int(found)

    async def _put(self, table: Table, values: Values, *, unique: Sequence[str]) -> None:
        """Insert one row, or overwrite the one with the same unique columns."""
        statement = _putting(table, self._connection.dialect.name, tuple(values), tuple(unique))
        await self._connection.execute(statement, values)

    async def _change(self, statement: Update | Delete, values: Values | None = None) -> int:
        """Run an UPDATE or DELETE and tell how many rows it met."""
        return int((await self._connection.execute(statement, values)).rowcount)


# Building a statement costs five times what running it costs: each is built once and keeps its compiled form.


def _insert(table: Table, dialect: str) -> Insert:
    """INSERT with ON CONFLICT, which the two databases spell alike and SQLAlchemy keeps apart."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _adding(table: Table, dialect: str) -> ReturningInsert[int]:
    return _insert(table, dialect).returning(table.c.id)


@cache
def _adding_once(table: Table, dialect: str) -> ReturningInsert[int]:
    return _insert(table, dialect).on_conflict_do_nothing().returning(table.c.id)


@cache
def _putting(table: Table, dialect: str, columns: tuple[str, ...], unique: tuple[str, ...]) -> Insert:
    statement = _insert(table, dialect)
    changed = {name: statement.excluded[name] for name in columns if name not in unique}
    return statement.on_conflict_do_update(index_elements=list(unique), set_=changed)


AnyRow = Row[tuple[object, ...]]
