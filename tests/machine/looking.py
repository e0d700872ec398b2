"""What the product says of itself, for comparison: its meetings, lists, digests, reports and counters."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jobs.clock import MovableClock, wall_clock
from meetings.period import Period
from meetings.records import Meeting
from meetings.terms import MeetingId
from services import Work, counters, digest, rollcall
from services.digest_lines import Standing
from services.work import House
from storage.database import Database
from tests.reference.values import Month

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local(instant: datetime) -> datetime:
    """The Vietnamese wall clock, without a zone, as the reference counts."""
    return instant.astimezone(ZONE).replace(tzinfo=None)


def instant(moment: datetime) -> datetime:
    return moment.replace(tzinfo=ZONE).astimezone(UTC)


class Looking:
    """Reading transactions at the product's own moment."""

    database: Database
    house: House
    clock: MovableClock

    async def meetings(self, cells: Iterable[str]) -> dict[str, list[Meeting]]:
        async with self.database.read() as uow:
            found = {}
            for cell in cells:
                unit = await uow.units.by_code(cell)
                assert unit is not None
                found[cell] = await uow.meetings.of_cell(unit.id)
            return found

    async def sheet(self, number: MeetingId) -> dict[str, int]:
        """The figures of a list as it stands."""
        async with self.database.read() as uow:
            meeting = await uow.meetings.by_id(number)
            assert meeting is not None
            work = Work(uow, self.house, self.clock.now(), wall_clock())
            counted = (await rollcall.sheet(work, meeting)).tally
        names = (
            "roll",
            "expected",
            "present",
            "excused",
            "unexcused",
            "awaiting",
            "unmarked",
            "extra",
            "guests",
        )
        return {name: getattr(counted, name) for name in names}

    async def digest(self, unit: str, month: Month) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """`keng digest --json`, and which cells it names as recorded, not recorded and not held."""
        async with self.database.read() as uow:
            found = await uow.units.by_code(unit)
            assert found is not None
            work = Work(uow, self.house, self.clock.now(), wall_clock())
            computed = await digest.compute(work, found, Period(*month))
        groups = {str(standing): [one.cell.code for one in computed.which(standing)] for standing in Standing}
        told: dict[str, Any] = json.loads(json.dumps(digest.as_json(computed)))
        return told, groups

    async def counters(self, cell: str, year: int) -> dict[str, tuple[list[Month], int]]:
        """By person: the months of counter A, the longest row of counter B; only who has either."""
        async with self.database.read() as uow:
            unit = await uow.units.by_code(cell)
            assert unit is not None
            work = Work(uow, self.house, self.clock.now(), wall_clock())
            found = await counters.of_cell(work, unit, year)
        return {
            one.member.code: (
                [(month.year, month.month) for month in one.counters.unexcused],
                len(one.counters.excused),
            )
            for one in found
        }

    async def filed(self, unit: str, month: Month) -> str | None:
        """The report that was sent, letter by letter."""
        async with self.database.read() as uow:
            found = await uow.units.by_code(unit)
            assert found is not None
            return await uow.closings.report(found.id, Period(*month))
