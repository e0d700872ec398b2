"""A roll-call as it stands: everybody of the cell on the day, the marks made, and the count of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from meetings.attendance import Tally
from meetings.records import MarkMade, Meeting, Member
from meetings.terms import Mark, PersonId, Ruling, Status
from services.work import Work
from storage.closings import SnapshotRow


@dataclass(frozen=True, slots=True)
class Sheet:
    """The members of a cell on the day of a meeting, who of them is expected, their marks, and the count."""

    meeting: Meeting
    members: tuple[Member, ...]
    base: tuple[Member, ...]
    marks: Mapping[PersonId, MarkMade]
    tally: Tally
    last_step: int | None = None

    @property
    def unmarked(self) -> list[Member]:
        return [one for one in self.base if one.person not in self.marks]

    def absent(self, ruling: Ruling | None = None) -> list[Member]:
        return [
            one
            for one in self.base
            if (made := self.marks.get(one.person))
            and made.mark is Mark.ABSENT
            and ruling in (None, made.ruling or Ruling.AWAITING)
        ]

    @property
    def extras(self) -> list[Member]:
        return [
            one
            for one in self.members
            if one not in self.base and (made := self.marks.get(one.person)) and made.mark is not Mark.ABSENT
        ]


async def frozen(work: Work, meeting: Meeting, last_step: int | None) -> Sheet | None:
    """A closed list as it was closed, whatever was written into the roster since; None before any closing.

    Whoever is left there by roll number only is in the count and nowhere else.
    """
    closed = await work.uow.closings.of_meeting(meeting.id)
    if closed is None:
        return None
    people = await work.uow.members.ever_in(meeting.cell)
    rows = [
        (one, row)
        for row in await work.uow.closings.snapshot(closed.id)
        if row.person is not None and (one := people.get(row.person)) is not None
    ]
    members = {one.person: _as_frozen(one, row) for one, row in rows}
    base = tuple(members[one.person] for one, row in rows if row.expected)
    made = await work.uow.marks.of_meeting(meeting.id)
    marks = {who: one for who, one in made.items() if who in members}
    return Sheet(meeting, tuple(members.values()), base, marks, closed.tally, last_step)


def _as_frozen(member: Member, row: SnapshotRow) -> Member:
    statuses = frozenset(Status(one) for one in row.statuses.split(",") if one)
    return replace(member, number=row.number, standing=row.standing, statuses=statuses)
