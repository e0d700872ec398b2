"""What a roster workbook says, row by row, and the faults found in it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from meetings.terms import CellRole, CellType, Standing, Status, UpperRole
from reports.roster.columns import message


class RosterStatus(StrEnum):
    """The statuses of a membership, and `left`: the membership ended the day before `since`."""

    ACTIVE = Status.ACTIVE.value
    EXEMPT = Status.EXEMPT.value
    TEMPORARY_IN = Status.TEMPORARY_IN.value
    TEMPORARY_OUT = Status.TEMPORARY_OUT.value
    REINFORCED = Status.REINFORCED.value
    AWAY = Status.AWAY.value
    SUSPENDED = Status.SUSPENDED.value
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A node of the tree. `day` is a canonical rule code; `where` (`sheet!row`) never counts in comparisons."""

    code: str
    name: str
    level: str
    parent: str | None = None
    type: CellType | None = None
    day: str | None = None
    time: datetime.time | None = None
    place: str | None = None
    zalo_bots: tuple[str, ...] = ()
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One membership: the key is code + cell. Dates are local and inclusive."""

    code: str
    name: str
    cell: str
    number: int
    group: str | None = None
    standing: Standing = Standing.OFFICIAL
    status: RosterStatus = RosterStatus.ACTIVE
    since: datetime.date | None = None
    until: datetime.date | None = None
    role: CellRole | None = None
    liaison: str | None = None
    language: str | None = None
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """A role above the cells. `name` may be left out for people who are in a cell here."""

    person: str
    name: str | None
    unit: str
    role: UpperRole
    digest: bool = False
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """An official in charge of a cell. Dates are local and inclusive."""

    person: str
    cell: str
    visits_per_year: int | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Roster:
    units: tuple[UnitRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    officials: tuple[OfficialRow, ...] = ()
    assignments: tuple[AssignmentRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and where: sheet and column as found in the workbook, `code` a key of `[messages]`."""

    sheet: str
    row: int
    column: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return fault_text(self)


def fault_text(fault: Fault, language: str = "vi") -> str:
    """Write the line for the operator: `sheet!row column: what is wrong`; English for `en`, else Vietnamese."""
    what = message(fault.code, language).format(**fault.params)
    return f"{fault.sheet}!{fault.row} {fault.column}: {what}"
