"""A backup is a consistent copy of everything; a restore keeps the forgotten forgotten."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import make_house
from bot.roster import import_roster
from bot.settings import Settings
from reports.roster.template import write_roster
from services import Work, privacy
from services.work import House
from storage.backup import BadBackup, NotEmpty, read_backup, write_backup
from storage.database import Database
from tests.scenarios.commune import NAMES, commune
from tests.services.test_privacy import remembered, tables

NOW = datetime(2026, 11, 10, 2, tzinfo=UTC)


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> House:
    house = make_house(Settings(secret_keys="a test key"))
    write_roster(tmp_path / "roster.xlsx", commune())
    await import_roster(database, house, tmp_path / "roster.xlsx", now=NOW)
    return house


async def everything(database: Database, path: Path) -> list[str]:
    """What a second backup would say, but for its first line."""
    await write_backup(database, path, NOW)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.readlines()[1:]


async def test_what_was_backed_up_comes_back_row_for_row(
    database: Database, house: House, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    before = await everything(database, copy)
    await read_backup(database, copy, force=True)
    assert await everything(database, tmp_path / "again") == before
    async with database.write() as uow:
        assert await uow.people.save("newcomer", {"name": "Người Mới", "language": "vi"}) > 0


async def test_nothing_is_overwritten_without_force(database: Database, house: House, tmp_path: Path) -> None:
    await write_backup(database, tmp_path / "copy", NOW)
    with pytest.raises(NotEmpty):
        await read_backup(database, tmp_path / "copy", force=False)


async def test_who_was_erased_after_the_backup_stays_erased(
    database: Database, house: House, tmp_path: Path
) -> None:
    await write_backup(database, tmp_path / "copy", NOW)
    async with database.write() as uow:
        person = await uow.people.by_code("worker")
        assert person is not None
        await privacy.erase(Work(uow, house, NOW, NOW), person)
        await uow.commit()
    assert await read_backup(database, tmp_path / "copy", force=True) == ["worker"]
    async with database.read() as uow:
        found = await uow.people.by_code("worker")
    assert found is not None
    assert found.name is None


async def test_of_who_was_erased_meanwhile_nothing_comes_back(
    database: Database, house: House, tmp_path: Path
) -> None:
    async with database.write() as uow:
        person = await remembered(Work(uow, house, NOW, NOW), "worker")
        await uow.commit()
    await write_backup(database, tmp_path / "copy", NOW)
    async with database.write() as uow:
        await privacy.erase(Work(uow, house, NOW, NOW), person)
        await uow.commit()
    assert await read_backup(database, tmp_path / "copy", force=True) == ["worker"]
    left = await tables(database, tmp_path / "after")
    assert NAMES["worker"] not in json.dumps(left, ensure_ascii=False)
    gone = ("account", "code", "answer", "mark", "guest", "outbox")
    assert {name: left.get(name, []) for name in gone} == {name: [] for name in gone}
    assert [(one["person"], one["reason"]) for one in left["snapshot"]] == [(None, None)]
    assert [one["payload"] for one in left["proposal"]] == ["[]"]


async def test_who_came_and_was_erased_after_the_backup_stays_on_the_list(
    database: Database, house: House, tmp_path: Path
) -> None:
    """The next workbook may name them: it must find them on the list."""
    await write_backup(database, tmp_path / "copy", NOW)
    async with database.write() as uow:
        await uow.people.save("newcomer", {"name": "Người Mới", "language": "vi"})
        person = await uow.people.by_code("newcomer")
        assert person is not None
        await privacy.erase(Work(uow, house, NOW, NOW), person)
        await uow.commit()
    assert await read_backup(database, tmp_path / "copy", force=True) == []
    async with database.read() as uow:
        assert await uow.people.forgotten() == {"newcomer"}
        found = await uow.people.by_code("newcomer")
    assert found is not None
    assert (found.name, found.consented) == (None, False)


async def test_nothing_that_waited_when_the_backup_was_made_is_sent(
    database: Database, house: House, tmp_path: Path
) -> None:
    async with database.write() as uow:
        await remembered(Work(uow, house, NOW, NOW), "worker")
        await uow.commit()
    await write_backup(database, tmp_path / "copy", NOW)
    await read_backup(database, tmp_path / "copy", force=True)
    left = await tables(database, tmp_path / "after")
    for rows in (left["outbox"], left["notice"]):
        assert {(one["status"], one["why"]) for one in rows} == {("skipped", "restored")}


async def test_a_damaged_backup_changes_nothing(database: Database, house: House, tmp_path: Path) -> None:
    await write_backup(database, tmp_path / "copy", NOW)
    whole = (tmp_path / "copy").read_bytes()
    for place in range(20, len(whole), len(whole) // 25):
        (tmp_path / "copy").write_bytes(whole[:place] + b"\xff\x00\xff\x00" + whole[place + 4 :])
        with pytest.raises(BadBackup):
            await read_backup(database, tmp_path / "copy", force=True)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b broken"])
async def test_a_file_that_is_no_backup_changes_nothing(
    database: Database, house: House, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "copy").write_bytes(content)
    with pytest.raises(BadBackup):
        await read_backup(database, tmp_path / "copy", force=True)
    async with database.read() as uow:
        assert len(await uow.people.all()) > 0
