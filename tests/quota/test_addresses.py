"""Addresses that take nothing, and people with two: each message once, where they wrote last."""

from datetime import timedelta
from typing import Any

from chat.channel import Outgoing, Rejected
from chat.events import Address
from services import privacy
from storage.accounts import REFUSED
from storage.database import Database
from storage.outbox import Hold
from tests.quota.commune import Commune, cell_rows, name_of, opened, roster
from tests.storage.build import NOW, REAL, chat, letter, person

NOTICE, TODAY = "Kính gửi đồng chí", "Kính nhắc đồng chí: 19 giờ 30 tối nay"
ZALO, PLAIN = Address("zalo", "one", "zA-3"), Address("telegram", "main", "tA-3")
MINUTE = timedelta(minutes=1)


async def linked(commune: Commune) -> None:
    await commune.load(roster(cell_rows("A", 5)))
    await commune.join(["A-1", "A-2"], None)
    await commune.join(["A-3", "A-4"], "one")


async def alive(commune: Commune, at: Address) -> bool:
    async with commune.database.read() as uow:
        return await uow.accounts.alive(at)


# --- three refusals in a row -------------------------------------------------------------------


async def refuse(database: Database, times: int, *, at: int = 0) -> bool:
    """Whether the address died of the last of so many refusals."""
    died = False
    for n in range(times):
        async with database.write() as uow:
            died = await uow.accounts.refuse(chat("a"), NOW, REAL + (at + n) * MINUTE)
            await uow.commit()
    return died


async def an_address(database: Database) -> None:
    async with database.write() as uow:
        await uow.accounts.link(chat("a"), await person(uow), NOW)
        await uow.commit()


async def arrived(database: Database, minute: int) -> None:
    """Something was taken at that minute of the wall clock."""
    async with database.write() as uow:
        number = await uow.outbox.add_once(letter(f"at {minute}", chat("a")), REAL, Hold("w", REAL))
        assert number is not None
        sent = {"status": "sent", "done_at": REAL + minute * MINUTE, "lease_until": REAL}
        assert await uow.outbox.settle(number, "w", sent)
        await uow.commit()


async def test_the_third_refusal_in_a_row_marks_an_address(database: Database) -> None:
    await an_address(database)
    assert not await refuse(database, REFUSED - 1)
    async with database.read() as uow:
        assert await uow.accounts.alive(chat("a"))
        assert await uow.accounts.to_relink() == {}
    assert await refuse(database, 1, at=10)
    async with database.read() as uow:
        assert not await uow.accounts.alive(chat("a"))
        assert list((await uow.accounts.to_relink()).values()) == [[chat("a")]]
        assert await uow.accounts.linked() == set()


async def test_whatever_arrives_begins_the_row_anew(database: Database) -> None:
    await an_address(database)
    await refuse(database, 2)
    await arrived(database, 5)
    assert not await refuse(database, 2, at=10)
    assert await refuse(database, 1, at=20)


async def test_what_arrived_counts_after_the_outbox_has_forgotten_it(database: Database) -> None:
    await an_address(database)
    await refuse(database, 2)
    await arrived(database, 5)
    async with database.write() as uow:
        await uow.accounts.forgive()
        await uow.keeping.purge(before_product=NOW, before_real=REAL + timedelta(days=30))
        await uow.commit()
    assert not await refuse(database, 2, at=10)


async def test_who_writes_or_brings_a_code_lives_again_with_a_clean_slate(database: Database) -> None:
    await an_address(database)
    for again in ("used", "linked"):
        assert await refuse(database, REFUSED)
        async with database.write() as uow:
            who = await uow.accounts.owner(chat("a"))
            assert who is not None
            if again == "used":
                await uow.accounts.used(chat("a"), NOW)
            else:
                await uow.accounts.link(chat("a"), who, NOW)
            assert await uow.accounts.alive(chat("a"))
            assert await uow.accounts.to_relink() == {}
            await uow.commit()
        assert not await refuse(database, REFUSED - 1, at=50)
        async with database.write() as uow:
            await uow.accounts.used(chat("a"), NOW)
            await uow.commit()


