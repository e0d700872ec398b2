import asyncio
from datetime import datetime, timedelta

import pytest

from meetings.terms import PersonId
from storage.database import Database
from tests.storage.build import NOW, cell, chat, person

SOON = timedelta(minutes=1)
HASHES = ["a" * 64, "b" * 64]


async def test_a_person_is_reached_where_they_wrote_last(database: Database) -> None:
    async with database.write() as uow:
        who = await person(uow)
        assert await uow.accounts.address_of(who) is None
        await uow.accounts.link(chat("old"), who, NOW)
        await uow.accounts.link(chat("new", channel="zalo"), who, NOW + SOON)
        assert await uow.accounts.address_of(who) == chat("new", channel="zalo")
        await uow.accounts.used(chat("old"), NOW + 2 * SOON)
        assert await uow.accounts.address_of(who) == chat("old")


async def test_a_dead_address_gives_way_to_a_living_one_until_they_write_again(database: Database) -> None:
    async with database.write() as uow:
        who = await person(uow)
        await uow.accounts.link(chat("a"), who, NOW)
        await uow.accounts.link(chat("b"), who, NOW + SOON)
        assert await uow.accounts.dead(chat("b"), NOW + 2 * SOON) == who
        assert not await uow.accounts.alive(chat("b"))
        assert await uow.accounts.address_of(who) == chat("a")
        assert await uow.accounts.dead(chat("a"), NOW + 2 * SOON) == who
        assert await uow.accounts.address_of(who) is None
        assert await uow.accounts.linked() == set()
        await uow.accounts.used(chat("b"), NOW + 3 * SOON)
        assert await uow.accounts.alive(chat("b"))
        assert await uow.accounts.address_of(who) == chat("b")
        assert await uow.accounts.linked() == {who}


async def test_a_death_is_told_once(database: Database) -> None:
    async with database.write() as uow:
        who = await person(uow)
        await uow.accounts.link(chat("a"), who, NOW)
        assert await uow.accounts.dead(chat("a"), NOW) == who
        assert await uow.accounts.dead(chat("a"), NOW) is None
        assert await uow.accounts.dead(chat("nobody"), NOW) is None


async def test_a_chat_linked_anew_belongs_to_the_new_person(database: Database) -> None:
    async with database.write() as uow:
        first, second = await person(uow, "p1"), await person(uow, "p2")
        await uow.accounts.link(chat("a"), first, NOW)
        await uow.accounts.dead(chat("a"), NOW)
        await uow.accounts.link(chat("a"), second, NOW + SOON)
        assert await uow.accounts.owner(chat("a")) == second
        assert await uow.accounts.owner(chat("a", bot="other")) is None
        assert await uow.accounts.address_of(first) is None
        assert await uow.accounts.alive(chat("a"))
        await uow.accounts.unlink(second)
        assert await uow.accounts.owner(chat("a")) is None


async def test_a_cell_has_one_group_and_a_group_one_cell(database: Database) -> None:
    async with database.write() as uow:
        who, one, two = await person(uow), await cell(uow, "CB1"), await cell(uow, "CB2")
        await uow.accounts.link_group(chat("g1"), one, who, NOW)
        await uow.accounts.link_group(chat("g2"), one, who, NOW)
        assert await uow.accounts.group_of(one) == chat("g2")
        assert await uow.accounts.cell_of_group(chat("g1")) is None
        await uow.accounts.link_group(chat("g2"), two, who, NOW)
        assert await uow.accounts.group_of(one) is None
        assert await uow.accounts.cell_of_group(chat("g2")) == two


async def with_code(database: Database, hashed: str = HASHES[1]) -> PersonId:
    async with database.write() as uow:
        who = await person(uow)
        await uow.accounts.add_code(who, hashed, NOW + SOON)
        await uow.commit()
    return who


async def redeem(database: Database, now: datetime = NOW) -> PersonId | None:
    async with database.write() as uow:
        who = await uow.accounts.redeem(HASHES, now)
        await uow.commit()
    return who


@pytest.mark.parametrize("hashed", HASHES)
async def test_a_code_is_redeemed_once_under_any_of_the_keys(database: Database, hashed: str) -> None:
    who = await with_code(database, hashed)
    assert await redeem(database) == who
    assert await redeem(database) is None


async def test_two_who_redeem_one_code_at_once_get_it_once(database: Database) -> None:
    who = await with_code(database)
    redeemed = await asyncio.gather(*(redeem(database) for _ in range(4)))
    assert sorted(redeemed, key=str) == [who, None, None, None]


async def test_a_code_ends_at_its_expiry(database: Database) -> None:
    who = await with_code(database)
    assert await redeem(database, NOW + SOON) is None
    assert await redeem(database, NOW + SOON - timedelta(microseconds=1)) == who


async def test_an_unknown_or_withdrawn_code_is_nobodys(database: Database) -> None:
    assert await redeem(database) is None
    who = await with_code(database)
    async with database.write() as uow:
        await uow.accounts.drop_codes(who)
        await uow.commit()
    assert await redeem(database) is None


async def test_wrong_codes_are_counted_per_sender_and_since(database: Database) -> None:
    async with database.write() as uow:
        for sender, at in (("a", NOW - SOON), ("a", NOW), ("a", NOW + SOON), ("b", NOW + SOON)):
            await uow.accounts.count_wrong_code(sender, at)
        assert await uow.accounts.wrong_codes(NOW, "a") == 1
        assert await uow.accounts.wrong_codes(NOW) == 2
        assert await uow.accounts.wrong_codes(NOW - 2 * SOON) == 4
