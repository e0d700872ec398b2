"""Who is told, through which chat, and how little a tick costs when everybody has been told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import delete, event, select, update

from chat.events import Address
from chat.replies import Reply
from chat.text import Text
from jobs.clock import wall_clock
from meetings.period import Period
from meetings.records import Meeting
from meetings.terms import Kind, PersonId, UnitId
from reports.roster.rows import AssignmentRow, Roster
from services import Work, reminders, schedule
from services.delivery import Occasion, answer, tell
from services.facts import Standings, standings
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


async def acting(village: Village, uow: UnitOfWork, code: str) -> Work:
    """The work of somebody in a transaction."""
    person = await uow.people.by_code(code)
    assert person is not None
    return village.work(uow).acting(person)


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
    assert len(seen) <= 5  # two transactions: what is mistimed, which meetings are due; the heartbeat


async def test_an_announced_meeting_of_which_all_are_told_gets_no_transaction_either(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the notice to the start it is looked at every minute, and written only when somebody is new."""
    await village.join("secretary", "deputy", "clerk", "liaison", "executive")
    opened: list[object] = []
    once = village.parts.ticks._once

    async def noted(item: object, act: Callable[[Work, object], Awaitable[None]]) -> None:
        opened.append(item)
        await once(item, act)

    monkeypatch.setattr(village.parts.ticks, "_once", noted)
    for at in (NOTICE_AT, "20/11 09:00", "21/11 19:00", "22/11 19:00", "23/11 19:00", "24/11 11:30"):
        await village.clock(at)
        opened.clear()
        await village.parts.ticks.reminders()
        assert opened == ["reminders"], at  # the heartbeat alone
    await village.link("worker")
    await village.choose("worker", "Đồng ý")
    async with writing(village) as uow:
        await uow._connection.execute(delete(notice).where(notice.c.person == await who(uow, "worker")))
    opened.clear()
    await village.parts.ticks.reminders()
    assert len(opened) == 2


async def test_a_press_and_a_typed_answer_ask_for_the_meetings_of_their_own_cells_only(
    village: Village,
) -> None:
    await village.join("secretary", "liaison")
    await village.clock("22/11 19:00")
    with statements(village) as seen:
        await village.choose("liaison", "Báo hộ")
        await village.leaf("liaison", "Vì Văn Già")
        await village.choose("liaison", "Có dự")
        await village.say("liaison", "danhsach")
        await village.say("liaison", "có dự")
    coming = [one for one in seen if "FROM meeting" in one and "meeting.starts_at >" in one]
    assert coming
    assert all("meeting.cell IN" in one for one in coming)


async def test_a_tick_over_many_meetings_gives_way_to_whoever_presses_meanwhile(village: Village) -> None:
    await village.join("secretary")
    village.time.move_to(moment("18/11 12:00"))
    async with writing(village) as uow:
        cell = await uow.units.by_code(CELL)
        assert cell is not None
        for _ in range(100):
            topic = schedule.NewMeeting(Period(2026, 11), moment("24/11 19:30"), Kind.THEMATIC)
            await schedule.add(village.work(uow), cell, topic)
    turns = 0

    async def press() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    pressing = asyncio.create_task(press())
    await village.parts.ticks.reminders()
    pressing.cancel()
    assert turns > 100


