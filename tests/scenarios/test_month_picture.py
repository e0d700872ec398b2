"""The month of all cells as a picture: what the calendar says in words, drawn for a telephone."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from reports import month_picture
from reports.roster.rows import AssignmentRow, Roster
from tests.reports.pens import remembered
from tests.scenarios.commune import CELL, COMMUNE, MEMBERS, NAMES, OTHER, commune
from tests.scenarios.page import Village

PICTURE = "Ảnh lịch tháng"
NAME = "Lịch tháng 11-2026 {} trang {}.png"


@pytest.fixture
def rows() -> Roster:
    """Both cells meet on one evening, and one official is in charge of both."""
    plain = commune("24", other="24")
    charged = tuple(AssignmentRow("executive", cell, 2) for cell in (CELL, OTHER))
    return replace(plain, assignments=charged)


async def pictures(village: Village, who: str) -> dict[str, bytes]:
    found = {}
    for name, url in await village.files(who):
        answer = await village.client.get(url)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        found[name] = answer.content
    return found


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_the_month_is_drawn_with_place_official_and_clash(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    await village.join("chair")
    await village.say("chair", "lịch tháng")
    [told] = await village.choose("chair", PICTURE)
    assert told.first == "Ảnh lịch sinh hoạt chi bộ tháng 11/2026, Đảng uỷ xã Mường Thanh."
    written = remembered(monkeypatch, month_picture)
    [(name, content)] = (await pictures(village, "chair")).items()
    assert name == NAME.format(COMMUNE, 1)
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.width) == ("PNG", 1080)
        assert picture.width * 0.4 < picture.height < 2560
    shown = " ".join(written)
    for words in (
        "LỊCH SINH HOẠT CHI BỘ THÁNG 11/2026",
        "Trùng lịch: 01 trường hợp.",
        "Thứ Ba, ngày 24/11/2026:",
        "19 giờ 30 Chi bộ bản Noong Tại Nhà văn hoá bản Noong. Phụ trách: đồng chí Phạm Văn Hành.",
        "Trùng buổi: đồng chí Phạm Văn Hành phụ trách hoặc sinh hoạt tại Chi bộ bản Noong (19 giờ 30)",
    ):
        assert words in shown, words
    assert not [one for one in MEMBERS if NAMES[one] in shown]


@pytest.fixture
def many(rows: Roster) -> Roster:
    """Twenty-four cells more, all on the same evening."""
    base = next(one for one in rows.units if one.code == OTHER)
    more = tuple(replace(base, code=f"M{n:02}", name=f"Chi bộ bản Mới {n:02}") for n in range(24))
    return replace(rows, units=(*rows.units, *more))


async def test_many_cells_take_several_pictures_and_each_stands_there_once(
    village: Village, many: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    await village.roster(many)
    await village.tick()
    await village.join("chair")
    await village.say("chair", "lịch tháng")
    await village.press("chair", PICTURE)
    written = remembered(monkeypatch, month_picture)
    found = await pictures(village, "chair")
    assert sorted(found) == [NAME.format(COMMUNE, 1), NAME.format(COMMUNE, 2)]
    cells = [one for one in written if one.startswith("Chi bộ bản Mới")]
    assert sorted(cells) == [f"Chi bộ bản Mới {n:02}" for n in range(24)]


async def test_whoever_has_lost_the_post_gets_no_picture_by_an_old_link(
    village: Village, rows: Roster
) -> None:
    await village.join("chair")
    await village.say("chair", "lịch tháng")
    await village.press("chair", PICTURE)
    [(_, url)] = await village.files("chair")
    left = tuple(one for one in rows.officials if one.person != "chair")
    await village.roster(replace(rows, officials=left))
    assert (await village.client.get(url)).status_code == 404
