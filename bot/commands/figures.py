"""`keng import` and `keng digest`."""

import json
from dataclasses import dataclass
from pathlib import Path

from bot.app import make_house
from bot.roster import import_roster
from bot.settings import Settings
from chat.text import Param, Text
from jobs.clock import wall_clock
from meetings.period import Period
from reports.catalogue import Catalogue
from reports.digest_workbook import write_digest
from services import Work
from services import digest as digests
from services.digest_book import book_of
from services.digest_text import as_text
from services.roster import ImportReport
from services.work import House
from storage.database import Database
from storage.schema import check_revision


class Unknown(Exception):
    """There is no unit or person of that code, or nothing can be done for them."""


async def load_roster(settings: Settings, path: Path, *, dry_run: bool) -> list[str]:
    """Import a workbook as of today; what was done, line by line."""
    await check_revision(settings.database_url)
    database = Database(settings.database_url)
    try:
        report, warned = await import_roster(
            database,
            house_without_keys(settings),
            path,
            now=wall_clock(),
            dry_run=dry_run,
            language=settings.language,
        )
    finally:
        await database.close()
    return [
        *warned,
        *_told(report, dry_run=dry_run, catalogue=Catalogue(settings.zone), language=settings.language),
    ]


def _told(report: ImportReport, *, dry_run: bool, catalogue: Catalogue, language: str) -> list[str]:
    known: dict[str, Param] = {
        "units": report.units,
        "people": report.people,
        "new": report.new_people,
        "statuses": report.statuses,
    }
    texts = [Text("import.dry_run" if dry_run else "import.done", known)]
    texts += [Text("import.gone", {"code": code}) for code in report.gone]
    texts += [Text("import.away_kept", {"code": code}) for code in report.away_kept]
    texts += [Text("import.forgotten", {"code": code}) for code in report.forgotten]
    return [catalogue.render(text, language) for text in texts]


@dataclass(frozen=True, slots=True)
class Papers:
    """Where the digest is to be written besides, as a workbook and as a picture."""

    xlsx: Path | None = None
    png: Path | None = None


async def digest(settings: Settings, code: str, period: Period, papers: Papers, *, as_json: bool) -> str:
    """The digest as text or JSON, and on what papers are named. Raises Unknown, OSError."""
    await check_revision(settings.database_url)
    database = Database(settings.database_url)
    house = house_without_keys(settings)
    try:
        async with database.read() as uow:
            unit = await uow.units.by_code(code)
            if unit is None:
                raise Unknown(f"no unit has the code {code!r}: `keng import` loads the units")
            now = wall_clock()
            work = Work(uow, house, now, now)
            figures = await digests.compute(work, unit, period)
            book = await book_of(work, figures) if papers.xlsx or papers.png else None
    finally:
        await database.close()
    values = digests.as_json(figures)
    if book is not None and papers.xlsx is not None:
        write_digest(papers.xlsx, book, house.catalogue, settings.language)
    if book is not None and papers.png is not None:
        from reports.heat_map import heat_map  # noqa: PLC0415 - as in services/files: Pillow is heavy

        papers.png.write_bytes(heat_map(book.year, house.catalogue, settings.language))
    if as_json:
        return json.dumps(values, ensure_ascii=False, indent=2)
    return house.catalogue.render(as_text(figures), settings.language)


def house_without_keys(settings: Settings) -> House:
    """For what signs nothing."""
    return make_house(settings if settings.keys else settings.model_copy(update={"secret_keys": "-"}))
