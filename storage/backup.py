"""A consistent copy of everything as gzipped JSON lines, the same for both databases, and back again.

First line: revision and instant. Then one line a row: table name and values.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Date, Integer, Table, Time, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.errors import StorageError
from storage.forgetting import forget
from storage.notices import NoticeStatus
from storage.schema import head
from storage.tables import delivery, metadata, people
from storage.tables.base import Instant
from storage.work import UnitOfWork

_BATCH = 500


class BadBackup(StorageError):
    """The file is no backup of ours, or of another revision."""


class NotEmpty(StorageError):
    """The database holds something and nobody said to overwrite it."""


async def write_backup(database: Database, path: Path, now: datetime) -> int:
    """Write every row as of one instant, while the program runs; how many rows."""
    count = 0
    async with database.engine.connect() as connection:
        if database.sqlite:
            await connection.execution_options(begin="BEGIN")
        else:
            await connection.execution_options(isolation_level="REPEATABLE READ")
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.write(json.dumps({"keng": head(), "at": now.isoformat()}) + "\n")
            for table in metadata.sorted_tables:
                for row in (await connection.execute(select(table).order_by(*table.primary_key))).mappings():
                    values = {name: _plain(value) for name, value in row.items()}
                    file.write(json.dumps([table.name, values], ensure_ascii=False) + "\n")
                    count += 1
    return count


async def read_backup(database: Database, path: Path, *, force: bool) -> list[str]:
    """Put a backup in the place of what is there, in one transaction.

    People who were forgotten in the database that is replaced stay forgotten; the codes of those whom the
    backup knew by name are returned. Nothing that waited to be sent when the backup was made is sent.
    Raises BadBackup and NotEmpty.
    """
    rows = list(_rows(path))
    async with database.engine.begin() as connection:
        if not force and await _holds_something(connection):
            raise NotEmpty("the database is not empty: --force replaces all of it")
        erased = await _forgotten(connection)
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())
        await _fill(connection, rows)
        await _drop_waiting(connection)
        return await _forget_again(UnitOfWork(connection), erased)


def _rows(path: Path) -> Iterator[tuple[Table, dict[str, object]]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            first = json.loads(file.readline())
            if first.get("keng") != head():
                raise BadBackup(
                    f"{path}: a backup of revision {first.get('keng')}, this program needs {head()}"
                )
            for line in file:
                name, values = json.loads(line)
                table = metadata.tables[name]
                yield table, {key: _typed(table.c[key], value) for key, value in values.items()}
    except (FileNotFoundError, PermissionError):
        raise
    except (OSError, EOFError, zlib.error, ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadBackup(f"{path}: not a backup of Kẻng") from error


async def _holds_something(connection: AsyncConnection) -> bool:
    found = await connection.execute(select(people.unit.c.id).limit(1))
    return found.first() is not None


async def _forgotten(connection: AsyncConnection) -> dict[str, datetime]:
    table = people.person
    found = await connection.execute(
        select(table.c.code, table.c.forgotten_at).where(table.c.forgotten_at.is_not(None))
    )
    return {row.code: row.forgotten_at for row in found}


async def _fill(connection: AsyncConnection, rows: list[tuple[Table, dict[str, object]]]) -> None:
    """Parents of units are set at the end: a row may stand before the one it hangs under."""
    parents = []
    for table in metadata.sorted_tables:
        values = [row for owner, row in rows if owner is table]
        if table is people.unit:
            parents = [(row["id"], row["parent"]) for row in values]
            values = [{**row, "parent": None} for row in values]
        for start in range(0, len(values), _BATCH):
            await connection.execute(insert(table), values[start : start + _BATCH])
    for number, parent in parents:
        await connection.execute(people.unit.update().where(people.unit.c.id == number).values(parent=parent))
    if connection.dialect.name == "postgresql":
        await _reset_sequences(connection)


async def _reset_sequences(connection: AsyncConnection) -> None:
    for table in metadata.sorted_tables:
        if "id" in table.c and isinstance(table.c.id.type, Integer):
            await connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608 - our own names
                    f"COALESCE((SELECT MAX(id) FROM {table.name}), 0) + 1, false)"
                )
            )


async def _drop_waiting(connection: AsyncConnection) -> None:
    """What waited then was sent since, or is of no use any more: nobody may hear it now."""
    for table, waits in ((delivery.outbox, "pending"), (delivery.notice, NoticeStatus.QUEUED)):
        await connection.execute(
            table.update().where(table.c.status == waits).values(status=NoticeStatus.SKIPPED, why="restored")
        )


async def _forget_again(uow: UnitOfWork, erased: dict[str, datetime]) -> list[str]:
    """Keep the list of the erased whole, also of people whom the backup does not know."""
    known = await uow.people.forgotten()
    again = []
    for code, at in erased.items():
        person = await uow.people.by_code(code)
        if person is None:
            await uow.people.keep_forgotten(code, at)
            continue
        await forget(uow, person.id, at)
        if code not in known:
            again.append(code)
    return again


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | date | time) else value


def _typed(column: Column[Any], value: object) -> object:
    if not isinstance(value, str):
        return value
    if isinstance(column.type, Instant):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    if isinstance(column.type, Time):
        return time.fromisoformat(value)
    return value
