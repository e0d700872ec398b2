"""What every set of named queries starts from."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Delete, Row, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Values = Mapping[str, object]


class Queries:
    """Named queries on one connection, inside its transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    def _insert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """INSERT with ON CONFLICT, which the two databases spell alike and SQLAlchemy keeps apart."""
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    async def _add(self, table: Table, values: Values) -> int:
        """Insert one row and return its id."""
        result = await self._connection.execute(self._insert(table).values(values).returning(table.c.id))
        return int(result.scalar_one())

    async def _add_once(self, table: Table, values: Values) -> int | None:
        """Insert one row unless a unique one stands there already; its id, or None."""
        statement = self._insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)
        found = (await self._connection.execute(statement)).scalar_one_or_none()
        return None if found is None else int(found)

    async def _put(self, table: Table, values: Values, *, unique: Sequence[str]) -> None:
        """Insert one row, or overwrite the one with the same unique columns."""
        statement = self._insert(table).values(values)
        # The values a second time: building `excluded` columns costs more than the statement itself.
        changed = {name: value for name, value in values.items() if name not in unique}
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=list(unique), set_=changed)
        )

    async def _change(self, statement: Update | Delete) -> int:
        """Run an UPDATE or DELETE and tell how many rows it met."""
        return int((await self._connection.execute(statement)).rowcount)


AnyRow = Row[tuple[object, ...]]
