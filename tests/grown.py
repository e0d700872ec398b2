"""A tree of any size with a year behind it, written straight into the tables: nobody here is real.

The facts are kept as plain values too, for whoever wants to add them up again without the program.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from random import Random
from typing import Any

from sqlalchemy import Table, insert

from meetings.period import Period
from meetings.terms import CellRole, Kind, Standing, State
from storage.database import Database
from storage.tables.meetings import closing, meeting
from storage.tables.people import account, assignment, membership, person, role, unit
from storage.work import UnitOfWork

COUNTS = ("roll", "expected", "present", "online", "excused", "unexcused", "awaiting", "extra", "guests")
_BATCH = 2000
_KINDS = ("bản Noong", "bản Huổi Chon", "tổ dân phố", "bản Nà Tấu", "Trường Tiểu học số", "bản Pá Khoang")
_STATES = (State.PLANNED, State.ANNOUNCED, State.HELD, State.CANCELLED, State.POSTPONED)


@dataclass(frozen=True, slots=True)
class Shape:
    """How much there is: communes under one province, cells in each, people in each cell."""

    communes: int
    cells: Sequence[int]
    people: int
    first: Period
    last: Period  # the months between have a meeting of nearly every cell
    seed: int = 7
    closed: float = 0.9  # of the meetings, those with a closed list


@dataclass(frozen=True, slots=True)
class Fact:
    """One meeting as it was written down. `figures` are of the newest closing, `stands` whether they hold."""

    cell: str
    commune: str
    period: Period
    kind: Kind
    state: State
    starts_at: datetime
    figures: dict[str, int] | None = None
    stands: bool = False
    amendment: int = 0


@dataclass(slots=True)
class Grown:
    """What was written: the codes of units and every meeting."""

    communes: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


async def grow(database: Database, shape: Shape, *, keep: bool = True) -> Grown:
    """Write it all in one transaction. Without `keep` the facts are forgotten: there may be millions."""
    grower = _Grower(shape, keep)
    async with database.write() as uow:
        await grower.units(uow)
        await grower.people(uow)
        await grower.meetings(uow)
        await uow.commit()
    return grower.grown


class _Grower:
    def __init__(self, shape: Shape, keep: bool) -> None:
        self.shape = shape
        self.keep = keep
        self.random = Random(shape.seed)
        self.grown = Grown()
        self.meeting, self.closing = count(1), count(1)
        self.cell_ids: list[tuple[int, str, str]] = []

    async def units(self, uow: UnitOfWork) -> None:
        rows = [_unit(1, "T01", "Tỉnh uỷ Điện Sơn", "province", None)]
        for commune in range(self.shape.communes):
            number, code = len(rows) + 1, f"X{commune:04}"
            rows.append(_unit(number, code, f"Đảng uỷ xã số {commune}", "commune", 1))
            self.grown.communes.append(code)
            for place in range(self.shape.cells[commune % len(self.shape.cells)]):
                cell, name = f"{code}-C{place:03}", f"Chi bộ {_KINDS[place % len(_KINDS)]} {place + 1}"
                rows.append(_unit(len(rows) + 1, cell, name, "cell", number))
                self.cell_ids.append((len(rows), cell, code))
        self.grown.cells = [code for _, code, _ in self.cell_ids]
        await _write(uow, unit, rows)

    async def people(self, uow: UnitOfWork) -> None:
        """The first of a cell is its secretary; every third is linked, and every fifth cell has no official."""
        numbers = count(1)
        persons, members, posts, accounts, charges = [], [], [], [], []
        for cell, _, _ in self.cell_ids:
            for place in range(1, self.shape.people + 1):
                who = next(numbers)
                persons.append({"id": who, "code": f"P{who}", "name": f"Lò Văn {who}", "language": "vi"})
                members.append(
                    {"person": who, "cell": cell, "number": place, "standing": str(Standing.OFFICIAL)}
                )
                if place == 1:
                    posts.append(_role(who, cell))
                    if cell % 5:
                        charges.append({"person": who, "cell": cell, "visits_per_year": 2, "by_chat": False})
                if place % 3 == 1:
                    accounts.append(_account(who))
        for table, rows in (
            (person, persons),
            (membership, members),
            (role, posts),
            (account, accounts),
            (assignment, charges),
        ):
            await _write(uow, table, rows)

    async def meetings(self, uow: UnitOfWork) -> None:
        for month in _months(self.shape.first, self.shape.last):
            met, closings = [], []
            for cell, code, commune in self.cell_ids:
                for row, frozen in self._of(cell, month):
                    met.append(row)
                    closings += frozen
                    if self.keep:
                        self.grown.facts.append(_fact(row, frozen, code, commune, month))
            await _write(uow, meeting, met)
            await _write(uow, closing, closings)

    def _of(self, cell: int, month: Period) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """A month of one cell: mostly its regular meeting, sometimes one with a theme beside it."""
        if self.random.random() > 0.03:
            kind = Kind.COMBINED if self.random.random() < 0.1 else Kind.REGULAR
            yield self._meeting(cell, month, kind)
        if self.random.random() < 0.1:
            yield self._meeting(cell, month, Kind.THEMATIC)

    def _meeting(self, cell: int, month: Period, kind: Kind) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        is_closed = self.random.random() < self.shape.closed
        begins = datetime(month.year, month.month, self.random.randint(1, 28), 12, 30, tzinfo=UTC)
        starts = begins + timedelta(days=self.random.choice((0, 0, 0, 0, 30)))
        row: dict[str, Any] = {
            "id": next(self.meeting),
            "cell": cell,
            "kind": str(kind),
            "period": str(month),
            "starts_at": starts,
            "place": self.random.choice(("Nhà văn hoá bản", "=1+1", "@Hội trường xã")),
            "state": str(State.CLOSED if is_closed else self.random.choice(_STATES)),
            "revision": 1,
            "created_at": begins - timedelta(days=20),
            "on_hold": False,
        }
        frozen = [self._closing(row["id"], 1, starts)] if is_closed else []
        if is_closed and self.random.random() < 0.1:
            frozen.append(self._closing(row["id"], 2, starts))
            frozen[1]["amendment"] = self.random.choice((0, 1))
        elif is_closed and self.random.random() < 0.05:
            row["state"] = str(State.HELD)
            frozen[0]["reopened_at"] = starts
        return row, frozen

    def _closing(self, number: int, serial: int, at: datetime) -> dict[str, Any]:
        people = self.shape.people
        expected = 0 if self.random.random() < 0.02 else max(people - self.random.randint(0, 3), 0)
        absent = min(expected, int(self.random.expovariate(0.4)))
        excused = self.random.randint(0, absent)
        unexcused = self.random.randint(0, absent - excused)
        counts = dict.fromkeys(COUNTS, 0)
        counts |= {"roll": self.shape.people, "expected": expected, "present": expected - absent}
        counts |= {"excused": excused, "unexcused": unexcused, "awaiting": absent - excused - unexcused}
        counts |= {"extra": self.random.randint(0, 1), "guests": self.random.randint(0, 2)}
        return {
            "id": next(self.closing),
            "meeting": number,
            "serial": serial,
            "amendment": 0,
            "by": 1,
            "at": at,
            "pack": "vn-2025-10",
            "reopened_at": None,
            **counts,
        }


def _fact(row: dict[str, Any], frozen: list[dict[str, Any]], cell: str, commune: str, month: Period) -> Fact:
    newest = frozen[-1] if frozen else None
    return Fact(
        cell,
        commune,
        month,
        Kind(row["kind"]),
        State(row["state"]),
        row["starts_at"],
        {name: newest[name] for name in COUNTS} if newest else None,
        stands=newest is not None and newest["reopened_at"] is None,
        amendment=newest["amendment"] if newest else 0,
    )


def _unit(number: int, code: str, name: str, level: str, parent: int | None) -> dict[str, Any]:
    return {"id": number, "code": code, "name": name, "level": level, "parent": parent}


def _role(who: int, cell: int) -> dict[str, Any]:
    since = date(2020, 1, 1)
    return {"person": who, "unit": cell, "role": str(CellRole.SECRETARY), "since": since, "digest": False}


def _account(who: int) -> dict[str, Any]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return {
        "channel": "web",
        "bot": "buttons",
        "chat": f"P{who}",
        "person": who,
        "linked_at": at,
        "used_at": at,
    }


def _months(first: Period, last: Period) -> Iterator[Period]:
    while first <= last:
        yield first
        first = first.next()


async def _write(uow: UnitOfWork, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        await uow._connection.execute(insert(table), batch)
