"""A small fictional commune: one province, one commune, three cells, 90 memberships. Nobody is real."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time

from meetings.terms import CellRole, CellType, UpperRole
from reports.roster.fictional_people import (
    SINCE,
    YEAR_END,
    Names,
    Posts,
    full_names,
    grouped,
    members,
    posted,
    read_names,
)
from reports.roster.rows import AssignmentRow, OfficialRow, PersonRow, Roster, RosterStatus, UnitRow

PROVINCE, COMMUNE = "T01", "X01"
VILLAGE, HAMLET, SCHOOL = "X01-CB1", "X01-CB2", "X01-CB3"


def fictional_roster(seed: int = 24) -> Roster:
    """Build it; the same seed gives the same people."""
    names = read_names()
    drawn = full_names(names, seed)
    village = _village(members(VILLAGE, 52, 0, drawn), names.group)
    hamlet = _hamlet(members(HAMLET, 33, 52, drawn), names.group)
    school = _school(members(SCHOOL, 4, 85, drawn))
    # The same person in two cells: temporarily out of one, in at the other.
    guest = replace(
        village[_VISITOR - 1], cell=HAMLET, number=34, group=None, status=RosterStatus.TEMPORARY_IN
    )
    officials = _officials(drawn, executive=hamlet[4].code)
    return Roster(
        units=_units(names),
        people=(*village, *hamlet, guest, *school),
        officials=officials,
        assignments=_assignments(officials),
    )


def _units(names: Names) -> tuple[UnitRow, ...]:
    titles, places = names.units, names.places

    def cell(code: str, key: str, kind: CellType, day: str, at: time) -> UnitRow:
        return UnitRow(code, titles[key], "cell", COMMUNE, kind, day, at, places[key])

    return (
        UnitRow(PROVINCE, titles["province"], "province"),
        UnitRow(COMMUNE, titles["commune"], "commune", PROVINCE),
        cell(VILLAGE, "village", CellType.VILLAGE, "24", time(19, 30)),
        cell(HAMLET, "hamlet", CellType.VILLAGE, "28", time(19, 30)),
        cell(SCHOOL, "school", CellType.SCHOOL, "last-friday", time(17)),
    )


_VISITOR = 40  # roll number in the village cell


def _village(people: list[PersonRow], group: str) -> list[PersonRow]:
    """Give the large cell its committee, three groups and one of nearly every status (by roll number)."""
    roles = {
        1: CellRole.SECRETARY,
        2: CellRole.DEPUTY,
        3: CellRole.COMMITTEE,
        4: CellRole.COMMITTEE,
        5: CellRole.CLERK,
        6: CellRole.GROUP_LEADER,
        7: CellRole.GROUP_LEADER,
        8: CellRole.GROUP_LEADER,
    }
    statuses = {
        **dict.fromkeys((45, 46, 47, 48), RosterStatus.EXEMPT),
        38: RosterStatus.AWAY,
        39: RosterStatus.TEMPORARY_OUT,
        _VISITOR: RosterStatus.TEMPORARY_OUT,
        41: RosterStatus.SUSPENDED,
    }
    # Old people without a telephone: their group leader brings the news.
    relayed = frozenset({43, 44, 45, 46, 47, 48})
    found = grouped(people, group, leaders=(6, 7, 8), relayed=relayed)
    return posted(found, Posts(roles, statuses, probationary=frozenset({51, 52})))


def _hamlet(people: list[PersonRow], group: str) -> list[PersonRow]:
    """Give the middle cell its committee, two groups, a reinforced member and some absent ones."""
    roles = {
        1: CellRole.SECRETARY,
        2: CellRole.DEPUTY,
        3: CellRole.COMMITTEE,
        4: CellRole.CLERK,
        6: CellRole.GROUP_LEADER,
        7: CellRole.GROUP_LEADER,
    }
    statuses = {
        28: RosterStatus.EXEMPT,
        29: RosterStatus.EXEMPT,
        30: RosterStatus.AWAY,
        33: RosterStatus.REINFORCED,
    }
    found = grouped(people, group, leaders=(6, 7), relayed=frozenset({27, 28, 29}))
    return posted(found, Posts(roles, statuses))


def _school(people: list[PersonRow]) -> list[PersonRow]:
    """Give the small cell a secretary only: with fewer than 9 members there is no committee (domain.md 2)."""
    return posted(people, Posts({1: CellRole.SECRETARY}))


def _officials(names: Iterator[str], *, executive: str) -> tuple[OfficialRow, ...]:
    """Name the committees above: two standing members and the office read the digest, so does the province."""
    return (
        OfficialRow("CB001", next(names), COMMUNE, UpperRole.STANDING, digest=True),
        OfficialRow("CB002", next(names), COMMUNE, UpperRole.STANDING, digest=True),
        OfficialRow("CB003", next(names), COMMUNE, UpperRole.OFFICE, digest=True),
        OfficialRow("CB004", next(names), PROVINCE, UpperRole.STANDING, digest=True),
        OfficialRow(executive, None, COMMUNE, UpperRole.EXECUTIVE),
    )


def _assignments(officials: tuple[OfficialRow, ...]) -> tuple[AssignmentRow, ...]:
    """Put an official in charge of each cell; quotas as in domain.md 11, never one's own cell."""
    first, second, *_, executive = officials
    return (
        AssignmentRow(first.person, VILLAGE, 2, SINCE, YEAR_END),
        AssignmentRow(second.person, HAMLET, 2, SINCE, YEAR_END),
        AssignmentRow(executive.person, SCHOOL, 3, SINCE, YEAR_END),
    )
