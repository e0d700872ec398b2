"""The nights between two months, lived by a process whose own clock stands in whatever zone TZ says.

`python -m tests.zones DATABASE FOLDER` prints what became of it, in local time, as JSON.
"""

import asyncio
import json
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from chat.events import Address
from jobs.clock import wall_clock
from meetings.period import Period
from meetings.states import Verb
from meetings.terms import CellRole, MeetingId, UpperRole
from reports.roster.rows import OfficialRow, PersonRow, Roster, UnitRow
from services import Work, digest_sending
from tests.machine.house import Product, house_with
from tests.machine.looking import local

COMMUNE, DAWN, MIDNIGHT, DATELESS = "X01", "C1", "C2", "C3"
TURNS = (date(2026, 12, 1), date(2027, 1, 1), date(2027, 3, 1), date(2028, 3, 1))
HOURS = (time(0), time(0, 1), time(5, 29), time(5, 30), time(5, 59), time(6), time(6, 45), time(7))
NEXT_DAY = (time(0), time(6))  # on the day after: the report is locked
# Everything that has an hour of its own is put into the night; a pack has it in the day.
POLICY = """
[digest]
day = 1
hour = 06:00:00
lock_day = 1

[chase]
hour = 06:00:00
no_plan_day = 28
no_plan_commune_day = 28
"""
PEOPLE = (
    PersonRow("binh", "Lò Thị Bình", DAWN, 1, role=CellRole.SECRETARY),
    PersonRow("phong", "Quàng Văn Phong", DAWN, 2, role=CellRole.DEPUTY),
    PersonRow("ban", "Tòng Văn Bản", DAWN, 3),
    PersonRow("sang", "Thào A Sáng", MIDNIGHT, 1, role=CellRole.SECRETARY),
    PersonRow("xom", "Vàng Thị Xóm", MIDNIGHT, 2),
    PersonRow("lo", "Lý Thị Mỷ", DATELESS, 1, role=CellRole.SECRETARY),
)
ROSTER = Roster(
    (
        UnitRow(COMMUNE, "Đảng uỷ xã Mường Thanh", "commune"),
        UnitRow(DAWN, "Chi bộ bản Noong", "cell", COMMUNE, day="1", time=time(6, 30), place="Nhà văn hoá"),
        UnitRow(MIDNIGHT, "Chi bộ Ca đêm", "cell", COMMUNE, day="last", time=time(0, 30), place="Xưởng"),
        UnitRow(DATELESS, "Chi bộ bản Pá", "cell", COMMUNE),
    ),
    PEOPLE,
    (OfficialRow("chair", "Nguyễn Văn Chủ", COMMUNE, UpperRole.STANDING, digest=True),),
)
LINKED = ("binh", "phong", "ban", "sang", "lo", "chair")


