import asyncio

import asyncpg
from sqlalchemy.engine import URL

from storage.database import Database
from tests.postgres import Databases, text_of
from tests.storage.build import cell, meeting, person


async def leave_traces(url: URL) -> tuple[int, ...]:
    database = Database(text_of(url))
    async with database.write() as uow:
        held = await meeting(uow, await cell(uow))
        numbers = held.cell, held.id, await person(uow)
        await uow.commit()
    await database.close()
    return numbers


async def execute(url: URL, statement: str) -> None:
    connection = await asyncpg.connect(text_of(url.set(drivername="postgresql")))
    await connection.execute(statement)
    await connection.close()


def test_a_database_handed_out_again_is_as_good_as_new(postgres_databases: Databases) -> None:
    first = postgres_databases.take()
    numbers = asyncio.run(leave_traces(first))
    postgres_databases.give_back(first)
    again = postgres_databases.take()
    assert again == first
    assert asyncio.run(leave_traces(again)) == numbers == (1, 1, 1)
    postgres_databases.give_back(again)


def test_a_database_whose_tables_or_revision_were_changed_is_not_handed_out_again(
    postgres_databases: Databases,
) -> None:
    for damage in (
        "DROP TABLE tick",
        "UPDATE alembic_version SET version_num = '9'",
        "DROP TABLE alembic_version",
    ):
        taken = postgres_databases.take()
        asyncio.run(execute(taken, damage))
        postgres_databases.give_back(taken)
        other = postgres_databases.take()
        assert other != taken
        postgres_databases.give_back(other)
