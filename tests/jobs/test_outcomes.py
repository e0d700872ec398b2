"""Each way in which a send can fail has one answer, and what arrived is written down come what may."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from chat.channel import (
    AddressChanged,
    Blocked,
    ChannelDown,
    NotEditable,
    Rejected,
    SendError,
    Throttled,
    Unreachable,
)
from chat.events import Address
from chat.text import Text
from jobs.clock import wall_clock
from jobs.outcomes import Outcomes, Pace
from services import Work, sending
from services.work import House
from storage.database import Database
from storage.errors import LostUpdate, NoDatabase
from storage.notices import Notice
from storage.outbox import Claimed, Hold, Letter
from storage.queries import AnyRow
from storage.tables.delivery import notice, outbox, pause
from storage.tables.people import account
from storage.work import UnitOfWork
from tests.storage import build
from tests.storage.build import NOW, chat

SENT, AGAIN, FAILED, UNKNOWN = "sent", "pending", "failed", "unknown"
PACE = Pace(tries=3, back_off=timedelta(seconds=10), longest_back_off=timedelta(seconds=60))
SURELY_NOT, PERHAPS = Unreachable(sent=False), Unreachable()
TOMORROW = NOW + timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """A letter meets an error at its so many-th try: what it is then, why, and when it is tried again."""

    name: str
    error: SendError
    status: str
    why: str
    wait: tuple[float, float] = (0, 0)
    free: bool = False
    pauses: bool = False
    tries: int = 1
    repeatable: bool = True
    useful_until: datetime | None = None


SOON, LATER, LONGEST = (7.4, 12.6), (14.9, 25.1), (44.9, 75.1)
CASES = [
    Case("chat throttled", Throttled(30), AGAIN, "throttled", (30, 31), free=True),
    Case("bot throttled", Throttled(30, whole_channel=True), AGAIN, "throttled", (30, 31), True, pauses=True),
    Case("channel down", ChannelDown(), AGAIN, "channel down", (300, 301), free=True, pauses=True),
    Case("moved", AddressChanged(chat("new")), AGAIN, "moved", (0, 1), free=True),
    Case("blocked", Blocked(), FAILED, "blocked"),
    Case("rejected", Rejected(), FAILED, "rejected"),
    Case("perhaps", PERHAPS, AGAIN, "unreachable", SOON),
    Case("perhaps, again", PERHAPS, AGAIN, "unreachable", LATER, tries=2),
    Case("perhaps, too often", PERHAPS, FAILED, "unreachable", tries=3),
    Case("perhaps, too often though of use", PERHAPS, FAILED, "unreachable", tries=3, useful_until=TOMORROW),
    Case("perhaps, and never twice", PERHAPS, UNKNOWN, "no answer", repeatable=False),
    Case("surely not", SURELY_NOT, AGAIN, "unreachable", SOON),
    Case("surely not, and never twice", SURELY_NOT, AGAIN, "unreachable", SOON, repeatable=False),
    Case("surely not, too often", SURELY_NOT, FAILED, "unreachable", tries=3),
    Case("surely not, of use", SURELY_NOT, AGAIN, "unreachable", LONGEST, tries=9, useful_until=TOMORROW),
    Case("surely not, for days", SURELY_NOT, AGAIN, "unreachable", LONGEST, tries=999, useful_until=TOMORROW),
    Case("unheard of", NotEditable(), AGAIN, "unreachable", SOON),
    Case("unheard of, and never twice", NotEditable(), UNKNOWN, "no answer", repeatable=False),
]


def outcomes(database: Database, house: House, slowed: list[Address] | None = None) -> Outcomes:
    def work(uow: UnitOfWork) -> Work:
        return Work(uow, house, NOW, wall_clock())

    def slow_down(to: Address, _error: SendError) -> None:
        if slowed is not None:
            slowed.append(to)

    return Outcomes(database, work, "me", PACE, slow_down)


async def in_hand(database: Database, *names: str, case: Case | None = None) -> list[Claimed]:
    """A notice to each of some people, claimed by us for the so many-th time."""
    real = wall_clock()
    claimed = []
    async with database.write() as uow:
        for name in names:
            who = await build.person(uow, name)
            await uow.accounts.link(chat(name), who, NOW)
            fact = await uow.notices.add_once(
                Notice(f"link:{name}", 1, f"person:{who}", "x", NOW, person=who)
            )
            letter = Letter(
                *(name, chat(name), name, "vi", Text("help.stranger"), NOW),
                repeatable=case is None or case.repeatable,
                useful_until=case.useful_until if case else None,
                notice=fact,
            )
            number = await uow.outbox.add_once(letter, real, Hold("me", real + PACE.lease))
            assert number is not None
            claimed.append(Claimed(number, letter, case.tries if case else 1, overrun=False))
        await uow.commit()
    return claimed


async def rows(database: Database) -> list[AnyRow]:
    async with database.read() as uow:
        query = select(outbox, notice.c.status.label("fact")).join_from(outbox, notice).order_by(outbox.c.id)
        return list(await uow._connection.execute(query))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_every_way_of_failing_has_its_answer(database: Database, house: House, case: Case) -> None:
    (claimed,) = await in_hand(database, "a", case=case)
    slowed: list[Address] = []
    before = wall_clock()
    settled = await outcomes(database, house, slowed).failed(claimed, case.error)
    assert settled is (case.status != AGAIN)
    (row,) = await rows(database)
    assert (row.status, row.why) == (case.status, case.why)
    assert row.fact == ("queued" if case.status == AGAIN else case.status)
    assert slowed == ([chat("a")] if isinstance(case.error, Throttled) else [])
    async with database.read() as uow:
        paused = (await uow._connection.execute(select(pause.c.channel, pause.c.bot, pause.c.until))).all()
        (found,) = (await uow._connection.execute(select(account.c.chat, account.c.dead_at))).all()
    assert [(one.channel, one.bot) for one in paused] == ([("web", "keng")] if case.pauses else [])
    assert (found.dead_at is not None) is isinstance(case.error, Blocked)
    if case.status != AGAIN:
        assert row.done_at is not None
        return
    assert row.lease_owner is None
    assert row.attempts == case.tries - case.free
    shortest, longest = (before + timedelta(seconds=one) for one in case.wait)
    assert shortest <= row.retry_at <= longest + timedelta(seconds=5)
    assert row.chat == found.chat == ("new" if isinstance(case.error, AddressChanged) else "a")


class Shaky(Database):
    """Fails so many times before it is itself again."""

    def __init__(self, url: str, errors: list[Exception]) -> None:
        super().__init__(url)
        self.errors = errors

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        if self.errors:
            raise self.errors.pop()
        async with super().write() as uow:
            yield uow


@pytest.fixture
async def shaky(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shaky]:
    monkeypatch.setattr("jobs.outcomes._AGAIN", 0.001)
    opened = Shaky(
        database.url.render_as_string(hide_password=False), [LostUpdate(), NoDatabase(), LostUpdate()]
    )
    yield opened
    await opened.close()


async def test_an_outcome_is_written_down_when_the_database_is_back(
    database: Database, house: House, shaky: Shaky
) -> None:
    """A digest that surely did not arrive must not end as "nobody knows"."""
    (claimed,) = await in_hand(database, "a")
    await outcomes(shaky, house).failed(claimed, Rejected())
    assert [row.status for row in await rows(database)] == [FAILED]


async def test_what_arrived_is_written_down_when_the_database_is_back(
    database: Database, house: House, shaky: Shaky
) -> None:
    one, other = await in_hand(database, "a", "b")
    done = outcomes(shaky, house)
    done.sent(one, "1")
    done.sent(other, "2")
    assert done.unwritten == {one.id, other.id}
    await done.written()
    assert done.unwritten == set()
    assert done.tasks() == []
    assert [(row.status, row.fact, row.message_id) for row in await rows(database)] == [
        (SENT, SENT, "1"),
        (SENT, SENT, "2"),
    ]


async def test_what_arrives_at_the_same_time_is_written_down_in_one_transaction(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = 0
    commit = UnitOfWork.commit

    async def counting(uow: UnitOfWork) -> None:
        nonlocal commits
        commits += 1
        await commit(uow)

    letters = await in_hand(database, *"abcdefgh")
    monkeypatch.setattr(UnitOfWork, "commit", counting)
    done = outcomes(database, house)
    for one in letters:
        done.sent(one, "m")
    await done.written()
    assert {row.status for row in await rows(database)} == {SENT}
    assert commits == 1


async def test_a_record_that_cannot_be_written_keeps_nobody_else_s_from_being(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every letter of the house would be sent again when its lease ran out, and again."""
    monkeypatch.setattr("jobs.outcomes._AGAIN", 0.001)
    first, bad, last = await in_hand(database, *"abc")
    proper = sending.sent

    async def sent(work: Work, owner: str, claimed: Claimed, message_id: str) -> None:
        if claimed.id == bad.id:
            raise ZeroDivisionError
        await proper(work, owner, claimed, message_id)

    monkeypatch.setattr(sending, "sent", sent)
    done = outcomes(database, house)
    for one in (first, bad, last):
        done.sent(one, "m")
    async with asyncio.timeout(10):
        while done.unwritten != {bad.id}:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    assert [row.status for row in await rows(database)] == [SENT, AGAIN, SENT]
    monkeypatch.setattr(sending, "sent", proper)
    await done.written()
    assert {row.status for row in await rows(database)} == {SENT}


@pytest.mark.parametrize("address", [False, True])
async def test_only_what_is_refused_for_its_address_costs_the_address(
    database: Database, house: House, address: bool
) -> None:
    """Three times in a row. A text of ours that no platform takes must cost nobody theirs."""
    (claimed,) = await in_hand(database, "a")
    for _ in range(3):
        await outcomes(database, house).failed(claimed, Rejected(address=address))
    async with database.read() as uow:
        assert await uow.accounts.alive(chat("a")) is not address


async def test_a_letter_another_worker_has_by_now_is_left_to_it(database: Database, house: House) -> None:
    (claimed,) = await in_hand(database, "a")
    async with database.write() as uow:
        await uow._connection.execute(outbox.update().values(lease_owner="other"))
        await uow.commit()
    done = outcomes(database, house)
    await done.failed(claimed, Rejected())
    done.sent(claimed, "m")
    await done.written()
    (row,) = await rows(database)
    assert (row.status, row.fact, row.lease_owner) == (AGAIN, "queued", "other")
