"""`python -m tests.papers FOLDER`: the papers of a meeting as LibreOffice shows them, a picture a page.

The minutes and the list to sign of a village of 52, and the commune's digest as a workbook; and a year of 22
cells, which is a picture by itself. Nobody is real.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from jobs.clock import wall_clock
from meetings.period import Period
from reports.digest_workbook import digest_file
from reports.heat_map import heat_map
from reports.roster.fictional import COMMUNE, fictional_roster
from services import Work, digest
from services.digest_book import book_of
from services.year_sight import year_sight
from storage.database import Database
from storage.schema import migrate
from tests.grown import Shape, grow
from tests.scenarios.house import house
from tests.scenarios.page import Village, moment, opened
from tests.scenarios.rollcall import call, close

_DOTS = 80  # an inch
_SECONDS = 120
_VILLAGE, _SCHOOL, _HAMLET, _OFFICIAL = "DV001", "DV086", "DV053", "CB001"


def can_draw() -> bool:
    return bool(shutil.which("soffice") and shutil.which("pdftoppm"))


def main(folder: Path) -> None:
    if not can_draw():
        raise SystemExit("no LibreOffice here (Debian: libreoffice-writer libreoffice-calc poppler-utils)")
    with tempfile.TemporaryDirectory() as home:
        for name, content in asyncio.run(papers(Path(home))).items():
            draw(content, Path(home) / name, folder)
        (folder / "heat-map.png").write_bytes(asyncio.run(heat_map_of(Path(home))))


async def papers(home: Path) -> Mapping[str, bytes]:
    """What comes of November in three cells, by the names of the files."""
    url = f"sqlite+aiosqlite:///{home / 'keng.db'}"
    await migrate(url)
    async with opened(url, home, fictional_roster(), "buttons", start=moment("24/11 18:00")) as village:
        await village.join(_VILLAGE, _SCHOOL, _HAMLET, _OFFICIAL)
        await village.clock("24/11 21:40")
        await village.say(_VILLAGE, "vắng 10ốm 16kp 17 21ct 33gđ +45")
        await village.choose(_VILLAGE, "Xác nhận")
        await village.choose(_VILLAGE, "Lê Thị Nhàn")
        await close(village, by=_VILLAGE)
        for label in ("Kết thúc 21 giờ 30", "Đã thông qua", "Chấm theo phiếu"):
            await village.choose(_VILLAGE, label)
        await village.say(_VILLAGE, "15 20 42 18")
        await village.choose(_VILLAGE, "Xác nhận")
        await village.say(_VILLAGE, "bienban")
        await village.choose(_VILLAGE, "Danh sách ký tên")
        [*_, minutes, signing] = [link for _, link in await village.files(_VILLAGE)]
        await village.clock("27/11 19:00")
        await call(village, "đủ", by=_SCHOOL)
        await village.clock("28/11 21:40")
        await call(village, "vắng 3 5kp 9ct 11", by=_HAMLET)
        return {
            "minutes.docx": (await village.client.get(minutes)).content,
            "signing.docx": (await village.client.get(signing)).content,
            "digest-workbook.xlsx": await _workbook(village),
        }


async def _workbook(village: Village) -> bytes:
    async with village.parts.database.read() as uow:
        commune = await uow.units.by_code(COMMUNE)
        assert commune is not None
        work = village.work(uow)
        book = await book_of(work, await digest.compute(work, commune, Period(2026, 11)))
    return digest_file(book, village.parts.house.catalogue, "vi")


async def heat_map_of(home: Path, cells: int = 22) -> bytes:
    """A year of a commune, with a bit of everything in it."""
    url = f"sqlite+aiosqlite:///{home / 'grown.db'}"
    await migrate(url)
    database = Database(url)
    try:
        await grow(database, Shape(1, (cells,), 40, Period(2026, 2), Period(2026, 11)))
        async with database.read() as uow:
            commune = await uow.units.by_code("X0000")
            assert commune is not None
            work = Work(uow, house(), moment("20/11 07:30"), wall_clock())
            sight = await year_sight(work, replace(commune, name="Đảng uỷ xã Mường Thanh"), Period(2026, 11))
    finally:
        await database.close()
    return heat_map(sight, house().catalogue, "vi", page=1)


def draw(content: bytes, file: Path, folder: Path) -> list[Path]:
    """A picture a page: `minutes.png`, `minutes-2.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    # A profile of its own: LibreOffice refuses to run twice with one.
    profile = f"-env:UserInstallation={(file.parent / 'office').as_uri()}"
    _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(file.parent), str(file))
    _run(
        "pdftoppm",
        "-r",
        str(_DOTS),
        "-gray",
        "-png",
        str(file.with_suffix(".pdf")),
        str(file.with_suffix("")),
    )
    pages = sorted(file.parent.glob(f"{file.stem}-*.png"))
    names = [f"{file.stem}.png", *(f"{file.stem}-{page}.png" for page in range(2, len(pages) + 1))]
    return [Path(shutil.copy(page, folder / name)) for page, name in zip(pages, names, strict=True)]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
