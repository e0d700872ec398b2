"""What only shows when rows are seen together: doubles, cycles, contradictions; and the warnings."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping

from meetings.folding import name_key
from meetings.terms import Standing
from reports.roster.cells import TEXT_LIMIT, shown
from reports.roster.lines import Table
from reports.roster.rows import Fault, PersonRow, Roster, RosterStatus, UnitRow

# Not on the home roll of this cell (domain.md 5, "roll").
_NOT_HOME = frozenset({RosterStatus.TEMPORARY_IN, RosterStatus.REINFORCED, RosterStatus.LEFT})


class _Seen:
    """Keys met so far and where; values with an empty part are faulty already and are left out."""

    def __init__(self) -> None:
        self._first: dict[Hashable, str] = {}

    def before(self, where: str, *key: Hashable) -> str | None:
        """Where the key was met before; None for the first one."""
        if "" in key or 0 in key:
            return None
        first = self._first.setdefault(key, where)
        return None if first == where else first


def _place(where: str) -> tuple[str, int]:
    sheet, _, row = where.rpartition("!")
    return sheet, int(row or 0)


def _row(where: str) -> int:
    return _place(where)[1]


def check(roster: Roster, tables: Mapping[str, Table]) -> list[Fault]:
    """All faults between rows. Empty texts and the number 0 stand for values found faulty before."""
    faults: list[Fault] = []
    if "units" in tables:
        faults += [*_double_units(roster, tables["units"]), *_cycles(roster, tables["units"])]
    if "people" in tables:
        faults += [*_double_people(roster, tables["people"]), *_double_numbers(roster, tables["people"])]
    if "officials" in tables:
        faults += [*_double_officials(roster, tables["officials"]), *_nameless(roster, tables["officials"])]
    if "assignments" in tables:
        faults += _double_assignments(roster, tables["assignments"])
    return [*faults, *_other_names(roster, tables)]


def _double_units(roster: Roster, table: Table) -> Iterator[Fault]:
    seen = _Seen()
    for unit in roster.units:
        if first := seen.before(unit.where, unit.code):
            yield table.fault(_row(unit.where), "code", "double_unit", value=shown(unit.code), first=first)


def _cycles(roster: Roster, table: Table) -> Iterator[Fault]:
    parents: dict[str, str | None] = {}
    for unit in roster.units:
        parents.setdefault(unit.code, unit.parent)
    for unit in roster.units:
        path = [unit.code]
        while (parent := parents.get(path[-1])) and parent not in path:
            path.append(parent)
        if parent and parent == unit.code:
            text = " → ".join([*path, parent])[:TEXT_LIMIT]
            yield table.fault(_row(unit.where), "parent", "cycle", path=text)


def _double_people(roster: Roster, table: Table) -> Iterator[Fault]:
    seen = _Seen()
    for person in roster.people:
        if first := seen.before(person.where, person.code, person.cell):
            value = shown(person.code)
            yield table.fault(_row(person.where), "code", "double_membership", value=value, first=first)


def _double_numbers(roster: Roster, table: Table) -> Iterator[Fault]:
    """Compare numbers inside a cell; the number of somebody who left may be given away."""
    seen = _Seen()
    for person in roster.people:
        if person.status is RosterStatus.LEFT:
            continue
        if first := seen.before(person.where, person.cell, person.number):
            value = str(person.number)
            yield table.fault(_row(person.where), "number", "double_number", value=value, first=first)


def _double_officials(roster: Roster, table: Table) -> Iterator[Fault]:
    seen = _Seen()
    for official in roster.officials:
        if first := seen.before(official.where, official.person, official.unit, official.role):
            yield table.fault(_row(official.where), "person", "double_row", first=first)


def _double_assignments(roster: Roster, table: Table) -> Iterator[Fault]:
    seen = _Seen()
    for task in roster.assignments:
        if first := seen.before(task.where, task.person, task.cell, task.since):
            yield table.fault(_row(task.where), "person", "double_row", first=first)


def _nameless(roster: Roster, table: Table) -> Iterator[Fault]:
    named = {person.code for person in roster.people} | {row.person for row in roster.officials if row.name}
    for official in roster.officials:
        if official.person and official.person not in named:
            yield table.fault(_row(official.where), "name", "name_needed")


def _other_names(roster: Roster, tables: Mapping[str, Table]) -> Iterator[Fault]:
    """One person, one name; capitals and the place of the tone mark do not matter. Names are not repeated."""
    rows = [("people", row.code, row.name, row.where) for row in roster.people]
    rows += [("officials", row.person, row.name or "", row.where) for row in roster.officials]
    first: dict[str, tuple[str, str]] = {}
    for sheet, code, name, where in rows:
        if not code or not name:
            continue
        known, known_where = first.setdefault(code, (name, where))
        if name_key(known) != name_key(name):
            yield tables[sheet].fault(_row(where), "name", "other_name", value=shown(code), first=known_where)


def warnings(roster: Roster, fewest: Mapping[str, int]) -> list[Fault]:
    """List what the import accepts and says all the same: small cells (domain.md 2), unapproved absence (3).

    `fewest`: by code, how many official members a cell needs.
    """
    home = Counter(
        person.cell
        for person in roster.people
        if person.standing is Standing.OFFICIAL and person.status not in _NOT_HOME
    )
    small = [
        _small(unit, home[unit.code], fewest[unit.code])
        for unit in roster.units
        if unit.level == "cell" and home[unit.code] < fewest[unit.code]
    ]
    return small + [
        _unapproved(person)
        for person in roster.people
        if person.status is RosterStatus.AWAY and person.until is None
    ]


def _small(unit: UnitRow, count: int, fewest: int) -> Fault:
    sheet, row = _place(unit.where)
    return Fault(sheet, row, "code", "few_members", {"count": str(count), "fewest": str(fewest)})


def _unapproved(person: PersonRow) -> Fault:
    sheet, row = _place(person.where)
    return Fault(sheet, row, "until", "away_not_approved")
