"""A generated province year: text, JSON, sums of the cells and a slow reference tell the same numbers (domain.md 5)."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from shutil import copyfile
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetings.period import Period
from meetings.records import MarkMade
from meetings.terms import Kind, Mark, MeetingId, PersonId, Ruling, Standing, State, Status, UnitId
from services import Work, digest
from services.digest_text import as_text
from services.rollcall import sheet
from storage.closings import Signed
from storage.database import Database
from storage.members import DatedStatus
from storage.work import UnitOfWork
from tests.reference.counting import above, rate
from tests.reference.counting import count as reckon
from tests.reference.values import FIGURES, Settings, Span
from tests.scenarios.house import house
from tests.storage.build import unit

YEAR, NOW = 2026, datetime(2027, 1, 4, 3, tzinfo=UTC)  # all but December are locked
TREE = {"T": None, "X1": "T", "X2": "T", "X2-B": "X2"}
CELLS = {"X1-1": "X1", "X1-2": "X1", "X2-1": "X2", "X2-B-1": "X2-B"}
LEVELS = {"T": "province", "X1": "commune", "X2": "commune", "X2-B": "committee"}
STATES = ("closed", "held", "announced", "cancelled", "postponed", "none")
STATUSES = (
    "",
    "",
    "",
    "exempt",
    "temporary_out",
    "temporary_in",
    "away",
    "unapproved",
    "suspended",
    "reinforced",
)
MARKS = ("present", "present", "online", "absent")
RULINGS = ("excused", "unexcused", "awaiting")


@dataclass(frozen=True)
class Sat:
    """A month of a cell: its state, and by member the mark and the ruling of an absence."""

    state: str
    marks: tuple[tuple[str, str], ...]


def _sat(size: int) -> st.SearchStrategy[Sat]:
    marks = st.tuples(*[st.tuples(st.sampled_from(MARKS), st.sampled_from(RULINGS))] * size)
    return st.builds(Sat, st.sampled_from(STATES), marks)


@st.composite
def years(draw: st.DrawFn) -> dict[str, tuple[tuple[str, ...], tuple[Sat, ...]]]:
    """By cell, the status of each member for the whole year, and the months."""
    found = {}
    for cell in CELLS:
        people = draw(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=4))
        found[cell] = (tuple(people), draw(st.tuples(*[_sat(len(people))] * len(MONTHS))))
    return found


MONTHS = (1, 2, 6, 11, 12)
_NUMBERS = count(1)


@settings(
    max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
@given(year=years())
def test_text_and_json_and_sums_and_the_reference_agree(
    year: dict[str, tuple[tuple[str, ...], tuple[Sat, ...]]], sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"{next(_NUMBERS)}.db"
    copyfile(sqlite_template, path)
    asyncio.run(_played(f"sqlite+aiosqlite:///{path}", year))


async def _played(url: str, year: dict[str, tuple[tuple[str, ...], tuple[Sat, ...]]]) -> None:
    database = Database(url)
    try:
        async with database.write() as uow:
            await _lived(uow, year)
            await uow.commit()
        async with database.read() as uow:
            for place, month in enumerate(MONTHS):
                for node in (*TREE, *CELLS):
                    cells = [cell for cell in CELLS if node in _line(cell)]
                    lines = {cell: _reckoned(year[cell][0], year[cell][1][place]) for cell in cells}
                    await _compare(uow, node, Period(YEAR, month), lines)
    finally:
        await database.close()


def _line(cell: str) -> list[str]:
    found, step = [cell], CELLS.get(cell)
    while step is not None:
        found.append(step)
        step = TREE[step]
    return found


def _reckoned(people: Iterable[str], sat: Sat) -> dict[str, Any] | None:
    """The slow reference; None of what was not closed."""
    if sat.state != "closed":
        return None
    spans = {str(n): _spans(n, status) for n, status in enumerate(people)}
    marks = {
        str(n): (mark, ruling if mark == "absent" else None) for n, (mark, ruling) in enumerate(sat.marks)
    }
    return reckon(spans, marks, 0, Settings())


def _spans(number: int, status: str) -> list[Span]:
    if not status:
        return []
    word = "away" if status == "unapproved" else status
    return [Span(str(number), word, date(2025, 1, 1), None, status != "unapproved")]


async def _compare(
    uow: UnitOfWork, node: str, period: Period, lines: dict[str, dict[str, Any] | None]
) -> None:
    home = house()
    found = await uow.units.by_code(node)
    assert found is not None
    computed = await digest.compute(Work(uow, home, NOW, NOW), found, period)
    told: Any = digest.as_json(computed)
    closed = {cell: line for cell, line in lines.items() if line is not None}
    sums = {name: sum(line[name] for line in closed.values()) for name in FIGURES}
    rated = rate(sums["present"], sums["expected"])
    assert told["total"] == {"cells": len(lines), "closed": len(closed), **sums, "rate": rated}
    by_code = {line["code"]: line for line in told["cells"]}
    for cell, line in lines.items():
        told_of = {name: by_code[cell][name] for name in FIGURES}
        assert told_of == ({name: line[name] for name in FIGURES} if line else dict.fromkeys(FIGURES))
    for name in FIGURES:
        assert told["total"][name] == sum(line[name] for line in told["cells"] if line[name] is not None)
    text = home.catalogue.render(as_text(computed), "vi")
    states = [line["state"] for line in told["cells"]]
    held = sum(state in ("closed", "held") for state in states)
    shown = "–" if rated is None else f"{rated.replace('.', ',')}%"
    first = (
        f"{held}/{len(lines)} chi bộ đã sinh hoạt; {sums['present']}/{sums['expected']} đồng chí dự ({shown})"
    )
    assert first in text.partition("\n")[0]
    below = sum(
        line["expected"] > 0 and not above(line["present"], line["expected"], 85) for line in closed.values()
    )
    unexcused = sum(line["unexcused"] > 0 for line in closed.values())
    assert f"vượt 85%: {below:02} chi bộ; có đảng viên vắng không lý do: {unexcused:02} chi bộ" in text
    _check_shares(text, computed.shares, sums)


def _check_shares(text: str, shares: Any, sums: dict[str, int]) -> None:
    """Above the communes a line each unit, and these come to the total again."""
    if not shares:
        return
    pairs = re.findall(r"^– .+; có mặt (\d+)/(\d+) đồng chí", text, re.MULTILINE)
    assert len(pairs) == len(shares)
    assert [sum(int(pair[n]) for pair in pairs) for n in (0, 1)] == [sums["present"], sums["expected"]]


async def _lived(uow: UnitOfWork, year: dict[str, tuple[tuple[str, ...], tuple[Sat, ...]]]) -> None:
    ids: dict[str, UnitId] = {}
    for code, parent in TREE.items():
        ids[code] = await unit(uow, code, ids[parent] if parent else None, level=LEVELS[code])
    for cell, (people, months) in year.items():
        ids[cell] = await unit(uow, cell, ids[CELLS[cell]], level="cell")
        members = [await _joined(uow, ids[cell], f"{cell}-{n}", n, status) for n, status in enumerate(people)]
        for month, sat in zip(MONTHS, months, strict=True):
            await _met(uow, ids[cell], Period(YEAR, month), sat, members)


async def _joined(uow: UnitOfWork, cell: UnitId, code: str, number: int, status: str) -> PersonId:
    who = await uow.people.save(code, {"name": f"Người {code}", "language": "vi"})
    values = {"number": number + 1, "standing": Standing.OFFICIAL}
    membership = await uow.members.save(who, cell, values)
    for span in _spans(number, status):
        dated = DatedStatus(membership, Status(span.status), span.since, span.until, span.approved)
        await uow.members.start_status(dated)
    return who


async def _met(uow: UnitOfWork, cell: UnitId, period: Period, sat: Sat, members: list[PersonId]) -> None:
    if sat.state == "none":
        return
    starts_at = datetime(period.year, period.month, 24, 12, 30, tzinfo=UTC)
    number = await uow.meetings.add_once(
        {
            "cell": cell,
            "kind": Kind.REGULAR,
            "period": str(period),
            "starts_at": starts_at,
            "place": "Nhà văn hoá",
            "state": State.HELD if sat.state == "closed" else State(sat.state),
            "revision": 1,
            "created_at": starts_at - timedelta(days=20),
            "announced_at": None,
            "on_hold": False,
        }
    )
    assert number is not None
    if sat.state == "closed":
        await _closed(uow, MeetingId(number), starts_at, sat, members)


async def _closed(
    uow: UnitOfWork, number: MeetingId, at: datetime, sat: Sat, members: list[PersonId]
) -> None:
    for who, (mark, ruling) in zip(members, sat.marks, strict=True):
        ruled = Ruling(ruling) if mark == "absent" else None
        await uow.marks.put(number, MarkMade(who, Mark(mark), ruled, None, members[0], at))
    meeting = await uow.meetings.by_id(number)
    assert meeting is not None
    counted = (await sheet(Work(uow, house(), at, at), meeting)).tally
    await uow.closings.add(number, counted, [], Signed(members[0], at, "vn-2025-10"))
    await uow.meetings.change(meeting, {"state": State.CLOSED})
