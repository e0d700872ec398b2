"""What the processes work on: a commune with linked members, and a look at what came of it."""

import asyncio
import json
import signal
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from chat.events import Address
from meetings.period import Period
from meetings.terms import CellRole, Kind, UnitId, UpperRole
from storage.database import Database
from storage.tables.delivery import notice, outbox
from storage.work import UnitOfWork
from tests.forks import FORKS
from tests.processes import child
from tests.processes.child import BOT, CHANNEL, Cut, Orders
from tests.storage import build

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOVEMBER, DECEMBER = Period(2026, 11), Period(2026, 12)
CREATED = datetime(2026, 10, 1, 8, 0, tzinfo=ZONE)
STARTS = datetime(2026, 12, 7, 19, 30, tzinfo=ZONE)
# The notices of the meeting of 7 December are due (T-5, 19:00), and so is the digest of November (the 2nd).
NOW = datetime(2026, 12, 2, 20, 0, tzinfo=ZONE)
_SINCE = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Scene:
    """A migrated database and the file that stands for the platform."""

    url: str
    platform: Path

    def orders(self, cut: Cut = Cut.NEVER, **more: int | float | str) -> Orders:
        base = Orders(self.url, str(self.platform), NOW.isoformat(), cut)
        return replace(base, **more)  # type: ignore[arg-type]

    def delivered(self) -> Counter[tuple[str, str]]:
        """How often each message stands on the platform, by chat and text."""
        if not self.platform.exists():
            return Counter()
        return Counter((line["chat"], line["text"]) for line in self.lines())

    def lines(self) -> list[dict[str, Any]]:
        """Everything that was delivered, in order: to which `chat`, the `text`, the `name` of who brought it."""
        return [json.loads(line) for line in self.platform.read_text("utf-8").splitlines()]

    def times(self) -> list[float]:
        """When, in seconds of the wall clock."""
        return [line["at"] for line in self.lines()]


class Child:
    """A started process that waits for the word."""

    def __init__(self, process: ForkServerProcess, line: "Connection[str, str]") -> None:
        self._process = process
        self._line = line

    @classmethod
    async def start(cls, orders: Orders) -> "Child":
        ours, theirs = FORKS.Pipe()
        process = FORKS.Process(target=child.main, args=(orders, theirs))
        await asyncio.to_thread(process.start)
        theirs.close()
        assert await asyncio.to_thread(ours.recv) == "ready"
        return cls(process, ours)

    async def go(self) -> int:
        """How it ended: 0, or minus the signal that killed it."""
        self._line.send("go")
        await asyncio.to_thread(self._process.join)
        code = self._process.exitcode
        assert code is not None
        self._line.close()
        self._process.close()
        return code


async def run(*orders: Orders) -> list[int]:
    """Children that work at the same time, all connected before the first begins."""
    started = await asyncio.gather(*(Child.start(one) for one in orders))
    return await asyncio.gather(*(one.go() for one in started))


async def killed(orders: Orders) -> None:
    assert await run(orders) == [-signal.SIGKILL], f"the power did not fail {orders.cut}"


async def finished(*orders: Orders) -> None:
    assert await run(*orders) == [0] * len(orders)


async def a_cell(uow: UnitOfWork, commune: UnitId, code: str, members: int) -> UnitId:
    """A cell of linked members that meets every 7th; number 1 is its secretary, and it has no group."""
    cell = await build.cell(uow, code, commune)
    await uow.units.set_rule(cell, "7", time(19, 30), "Nhà văn hoá")
    for number in range(1, members + 1):
        await build.member(uow, cell, f"{code}-{number}", number)
        await link(uow, f"{code}-{number}")
    if members:
        await role(uow, f"{code}-1", cell, CellRole.SECRETARY, digest=False)
    for period, starts_at in ((NOVEMBER, STARTS.replace(month=11)), (DECEMBER, STARTS)):
        values = build.meeting_values(cell, kind=Kind.REGULAR, period=period, starts_at=starts_at)
        await uow.meetings.add_once({**values, "created_at": CREATED})
    return cell


async def a_reader(uow: UnitOfWork, commune: UnitId, code: str) -> None:
    """Somebody of the committee above who gets the digest."""
    await build.person(uow, code)
    await link(uow, code)
    await role(uow, code, commune, UpperRole.STANDING, digest=True)


async def role(uow: UnitOfWork, code: str, unit: UnitId, held: CellRole | UpperRole, *, digest: bool) -> None:
    person = await uow.people.by_code(code)
    assert person is not None
    values = {"person": person.id, "unit": unit, "role": held, "digest": digest, "since": _SINCE}
    await uow.people.start_role({**values, "until": None})


async def link(uow: UnitOfWork, code: str) -> None:
    person = await uow.people.by_code(code)
    assert person is not None
    await uow.accounts.link(Address(CHANNEL, BOT, code), person.id, CREATED)


async def notices(database: Database) -> list[tuple[str, str, str, str]]:
    """Every fact of a notice: subject, recipient, kind, status."""
    columns = (notice.c.subject, notice.c.recipient, notice.c.kind, notice.c.status)
    async with database.read() as uow:
        rows = await uow._connection.execute(select(*columns).order_by(notice.c.id))
        return [(row.subject, row.recipient, row.kind, row.status) for row in rows]


async def letters(database: Database) -> list[tuple[str, str, str | None]]:
    """Every row of transport: chat, status, why."""
    columns = (outbox.c.chat, outbox.c.status, outbox.c.why)
    async with database.read() as uow:
        rows = await uow._connection.execute(select(*columns).order_by(outbox.c.id))
        return [(row.chat, row.status, row.why) for row in rows]
