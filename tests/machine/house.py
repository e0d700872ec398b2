"""The real product under the machine: its services, its ticks and its database, each event a transaction."""

import shutil
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import TypeVar

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from bot.app import Parts, assemble, make_house
from bot.settings import Settings
from jobs.clock import MovableClock, wall_clock
from meetings.period import Period
from meetings.records import Meeting
from meetings.rollcall_line import BadLine
from meetings.states import Verb
from meetings.terms import Answer, Kind, MeetingId, PersonId, Reason, Ruling, State, Status
from reports.roster.rows import Roster
from services import (
    Work,
    announcing,
    closing,
    guests,
    moving,
    reopening,
    replies,
    rollcall,
    schedule,
)
from services import roster as rosters
from services.errors import Refusal
from services.policy import load_policy
from services.work import House
from storage.database import Database
from storage.members import DatedStatus
from tests.machine.looking import Looking, instant, local
from tests.machine.people import CONSENTED
from tests.reference.values import Month
from tests.reference.values import Settings as Counted

T = TypeVar("T")


class Refused(Exception):
    """The product did not do it."""


@cache
def _plain_house() -> House:
    return make_house(Settings(secret_keys="machine", policy=None))


def house_with(policy: Path) -> House:
    return replace(_plain_house(), policy=load_policy(policy))


