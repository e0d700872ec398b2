import asyncio
import threading
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, StatementError

from storage.database import Database
from storage.errors import NoDatabase
from storage.outbox import Letter
from storage.tables import people as tables
from tests.storage.build import NOW, chat, letter

HANOI = timezone(timedelta(hours=7))


async def test_a_unit_of_work_is_undone_unless_it_is_committed(database: Database) -> None:
    async with database.write() as uow:
        await uow.keeping.set("forgotten", "x")
    async with database.write() as uow:
        await uow.keeping.set("kept", "x")
        await uow.commit()
    async with database.read() as uow:
        assert await uow.keeping.get("forgotten") is None
        assert await uow.keeping.get("kept") == "x"


async def test_an_error_undoes_everything_and_passes_through(database: Database) -> None:
    async def turn() -> None:
        async with database.write() as uow:
            await uow.keeping.set("broken", "x")
            raise LookupError

    with pytest.raises(LookupError):
        await turn()
    async with database.read() as uow:
        assert await uow.keeping.get("broken") is None


async def test_what_comes_after_the_commit_is_undone(database: Database) -> None:
    async with database.write() as uow:
        await uow.keeping.set("first", "x")
        await uow.commit()
        await uow.keeping.set("second", "x")
    async with database.read() as uow:
        assert await uow.keeping.get("first") == "x"
        assert await uow.keeping.get("second") is None


async def test_a_commit_that_is_cancelled_twice_is_seen_through_before_anybody_else_writes(
    sqlite_url: str,
) -> None:
    database = Database(sqlite_url)
    begun, slowly = threading.Event(), threading.Event()

    def wait(_connection: object) -> None:
        begun.set()
        slowly.wait(5)

    async def write(value: str) -> None:
        async with database.write() as uow:
            await uow.keeping.set("name", value)
            await uow.commit()

    for engine in database.engines:
        event.listen(engine, "commit", wait)
    task = asyncio.create_task(write("first"))
    await asyncio.to_thread(begun.wait, 5)
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0.01)
    assert not task.done()
    slowly.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.read() as uow:
        assert await uow.keeping.get("name") == "first"
    await write("second")
    await database.close()


async def test_a_reader_sees_nothing_of_an_open_transaction_and_does_not_wait(database: Database) -> None:
    async with database.write() as writer:
        await writer.keeping.set("half", "x")
        async with database.read() as reader:
            assert await reader.keeping.get("half") is None
        await writer.commit()


Store = Callable[[Database, datetime], Awaitable[None]]


async def beat(database: Database, at: datetime) -> None:
    async with database.write() as uow:
        await uow.keeping.beat("tick", at)
        await uow.commit()


async def queue(database: Database, at: datetime) -> None:
    async with database.write() as uow:
        await uow.outbox.add_once(letter("naive", chat("a"), not_before=at), NOW)
        await uow.commit()


@pytest.mark.parametrize("store", [beat, queue])
async def test_a_naive_datetime_is_refused(database: Database, store: Store) -> None:
    with pytest.raises(StatementError, match="naive"):
        await store(database, NOW.replace(tzinfo=None))


async def test_an_instant_comes_back_aware_and_in_utc(database: Database) -> None:
    at = datetime(2026, 11, 24, 19, 30, 0, 123456, HANOI)
    await beat(database, at)
    async with database.read() as uow:
        kept = (await uow.keeping.beats())["tick"]
    assert kept == at
    assert kept.tzinfo is UTC


async def test_instants_of_different_zones_are_ordered_by_time(database: Database) -> None:
    """SQLite compares texts: 07:00+07:00 must not come after 01:00Z."""
    early, late = datetime(2026, 11, 24, 7, 0, tzinfo=HANOI), datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    wanted: list[Letter] = [
        letter("late", chat("a"), not_before=late),
        letter("early", chat("b"), not_before=early),
    ]
    async with database.write() as uow:
        for one in wanted:
            await uow.outbox.add_once(one, NOW)
        assert await uow.outbox.next_due() == early


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "foo://bar",
        "sqlite+nothing:///x.db",
        "sqlite:///x.db",
        "postgresql://h/d",
        "mysql://h/d",
    ],
)
async def test_an_address_that_is_none_is_said_so(url: str) -> None:
    with pytest.raises(NoDatabase):
        Database(url)


async def test_a_file_that_cannot_be_opened_is_no_database() -> None:
    database = Database("sqlite+aiosqlite:////nonexistent/folder/keng.db")
    with pytest.raises(NoDatabase):
        async with database.read():
            pass
    await database.close()


@pytest.mark.parametrize(
    "url",
    ["postgresql+asyncpg://postgres@127.0.0.1:1/keng", "postgresql+asyncpg:///keng?host=/nonexistent/socket"],
)
async def test_a_server_that_does_not_answer_is_no_database(url: str) -> None:
    database = Database(url)
    with pytest.raises(NoDatabase):
        async with database.read():
            pass
    await database.close()


async def test_a_file_of_something_else_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Kính gửi đồng chí. " * 100, "utf-8")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'letter.db'}")
    with pytest.raises(NoDatabase):
        async with database.read() as uow:
            await uow.keeping.beats()
    await database.close()


async def test_a_connection_that_breaks_halfway_is_no_database(postgres_database_url: str) -> None:
    database = Database(postgres_database_url)

    async def turn() -> None:
        async with database.write() as uow:
            await uow.keeping.set("half", "x")
            await cut_connections(postgres_database_url)
            await uow.keeping.set("other half", "x")

    with pytest.raises(NoDatabase):
        await turn()
    async with database.read() as uow:
        assert await uow.keeping.get("half") is None
    await database.close()


async def cut_connections(url: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


async def test_an_error_of_the_work_itself_is_not_blamed_on_the_database(database: Database) -> None:
    with pytest.raises(FileNotFoundError):
        async with database.write():
            raise FileNotFoundError


async def test_a_server_without_this_database_is_no_database(postgres_url: str) -> None:
    database = Database(postgres_url.replace("/postgres?", "/nobody_made_this?"))
    with pytest.raises(NoDatabase):
        async with database.write():
            pass
    await database.close()


async def failure(database: Database, code: str | None, name: object) -> str:
    """What the log says where somebody's row is refused: the error and all it came from."""
    try:
        async with database.write() as uow:
            await uow.people.save("p", {"name": "Lò Thị Bình", "language": "vi"})
            await uow.people._add(tables.person, {"code": code, "name": name, "language": "vi"})
    except DBAPIError:
        return traceback.format_exc()
    raise AssertionError("nothing was refused")


@pytest.mark.parametrize(("code", "name"), [("Lò Thị Bình", ["Lò Thị Bình"]), (None, "Lò Thị Bình")])
async def test_an_error_of_the_database_repeats_nothing_of_the_row(
    database: Database, code: str | None, name: object
) -> None:
    """PostgreSQL says "Failing row contains (…)", asyncpg "invalid input …: [...]"; SQLAlchemy the parameters."""
    said = await failure(database, code, name)
    assert "person" in said
    assert "Thị Bình" not in said


async def test_a_value_that_is_there_already_is_not_repeated(database: Database) -> None:
    """PostgreSQL: "DETAIL:  Key (code)=(p) already exists."."""
    said = await failure(database, "p", "Lò Thị Bình")
    assert "person" in said
    assert "=(p)" not in said
    assert "Thị Bình" not in said
