"""A cell in which only the secretary is linked gets through the same month (domain.md 21)."""

import pytest

from tests.scenarios.commune import CELL, GROUP, NAMES
from tests.scenarios.messages import Heard
from tests.scenarios.page import Village
from tests.scenarios.transcript import kinds, says, table

GOT = [
    "10/11 09:00 consent?, welcome",
    "18/11 19:00 preview",
    # The text for the group comes at the group's hour, then whom a pasted text does not reach for certain.
    "19/11 19:00 notice, paste this, announcement, to phone, coming noted, "
    "behalf: who?, behalf: what?, behalf noted, behalf: who?, behalf: what?, behalf: why?, behalf noted",
    "21/11 19:00 forecast",
    "23/11 19:00 paste this, evening to paste, to phone",
    "24/11 11:30 today",
    # Over: thanks to paste, and nobody left to phone.
    "24/11 21:00 roll?, roll noted, guests?, guests noted, close?, closed, paste this, thanks",
    # Nothing was said of the end, the minutes, the band; and nobody could tell the absent what was said.
    "25/11 08:00 ended when?",
    "30/11 07:30 not found out",
]


def pasted(said: Heard) -> str:
    """The text to paste: alone in a message of its own, right after the instruction."""
    place = kinds(said).index("paste this")
    text = said[place + 1].text
    assert not [name for name in NAMES.values() if name in text]
    return text


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_the_secretary_alone_carries_the_cell_through_its_month(village: Village) -> None:
    await village.join("secretary", "chair")
    await village.clock("18/11 19:00")
    assert says((await village.heard("secretary")).text, "1/14 đảng viên")

    await village.clock("19/11 19:00")
    notice = await village.heard("secretary")
    assert "THÔNG BÁO SINH HOẠT CHI BỘ: 19 giờ 30" in pasted(notice)
    assert "báo lại với bí thư chi bộ" in pasted(notice)
    assert says(notice.text, "Chưa liên hệ được: 11 (")
    await village.choose("secretary", "Có dự")

    await answer_for(village, "Quàng Văn Phong", "Có dự")
    await answer_for(village, "Tòng Văn Chiến", "Vắng, có lý do", "Đi công tác")
    await village.clock("21/11 19:00")
    forecast = await village.heard("secretary")
    assert says(forecast.text, "Báo dự 2/12", "chưa trả lời: 00;", "chưa liên hệ được: 09 (", "báo vắng: 01")
    assert "Quàng Văn Phong" not in forecast.text

    await village.clock("23/11 19:00")
    evening = await village.heard("secretary")
    assert "19 giờ 30 ngày mai" in pasted(evening)
    await village.clock("24/11 21:00")
    await village.say("secretary", "vắng 4 14kp")
    await village.choose("secretary", "Xác nhận")
    await village.choose("secretary", "Không có đại biểu")
    await village.choose("secretary", "Chốt danh sách")
    closed = await village.choose("secretary", "Xác nhận")
    assert says(pasted(closed), "có mặt 10/12 đồng chí")

    await village.clock("02/12 07:30")
    everything = await village.everything()
    assert set(everything) == {"secretary", "chair"}
    assert table(everything["secretary"]) == GOT
    counts = {"roll": 14, "expected": 12, "present": 10, "excused": 1, "unexcused": 1}
    assert await village.figures(CELL) == counts
    assert says(everything["chair"].text, "1/2 chi bộ đã chốt danh sách; có mặt 10/12", "Kết nối: 1/16")


async def answer_for(village: Village, name: str, *pressed: str) -> None:
    """Báo hộ, from the newest list."""
    await village.choose("secretary", "Báo hộ")
    await village.leaf("secretary", name)
    for label in pressed:
        await village.choose("secretary", label)


async def test_whoever_got_only_the_pasted_text_stays_unreached_until_somebody_answers(
    village: Village,
) -> None:
    await village.join("secretary")
    await village.clock("19/11 19:00")
    before = (await village.say("secretary", "danhsach")).text
    assert says(before, "Chưa trả lời: 01 (Lò Thị Bình)", "Chưa liên hệ được: 11 (")
    await answer_for(village, "Vì Văn Già", "Báo sau")
    still = (await village.say("secretary", "danhsach")).text
    assert "Vì Văn Già" in still.partition("Chưa liên hệ được")[2]
    await answer_for(village, "Vì Văn Già", "Có dự")
    after = (await village.say("secretary", "danhsach")).text
    assert says(after, "Báo dự: 01 (Vì Văn Già)", "Chưa liên hệ được: 10 (")


async def test_the_text_to_paste_is_there_whenever_it_is_asked_for(village: Village) -> None:
    await village.join("secretary")
    await village.clock("18/11 19:00")
    said = await village.press("secretary", "Bản dán vào nhóm")
    assert kinds(said)[-2:] == ["paste this", "announcement"]
    assert said[-1].first in pasted(said)


async def test_once_the_group_is_linked_nothing_is_pasted_any_more(village: Village) -> None:
    await village.join("secretary")
    await village.clock("19/11 19:00")
    await village.say("secretary", "nhom", chat=GROUP)
    await village.choose("secretary", "Xác nhận", chat=GROUP)
    await village.heard("secretary")
    await village.clock("24/11 12:00")
    assert kinds(await village.heard("secretary")) == ["forecast", "reminder", "today"]
    assert kinds(await village.messages(GROUP))[-1] == "evening"


async def test_a_postponement_is_pasted_too_with_the_list_of_whom_to_phone(village: Village) -> None:
    """Nobody answers a meeting that has no date: the list asks only to bring the news."""
    await village.join("secretary", "clerk")
    await village.clock("20/11 09:00")
    await village.heard("secretary")
    await village.say("secretary", "hoan")
    for label in ("Hoãn", "Mưa lũ", "Xác nhận"):
        said = await village.choose("secretary", label)
    assert kinds(said) == ["postponement done", "postponed", "paste this", "postponed", "list"]
    assert "tạm hoãn" in pasted(said)
    assert says(said[-1].text, "Chưa liên hệ được: 10 (")
    assert (said[-1].choices, "Cà Thị Thư" in said[-1].text) == ({}, False)
    await village.say("secretary", "hoan 29/11 19:30")
    said = await village.choose("secretary", "Xác nhận")
    assert kinds(said) == ["move done", "moved", "paste this", "moved", "to phone"]
    assert "báo lại với bí thư chi bộ" in pasted(said)
    await village.say("secretary", "hoan")
    for label in ("Huỷ buổi này", "Không nêu lý do", "Xác nhận"):
        said = await village.choose("secretary", label)
    assert kinds(said) == ["cancellation done", "cancelled", "paste this", "cancelled", "list"]
