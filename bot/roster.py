"""Reading a roster workbook into a database: all of it or nothing."""

from datetime import datetime
from pathlib import Path

from jobs.clock import wall_clock
from reports.roster.checks import warnings
from reports.roster.reading import read_roster
from reports.roster.rows import Fault, fault_text
from services import Work, roster
from services.roster import ImportReport
from services.rules import policy_of
from services.work import House
from storage.database import Database


class RosterRefused(Exception):
    """The workbook has faults; `lines` name each as `sheet!row column: what is wrong`."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(f"{len(lines)} faults")
        self.lines = lines


async def import_roster(
    database: Database,
    house: House,
    path: Path,
    *,
    now: datetime,
    dry_run: bool = False,
    language: str = "vi",
) -> tuple[ImportReport, list[str]]:
    """Import a workbook as of an instant. Raises RosterRefused and NotAWorkbook, having changed nothing.

    Returns the report and the warnings.
    """
    rows, faults = read_roster(path)
    if faults:
        raise RosterRefused([fault_text(fault, language) for fault in faults])
    async with database.write() as uow:
        work = Work(uow, house, now, wall_clock())
        report = await roster.load(work, rows)
        if report.faults:
            raise RosterRefused([_taken(*fault, language) for fault in report.faults])
        fewest = {
            one.code: (await policy_of(work, one.id)).cell.min_official_members
            for one in await uow.units.cells()
        }
        if not dry_run:
            await uow.commit()
    return report, [fault_text(warning, language) for warning in warnings(rows, fewest)]


def _taken(where: str, number: str, holder: str, language: str) -> str:
    """A roll number held by somebody the workbook no longer names."""
    sheet, _, row = where.rpartition("!")
    fault = Fault(sheet, int(row), "number", "number_held", {"value": number, "holder": holder})
    return fault_text(fault, language)