@pytest.mark.parametrize("rows", [commune(other="24")], ids=["both cells"])
async def test_a_meeting_that_cannot_be_looked_at_does_not_silence_the_others(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    await village.join("clerk", "neighbour")
    spoiled = {one.id for one in await village.meetings(CELL)}
    looked = standings

    async def spoiling(work: Work, meeting: Meeting) -> Standings:
        if meeting.id in spoiled:
            raise ValueError("a defect")
        return await looked(work, meeting)

    village.alone()
    monkeypatch.setattr(reminders, "standings", spoiling)
    await village.clock(NOTICE_AT)
    assert kinds(await village.heard("neighbour")) == ["notice"]
    assert await village.heard("clerk") == []


async def on_the_ladder(village: Village, at: str) -> list[tuple[str, str]]:
    """Month and state of the meetings a tick looks at."""
    village.time.move_to(moment(at))
    async with village.parts.database.read() as uow:
        found = await reminders.on_the_ladder(village.work(uow))
    return [(str(one.period), str(one.state)) for one in found]


FAR = f"""
[[holiday]]
date = 2026-11-24
off = true

[[unit.{CELL}.step]]
kind = "preview"
audience = "secretaries"
day = -12

[[unit.{CELL}.step]]
kind = "notice"
audience = "members"
day = -10
"""


async def test_a_tick_looks_at_planned_meetings_only_from_the_day_of_their_first_step(
    village: Village,
) -> None:
    assert await on_the_ladder(village, "17/11 19:29") == []
    assert await on_the_ladder(village, "17/11 19:30") == [("2026-11", "planned")]
    await village.join("secretary")
    await village.say("secretary", "thongbao")
    await village.press("secretary", "Gửi thông báo")
    assert await on_the_ladder(village, "17/11 19:31") == [("2026-11", "announced")]


async def test_what_was_announced_by_hand_long_before_is_looked_at_all_the_while(village: Village) -> None:
    await village.join("secretary")
    await village.say("secretary", "thongbao")
    await village.press("secretary", "Gửi thông báo")
    assert await on_the_ladder(village, "10/11 10:00") == [("2026-11", "announced")]


@pytest.mark.parametrize("policy", [FAR], ids=["T-12 in one cell"])
async def test_a_cell_whose_own_plan_begins_earlier_is_looked_at_earlier(village: Village) -> None:
    assert await on_the_ladder(village, "11/11 19:30") == [("2026-11", "planned")]
    await village.join("secretary", "clerk")
    await village.clock("14/11 19:00")
    assert kinds(await village.heard("clerk")) == ["notice"]


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
    assert await fate(village, "liaison", "relay.2") == ("skipped", "nobody to tell")


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


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (NoticeStatus.FAILED, "blocked"),
        (NoticeStatus.UNKNOWN, "no answer"),
        (NoticeStatus.SKIPPED, "too late"),
        (NoticeStatus.SKIPPED, "address dead"),
        (NoticeStatus.SKIPPED, "address of another"),
    ],
)
async def test_whose_notice_did_not_arrive_is_not_reached_rather_than_silent(
    village: Village, status: NoticeStatus, why: str
) -> None:
    await village.join("secretary", "clerk")
    await village.clock(NOTICE_AT)
    assert says(
        (await village.say("secretary", "danhsach")).text, "Chưa trả lời: 02 (Lò Thị Bình, Cà Thị Thư)"
    )
    async with writing(village) as uow:
        person = await who(uow, "clerk")
        lost = update(notice).where(notice.c.person == person).values(status=status, why=why)
        await uow._connection.execute(lost)
    listed = (await village.say("secretary", "danhsach")).text
    assert says(listed, "Chưa trả lời: 01 (Lò Thị Bình)")
    assert "Cà Thị Thư" in listed.partition("Chưa liên hệ được")[2]
    await village.clock("21/11 19:00")  # tried again with the next step, and this time it arrives
    assert kinds(await village.heard("clerk"))[-1] == "reminder"
    assert "Cà Thị Thư" in (await village.say("secretary", "danhsach")).text.partition("Chưa liên hệ")[0]


async def silent_and_unreached(village: Village) -> tuple[str, str]:
    """The two lines of `danhsach` that must not be confused."""
    said = (await village.say("secretary", "danhsach"))[-1].text
    silent, _, unreached = said.partition("Chưa trả lời")[2].partition("Chưa liên hệ được")
    return silent, unreached


async def test_a_notice_that_expired_while_the_platform_was_away_says_nothing_of_who_kept_silent(
    village: Village,
) -> None:
    await village.join("secretary", "clerk")
    await queue_only(village, NOTICE_AT)
    village.time.move_to(moment("21/11 19:00"))
    await village.parts.sender.drain()
    assert await fate(village, "clerk", "notice.5") == ("skipped", "too late")
    silent, unreached = await silent_and_unreached(village)
    assert "Cà Thị Thư" not in silent
    assert "Cà Thị Thư" in unreached


async def test_a_notice_that_has_been_waiting_for_an_hour_has_not_arrived_either(village: Village) -> None:
    await village.join("secretary", "clerk")
    await queue_only(village, NOTICE_AT)
    for at, heard in (("19/11 19:59", True), ("19/11 20:00", False)):
        village.time.move_to(moment(at))
        async with village.parts.database.read() as uow:
            [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]
            found = await standings(village.work(uow), meeting)
        assert ("clerk" in [one.code for one in found.silent]) is heard, at


@pytest.mark.parametrize("why", ["answered", "moved", "no member"])
async def test_a_notice_that_was_overtaken_tells_nothing_of_whether_its_reader_is_reached(
    village: Village, why: str
) -> None:
    await village.join("secretary", "clerk")
    await village.clock(NOTICE_AT)
    async with writing(village) as uow:
        theirs = notice.c.person == await who(uow, "clerk")
        skipped = update(notice).where(theirs).values(status=NoticeStatus.SKIPPED, why=why)
        await uow._connection.execute(skipped)
    silent, _ = await silent_and_unreached(village)
    assert "Cà Thị Thư" in silent


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
    assert kinds(await village.heard("chair"))[-1] == "digest"
    await village.clock("12/12 07:00")
    await village.join("office")
    await village.tick()
    assert kinds(await village.messages("office"))[-1] == "digest"
    await village.clock("13/12 07:30")  # the province's own was sent a day later
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
