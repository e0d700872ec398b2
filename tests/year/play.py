"""A commune's year: people and events from the tables beside this file, played through the real services.

`people.csv` is the workbook as it stands at the beginning; `status`, `joins` and `leaves` import it anew.
`events.csv` says who did what when, in local time. `meeting` is the month the meeting is for, and "thematic"
for the one beside the regular one.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

from bot.roster import import_roster
from meetings.states import Verb
from meetings.terms import CellRole, Kind, MeetingId, Standing, UpperRole
from reports.roster.rows import AssignmentRow, OfficialRow, PersonRow, Roster, RosterStatus, UnitRow
from reports.roster.template import write_roster
from services import rollcall
from tests.machine.house import Product, house_with

HERE = Path(__file__).parent
COMMUNE, OFFICIAL = "X01", "official"
CELLS = {
    "C1": UnitRow(
        "C1", "Chi bộ bản Noong", "cell", COMMUNE, day="24", time=time(19, 30), place="Nhà văn hoá"
    ),
    "C2": UnitRow("C2", "Chi bộ bản Ten", "cell", COMMUNE, day="3", time=time(19, 30), place="Nhà văn hoá"),
    "C3": UnitRow("C3", "Chi bộ Trường", "cell", COMMUNE, day="last-friday", time=time(14), place="Trường"),
    "C4": UnitRow("C4", "Chi bộ Trạm", "cell", COMMUNE, day="first-monday", time=time(7, 30), place="Trạm"),
    "C5": UnitRow("C5", "Chi bộ bản Pá", "cell", COMMUNE, day="last", time=time(19, 30), place="Nhà văn hoá"),
}
_BEGINNING = datetime(2023, 12, 20, 9)  # noqa: DTZ001 - local, as everything here
_AGREE_UP_TO = 8  # members with a higher roll number have no consent: nothing may come of that in the figures


@dataclass(frozen=True)
class Happening:
    """One line of `events.csv`."""

    when: datetime
    cell: str
    meeting: str
    event: str
    detail: str


def happenings() -> Iterator[Happening]:
    with (HERE / "events.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            when = datetime.fromisoformat(row["when"])
            yield Happening(when, row["cell"], row["meeting"], row["event"], row["detail"])


def people() -> dict[str, PersonRow]:
    """By `cell-number`."""
    with (HERE / "people.csv").open(encoding="utf-8") as file:
        rows = [_person(row) for row in csv.DictReader(file)]
    return {row.code: row for row in rows}


def _person(row: dict[str, str]) -> PersonRow:
    return PersonRow(
        f"{row['cell']}-{row['number']}",
        row["name"],
        row["cell"],
        int(row["number"]),
        standing=Standing(row["standing"]),
        status=RosterStatus(row["status"]),
        since=_day(row["since"]),
        until=_day(row["until"]),
        role=CellRole(row["role"]) if row["role"] else None,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


class Year:
    """The year while it is played. The database is left closed, as the machine of a commune would leave it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.product = Product(database_url, house_with(HERE / "policy.toml"), _BEGINNING)
        self._folder, self._people = folder, people()
        self._rules = dict(CELLS)

    async def play(self) -> None:
        try:
            await self._import()
            await self.product.agree(
                [OFFICIAL, *(row.code for row in self._people.values() if row.number <= _AGREE_UP_TO)]
            )
            for one in happenings():
                await self.product.until(one.when)
                await self._happen(one)
        finally:
            await self.product.close()

    async def _happen(self, one: Happening) -> None:
        if one.event in ("status", "joins", "leaves"):
            self._change(one)
            await self._import()
            return
        product, by = self.product, f"{one.cell}-1"
        if one.event == "monthly rule":
            day, hour = one.detail.split()
            self._rules[one.cell] = replace(self._rules[one.cell], day=day, time=time.fromisoformat(hour))
            await product.set_rule(by, one.cell, day, time.fromisoformat(hour))
        elif one.event == "thematic":
            month = (int(one.meeting[:4]), int(one.meeting[5:]))
            await product.add_thematic(one.cell, month, datetime.fromisoformat(one.detail))
        else:
            await self._to_meeting(one, by, await self._meeting(one))

    async def _to_meeting(self, one: Happening, by: str, number: MeetingId) -> None:
        product = self.product
        match one.event:
            case "list" | "list and guest":
                await product.line(by, number, one.detail)
                if one.event == "list and guest":
                    await product.guest(by, number, OFFICIAL)
                await product.shut(by, number)
            case "hold":
                await product.on(by, number, rollcall.open_sheet)
            case "move":
                await product.change(by, number, Verb.MOVE, datetime.fromisoformat(one.detail))
            case "postpone" | "cancel":
                await product.change(by, number, Verb(one.event))
            case "reopen":
                await product.reopen(by, number)
            case "rule":
                roll_number, ruling = one.detail.split()
                await product.rule(by, number, f"{one.cell}-{roll_number}", ruling)
            case "says":
                roll_number, answer, reason = one.detail.split()
                await product.answer(by, number, f"{one.cell}-{roll_number}", answer, reason)
            case _:
                raise AssertionError(f"no such event: {one}")

    async def _meeting(self, one: Happening) -> MeetingId:
        month, _, kind = one.meeting.partition(" ")
        found = await self.product.meetings([one.cell])
        [number] = [
            row.id
            for row in found[one.cell]
            if str(row.period) == month and (row.kind is Kind.THEMATIC) == (kind == "thematic")
        ]
        return number

    def _change(self, one: Happening) -> None:
        """What the workbook says from now on of one person."""
        number, _, rest = one.detail.partition(" ")
        code = f"{one.cell}-{number}"
        if one.event == "joins":
            self._people[code] = PersonRow(code, rest, one.cell, int(number))
        elif one.event == "leaves":
            self._people[code] = replace(
                self._people[code], status=RosterStatus.LEFT, since=one.when.date(), until=None
            )
        else:
            status, since = rest.split()
            self._people[code] = replace(
                self._people[code],
                status=RosterStatus(status),
                since=date.fromisoformat(since),
                until=None,
            )

    async def _import(self) -> None:
        """The workbook, as a file, read as `keng import` reads it."""
        path = self._folder / "roster.xlsx"
        rows = Roster(
            (UnitRow(COMMUNE, "Đảng uỷ xã Mường Thanh", "commune"), *self._rules.values()),
            tuple(self._people.values()),
            (
                OfficialRow("chair", "Nguyễn Văn Chủ", COMMUNE, UpperRole.STANDING, digest=True),
                OfficialRow(OFFICIAL, "Phạm Văn Hành", COMMUNE, UpperRole.EXECUTIVE),
            ),
            (AssignmentRow(OFFICIAL, "C1"),),
        )
        write_roster(path, rows)
        product = self.product
        await import_roster(product.database, product.house, path, now=product.clock.now())
