"""A commune of two cells, made by hand: nobody here is real, and everybody is here for a reason."""

from datetime import date, time

from meetings.terms import CellRole, CellType, Standing, UpperRole
from reports.roster.rows import AssignmentRow, OfficialRow, PersonRow, Roster, RosterStatus, UnitRow

PROVINCE, COMMUNE = "T01", "X01"
CELL, OTHER = "X01-C1", "X01-C2"
GROUP, OTHER_GROUP = f"group-{CELL}", f"group-{OTHER}"
SINCE = date(2026, 1, 1)

# Roll number, code, name. The code is what a test calls the person.
NAMES = {
    "secretary": "Lò Thị Bình",
    "deputy": "Quàng Văn Phong",
    "clerk": "Cà Thị Thư",
    "committee": "Tòng Văn Chiến",
    "liaison": "Lường Văn Liên",
    "elder": "Vì Văn Già",
    "widow": "Hoàng Thị Hiền",
    "exempt": "Bạc Cầm Minh",
    "probationary": "Điêu Thị Dung",
    "absentee": "Mè Văn Đông",
    "visitor": "Giàng A Đến",
    "suspended": "Sùng A Trỉ",
    "worker": "Cầm Thị Vân",
    "hesitant": "Đèo Văn Ngại",
    "refuser": "Lèo Thị Từ",
    "other-secretary": "Thào A Sáng",
    "neighbour": "Vàng Thị Xóm",
    "chair": "Nguyễn Văn Chủ",
    "office": "Trần Thị Phòng",
    "executive": "Phạm Văn Hành",
    "province": "Lê Thị Tỉnh",
}
ROLES = {
    "secretary": CellRole.SECRETARY,
    "deputy": CellRole.DEPUTY,
    "clerk": CellRole.CLERK,
    "committee": CellRole.COMMITTEE,
    "other-secretary": CellRole.SECRETARY,
}
STATUSES = {
    "exempt": RosterStatus.EXEMPT,
    "absentee": RosterStatus.TEMPORARY_OUT,
    "visitor": RosterStatus.TEMPORARY_IN,
    "suspended": RosterStatus.SUSPENDED,
}
MEMBERS = tuple(NAMES)[:15]  # of the main cell, in the order of their roll numbers
OTHERS = ("other-secretary", "neighbour")


def member(code: str, cell: str, number: int, *, status: RosterStatus | None = None) -> PersonRow:
    """Two old people have no telephone: the liaison brings them the news."""
    status = status or STATUSES.get(code, RosterStatus.ACTIVE)
    return PersonRow(
        code,
        NAMES[code],
        cell,
        number,
        standing=Standing.PROBATIONARY if code == "probationary" else Standing.OFFICIAL,
        status=status,
        since=None if status is RosterStatus.ACTIVE else SINCE,
        role=ROLES.get(code),
        liaison="liaison" if code in ("elder", "widow") else None,
    )


def cell(code: str, name: str, day: str | None = None) -> UnitRow:
    """A cell that meets at 19:30 on a day of the month, or whose secretary has set nothing yet."""
    hour, place = (time(19, 30), f"Nhà văn hoá {name.removeprefix('Chi bộ ')}") if day else (None, None)
    return UnitRow(code, name, "cell", COMMUNE, CellType.VILLAGE, day, hour, place)


OFFICIALS = (
    OfficialRow("chair", NAMES["chair"], COMMUNE, UpperRole.STANDING, digest=True),
    OfficialRow("office", NAMES["office"], COMMUNE, UpperRole.OFFICE, digest=True),
    OfficialRow("executive", NAMES["executive"], COMMUNE, UpperRole.EXECUTIVE),
    OfficialRow("province", NAMES["province"], PROVINCE, UpperRole.STANDING, digest=True),
)
ASSIGNMENTS = (AssignmentRow("executive", CELL, 2, SINCE, date(2026, 12, 31)),)


def commune(day: str | None = "24", *people: PersonRow, other: str | None = None) -> Roster:
    """Both cells with their rules or without. Other people may take the place of the usual ones."""
    return Roster(
        units=(
            UnitRow(PROVINCE, "Tỉnh uỷ Điện Sơn", "province"),
            UnitRow(COMMUNE, "Đảng uỷ xã Mường Thanh", "commune", PROVINCE),
            cell(CELL, "Chi bộ bản Noong", day),
            cell(OTHER, "Chi bộ bản Ten", other),
        ),
        people=people
        or (
            *(member(code, CELL, number) for number, code in enumerate(MEMBERS, 1)),
            *(member(code, OTHER, number) for number, code in enumerate(OTHERS, 1)),
        ),
        officials=OFFICIALS,
        assignments=ASSIGNMENTS,
    )
