"""How we open SQLite: write-ahead log, every commit on the disk, transactions begun by ourselves."""

import sqlite3

from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry


def opened(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    try:
        _set(connection, "journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000")
    except sqlite3.DatabaseError:  # not a database: nobody else would end this connection's thread
        connection.close()
        raise


def referring(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Not while migrating: there a table may be built anew."""
    _set(connection, "foreign_keys=ON")


def hasty(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """A process that is killed loses nothing by it; a machine that loses its power does."""
    _set(connection, "synchronous=OFF")


def impatient(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Whoever waits for a lock does so elsewhere."""
    _set(connection, "busy_timeout=0")


def _set(connection: DBAPIConnection, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
