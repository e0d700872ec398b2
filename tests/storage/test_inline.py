"""SQLite in the event loop: another process may have the lock, and nobody here stands still for it."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.errors import NoDatabase

# Takes the lock, says so, and keeps it for so many seconds.
_KEEPER = """
import sqlite3, sys, time
keeper = sqlite3.connect(sys.argv[1], isolation_level=None)
keeper.execute("BEGIN IMMEDIATE")
keeper.execute("INSERT INTO setting (name, value) VALUES ('theirs', 'x')")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
keeper.execute("COMMIT")
"""


@pytest.fixture
def file(sqlite_url: str) -> str:
    return str(make_url(sqlite_url).database)


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@contextmanager
def locked(file: str, seconds: float) -> Iterator[None]:
    """Another process has the writer's lock."""
    command = [sys.executable, "-c", _KEEPER, file, str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as keeper:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == b"locked\n"
        try:
            yield
        finally:
            keeper.kill()


async def put(database: Database, name: str) -> None:
    async with database.write() as uow:
        await uow.keeping.set(name, "x")
        await uow.commit()


async def stored(database: Database) -> set[str]:
    async with database.read() as uow:
        return {name for name in ("ours", "theirs", "other") if await uow.keeping.get(name)}


async def longest_stop(work: Awaitable[object]) -> float:
    """How long the loop stood still while something was done, in seconds."""
    longest, done = 0.0, asyncio.ensure_future(work)
    before = time.monotonic()
    while not done.done():
        await asyncio.sleep(0.001)
        now = time.monotonic()
        longest, before = max(longest, now - before), now
    await done
    return longest


async def test_while_another_process_writes_the_loop_goes_on_and_the_write_goes_through(
    database: Database, file: str
) -> None:
    await put(database, "other")  # the file is open
    with locked(file, 1.0):
        began = time.monotonic()
        stop = await longest_stop(put(database, "ours"))
        took = time.monotonic() - began
    assert 0.7 < took < 5
    assert stop < 0.4, "a loaded machine may pause us, but never for as long as the lock was held"
    assert await stored(database) == {"ours", "theirs", "other"}


async def test_who_only_reads_does_not_wait_for_another_process_s_writing(
    database: Database, file: str
) -> None:
    await put(database, "ours")
    with locked(file, 30):
        async with asyncio.timeout(5):
            assert await stored(database) == {"ours"}


async def test_patience_has_an_end(database: Database, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.inline._PATIENCE", 0.1)
    with locked(file, 30), pytest.raises(NoDatabase):
        await put(database, "ours")
    await put(database, "ours")
    assert await stored(database) == {"ours"}


async def test_who_waits_for_the_lock_may_give_up_and_the_next_one_is_not_harmed(
    database: Database, file: str
) -> None:
    with locked(file, 30), pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await put(database, "ours")
    await put(database, "other")
    assert await stored(database) == {"other"}


async def test_an_error_undoes_the_transaction_and_lets_the_lock_go(database: Database, file: str) -> None:
    async def fail() -> None:
        async with database.write() as uow:
            await uow.keeping.set("ours", "x")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    free = sqlite3.connect(file, timeout=0, isolation_level=None)
    free.execute("BEGIN IMMEDIATE")
    free.close()
    assert await stored(database) == set()


async def test_a_cancelled_transaction_leaves_nothing_and_lets_the_lock_go(
    database: Database, file: str
) -> None:
    begun = asyncio.Event()

    async def linger() -> None:
        async with database.write() as uow:
            await uow.keeping.set("ours", "x")
            begun.set()
            await asyncio.sleep(60)
            await uow.commit()

    lingering = asyncio.create_task(linger())
    waiting = asyncio.create_task(put(database, "other"))
    await begun.wait()
    lingering.cancel()
    async with asyncio.timeout(5):
        await waiting
    assert lingering.cancelled()
    assert await stored(database) == {"other"}


async def test_who_is_cancelled_in_the_middle_of_a_commit_waits_for_its_end(database: Database) -> None:
    """However often: the connection must not be somebody else's before."""
    for n in range(40):
        writing = asyncio.create_task(put(database, f"cancelled {n}"))
        await asyncio.sleep(0.0005 * (n % 8))
        for _ in range(3):
            writing.cancel()
            await asyncio.sleep(0)
        await asyncio.gather(writing, return_exceptions=True)
        await put(database, f"whole {n}")
    async with database.read() as uow:
        assert all([await uow.keeping.get(f"whole {n}") for n in range(40)])


async def test_many_writers_of_one_process_take_turns_in_the_order_they_came(database: Database) -> None:
    order: list[int] = []

    async def write(number: int) -> None:
        async with database.write() as uow:
            await uow.keeping.set("ours", str(number))
            await asyncio.sleep(0)
            await uow.commit()
            order.append(number)

    await asyncio.gather(*map(write, range(20)))
    assert order == list(range(20))
    async with database.read() as uow:
        assert await uow.keeping.get("ours") == "19"


async def test_a_part_that_fails_is_undone_alone(database: Database) -> None:
    async def fail(within: Callable[[], Awaitable[None]]) -> None:
        await within()
        raise LookupError

    async with database.write() as uow:
        await uow.keeping.set("ours", "x")
        with pytest.raises(LookupError):
            async with uow.attempt() as part:
                await fail(lambda: part.keeping.set("other", "x"))
        await uow.commit()
    assert await stored(database) == {"ours"}
