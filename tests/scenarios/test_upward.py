"""Every level its roll-up on its own day, from the same numbers; asked for at any node and month (domain.md 13)."""

import pytest

from reports.roster.rows import Roster
from tests.scenarios.page import Village
from tests.scenarios.province import CELLS, FIRST, PROVINCE, SECOND, names, province, secretary
from tests.scenarios.rollcall import call
from tests.scenarios.transcript import kinds, only, says, table


@pytest.fixture
def rows() -> Roster:
    return province()


async def november(village: Village, **lines: str) -> None:
    """The evening of the 24th: each named cell calls its roll in one line."""
    await village.join("above", "chair", "chair-2", "in-charge", *(secretary(one) for one in CELLS))
    await village.clock("24/11 21:00")
    for cell, line in lines.items():
        await call(village, line, by=secretary(cell.replace("_", "-")))


EVENING = {"X01_C1": "đủ", "X01_C2": "vắng 2kp", "X02_C1": "vắng 2ốm 3ốm"}


async def test_the_province_hears_after_its_communes_and_is_told_which_have_not_everything(
    village: Village,
) -> None:
    await november(village, **EVENING)
    await village.clock("03/12 07:30")
    sent = {
        who: table(only(await village.messages(who), ["digest"])) for who in ("chair", "chair-2", "above")
    }
    assert sent == {
        "chair": ["02/12 07:30 digest"],
        "chair-2": ["02/12 07:30 digest"],
        "above": ["03/12 07:30 digest"],
    }
    told = (await village.messages("above"))[-1].text
    assert says(
        told,
        "Tỉnh uỷ Điện Sơn, tháng 11/2026: 3/4 chi bộ đã sinh hoạt; 6/9 đồng chí dự (66,7%); 03 chi bộ cần",
        "2. Chưa sinh hoạt: 00 chi bộ. Chưa cập nhật: 01 chi bộ",
        "Chưa đủ số liệu: Đảng uỷ xã Mường Hai (01 chi bộ chưa cập nhật)",
        "– Đảng uỷ xã Mường Một: 2/2 chi bộ đã sinh hoạt, 2/2 đã chốt danh sách; có mặt 5/6 đồng chí (83,3%)",
        "– Đảng uỷ xã Mường Hai: 1/2 chi bộ đã sinh hoạt, 1/2 đã chốt danh sách; có mặt 1/3 đồng chí (33,3%)",
    )
    assert "Chi bộ X01-C1" not in told, "units, not cells"
    both = [(await village.digest(one))["total"] for one in (FIRST, SECOND)]
    total = (await village.digest(PROVINCE))["total"]
    assert total["rate"] == "66.7", "a rate of sums, not the mean of 83.3 and 33.3"
    for name in ("cells", "closed", "roll", "expected", "present", "excused", "unexcused", "awaiting"):
        assert total[name] == sum(one[name] for one in both)


async def test_a_commune_that_is_later_than_its_province_is_waited_for(village: Village) -> None:
    await november(village, **EVENING)
    await village.clock("03/12 07:29")
    assert "digest" not in kinds(await village.messages("above"))


@pytest.mark.parametrize("policy", [f"[unit.{SECOND}.digest]\nday = 5\n"])
async def test_the_last_commune_sets_the_day_of_the_province(village: Village) -> None:
    await november(village, **EVENING)
    await village.clock("05/12 07:29")
    assert "digest" not in kinds(await village.messages("above"))
    await village.clock("05/12 07:30")
    assert "digest" in kinds(await village.messages("above"))


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_down_to_a_cell_by_buttons(village: Village) -> None:
    await november(village, **EVENING)
    await village.clock("04/12 09:00")
    await village.say("above", "baocao")
    await village.choose("above", "Đơn vị trực thuộc")
    said = await village.choose("above", "Đảng uỷ xã Mường Hai")
    assert says(said.text, "Đảng uỷ xã Mường Hai, tháng 11/2026: 1/2 chi bộ", "– Chi bộ X02-C1: đảng số 3")
    await village.choose("above", "Đơn vị trực thuộc")
    said = await village.choose("above", "Đảng bộ bộ phận Nà Hai")
    assert says(said.text, "Chưa cập nhật: Chi bộ X02-B-C1")
    await village.choose("above", "Đơn vị trực thuộc")
    said = await village.choose("above", "Chi bộ X02-B-C1")
    assert says(said.text, "Chi bộ X02-B-C1, tháng 11/2026: 0/1 chi bộ")
    said = await village.choose("above", "Tháng 10/2026")
    assert says(said.text, "Chi bộ X02-B-C1, tháng 10/2026")


async def test_by_month_and_code_in_one_line(village: Village) -> None:
    await november(village, **EVENING)
    await village.clock("04/12 09:00")
    by_code = (await village.say("above", "baocao 11/2026 x02-c1"))[-1].text
    assert says(by_code, "Chi bộ X02-C1, tháng 11/2026: 1/1 chi bộ đã sinh hoạt; 1/3 đồng chí dự (33,3%)")
    assert (await village.say("above", "baocao 11 X02-C1"))[-1].text == by_code
    assert says((await village.say("above", "baocao 10 X01"))[-1].text, "tháng 10/2026: 0/2 chi bộ")
    assert says((await village.say("chair", "baocao 11 X02"))[-1].text, "Trợ lý chưa rõ đơn vị")
    assert says((await village.say("chair", "baocao 11 X09"))[-1].text, "Trợ lý chưa rõ đơn vị")


