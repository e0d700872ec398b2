"""The order of worth (decision 19): what is left out first, and what never is."""

from dataclasses import replace

import pytest

from chat.capabilities import Capabilities
from meetings.records import Person
from meetings.terms import CellRole, PersonId
from services import Work, quota
from services.work import House
from storage.database import Database
from storage.notices import Notice
from storage.outbox import Letter
from storage.work import UnitOfWork
from tests.quota.commune import NOVEMBER, PLAIN
from tests.storage import build
from tests.storage.build import NOW, chat

BOT = ("web", "keng")
# From how many percent of the month on a message to a member is left out.
LEFT_OUT = {
    "thanks": 95,
    "unexcused.early": 95,
    "ends.30": 95,
    "preview.6": 96,
    "unrecorded.3": 96,
    "no_plan.2026-12.0": 96,
    "evening.1": 97,
    "reminder.3": 98,
    "today.0": 99,
}
NEVER = (
    *("notice.5", "group_notice.5", "invitation.5", "postponed", "cancelled", "postponed.all", "digest"),
    *("forecast.3", "relay.2", "evening.1.phone", "unreminded.today.0.phone", "ahead.2026-11", "warn"),
    *("lost.2026-11-20", "clash"),
)


async def at_percent(uow: UnitOfWork, house: House, percent: int) -> Work:
    await uow.traffic.count(BOT, NOVEMBER, incoming=percent * 10 - 400, outgoing=400)
    can = {BOT: Capabilities(monthly_messages=1000), PLAIN: Capabilities()}
    return Work(uow, replace(house, channels=can), NOW, NOW)


async def to_somebody(uow: UnitOfWork, kind: str, *, answer: bool = False) -> tuple[Person, Letter]:
    who = await build.person(uow, kind)
    number = await uow.notices.add_once(Notice("x:1", 1, f"person:{who}", kind, NOW, person=who))
    person = await uow.people.by_id(who)
    return person, build.letter(kind, chat(kind), notice=number, answer=answer)


@pytest.mark.parametrize(("kind", "percent"), LEFT_OUT.items(), ids=list(LEFT_OUT))
async def test_what_is_worth_least_goes_first(
    database: Database, house: House, kind: str, percent: int
) -> None:
    for at in (percent - 1, percent):
        async with database.write() as uow:
            work = await at_percent(uow, house, at)
            _, one = await to_somebody(uow, kind)
            assert await quota.leaves_out(work, one) == (at == percent)
            assert not await quota.leaves_out(work, replace(one, answer=True))
            assert not await quota.leaves_out(work, replace(one, to=replace(one.to, channel="telegram")))


async def test_what_announces_calls_off_or_names_whom_to_phone_always_goes(
    database: Database, house: House
) -> None:
    async with database.write() as uow:
        work = await at_percent(uow, house, 130)
        for kind in NEVER:
            _, one = await to_somebody(uow, kind)
            assert not await quota.leaves_out(work, one), kind


async def test_whoever_phones_the_others_keeps_the_own_reminders(database: Database, house: House) -> None:
    async with database.write() as uow:
        work = await at_percent(uow, house, 100)
        home = await build.cell(uow)
        for kind, left_out in (("today.0", False), ("reminder.3", False), ("preview.6", True)):
            person, one = await to_somebody(uow, kind)
            await post(uow, person.id, home)
            assert await quota.leaves_out(work, one) == left_out


async def post(uow: UnitOfWork, who: PersonId, home: object) -> None:
    values = {"person": who, "unit": home, "role": CellRole.DEPUTY, "since": NOW.date(), "digest": False}
    await uow.people.start_role(values)


async def test_what_has_begun_is_finished(database: Database, house: House) -> None:
    """The instruction is out: the text to paste follows."""
    async with database.write() as uow:
        work = await at_percent(uow, house, 99)
        _, one = await to_somebody(uow, "evening.1")
        assert await quota.leaves_out(work, one)
        number = await uow.outbox.add_once(one, NOW)
        assert number is not None
        await uow.outbox.end(one.notice or 0, {"status": "sent"})
        assert not await quota.leaves_out(work, one)
