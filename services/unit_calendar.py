"""The meetings of every cell below a unit: where, who is in charge, and what falls into the same half-day.

Names are those of officials, for the standing committee and office whose cells they are: not for a level above
that has such a committee between itself and the cell, and never members' names.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chat.numbers import whole
from meetings.busy import halves
from meetings.records import Meeting, Unit
from meetings.terms import Kind, PersonId, State, UnitId, UpperRole
from services.access import DIGEST_ASKERS, actor
from services.errors import NotAllowed
from services.rules import policy_of
from services.schedule import at_local
from services.work import Work
from storage.calendars import Busy, Tie

OFF = (State.POSTPONED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Sight:
    """A unit whose calendar the actor may see. `own`: as its standing committee or office."""

    unit: Unit
    own: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting with its cell, until when it lasts (aware), and who is in charge of the cell that day.

    `named`: whoever looks may see their names.
    """

    meeting: Meeting
    cell: Unit
    ends_at: datetime
    officials: tuple[Tie, ...]
    named: bool

    @property
    def is_off(self) -> bool:
        return self.meeting.state in OFF


@dataclass(frozen=True, slots=True)
class Clash:
    """What falls together: meetings of one official, or (`official` None) one with the committee's own time."""

    entries: tuple[Entry, ...]
    official: Tie | None = None

    @property
    def starts_at(self) -> datetime:
        return self.entries[0].meeting.starts_at


@dataclass(frozen=True, slots=True)
class Table:
    """The calendar of a unit from a local date to another, both inclusive."""

    sight: Sight
    first: date
    last: date
    cells: Mapping[UnitId, Unit]
    entries: tuple[Entry, ...]
    busy: tuple[Busy, ...]
    clashes: tuple[Clash, ...]

    @property
    def live(self) -> list[Entry]:
        return [one for one in self.entries if not one.is_off]

    @property
    def idle(self) -> int:
        """Cells without any meeting in these days."""
        return len(self.cells) - len({one.cell.id for one in self.live})


async def sights(work: Work) -> list[Sight]:
    """The units above cells at which the actor holds a post today. Raises NotAllowed when there are none."""
    found: dict[UnitId, bool] = {}
    for one in await work.uow.people.roles_of(actor(work).id, work.today):
        if isinstance(one.role, UpperRole) and (one.role in DIGEST_ASKERS or one.digest):
            found[one.unit] = found.get(one.unit, False) or one.role in DIGEST_ASKERS
    units = [(await work.uow.units.by_id(unit), own) for unit, own in found.items()]
    if not any(not unit.is_cell for unit, _ in units):
        raise NotAllowed
    return [Sight(unit, own) for unit, own in units if not unit.is_cell]


async def sight(work: Work, number: str) -> Sight:
    """One of these units, or one below them, where there are no names to see. Raises NotAllowed."""
    tops = {str(one.unit.id): one for one in await sights(work)}
    if number in tops:
        return tops[number]
    known = whole(number)
    try:
        line = [] if known is None else await work.uow.units.above(UnitId(known))
    except LookupError:
        line = []
    if not line or line[0].is_cell or not any(str(one.id) in tops for one in line):
        raise NotAllowed
    return Sight(line[0], own=False)


async def own(work: Work, number: str) -> Sight:
    """A unit of whose standing committee or office the actor is. Raises NotAllowed."""
    found = await sight(work, number)
    if not found.own:
        raise NotAllowed
    return found


async def compute(work: Work, seen: Sight, first: date, last: date) -> Table:
    """The calendar of these local days as it stands now. The committee's own time is for those whose it is."""
    since, until = at_local(work, first, time()), at_local(work, last + timedelta(days=1), time())
    below = await work.uow.units.below(seen.unit.id)
    cells = {one.id: one for one in below if one.is_cell}
    named = (
        _nearest(below, await work.uow.calendars.desks_below(seen.unit.id, work.today)) if seen.own else ()
    )
    ties = await work.uow.calendars.ties_below(seen.unit.id)
    by_cell: dict[UnitId, list[Tie]] = defaultdict(list)
    for tie in ties:
        by_cell[tie.cell].append(tie)
    entries = [
        await _entry(work, one, cells[one.cell], by_cell[one.cell], one.cell in named)
        for one in await work.uow.meetings.below(seen.unit.id, since, until)
    ]
    entries.sort(key=lambda one: (one.meeting.starts_at, one.cell.code, one.meeting.id))
    busy = await work.uow.calendars.busy_of(seen.unit.id, since, until) if seen.own else []
    clashes = [
        *_with_committee(work, entries, busy),
        *_twice(work, [one for one in entries if one.named], ties),
    ]
    clashes.sort(key=lambda one: one.starts_at)
    return Table(seen, first, last, cells, tuple(entries), tuple(busy), tuple(clashes))


