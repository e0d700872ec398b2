"""When Telegram, a group or somebody's patience breaks: nothing is lost, nothing comes twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot import leases
from bot.channels.listening import Hold, Receive
from bot.channels.telegram import intake, service
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.updates import Raw
from bot.commands.serving import listening
from bot.leases import Lease
from chat.events import Event
from jobs import outbox
from jobs.clock import wall_clock
from tests.scenarios.commune import CELL, GROUP
from tests.scenarios.transcript import kinds, says
from tests.telegram.town import FORUM, Town, opened

TOPICS = f"forum-{CELL}"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_PAUSES", (0.02,))
    monkeypatch.setattr(intake, "_PAUSES", (0.02, 0.02, 0.02))


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """The secretary, the deputy and the clerk are there, and the group is linked."""
    async with opened(sqlite_url, tmp_path) as telegram:
        await telegram.join("secretary", "deputy", "clerk")
        await telegram.link_group()
        yield telegram


@pytest.fixture
async def silent(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """Nobody asks for updates until the test does."""
    async with opened(sqlite_url, tmp_path, listens=False) as telegram:
        yield telegram


async def test_telegram_is_not_there_at_the_start_and_comes_back(
    silent: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await silent.server.go_down()
    async with listening(silent.telegram.service, silent.parts):
        while "telegram cannot be reached" not in caplog.text:  # noqa: ASYNC110 - nobody else tells
            await asyncio.sleep(0.01)
        await silent.says_on_page("deputy", f"start {await silent.stage.slip('deputy')}")  # on the web page
        await silent.parts.sender.drain()
        assert "trợ lý Kẻng" in (await silent.parts.board.after(0, 100))[-1].body
        await silent.server.go_up()
        assert kinds(await silent.link("clerk")) == ["consent?"]


async def test_telegram_goes_away_in_the_middle(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    await town.clock("19/11 18:59")
    await town.server.go_down()
    while "telegram does not answer" not in caplog.text:  # noqa: ASYNC110 - nobody else tells
        await asyncio.sleep(0.01)
    await town.server.go_up()
    await town.say("clerk", "lich")
    await town.clock("19/11 19:00")
    assert kinds(await town.heard("clerk")) == ["notice"]
    assert "telegram answers again" in caplog.text or town.server.log.calls["getUpdates"] > 1


async def test_a_failing_database_does_not_end_the_poll_loop(silent: Town) -> None:
    told: list[Event] = []

    async def receive(event: Event) -> None:
        told.append(event)
        if len(told) == 1:
            raise RuntimeError("disk full")
        await silent.parts.dispatcher.receive(event)

    async with polling(silent, receive):
        assert kinds(await silent.link("clerk")) == ["consent?"]
    assert told[0] == told[1]


async def test_too_many_requests_to_one_chat_hold_up_nobody_else(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.clock("19/11 18:59")
    await town.heard("deputy")
    town.server.fail_next("sendMessage", retry_after=7, chat=town.person("clerk").id)
    await town.clock("19/11 19:00")
    assert kinds(await town.heard("deputy")) == ["notice"]
    asked = town.server.log.calls["sendMessage"]
    for seconds, heard in ((6, []), (8, ["notice"])):
        monkeypatch.setattr(outbox, "wall_clock", lambda s=seconds: wall_clock() + timedelta(seconds=s))
        await town.parts.sender.drain()
        assert kinds(await town.heard("clerk")) == heard
    assert town.server.log.calls["sendMessage"] == asked + 1


async def test_who_blocks_us_is_phoned_until_they_press_start_again(town: Town) -> None:
    await town.clock("19/11 19:00")
    before = await who(town, "unreached")
    town.person("clerk").block()
    await town.settle()
    assert "Cà Thị Thư" not in before
    assert "Cà Thị Thư" in await who(town, "unreached")
    await town.clock("21/11 19:00")
    assert kinds(await town.heard("clerk")) == ["notice"]
    town.person("clerk").start()
    await town.settle()
    assert "Cà Thị Thư" not in await who(town, "unreached")
    assert "Cà Thị Thư" in await who(town, "silent")


async def test_a_deleted_account_is_noticed_by_writing_to_it(town: Town) -> None:
    await town.clock("19/11 18:59")
    town.person("clerk").deactivate()
    await town.clock("19/11 19:00")
    assert "Cà Thị Thư" in await who(town, "unreached")
    refused = len(town.server.log.refused)
    await town.clock("21/11 19:00")
    assert len(town.server.log.refused) == refused == 1


@pytest.mark.parametrize(
    ("told", "heard"),
    [("both", ["announcement", "evening"]), ("only by the refusal", ["evening", "announcement"])],
)
async def test_a_group_that_moves_is_followed(town: Town, told: str, heard: list[str]) -> None:
    """The live card comes along, once: it could not be edited any more. Nothing else is said again."""
    await town.clock("22/11 19:00")
    old = town.group.chat
    assert kinds(await town.messages(GROUP)) == ["group?", "group linked", "announcement"]
    town.group.migrate(to=told == "both", from_too=told == "both")
    await town.settle()
    await town.tick()
    await town.clock("23/11 19:00")
    await town.tick()
    assert kinds(await town.messages(GROUP)) == heard
    assert len(old.said) == 3


async def test_what_waits_for_a_moved_group_goes_there_once(town: Town) -> None:
    await town.clock("19/11 18:59")
    town.group.migrate(to=False, from_too=False)
    await town.clock("19/11 19:00")
    await town.tick()
    assert kinds(await town.messages(GROUP)) == ["announcement"]


@pytest.mark.parametrize("told", ["to", "from", "both", "only by the refusal"])
async def test_nothing_is_lost_when_a_group_moves(town: Town, told: str) -> None:
    await town.clock("19/11 18:59")
    old = town.group.chat
    town.group.migrate(to=told in ("to", "both"), from_too=told in ("from", "both"))
    await town.settle()
    await town.clock("19/11 19:00")
    assert set(kinds(await town.messages(GROUP))) == {"announcement"}
    assert len(old.said) == 2


async def test_thrown_out_of_the_group_the_secretary_pastes(town: Town) -> None:
    await town.clock("22/11 19:00")
    town.group.kick_bot(town.person("clerk"))
    await town.settle()
    await town.heard("secretary")
    await town.clock("23/11 19:00")
    told = kinds(await town.heard("secretary"))
    assert told[-3:] == ["paste this", "evening to paste", "to phone"]
    await town.link_group()
    await town.clock("24/11 12:00")
    assert "paste this" not in kinds(await town.heard("secretary"))


async def test_a_topic_is_kept_to_and_general_takes_over_when_it_closes(town: Town) -> None:
    group = town.telegram.groups[TOPICS]
    group.add_bot(town.person("secretary"))
    topic = group.open_topic("Sinh hoạt")
    await town.link_group(TOPICS, topic=topic)
    await town.clock("19/11 19:00")
    group.close_topic(topic)
    await town.clock("23/11 19:00")
    sent = [one.thread for one in town.server.log.of(FORUM)]
    assert sent == [topic, topic, topic, None]
    assert kinds(await town.messages(TOPICS)) == ["group?", "group linked", "announcement", "evening"]
    assert kinds(await town.messages(GROUP)) == ["group?", "group linked"]


async def test_thrown_out_of_a_group_with_topics_its_cell_has_none_at_once(town: Town) -> None:
    group = town.telegram.groups[TOPICS]
    group.add_bot(town.person("secretary"))
    await town.link_group(TOPICS, topic=group.open_topic("Sinh hoạt"))
    await town.clock("19/11 19:00")
    group.kick_bot(town.person("clerk"))
    await town.settle()
    async with town.parts.database.read() as uow:
        cell = await uow.units.by_code(CELL)
        assert cell is not None
        assert await uow.accounts.group_of(cell.id) is None
        assert await uow.cards.live(wall_clock()) == []
    assert town.server.log.refused == []


async def test_a_server_that_does_not_wait_is_not_asked_without_end(
    silent: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    async def at_once(_client: intake.Client, _offset: int | None) -> list[Raw]:
        asked.append(asyncio.get_running_loop().time())
        return []

    monkeypatch.setattr(intake.Client, "raw_updates", at_once)
    async with polling(silent):
        await asyncio.sleep(0.3)
    assert 2 <= len(asked) <= 7


async def test_an_update_that_comes_twice_is_handled_once(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path, "webhook") as town:
        update = written(town, "clerk", f"/start {await town.stage.slip('clerk')}")
        assert [await town.post(update) for _ in range(3)] == [200, 200, 200]
        assert kinds(await town.messages("clerk")) == ["consent?"]


async def test_a_crash_between_the_commit_and_the_offset_repeats_nothing(
    silent: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = asyncio.Event()

    async def crash(event: Event) -> None:
        await silent.parts.dispatcher.receive(event)
        committed.set()
        await asyncio.Event().wait()

    clerk = silent.person("clerk")
    clerk.start(await silent.stage.slip("clerk"))
    async with polling(silent, crash):
        await committed.wait()
    assert len(silent.server.updates.pending) == 1
    monkeypatch.setattr(leases, "wall_clock", lambda: wall_clock() + timedelta(minutes=1))
    async with listening(silent.telegram.service, silent.parts):
        await silent.settle()
    assert kinds(await silent.messages("clerk")) == ["consent?"]


async def test_of_two_pollers_one_polls_and_the_other_takes_over(silent: Town) -> None:
    first = Lease(silent.parts.database, "telegram:main", "first")
    async with polling(silent, lease=Lease(silent.parts.database, "telegram:main", "second")):
        async with polling(silent, lease=first):
            await silent.link("clerk")
            await silent.press("clerk", "Đồng ý")
        await first.release()
        assert kinds(await silent.say("clerk", "lich")) != []
        await silent.link("deputy")
    assert silent.server.updates.conflicts == 0


async def test_a_webhook_call_with_a_wrong_secret_changes_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path, "webhook") as town:
        update = written(town, "clerk", f"/start {await town.stage.slip('clerk')}")
        for secret in ("", "wrong", "bí mật", town.server.token):
            assert await town.post(update, secret=secret) == 403
        assert await town.everything() == {}
        assert await town.post(update) == 200
        assert kinds(await town.messages("clerk")) == ["consent?"]
        for junk in ({}, [1], "x", {"update_id": "x"}, {"update_id": 1, "message": 5}):
            assert await town.post(junk) == 200
        assert len(await town.messages("clerk")) == 1


def polling(town: Town, receive: Receive | None = None, *, lease: Lease | None = None) -> "Polling":
    hold = (lease or Lease(town.parts.database, "telegram:main", "mine")).hold
    return Polling(Intake(town.telegram.service.bot, receive or town.parts.dispatcher.receive), hold)


async def nothing() -> None:
    """Nobody asks when Telegram answered last."""


class Polling:
    """A poll loop while inside; leaving it is a crash: no lease is given back, no offset moved."""

    def __init__(self, taking: Intake, hold: Hold) -> None:
        self._taking, self._hold = taking, hold

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._taking.poll(self._hold, nothing))

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


def written(town: Town, person: str, text: str) -> Raw:
    """An update made by hand, of somebody who pressed Start."""
    user = town.person(person)
    user.started, user.chat.refusal = True, None
    message = {"message_id": 1, "date": 1, "chat": user.chat.json(), "from": user.json, "text": text}
    return {"update_id": 42, "message": message}


async def who(town: Town, part: str) -> str:
    """The names of one part of the secretary's list."""
    listed = (await town.say("secretary", "danhsach")).text
    title = {"unreached": "Chưa liên hệ được", "silent": "Chưa trả lời"}[part]
    assert says(listed, title)
    return next(line for line in listed.splitlines() if title in line)
