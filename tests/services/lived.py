"""A drawn year played through the services that people's presses reach, by the secretary of each cell."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from meetings.records import MarkMade, Meeting, Person
from meetings.states import Verb
from meetings.terms import CellRole, Mark, MeetingId, PersonId, Ruling, Standing, State, Status, UnitId
from services import Work, closing, reopening
from services.schedule import NewDate, call_off, move, transit
from services.work import House
from storage.members import DatedStatus
from storage.work import UnitOfWork
from tests.reference.lives import CELLS, LEVELS, OFFICIALS, TREE, Happening, Sitting, Year
from tests.reference.year import first_absent, span_of
from tests.services.hall import AGREED, IN_POST, ZONE
from tests.storage.build import unit

_PLACE = "Nhà văn hoá"


def instant(local: datetime) -> datetime:
    return local.replace(tzinfo=ZONE)


@dataclass(slots=True)
class Province:
    """The tree with its people; meetings by the name of their sitting."""

    uow: UnitOfWork
    house: House
    units: dict[str, UnitId] = field(default_factory=dict)
    people: dict[str, PersonId] = field(default_factory=dict)
    meetings: dict[str, MeetingId] = field(default_factory=dict)

    async def live(self, year: Year) -> None:
        for code, parent in TREE.items():
            above = self.units[parent] if parent else None
            self.units[code] = await unit(self.uow, code, above, level=LEVELS[code])
        for name in OFFICIALS:
            await self._person(name)
        for cell, statuses in year.people.items():
            self.units[cell] = await unit(self.uow, cell, self.units[CELLS[cell]], level="cell")
            for place, status in enumerate(statuses):
                await self._member(cell, place, status)
        for one in year.sittings:
            await self._plan(one)
        for happening in year.happenings:
            await self._happens(happening)

    async def _person(self, code: str) -> PersonId:
        values = {"name": f"Người {code}", "language": "vi", "consented_at": AGREED}
        self.people[code] = await self.uow.people.save(code, values)
        return self.people[code]

    async def _member(self, cell: str, place: int, status: str) -> None:
        """The first of a cell is its secretary."""
        who = await self._person(f"{cell}-{place}")
        values = {"number": place + 1, "standing": Standing.OFFICIAL}
        membership = await self.uow.members.save(who, self.units[cell], values)
        for span in span_of(f"{cell}-{place}", status):
            dated = DatedStatus(membership, Status(span.status), span.since, span.until, span.approved)
            await self.uow.members.start_status(dated)
        if place == 0:
            post = {"person": who, "unit": self.units[cell], "role": CellRole.SECRETARY, "since": IN_POST}
            await self.uow.people.start_role({**post, "digest": False})

    async def _plan(self, one: Sitting) -> None:
        starts_at = instant(one.starts)
        number = await self.uow.meetings.add_once(
            {
                "cell": self.units[one.cell],
                "kind": one.kind,
                "period": f"{one.month[0]}-{one.month[1]:02}",
                "starts_at": starts_at,
                "place": _PLACE,
                "state": State.ANNOUNCED,
                "revision": 1,
                "created_at": starts_at - timedelta(days=20),
                "announced_at": starts_at - timedelta(days=10),
                "on_hold": False,
            }
        )
        assert number is not None
        self.meetings[one.name] = number

    async def _happens(self, one: Happening) -> None:
        at = instant(one.at)
        secretary = await self._known(f"{one.sitting.cell}-0")
        work = Work(self.uow, self.house, at, at, actor=secretary)
        meeting = await self.uow.meetings.by_id(self.meetings[one.sitting.name])
        assert meeting is not None
        match one.verb:
            case "cancel" | "postpone":
                await call_off(work, meeting, Verb(one.verb), "mưa lũ")
            case "move":
                assert one.becomes is not None
                await move(work, meeting, NewDate(instant(one.becomes), _PLACE))
            case "call":
                await self._call(work, meeting, one)
            case "close":
                await closing.close(work, meeting)
            case "reopen":
                await reopening.reopen(work, meeting)
            case "rule":
                await self._rule(work, meeting)

    async def _call(self, work: Work, meeting: Meeting, one: Happening) -> None:
        if meeting.state is not State.HELD:
            await transit(work, meeting, Verb.HOLD)
        secretary, cell = self.people[f"{one.sitting.cell}-0"], one.sitting.cell
        for place, (mark, ruling) in enumerate(one.sitting.marks[one.again]):
            ruled = Ruling(ruling) if ruling else None
            made = MarkMade(self.people[f"{cell}-{place}"], Mark(mark), ruled, None, secretary, work.now)
            await self.uow.marks.put(meeting.id, made)
        for name in OFFICIALS[: one.sitting.guests]:
            await self.uow.marks.add_guest(meeting.id, self.people[name], secretary, work.now)

    async def _rule(self, work: Work, meeting: Meeting) -> None:
        names = {number: name for name, number in self.people.items()}
        made = await self.uow.marks.of_meeting(meeting.id)
        who = first_absent({names[who]: (str(mark.mark), None) for who, mark in made.items()})
        if who is not None:
            await closing.rule(work, meeting, str(self.people[who]), Ruling.UNEXCUSED)

    async def _known(self, code: str) -> Person:
        return await self.uow.people.by_id(self.people[code])
