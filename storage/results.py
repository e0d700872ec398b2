"""What came of a meeting: hours, minutes adopted, points and band. Every change is a row, the newest holds."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, exists, func, select, update

from meetings.period import Period
from meetings.score import Band
from meetings.terms import Kind, MeetingId, PersonId, State, UnitId
from storage.queries import Queries, batches
from storage.tables import meetings as tables
from storage.tables.meetings import closing
from storage.tables.preparation import result

_REGULAR = (Kind.REGULAR, Kind.COMBINED)
LATEST = timedelta(days=60)  # lists closed longer than that after their meeting are history


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one criterion, as its sheet was when it was filled in."""

    id: str
    label: str
    given: Decimal
    most: int


@dataclass(frozen=True, slots=True)
class Result:
    """The newest word about a meeting. `amendment` is 0 before the lock, then counts from 1.

    `least` is how many minutes it had to last. `confirmed_at` without `confirmed_by`: forgotten since.
    """

    meeting: MeetingId
    serial: int
    amendment: int
    by: PersonId
    at: datetime
    began_at: datetime | None = None
    ended_at: datetime | None = None
    least: int | None = None
    adopted: bool | None = None
    band: Band | None = None
    points: tuple[Points, ...] = field(default=())
    confirmed_by: PersonId | None = None
    confirmed_at: datetime | None = None

    @property
    def minutes(self) -> int | None:
        """How long it lasted."""
        if self.began_at is None or self.ended_at is None:
            return None
        return int((self.ended_at - self.began_at).total_seconds()) // 60

    @property
    def short(self) -> bool:
        """Shorter than it had to be."""
        return self.minutes is not None and self.least is not None and self.minutes < self.least

    @property
    def total(self) -> Decimal | None:
        """The points of the sheet; None where only the band is known."""
        return sum((one.given for one in self.points), start=Decimal()) if self.points else None


class Results(Queries):
    async def add(self, new: Result) -> None:
        await self._add(
            result,
            {
                "meeting": new.meeting,
                "serial": new.serial,
                "amendment": new.amendment,
                "began_at": new.began_at,
                "ended_at": new.ended_at,
                "least": new.least,
                "adopted": new.adopted,
                "band": new.band,
                "points": _packed(new.points) if new.points else None,
                "confirmed_by": new.confirmed_by,
                "confirmed_at": new.confirmed_at,
                "by": new.by,
                "at": new.at,
            },
        )

    async def of_meeting(self, meeting: MeetingId) -> Result | None:
        return (await self.of_meetings([meeting])).get(meeting)

    async def of_meetings(self, meetings: Iterable[MeetingId]) -> Mapping[MeetingId, Result]:
        """The newest word about each of these meetings of which there is one."""
        found = []
        for some in batches(meetings):
            query = _newest().where(result.c.meeting.in_(some))
            found += [_result(row) for row in await self._connection.execute(query)]
        return {one.meeting: one for one in found}

    async def bands(self, cell: UnitId, year: int) -> list[Band]:
        """The bands of a cell's regular meetings of a year, by period; those without one are left out."""
        query = (
            _newest()
            .join(tables.meeting, tables.meeting.c.id == result.c.meeting)
            .where(
                tables.meeting.c.cell == cell,
                tables.meeting.c.kind.in_(_REGULAR),
                tables.meeting.c.period.between(str(Period(year, 1)), str(Period(year, 12))),
                result.c.band.is_not(None),
            )
            .order_by(tables.meeting.c.period)
        )
        return [Band(row.band) for row in await self._connection.execute(query)]

    async def closed_since(
        self, since: datetime, *, meeting: MeetingId | None = None
    ) -> list[tuple[MeetingId, datetime]]:
        """Closed meetings, or this one, first closed after an instant, with that instant."""
        first = func.min(closing.c.at).label("first")
        query = (
            select(closing.c.meeting, first)
            .join(tables.meeting, tables.meeting.c.id == closing.c.meeting)
            .where(tables.meeting.c.state == State.CLOSED, tables.meeting.c.starts_at > since - LATEST)
            .group_by(closing.c.meeting)
            .having(first > since)
            .order_by(closing.c.meeting)
        )
        if meeting is not None:
            query = query.where(closing.c.meeting == meeting)
        return [(MeetingId(row.meeting), row.first) for row in await self._connection.execute(query)]

    async def confirmed(self, who: PersonId) -> list[tuple[datetime, datetime]]:
        """The starts of the meetings whose result a person confirmed, and when they did."""
        query = (
            select(tables.meeting.c.starts_at, func.min(result.c.confirmed_at).label("at"))
            .join_from(result, tables.meeting, result.c.meeting == tables.meeting.c.id)
            .where(result.c.confirmed_by == who)
            .group_by(tables.meeting.c.id, tables.meeting.c.starts_at)
            .order_by(tables.meeting.c.starts_at)
        )
        return [(row.starts_at, row.at) for row in await self._connection.execute(query)]

    async def drop_names(self, before: datetime) -> None:
        """Of meetings that started before an instant nobody knows any more who confirmed them."""
        held = select(tables.meeting.c.id).where(tables.meeting.c.starts_at < before)
        named = (result.c.confirmed_by.is_not(None), result.c.meeting.in_(held))
        await self._change(update(result).where(*named).values(confirmed_by=None))

    async def forget(self, who: PersonId) -> None:
        """That it was confirmed stays, by whom goes."""
        await self._change(update(result).where(result.c.confirmed_by == who).values(confirmed_by=None))


def _newest() -> Select[Any]:
    newer = result.alias("newer")
    return select(result).where(
        ~exists().where(newer.c.meeting == result.c.meeting, newer.c.serial > result.c.serial)
    )


def _packed(points: Iterable[Points]) -> str:
    return json.dumps([[one.id, one.label, str(one.given), one.most] for one in points], ensure_ascii=False)


def _result(row: Row[Any]) -> Result:
    points = [
        Points(name, label, Decimal(given), most)
        for name, label, given, most in json.loads(row.points or "[]")
    ]
    return Result(
        MeetingId(row.meeting),
        row.serial,
        row.amendment,
        PersonId(row.by),
        row.at,
        row.began_at,
        row.ended_at,
        row.least,
        row.adopted,
        None if row.band is None else Band(row.band),
        tuple(points),
        None if row.confirmed_by is None else PersonId(row.confirmed_by),
        row.confirmed_at,
    )
