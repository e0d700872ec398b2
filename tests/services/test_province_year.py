"""A generated province year: text, picture, workbook and database tell the numbers of a slow reference (domain.md 5)."""

import asyncio
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import load_workbook

from meetings.period import Period
from meetings.records import Unit
from reports import heat_map as drawing
from reports.digest_workbook import digest_file
from services import Work, digest
from services.digest import Digest
from services.digest_book import book_of
from services.digest_lines import Standing
from services.digest_text import as_text
from services.year_sight import year_sight
from storage.database import Database
from tests.reference import digest as reference
from tests.reference.lives import CELLS, MONTHS, NOW, TREE, Year, years
from tests.reference.values import FIGURES, Month
from tests.reference.year import YearBook, lived
from tests.reports.pens import remembered
from tests.scenarios.house import house
from tests.services.lived import Province, instant

_NUMBERS = count(1)
_UNITS = tuple(one for one in (*TREE, *CELLS) if one != "T")


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # a year takes seconds: what fails is told as it was drawn
)
@given(year=years())
def test_text_picture_workbook_and_database_tell_what_the_reference_tells(
    year: Year, sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"{next(_NUMBERS)}.db"
    copyfile(sqlite_template, path)
    asyncio.run(_played(f"sqlite+aiosqlite:///{path}", year))


async def _played(url: str, year: Year) -> None:
    """The whole province in every month, each unit and cell below it in some."""
    database = Database(url)
    book = lived(year)
    try:
        async with database.write() as uow:
            await Province(uow, house()).live(year)
            await uow.commit()
        async with database.read() as uow:
            work = Work(uow, house(), instant(NOW), instant(NOW))
            for place, month in enumerate(MONTHS):
                for node in ("T", _UNITS[place % len(_UNITS)]):
                    await (await _told(work, book, node, month)).agree()
            with pytest.MonkeyPatch.context() as patch:
                await _picture_agrees(work, book, patch)
    finally:
        await database.close()


@dataclass(frozen=True)
class Told:
    """A month of a unit as the program has it, and the cells and month for the reference."""

    work: Work
    book: YearBook
    found: Digest
    cells: list[str]
    month: Month

    async def agree(self) -> None:
        told = reference.digest(self.book, self.cells, self.month)
        self._database_agrees(told)
        self._text_agrees(told["total"])
        if self.found.unit.code == "T" and self.month[1] % 4 == 0:
            await self._workbook_agrees(told)

    def _database_agrees(self, told: Any) -> None:
        """As `keng digest --json` reads it; and the state a cell is put down in."""
        made: Any = digest.as_json(self.found)
        assert made["total"] == told["total"]
        assert made["cells"] == told["cells"]
        grouped = {str(one): [cell.cell.code for cell in self.found.which(one)] for one in Standing}
        assert grouped == reference.groups(self.book, self.cells, self.month, NOW)
        sleeping = {one.cell.code for one in self.found.cells if one.cell.id in self.found.asleep}
        assert sleeping == set(reference.asleep(self.book, self.cells, self.month, NOW))

    def _text_agrees(self, total: Any) -> None:
        text = self.work.house.catalogue.render(as_text(self.found), "vi")
        book, cells, month = self.book, self.cells, self.month
        care = len(reference.attention(book, cells, month, NOW))
        first = (
            f"{reference.held(book, cells, month)}/{len(cells)} chi bộ đã sinh hoạt; "
            f"{total['present']}/{total['expected']} đồng chí dự ({percent(total['rate'])}); "
            f"{care:02} chi bộ cần quan tâm."
        )
        assert text.partition("\n")[0].endswith(first)
        below = sum(reference.misses(book, cell, month, 85) for cell in cells)
        unexcused = sum(reference.has_unexcused(book, cell, month) for cell in cells)
        assert f"vượt 85%: {below:02} chi bộ; có đảng viên vắng không lý do: {unexcused:02} chi bộ" in text
        if self.found.shares:
            self._shares_agree(text, total)
        else:
            self._groups_agree(text)

    def _groups_agree(self, text: str) -> None:
        """Which cells did not meet and which did not record stands in a line, by name."""
        grouped = reference.groups(self.book, self.cells, self.month, NOW)
        missing = (named(grouped["not_held"]), named(grouped["not_recorded"]))
        assert f"2. Chưa sinh hoạt: {missing[0]}. Chưa cập nhật: {missing[1]}\n" in text

    def _shares_agree(self, text: str, total: Any) -> None:
        """Above the communes a line each unit, and these come to the total again."""
        pairs = re.findall(r"^– .+; có mặt (\d+)/(\d+) đồng chí", text, re.MULTILINE)
        assert len(pairs) == len(self.found.shares)
        sums = [sum(int(pair[n]) for pair in pairs) for n in (0, 1)]
        assert sums == [total["present"], total["expected"]]

    async def _workbook_agrees(self, told: Any) -> None:
        made = digest_file(await book_of(self.work, self.found), self.work.house.catalogue, "vi")
        sheets = load_workbook(io.BytesIO(made))
        lines = [*told["cells"], {**told["total"], "code": None, "amendment": None}]
        rows = sheets["Chi bộ"].iter_rows(min_row=4, values_only=True)
        for row, line in zip(rows, lines, strict=True):
            assert (row[0], *row[3:11]) == (line["code"], *(line[name] for name in FIGURES))
            rate = line["present"] / line["expected"] if line["expected"] else None
            assert row[11] == (None if rate is None else pytest.approx(rate))
            assert row[13] == line["amendment"]
        named = {row[0]: row[1] for row in sheets["Tổng hợp"].iter_rows(min_row=4, values_only=True)}
        assert named["Đã chốt danh sách"] == told["total"]["closed"]
        assert (named["Phải dự"], named["Có mặt"]) == (told["total"]["expected"], told["total"]["present"])


async def _told(work: Work, book: YearBook, node: str, month: Month) -> Told:
    found = await digest.compute(work, await _unit(work, node), Period(*month))
    return Told(work, book, found, [cell for cell in CELLS if node in _line(cell)], month)


async def _picture_agrees(work: Work, book: YearBook, patch: pytest.MonkeyPatch) -> None:
    """Every row of the province's picture: the rates of the year as the reference has them, in the order drawn."""
    written = remembered(patch, drawing)
    drawing.heat_map(
        await year_sight(work, await _unit(work, "T"), Period(*MONTHS[-1])), work.house.catalogue, "vi"
    )
    for name, cells in (("Toàn đơn vị", list(CELLS)), *((f"Tổ chức {cell}", [cell]) for cell in CELLS)):
        totals = [reference.digest(book, cells, month)["total"] for month in MONTHS]
        rates = [drawn(one["rate"]) for one in totals if one["closed"]]
        begins = written.index(name) + 1
        assert written[begins : begins + len(rates)] == rates


async def _unit(work: Work, code: str) -> Unit:
    found = await work.uow.units.by_code(code)
    assert found is not None
    return found


def _line(cell: str) -> list[str]:
    found, step = [cell], CELLS.get(cell)
    while step is not None:
        found.append(step)
        step = TREE[step]
    return found


def named(cells: Sequence[str]) -> str:
    return ", ".join(f"Tổ chức {cell}" for cell in cells) or "không có"


def percent(rate: str | None) -> str:
    return "–" if rate is None else f"{rate.replace('.', ',')}%"


def drawn(rate: str | None) -> str:
    """In a square: without the sign, a hundred without decimals."""
    return "100" if rate == "100.0" else percent(rate).removesuffix("%")
