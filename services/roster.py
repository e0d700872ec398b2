"""Loading a roster: everything or nothing, again and again, without doubling or deleting anybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from meetings.records import Assignment, Role
from meetings.terms import CellRole, PersonId, Status, UnitId, UpperRole
from reports.roster.rows import AssignmentRow, OfficialRow, PersonRow, Roster, RosterStatus, UnitRow
from services import schedule
from services.work import Work
from storage.members import DatedStatus, Term

Key = tuple[PersonId, UnitId]
Lasts = tuple[date | None, date | None]

# They are on the roll of another cell all the time, or on none here.
_GUESTS = frozenset({RosterStatus.TEMPORARY_IN, RosterStatus.REINFORCED})


@dataclass(slots=True)
class ImportReport:
    """What an import did. Lists hold codes, never names."""

    units: int = 0
    people: int = 0
    new_people: int = 0
    statuses: int = 0
    gone: list[str] = field(default_factory=list)
    away_kept: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    faults: list[tuple[str, str, str]] = field(default_factory=list)


async def load(work: Work, roster: Roster) -> ImportReport:
    """Bring units, people, memberships, statuses, roles and assignments to what the workbook says.

    The coming meetings of the cells are there at once. A membership that the workbook no longer names is
    reported and left. With `faults` in the report nothing may be committed.
    """
    report = ImportReport(units=len(roster.units))
    units = await _units(work, roster.units)
    people = await _people(work, roster, report)
    memberships = await _memberships(work, roster.people, units, people, report)
    await _statuses(work, roster.people, memberships, report)
    await _roles(work, roster, units, people)
    await _assignments(work, roster, units, people)
    await schedule.draft_all(work)
    return report


async def _units(work: Work, rows: Iterable[UnitRow]) -> dict[str, UnitId]:
    rows = list(rows)
    found: dict[str, UnitId] = {}
    known = {one.code: one for one in await work.uow.units.all()}
    for row in rows:
        values: dict[str, object] = {
            "name": row.name,
            "level": row.level,
            "type": row.type,
            "zalo_bots": ",".join(row.zalo_bots),
        }
        set_here = known.get(row.code)
        # An empty cell of the workbook does not undo what the secretary set by chat.
        values["day"] = row.day or (set_here.day if set_here else None)
        values["time"] = row.time or (set_here.time if set_here else None)
        values["place"] = row.place or (set_here.place if set_here else None)
        found[row.code] = await work.uow.units.save(row.code, values)
    found |= {code: one.id for code, one in known.items() if code not in found}
    await work.uow.units.set_parents(
        (found[row.code], found[row.parent] if row.parent else None) for row in rows
    )
    return found


async def _people(work: Work, roster: Roster, report: ImportReport) -> dict[str, PersonId]:
    forgotten = await work.uow.people.forgotten()
    known = {one.code: one for one in await work.uow.people.all()}
    wanted: dict[str, tuple[str | None, str | None]] = {
        row.person: (row.name, None) for row in roster.officials if row.name
    }
    wanted |= {row.code: (row.name, row.language) for row in roster.people}
    found: dict[str, PersonId] = {}
    for code, (name, language) in wanted.items():
        before = known.get(code)
        kept = before.language if before else "vi"
        values: dict[str, object] = {"language": language or kept}
        if code in forgotten:
            report.forgotten.append(code)
        else:
            values["name"] = name
        report.new_people += before is None
        found[code] = await work.uow.people.save(code, values)
    report.people = len(wanted)
    return found


async def _memberships(
    work: Work,
    rows: Iterable[PersonRow],
    units: dict[str, UnitId],
    people: dict[str, PersonId],
    report: ImportReport,
) -> dict[tuple[str, str], int]:
    wanted = {(people[row.code], units[row.cell]): row for row in rows}
    known = await work.uow.members.terms()
    missing = [(key, term) for key, term in known.items() if key not in wanted]
    gone = [(cell, term) for (_, cell), term in missing if term.until is None or term.until >= work.today]
    report.gone += [term.code for _, term in gone]
    staying = {(cell, term.number): term.code for cell, term in gone}
    terms = _terms(work, wanted, known)
    found = {}
    for (who, cell), row in wanted.items():
        taken = staying.get((cell, row.number))
        if taken and row.status is not RosterStatus.LEFT:
            report.faults.append((row.where, str(row.number), taken))
        since, until = terms[who, cell]
        values = {
            "number": row.number,
            "group_name": row.group,
            "standing": row.standing,
            "liaison": people[row.liaison] if row.liaison else None,
            "since": since,
            "until": until,
        }
        found[row.code, row.cell] = await work.uow.members.save(who, cell, values)
    return found


def _terms(work: Work, wanted: Mapping[Key, PersonRow], known: Mapping[Key, Term]) -> dict[Key, Lasts]:
    """First and last day of each membership of the workbook. A transfer begins where the one before ended."""
    terms = {
        key: _ending(work, row, known.get(key))
        for key, row in wanted.items()
        if row.status is RosterStatus.LEFT
    }
    ended: dict[PersonId, date] = {}
    ends = {
        **{key: term.until for key, term in known.items()},
        **{key: ends for key, (_, ends) in terms.items()},
    }
    for (who, _), until in ends.items():
        if until is not None:
            ended[who] = max(until, ended.get(who, until))
    cells = {cell for _, cell in known}
    for key, row in wanted.items():
        if row.status is not RosterStatus.LEFT:
            who, cell = key
            since = _beginning(work, row, known.get(key), opened=cell in cells)
            fresh = key not in known or since != known[key].since
            if fresh and who in ended and row.status not in _GUESTS:
                free = ended[who] + timedelta(days=1)
                since = free if since is None else max(since, free)
            terms[key] = since, None
    return terms


def _beginning(work: Work, row: PersonRow, before: Term | None, *, opened: bool) -> date | None:
    """The first day. None: always there, which is everybody of a cell that is loaded for the first time."""
    # `since` dates the status: only "active" and the guests' own say when the membership itself began.
    dated = row.status in _GUESTS or row.status is RosterStatus.ACTIVE
    begins = (row.since if dated else None) or work.today
    if before is None:
        return begins if opened else None
    came_back = before.until is not None and begins > before.until + timedelta(days=1)
    return begins if came_back else before.since


def _ending(work: Work, row: PersonRow, before: Term | None) -> Lasts:
    """A membership that ended: its last day is the one before `since`, and a past one stays where it is."""
    since, until = (before.since, before.until) if before else (None, None)
    if row.since is None and until is not None and until < work.today:
        return since, until
    return since, (row.since or work.today) - timedelta(days=1)


async def _statuses(
    work: Work, rows: Iterable[PersonRow], memberships: dict[tuple[str, str], int], report: ImportReport
) -> None:
    history = await work.uow.members.statuses()
    for row in rows:
        if row.status is RosterStatus.LEFT:
            continue
        number = memberships[row.code, row.cell]
        open_ones = [one for one in history.get(number, []) if one.until is None or one.until >= work.today]
        if row.status is RosterStatus.ACTIVE and row.since is None:
            # The row says nothing of it: what the cell wrote down itself stands (decision 20).
            kept = [one for one in open_ones if one.status is Status.AWAY and one.by_chat]
            open_ones = [one for one in open_ones if one not in kept]
            report.away_kept += [row.code] if kept else []
        report.statuses += await _status(work, row, number, open_ones)


async def _status(work: Work, row: PersonRow, number: int, open_ones: list[DatedStatus]) -> int:
    """Start the status of the row unless it is in force, and end whatever it takes the place of."""
    wanted = None if row.status is RosterStatus.ACTIVE else Status(row.status.value)
    # "Working away" without an end date is not approved by the cell: the person stays in the base.
    approved = wanted is not Status.AWAY or row.until is not None
    changed = 0
    standing = False
    for one in open_ones:
        if one.status is wanted and (row.since is None or one.since == row.since):
            standing = True
            if (one.until, one.approved) != (row.until, approved):
                await work.uow.members.change_status(replace(one, until=row.until, approved=approved))
                changed += 1
        else:
            last = (row.since or work.today) - timedelta(days=1)
            if one.until is None or one.until > last:  # what ends by itself before that is not made longer
                await work.uow.members.change_status(replace(one, until=last))
                changed += 1
    if wanted is not None and not standing:
        since = row.since or work.today
        await work.uow.members.start_status(DatedStatus(number, wanted, since, row.until, approved))
        changed += 1
    return changed


async def _roles(work: Work, roster: Roster, units: dict[str, UnitId], people: dict[str, PersonId]) -> None:
    """Start and end roles so that today's are those of the workbook; a handover moves rights at once."""
    wanted: dict[tuple[PersonId, UnitId, CellRole | UpperRole], bool] = {
        (people[row.code], units[row.cell], row.role): False
        for row in roster.people
        if row.role and row.status is not RosterStatus.LEFT
    }
    wanted |= {
        (people[row.person], units[row.unit], row.role): row.digest
        for row in _known(roster.officials, people)
    }
    covered = {units[row.code] for row in roster.units}
    standing: dict[tuple[PersonId, UnitId, CellRole | UpperRole], Role] = {
        (one.person, one.unit, one.role): one for one in await work.uow.people.all_roles(work.today)
    }
    for key, held in standing.items():
        if key not in wanted and held.unit in covered:
            await work.uow.people.end_role(held, work.today - timedelta(days=1))
        elif key in wanted and wanted[key] != held.digest:
            await work.uow.people.change_digest(Role(held.person, held.unit, held.role, wanted[key]))
    for (person, unit, role), digest in wanted.items():
        if (person, unit, role) not in standing:
            values = {"person": person, "unit": unit, "role": role, "since": work.today, "digest": digest}
            await work.uow.people.start_role(values)


