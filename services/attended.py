"""Who was there, as the minutes need it: a closed list as it was frozen, an open one as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chat.text import Text
from meetings.attendance import Tally, in_roll
from meetings.records import Meeting, Member
from meetings.terms import Mark, PersonId, Reason, Ruling, Standing, State, Status
from services import rollcall
from services.facts import named
from services.work import Work

# Somebody with two statuses is counted once, under the first of these (domain.md 3).
_OUTSIDE = (Status.SUSPENDED, Status.TEMPORARY_OUT, Status.EXEMPT, Status.AWAY)
_FROM_ELSEWHERE = frozenset({Status.TEMPORARY_IN, Status.REINFORCED})


@dataclass(frozen=True, slots=True)
class Seat:
    """One person of the cell on the day. `person` is None once only the roll number is left."""

    person: PersonId | None
    number: int
    name: Text
    standing: Standing
    statuses: frozenset[Status]
    expected: bool
    mark: Mark | None
    ruling: Ruling | None
    reason: Reason | None

    @property
    def home(self) -> bool:
        return not self.statuses & _FROM_ELSEWHERE

    @property
    def outside(self) -> Status | None:
        """Why somebody of the roll is not expected."""
        if self.expected or not self.home:
            return None
        return next((one for one in _OUTSIDE if one in self.statuses), Status.SUSPENDED)

    def absent(self, ruling: Ruling) -> bool:
        missed = self.expected and self.mark is Mark.ABSENT
        return missed and (self.ruling or Ruling.AWAITING) is ruling


@dataclass(frozen=True, slots=True)
class Attended:
    """`tally` is None until everybody expected is marked."""

    seats: Sequence[Seat]
    tally: Tally | None

    def outside(self, status: Status) -> int:
        return sum(one.outside is status for one in self.seats)

    def of(self, standing: Standing) -> int:
        return sum(one.home and one.standing is standing for one in self.seats)

    @property
    def roll(self) -> int:
        return sum(one.home for one in self.seats)

    @property
    def expected(self) -> int:
        return sum(one.expected for one in self.seats)

    @property
    def temporary_in(self) -> int:
        return sum(one.expected and not one.home for one in self.seats)

    def absent(self, ruling: Ruling) -> list[Seat]:
        return [one for one in self.seats if one.absent(ruling)]


async def attended(work: Work, meeting: Meeting) -> Attended:
    frozen = await work.uow.closings.of_meeting(meeting.id)
    if meeting.state is State.CLOSED and frozen is not None:
        known = await _members(work, meeting)
        seats = [
            Seat(
                row.person,
                row.number,
                await _name(work, known, row.person, row.number),
                row.standing,
                frozenset(Status(one) for one in row.statuses.split(",") if one),
                row.expected,
                row.mark,
                row.ruling,
                row.reason,
            )
            for row in await work.uow.closings.snapshot(frozen.id)
        ]
        return Attended(seats, frozen.tally)
    return await _standing(work, meeting)


async def _standing(work: Work, meeting: Meeting) -> Attended:
    """A list that is not closed: the figures stand once nobody is left unmarked."""
    found = await rollcall.sheet(work, meeting)
    base = {one.person for one in found.base}
    seats = []
    for one in found.members:
        made = found.marks.get(one.person)
        seats.append(
            Seat(
                one.person,
                one.number,
                named(one),
                one.standing,
                one.statuses,
                one.person in base,
                made.mark if made else None,
                made.ruling if made else None,
                made.reason if made else None,
            )
        )
    called = meeting.state is State.HELD and found.tally.complete
    return Attended(seats, found.tally if called else None)


async def _members(work: Work, meeting: Meeting) -> dict[PersonId, Member]:
    members = await work.uow.members.of_cell(meeting.cell, _day(work, meeting))
    return {one.person: one for one in members}


async def _name(work: Work, known: dict[PersonId, Member], who: PersonId | None, number: int) -> Text:
    """By name, or by the roll number where that is all that is left."""
    if who is None:
        return Text("person.nameless", {"number": number})
    if who in known:
        return named(known[who])
    name = (await work.uow.people.by_id(who)).name  # the membership was corrected since
    return Text("person.name", {"name": name}) if name else Text("person.nameless", {"number": number})


def _day(work: Work, meeting: Meeting) -> date:
    return work.local(meeting.starts_at).date()


async def signers(work: Work, meeting: Meeting) -> tuple[list[Member], list[Member]]:
    """Who signs the list: the base of the day, and the exempt, who may come; by roll number."""
    found = await rollcall.sheet(work, meeting)
    base = {one.person for one in found.base}
    exempt = [
        one
        for one in found.members
        if one.person not in base and Status.EXEMPT in one.statuses and in_roll(one.entry)
    ]
    barred = (Status.SUSPENDED, Status.TEMPORARY_OUT)
    return list(found.base), [one for one in exempt if not one.statuses & set(barred)]
