"""What is promised not to be kept longer is gone on the day: reasons, names, the audit log (domain.md 17)."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.app import make_house
from bot.settings import Settings
from chat.menus import Item, Menu
from chat.replies import Action, Step
from chat.text import Text
from meetings.attendance import Tally
from meetings.period import Period
from meetings.records import AnswerGiven, MarkMade
from meetings.terms import Answer, Mark, MeetingId, PersonId, Reason, Ruling, Standing, State
from services import Work, upkeep
from services.steps import packed
from services.work import House
from storage.closings import Signed, SnapshotRow
from storage.database import Database
from storage.keeping import AUDIT_CHECKPOINT
from storage.notices import Notice
from storage.work import UnitOfWork
from tests.storage.build import cell, chat, meeting_values, person

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOVEMBER, HELD = Period(2026, 11), datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
LOCK = datetime(2026, 12, 6, tzinfo=ZONE)
MOMENT = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def house() -> House:
    return make_house(Settings(secret_keys="a test key"))


async def recorded(uow: UnitOfWork, who: PersonId, *, state: State = State.CLOSED) -> MeetingId:
    """A November meeting with an answer, a mark, a visit, a step and a snapshot row of one person."""
    values = meeting_values(await cell(uow), period=NOVEMBER, starts_at=HELD)
    number = await uow.meetings.add_once(values | {"state": state})
    assert number is not None
    made = MarkMade(who, Mark.ABSENT, Ruling.EXCUSED, Reason.HEALTH, who, HELD)
    await uow.answers.put(number, AnswerGiven(who, Answer.ABSENT, Reason.HEALTH, who, HELD))
    await uow.marks.put(number, made)
    await uow.marks.add_guest(number, who, who, HELD)
    row = SnapshotRow(who, 1, Standing.OFFICIAL, "", True, Mark.ABSENT, Ruling.EXCUSED, Reason.HEALTH)
    await uow.closings.add(number, Tally(roll=1, expected=1, excused=1), [row], Signed(who, HELD, "p"))
    return number


async def tidied(database: Database, house: House, at: datetime) -> None:
    async with database.write() as uow:
        await upkeep.tidy(Work(uow, house, at.astimezone(UTC), at.astimezone(UTC)))
        await uow.commit()


async def left(uow: UnitOfWork, number: MeetingId) -> tuple[list[str | None], list[PersonId | None]]:
    """The reasons of answers, marks and snapshot, and whose rows there are in these and among the guests."""
    answers = list((await uow.answers.of_meeting(number)).values())
    marks = list((await uow.marks.of_meeting(number)).values())
    frozen = await uow.closings.of_meeting(number)
    assert frozen is not None
    assert frozen.tally.excused == 1
    [row] = await uow.closings.snapshot(frozen.id)
    assert (row.number, row.mark, row.ruling) == (1, Mark.ABSENT, Ruling.EXCUSED)
    reasons = [*(one.reason for one in answers), *(one.reason for one in marks), row.reason]
    whose = [*(one.person for one in answers), *(one.person for one in marks)]
    return list(reasons), [*whose, *await uow.marks.guests_of(number), row.person]


@pytest.mark.parametrize(("after", "kept"), [(-MOMENT, True), (timedelta(), False)])
async def test_reasons_go_ninety_days_after_the_lock(
    database: Database, house: House, after: timedelta, *, kept: bool
) -> None:
    async with database.write() as uow:
        who = await person(uow)
        number = await recorded(uow, who)
        await uow.commit()
    await tidied(database, house, LOCK + timedelta(days=90) + after)
    async with database.read() as uow:
        reasons, whose = await left(uow, number)
    assert reasons == [Reason.HEALTH if kept else None] * 3
    assert whose == [who] * 4


@pytest.mark.parametrize(("day", "kept"), [(date(2028, 11, 24), True), (date(2028, 11, 25), False)])
async def test_names_go_after_two_years_and_the_totals_stay(
    database: Database, house: House, day: date, *, kept: bool
) -> None:
    async with database.write() as uow:
        who = await person(uow)
        number = await recorded(uow, who)
        await uow.commit()
    await tidied(database, house, datetime(day.year, day.month, day.day, tzinfo=ZONE))
    async with database.read() as uow:
        assert (await left(uow, number))[1] == ([who] * 4 if kept else [None])


@pytest.mark.parametrize(
    ("state", "after", "kept"),
    [
        (State.CLOSED, -MOMENT, True),
        (State.CLOSED, timedelta(), False),
        (State.CLOSED, timedelta(days=200), False),  # the machine was off for months
        (State.HELD, -MOMENT, True),
        (State.HELD, timedelta(), False),  # closed once, opened again and left open
        (State.CANCELLED, timedelta(), False),
        (State.POSTPONED, timedelta(), False),
        (State.ANNOUNCED, timedelta(), True),  # begun and not recorded yet
    ],
)
async def test_who_did_not_agree_is_a_number_once_the_month_is_locked(
    database: Database, house: House, state: State, after: timedelta, *, kept: bool
) -> None:
    async with database.write() as uow:
        who, agreed = await person(uow, consented=False), await person(uow, "p2")
        number = await recorded(uow, who, state=state)
        await uow.answers.put(number, AnswerGiven(agreed, Answer.COMING, None, agreed, HELD))
        step = [MarkMade(one, Mark.PRESENT, None, None, agreed, HELD) for one in (who, agreed)]
        home = await cell(uow)
        proposal = await uow.proposals.add("marks", home, agreed, packed(step), LOCK + after, meeting=number)
        await uow.commit()
    await tidied(database, house, LOCK + after)
    async with database.read() as uow:
        found = await uow.proposals.by_id(proposal)
        assert found is not None
        assert [one[0] for one in json.loads(found.payload)] == ([who, agreed] if kept else [agreed])
        whose = (await left(uow, number))[1]
    assert sorted(one for one in whose if one) == ([who] * 4 + [agreed] if kept else [agreed])


async def test_of_a_list_that_was_never_closed_marks_are_kept_until_it_is(
    database: Database, house: House
) -> None:
    """domain.md 15: closed only later: until that amendment."""
    async with database.write() as uow:
        who = await person(uow, consented=False)
        values = meeting_values(await cell(uow), period=NOVEMBER, starts_at=HELD) | {"state": State.HELD}
        number = await uow.meetings.add_once(values)
        assert number is not None
        await uow.marks.put(number, MarkMade(who, Mark.PRESENT, None, None, who, HELD))
        await uow.commit()
    await tidied(database, house, LOCK + timedelta(days=60))
    async with database.read() as uow:
        assert set(await uow.marks.of_meeting(number)) == {who}


@pytest.mark.parametrize("subject", ["absence", "away"])
async def test_who_was_told_of_somebodys_absences_is_remembered_as_long_as_their_name(
    database: Database, house: House, subject: str
) -> None:
    async with database.write() as uow:
        told = Notice(f"{subject}:1:1", 2026, "person:1", "unexcused.early", HELD)
        number = await uow.notices.add_once(told)
        assert number is not None
        meeting = await uow.notices.add_once(replace(told, subject="meeting:1"))
        assert meeting is not None
        await uow.commit()
    day = datetime(2028, 11, 24, tzinfo=ZONE)
    for at, kept in ((day, 2), (day + timedelta(days=1), 1)):
        await tidied(database, house, at)
        async with database.read() as uow:
            found = await uow.notices.of_subjects([told.subject, "meeting:1"], 2026)
        assert len(found) == kept


async def test_questions_that_ran_out_and_steps_nobody_answered_do_not_stay(
    database: Database, house: House
) -> None:
    """They hold reasons: `away_till <cell> <person> <reason> <day>`, and what is asked after one."""
    reason = Item(1, Action("away_till", ("1", "2", "health", "20261231")), Text("button.consider"))
    menus = tuple(Menu(f"asked:{day}", "", (reason,), HELD + timedelta(days=day)) for day in (1, 60))
    async with database.write() as uow:
        await uow.accounts.link(chat(), await person(uow), HELD)
        talk = await uow.conversations.load(chat(), "chat")
        step = Step("away_till.day", {"cell": "1", "who": "2", "reason": "health"})
        await uow.conversations.save(talk, step, menus)
        await uow.commit()
    left = []
    for day in (2, 3, 15, 16, 61):
        await tidied(database, house, HELD + timedelta(days=day))
        async with database.read() as uow:
            talk = await uow.conversations.load(chat(), "chat")
        left.append((talk.step is not None, len(talk.menus)))
    assert left == [(True, 1), (True, 1), (True, 1), (False, 1), (False, 0)]


async def test_steps_are_kept_as_long_as_they_can_be_taken_back(database: Database, house: House) -> None:
    async with database.write() as uow:
        by, home = await person(uow), await cell(uow)
        made = {
            at: await uow.proposals.add("line", home, by, "[]", at, meeting=None)
            for at in (HELD - MOMENT, HELD, HELD - timedelta(days=3))
        }
        *_, late = made.values()
        await uow.proposals.done(late, "[]", HELD)
        await uow.commit()
    await tidied(database, house, HELD + timedelta(hours=house.policy.rollcall.undo_hours))
    async with database.read() as uow:
        kept = [await uow.proposals.by_id(one) is not None for one in made.values()]
    assert kept == [False, True, True]


async def test_the_audit_log_is_kept_for_two_years_and_says_how_much_went(
    database: Database, house: House
) -> None:
    today = datetime(2028, 11, 30, tzinfo=ZONE)
    edge = datetime(2026, 11, 30, tzinfo=ZONE)
    async with database.write() as uow:
        who = await person(uow)
        for at in (edge - timedelta(days=9), edge - MOMENT, edge):
            await uow.audit.note(at, who, "mark")
        await uow.commit()
    await tidied(database, house, today)
    async with database.read() as uow:
        checkpoint = json.loads(await uow.keeping.get(AUDIT_CHECKPOINT) or "{}")
    assert (checkpoint["rows"], datetime.fromisoformat(checkpoint["until"])) == (2, edge)
    assert datetime.fromisoformat(checkpoint["at"]) == today


async def test_a_day_that_the_month_does_not_have_is_its_last_day(database: Database, house: House) -> None:
    async with database.write() as uow:
        who = await person(uow)
        edge = datetime(2026, 2, 28, tzinfo=ZONE)
        for at in (edge - MOMENT, edge):
            await uow.audit.note(at, who, "mark")
        await uow.commit()
    await tidied(database, house, datetime(2028, 2, 29, tzinfo=ZONE))
    async with database.read() as uow:
        checkpoint = json.loads(await uow.keeping.get(AUDIT_CHECKPOINT) or "{}")
    assert (checkpoint["rows"], datetime.fromisoformat(checkpoint["until"])) == (1, edge)


async def test_the_days_work_is_done_once_a_local_day(database: Database, house: House) -> None:
    at = LOCK + timedelta(days=1)
    await tidied(database, house, at)
    async with database.write() as uow:
        number = await recorded(uow, await person(uow, consented=False))
        await uow.commit()
    await tidied(database, house, at + timedelta(hours=23))
    async with database.read() as uow:
        assert await uow.marks.of_meeting(number)
    await tidied(database, house, at + timedelta(hours=24))
    async with database.read() as uow:
        assert not await uow.marks.of_meeting(number)
