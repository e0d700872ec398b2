"""`keng backup`, `keng restore`, `keng person …`."""

import json
from pathlib import Path

from bot.commands.figures import Unknown, house_without_keys
from bot.settings import Settings
from jobs.clock import wall_clock
from services import Work, privacy
from storage.backup import read_backup, write_backup
from storage.database import Database
from storage.schema import check_revision


async def backup(settings: Settings, path: Path) -> str:
    """Write a consistent copy while the bot runs."""
    await check_revision(settings.database_url)
    database = Database(settings.database_url)
    try:
        rows = await write_backup(database, path, wall_clock())
    finally:
        await database.close()
    return f"{path}: {rows} rows"


async def restore(settings: Settings, path: Path, *, force: bool) -> list[str]:
    """Put a backup back; who was forgotten meanwhile stays forgotten and is named by code."""
    await check_revision(settings.database_url)
    database = Database(settings.database_url)
    try:
        again = await read_backup(database, path, force=force)
    finally:
        await database.close()
    return [f"{path}: restored", *(f"forgotten again: {code}" for code in again)]


async def export_person(settings: Settings, code: str) -> str:
    """A person's data as JSON. Raises Unknown."""
    await check_revision(settings.database_url)
    database = Database(settings.database_url)
    try:
        async with database.read() as uow:
            person = await uow.people.by_code(code)
            if person is None:
                raise Unknown(f"no person has the code {code!r}")
            work = Work(uow, house_without_keys(settings), wall_clock(), wall_clock())
            values = await privacy.export(work, person)
    finally:
        await database.close()
    return json.dumps(values, ensure_ascii=False, indent=2)


async def erase_person(settings: Settings, code: str) -> str:
    """Erase a person's data and keep the counts. Raises Unknown."""
    await check_revision(settings.database_url)
    database = Database(settings.database_url)
    try:
        async with database.write() as uow:
            person = await uow.people.by_code(code)
            if person is None:
                raise Unknown(f"no person has the code {code!r}")
            await privacy.erase(Work(uow, house_without_keys(settings), wall_clock(), wall_clock()), person)
            await uow.commit()
    finally:
        await database.close()
    return f"{code}: erased"
