"""Codes on printed slips: a later one does not kill an earlier one, a used one kills all the others."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.app import make_house
from bot.settings import Settings
from chat.events import Address
from services import Work, enrolment
from storage.database import Database
from storage.work import UnitOfWork
from tests.storage.build import person

NOW = datetime(2026, 11, 10, 2, tzinfo=UTC)
CHAT = Address("web", "buttons", "p1")
LASTS = timedelta(days=30)


def at(uow: UnitOfWork, now: datetime = NOW) -> Work:
    return Work(uow, make_house(Settings(secret_keys="a test key")), now, now)


async def slips(uow: UnitOfWork, *when: datetime) -> list[str]:
    await person(uow)
    one = await uow.people.by_code("p1")
    assert one is not None
    return [(await enrolment.invite(at(uow, now), one, LASTS)).code for now in when]


@pytest.mark.parametrize("which", [0, 1])
async def test_an_earlier_slip_works_beside_a_later_one_until_one_of_them_is_used(
    database: Database, which: int
) -> None:
    async with database.write() as uow:
        codes = await slips(uow, NOW, NOW)
        assert (await enrolment.redeem(at(uow), CHAT, codes[which])).code == "p1"
        for code in codes:
            with pytest.raises(enrolment.WrongCode):
                await enrolment.redeem(at(uow), CHAT, code)


async def test_each_slip_expires_by_its_own_date(database: Database) -> None:
    async with database.write() as uow:
        old, new = await slips(uow, NOW, NOW + timedelta(days=20))
        later = at(uow, NOW + timedelta(days=30))
        with pytest.raises(enrolment.WrongCode):
            await enrolment.redeem(later, CHAT, old)
        assert (await enrolment.redeem(later, CHAT, new)).code == "p1"


async def test_a_used_code_leaves_the_codes_of_others_alone(database: Database) -> None:
    async with database.write() as uow:
        [mine] = await slips(uow, NOW)
        await person(uow, "p2")
        other = await uow.people.by_code("p2")
        assert other is not None
        theirs = (await enrolment.invite(at(uow), other, LASTS)).code
        await enrolment.redeem(at(uow), CHAT, mine)
        assert (await enrolment.redeem(at(uow), Address("web", "buttons", "p2"), theirs)).code == "p2"
