"""Both directions of a bot that is counted, each message once, in the month of the local calendar."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from chat.capabilities import Capabilities
from chat.channel import ChannelDown, Outgoing, Rejected, SendError, Unreachable
from chat.events import Event, Said
from chat.text import Text, lines
from jobs.metering import Meter
from jobs.outcomes import Pace
from meetings.period import Period
from services import Work, quota
from services.work import House
from storage.database import Database
from storage.tables.delivery import pause, traffic
from storage.traffic import Used
from tests.fakes import Scripted
from tests.jobs.scene import letter, queue, sender
from tests.quota.commune import NOVEMBER, cell_rows, opened, roster
from tests.storage.build import NOW, chat

BOT = ("web", "keng")
COUNTED = Capabilities(max_text=120, monthly_messages=3000)


def counted(house: House) -> House:
    return replace(house, channels={BOT: COUNTED})


async def used(database: Database, month: Period = NOVEMBER) -> Used:
    async with database.read() as uow:
        return (await uow.traffic.of(month)).get(BOT, Used())


async def test_every_piece_of_a_letter_is_a_message(database: Database, house: House) -> None:
    long = replace(letter("a", chat("1")), text=lines(Text("help.stranger"), Text("help.stranger")))
    await queue(database, long, letter("b", chat("2")))
    platform = Scripted(can=COUNTED)
    await sender(database, counted(house), keng=platform).drain()
    assert len(platform.took) > 2
    assert await used(database) == Used(outgoing=len(platform.took))


@pytest.mark.parametrize(
    ("error", "counts"),
    [(Unreachable(sent=None), 1), (Unreachable(sent=False), 0), (Rejected(), 0)],
    ids=["nobody knows", "surely not", "refused"],
)
async def test_what_may_have_arrived_counts(
    database: Database, house: House, error: SendError, counts: int
) -> None:
    await queue(database, letter("a", chat("1"), repeatable=False))
    platform = Scripted(can=COUNTED, script=[error])
    await sender(database, counted(house), Pace(tries=1), keng=platform).drain()
    assert (await used(database)).outgoing == counts


async def test_a_platform_that_counts_nothing_leaves_no_trace(database: Database, house: House) -> None:
    await queue(database, letter("a", chat("1")))
    await sender(database, house, keng=Scripted()).drain()
    async with database.read() as uow:
        assert not list(await uow._connection.execute(select(traffic)))


async def test_counts_of_a_transaction_that_is_undone_are_written_with_the_next(
    database: Database, house: House
) -> None:
    meter = Meter([BOT])
    meter.left(chat("1"), taken=True)
    with pytest.raises(ZeroDivisionError):
        async with database.write() as uow, meter.written(Work(uow, counted(house), NOW, NOW)):
            raise ZeroDivisionError
    assert await used(database) == Used()
    meter.left(chat("2"), taken=True)
    async with database.write() as uow, meter.written(Work(uow, counted(house), NOW, NOW)):
        await uow.commit()
    assert await used(database) == Used(outgoing=2)
    async with database.write() as uow, meter.written(Work(uow, counted(house), NOW, NOW)):
        await uow.commit()
    assert await used(database) == Used(outgoing=2)


async def test_the_month_is_the_local_one_and_a_message_taken_says_that_it_is_not_spent(
    database: Database, house: House
) -> None:
    late = datetime(2026, 11, 30, 18, tzinfo=UTC)  # the first of December in Vietnam
    meter = Meter([BOT])
    async with database.write() as uow:
        work = Work(uow, counted(house), late, late)
        await uow.traffic.spend(BOT, NOVEMBER.next(), late)
        meter.left(chat("1"), taken=False)
        async with meter.written(work):
            pass
        assert await uow.traffic.spent(NOVEMBER.next()) == {BOT}
        meter.left(chat("1"), taken=True)
        async with meter.written(work):
            pass
        assert await uow.traffic.of(NOVEMBER.next()) == {BOT: Used(outgoing=2)}
        assert await uow.traffic.of(NOVEMBER) == {}


async def test_what_comes_in_counts_once_however_often_it_is_repeated(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await commune.load(roster(cell_rows("A", 3)))
        await commune.join(["A-1", "A-2"], "one")
        before = await commune.used("one")
        assert before == Used(incoming=4, outgoing=len(commune.bots["one"].took))
        at = commune.at["A-1"]
        again = [Event("the same", at, at.chat, Said("lịch"))] * 3
        await asyncio.gather(*(commune.parts.dispatcher.receive(one) for one in again))
        await commune.parts.sender.drain()
        assert (await commune.used("one")).incoming == before.incoming + 1
        assert (await commune.used("one")).outgoing == before.outgoing + 1


async def test_what_began_before_the_month_was_spent_does_not_contradict_it(
    database: Database, house: House
) -> None:
    """One letter is out when another is refused; the first is accepted late."""
    accepted = asyncio.Event()

    class Slow(Scripted):
        async def send(self, message: Outgoing) -> str:
            if message.to.chat == "2":
                raise ChannelDown(spent=True)
            await accepted.wait()
            return await super().send(message)

    await queue(database, letter("a", chat("1")), letter("b", chat("2")))
    sending = asyncio.create_task(
        sender(database, counted(house), keng=Slow(can=Capabilities(monthly_messages=3000))).drain()
    )
    while (await used(database)).spent_at is None:  # noqa: ASYNC110  # a database rings no bell
        await asyncio.sleep(0.01)
    accepted.set()
    await sending
    assert (await used(database)) == Used(outgoing=1, spent_at=NOW)


async def test_a_month_that_is_spent_keeps_the_counts_of_everybody_else(
    database: Database, house: House
) -> None:
    async with database.write() as uow:
        await uow.traffic.of(NOVEMBER)  # what was known at the first look
        await uow._connection.execute(
            traffic.insert(),
            {"channel": BOT[0], "bot": BOT[1], "month": str(NOVEMBER), "incoming": 7, "outgoing": 8},
        )
        assert await uow.traffic.spend(BOT, NOVEMBER, NOW)
        assert not await uow.traffic.spend(BOT, NOVEMBER, NOW)
        assert await uow.traffic.of(NOVEMBER) == {BOT: Used(7, 8, NOW)}


async def test_a_message_that_is_taken_ends_the_rest_of_a_spent_bot(database: Database, house: House) -> None:
    async with database.write() as uow:
        work = Work(uow, counted(house), NOW, NOW)
        await uow.traffic.spend(BOT, NOVEMBER, NOW)
        await uow.keeping.pause(*BOT, NOW, quota.SPENT)
        await quota.said(work, BOT, 1, taken=True)
        assert not list(await uow._connection.execute(select(pause)))
        await uow.keeping.pause(*BOT, NOW, "channel down")
        await quota.said(work, BOT, 1, taken=True)
        assert len(list(await uow._connection.execute(select(pause)))) == 1
