"""The commune of `keng demo`: one province, one commune, three cells, 90 memberships. Nobody is real."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from importlib.resources import files
from random import Random

from meetings.terms import CellRole, CellType, Standing, UpperRole
from reports.roster.rows import AssignmentRow, OfficialRow, PersonRow, Roster, RosterStatus, UnitRow

PROVINCE, COMMUNE = "T01", "X01"
VILLAGE, HAMLET, SCHOOL = "X01-CB1", "X01-CB2", "X01-CB3"

# The demo's clock starts in November 2026.
_SINCE = date(2026, 1, 1)
_YEAR_END = date(2026, 12, 31)


@dataclass(frozen=True, slots=True)
class Names:
    """locales/names.toml."""

    surnames: list[str]
    middles: list[str]
    givens: list[str]
    group: str
    units: dict[str, str]
    places: dict[str, str]


def fictional_roster(seed: int = 24) -> Roster:
    """Build the demo's roster; the same seed gives the same people."""
    names = Names(**tomllib.loads(files("locales").joinpath("names.toml").read_text("utf-8")))
    drawn = _full_names(names, Random(seed))  # noqa: S311  names for a demo, not a secret
    village = _village([_member(VILLAGE, number, 0, next(drawn)) for number in range(1, 53)], names.group)
    hamlet = _hamlet([_member(HAMLET, number, 52, next(drawn)) for number in range(1, 34)], names.group)
    school = _school([_member(SCHOOL, number, 85, next(drawn)) for number in range(1, 5)])
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


def _full_names(names: Names, random: Random) -> Iterator[str]:
    """Draw full names without end, each once."""
    seen: set[str] = set()
    while True:
        name = " ".join(random.choice(part) for part in (names.surnames, names.middles, names.givens))
        if name not in seen:
            seen.add(name)
            yield name


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


def _member(cell: str, number: int, before: int, name: str) -> PersonRow:
    """Make an ordinary member; codes run on through the commune, `before` people came before this cell."""
    return PersonRow(f"DV{before + number:03}", name, cell, number)


_VISITOR = 40  # roll number in the village cell


def _village(members: list[PersonRow], group: str) -> list[PersonRow]:
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
    found = _grouped(members, group, leaders=(6, 7, 8), relayed=relayed)
    return _with(found, roles, statuses, probationary=frozenset({51, 52}))


def _hamlet(members: list[PersonRow], group: str) -> list[PersonRow]:
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
    found = _grouped(members, group, leaders=(6, 7), relayed=frozenset({27, 28, 29}))
    return _with(found, roles, statuses)


def _school(members: list[PersonRow]) -> list[PersonRow]:
    """Give the small cell a secretary only: with fewer than 9 members there is no committee (domain.md 2)."""
    return _with(members, {1: CellRole.SECRETARY}, {})


def _grouped(
    members: list[PersonRow], group: str, *, leaders: tuple[int, ...], relayed: frozenset[int]
) -> list[PersonRow]:
    """Split the cell into groups round the leaders; `relayed` are the numbers who get a liaison."""
    found = []
    for person in members:
        place = leaders.index(person.number) if person.number in leaders else person.number % len(leaders)
        liaison = members[leaders[place] - 1].code if person.number in relayed else None
        found.append(replace(person, group=f"{group} {place + 1}", liaison=liaison))
    return found


def _with(
    members: list[PersonRow],
    roles: dict[int, CellRole],
    statuses: dict[int, RosterStatus],
    *,
    probationary: frozenset[int] = frozenset(),
) -> list[PersonRow]:
    """Set what differs from an ordinary member, by roll number."""
    return [
        replace(
            person,
            role=roles.get(person.number),
            status=statuses.get(person.number, RosterStatus.ACTIVE),
            since=_SINCE if person.number in statuses else None,
            until=_YEAR_END if statuses.get(person.number) is RosterStatus.AWAY else None,
            standing=Standing.PROBATIONARY if person.number in probationary else Standing.OFFICIAL,
        )
        for person in members
    ]


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
        AssignmentRow(first.person, VILLAGE, 2, _SINCE, _YEAR_END),
        AssignmentRow(second.person, HAMLET, 2, _SINCE, _YEAR_END),
        AssignmentRow(executive.person, SCHOOL, 3, _SINCE, _YEAR_END),
    )
