"""Who is told, through which chat, and how little a tick costs when everybody has been told."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import event, select, update

from chat.events import Address
from chat.replies import Reply
from chat.text import Text
from jobs.clock import wall_clock
from meetings.terms import PersonId, UnitId
from reports.roster.rows import AssignmentRow, Roster
from services import Work
from services.delivery import Occasion, answer, tell
from storage.notices import NoticeStatus
from storage.tables.delivery import notice
from storage.tables.people import membership
from storage.work import UnitOfWork
from tests.scenarios.commune import CELL, GROUP, commune
from tests.scenarios.page import Village, moment
from tests.scenarios.transcript import kinds, says

NOTICE_AT = "19/11 19:00"


@asynccontextmanager
async def writing(village: Village) -> AsyncIterator[UnitOfWork]:
    async with village.parts.database.write() as uow:
        yield uow
        await uow.commit()


async def queue_only(village: Village, at: str) -> None:
    """The tick strikes, and the sender has not come to it yet."""
    village.time.move_to(moment(at))
    await village.parts.ticks.reminders()


@contextmanager
def statements(village: Village) -> Iterator[list[str]]:
    """Everything the database is asked while inside."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engines = village.parts.database.engines
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def who(uow: UnitOfWork, code: str) -> PersonId:
    found = await uow.people.by_code(code)
    assert found is not None
    return found.id


async def fate(village: Village, code: str, kind: str) -> tuple[str, str | None]:
    """What became of a notice, and why."""
    async with village.parts.database.read() as uow:
        person = await who(uow, code)
        query = select(notice.c.status, notice.c.why).where(notice.c.person == person, notice.c.kind == kind)
        (row,) = await uow._connection.execute(query)
        return row.status, row.why


async def test_a_tick_that_has_nothing_new_to_say_asks_little_and_writes_nothing(village: Village) -> None:
    await village.join("secretary", "deputy", "clerk", "worker", "liaison", "executive", "chair")
    for at in (NOTICE_AT, "21/11 19:00", "22/11 19:00", "23/11 19:00", "24/11 11:30", "02/12 07:30"):
        await village.clock(at)
        with statements(village) as seen:
            await village.parts.ticks.reminders()
            await village.parts.ticks.digests()
        assert not [one for one in seen if "INSERT INTO notice" in one or "INSERT INTO report" in one]
        assert len(seen) < 50, at


async def test_a_meeting_without_a_step_due_gets_no_transaction_of_its_own(village: Village) -> None:
    await village.join("secretary")
    with statements(village) as seen:
        await village.parts.ticks.reminders()
    assert len(seen) <= 4  # two transactions: which meetings are due; the heartbeat


async def test_a_letter_does_not_follow_the_chat_to_its_next_owner(village: Village) -> None:
    await village.join("clerk")
    await queue_only(village, NOTICE_AT)
    said = await village.say("clerk", f"start {await village.stage.slip('worker')}")
    assert kinds(said) == ["consent?"]
    assert await fate(village, "clerk", "notice.5") == ("skipped", "address of another")


async def test_who_left_the_cell_while_the_notice_waited_does_not_get_it(village: Village) -> None:
    await village.join("clerk", "worker")
    await queue_only(village, NOTICE_AT)
    async with writing(village) as uow:
        left = update(membership).where(membership.c.person == await who(uow, "clerk"))
        await uow._connection.execute(left.values(until=date(2026, 11, 18)))
    await village.parts.sender.drain()
    assert await village.heard("clerk") == []
    assert kinds(await village.heard("worker")) == ["notice"]
    assert await fate(village, "clerk", "notice.5") == ("skipped", "no member")


async def test_after_a_handover_names_and_texts_to_paste_no_longer_go_to_the_old_secretary(
    village: Village,
) -> None:
    await village.join("secretary")
    await queue_only(village, NOTICE_AT)
    async with writing(village) as uow:
        person = await who(uow, "secretary")
        for held in await uow.people.roles_of(person, date(2026, 11, 19)):
            await uow.people.end_role(held, date(2026, 11, 18))
    await village.parts.sender.drain()
    assert kinds(await village.heard("secretary")) == ["notice"]  # still a member
    assert await fate(village, "secretary", "group_notice.5") == ("skipped", "no post")
    assert await fate(village, "secretary", "group_notice.5.phone") == ("skipped", "no post")


