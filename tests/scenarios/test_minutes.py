"""`bienban`: the minutes as a file that is read back, the list to sign, the text for the official app."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from chat.events import Address
from meetings.terms import CellRole
from reports.roster.rows import PersonRow
from services import minutes, signing
from services.enclosing import minutes_of, reaches
from services.files import make
from services.policy import BadPolicy, load_policy
from storage.tables.people import audit
from tests.reports.test_minutes import template, words
from tests.scenarios.commune import CELL, NAMES, OTHER, commune
from tests.scenarios.page import Village, moment
from tests.scenarios.rollcall import close
from tests.scenarios.transcript import says

BOTH = pytest.mark.parametrize("mode", ["buttons", "numbers"])


@pytest.fixture
def start() -> datetime:
    """An hour before the meeting: what comes earlier is none of this."""
    return moment("24/11 18:30")


async def document(village: Village, person: str, name: str = "Biên bản") -> list[str]:
    """The newest file of that name, line by line."""
    url = [url for file, url in await village.files(person) if file.startswith(name)][-1]
    answer = await village.client.get(url)
    assert answer.status_code == 200
    return words(answer.content)


async def called(village: Village, line: str, *, guest: bool = False) -> None:
    await village.clock("24/11 21:10")
    await village.say("secretary", line)
    await village.choose("secretary", "Xác nhận")
    await village.choose("secretary", "Phạm Văn Hành" if guest else "Không có đại biểu")
    await close(village)


@BOTH
async def test_the_minutes_say_what_is_known_and_leave_the_rest_blank(village: Village) -> None:
    await village.join("secretary", "executive")
    await called(village, "vắng 3ốm 6kp 7 +8", guest=True)
    for label in ("Kết thúc 21 giờ", "Đã thông qua", "Chấm theo phiếu"):
        await village.choose("secretary", label)
    await village.say("secretary", "15 16 42 18")
    await village.choose("secretary", "Xác nhận")
    found = await document(village, "secretary")
    assert found[:6] == [
        "ĐẢNG BỘ XÃ MƯỜNG THANH",
        "CHI BỘ BẢN NOONG",
        "*",
        "Số ……-BB/CB",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Mường Thanh, ngày 24 tháng 11 năm 2026",
    ]
    told = [line for line in found[6:] if line]
    assert told[:13] == [
        "BIÊN BẢN",
        "Sinh hoạt chi bộ thường kỳ tháng 11 năm 2026",
        "1. Thời gian: bắt đầu 19 giờ 30, ngày 24/11/2026; kết thúc 21 giờ 00 phút. Hình thức: trực tiếp",
        "2. Địa điểm: Nhà văn hoá bản Noong",
        "3. Tổng số đảng viên: 14 đồng chí (chính thức 13, dự bị 01). Sinh hoạt tạm thời đến: 01",
        "Được miễn sinh hoạt: 01; sinh hoạt tạm thời đi: 01; đi làm xa: 00; không tính khác: 01",
        "4. Phải dự: 12; có mặt: 09 (75,0%), trong đó trực tuyến 00; vắng: 03; dự thêm: 01",
        "- Có lý do: 01 (Cà Thị Thư – sức khoẻ)",
        "- Không lý do: 01 (Vì Văn Già)",
        "- Chờ xem xét: 01 (Hoàng Thị Hiền)",
        "5. Đại biểu cấp trên: đồng chí Phạm Văn Hành, Ban chấp hành",
        "6. Chủ trì: đồng chí Lò Thị Bình, Bí thư     Thư ký: ……",  # the minute-taker was absent
        "I. NỘI DUNG",
    ]
    assert "III. KẾT LUẬN, NGHỊ QUYẾT (biểu quyết: ……/…… đồng chí tán thành)" in told
    assert "IV. ĐÁNH GIÁ CHẤT LƯỢNG BUỔI SINH HOẠT: 91 điểm, xếp loại Tốt" in told
    assert "Biên bản đã được thông qua trước chi bộ. Kết thúc lúc 21 giờ 00 phút cùng ngày." in told
    assert any(line.startswith("1. ") and "(" in line for line in told[13:]), "headings of the agenda"
    async with village.parts.database.read() as uow:
        noted = await uow._connection.execute(select(audit.c.at).where(audit.c.what == "see_names"))
        assert moment("24/11 21:10") in list(noted.scalars()), "names were looked at"


SECRETARY_ELSEWHERE = PersonRow("executive", NAMES["executive"], OTHER, 3, role=CellRole.SECRETARY)


@pytest.mark.parametrize("rows", [replace(commune(), people=(SECRETARY_ELSEWHERE, *commune().people))])
async def test_an_official_stands_there_with_their_post_above_not_with_that_in_a_cell_of_their_own(
    village: Village,
) -> None:
    await village.join("secretary", "executive")
    await called(village, "đủ", guest=True)
    await village.choose("secretary", "Mẫu biên bản")
    found = await document(village, "secretary")
    assert "5. Đại biểu cấp trên: đồng chí Phạm Văn Hành, Ban chấp hành" in found


async def test_before_the_meeting_the_figures_are_dotted_and_a_list_waits_to_be_signed(
    village: Village,
) -> None:
    await village.join("secretary", "exempt")
    await village.say("exempt", "rút đồng ý")
    said = await village.say("secretary", "bienban")
    assert says(said.text, "Danh sách chưa chốt: số liệu điểm danh để trống.")
    told = await document(village, "secretary")
    assert "4. Phải dự: 12; có mặt: …… (……), trong đó trực tuyến ……; vắng: ……; dự thêm: ……" in told
    assert "- Có lý do: ……" in told
    await village.choose("secretary", "Danh sách ký tên")
    listed = [line for line in await document(village, "secretary", "Danh sách ký tên") if line]
    assert listed[:3] == [
        "DANH SÁCH ĐẢNG VIÊN DỰ SINH HOẠT CHI BỘ",
        "Chi bộ bản Noong",
        "19 giờ 30, Thứ Ba, ngày 24/11/2026, tại Nhà văn hoá bản Noong",
    ]
    rows = listed[listed.index("Ký tên") + 1 : -1]
    numbers = [line for line in rows if line.isdigit()]
    assert numbers == ["1", "2", "3", "4", "5", "6", "7", "9", "11", "13", "14", "15", "8"]
    assert rows[-3:] == ["Đảng viên được miễn sinh hoạt", "8", "Đảng viên số 8"], "who withdrew is a number"
    assert NAMES["suspended"] not in listed


@BOTH
async def test_the_text_for_the_official_app_has_the_figures_and_no_name(village: Village) -> None:
    await village.join("secretary")
    await called(village, "vắng 3 6kp")
    await village.choose("secretary", "Mẫu biên bản")
    instruction, text = await village.choose("secretary", "Bản chép vào Sổ tay")
    assert says(instruction.text, "Sổ tay đảng viên điện tử")
    assert says(text.text, "Sinh hoạt chi bộ thường kỳ tháng 11/2026: 19 giờ 30, Thứ Ba, ngày 24/11/2026.")
    assert says(text.text, "phải dự 12; có mặt 10 (83,3%)")
    assert not [name for name in NAMES.values() if name in text.text]
    await village.join("clerk", "neighbour", "executive")
    for person in ("neighbour", "executive"):
        assert says((await village.say(person, "bienban"))[-1].text, "Đồng chí không có quyền dùng mục này")
    assert says((await village.say("clerk", "bienban"))[-1].text, "BIÊN BẢN sinh hoạt chi bộ")
    url = next(url for name, url in await village.files("clerk") if name.startswith("Biên bản"))
    await village.say("clerk", "rút đồng ý")
    assert (await village.client.get(url)).status_code == 404


async def test_where_no_file_can_be_handed_over_the_head_comes_as_text(village: Village) -> None:
    """As with Zalo while nobody has told us our public address."""
    await village.join("secretary")
    await called(village, "vắng 3ốm 6kp")
    [meeting, *_] = await village.meetings(CELL)
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code("secretary")
        assert person is not None
        work = village.work(uow).acting(person)
        assert not reaches(replace(work, address=Address("zalo", "a", "1")))
        house = replace(work.house, public_url="https://keng.example")
        assert reaches(replace(work, house=house, address=Address("zalo", "a", "1")))
        text = work.house.catalogue.render(await minutes.as_text(work, meeting), "vi")
        listed = work.house.catalogue.render(await signing.as_text(work, meeting), "vi")
    assert says(text, "4. Phải dự: 12; có mặt: 10 (83,3%), trong đó trực tuyến 00; vắng: 02; dự thêm: 00")
    assert says(text, "- Có lý do: 01 (Cà Thị Thư – sức khoẻ)")
    assert says(listed, "1. Lò Thị Bình\n2. Quàng Văn Phong")
    assert listed.endswith("Đảng viên được miễn sinh hoạt\n8. Bạc Cầm Minh")


async def test_a_template_that_breaks_while_we_run_gives_way_to_ours(
    village: Village, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await village.join("secretary")
    [meeting, *_] = await village.meetings(CELL)
    own = template(tmp_path, "Chi bộ: {{chi_bo}}")
    policy = tmp_path / "policy.toml"
    policy.write_text('[minutes]\ntemplate = "own.docx"\n', encoding="utf-8")
    house = replace(village.parts.house, policy=load_policy(policy))
    async with village.parts.database.read() as uow:
        person = await uow.people.by_code("secretary")
        assert person is not None
        work = replace(village.work(uow), house=house)
        made = await make(work, minutes_of(meeting.id), "en", person)
        assert words(made.content) == ["Chi bộ: CHI BỘ BẢN NOONG"]
        assert made.name == "Biên bản 24-11-2026.docx"
        own.unlink()
        made = await make(work, minutes_of(meeting.id), "en", person)
    assert "BIÊN BẢN" in words(made.content)
    assert "own template left aside" in caplog.text


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["{{chi_boo}}"], "minutes.template: unknown placeholder {{chi_boo}}; did you mean {{chi_bo}}?"),
        ([], "own.docx: No such file or directory"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_at_the_start(
    tmp_path: Path, lines: list[str], why: str
) -> None:
    if lines:
        template(tmp_path, *lines)
    policy = tmp_path / "policy.toml"
    policy.write_text('[minutes]\ntemplate = "own.docx"\n', encoding="utf-8")
    with pytest.raises(BadPolicy) as refused:
        load_policy(policy)
    assert str(refused.value).startswith(f"{policy}:2: minutes.template: ")
    assert why in str(refused.value)


def test_a_unit_may_have_a_template_of_its_own(tmp_path: Path) -> None:
    own = template(tmp_path, "{{chi_bo}}")
    policy = tmp_path / "policy.toml"
    policy.write_text(f'[unit.{CELL}.minutes]\ntemplate = "own.docx"\n', encoding="utf-8")
    loaded = load_policy(policy)
    assert loaded.minutes_template is None
    assert loaded.for_unit([CELL]).minutes_template == own
