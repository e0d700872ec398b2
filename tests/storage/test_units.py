from datetime import time

import pytest

from meetings.terms import UnitId
from storage.database import Database
from storage.work import UnitOfWork
from tests.storage.build import cell, unit

DEPTH = 40


async def tree(uow: UnitOfWork) -> dict[str, UnitId]:
    """T > X1, X2; X1 > B1 > CB1, CB2; X2 > CB3."""
    found: dict[str, UnitId] = {}
    for code, parent in (("T", ""), ("X1", "T"), ("X2", "T"), ("B1", "X1")):
        found[code] = await unit(uow, code, found.get(parent))
    for code, parent in (("CB2", "B1"), ("CB1", "B1"), ("CB3", "X2")):
        found[code] = await cell(uow, code, found[parent])
    return found


@pytest.mark.parametrize(
    ("top", "codes"),
    [
        ("T", "B1 CB1 CB2 CB3 T X1 X2"),
        ("X1", "B1 CB1 CB2 X1"),
        ("B1", "B1 CB1 CB2"),
        ("X2", "CB3 X2"),
        ("CB1", "CB1"),
    ],
)
async def test_below_is_the_unit_and_all_under_it(database: Database, top: str, codes: str) -> None:
    async with database.write() as uow:
        units = await tree(uow)
        assert [one.code for one in await uow.units.below(units[top])] == codes.split()


@pytest.mark.parametrize(("bottom", "codes"), [("CB1", "CB1 B1 X1 T"), ("CB3", "CB3 X2 T"), ("T", "T")])
async def test_above_is_the_line_up_to_the_root(database: Database, bottom: str, codes: str) -> None:
    async with database.write() as uow:
        units = await tree(uow)
        assert [one.code for one in await uow.units.above(units[bottom])] == codes.split()


async def test_a_tree_may_be_of_any_depth(database: Database) -> None:
    async with database.write() as uow:
        codes = [f"{number:02}" for number in range(DEPTH)]
        line: list[UnitId] = []
        for code in codes:
            line.append(await unit(uow, code, line[-1] if line else None))
        assert [one.code for one in await uow.units.below(line[0])] == codes
        assert [one.code for one in await uow.units.above(line[-1])] == codes[::-1]


async def test_saving_a_code_again_changes_what_is_named_and_keeps_the_rest(database: Database) -> None:
    async with database.write() as uow:
        number = await cell(uow)
        await uow.units.set_rule(number, "24", time(19, 30), "Nhà văn hoá")
        assert await uow.units.save("CB1", {"name": "Tên mới", "level": "cell"}) == number
        found = await uow.units.by_code("CB1")
        assert found is not None
        assert (found.name, found.day, found.time, found.place) == (
            "Tên mới",
            "24",
            time(19, 30),
            "Nhà văn hoá",
        )
        assert [one.id for one in await uow.units.cells()] == [number]


async def test_a_unit_is_hung_elsewhere(database: Database) -> None:
    async with database.write() as uow:
        units = await tree(uow)
        await uow.units.set_parents([(units["B1"], units["X2"])])
        assert [one.code for one in await uow.units.above(units["CB1"])] == ["CB1", "B1", "X2", "T"]


async def test_an_unknown_unit_is_none_by_code_and_an_error_by_number(database: Database) -> None:
    async with database.read() as uow:
        assert await uow.units.by_code("CB9") is None
        with pytest.raises(LookupError):
            await uow.units.by_id(UnitId(9))
