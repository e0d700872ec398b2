from collections.abc import Callable
from importlib.resources import files
from typing import TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from storage.errors import NoDatabase, WrongRevision
from storage.schema import check_revision, head, migrate, unmigrate
from storage.tables import metadata

T = TypeVar("T")


async def differences(url: str) -> list[object]:
    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    return await inside(url, compare)


async def table_names(url: str) -> set[str]:
    return set(await inside(url, lambda connection: list(inspect(connection).get_table_names())))


async def inside(url: str, work: Callable[[Connection], list[T]]) -> list[T]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(work)
    await engine.dispose()
    return found


def test_there_is_exactly_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(files("storage") / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [head()]


async def test_a_database_brought_up_from_nothing_is_what_the_tables_say(empty_url: str) -> None:
    await migrate(empty_url)
    assert await differences(empty_url) == []
    assert await table_names(empty_url) == {*metadata.tables, "alembic_version"}
    await check_revision(empty_url)


async def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    await migrate(empty_url)
    await migrate(empty_url)
    await check_revision(empty_url)


async def test_everything_can_be_taken_down_and_brought_up_again(empty_url: str) -> None:
    await migrate(empty_url)
    await unmigrate(empty_url, "base")
    assert await table_names(empty_url) == {"alembic_version"}
    await migrate(empty_url)
    assert await differences(empty_url) == []


async def test_the_last_revision_goes_down_and_up(empty_url: str) -> None:
    await migrate(empty_url)
    await unmigrate(empty_url, "-1")
    with pytest.raises(WrongRevision):
        await check_revision(empty_url)
    await migrate(empty_url)
    await check_revision(empty_url)


async def test_a_migration_that_breaks_leaves_nothing_behind(empty_url: str) -> None:
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE web_message (id INTEGER)")  # in the way
    await engine.dispose()
    with pytest.raises(DBAPIError, match="web_message"):
        await migrate(empty_url)
    assert await table_names(empty_url) == {"web_message"}


async def test_a_database_without_tables_is_of_the_wrong_revision(empty_url: str) -> None:
    with pytest.raises(WrongRevision) as caught:
        await check_revision(empty_url)
    assert caught.value.found is None
    assert caught.value.wanted == head()


async def test_a_database_of_a_newer_program_is_of_the_wrong_revision(database_url: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await engine.dispose()
    with pytest.raises(WrongRevision) as caught:
        await check_revision(database_url)
    assert caught.value.found == "9999"


UNREACHABLE = [
    "sqlite+aiosqlite:////nonexistent/folder/keng.db",
    "postgresql+asyncpg://postgres@127.0.0.1:1/keng",
    "postgresql+asyncpg:///keng?host=/nonexistent/socket",
    "nonsense",
    "foo://bar",
]


@pytest.mark.parametrize("url", UNREACHABLE)
async def test_what_cannot_be_reached_has_no_revision(url: str) -> None:
    with pytest.raises(NoDatabase):
        await check_revision(url)


@pytest.mark.parametrize("url", UNREACHABLE)
async def test_what_cannot_be_reached_cannot_be_migrated(url: str) -> None:
    with pytest.raises(NoDatabase):
        await migrate(url)


async def test_a_server_without_this_database_is_no_database(postgres_url: str) -> None:
    url = postgres_url.replace("/postgres?", "/nobody_made_this?")
    with pytest.raises(NoDatabase):
        await check_revision(url)
    with pytest.raises(NoDatabase):
        await migrate(url)