def _known(rows: Iterable[OfficialRow], people: dict[str, PersonId]) -> list[OfficialRow]:
    return [row for row in rows if row.person in people]


async def _assignments(
    work: Work, roster: Roster, units: dict[str, UnitId], people: dict[str, PersonId]
) -> None:
    """A pair that is named has the terms of its rows; of one that is not, what came from a workbook ends.

    What was written down by chat stands where the workbook says nothing of it.
    """
    known = await work.uow.assignments.all()
    named = {(people[row.person], units[row.cell]) for row in roster.assignments}
    for one in known:
        if one.by_chat:
            continue
        if (one.person, one.cell) in named:
            await work.uow.assignments.drop(one)  # its rows are written anew
        else:
            await _end_assignment(work, one)
    for row in roster.assignments:
        key = people[row.person], units[row.cell]
        term = Assignment(*key, row.visits_per_year, row.since, row.until)
        before = next((one for one in known if one.by_chat and _is_of(row, key, one, work.today)), None)
        if before is not None:
            # Ended by chat it is not begun anew by a row that knows no end.
            term = replace(term, since=before.since, until=row.until or before.until)
            term = replace(term, by_chat=row.until is None and before.until is not None)
        await work.uow.assignments.put(term)


def _is_of(row: AssignmentRow, key: tuple[PersonId, UnitId], one: Assignment, today: date) -> bool:
    """Whether a row speaks of this assignment: the same first day, or none named and it lasts."""
    if (one.person, one.cell) != key:
        return False
    return one.since == row.since or (row.since is None and (one.until is None or one.until >= today))


async def _end_assignment(work: Work, one: Assignment) -> None:
    """Yesterday was the last day; who never began was never in charge, and what is over stays as it was."""
    if one.since is not None and one.since >= work.today:
        await work.uow.assignments.drop(one)
    elif one.until is None or one.until >= work.today:
        await work.uow.assignments.end(one, work.today - timedelta(days=1), by_chat=False)