@cache
def house_of(counted: Counted, folder: Path) -> House:
    """A house whose policy file says the three values."""
    path = folder / f"policy-{counted.extra_both:d}{counted.counted_reinforced:d}{counted.online:d}.toml"
    extra = "both" if counted.extra_both else "off"
    lines = [
        "[attendance]",
        f'extra = "{extra}"',
        f"counted_reinforced = {_toml(counted.counted_reinforced)}",
    ]
    if counted.online:
        lines += ["[online]", "allowed = true", 'number = "12-QĐ/ĐU"', "date = 2026-01-01"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return house_with(path)


def _toml(value: bool) -> str:
    return "true" if value else "false"


class Product(Looking):
    """One database and the parts on it; `restart` closes and opens it again."""

    def __init__(self, url: str, house: House, start: datetime) -> None:
        self._url, self.house = url, house
        self.clock = MovableClock(instant(start))
        self._open()

    def _open(self) -> None:
        self.database = Database(self._url)
        if self.database.sqlite:
            for engine in self.database.engines:
                event.listen(engine, "connect", _need_not_survive)
        self.parts: Parts = assemble(self.database, self.house, self.clock)

    def obey(self, house: House) -> None:
        """Another policy from now on."""
        self.house = house
        self.parts = assemble(self.database, house, self.clock)

    async def restart(self) -> None:
        await self.database.close()
        self._open()

    async def close(self) -> None:
        await self.database.close()

    @property
    def now(self) -> datetime:
        return local(self.clock.now())

    async def until(self, moment: datetime) -> None:
        """The clock goes there at one stride, and the ticks strike once."""
        self.clock.move_to(instant(moment))
        await self.parts.ticks.all()

    async def act(self, who: str | None, verb: Callable[[Work], Awaitable[T]]) -> T:
        """One verb of one person, committed; a refusal changes nothing. Raises Refused."""
        async with self.database.write() as uow:
            person = await uow.people.by_code(who) if who else None
            try:
                done = await verb(Work(uow, self.house, self.clock.now(), wall_clock(), person))
            except (Refusal, BadLine) as error:
                raise Refused(str(error)) from error
            await uow.commit()
            return done

    async def load(self, rows: Roster, agreed: Iterable[str] = CONSENTED) -> None:
        """Import the rows; those who agreed say so at once."""

        async def verb(work: Work) -> None:
            report = await rosters.load(work, rows)
            assert not report.faults

        await self.act(None, verb)
        await self.agree(agreed)

    async def agree(self, codes: Iterable[str]) -> None:
        async def verb(work: Work) -> None:
            for code in codes:
                person = await work.uow.people.by_code(code)
                if person is not None and not person.consented:
                    await work.uow.people.remember(person.id, work.now)

        await self.act(None, verb)

    async def start_status(self, cell: str, code: str, status: str, since: date, until: date | None) -> None:
        """A status beside others: a workbook has one a row, the cell's own records may have two."""

        async def verb(work: Work) -> None:
            unit = await work.uow.units.by_code(cell)
            assert unit is not None
            [member] = [
                one for one in await work.uow.members.of_cell(unit.id, work.today) if one.code == code
            ]
            dated = DatedStatus(member.membership, Status(status), since, until, approved=True)
            await work.uow.members.start_status(dated)

        await self.act(None, verb)

    async def set_rule(self, who: str, cell: str, day: str, hour: time) -> None:
        async def verb(work: Work) -> None:
            unit = await work.uow.units.by_code(cell)
            assert unit is not None
            await schedule.set_rule(work, unit, day, hour, "Nhà văn hoá")

        await self.act(who, verb)

    async def add_thematic(self, cell: str, month: Month, starts: datetime) -> MeetingId:
        async def verb(work: Work) -> MeetingId:
            unit = await work.uow.units.by_code(cell)
            assert unit is not None
            number = await work.uow.meetings.add_once(
                {
                    "cell": unit.id,
                    "kind": Kind.THEMATIC,
                    "period": str(Period(*month)),
                    "starts_at": instant(starts),
                    "place": "Nhà văn hoá",
                    "state": State.PLANNED,
                    "revision": 1,
                    "created_at": work.now,
                    "on_hold": False,
                }
            )
            assert number is not None
            return number

        return await self.act(None, verb)

    async def on(self, who: str, number: MeetingId, verb: Callable[[Work, Meeting], Awaitable[T]]) -> T:
        async def locked(work: Work) -> T:
            meeting = await work.uow.meetings.lock(number)
            assert meeting is not None
            return await verb(work, meeting)

        return await self.act(who, locked)

    async def announce(self, who: str, number: MeetingId) -> None:
        await self.on(who, number, announcing.announce)

    async def change(self, who: str, number: MeetingId, verb: Verb, to: datetime | None = None) -> None:
        """Moved, postponed or cancelled: asked for, and confirmed."""

        async def act(work: Work, meeting: Meeting) -> None:
            starts_at = None if to is None else instant(to)
            await moving.carry_out(work, await moving.propose(work, meeting, verb, starts_at=starts_at))

        await self.on(who, number, act)

    async def answer(self, by: str, number: MeetingId, whom: str, answer: str, reason: str | None) -> None:
        async def act(work: Work, meeting: Meeting) -> None:
            person, why = await self._person(work, whom), None if reason is None else Reason(reason)
            await replies.record(work, meeting, Answer(answer), reason=why, person=person)

        await self.on(by, number, act)

    async def everybody(self, who: str, number: MeetingId) -> None:
        await self.on(who, number, rollcall.mark_rest_present)

    async def absent(self, who: str, number: MeetingId, whom: str) -> None:
        async def act(work: Work, meeting: Meeting) -> None:
            await rollcall.mark_absent(work, meeting, str(await self._person(work, whom)))

        await self.on(who, number, act)

    async def line(self, who: str, number: MeetingId, text: str) -> None:
        async def act(work: Work, meeting: Meeting) -> None:
            proposed, _ = await rollcall.propose_line(work, meeting, text)
            await rollcall.confirm_line(work, *await rollcall.proposed(work, str(proposed)))

        await self.on(who, number, act)

    async def guest(self, who: str, number: MeetingId, whom: str) -> None:
        async def act(work: Work, meeting: Meeting) -> None:
            await guests.add(work, meeting, str(await self._person(work, whom)))

        await self.on(who, number, act)

    async def rule(self, who: str, number: MeetingId, whom: str, ruling: str) -> None:
        async def act(work: Work, meeting: Meeting) -> None:
            await closing.rule(work, meeting, str(await self._person(work, whom)), Ruling(ruling))

        await self.on(who, number, act)

    async def shut(self, who: str, number: MeetingId) -> None:
        await self.on(who, number, closing.close)

    async def undo(self, who: str, number: MeetingId) -> None:
        await self.on(who, number, reopening.undo)

    async def reopen(self, who: str, number: MeetingId) -> None:
        await self.on(who, number, reopening.reopen)

    async def _person(self, work: Work, code: str) -> PersonId:
        person = await work.uow.people.by_code(code)
        assert person is not None
        return person.id


def _need_not_survive(connection: DBAPIConnection, _entry: object) -> None:
    """Nobody pulls the plug here, so nobody waits for the disk."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


def copied(template: Path, to: Path) -> str:
    shutil.copyfile(template, to)
    return f"sqlite+aiosqlite:///{to}"
