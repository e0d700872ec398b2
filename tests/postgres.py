"""Databases on the PostgreSQL of the tests: copied from a migrated template, wiped and used again."""

import asyncio
from itertools import count

import asyncpg
from sqlalchemy.engine import URL, make_url

from storage.schema import migrate

TEMPLATE = "keng_template"
# The server dies with the tests: its data need not survive a power cut.
_IN_A_HURRY = (
    *(f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "synchronous_commit", "full_page_writes")),
    "SELECT pg_reload_conf()",
)
_TABLES = "FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
_SHAPE = (
    f"SELECT string_agg(relname, ' ' ORDER BY relname) || (SELECT version_num FROM alembic_version) {_TABLES}"
)
_ALONE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_WIPE = f"""
DO $$
DECLARE found record;
BEGIN
    SET LOCAL session_replication_role = replica; -- foreign keys do not look
    FOR found IN SELECT relname {_TABLES} AND relname <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM public.%I', found.relname);
    END LOOP;
    PERFORM setval(format('public.%I', sequencename)::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""


class Databases:
    """A fresh, migrated database for whoever asks.

    Copying the template takes a fifth of a second, wiping a used database a fiftieth, so one that still
    has the template's shape is wiped and handed out again. Numbers start at 1 in either case.
    """

    def __init__(self, server: str) -> None:
        self._server = make_url(server)
        self._free: list[URL] = []
        self._numbers = count(1)
        asyncio.run(_run(self._server, *_IN_A_HURRY, f"CREATE DATABASE {TEMPLATE}"))
        template = self._server.set(database=TEMPLATE)
        asyncio.run(migrate(text_of(template)))
        self._shape = asyncio.run(_shape(template))

    def take(self) -> URL:
        return self._free.pop() if self._free else self.create(TEMPLATE)

    def give_back(self, url: URL) -> None:
        if asyncio.run(self._wiped(url)):
            self._free.append(url)
        else:
            self.drop(url)

    def create(self, template: str) -> URL:
        name = f"keng_{next(self._numbers)}"
        # FILE_COPY: twice as fast as the default, which writes every page to the log.
        asyncio.run(_run(self._server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        return self._server.set(database=name)

    def drop(self, url: URL) -> None:
        asyncio.run(_run(self._server, f"DROP DATABASE {url.database} WITH (FORCE)"))

    async def _wiped(self, url: URL) -> bool:
        """Whether the database could be made as good as new: nobody in it, its shape untouched."""
        try:
            await _run(url, _ALONE)
            if await _shape(url) != self._shape:
                return False
            await _run(url, _WIPE)
        except asyncpg.PostgresError:
            return False
        return True


def text_of(url: URL) -> str:
    return url.render_as_string(hide_password=False)


async def _run(url: URL, *statements: str) -> None:
    """Statements one by one: some refuse to stand in a transaction."""
    connection = await asyncpg.connect(text_of(url.set(drivername="postgresql")))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _shape(url: URL) -> object:
    """The tables and the revision."""
    connection = await asyncpg.connect(text_of(url.set(drivername="postgresql")))
    try:
        return await connection.fetchval(_SHAPE)
    finally:
        await connection.close()