async def test_who_carries_the_news_for_nobody_any_more_is_sent_on_no_errand(village: Village) -> None:
    await village.join("liaison")
    await village.clock("22/11 18:00")
    await village.heard("liaison")
    await queue_only(village, "22/11 19:00")
    await village.roster(without_liaison())
    await village.parts.sender.drain()
    assert await village.heard("liaison") == []
    assert await fate(village, "liaison", "relay.2") == ("skipped", "no liaison")


def without_liaison() -> Roster:
    rows = commune()
    return replace(rows, people=tuple(replace(one, liaison=None) for one in rows.people))


async def test_a_group_that_was_unlinked_gets_nothing(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "nhom", chat=GROUP)
    await village.choose("secretary", "Xác nhận", chat=GROUP)
    await queue_only(village, NOTICE_AT)
    async with writing(village) as uow:
        await uow.accounts.drop_group(Address("web", village.bot, GROUP))
    await village.parts.sender.drain()
    assert "announcement" not in kinds(await village.messages(GROUP))


async def test_only_the_secretary_pastes_where_both_are_reached(village: Village) -> None:
    await village.join("secretary", "deputy")
    await village.clock(NOTICE_AT)
    assert kinds(await village.heard("secretary")) == [
        "preview",
        "notice",
        "paste this",
        "announcement",
        "to phone",
    ]
    assert kinds(await village.heard("deputy")) == ["preview", "notice"]


async def test_the_deputy_pastes_where_the_secretary_is_not_reached_and_then_nobody_else(
    village: Village,
) -> None:
    await village.join("deputy")
    await village.clock(NOTICE_AT)
    assert "paste this" in kinds(await village.heard("deputy"))
    await village.join("secretary")
    await village.tick()
    assert "paste this" not in kinds(await village.messages("secretary"))


async def test_when_the_secretary_could_not_be_sent_the_text_the_deputy_gets_it(village: Village) -> None:
    await village.join("secretary", "deputy")
    await village.clock(NOTICE_AT)
    await village.heard("deputy")
    async with writing(village) as uow:
        address = await uow.accounts.address_of(await who(uow, "secretary"))
        assert address is not None
        await uow.accounts.dead(address, village.time.now())
        query = update(notice).where(notice.c.kind == "group_notice.5").values(status=NoticeStatus.FAILED)
        await uow._connection.execute(query)
    await village.tick()
    assert kinds(await village.heard("deputy")) == ["paste this", "announcement", "to phone"]


@pytest.mark.parametrize("status", [NoticeStatus.FAILED, NoticeStatus.UNKNOWN])
async def test_whose_notice_did_not_arrive_is_not_reached_rather_than_silent(
    village: Village, status: NoticeStatus
) -> None:
    await village.join("secretary", "clerk")
    await village.clock(NOTICE_AT)
    assert says(
        (await village.say("secretary", "danhsach")).text, "Chưa trả lời: 02 (Lò Thị Bình, Cà Thị Thư)"
    )
    async with writing(village) as uow:
        person = await who(uow, "clerk")
        await uow._connection.execute(update(notice).where(notice.c.person == person).values(status=status))
    listed = (await village.say("secretary", "danhsach")).text
    assert says(listed, "Chưa trả lời: 01 (Lò Thị Bình)")
    assert "Cà Thị Thư" in listed.partition("Chưa liên hệ được")[2]
    await village.clock("21/11 19:00")  # tried again with the next step, and this time it arrives
    assert kinds(await village.heard("clerk"))[-1] == "reminder"
    assert "Cà Thị Thư" in (await village.say("secretary", "danhsach")).text.partition("Chưa liên hệ")[0]


@pytest.mark.parametrize(
    "rows",
    [
        replace(
            commune(), assignments=(AssignmentRow("clerk", CELL, 2, date(2026, 1, 1), date(2026, 12, 31)),)
        )
    ],
    ids=["a member in charge"],
)
async def test_an_official_in_charge_of_the_own_cell_is_told_once(village: Village) -> None:
    await village.join("clerk")
    await village.clock(NOTICE_AT)
    await village.tick()
    assert kinds(await village.heard("clerk")) == ["notice"]


