"""After the lock: numbered amendments, one short note, and a report that never changes by itself (domain.md 13)."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from meetings.period import Period
from reports.roster.rows import Roster
from storage.closings import Stage
from storage.notices import NoticeStatus
from storage.tables.delivery import notice
from tests.scenarios.house import ORDINARY
from tests.scenarios.page import Village
from tests.scenarios.province import CELLS, FIRST, OFFICIALS, PROVINCE, names, province, secretary
from tests.scenarios.rollcall import call
from tests.scenarios.transcript import kinds, only, says, table

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


async def locked_without_one(village: Village) -> None:
    """Three lists are closed; of the fourth cell nothing is known when the month is locked."""
    await village.join(*OFFICIALS, *(f"{one}-{n}" for one in CELLS for n in (1, 2)))
    await village.clock("24/11 21:00")
    for cell in CELLS:
        if cell != CELL:
            await call(village, "vắng 2", by=secretary(cell))
    await village.clock("08/12 09:00")
    for who in OFFICIALS:
        await village.heard(who)


async def test_what_is_called_off_after_the_lock_is_an_amendment_of_the_date(village: Village) -> None:
    await locked_without_one(village)
    before = await village.line(CELL)
    assert (before["state"], before["amendment"]) == ("announced", 0)
    await village.say(secretary(CELL), "hoan")
    for pressed in ("Huỷ buổi này", "Không nêu lý do", "Xác nhận"):
        await village.press(secretary(CELL), pressed)
    line = await village.line(CELL)
    assert (line["state"], line["amendment"]) == ("cancelled", 1)
    assert says(
        (await village.say("chair", "baocao 11/2026"))[-1].text, "– Chi bộ X01-C2: đã huỷ; điều chỉnh số 1"
    )
    await village.clock("08/12 18:00")
    assert await notes(village, "chair") == await notes(village, "above") == ["08/12 09:15 figures amended"]
    note = only(await village.messages("chair"), ["figures amended"])[0].text
    assert says(
        note,
        "– Chi bộ X01-C2, thường kỳ tháng 11/2026, điều chỉnh lịch số 1 (bí thư, 9 giờ, ngày 08/12/2026): đã huỷ",
    )
    await village.clock("2027-01-03T09:00")
    december = (await village.messages("chair"))[-1].text
    assert says(
        december, "Điều chỉnh số liệu kỳ trước:\n– Chi bộ X01-C2, thường kỳ tháng 11/2026, điều chỉnh lịch"
    )


async def test_a_list_opened_after_the_lock_changes_nothing_until_it_is_closed(village: Village) -> None:
    await locked_without_one(village)
    told = (await village.say("chair", "baocao 11/2026"))[-1].text
    assert says(told, "1/2 chi bộ đã sinh hoạt", "Chưa cập nhật: Chi bộ X01-C2")
    await village.say(secretary(CELL), "vắng 2")
    await village.press(secretary(CELL), "Xác nhận")
    assert (await village.say("chair", "baocao 11/2026"))[-1].text == told
    await village.press(secretary(CELL), "Chốt danh sách")
    await village.press(secretary(CELL), "Xác nhận")
    line = await village.line(CELL)
    assert (line["state"], line["amendment"]) == ("closed", 1)
    assert says((await village.say("chair", "baocao 11/2026"))[-1].text, "2/2 chi bộ đã sinh hoạt")


async def test_a_result_that_is_changed_after_the_lock_is_told_with_a_number_of_its_own(
    village: Village,
) -> None:
    await locked(village)
    await village.say(secretary(CELL), "diemdanh")
    for label in ("Kết thúc 21 giờ", "Đã thông qua", "Khá"):
        await village.press(secretary(CELL), label)
    await village.clock("08/12 18:00")
    assert await notes(village, "chair") == ["08/12 09:15 figures amended"]
    note = only(await village.messages("chair"), ["figures amended"])[0].text
    assert says(
        note,
        "– Chi bộ X01-C2, thường kỳ tháng 11/2026, điều chỉnh số 1 về kết quả buổi sinh hoạt (bí thư, 9 giờ, "
        "ngày 08/12/2026): giờ, biên bản hoặc xếp loại",
    )


async def ruled_on_twice(village: Village) -> None:
    """Two lists amended at once: the second one is told in the letter of the first."""
    await locked(village)
    for cell in CELLS:
        if cell in ("X01-C1", CELL):
            await village.press(secretary(cell), "Xem xét lý do vắng")
            await village.press(secretary(cell), "Không lý do")


async def test_a_note_that_is_lost_is_written_anew_a_day_later_with_everything_in_it(
    village: Village,
) -> None:
    await ruled_on_twice(village)
    await village.clock("08/12 09:30")
    async with village.parts.database.write() as uow:
        chair = await uow.people.by_code("chair")
        assert chair is not None
        lost = (
            (notice.c.person == chair.id) & notice.c.subject.startswith("amendment:") & notice.c.why.is_(None)
        )
        await uow._connection.execute(update(notice).where(lost).values(status=NoticeStatus.FAILED))
        await uow.commit()
    for at in ("08/12 18:00", "09/12 09:30", "10/12 18:00", "14/12 09:00"):
        await village.clock(at)
    assert await notes(village, "chair") == ["08/12 09:15 figures amended", "09/12 09:30 figures amended"]
    assert await notes(village, "above") == ["08/12 09:15 figures amended"]
    first, second = only(await village.messages("chair"), ["figures amended"])
    assert first.text == second.text
    assert says(second.text, "Chi bộ X01-C1", "Chi bộ X01-C2")


EARLY = f"{ORDINARY}[digest]\nhour = 04:00:00\n"  # in the quiet hours: it waits for the morning


@pytest.mark.parametrize("policy", [EARLY])
async def test_who_loses_the_post_overnight_gets_no_digest_in_the_morning(
    village: Village, rows: Roster
) -> None:
    await village.join(*OFFICIALS, *(secretary(one) for one in CELLS))
    await village.clock("02/12 05:00")
    left = tuple(one for one in rows.officials if one.person != "chair")
    await village.roster(replace(rows, officials=left))
    await village.clock("02/12 09:00")
    assert "digest" in kinds(await village.messages("chair-2"))
    assert "digest" not in kinds(await village.messages("chair"))