async def test_the_secretary_sees_whom_to_give_a_new_code(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await linked(commune)
        commune.bots["one"].served.remove("zA-3")
        await commune.clock_to("19/11 19:00", "21/11 19:00", "24/11 11:30", "24/11 12:30")
        assert not await alive(commune, ZALO)
        assert await alive(commune, Address("zalo", "one", "zA-4"))
        [lost] = [one for one in commune.texts("A-1") if "cần liên kết lại" in one]
        assert name_of("A-3") in lost
        assert "đã chặn" not in lost
        await commune.say({"A-1": "danhsach"})
        assert f"Trong đó cần liên kết lại, đưa mã kết nối mới: 01 ({name_of('A-3')})" in "\n".join(
            commune.texts("A-1")
        )
        await commune.say({"A-1": "moi"})
        assert name_of("A-3") in "\n".join(label_of(commune, "A-1"))
        # A code links the same chat again, and nothing is forgotten.
        commune.bots["one"].served.append("zA-3")
        await commune.say({"A-3": f"start {await commune.code('A-3')}"})
        assert await alive(commune, ZALO)
        await commune.say({"A-1": "danhsach"})
        assert "cần liên kết lại" not in commune.texts("A-1")[-1]


def label_of(commune: Commune, person: str) -> list[str]:
    return [one.text for one in commune.plain.took if one.to == commune.at[person]]


# --- two addresses -----------------------------------------------------------------------------


async def test_each_message_goes_once_where_the_person_wrote_last(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await linked(commune)
        await commune.join(["A-3"], None)  # the second address is the one used last
        await commune.clock_to("18/11 19:00", "19/11 19:00")
        assert [one.to for one in everywhere(commune) if NOTICE in one.text] == [PLAIN]
        commune.at["A-3"] = ZALO
        await commune.say({"A-3": "có dự"})
        await commune.clock_to("21/11 19:00", "24/11 11:30")
        assert [one.to for one in everywhere(commune) if TODAY in one.text] == [ZALO]


async def test_changing_the_address_keeps_all_history(sqlite_url: str) -> None:
    """The answer given on one counts on the other; what was told is not told again."""
    async with opened(sqlite_url, {"one": 50}) as commune:
        await linked(commune)
        await commune.clock_to("18/11 19:00", "19/11 19:00")
        await commune.say({"A-3": "có dự"})
        before = await export(commune)
        await commune.join(["A-3"], None)
        async with commune.database.write() as uow:
            await uow.accounts.dead(ZALO, commune.clock.now())
            await uow.commit()
        after = await export(commune)
        assert after["answers"] == before["answers"] != []
        assert len(after["consents"]) >= len(before["consents"])
        await commune.clock_to("21/11 19:00", "24/11 11:30")
        assert [one.to for one in everywhere(commune) if NOTICE in one.text] == [ZALO]
        assert [one.to for one in everywhere(commune) if TODAY in one.text] == [PLAIN]


async def test_what_one_address_refuses_goes_to_the_other_once(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await linked(commune)
        await commune.join(["A-3"], None)
        commune.at["A-3"] = ZALO
        await commune.say({"A-3": "lịch"})
        commune.bots["one"].served.remove("zA-3")
        await commune.clock_to("18/11 19:00", "19/11 19:00")
        assert [one.to for one in everywhere(commune) if NOTICE in one.text] == [PLAIN]
        assert len(commune.bots["one"].refused) == 1
        await commune.clock_to("21/11 19:00")  # as long as the first is not dead it is tried first
        assert len(commune.bots["one"].refused) == 2


async def test_what_no_address_takes_is_not_sent_to_and_fro(sqlite_url: str) -> None:
    """A message that is itself at fault must not cost a person every address."""
    async with opened(sqlite_url, {"one": 50}) as commune:
        await linked(commune)
        await commune.join(["A-3"], None)
        commune.bots["one"].served.remove("zA-3")
        await commune.clock_to("18/11 19:00")
        commune.plain.script = [Rejected()] * 20
        await commune.clock_to("19/11 19:00")
        tries = [one for one in commune.bots["one"].refused if one.to == ZALO]
        assert len(tries) == 1
        assert await alive(commune, ZALO)
        assert await alive(commune, PLAIN)


async def test_what_waits_for_a_dead_address_follows_to_the_living_one(sqlite_url: str) -> None:
    async with opened(sqlite_url, {"one": 50}) as commune:
        await linked(commune)
        await commune.clock_to("19/11 18:00")
        await commune.join(["A-3"], None)
        commune.at["A-3"] = ZALO
        await commune.say({"A-3": "lịch"})
        commune.clock.move_to(commune.clock.now() + timedelta(hours=1))
        await commune.parts.ticks.reminders()  # queued, and not sent yet
        async with commune.database.write() as uow:
            await uow.accounts.dead(ZALO, commune.clock.now())
            await uow.commit()
        await commune.parts.sender.drain()
        assert [one.to for one in everywhere(commune) if NOTICE in one.text] == [PLAIN]


def everywhere(commune: Commune) -> list[Outgoing]:
    """What A-3 got, at both places."""
    both = [*commune.bots["one"].took, *commune.plain.took]
    return [one for one in both if one.to in (ZALO, PLAIN)]


async def export(commune: Commune) -> dict[str, Any]:
    async with commune.database.read() as uow:
        who = await uow.people.by_code("A-3")
        assert who is not None
        return dict(await privacy.export(commune.work(uow), who))
