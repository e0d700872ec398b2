"""A cell with its meeting, called and closed through the services: for tests about who counts and what is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from meetings.attendance import Tally
from meetings.period import Period
from meetings.records import Meeting, Person, Unit
from meetings.terms import CellRole, CellType, Kind, PersonId, Ruling, Standing, State, Status
from services import Work, closing, digest, reopening, rollcall
from services.sheets import Sheet
from services.work import House
from storage.closings import Closing, SnapshotRow
from storage.database import Database
from storage.members import DatedStatus
from storage.work import UnitOfWork
from tests.storage.build import unit

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2026, 11, 24)
EVENING = datetime(2026, 11, 24, 19, 30, tzinfo=ZONE)
LATER = datetime(2026, 11, 24, 21, 0, tzinfo=ZONE)
LOCKED = datetime(2026, 12, 6, tzinfo=ZONE)
LONG_AGO = date(2026, 1, 1)
IN_POST = date(2020, 1, 1)
AGREED = datetime(2020, 1, 1, tzinfo=ZONE)  # before any meeting here


@dataclass(frozen=True, slots=True)
class Dated:
    """A status from a local date to a local date, both inclusive."""

    status: Status
    since: date = LONG_AGO
    until: date | None = None
    approved: bool = True


@dataclass(frozen=True, slots=True)
class One:
    """A membership to be made; the first of a cell is its secretary."""

    statuses: tuple[Dated, ...] = ()
    standing: Standing = Standing.OFFICIAL
    consented: bool = True


def people(count: int, *statuses: Status, standing: Standing = Standing.OFFICIAL) -> list[One]:
    return [One(tuple(Dated(one) for one in statuses), standing)] * count


@dataclass(slots=True)
class Hall:
    """One cell. `at` is the moment at which everything happens."""

    database: Database
    house: House
    cell: Unit
    secretary: Person
    at: datetime = LATER

    def work(self, uow: UnitOfWork, by: Person | None = None) -> Work:
        return Work(uow, self.house, self.at, self.at, actor=by or self.secretary)

    async def meeting(
        self,
        period: Period | None = None,
        *,
        starts_at: datetime = EVENING,
        kind: Kind = Kind.REGULAR,
        state: State = State.ANNOUNCED,
    ) -> Meeting:
        """A meeting of this cell; of its local month unless it is for another."""
        async with self.database.write() as uow:
            number = await uow.meetings.add_once(
                {
                    "cell": self.cell.id,
                    "kind": kind,
                    "period": str(period or Period.of(starts_at.date())),
                    "starts_at": starts_at,
                    "place": "Nhà văn hoá",
                    "state": state,
                    "revision": 1,
                    "created_at": starts_at - timedelta(days=20),
                    "announced_at": starts_at - timedelta(days=5),
                    "on_hold": False,
                }
            )
            assert number is not None
            found = await uow.meetings.by_id(number)
            assert found is not None
            await uow.commit()
        return found

    async def fresh(self, meeting: Meeting) -> Meeting:
        async with self.database.read() as uow:
            found = await uow.meetings.by_id(meeting.id)
        assert found is not None
        return found

    async def call(self, meeting: Meeting, line: str, *, by: Person | None = None) -> Sheet:
        """The roll in one line, confirmed."""
        async with self.database.write() as uow:
            work = self.work(uow, by)
            known = await uow.meetings.lock(meeting.id)
            assert known is not None
            number, _ = await rollcall.propose_line(work, known, line)
            proposal, known = await rollcall.proposed(work, str(number))
            sheet = await rollcall.confirm_line(work, proposal, known)
            await uow.commit()
        return sheet

    async def close(self, meeting: Meeting, *, by: Person | None = None) -> Closing:
        async with self.database.write() as uow:
            known = await uow.meetings.lock(meeting.id)
            assert known is not None
            frozen, _ = await closing.close(self.work(uow, by), known)
            await uow.commit()
        return frozen

    async def held(self, line: str, meeting: Meeting | None = None, **of: object) -> Tally:
        """Called and closed; the figures that were frozen."""
        found = meeting or await self.meeting(**of)  # type: ignore[arg-type]
        await self.call(found, line)
        return (await self.close(found)).tally

    async def rule(self, meeting: Meeting, number: int, ruling: Ruling, *, by: Person | None = None) -> Sheet:
        """A ruling on the absence of a roll number."""
        async with self.database.write() as uow:
            known = await uow.meetings.lock(meeting.id)
            assert known is not None
            who = await self._who(uow, number)
            sheet = await closing.rule(self.work(uow, by), known, str(who), ruling)
            await uow.commit()
        return sheet

    async def reopen(self, meeting: Meeting) -> None:
        async with self.database.write() as uow:
            known = await uow.meetings.lock(meeting.id)
            assert known is not None
            await reopening.reopen(self.work(uow), known)
            await uow.commit()

    async def call_again(self, meeting: Meeting, line: str) -> None:
        """Opened, called and closed once more."""
        await self.reopen(meeting)
        await self.held(line, meeting)

    async def undo(self, meeting: Meeting, *, by: Person | None = None) -> Sheet:
        async with self.database.write() as uow:
            known = await uow.meetings.lock(meeting.id)
            assert known is not None
            sheet = await reopening.undo(self.work(uow, by), known)
            await uow.commit()
        return sheet

    async def status(self, number: int, dated: Dated) -> None:
        """A status that is written down now, whenever it begins."""
        async with self.database.write() as uow:
            who = await self._who(uow, number)
            for one in await uow.members.of_person(who, DAY):
                if one.cell == self.cell.id:
                    await uow.members.start_status(_dated(one.membership, dated))
            await uow.commit()

    async def person(self, number: int) -> Person:
        async with self.database.read() as uow:
            return await uow.people.by_id(await self._who(uow, number))

    async def sheet(self, meeting: Meeting) -> Sheet:
        async with self.database.read() as uow:
            known = await uow.meetings.by_id(meeting.id)
            assert known is not None
            return await rollcall.sheet(self.work(uow), known)

    async def closing(self, meeting: Meeting) -> tuple[Closing, list[SnapshotRow]]:
        async with self.database.read() as uow:
            frozen = await uow.closings.of_meeting(meeting.id)
            assert frozen is not None
            return frozen, await uow.closings.snapshot(frozen.id)

    async def digest(self, code: str, period: Period) -> dict[str, object]:
        """As `keng digest --json` has it."""
        async with self.database.read() as uow:
            found = await uow.units.by_code(code)
            assert found is not None
            return dict(digest.as_json(await digest.compute(self.work(uow), found, period)))

    async def line(self, period: Period) -> dict[str, object]:
        """The cell's own line in the digest."""
        cells = (await self.digest(self.cell.code, period))["cells"]
        assert isinstance(cells, list)
        return dict(cells[0])

    async def _who(self, uow: UnitOfWork, number: int) -> PersonId:
        members = await uow.members.of_cell(self.cell.id, DAY)
        return next(one.person for one in members if one.number == number)