async def test_the_month_that_was_last_due_is_meant_where_none_is_named(village: Village) -> None:
    await november(village, **EVENING)
    assert says((await village.say("chair", "baocao"))[-1].first, "tháng 10/2026")
    await village.clock("02/12 07:29")
    assert says((await village.say("chair", "baocao"))[-1].first, "tháng 10/2026")
    await village.clock("02/12 07:30")
    assert says((await village.say("chair", "baocao"))[-1].first, "tháng 11/2026")


async def test_the_official_in_charge_asks_for_the_assigned_cell_and_nothing_else(village: Village) -> None:
    await november(village, **EVENING)
    said = await village.say("in-charge", "baocao 11")
    assert says(said.text, "Chi bộ X01-C1, tháng 11/2026: 1/1 chi bộ", "có mặt 3/3 đồng chí (100,0%)")
    assert "Đơn vị trực thuộc" not in said.choices
    for code in ("X01", "X01-C2", "T01"):
        assert says((await village.say("in-charge", f"baocao 11 {code}"))[-1].text, "Trợ lý chưa rõ đơn vị")
    await village.say("above", "baocao 11")
    token = (await village.press("above", "Đơn vị trực thuộc"))[-1].choices["Đảng uỷ xã Mường Hai"]
    assert kinds(await village.press_token("in-charge", token)) != ["digest"], "made for another chat"


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_the_lists_name_the_cells_to_look_after(village: Village) -> None:
    await november(village, **EVENING)
    await village.clock("04/12 09:00")
    await village.say("above", "baocao 11")
    found = {}
    for which in (
        "Tỷ lệ dự chưa vượt chỉ tiêu",
        "Chưa sinh hoạt",
        "Chưa cập nhật",
        "Chưa có cấp uỷ viên phụ trách",
        "Chưa sinh hoạt chuyên đề trong quý",
    ):
        await village.choose("above", "Danh sách chi bộ")
        [said] = await village.choose("above", which)
        found[which] = [code for code in CELLS if f"– Chi bộ {code}" in said.text]
    assert list(found.values()) == [
        ["X01-C2", "X02-C1"],
        [],
        ["X02-B-C1"],
        ["X01-C2", "X02-C1", "X02-B-C1"],
        [],  # nobody owes one here
    ]


@pytest.mark.parametrize("policy", ["[preparation]\nremind = false\n"])
async def test_a_quarter_without_a_thematic_meeting(village: Village) -> None:
    await november(village, **EVENING)
    await village.clock("04/12 09:00")
    asked = await village.say("above", "baocao 11")
    assert says(asked.text, "Quý IV/2026, sinh hoạt chuyên đề: 0/4 chi bộ")
    await village.choose("above", "Danh sách chi bộ")
    [said] = await village.choose("above", "Chưa sinh hoạt chuyên đề trong quý")
    assert says(said.first, "tính đến tháng 11/2026: 04 chi bộ")


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_two_months_and_two_units_side_by_side(village: Village) -> None:
    await november(village, **EVENING)
    await village.clock("24/12 21:00")
    await call(village, "đủ", by=secretary("X01-C2"))
    await village.clock("2027-01-04T09:00")
    typed = (await village.say("chair", "baocao 12/2026 11/2026"))[-1].text
    assert says(
        typed,
        "SO SÁNH HAI THÁNG, Đảng uỷ xã Mường Một",
        "– Tháng 11/2026: 2/2 chi bộ đã sinh hoạt, 2/2 đã chốt danh sách; có mặt 5/6 đồng chí (83,3%)",
        "– Tháng 12/2026: 1/2 chi bộ đã sinh hoạt, 1/2 đã chốt danh sách; có mặt 3/3 đồng chí (100,0%)",
        "đã chốt −1 chi bộ; phải dự −3, có mặt −2 đồng chí; tỷ lệ dự tăng 16,7 điểm phần trăm",
    )
    await village.say("chair", "baocao 12/2026")
    await village.choose("chair", "So sánh")
    assert (await village.choose("chair", "Với tháng trước"))[-1].text == typed
    await village.say("above", "baocao 11/2026 X01")
    await village.choose("above", "So sánh")
    await village.choose("above", "Với đơn vị khác")
    chosen = (await village.choose("above", "Đảng uỷ xã Mường Hai"))[-1].text
    assert says(
        chosen,
        "SO SÁNH HAI ĐƠN VỊ, THÁNG 11/2026",
        "– Đảng uỷ xã Mường Một: 2/2",
        "– Đảng uỷ xã Mường Hai: 1/2",
    )
    assert (await village.say("above", "baocao 11/2026 X01 X02"))[-1].text == chosen


async def test_whoever_hears_of_a_committee_reads_no_member(village: Village) -> None:
    """Everything that ever went to a committee: no name of a member in it."""
    await november(village, **EVENING)
    await village.clock("06/12 09:00")
    await call(village, "vắng 2kp", by=secretary("X02-B-C1"))
    await village.clock("06/12 12:00")
    for words in ("baocao", "baocao 11", "baocao 10 11", "baocao 11 X01-C1", "baocao 11 X01 X02"):
        await village.say("above", words)
    await village.clock("2027-01-05T09:00")
    everything = await village.everything()
    told = "\n".join(everything[one].text for one in ("above", "chair", "chair-2"))
    assert len(told) > 3000
    assert only(everything["above"], ["figures amended"])
    assert not [name for name in names() if name in told or name.rpartition(" ")[0] in told]
