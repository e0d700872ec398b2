import asyncio
from datetime import timedelta

import pytest

from storage.database import Database
from storage.notices import Notice, NoticeStatus
from tests.storage.build import (
    LEASE,
    NOW,
    REAL,
    cell,
    chat,
    claim,
    keys,
    letter,
    meeting,
    notice,
    person,
    queue,
    settle,
)


async def add(database: Database, *facts: Notice) -> list[int | None]:
    async with database.write() as uow:
        numbers = [await uow.notices.add_once(fact) for fact in facts]
        await uow.commit()
    return numbers


async def test_a_notice_is_written_down_once(database: Database) -> None:
    first, second = await add(database, notice(), notice())
    assert first is not None
    assert second is None
    assert await add(database, notice()) == [None]


async def test_two_writers_at_once_write_it_down_once(database: Database) -> None:
    added = await asyncio.gather(*(add(database, notice()) for _ in range(4)))
    assert sorted(numbers[0] is None for numbers in added) == [False, True, True, True]


async def test_the_second_writer_waits_for_the_first_ones_decision(postgres_database_url: str) -> None:
    database = Database(postgres_database_url)
    async with database.write() as first:
        assert await first.notices.add_once(notice()) is not None
        other = asyncio.create_task(add(database, notice()))
        await asyncio.wait([other], timeout=0.2)
        assert not other.done()
    assert await other != [None], "the first one rolled back, so the second one counts"
    await database.close()


@pytest.mark.parametrize(
    "other",
    [
        notice(revision=2),
        notice("person:2"),
        notice(kind="reminder"),
        Notice("link:5", 1, "person:1", "notice", NOW),
    ],
)
async def test_another_revision_reader_kind_or_subject_is_another_notice(
    database: Database, other: Notice
) -> None:
    assert None not in await add(database, notice(), other)


async def test_what_became_of_a_notice_is_kept(database: Database) -> None:
    async with database.write() as uow:
        who = await person(uow)
        fact = Notice("link:5", 3, f"person:{who}", "welcome", NOW, person=who)
        number = await uow.notices.add_once(fact)
        assert number is not None
        assert await uow.notices.by_id(number) == (fact, NoticeStatus.QUEUED)
        await uow.notices.settle(number, NoticeStatus.FAILED, why="blocked")
        (state,) = await uow.notices.of_subject("link:5", 3)
        assert (state.person, state.status, state.why) == (who, NoticeStatus.FAILED, "blocked")
        assert await uow.notices.of_subject("link:5", 2) == []


async def test_what_a_group_was_told_stays_told_under_its_new_address(database: Database) -> None:
    """Twice is once; where the new address was told already, both facts stay."""
    old, new = str(chat("-1")), str(chat("-100"))
    await add(database, notice(old), notice(old, kind="evening"), notice(new, kind="evening"))
    async with database.write() as uow:
        for _ in range(2):
            await uow.notices.readdress(old, new)
        await uow.commit()
    assert await add(database, notice(new)) == [None]
    async with database.read() as uow:
        found = [(one.recipient, one.kind) for one in await uow.notices.of_subject("meeting:0", 1)]
    assert sorted(found) == sorted([(new, "notice"), (old, "evening"), (new, "evening")])


async def test_until_when_a_subject_was_told_counts_only_what_may_have_arrived(database: Database) -> None:
    later = NOW + timedelta(days=1)
    facts = [Notice("lost:1", 0, f"person:{n}", "x", at) for n, at in enumerate((NOW, later))]
    numbers = await add(database, *facts, Notice("lost:2", 0, "person:1", "x", NOW))
    async with database.write() as uow:
        assert await uow.notices.told_until(["lost:1", "lost:2", "lost:3"]) == {
            "lost:1": later,
            "lost:2": NOW,
        }
        assert await uow.notices.told_until([]) == {}
        await uow.notices.settle(numbers[1] or 0, NoticeStatus.FAILED)
        assert await uow.notices.told_until(["lost:1"]) == {"lost:1": NOW}


async def test_a_move_skips_what_is_queued_for_the_old_date_and_nothing_else(database: Database) -> None:
    async with database.write() as uow:
        home = await cell(uow)
        moved = await meeting(uow, home)
        other = await meeting(uow, home, period=moved.period.next())
        facts = {
            "old": notice("person:1", meeting=moved.id, revision=1),
            "told": notice("person:2", meeting=moved.id, revision=1),
            "new": notice("person:1", meeting=moved.id, revision=2),
            "other meeting": notice("person:1", meeting=other.id, revision=1),
        }
        numbers = {key: await uow.notices.add_once(fact) for key, fact in facts.items()}
        for key, number in numbers.items():
            await uow.outbox.add_once(letter(key, notice=number), REAL)
        await uow.outbox.add_once(letter("reply"), REAL)
        assert numbers["told"] is not None
        await uow.notices.settle(numbers["told"], NoticeStatus.SENT, sent_at=NOW)
        await uow.commit()
    told = next(row for row in await claim(database) if row.letter.dedupe_key == "told")
    await settle(database, told.id, {"status": "sent", "done_at": REAL})
    async with database.write() as uow:
        await uow.notices.drop_stale(moved.id, 2)
        await uow.commit()
    assert sorted(keys(await claim(database, real=REAL + LEASE))) == ["new", "other meeting", "reply"]
    async with database.read() as uow:
        states = {one.recipient: one for one in await uow.notices.of_subject(f"meeting:{moved.id}", 1)}
        assert states["person:1"].status is NoticeStatus.SKIPPED
        assert states["person:1"].why == "moved"
        assert states["person:2"].status is NoticeStatus.SENT
        (new,) = await uow.notices.of_subject(f"meeting:{moved.id}", 2)
        assert new.status is NoticeStatus.QUEUED


async def test_skipped_letters_are_purged_like_sent_ones(database: Database) -> None:
    async with database.write() as uow:
        moved = await meeting(uow, await cell(uow))
        number = await uow.notices.add_once(notice(meeting=moved.id))
        await uow.outbox.add_once(letter("old", notice=number), REAL)
        await uow.notices.drop_stale(moved.id, 2)
        await uow.keeping.purge(before_product=NOW, before_real=REAL + timedelta(days=90))
        await uow.commit()
    await queue(database, letter("old"))
    assert keys(await claim(database)) == ["old"]