async def hall(
    database: Database,
    house: House,
    members: Sequence[One],
    *,
    code: str = "CB1",
    kind: CellType = CellType.VILLAGE,
) -> Hall:
    """A cell of a commune "X1" with these members, numbered from 1."""
    async with database.write() as uow:
        commune = await unit(uow, "X1")
        home = await unit(uow, code, commune, level="cell")
        await uow.units.save(code, {"name": f"Chi bộ {code}", "level": "cell", "type": kind})
        for number, one in enumerate(members, 1):
            await _member(uow, home, f"{code}-{number}", number, one)
        first = await uow.people.by_code(f"{code}-1")
        cell = await uow.units.by_code(code)
        assert first is not None
        assert cell is not None
        await uow.people.start_role(
            {
                "person": first.id,
                "unit": home,
                "role": CellRole.SECRETARY,
                "since": IN_POST,
                "digest": False,
            }
        )
        await uow.commit()
    return Hall(database, house, cell, first)


async def _member(uow: UnitOfWork, home: object, code: str, number: int, one: One) -> None:
    agreed = AGREED if one.consented else None
    who = await uow.people.save(code, {"name": f"Người {code}", "language": "vi", "consented_at": agreed})
    values = {"number": number, "standing": one.standing}
    membership = await uow.members.save(who, home, values)  # type: ignore[arg-type]
    for dated in one.statuses:
        await uow.members.start_status(_dated(membership, dated))


def _dated(membership: int, one: Dated) -> DatedStatus:
    return DatedStatus(membership, one.status, one.since, one.until, one.approved)


def with_rules(house: House, **tables: Iterable[tuple[str, object]]) -> House:
    """The house under a policy in which single values differ: `attendance=[("extra", ExtraRule.BOTH)]`."""
    changed = {
        name: getattr(house.policy, name).model_copy(update=dict(values)) for name, values in tables.items()
    }
    return replace(house, policy=house.policy.model_copy(update=changed))
