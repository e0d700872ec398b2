"""The two cells that the machine plays: nobody here is real, and few, so that every person often matters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time

from meetings.terms import CellRole, Standing, UpperRole
from reports.roster.rows import AssignmentRow, OfficialRow, PersonRow, Roster, RosterStatus, UnitRow

COMMUNE, CELL, OTHER = "X01", "X01-C1", "X01-C2"
CELLS = (CELL, OTHER)
GUEST = "official"
Key = tuple[str, str]  # cell and person
Said = tuple[str, date | None, date | None]  # status, since, until

HOME = ("active", "exempt", "temporary_out", "away", "suspended")
FROM_ELSEWHERE = ("temporary_in", "reinforced")
# Who agreed. Of the others a closed and locked month keeps the roll number only.
CONSENTED = ("binh", "phong", "thu", "ban", "sang", GUEST)
SECRETARY: Mapping[str, str] = {CELL: "binh", OTHER: "sang"}
CLERK = "thu"

_ROWS = (
    PersonRow("binh", "Lò Thị Bình", CELL, 1, role=CellRole.SECRETARY),
    PersonRow("phong", "Quàng Văn Phong", CELL, 2, role=CellRole.DEPUTY),
    PersonRow("thu", "Cà Thị Thư", CELL, 3, role=CellRole.CLERK),
    PersonRow("ban", "Tòng Văn Bản", CELL, 4),
    PersonRow("gia", "Vì Văn Già", CELL, 5),
    PersonRow("dung", "Điêu Thị Dung", CELL, 7, standing=Standing.PROBATIONARY),
    PersonRow("den", "Giàng A Đến", CELL, 9, status=RosterStatus.TEMPORARY_IN),
    PersonRow("cuong", "Sùng A Cường", CELL, 11, status=RosterStatus.REINFORCED),
    PersonRow("sang", "Thào A Sáng", OTHER, 1, role=CellRole.SECRETARY),
    PersonRow("xom", "Vàng Thị Xóm", OTHER, 2),
    PersonRow("ban", "Tòng Văn Bản", OTHER, 3, status=RosterStatus.TEMPORARY_IN),
)
LATER = PersonRow("moi", "Hạng Thị Mới", CELL, 6)
PEOPLE = tuple((row.cell, row.code) for row in _ROWS)
NUMBERS = {(row.cell, row.code): row.number for row in (*_ROWS, LATER)}


def statuses_of(key: Key) -> tuple[str, ...]:
    """What somebody may become: a guest of the cell stays one."""
    row = next(one for one in (*_ROWS, LATER) if (one.cell, one.code) == key)
    return FROM_ELSEWHERE if row.status.value in FROM_ELSEWHERE else HOME


def roster(said: Mapping[Key, Said], left: Mapping[Key, date], rule: str, hour: time) -> Roster:
    """The workbook as it stands: the people in `said`, of whom some have left."""
    people = []
    for row in (*_ROWS, LATER):
        key = (row.cell, row.code)
        if key not in said:
            continue
        status, since, until = said[key]
        people.append(replace(row, status=RosterStatus(status), since=since, until=until))
        if key in left:
            people[-1] = replace(row, status=RosterStatus.LEFT, since=left[key], role=None)
    return Roster(
        (
            UnitRow(COMMUNE, "Đảng uỷ xã Mường Thanh", "commune"),
            UnitRow(CELL, "Chi bộ bản Noong", "cell", COMMUNE, day=rule, time=hour, place="Nhà văn hoá"),
            UnitRow(
                OTHER, "Chi bộ bản Ten", "cell", COMMUNE, day="24", time=time(19, 30), place="Nhà văn hoá"
            ),
        ),
        tuple(people),
        (
            OfficialRow("chair", "Nguyễn Văn Chủ", COMMUNE, UpperRole.STANDING, digest=True),
            OfficialRow(GUEST, "Phạm Văn Hành", COMMUNE, UpperRole.EXECUTIVE),
        ),
        (AssignmentRow(GUEST, CELL),),
    )


def first_said() -> dict[Key, Said]:
    return {(row.cell, row.code): (row.status.value, row.since, row.until) for row in _ROWS}
