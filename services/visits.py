"""Visits of the officials in charge: what counts, against what quota, and sums for the commune (domain.md 11).

A visit counts when the closed roll-call lists the official as guest; its year is that of the period month.
Only assigned cells count, unless the policy says any; one's own cell never does.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from meetings.records import Assignment, Role, Unit
from meetings.terms import PersonId, UnitId, UpperRole
from meetings.visiting import Progress, Reception, Visit, owed_in
from services.policy_tables import QuotaTable
from services.rules import policy_of
from services.work import Work
from storage.members import Term


@dataclass(frozen=True, slots=True)
class Sums:
    """How the cells below a unit are looked after in a year: numbers and cells, nobody's name.

    `bare` have no official in charge today. `unseen` is every cell, the one that nobody has visited for the
    longest first, with the start of the last visit (aware UTC). `reached`: of the officials a number is asked
    of, those who have come so often. `by_cell`: how often officials came to a cell in the year; none: never.
    """

    year: int
    cells: int
    visits: int
    officials: int
    reached: int
    seen: int
    bare: tuple[Unit, ...]
    unseen: tuple[tuple[Unit, datetime | None], ...]
    by_cell: Mapping[UnitId, int]


async def progress(
    work: Work, year: int, people: Collection[PersonId] | None = None
) -> Mapping[PersonId, Progress]:
    """By official (everybody, or these) who is in charge of a cell some day of a year, visits made and owed."""
    terms = await _terms(work, year, people)
    own = await work.uow.members.terms(set(terms))
    visits = await counted(work, year, set(terms))
    quotas = await _quotas(work, set(terms))
    found = {}
    for who, theirs in terms.items():
        elsewhere = [one for one in theirs if not _lasts(own, who, one.cell, work.today)]
        done = sum(one.person == who for one in visits)
        found[who] = Progress(done, owed_in(year, elsewhere, quotas.get(who, 0)))
    return found


async def counted(work: Work, year: int, people: Collection[PersonId]) -> list[Visit]:
    """The visits of these people that count for a year, by start."""
    terms = await _terms(work, year, people)
    own = await work.uow.members.terms(people)
    found = []
    for one in await work.uow.assignments.visits(year, people=people):
        if _lasts(own, one.person, one.cell, work.local(one.starts_at).date()):
            continue
        assigned = any(term.cell == one.cell for term in terms.get(one.person, ()))
        if assigned or (await policy_of(work, one.cell)).visits.any_cell:
            found.append(one)
    return found


async def _terms(
    work: Work, year: int, people: Collection[PersonId] | None
) -> Mapping[PersonId, list[Assignment]]:
    found: dict[PersonId, list[Assignment]] = defaultdict(list)
    for one in await work.uow.assignments.of_people(date(year, 1, 1), date(year, 12, 31), people):
        found[one.person].append(one)
    return found


def _lasts(own: Mapping[tuple[PersonId, UnitId], Term], who: PersonId, cell: UnitId, on: date) -> bool:
    """Whether somebody is a member of a cell on a local date."""
    term = own.get((who, cell))
    if term is None:
        return False
    return (term.since is None or term.since <= on) and (term.until is None or term.until >= on)


async def _quotas(work: Work, people: Collection[PersonId]) -> Mapping[PersonId, int]:
    """What their posts of today ask of these people; of posts in several units the most."""
    posts: dict[tuple[PersonId, UnitId], list[Role]] = defaultdict(list)
    for one in await work.uow.people.all_roles(work.today):
        if one.person in people and one.role in _ROLES:
            posts[one.person, one.unit].append(one)
    units = {one.id: one for one in await work.uow.units.all()} if posts else {}
    found: dict[PersonId, int] = defaultdict(int)
    for (who, unit), held in posts.items():
        quota = (await policy_of(work, unit)).visits.quota
        asked = _asked(quota, units[unit].level, {one.role for one in held})
        found[who] = max(found[who], asked)
    return found


_ROLES = (UpperRole.STANDING, UpperRole.EXECUTIVE, UpperRole.OFFICE)


def _asked(quota: QuotaTable, level: str, roles: Collection[object]) -> int:
    """The level's number, where one is set; else that of the highest role: who is in both is in the first."""
    by_level = {"province": quota.province, "district": quota.district, "commune": quota.commune}
    of_level = by_level.get(level)
    if of_level is not None:
        return of_level
    by_role = {
        UpperRole.STANDING: quota.standing,
        UpperRole.EXECUTIVE: quota.executive,
        UpperRole.OFFICE: quota.office,
    }
    return next((by_role[one] or 0 for one in _ROLES if one in roles), 0)


async def sums(work: Work, node: UnitId, year: int) -> Sums:
    """The cells below a unit, and those in charge of them; visits by the frozen figures, whoever came."""
    cells = {one.id: one for one in await work.uow.units.below(node) if one.is_cell}
    terms = await work.uow.assignments.of_cells(set(cells), date(year, 1, 1), date(year, 12, 31))
    people = {one.person for one in terms}
    stands = await progress(work, year, people)
    came = await work.uow.assignments.receptions(set(cells))
    visits = [one for one in came if one.period.year == year]
    led = {one.cell for one in await work.uow.assignments.of_cells(set(cells), work.today, work.today)}
    last = {one.cell: one.starts_at for one in came}
    order = sorted(cells.values(), key=lambda one: (one.id in last, last.get(one.id, work.now), one.code))
    return Sums(
        year,
        len(cells),
        sum(one.officials for one in visits),
        len(people),
        sum(one.owed > 0 and one.reached for one in stands.values()),
        len({one.cell for one in visits}),
        tuple(one for one in sorted(cells.values(), key=lambda one: one.code) if one.id not in led),
        tuple((one, last.get(one.id)) for one in order),
        _added(visits),
    )


def _added(came: Collection[Reception]) -> Mapping[UnitId, int]:
    found = Counter[UnitId]()
    for one in came:
        found[one.cell] += one.officials
    return found


async def in_charge_below(work: Work, node: UnitId, year: int) -> set[PersonId]:
    """Who is in charge of a cell below a unit some day of a year."""
    cells = {one.id for one in await work.uow.units.below(node) if one.is_cell}
    terms = await work.uow.assignments.of_cells(cells, date(year, 1, 1), date(year, 12, 31))
    return {one.person for one in terms}
