"""Week and month of all cells of a commune, in its own chats: where, who is in charge, what falls together."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from chat.events import Address
from chat.replies import Action
from meetings.terms import CellType
from reports.roster.rows import AssignmentRow, Roster, UnitRow
from storage.tables import metadata
from tests.scenarios.commune import CELL, COMMUNE, MEMBERS, NAMES, OTHER, OTHERS, commune, member
from tests.scenarios.page import Village, moment

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])
NOONG = "19 giờ 30: Chi bộ bản Noong, tại Nhà văn hoá bản Noong."
IN_CHARGE = "Phụ trách: đồng chí Phạm Văn Hành."


def beside(other: str = "24", *, executive_at_home: bool = False) -> Roster:
    """Both cells meet; the official in charge of the main one may be a member of the other."""
    plain = commune("24", other=other)
    home = (member("executive", OTHER, len(OTHERS) + 1),) if executive_at_home else ()
    return replace(plain, people=(*plain.people, *home))


@BOTH
async def test_the_week_says_where_each_cell_meets_and_who_is_in_charge(village: Village) -> None:
    await village.join("chair")
    [said] = await village.say("chair", "lịch tuần 24/11")
    assert said.text.splitlines()[:3] == [
        "LỊCH SINH HOẠT CHI BỘ TUẦN 23/11–29/11/2026, ĐẢNG UỶ XÃ MƯỜNG THANH: 01 buổi",
        "Thứ Ba, ngày 24/11/2026:",
        f"- {NOONG} {IN_CHARGE}",
    ]
    [empty] = await village.choose("chair", "Tuần trước")
    assert empty.first.startswith("LỊCH SINH HOẠT CHI BỘ TUẦN 16/11–22/11/2026")
    assert "Không có buổi sinh hoạt nào" in empty.text
    assert NOONG in (await village.choose("chair", "Tuần sau")).text


@BOTH
async def test_the_month_says_it_too_and_how_many_cells_have_none(village: Village) -> None:
    await village.join("office")
    for words in ("lịch tháng", "lich thang 11", "LICH THANG 11/2026", "/lich thang này"):
        [said] = await village.say("office", words)
        assert said.first.endswith("THÁNG 11/2026, ĐẢNG UỶ XÃ MƯỜNG THANH: 01 buổi"), words
        assert "Không có buổi nào trong tháng: 01 chi bộ." in said.text
        assert f"{NOONG} {IN_CHARGE}" in said.text
    [after] = await village.choose("office", "Tháng 12/2026")
    assert "Thứ Năm, ngày 24/12/2026:" in after.text
    assert "ngày 24/01/2027" in (await village.choose("office", "Tháng 01/2027")).text
    assert "TUẦN 09/11" in (await village.choose("office", "Lịch tuần")).text


async def test_the_digest_leads_to_the_calendar(village: Village) -> None:
    await village.join("chair")
    await village.say("chair", "baocao")
    assert (await village.press("chair", "Lịch tuần"))[-1].first.startswith("LỊCH SINH HOẠT CHI BỘ TUẦN")


async def test_the_help_names_it_to_those_who_may(village: Village) -> None:
    await village.join("chair", "secretary")
    assert "lich tuần" in (await village.say("chair", "trogiup")).text
    assert "lich tuần" not in (await village.say("secretary", "trogiup")).text


@pytest.mark.parametrize(
    ("words", "week"),
    [
        ("lich tuan", "09/11–15/11/2026"),
        ("lịch tuần này", "09/11–15/11/2026"),
        ("lịch tuần sau", "16/11–22/11/2026"),
        ("lich tuan toi", "16/11–22/11/2026"),
        ("lịch tuần trước", "02/11–08/11/2026"),
        ("lich tuan 05/11", "02/11–08/11/2026"),
        ("lich tuan 01/01", "28/12–03/01/2027"),
    ],
)
async def test_a_week_is_named_by_a_word_or_a_day_of_it(village: Village, words: str, week: str) -> None:
    await village.join("chair")
    assert f"TUẦN {week}," in (await village.say("chair", words)).text


@pytest.mark.parametrize("words", ["lich tuan qua", "lich tuan 32/13"])
async def test_a_week_or_month_that_is_none_is_asked_again(village: Village, words: str) -> None:
    await village.join("chair")
    assert "chưa rõ tuần nào" in (await village.say("chair", words)).text
    for month in ("13", "0", "11/1900", "99/9999", "abc"):
        assert "chưa rõ tháng nào" in (await village.say("chair", f"lich thang {month}")).text


# --- what is off, and the ends of months ------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "said"), [("Hoãn", "Buổi này tạm hoãn."), ("Huỷ buổi này", "Buổi này đã huỷ.")]
)
async def test_what_is_off_says_so_and_is_not_counted(village: Village, label: str, said: str) -> None:
    await village.join("secretary", "chair")
    await village.say("secretary", "hoan")
    for pressed in (label, "Không nêu lý do", "Xác nhận"):
        await village.press("secretary", pressed)
    [shown] = await village.say("chair", "lich thang")
    assert shown.first.endswith(": 00 buổi")
    assert "Tạm hoãn, đã huỷ: 01 buổi." in shown.text
    assert said in shown.text


class TestTheLastDay:
    @pytest.fixture
    def rows(self) -> Roster:
        """23:30 of the last day, and half past midnight of the first."""
        plain = commune("last", other="1")
        late = [replace(one, time=time(23, 30)) if one.code == CELL else one for one in plain.units]
        early = [replace(one, time=time(0, 30)) if one.code == OTHER else one for one in late]
        return replace(plain, units=tuple(early))

    async def test_of_a_month_belongs_to_it_and_the_first_to_the_next(self, village: Village) -> None:
        await village.join("chair")
        [november] = await village.say("chair", "lich thang 11/2026")
        assert "ngày 30/11/2026:\n- 23 giờ 30: Chi bộ bản Noong" in november.text
        assert "Chi bộ bản Ten" not in november.text
        [december] = await village.say("chair", "lich thang 12/2026")
        assert [line[-11:] for line in december.text.splitlines() if line.endswith("2026:")] == [
            "01/12/2026:",
            "31/12/2026:",
        ]
        [week] = await village.say("chair", "lich tuan 30/11")
        assert ": 02 buổi" in week.first
        [new_year] = await village.say("chair", "lich tuan 31/12")
        assert "TUẦN 28/12–03/01/2027" in new_year.first
        assert "ngày 31/12/2026" in new_year.text
        assert "ngày 01/01/2027" in new_year.text


# --- who may -----------------------------------------------------------------------------------------


@BOTH
async def test_who_has_no_post_above_cells_gets_the_own_next_meeting(village: Village) -> None:
    await village.join("secretary", "worker", "executive", "chair")
    for person in ("secretary", "worker", "executive"):
        for words in ("lịch tuần", "lịch tháng"):
            told = (await village.say(person, words)).text
            assert "24/11/2026" in told
            assert "LỊCH SINH HOẠT CHI BỘ" not in told
        assert "không có quyền" in (await village.say(person, "lịch bận 24/11")).text
    await village.say("chair", "lich tuan")


async def test_a_button_of_the_chair_does_nothing_for_somebody_else_or_after_the_post_has_ended(
    village: Village, rows: Roster
) -> None:
    await village.join("chair", "secretary")
    [menu] = await village.say("chair", "lich tuan 24/11")
    for label, token in menu.choices.items():
        told = await village.press_token("secretary", token)
        assert "Chi bộ bản" not in told.text, label
    await village.roster(
        replace(rows, officials=tuple(one for one in rows.officials if one.person != "chair"))
    )
    village.time.move_to(moment("12/11 08:00"))
    for label in menu.choices:
        assert "không có quyền" in (await village.press("chair", label, of=menu)).text, label
    assert "Chi bộ bản" not in (await village.say("chair", "lich thang")).text


async def test_a_level_above_sees_who_has_an_official_but_no_name(village: Village) -> None:
    await village.join("province", "chair")
    [said] = await village.say("province", "lich thang")
    assert f"{NOONG} Có cấp uỷ viên phụ trách." in said.text
    async with village.parts.database.read() as uow:
        unit = await uow.units.by_code(COMMUNE)
        cell = await uow.units.by_code(CELL)
        assert unit is not None
        assert cell is not None
    token = await _token(village, "province", "cal_week", str(unit.id), "2026-11-23")
    below = await village.press_token("province", token)
    assert f"{NOONG} Có cấp uỷ viên phụ trách." in below.text
    assert "Lịch bận" not in below.choices
    upwards = await _token(village, "chair", "cal_week", "1", "2026-11-23")
    assert "không có quyền" in (await village.press_token("chair", upwards)).text
    of_a_cell = await _token(village, "chair", "cal_week", str(cell.id), "2026-11-23")
    assert "không có quyền" in (await village.press_token("chair", of_a_cell)).text
    for args in (("x", "2026-11-23"), ("9999", "2026-11-23"), (str(unit.id), "2026-02-31")):
        token = await _token(village, "chair", "cal_week", *args)
        assert "không có quyền" in (await village.press_token("chair", token)).text


async def _token(village: Village, person: str, name: str, *args: str) -> str:
    return village.parts.house.signer.pack(Action(name, args), Address("web", village.bot, person))


@BOTH
async def test_no_member_is_ever_named(village: Village) -> None:
    people = ("chair", "office", "province")
    await village.join("secretary", *people)
    for person in people:
        for words in ("lich tuan 24/11", "lich thang", "lich ban 24/11 tối"):
            told = (await village.say(person, words)).text
            assert not [one for one in (*MEMBERS, *OTHERS) if NAMES[one] in told]


async def test_every_look_at_names_is_written_down(village: Village) -> None:
    await village.join("chair")
    await village.say("chair", "lich tuan")
    async with village.parts.database.engine.connect() as connection:
        rows = (await connection.execute(select(metadata.tables["audit"]))).all()
    assert [row.what for row in rows].count("see_names") == 1


# --- 89 cells ----------------------------------------------------------------------------------------


class TestALargeWard:
    @pytest.fixture
    def rows(self) -> Roster:
        plain = commune()
        cells = tuple(
            UnitRow(
                f"C{n:02}",
                f"Chi bộ khu phố {n}",
                "cell",
                COMMUNE,
                CellType.BLOCK,
                "3",
                time(19, 30),
                f"Nhà họp {n}",
            )
            for n in range(1, 90)
        )
        charged = tuple(AssignmentRow("executive", one.code, 2) for one in cells[:20])
        return replace(
            plain,
            units=(*plain.units[:2], *cells),
            people=(member("secretary", "C01", 1),),
            assignments=charged,
        )

    @BOTH
    async def test_is_read_page_by_page_and_every_cell_stands_there_once(self, village: Village) -> None:
        await village.join("chair")
        [page] = await village.say("chair", "lich thang 12/2026")
        assert page.first.endswith(": 89 buổi")
        assert "Chưa có cấp uỷ viên phụ trách: 69 buổi." in page.text
        pages = [page]
        while not pages[-1].text.count(f"Trang {len(pages)}/9") or len(pages) < 9:
            pages += await village.choose("chair", "Xem tiếp")
        found = [line for one in pages for line in one.text.splitlines() if "giờ 30: Chi bộ" in line]
        assert len(found) == len({line.partition(",")[0] for line in found}) == 89
        assert all("ngày 03/12/2026:" in one.text for one in pages)
        assert max(len(one.text) for one in pages) < 2000
        assert max(len(one.choices) for one in pages) <= 9
        [first] = await village.choose("chair", "Xem tiếp")
        assert first.text == page.text


# --- what falls together -----------------------------------------------------------------------------


class TestAnOfficialWithTwoMeetingsInOneEvening:
    @pytest.fixture
    def rows(self) -> Roster:
        return beside(executive_at_home=True)

    @BOTH
    async def test_is_shown_to_the_commune(self, village: Village) -> None:
        await village.join("chair", "other-secretary", "province")
        [said] = await village.say("chair", "lich tuan 24/11")
        assert "Trùng lịch: 01 trường hợp." in said.text
        clash = (
            "Trùng buổi: đồng chí Phạm Văn Hành phụ trách hoặc sinh hoạt tại "
            "Chi bộ bản Noong (19 giờ 30), Chi bộ bản Ten (19 giờ 30)."
        )
        assert clash in said.text.splitlines()
        assert "Trùng" not in (await village.say("province", "lich tuan 24/11")).text
        await village.say("other-secretary", "hoan 24/11 08:00")
        await village.choose("other-secretary", "Xác nhận")
        assert "Trùng" not in (await village.say("chair", "lich tuan 24/11")).text

    async def test_not_once_one_of_them_is_off(self, village: Village) -> None:
        await village.join("chair", "other-secretary")
        await village.say("other-secretary", "hoan")
        for label in ("Huỷ buổi này", "Không nêu lý do", "Xác nhận"):
            await village.press("other-secretary", label)
        assert "Trùng" not in (await village.say("chair", "lich tuan 24/11")).text


class TestTheCommitteesOwnTime:
    @pytest.fixture
    def rows(self) -> Roster:
        return beside()

    @BOTH
    async def test_is_noted_without_its_content_and_warns_of_cells_with_an_official(
        self, village: Village
    ) -> None:
        await village.join("chair", "province")
        [noted] = await village.say("chair", "lịch bận 24/11 19:00-21:00 Họp Ban Thường vụ")
        assert noted.text.splitlines()[:4] == [
            "Thứ Ba, ngày 24/11/2026:",
            "- 19 giờ–21 giờ: Đảng uỷ xã Mường Thanh bận.",
            "Trùng lịch bận của Đảng uỷ xã Mường Thanh: Chi bộ bản Noong (19 giờ 30).",
            "Đã ghi ngày, giờ; nội dung không được lưu.",
        ]
        [week] = await village.choose("chair", "Lịch tuần")
        assert "- 19 giờ–21 giờ: Đảng uỷ xã Mường Thanh bận." in week.text
        assert "Trùng lịch: 01 trường hợp." in week.text
        assert "bận" not in (await village.say("province", "lich thang")).text.partition("\n1.")[0]

    async def test_is_kept_as_dates_only(self, village: Village) -> None:
        await village.join("chair")
        await village.say("chair", "lịch bận 24/11 19:00-21:00 Họp Ban Thường vụ")
        found = []
        async with village.parts.database.engine.connect() as connection:
            for table in metadata.sorted_tables:
                if table.name != "web_message":  # the page's own screen
                    found += [str(row) for row in await connection.execute(select(table))]
        assert not [row for row in found if "Thường vụ" in row]

    @BOTH
    async def test_of_another_half_day_warns_of_nothing_and_can_be_taken_back(self, village: Village) -> None:
        await village.join("chair")
        told = await village.say("chair", "lich ban 24/11 14:00-16:00")
        assert "Trùng" not in told.text
        await village.say("chair", "lich ban 24/11 14:00-16:00")  # twice is once
        [shown] = await village.say("chair", "lich ban")
        assert "Lịch bận sắp tới của Đảng uỷ xã Mường Thanh: 01." in shown.text
        [left] = await village.choose("chair", "Bỏ: 14 giờ, Thứ Ba, 24/11")
        assert "Đã bỏ lịch bận." in left.text
        assert ": 00." in left.text
        assert "bận" not in (await village.say("chair", "lich tuan 24/11"))[0].text.partition("\n1.")[0]

    @BOTH
    async def test_the_others_of_the_desk_hear_of_it_an_hour_later_and_once(self, village: Village) -> None:
        await village.join("chair", "office", "province")
        await village.say("chair", "lich ban 24/11 19:00-21:00")
        await village.clock("10/11 09:50")
        assert not await village.heard("office")
        await village.clock("14/11 12:00")
        [told] = await village.heard("office")
        assert told.at == "10/11 10:00"
        assert told.text.splitlines()[:2] == [
            "Đảng uỷ xã Mường Thanh: lịch bận trùng 01 buổi sinh hoạt có cấp uỷ viên phụ trách.",
            "- Chi bộ bản Noong: 19 giờ 30, Thứ Ba, ngày 24/11/2026.",
        ]
        assert not await village.heard("chair")  # the answer has said it
        assert not await village.heard("province")

    async def test_a_meeting_that_is_moved_into_it_is_told_to_everybody_there(self, village: Village) -> None:
        await village.join("chair", "office", "secretary")
        await village.say("chair", "lich ban 26/11 19:00-21:00")
        await village.clock("12/11 09:00")
        await village.say("secretary", "hoan 26/11")
        await village.press("secretary", "Xác nhận")
        await village.clock("12/11 10:00")
        for person in ("chair", "office"):
            assert "ngày 26/11/2026" in (await village.heard(person)).text
        await village.say("secretary", "hoan 27/11")
        await village.press("secretary", "Xác nhận")
        await village.clock("13/11 10:00")
        assert not await village.heard("chair")

    async def test_what_is_taken_back_in_time_is_told_to_nobody(self, village: Village) -> None:
        await village.join("chair", "office")
        await village.say("chair", "lich ban 24/11")
        await village.press("chair", "Bỏ lịch bận này")
        await village.clock("14/11 12:00")
        assert not await village.heard("office")

    async def test_is_listed_page_by_page(self, village: Village) -> None:
        village.bot = "numbers"
        await village.join("chair")
        for n in range(20):
            await village.say("chair", f"lich ban {date(2026, 12, 1) + timedelta(days=n):%d/%m} 08:00-10:00")
        await village.say("chair", "lich ban")
        assert ": 19." in (await village.leaf("chair", "Bỏ: 8 giờ, Chủ nhật, 20/12")).text

    async def test_belongs_to_its_own_unit(self, village: Village) -> None:
        await village.join("chair", "province", "secretary")
        [noted] = await village.say("chair", "lich ban 24/11")
        assert "- Cả ngày: Đảng uỷ xã Mường Thanh bận." in noted.text
        async with village.parts.database.read() as uow:
            unit = await uow.units.by_code(COMMUNE)
            assert unit is not None
            [busy] = await uow.calendars.busy_of(unit.id, village.time.now())
        for person in ("province", "secretary"):
            for name, args in (
                ("cal_free", (str(busy.id),)),
                ("cal_busy", (str(unit.id), "0")),
                ("cal_note", (str(unit.id), "2026-11-25", "0", "1440")),
            ):
                token = await _token(village, person, name, *args)
                assert "không có quyền" in (await village.press_token(person, token)).text, name
        async with village.parts.database.read() as uow:
            assert await uow.calendars.busy_of(unit.id, village.time.now()) == [busy]

    @pytest.mark.parametrize("line", ["24/11 16:00-14:00", "hôm qua", "31/02", "09/11/2026 08:00"])
    async def test_is_asked_again_when_it_cannot_be_read(self, village: Village, line: str) -> None:
        await village.join("chair")
        assert "chưa rõ ngày giờ bận" in (await village.say("chair", f"lich ban {line}")).text


class TestTwoPosts:
    @pytest.fixture
    def rows(self) -> Roster:
        plain = commune()
        also = replace(plain.officials[0], unit="T01")
        return replace(plain, officials=(*plain.officials, also))

    @BOTH
    async def test_the_unit_is_asked_for(self, village: Village) -> None:
        await village.join("chair")
        for words in ("lich tuan", "lich thang", "lich ban 24/11 tối", "lich ban"):
            await village.say("chair", "huy")  # a label typed out is a press of the button that is open
            [asked] = await village.say("chair", words)
            assert sorted(asked.choices) == ["Tỉnh uỷ Điện Sơn", "Đảng uỷ xã Mường Thanh"]
            told = await village.choose("chair", "Đảng uỷ xã Mường Thanh")
            assert "Mường Thanh" in told.text or "MƯỜNG THANH" in told.text
        assert ": 01." in told.text