def at_dawn() -> Roster:
    rows = commune()
    return replace(rows, units=tuple(replace(one, time=time(5)) if one.day else one for one in rows.units))


@pytest.mark.parametrize("rows", [at_dawn()], ids=["at five"])
async def test_a_step_that_is_of_no_use_after_the_quiet_hours_is_dropped_but_news_is_not(
    village: Village,
) -> None:
    """T-1 19:00 for a meeting at 05:00: at 22:00 it is night, and at 05:30 it is over."""
    await village.join("secretary", "clerk")
    await village.clock("23/11 12:00")
    await village.heard("clerk")
    await village.stopped_until("23/11 22:00")
    assert await village.heard("clerk") == []
    now = village.time.now()
    step = Occasion("test", "step", now, useful_until=now + timedelta(hours=7))
    async with writing(village) as uow:
        work = Work(uow, village.parts.house, now, wall_clock())
        clerk = await uow.people.by_id(await who(uow, "clerk"))
        assert not await tell(work, clerk, step, Reply(Text("help.stranger")))
        assert await uow.notices.of_subject("test", 0) == []
        assert await tell(work, clerk, replace(step, news=True), Reply(Text("help.stranger")))
    await village.parts.sender.drain()
    assert kinds(await village.heard("clerk")) == ["stranger"]


async def test_the_digest_reaches_who_links_within_ten_days_and_nobody_later(village: Village) -> None:
    await village.join("chair")
    await village.clock("02/12 07:30")
    assert kinds(await village.heard("chair")) == ["digest"]
    await village.clock("12/12 07:00")
    await village.join("office")
    await village.tick()
    assert kinds(await village.messages("office"))[-1] == "digest"
    await village.clock("12/12 07:30")
    await village.join("province")
    await village.tick()
    assert "digest" not in kinds(await village.messages("province"))
    assert await village.heard("chair") == []


async def test_start_is_answered_in_the_language_of_the_person_and_a_stranger_in_the_house_s(
    village: Village,
) -> None:
    async with writing(village) as uow:
        await uow.people.set_language(await who(uow, "clerk"), "en")
    entry = village.parts.house.catalogue.entry
    (asked,) = await village.link("clerk")
    assert asked.text.startswith(entry("consent.ask", "en").partition("{")[0])
    (said,) = await village.say("worker", "hello")
    assert said.text == entry("help.stranger", "vi")
    house = replace(village.parts.house, language="en")
    async with writing(village) as uow:
        work = Work(uow, house, village.time.now(), wall_clock())
        await answer(work, Address("web", village.bot, "worker"), "worker", "k", Reply(Text("help.stranger")))
    await village.parts.sender.drain()
    assert (await village.heard("worker")).text == entry("help.stranger", "en")


async def test_a_refused_command_closes_what_was_being_typed(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "hop")
    await village.choose("secretary", "Một ngày cố định")
    assert kinds(await village.say("secretary", "baocao")) == ["refused"]
    lost = await village.say("secretary", "12")
    assert lost.text == village.parts.house.catalogue.entry("unknown.help", "vi")
    await village.say("secretary", "hop")
    await village.choose("secretary", "Một ngày cố định")
    assert kinds(await village.say("secretary", "12")) == ["hour?"]


@pytest.mark.parametrize("mode", ["buttons", "numbers"])
async def test_of_two_questions_in_one_answer_the_first_can_be_answered_in_words(village: Village) -> None:
    await village.join("secretary")
    await village.clock("24/11 21:00")
    await village.say("secretary", "diemdanh")
    await village.say("secretary", "vắng 4")
    assert kinds(await village.choose("secretary", "Xác nhận")) == ["roll noted", "guests?"]
    assert kinds(await village.say("secretary", "Chốt danh sách"))[0] in ("guests?", "close?")


async def test_the_coming_meetings_can_be_asked_for_by_cell(village: Village) -> None:
    async with village.parts.database.read() as uow:
        cell = await uow.units.by_code(CELL)
        assert cell is not None
        now = village.time.now()
        every = await uow.meetings.coming_up(now)
        assert [one.id for one in every if one.cell == cell.id] == [
            one.id for one in await uow.meetings.coming_up(now, cells={cell.id})
        ]
        assert await uow.meetings.coming_up(now, cells=set[UnitId]()) == []
