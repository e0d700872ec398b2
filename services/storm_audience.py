"""Whom a postponement of many meetings concerns: each person once, whatever they are in however many cells.

Members and officials in charge hear only of what was announced; secretary and deputy of everything.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from chat.events import Address
from meetings.records import Meeting, Person
from meetings.terms import CellRole, PersonId, UnitId
from services import quota
from services.access import LEADERS
from services.delivery import reached
from services.facts import may_hear
from services.work import Work


@dataclass(slots=True)
class Ties:
    """What binds a person to the meetings: those they lead, belong to, and are in charge of."""

    leads: dict[Meeting, CellRole] = field(default_factory=dict)
    belongs: list[Meeting] = field(default_factory=list)
    in_charge: list[Meeting] = field(default_factory=list)

    @property
    def others(self) -> list[Meeting]:
        """Those they do not lead."""
        return [one for one in dict.fromkeys((*self.belongs, *self.in_charge)) if one not in self.leads]

    @property
    def meetings(self) -> list[Meeting]:
        found = dict.fromkeys((*self.leads, *self.others))
        return sorted(found, key=lambda one: (one.starts_at, one.id))


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who gets one message. `pastes`: the cells into whose groups they paste a text."""

    person: Person
    to: Address
    ties: Ties
    pastes: Collection[UnitId] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody we reach, and how many members we do not. Groups by cell."""

    listeners: Sequence[Listener]
    groups: Mapping[UnitId, Address]
    unreached: int

    @property
    def leaders(self) -> int:
        return sum(bool(one.ties.leads) for one in self.listeners)

    @property
    def pasting(self) -> int:
        return sum(bool(one.pastes) for one in self.listeners)

    @property
    def members(self) -> int:
        return sum(bool(one.ties.belongs) and not one.ties.leads for one in self.listeners)

    @property
    def officials(self) -> int:
        return len(self.listeners) - self.leaders - self.members


async def audience(work: Work, meetings: Sequence[Meeting], only: PersonId | None = None) -> Audience:
    """Who is to hear of these meetings; of one person alone where only they are asked for."""
    cells = {one.cell for one in meetings}
    announced = [one for one in meetings if one.announced_at is not None]
    ties: dict[PersonId, Ties] = {}
    await _lead(work, meetings, ties)
    unreached = await _belong(work, announced, ties)
    for one in await work.uow.people.charged(cells, work.today):
        theirs = [each for each in announced if each.cell == one.cell]
        if theirs:
            ties.setdefault(one.person, Ties()).in_charge.extend(theirs)
    if only is not None:
        ties = {who: found for who, found in ties.items() if who == only}
    groups = await _groups(work, {one.cell for one in announced})
    mute = {one.cell for one in announced} - groups.keys()
    return Audience(await _listeners(work, ties, mute), groups, len(unreached - ties.keys()))


async def _lead(work: Work, meetings: Sequence[Meeting], ties: dict[PersonId, Ties]) -> None:
    roles = await work.uow.people.holding({one.cell for one in meetings}, LEADERS, work.today)
    for held in sorted(roles, key=lambda one: one.role is not CellRole.SECRETARY):
        for meeting in meetings:
            if meeting.cell == held.unit:
                found = ties.setdefault(held.person, Ties()).leads
                found.setdefault(meeting, CellRole(held.role))


async def _belong(work: Work, announced: Sequence[Meeting], ties: dict[PersonId, Ties]) -> set[PersonId]:
    """Members as they stand on the day of their meeting; those we do not reach come back."""
    unreached = set()
    for day in sorted({work.local(one.starts_at).date() for one in announced}):
        of_day = [one for one in announced if work.local(one.starts_at).date() == day]
        for member in await work.uow.members.everywhere({one.cell for one in of_day}, day):
            if not may_hear(member):
                continue
            if not member.reached:
                unreached.add(member.person)
                continue
            theirs = [one for one in of_day if one.cell == member.cell]
            ties.setdefault(member.person, Ties()).belongs.extend(theirs)
    return unreached


async def _groups(work: Work, cells: Collection[UnitId]) -> dict[UnitId, Address]:
    """By cell, the group that takes a message; where a bot's month is spent somebody pastes."""
    spent = await quota.spent_bots(work)
    found = await work.uow.accounts.groups_of(cells)
    return {cell: group for cell, group in found.items() if quota.bot_of(group) not in spent}


async def _listeners(work: Work, ties: Mapping[PersonId, Ties], mute: set[UnitId]) -> list[Listener]:
    """Those with a live account, in the order of their ids; of each mute cell the first leader pastes."""
    addresses = await work.uow.accounts.addresses_of(ties)
    people = await work.uow.people.some(addresses)
    spent = await quota.spent_bots(work)
    found = []
    for who in sorted(people):
        person, to = people[who], addresses[who]
        other = await reached(work, person) if quota.bot_of(to) in spent else to
        if person.consented and other is not None:
            found.append(Listener(person, other, ties[who]))
    pasting = _pasting(found, mute)
    return [Listener(one.person, one.to, one.ties, pasting.get(one.person.id, ())) for one in found]


def _pasting(found: Sequence[Listener], mute: set[UnitId]) -> dict[PersonId, list[UnitId]]:
    """The secretary of a mute cell, or the deputy where no secretary is reached; one of them, not two."""
    theirs: dict[PersonId, list[UnitId]] = {}
    taken: set[UnitId] = set()
    for role in LEADERS:
        for one in found:
            for meeting, held in one.ties.leads.items():
                if held is role and meeting.cell in mute - taken:
                    taken.add(meeting.cell)
                    theirs.setdefault(one.person.id, []).append(meeting.cell)
    return theirs
