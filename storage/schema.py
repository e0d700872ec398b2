"""The database's version: bringing it up, taking it down, checking it before anything runs."""

from collections.abc import Callable
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from storage.database import connected, engine_of
from storage.errors import NoDatabase, WrongRevision


def head() -> str:
    """The revision this program needs."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise LookupError("no migrations")
    return found


async def migrate(url: str, revision: str = "head") -> None:
    """Bring a database up to a revision, in one transaction: all of it or nothing."""
    await _run(url, lambda config: command.upgrade(config, revision))


async def unmigrate(url: str, revision: str) -> None:
    await _run(url, lambda config: command.downgrade(config, revision))


async def check_revision(url: str) -> None:
    """Raise WrongRevision unless the database is at this program's revision, NoDatabase without one."""
    engine = engine_of(url)
    try:
        async with connected(engine) as connection:
            found = await connection.run_sync(_revision)
    except DBAPIError as error:
        raise NoDatabase("the database cannot be read") from error
    finally:
        await engine.dispose()
    if found != head():
        raise WrongRevision(found, head())


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("storage") / "migrations"))
    return config


async def _run(url: str, work: Callable[[Config], None]) -> None:
    config = _config()
    engine = engine_of(url)

    def inside(connection: Connection) -> None:
        config.attributes["connection"] = connection
        work(config)

    try:
        async with connected(engine, "BEGIN IMMEDIATE") as connection, connection.begin():
            await connection.run_sync(inside)
    finally:
        await engine.dispose()
