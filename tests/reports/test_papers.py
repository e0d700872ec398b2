"""The papers as LibreOffice lays them out, where there is one: how many pages they take."""

from pathlib import Path

import pytest

from tests.papers import can_draw, draw, papers

pytestmark = pytest.mark.skipif(not can_draw(), reason="no LibreOffice here")


async def test_minutes_take_two_pages_the_list_one_and_the_digest_one_a_sheet(tmp_path: Path) -> None:
    pages = {}
    for name, content in (await papers(tmp_path)).items():
        drawn = draw(content, tmp_path / name, tmp_path / "pictures")
        pages[name] = len(drawn)
        assert all(one.stat().st_size < 200_000 for one in drawn)
    assert pages == {"minutes.docx": 2, "signing.docx": 1, "digest-workbook.xlsx": 5}
