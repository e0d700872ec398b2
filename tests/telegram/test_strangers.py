"""Forged, foreign, oversized and unknown: a clear refusal or silence, nothing changed, nothing told in the log."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.logs import QUIET
from tests.scenarios.commune import CELL, GROUP, NAMES
from tests.scenarios.transcript import kinds
from tests.telegram.botapi.wire import Json
from tests.telegram.town import TOKEN, Town, opened


@pytest.fixture(autouse=True)
def log_tells_nothing(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What `keng run` would write, as chatty as it can be."""
    for name in QUIET:
        caplog.set_level(logging.WARNING, name)
    caplog.set_level(logging.DEBUG)  # last: the handler has one level for all
    yield
    records = caplog.get_records("setup") + caplog.get_records("call")
    written = "\n".join(map(logging.Formatter().format, records))
    assert not [secret for secret in (TOKEN, *NAMES.values()) if secret in written]
    assert not {name.split()[-1] for name in NAMES.values()} & set(written.split())
    assert "có dự" not in written.lower()
    assert "Traceback" not in written


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened(sqlite_url, tmp_path) as telegram:
        await telegram.join("secretary", "clerk")
        await telegram.clock("19/11 19:00")
        await telegram.heard("clerk")
        await telegram.heard("secretary")
        yield telegram


@asynccontextmanager
async def nothing_changes(town: Town) -> AsyncIterator[None]:
    """Nobody's answer, and nothing in anybody else's private chat; every press is answered."""
    before = (await town.say("secretary", "danhsach")).text
    others = await lengths(town)
    yield
    assert await lengths(town) == others
    assert (await town.say("secretary", "danhsach")).text == before
    assert all(one.is_answered for one in town.server.presses.values())


async def lengths(town: Town) -> dict[str, int]:
    everything = await town.everything()
    return {chat: len(said) for chat, said in everything.items() if chat not in ("clerk", GROUP)}


def answer_of(town: Town, person: str) -> str:
    """What the button "Có dự" of a person's own notice carries."""
    notice = town.person(person).chat.showing("Có dự")
    return notice.buttons["Có dự"]


async def test_the_button_itself_works(town: Town) -> None:
    assert kinds(await town.press_forged("clerk", answer_of(town, "clerk"))) == ["coming noted"]


async def test_forged_callback_data_is_refused(town: Town) -> None:
    mine = answer_of(town, "clerk")
    forged = {
        "another's": answer_of(town, "secretary"),
        "cut": mine[:-1],
        "changed": mine.replace(".", ".9", 1),
        "no token": "yes",
        "not ASCII": "Có dự.đồng ý",
        "half a character": "\ud83d.yes",
        "64 bytes": "." * 64,
    }
    async with nothing_changes(town):
        told = {how: (await town.press_forged("clerk", data)).text for how, data in forged.items()}
    expired = town.stage.words("menu.expired")["vi"]
    assert told == dict.fromkeys(forged, expired)


async def test_a_press_in_a_group_that_is_not_linked_does_nothing(town: Town) -> None:
    town.group.add_bot(town.person("clerk"))
    town.group.write(town.person("secretary"), "/nhom")
    await town.settle()
    async with nothing_changes(town):
        town.group.press(town.person("clerk"), "Xác nhận")
        await town.settle()
        assert "group linked" not in kinds(await town.messages(GROUP))[:1]
    async with town.parts.database.read() as uow:
        cell = await uow.units.by_code(CELL)
        assert cell is not None
        assert await uow.accounts.group_of(cell.id) is None


async def test_another_persons_code_links_only_whoever_holds_it_and_once(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    code = await town.stage.slip("deputy")
    assert kinds(await town.link("deputy")) == ["consent?"]
    before = len(await town.messages("deputy"))
    async with nothing_changes(town):
        [refused] = await town.say("clerk", f"/start {code}")
    assert "mã" in refused.text.lower()
    assert code not in caplog.text
    assert len(await town.messages("deputy")) == before


async def test_a_group_command_in_private_is_told_where_it_belongs(town: Town) -> None:
    for command in ("/nhom", "/nhom@keng_test_bot", "nhom"):
        [told] = await town.say("secretary", command)
        assert told.text == town.stage.words("group.only_there")["vi"]
        async with nothing_changes(town):
            assert len(await town.say("clerk", command)) == 1


async def test_private_commands_are_not_heard_in_a_group(town: Town) -> None:
    town.group.add_bot(town.person("secretary"))
    for command in ("/danhsach", "/lich", "/dulieu", "/moi", "/start", "/baocao"):
        town.group.write(town.person("secretary"), command)
    town.group.write_anonymously("/nhom")
    town.group.write_from_channel("/nhom")
    await town.settle()
    assert town.group.texts == []


async def test_a_command_for_another_bot_is_not_heard_in_a_group(town: Town) -> None:
    """An administrator hears everything; while nobody tells us our name, every name is ours."""
    secretary = town.person("secretary")
    town.group.add_bot(secretary, admin=True)
    town.group.write(secretary, "/nhom@another_bot")
    await town.settle()
    assert town.group.texts == []
    town.group.write(secretary, "/nhom@KENG_test_bot")
    await town.settle()
    assert kinds(await town.messages(GROUP)) == ["group?"]
    assert town.server.log.calls["getMe"] == 1


async def test_without_its_own_name_it_listens_to_any(town: Town) -> None:
    secretary = town.person("secretary")
    town.group.add_bot(secretary)
    town.server.fail_next("getMe")
    town.group.write(secretary, "/nhom@keng_test_bot")
    await town.settle()
    assert kinds(await town.messages(GROUP)) == ["group?"]


async def test_a_large_file_is_refused_in_words(town: Town) -> None:
    async with nothing_changes(town):
        town.person("clerk").send_file("nghi-quyet.pdf", b"\0" * 5 * 1024 * 1024, caption="có dự")
        await town.settle()
        [refused] = await town.heard("clerk")
    assert "tài liệu" in refused.text.lower()
    assert town.server.log.calls["getFile"] == 0


NEW_KINDS: list[Json] = [
    {"thought": {"from": {"id": 1003, "first_name": "Thư"}, "text": "có dự"}},
    {"message": {"message_id": 5, "chat": {"id": 1003, "type": "private"}, "hologram": {}}},
    {"message": "có dự"},
    {"callback_query": {"id": "1", "from": {"id": 1003}, "data": "yes"}},
    {"edited_message": {"message_id": 1, "chat": {"id": 1003, "type": "private"}, "text": "có dự"}},
    {},
]


async def test_updates_of_kinds_that_do_not_exist_yet_are_passed_over(town: Town) -> None:
    clerk = town.person("clerk")
    async with nothing_changes(town):
        for update in NEW_KINDS:
            await town.feed(update)
        assert await town.heard("clerk") == []
        clerk.edit(clerk.write("lich"), "có dự")
        await town.settle()
        assert len(await town.heard("clerk")) == 1
    assert kinds(await town.say("clerk", "có dự")) == ["coming noted"]


async def test_odd_words_are_answered_and_harm_nobody(town: Town) -> None:
    async with nothing_changes(town):
        for text in ("\ud83d", "\0", "/start \ud83d\0", "x" * 4096, "/" + "a" * 200):
            assert len(await town.say("clerk", text)) == 1
