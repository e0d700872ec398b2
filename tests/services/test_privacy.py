"""Who is forgotten is forgotten everywhere: rows, payloads, letters; and whoever agrees again may come back."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import make_house
from bot.roster import import_roster
from bot.settings import Settings
from chat.events import Address
from chat.replies import Reply
from chat.text import Text
from meetings.attendance import Tally
from meetings.period import Period
from meetings.records import AnswerGiven, MarkMade, Meeting, Person
from meetings.terms import Answer, Kind, Mark, Reason, Ruling, Standing, State
from reports.roster.template import write_roster
from services import Work, delivery, enrolment, privacy
from services.delivery import Occasion
from services.steps import packed, unpacked
from services.work import House
from storage.backup import write_backup
from storage.closings import Signed, SnapshotRow
from storage.database import Database
from storage.outbox import Hold
from storage.work import UnitOfWork
from tests.scenarios.commune import CELL, NAMES, OTHER, commune

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
CHAT = Address("web", "buttons", "chat-of-theirs")
FIGURES = Tally(roll=1, expected=1, excused=1)


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> House:
    house = make_house(Settings(secret_keys="a test key"))
    write_roster(tmp_path / "roster.xlsx", commune())
    await import_roster(database, house, tmp_path / "roster.xlsx", now=NOW)
    return house


async def known(uow: UnitOfWork, code: str) -> Person:
    found = await uow.people.by_code(code)
    assert found is not None
    return found


async def held(uow: UnitOfWork) -> Meeting:
    home = await uow.units.by_code(CELL)
    assert home is not None
    values = {"kind": Kind.THEMATIC, "period": str(Period(2026, 11)), "place": "", "state": State.CLOSED}
    times = {"starts_at": NOW, "created_at": NOW, "revision": 1, "on_hold": False}
    number = await uow.meetings.add_once({"cell": home.id, **values, **times})
    assert number is not None
    found = await uow.meetings.by_id(number)
    assert found is not None
    return found


async def remembered(work: Work, code: str) -> Person:
    """Somebody of whom there is a row in every table that can hold one."""
    uow, who = work.uow, (await known(work.uow, code)).id
    await uow.people.remember(who, NOW)
    person, meeting = await known(uow, code), await held(uow)
    made = MarkMade(who, Mark.ABSENT, Ruling.EXCUSED, Reason.HEALTH, who, NOW)
    await uow.accounts.link(CHAT, who, NOW)
    await uow.accounts.add_code(who, "hash", NOW)
    await uow.answers.put(meeting.id, AnswerGiven(who, Answer.ABSENT, Reason.HEALTH, who, NOW))
    await uow.marks.put(meeting.id, made)
    await uow.marks.add_guest(meeting.id, who, who, NOW)
    await uow.proposals.add("line", meeting.cell, who, packed([made]), NOW, meeting=meeting.id)
    row = SnapshotRow(who, 13, Standing.OFFICIAL, "", True, Mark.ABSENT, Ruling.EXCUSED, Reason.HEALTH)
    await uow.closings.add(meeting.id, FIGURES, [row], Signed(who, NOW, "p"))
    hello = Reply(Text("link.again", {"name": person.name or ""}))
    await delivery.tell(work, person, Occasion.of(meeting, "notice", NOW, useful_until=LATER), hello)
    await delivery.answer(work, CHAT, CHAT.chat, "reply:1", hello)
    talk = await uow.conversations.load(CHAT, CHAT.chat)
    await uow.conversations.save(talk, None, ())
    return person


async def tables(database: Database, path: Path) -> dict[str, list[dict[str, object]]]:
    """Every row there is, by table."""
    await write_backup(database, path, NOW)
    found: dict[str, list[dict[str, object]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file.readlines()[1:]:
            name, row = json.loads(line)
            found.setdefault(name, []).append(row)
    return found


async def test_of_who_is_erased_nothing_is_left_but_the_line_and_the_counts(
    database: Database, house: House, tmp_path: Path
) -> None:
    async with database.write() as uow:
        work = Work(uow, house, NOW, NOW)
        person = await remembered(work, "worker")
        await privacy.erase(work, person)
        await uow.commit()
    left = await tables(database, tmp_path / "all")
    assert NAMES["worker"] not in json.dumps(left, ensure_ascii=False)
    gone = ("account", "code", "answer", "mark", "guest", "outbox")
    assert {name: left.get(name, []) for name in gone} == {name: [] for name in gone}
    [notice], [proposal], [snapshot], [closing] = (
        left[name] for name in ("notice", "proposal", "snapshot", "closing")
    )
    assert (notice["person"], notice["status"]) == (None, "skipped")
    assert str(notice["recipient"]).startswith("forgotten:")
    assert proposal["payload"] == "[]"
    assert (snapshot["person"], snapshot["reason"], snapshot["mark"]) == (None, None, "absent")
    assert closing["excused"] == 1
    [consent] = left["consent"]
    assert consent["decision"] == "erase"


async def test_of_everybody_else_everything_stays(database: Database, house: House, tmp_path: Path) -> None:
    async with database.write() as uow:
        await remembered(Work(uow, house, NOW, NOW), "worker")
        await uow.commit()
    before = await tables(database, tmp_path / "before")
    async with database.write() as uow:
        await privacy.erase(Work(uow, house, NOW, NOW), await known(uow, "liaison"))
        await uow.commit()
    after = await tables(database, tmp_path / "after")
    kept = set(before) - {"person", "consent", "audit"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


async def test_the_turn_of_a_withdrawal_can_be_saved_and_its_answer_goes_out(
    database: Database, house: House
) -> None:
    async with database.write() as uow:
        work = replace(Work(uow, house, NOW, NOW), address=CHAT)
        person = await remembered(work, "worker")
        talk = await uow.conversations.load(CHAT, CHAT.chat)
        await enrolment.withdraw(work, person, "withdraw")
        await delivery.answer(work, CHAT, CHAT.chat, "reply:2", Reply(Text("data.gone")))
        await uow.conversations.save(talk, None, ())
        await uow.commit()
    async with database.write() as uow:
        taken = await uow.outbox.claim(Hold("w", NOW), now=NOW, real=NOW, limit=10)
    assert [one.letter.dedupe_key for one in taken] == ["reply:2"]


async def test_an_undo_does_not_bring_a_mark_of_theirs_back(database: Database, house: House) -> None:
    async with database.write() as uow:
        work, other = Work(uow, house, NOW, NOW), await known(uow, "liaison")
        person = await known(uow, "worker")
        meeting = await held(uow)
        marks = [MarkMade(one.id, Mark.PRESENT, None, None, person.id, NOW) for one in (person, other)]
        number = await uow.proposals.add(
            "marks", meeting.cell, other.id, packed(marks), NOW, meeting=meeting.id
        )
        await privacy.erase(work, person)
        step = await uow.proposals.by_id(number)
        assert step is not None
        assert [one.person for one in unpacked(step.payload)] == [other.id]


async def test_who_agrees_again_gets_the_name_back_with_the_next_workbook(
    database: Database, house: House, tmp_path: Path
) -> None:
    async with database.write() as uow:
        work = replace(Work(uow, house, NOW, NOW), address=CHAT)
        await enrolment.withdraw(work, await known(uow, "worker"), "refused")
        assert (await enrolment.agree(work, await known(uow, "worker"))).name is None
        await uow.commit()
    await import_roster(database, house, tmp_path / "roster.xlsx", now=NOW)
    async with database.read() as uow:
        person = await known(uow, "worker")
    assert (person.name, person.consented) == (NAMES["worker"], True)


async def test_an_export_tells_the_memberships_that_have_ended_too(database: Database, house: House) -> None:
    async with database.write() as uow:
        work, person = Work(uow, house, NOW, NOW), await known(uow, "worker")
        other = await uow.units.by_code(OTHER)
        assert other is not None
        ended = {"number": 7, "standing": Standing.OFFICIAL, "since": date(2025, 1, 1)}
        await uow.members.save(person.id, other.id, ended | {"until": date(2026, 3, 31)})
        told = json.loads(json.dumps(await privacy.export(work, person)))
    found = [(one["cell"], one["number"], one["since"], one["until"]) for one in told["memberships"]]
    assert found == [(CELL, 13, None, None), (OTHER, 7, "2025-01-01", "2026-03-31")]


async def test_what_was_closed_before_somebody_agreed_is_not_in_their_export(
    database: Database, house: House
) -> None:
    async with database.write() as uow:
        work = Work(uow, house, NOW, NOW)
        person = await remembered(work, "worker")
        assert len((await privacy.export(work, person))["closed"]) == 1  # type: ignore[arg-type]
        await uow.people.remember(person.id, LATER)
        assert (await privacy.export(work, person))["closed"] == []


async def test_an_export_says_all_that_is_kept(database: Database, house: House) -> None:
    async with database.write() as uow:
        work = Work(uow, house, NOW, NOW)
        told = json.loads(json.dumps(await privacy.export(work, await remembered(work, "worker"))))
        exempt = await privacy.export(work, await known(uow, "exempt"))
        official = await privacy.export(work, await known(uow, "executive"))
    when = "2026-11-25T09:00:00+07:00"
    mark = {"meeting": when, "mark": "absent", "ruling": "excused", "reason": "health"}
    assert told["marks"] == [mark]
    assert told["closed"] == [mark | {"number": 13}]
    assert told["visits"] == [when]
    assert told["accounts"] == [{"channel": "web", "bot": "buttons", "chat": CHAT.chat}]
    [membership] = json.loads(json.dumps(exempt["memberships"]))
    assert membership["statuses"] == [
        {"status": "exempt", "since": "2026-01-01", "until": None, "approved": True, "reason": None}
    ]
    assert official["assignments"] == [
        {"cell": CELL, "visits_per_year": 2, "since": "2026-01-01", "until": "2026-12-31"}
    ]
