"""Workbooks for the tests of the roster: a good one, and what differs from it."""

from collections.abc import Mapping
from io import BytesIO

from openpyxl import Workbook

from reports.roster.cells import Raw
from reports.roster.reading import read_roster
from reports.roster.rows import Fault, fault_text

Sheets = dict[str, list[list[Raw]]]
Place = tuple[str, int, str, str]

UNITS = ["code", "name", "level", "parent", "type", "day", "time", "place", "zalo_bot"]
PEOPLE = [
    "code",
    "name",
    "cell",
    "number",
    "group",
    "standing",
    "status",
    "since",
    "until",
    "role",
    "liaison",
    "language",
]


def good() -> Sheets:
    """English names; three official members so that there is not even a warning."""
    return {
        "units": [
            [*UNITS],
            ["X01", "Xã Mẫu", "commune"],
            ["X01-CB1", "Chi bộ Một", "cell", "X01", "village", 24, "19:30", "Nhà văn hoá", "a, b"],
        ],
        "people": [
            [*PEOPLE],
            [
                "DV001",
                "Lò Thị Một",
                "X01-CB1",
                1,
                "1",
                "official",
                "active",
                None,
                None,
                "secretary",
                None,
                "vi",
            ],
            ["DV002", "Lò Văn Hai", "X01-CB1", 2, None, None, "exempt", "01/01/2026", None, None, "DV001"],
            ["DV003", "Lò Văn Ba", "X01-CB1", 3],
        ],
        "officials": [
            ["person", "name", "unit", "role", "digest"],
            ["CB001", "Vi Văn Bốn", "X01", "standing", "yes"],
        ],
        "assignments": [
            ["person", "cell", "visits_per_year", "from", "until"],
            ["CB001", "X01-CB1", 2, "2026-01-01", None],
        ],
    }


def workbook(sheets: Mapping[str, list[list[Raw]]]) -> BytesIO:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = BytesIO()
    book.save(content)
    content.seek(0)
    return content


def changed(changes: Mapping[tuple[str, int, str], Raw]) -> Sheets:
    """The good workbook with other values, each by sheet, row number and English column."""
    sheets = good()
    for (name, row, column), value in changes.items():
        rows = sheets[name]
        while len(rows) < row:
            rows.append([])
        place = rows[0].index(column)
        rows[row - 1] += [None] * (place + 1 - len(rows[row - 1]))
        rows[row - 1][place] = value
    return sheets


def places(faults: list[Fault]) -> list[Place]:
    return [(fault.sheet, fault.row, fault.column, fault.code) for fault in faults]


def faults_of(sheets: Sheets) -> list[Place]:
    roster, faults = read_roster(workbook(sheets))
    for fault in faults:
        for language in ("vi", "en"):
            assert fault_text(fault, language).startswith(f"{fault.sheet}!{fault.row} {fault.column}: ")
    assert not faults or roster.people == ()
    return places(faults)
