"""Frozen figures: the snapshot of a closed meeting, and the report that was sent."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from meetings.attendance import Tally
from meetings.period import Period
from meetings.terms import Mark, MeetingId, PersonId, Reason, Ruling, Standing, UnitId
from storage.queries import AnyRow, Queries
from storage.tables import meetings as tables
from storage.tables.meetings import closing, report, snapshot

_COUNTS = ("roll", "expected", "present", "online", "excused", "unexcused", "awaiting", "extra", "guests")


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
    """The newest closing of a meeting. `amendment` is 0 before the lock, then counts from 1."""

    id: int
    meeting: MeetingId
    serial: int
    amendment: int
    at: datetime
    tally: Tally


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
        counts = {name: getattr(figures, name) for name in _COUNTS}
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
        return Closing(number, meeting, serial, amendment, signed.at, figures)

    async def of_meeting(self, meeting: MeetingId) -> Closing | None:
        return (await self.of_meetings([meeting])).get(meeting)

    async def of_meetings(self, meetings: Iterable[MeetingId]) -> Mapping[MeetingId, Closing]:
        """The newest closing of each of these meetings that has one."""
        newest = (
            select(closing.c.meeting, func.max(closing.c.serial).label("serial"))
            .where(closing.c.meeting.in_(list(meetings)))
            .group_by(closing.c.meeting)
            .subquery()
        )
        query = select(closing).join(
            newest, (closing.c.meeting == newest.c.meeting) & (closing.c.serial == newest.c.serial)
        )
        found: dict[MeetingId, Closing] = {}
        for row in (await self._connection.execute(query)).mappings():
            counts = {name: row[name] for name in _COUNTS}
            number = MeetingId(row["meeting"])
            tally = Tally(**counts, unmarked=0)
            found[number] = Closing(row["id"], number, row["serial"], row["amendment"], row["at"], tally)
        return found

    async def snapshot(self, number: int) -> list[SnapshotRow]:
        query = select(snapshot).where(snapshot.c.closing == number).order_by(snapshot.c.number)
        return [_row(row) for row in await self._connection.execute(query)]

    async def history(self, who: PersonId) -> list[tuple[datetime, SnapshotRow]]:
        """A person's row in the newest closing of each meeting, with the meeting's start."""
        query = (
            select(snapshot, tables.meeting.c.starts_at, closing.c.meeting)
            .join_from(snapshot, closing, snapshot.c.closing == closing.c.id)
            .join(tables.meeting, closing.c.meeting == tables.meeting.c.id)
            .where(snapshot.c.person == who)
            .order_by(tables.meeting.c.starts_at, closing.c.serial)
        )
        newest = {row.meeting: (row.starts_at, _row(row)) for row in await self._connection.execute(query)}
        return list(newest.values())

    async def forget(self, who: PersonId, meeting: MeetingId | None = None) -> None:
        """Keep the snapshot rows by roll number only."""
        statement = update(snapshot).where(snapshot.c.person == who)
        if meeting is not None:
            numbers = select(closing.c.id).where(closing.c.meeting == meeting)
            statement = statement.where(snapshot.c.closing.in_(numbers))
        await self._change(statement.values(person=None, reason=None))

    async def file_report(self, unit: UnitId, period: Period, figures: str, now: datetime) -> None:
        """Keep the figures that were sent; a report that was sent is never rewritten."""
        values = {"unit": unit, "period": str(period), "figures": figures, "sent_at": now}
        await self._add_once(report, values)

    async def report(self, unit: UnitId, period: Period) -> str | None:
        query = select(report.c.figures).where(report.c.unit == unit, report.c.period == str(period))
        return (await self._connection.execute(query)).scalar_one_or_none()


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
