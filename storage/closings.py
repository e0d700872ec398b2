"""Frozen figures: the snapshot of a closed meeting, and the report that was sent."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, RowMapping, exists, func, or_, select, update

from meetings.attendance import Tally
from meetings.counters import Sitting
from meetings.period import Period
from meetings.terms import Kind, Mark, MeetingId, PersonId, Reason, Ruling, Standing, State, UnitId
from storage.queries import AnyRow, Queries, batches
from storage.tables import meetings as tables
from storage.tables.meetings import closing, report, snapshot
from storage.tables.people import person

_OVER = (State.CLOSED, State.CANCELLED, State.POSTPONED)
COUNTS = ("roll", "expected", "present", "online", "excused", "unexcused", "awaiting", "extra", "guests")


# A ruling on somebody else freezes all rows anew: the first closing tells whether it was before.
_FIRST = closing.alias("first")
_SINCE_CONSENT = person.c.consented_at.is_not(None) & ~exists().where(
    _FIRST.c.meeting == closing.c.meeting, _FIRST.c.at < person.c.consented_at
)


def over(through: Period) -> ColumnElement[bool]:
    """Meetings of a period and before that no roll-call is awaited of: closed, if only once, or called off."""
    closed_once = exists().where(closing.c.meeting == tables.meeting.c.id)
    opened_again = (tables.meeting.c.state == State.HELD) & closed_once
    return (tables.meeting.c.period <= str(through)) & or_(tables.meeting.c.state.in_(_OVER), opened_again)


class Stage(StrEnum):
    """When the figures of a month were kept: as its digest was sent, and as they were locked."""

    SENT = "sent"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """One person of the cell as they stood on the day, frozen when the list was closed."""

    person: PersonId | None
    number: int
    standing: Standing
    statuses: str
    expected: bool
    mark: Mark | None
    ruling: Ruling | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Closing:
    """The newest closing of a meeting. `amendment` is 0 before the lock, then counts from 1.

    It `stands` unless the list was opened again before the lock.
    """

    id: int
    meeting: MeetingId
    serial: int
    amendment: int
    at: datetime
    tally: Tally
    by: PersonId
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Signed:
    """Who closed a list, when, under which rule pack, and whether the month was locked already."""

    by: PersonId
    at: datetime
    pack: str
    amends: bool = False


class Closings(Queries):
    async def add(
        self,
        meeting: MeetingId,
        figures: Tally,
        rows: Iterable[SnapshotRow],
        signed: Signed,
    ) -> Closing:
        """Freeze a meeting anew; after the lock the closing is a numbered amendment."""
        before = await self.of_meeting(meeting)
        serial = before.serial + 1 if before else 1
        amendment = (before.amendment if before else 0) + (1 if signed.amends else 0)
        counts = {name: getattr(figures, name) for name in COUNTS}
        values = {
            "meeting": meeting,
            "serial": serial,
            "amendment": amendment,
            "by": signed.by,
            "at": signed.at,
            "pack": signed.pack,
            **counts,
        }
        number = await self._add(closing, values)
        frozen = [{"closing": number, **asdict(row)} for row in rows]
        if frozen:
            await self._connection.execute(self._insert(snapshot), frozen)
        return Closing(number, meeting, serial, amendment, signed.at, figures, signed.by)

    async def of_meeting(self, meeting: MeetingId) -> Closing | None:
        return (await self.of_meetings([meeting])).get(meeting)

    async def of_meetings(self, meetings: Iterable[MeetingId]) -> Mapping[MeetingId, Closing]:
        """The newest closing of each of these meetings that has one."""
        found: dict[MeetingId, Closing] = {}
        for some in batches(meetings):
            found |= await self._newest(some)
        return found

    async def _newest(self, meetings: Collection[MeetingId]) -> dict[MeetingId, Closing]:
        newest = (
            select(closing.c.meeting, func.max(closing.c.serial).label("serial"))
            .where(closing.c.meeting.in_(meetings))
            .group_by(closing.c.meeting)
            .subquery()
        )
        query = select(closing).join(
            newest, (closing.c.meeting == newest.c.meeting) & (closing.c.serial == newest.c.serial)
        )
        found: dict[MeetingId, Closing] = {}
        for row in (await self._connection.execute(query)).mappings():
            number = MeetingId(row["meeting"])
            by = PersonId(row["by"])
            found[number] = Closing(
                row["id"],
                number,
                row["serial"],
                row["amendment"],
                row["at"],
                counted(row),
                by,
                stands=row["reopened_at"] is None,
            )
        return found

    async def reopen(self, number: int, at: datetime) -> None:
        """The list was opened again before the lock: these figures hold no more, until it is closed anew."""
        await self._change(update(closing).where(closing.c.id == number).values(reopened_at=at))

    async def snapshot(self, number: int) -> list[SnapshotRow]:
        query = select(snapshot).where(snapshot.c.closing == number).order_by(snapshot.c.number)
        return [_row(row) for row in await self._connection.execute(query)]

    async def absent(self, closings: Collection[int]) -> dict[int, set[PersonId]]:
        """Of many closings, who was expected and absent, as far as the rows have not been forgotten."""
        found: dict[int, set[PersonId]] = {}
        for some in batches(closings):
            query = select(snapshot.c.closing, snapshot.c.person).where(
                snapshot.c.closing.in_(some),
                snapshot.c.expected,
                snapshot.c.mark == Mark.ABSENT,
                snapshot.c.person.is_not(None),
            )
            for row in await self._connection.execute(query):
                found.setdefault(row.closing, set()).add(PersonId(row.person))
        return found

    async def history(self, who: PersonId) -> list[tuple[datetime, SnapshotRow]]:
        """A person's row in the newest closing of each meeting closed since they agreed, with the start."""
        query = (
            select(snapshot, tables.meeting.c.starts_at, closing.c.meeting)
            .join_from(snapshot, closing, snapshot.c.closing == closing.c.id)
            .join(tables.meeting, closing.c.meeting == tables.meeting.c.id)
            .join(person, snapshot.c.person == person.c.id)
            .where(snapshot.c.person == who, _SINCE_CONSENT)
            .order_by(tables.meeting.c.starts_at, closing.c.serial)
        )
        newest = {row.meeting: (row.starts_at, _row(row)) for row in await self._connection.execute(query)}
        return list(newest.values())

    async def sittings(self, cell: UnitId, year: int, *, standing: Period) -> dict[PersonId, list[Sitting]]:
        """By person who agreed, how they stand in the newest closings of a year's months, by period and start.

        A list that was opened again counts no more, except in the locked months up to `standing`, where the
        figures stand until they are amended. Rows that are left by roll number only are nobody's, and what was
        closed before somebody agreed does not count for them.
        """
        newer = closing.alias("newer")
        query = (
            select(snapshot, tables.meeting.c.period, tables.meeting.c.kind)
            .join_from(snapshot, closing, snapshot.c.closing == closing.c.id)
            .join(tables.meeting, closing.c.meeting == tables.meeting.c.id)
            .join(person, snapshot.c.person == person.c.id)
            .where(
                tables.meeting.c.cell == cell,
                tables.meeting.c.period.between(f"{year:04d}-01", f"{year:04d}-12"),
                or_(tables.meeting.c.state == State.CLOSED, tables.meeting.c.period <= str(standing)),
                closing.c.reopened_at.is_(None),
                _SINCE_CONSENT,
                ~exists().where(newer.c.meeting == closing.c.meeting, newer.c.serial > closing.c.serial),
            )
            .order_by(tables.meeting.c.period, tables.meeting.c.starts_at, tables.meeting.c.id)
        )
        found: dict[PersonId, list[Sitting]] = defaultdict(list)
        for row in await self._connection.execute(query):
            frozen, period = _row(row), Period.parse(row.period)
            sat = Sitting(period, Kind(row.kind), frozen.expected, frozen.mark, frozen.ruling)
            found[PersonId(row.person)].append(sat)
        return dict(found)

    async def forget(self, who: PersonId, meeting: MeetingId | None = None) -> None:
        """Keep the snapshot rows by roll number only."""
        statement = update(snapshot).where(snapshot.c.person == who)
        if meeting is not None:
            numbers = select(closing.c.id).where(closing.c.meeting == meeting)
            statement = statement.where(snapshot.c.closing.in_(numbers))
        await self._change(statement.values(person=None, reason=None))

    async def file_report(
        self, unit: UnitId, period: Period, figures: str, now: datetime, stage: Stage = Stage.SENT
    ) -> None:
        """Keep the figures that were sent, or locked; what was filed is never rewritten."""
        values = {"unit": unit, "period": str(period), "figures": figures, "stage": stage, "sent_at": now}
        await self._add_once(report, values)

    async def report(self, unit: UnitId, period: Period, stage: Stage = Stage.SENT) -> str | None:
        query = select(report.c.figures).where(
            report.c.unit == unit, report.c.period == str(period), report.c.stage == stage
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def filed(self, period: Period, stage: Stage) -> set[UnitId]:
        """The units whose figures of a month are kept."""
        query = select(report.c.unit).where(report.c.period == str(period), report.c.stage == stage)
        return {UnitId(one) for one in (await self._connection.execute(query)).scalars()}


def counted(row: RowMapping, prefix: str = "") -> Tally:
    """The frozen counts of a closing's row; of a joined one, by the prefix of its columns."""
    return Tally(**{name: row[f"{prefix}{name}"] for name in COUNTS})


def _row(row: AnyRow) -> SnapshotRow:
    values = row._mapping
    return SnapshotRow(
        None if values["person"] is None else PersonId(values["person"]),
        values["number"],
        Standing(values["standing"]),
        values["statuses"],
        values["expected"],
        None if values["mark"] is None else Mark(values["mark"]),
        None if values["ruling"] is None else Ruling(values["ruling"]),
        None if values["reason"] is None else Reason(values["reason"]),
    )
