"""After the lock: numbered amendments, one short note, and a report that never changes by itself (domain.md 13)."""

import json
from typing import Any

import pytest

from meetings.period import Period
from reports.roster.rows import Roster
from storage.closings import Stage
from tests.scenarios.page import Village
from tests.scenarios.province import CELLS, FIRST, OFFICIALS, PROVINCE, names, province, secretary
from tests.scenarios.rollcall import call
from tests.scenarios.transcript import only, says, table

NOVEMBER = Period(2026, 11)
CELL = "X01-C2"


@pytest.fixture
def rows() -> Roster:
    return province()


async def locked(village: Village) -> None:
    """All four lists are closed on the evening; the month is locked since."""
    await village.join(*OFFICIALS, *(f"{one}-{n}" for one in CELLS for n in (1, 2)))
    await village.clock("24/11 21:00")
    for cell in CELLS:
        await call(village, "vắng 2", by=secretary(cell))
    await village.clock("08/12 09:00")
    for who in OFFICIALS:
        await village.heard(who)


async def filed(village: Village, unit: str, stage: Stage) -> dict[str, Any]:
    async with village.parts.database.read() as uow:
        found = await uow.units.by_code(unit)
        assert found is not None
        stored = await uow.closings.report(found.id, NOVEMBER, stage)
    assert stored is not None, (unit, stage)
    told: dict[str, Any] = json.loads(stored)
    return told


async def notes(village: Village, who: str) -> list[str]:
    return table(only(await village.messages(who), ["figures amended"]))


async def test_readers_of_every_unit_above_read_once_what_was_amended(village: Village) -> None:
    await locked(village)
    await village.press(secretary(CELL), "Xem xét lý do vắng")
    await village.press(secretary(CELL), "Không lý do")
    await village.clock("08/12 18:00")
    assert await notes(village, "chair") == await notes(village, "above") == ["08/12 09:15 figures amended"]
    assert await notes(village, "chair-2") == []
    note = only(await village.messages("chair"), ["figures amended"])[0].text
    assert says(
        note,
        "– Chi bộ X01-C2, thường kỳ tháng 11/2026, điều chỉnh số 1 (bí thư, 9 giờ, ngày 08/12/2026): "
        "vắng không lý do 0 thành 1; chờ xem xét 1 thành 0",
    )
    await village.clock("12/12 09:00")
    assert await notes(village, "chair") == ["08/12 09:15 figures amended"]


async def test_the_next_digest_lists_it_and_the_one_after_does_not(village: Village) -> None:
    await locked(village)
    await village.press(secretary(CELL), "Xem xét lý do vắng")
    await village.press(secretary(CELL), "Không lý do")
    await village.clock("2027-02-03T09:00")
    by_month = {one.first.partition(": ")[0]: one.text for one in await village.messages("chair")}
    december = by_month["Đảng uỷ xã Mường Một, tháng 12/2026"]
    assert says(december, "Điều chỉnh số liệu kỳ trước:\n– Chi bộ X01-C2, thường kỳ tháng 11/2026")
    assert "Điều chỉnh số liệu" not in by_month["Đảng uỷ xã Mường Một, tháng 11/2026"]
    assert "Điều chỉnh số liệu" not in by_month["Đảng uỷ xã Mường Một, tháng 01/2027"]
    assert says(december, "So với tháng 11/2026: khi đó 2/2 chi bộ đã chốt danh sách, có mặt 4/6 đồng chí")


async def test_a_past_report_changes_by_an_amendment_and_by_nothing_else(
    village: Village, rows: Roster
) -> None:
    """Time, people, accounts and the tree go on: what is told of November stays, on paper and in the chat."""
    await locked(village)
    kept = {(unit, stage): await filed(village, unit, stage) for unit in (FIRST, PROVINCE) for stage in Stage}
    told = (await village.say("chair", "baocao 11/2026"))[-1].text
    above = (await village.say("above", "baocao 11/2026"))[-1].text
    await village.say(f"{CELL}-1", "rút đồng ý")
    await village.say(f"{CELL}-1", "rút đồng ý")
    await village.join(f"{CELL}-3")
    newcomer = Roster(
        units=(*rows.units, rows.units[-1].__class__("X01-C9", "Chi bộ mới", "cell", FIRST)),
        people=(*rows.people[:-1], *(_moved(one) for one in rows.people[-1:])),
        officials=rows.officials,
        assignments=rows.assignments,
    )
    await village.roster(newcomer)
    await village.clock("2027-01-20T09:00")
    assert (await village.say("chair", "baocao 11/2026"))[-1].text == told
    assert (await village.say("above", "baocao 11/2026"))[-1].text == above
    await village.press(secretary("X01-C1"), "Xem xét lý do vắng")
    await village.press(secretary("X01-C1"), "Không lý do")
    changed = (await village.say("chair", "baocao 11/2026"))[-1].text
    lines = [
        (was, now) for was, now in zip(told.splitlines(), changed.splitlines(), strict=True) if was != now
    ]
    assert [now for _, now in lines] == [
        "3. Cần quan tâm: tỷ lệ dự chưa vượt 85%: 02 chi bộ; có đảng viên vắng không lý do: 01 chi bộ",
        "– Chi bộ X01-C1: đảng số 03; phải dự 03; có mặt 02 (66,7%); có lý do 00; không lý do 01; "
        "chờ xem xét 00; dự thêm 00; đại biểu 00; điều chỉnh số 1",
    ]
    assert kept == {key: await filed(village, *key) for key in kept}


def _moved(one: Any) -> Any:
    """The last member goes to another number of the same cell: the roster is another one by now."""
    return one.__class__(one.code, one.name, one.cell, 9, role=one.role)


async def test_no_name_stands_in_a_note(village: Village) -> None:
    await locked(village)
    await village.press(secretary(CELL), "Xem xét lý do vắng")
    await village.press(secretary(CELL), "Không lý do")
    await village.clock("08/12 18:00")
    told = "\n".join([(await village.messages(who)).text for who in OFFICIALS])
    assert not [name for name in names() if name in told or name.rpartition(" ")[0] in told]