class Nights:
    """The product, and what it has told so far."""

    def __init__(self, database: Path, policy: Path) -> None:
        start = datetime.combine(TURNS[0], time()) - timedelta(35)
        self.product = Product(f"sqlite+aiosqlite:///{database}", house_with(policy), start)
        self._file, self._seen = database, 0

    async def begin(self) -> None:
        await self.product.load(ROSTER, LINKED)

        async def link(work: Work) -> None:
            for code in LINKED:
                person = await work.uow.people.by_code(code)
                assert person is not None
                await work.uow.accounts.link(Address("web", "buttons", code), person.id, work.now)

        await self.product.act(None, link)
        await self.product.parts.ticks.all()

    async def moment(self, at: datetime) -> dict[str, Any]:
        """What is true at a moment, and what was written to whom since the one before."""
        await self.product.until(at)
        await self._people_act(at)
        now = self.product.clock.now()
        async with self.product.database.read() as uow:
            work = Work(uow, self.product.house, now, wall_clock())
            unit = await uow.units.by_code(COMMUNE)
            assert unit is not None
            period = Period.of(work.today)
            last, due = period.previous(), await digest_sending.due_period(work, unit.id)
            filed = await uow.closings.report(unit.id, last)
            found = {
                "at": at.isoformat(" ", "minutes"),
                "today": str(work.today),
                "period": str(period),
                "digest of": str(due) if due else None,
                "filed": json.loads(filed)["total"] if filed else None,
                "locked": now >= work.policy.locked_from(last, work.zone),
            }
        found["drafted"] = {
            cell: [
                f"{one.period}: {local(one.starts_at):%d/%m/%Y %H:%M} {one.state}"
                for one in rows
                if one.starts_at > now
            ]
            for cell, rows in (await self.product.meetings([DAWN, MIDNIGHT, DATELESS])).items()
        }
        found["told"] = {
            str(month): [
                (line["code"], line["state"], line["present"], line["held_late"], line["amendment"])
                for line in (await self.product.digest(COMMUNE, (month.year, month.month)))[0]["cells"]
            ]
            for month in (last.previous(), last, period)
        }
        return found | {"letters": self._letters()}

    async def _people_act(self, at: datetime) -> None:
        """At dawn a meeting is moved, held and closed; in one night a list is closed, in another one put off."""
        first, hour = at.date() if at.day < 3 else at.date() + timedelta(1), at.time()
        match (first == TURNS[1], first == TURNS[2], at.day, hour):
            case (True, _, 31, time(minute=29)):
                await self._called(MIDNIGHT, "sang", at.date())
            case (_, True, 28, time(minute=1)):
                await self._moved(MIDNIGHT, "sang", at.date(), datetime.combine(TURNS[2], time(0, 20)))
            case (_, True, 1, time(hour=5, minute=29)):
                await self._called(MIDNIGHT, "sang", at.date())
            case (_, _, 1, time(hour=0, minute=1)):
                await self._moved(DAWN, "binh", at.date(), datetime.combine(at.date(), time(6, 40)))
            case (_, _, 1, time(hour=6, minute=45)):
                await self._called(DAWN, "binh", at.date())

    async def _moved(self, cell: str, who: str, day: date, to: datetime) -> None:
        await self.product.change(who, await self._of_day(cell, day), Verb.MOVE, to)

    async def _called(self, cell: str, who: str, day: date) -> None:
        number = await self._of_day(cell, day)
        await self.product.line(who, number, "vắng 2kp")
        await self.product.shut(who, number)

    async def _of_day(self, cell: str, day: date) -> MeetingId:
        rows = (await self.product.meetings([cell]))[cell]
        [number] = [one.id for one in rows if local(one.starts_at).date() == day]
        return number

    def _letters(self) -> list[str]:
        """To whom, of what kind, and not before which local time."""
        with closing(sqlite3.connect(self._file)) as connection:
            rows = connection.execute(
                "SELECT outbox.id, outbox.chat, notice.kind, notice.due_at, outbox.not_before FROM outbox"
                " JOIN notice ON notice.id = outbox.notice WHERE outbox.id > ? ORDER BY outbox.id",
                (self._seen,),
            ).fetchall()
        self._seen = max([self._seen, *(row[0] for row in rows)])
        return [f"{_local(before)} {chat} {kind} (due {_local(due)})" for _, chat, kind, due, before in rows]


def _local(stored: str) -> str:
    return local(datetime.fromisoformat(stored).replace(tzinfo=UTC)).strftime("%d/%m %H:%M")


def moments() -> list[datetime]:
    found = [
        datetime.combine(day, hour)
        for first in TURNS
        for day in (first - timedelta(1), first, first + timedelta(1))
        for hour in (NEXT_DAY if day > first else HOURS)
    ]
    assert all(one < two for one, two in pairwise(found))
    return found


async def lived(database: Path, policy: Path) -> list[dict[str, Any]]:
    nights = Nights(database, policy)
    try:
        await nights.begin()
        return [await nights.moment(at) for at in moments()]
    finally:
        await nights.product.close()


def main(template: str, folder: str) -> None:
    home = Path(folder)
    (home / "policy.toml").write_text(POLICY, encoding="utf-8")
    shutil.copyfile(template, home / "keng.db")
    found = asyncio.run(lived(home / "keng.db", home / "policy.toml"))
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
