"""A notice that one address refuses goes to the other: each of its letters once, and never to and fro."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from chat.channel import Outgoing, Rejected
from storage.database import Database
from storage.outbox import Hold
from storage.tables.delivery import outbox
from tests.quota.commune import Commune, cell_rows, opened, roster
from tests.storage import build
from tests.storage.build import REAL, chat, letter

TO_PASTE = "nguyên văn"


async def of_two_addresses(commune: Commune) -> None:
    """The secretary is with both platforms, and wrote to the one that counts last."""
    await commune.load(roster(cell_rows("A", 4)))
    await commune.join(["A-1"], None)
    await commune.join(["A-1"], "one")


def refusing(commune: Commune, what: Callable[[str], bool], times: int, *, address: bool) -> list[Outgoing]:
    """The bot refuses some texts so many times."""
    bot, refused = commune.bots["one"], list[Outgoing]()
    send = bot.send

    async def sent(message: Outgoing) -> str:
        if what(message.text) and len(refused) < times:
            refused.append(message)
            raise Rejected(address=address)
        return await send(message)

    bot.send = sent  # type: ignore[method-assign]
    return refused


async def test_of_two_letters_of_which_one_is_refused_each_is_read_once(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await of_two_addresses(commune)
        commune.bots["one"].took.clear()
        commune.plain.took.clear()
        refused = refusing(commune, lambda text: TO_PASTE in text, 1, address=False)
        await commune.clock_to("18/11 19:00", "19/11 19:00")
        assert len(refused) == 1
        both = [*commune.bots["one"].took, *commune.plain.took]
        assert refused[0].text in [one.text for one in commune.plain.took]
        assert [text for text, times in Counter(one.text for one in both).items() if times > 1] == []


async def test_a_text_that_nobody_takes_is_tried_once_at_each_address(sqlite_url: str) -> None:
    """It is our own fault: it costs the person no address, and ends."""
    async with opened(sqlite_url, {"one": 50}) as commune:
        await of_two_addresses(commune)
        refused = refusing(commune, bool, 99, address=False)
        await commune.clock_to("18/11 19:00")
        refused.clear()
        asked = commune.plain.asked
        commune.plain.script = [Rejected()] * 99
        await commune.clock_to("19/11 19:00")
        assert 0 < len(refused) == commune.plain.asked - asked < 10
        async with commune.database.read() as uow:
            assert await uow.accounts.alive(commune.at["A-1"])


async def test_what_another_has_in_hand_is_not_moved(database: Database) -> None:
    """It may have arrived already; if it is refused as well, it goes by itself."""
    async with database.write() as uow:
        who = await build.person(uow)
        fact = await uow.notices.add_once(build.notice(f"person:{who}"))
        for key, hold in (
            ("ours", Hold("w1", REAL + timedelta(minutes=1))),
            ("in flight", Hold("w2", REAL + timedelta(minutes=1))),
            ("run out", Hold("w3", REAL)),
            ("waiting", None),
        ):
            assert await uow.outbox.add_once(letter(key, chat("a"), notice=fact), REAL, hold)
        assert fact is not None
        await uow.outbox.reroute(fact, chat("b"), REAL, "ours")
        rows = (await uow._connection.execute(select(outbox).order_by(outbox.c.id))).all()
        assert [row.chat for row in rows] == ["b", "a", "b", "b"]
