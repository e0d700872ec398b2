"""A small province: two communes, one of them with a part committee; everybody here has a reason to be here."""

from datetime import time

from meetings.terms import CellRole, CellType, UpperRole
from reports.roster.rows import AssignmentRow, OfficialRow, PersonRow, Roster, UnitRow
from tests.scenarios.commune import SINCE

PROVINCE, FIRST, SECOND, PART = "T01", "X01", "X02", "X02-B"
CELLS = {"X01-C1": FIRST, "X01-C2": FIRST, "X02-C1": SECOND, "X02-B-C1": PART}
OFFICIALS = {
    "above": ("Lê Thị Tỉnh", PROVINCE),
    "chair": ("Nguyễn Văn Chủ", FIRST),
    "chair-2": ("Trần Thị Hai", SECOND),
}
MEMBERS = ("Lò Văn Một", "Cà Thị Nhì", "Vì Văn Ba")


def secretary(cell: str) -> str:
    return f"{cell}-1"


def names() -> list[str]:
    """Of every member of a cell: none of them may stand in what goes to a committee."""
    return [f"{name} {cell}" for cell in CELLS for name in MEMBERS]


def province(day: str = "24") -> Roster:
    """Four cells of three members each, all on one evening. One official is in charge of one cell."""

    def cell(code: str) -> UnitRow:
        return UnitRow(
            code, f"Chi bộ {code}", "cell", CELLS[code], CellType.VILLAGE, day, time(19, 30), "Nhà văn hoá"
        )

    people = [
        PersonRow(f"{cell}-{n}", f"{name} {cell}", cell, n, role=CellRole.SECRETARY if n == 1 else None)
        for cell in CELLS
        for n, name in enumerate(MEMBERS, 1)
    ]
    officials = [
        OfficialRow(code, name, unit, UpperRole.STANDING, digest=True)
        for code, (name, unit) in OFFICIALS.items()
    ]
    officials.append(OfficialRow("in-charge", "Phạm Văn Hành", FIRST, UpperRole.EXECUTIVE))
    return Roster(
        units=(
            UnitRow(PROVINCE, "Tỉnh uỷ Điện Sơn", "province"),
            UnitRow(FIRST, "Đảng uỷ xã Mường Một", "commune", PROVINCE),
            UnitRow(SECOND, "Đảng uỷ xã Mường Hai", "commune", PROVINCE),
            UnitRow(PART, "Đảng bộ bộ phận Nà Hai", "committee", SECOND),
            *(cell(code) for code in CELLS),
        ),
        people=tuple(people),
        officials=tuple(officials),
        assignments=(AssignmentRow("in-charge", "X01-C1", 2, SINCE, None),),
    )
