"""The roll-call by buttons, or by numbers alone: everybody present, then the exceptions, page by page."""

import pytest

from tests.scenarios.commune import CELL
from tests.scenarios.page import Village
from tests.scenarios.rollcall import ask_to_close, close
from tests.scenarios.transcript import says


@pytest.mark.every_way
@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_the_roll_is_called_by_buttons_page_by_page_with_its_exceptions(village: Village) -> None:
    """With nine numbers a page holds four names, so the exceptions lie on several pages."""
    await village.join("secretary")
    await village.clock("24/11 21:00")
    opened = await village.say("secretary", "diemdanh")
    assert says(opened.text, "Phải dự: 12 đồng chí.\nChưa điểm danh: 12. Vắng: không có.")
    early = await village.choose("secretary", "Chốt danh sách")
    assert says(early.text, "Còn 12 đồng chí chưa điểm danh")
    await village.say("secretary", "diemdanh")
    await village.choose("secretary", "Có mặt hết")
    for name in ("Cà Thị Thư", "Vì Văn Già", "Đèo Văn Ngại"):
        marked = await village.leaf("secretary", name)
    assert "Vắng: Vì Văn Già, Đèo Văn Ngại, Cà Thị Thư." in marked.text
    undone = await village.choose("secretary", "Hoàn tác")
    assert "Vắng: Vì Văn Già, Cà Thị Thư." in undone.text
    # Absent without a reason stated beforehand: one is ruled on at once, the other awaits.
    asked = await ask_to_close(village)
    assert says(asked.text, "có mặt 10 (83,3%); vắng có lý do 00; vắng không lý do 00; chờ xem xét 02")
    await village.choose("secretary", "Xem xét lý do vắng")
    await village.choose("secretary", "Không lý do")
    ruled = await village.choose("secretary", "Xem xét sau")
    assert says(ruled.text, "vắng không lý do 01; chờ xem xét 01")
    await close(village)
    assert (await village.line(CELL))["state"] == "closed"
    assert await village.figures(CELL) == {
        "roll": 14,
        "expected": 12,
        "present": 10,
        "unexcused": 1,
        "awaiting": 1,
    }