async def note_busy(work: Work, seen: Sight, starts_at: datetime, ends_at: datetime) -> Busy:
    """Write down when the committee of a unit of one's own has no time, and nothing of what it does then."""
    noted = await work.uow.calendars.add_busy(seen.unit.id, starts_at, ends_at, work.now)
    await work.uow.audit.note(work.now, actor(work).id, "note_busy", cell=seen.unit.id)
    return noted


async def free(work: Work, noted: Busy) -> None:
    """Take such a time back."""
    await work.uow.calendars.drop_busy(noted.id)
    await work.uow.audit.note(work.now, actor(work).id, "drop_busy", cell=noted.unit)


def hits(work: Work, noted: Busy, entry: Entry) -> bool:
    """Whether a meeting to which an official goes falls into a half-day that the committee needs itself."""
    wanted = bool(entry.officials) and entry.named and not entry.is_off
    return wanted and bool(_halves(work, noted.starts_at, noted.ends_at) & _of(work, entry))


def _nearest(below: Sequence[Unit], desks: Collection[UnitId]) -> set[UnitId]:
    """The cells that have no such unit between themselves and the top."""
    parents = {one.id: one.parent for one in below}
    found = set()
    for cell in (one.id for one in below if one.is_cell):
        step: UnitId | None = cell
        while step in parents and step not in desks:
            step = parents[step]
        if step not in parents:
            found.add(cell)
    return found


async def _entry(work: Work, meeting: Meeting, cell: Unit, ties: Sequence[Tie], named: bool) -> Entry:
    rules = (await policy_of(work, cell.id)).meetings
    minutes = rules.min_minutes_combined if meeting.kind is Kind.COMBINED else rules.min_minutes
    day = work.local(meeting.starts_at).date()
    officials = tuple(one for one in ties if not one.at_home and one.holds(day))
    return Entry(meeting, cell, meeting.starts_at + timedelta(minutes=minutes), officials, named)


def _with_committee(work: Work, entries: Sequence[Entry], busy: Sequence[Busy]) -> list[Clash]:
    return [Clash((one,)) for one in entries if any(hits(work, noted, one) for noted in busy)]


def _twice(work: Work, entries: Sequence[Entry], ties: Sequence[Tie]) -> list[Clash]:
    """Officials in charge of a cell whose other cells, or whose own, meet in the same half-day."""
    tied: dict[UnitId, list[Tie]] = defaultdict(list)
    for tie in ties:
        tied[tie.cell].append(tie)
    taken: dict[tuple[PersonId, object], dict[UnitId, tuple[Entry, Tie]]] = defaultdict(dict)
    for one in entries:
        day = work.local(one.meeting.starts_at).date()
        for tie in tied[one.cell.id]:
            if tie.holds(day) and not one.is_off:
                for half in _of(work, one):
                    known = taken[(tie.person, half)]
                    if one.cell.id not in known or known[one.cell.id][1].at_home:
                        known[one.cell.id] = (one, tie)
    found: dict[tuple[PersonId, frozenset[int]], Clash] = {}
    for (who, _), those in taken.items():
        together = tuple(entry for entry, _ in those.values())
        charged = [tie for _, tie in those.values() if not tie.at_home]
        if len(together) > 1 and charged:
            found[(who, frozenset(one.meeting.id for one in together))] = Clash(together, charged[0])
    return list(found.values())


def _of(work: Work, entry: Entry) -> frozenset[tuple[date, object]]:
    return _halves(work, entry.meeting.starts_at, entry.ends_at)


def _halves(work: Work, starts_at: datetime, ends_at: datetime) -> frozenset[tuple[date, object]]:
    return frozenset(halves(work.local(starts_at), work.local(ends_at)))
