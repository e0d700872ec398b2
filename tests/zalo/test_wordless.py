"""Stickers, pictures, voices, documents and whatever comes next: one polite answer an hour, nothing is kept."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.zalo.platform import Oddities, User
from tests.zalo.town import Town

NO_FILES = "Trợ lý chỉ nhắc lịch và điểm danh, không nhận tài liệu"
WORDS_ONLY = "Trợ lý chỉ đọc được tin nhắn chữ"
Send = Callable[[User], None]


def of_tomorrow(user: User) -> None:
    user.send("message.hologram.received", {"hologram": "nghị quyết", "text": "có dự"})


SENDS: dict[str, tuple[Send, str]] = {
    "a sticker": (User.send_sticker, WORDS_ONLY),
    "a picture": (User.send_picture, NO_FILES),
    "a voice": (User.send_voice, NO_FILES),
    "a document": (User.send_document, NO_FILES),
    "something of tomorrow": (of_tomorrow, WORDS_ONLY),
}


@pytest.mark.parametrize("odd", [Oddities(), Oddities(no_event_names=True)], ids=["named", "nameless"])
async def test_each_is_answered_politely_and_changes_nothing(town: Town, odd: Oddities) -> None:
    await town.join("secretary", "clerk")
    await town.clock("19/11 19:00")
    before = (await town.say("secretary", "danhsach"))[-1].text
    await town.heard("clerk")
    for hour, (name, (send, answer)) in enumerate(SENDS.items(), 10):
        if odd.no_event_names and name in ("a document", "something of tomorrow"):
            continue  # without a name the one looks like nothing, the other like words
        await town.clock(f"20/11 {hour}:00")
        send(town.person("clerk"))
        await town.settle()
        [said] = await town.heard("clerk")
        assert said.text.startswith(answer), name
    assert (await town.say("secretary", "danhsach"))[-1].text == before


async def test_a_dozen_are_answered_once_and_the_next_one_after_an_hour(town: Town) -> None:
    await town.join("clerk", "deputy")
    clerk = town.person("clerk")
    for send, _ in [*SENDS.values()] * 3:
        send(clerk)
    await town.settle()
    assert len(await town.heard("clerk")) == 2, "each kind once"
    town.person("deputy").send_sticker()
    await town.settle()
    assert len(await town.heard("deputy")) == 1, "each person for themselves"
    await town.clock("10/11 09:59")
    clerk.send_picture()
    await town.settle()
    assert len(await town.heard("clerk")) == 0
    await town.clock("10/11 10:00")
    clerk.send_picture()
    await town.settle()
    assert len(await town.heard("clerk")) == 1


async def test_after_a_sticker_a_document_is_refused_all_the_same(town: Town) -> None:
    """Whoever sent it is to take it back."""
    await town.join("clerk")
    clerk = town.person("clerk")
    for send, answer in (SENDS["a sticker"], SENDS["a document"]):
        send(clerk)
        await town.settle()
        [said] = await town.heard("clerk")
        assert said.text.startswith(answer)


async def test_a_stranger_too_is_told_once(town: Town) -> None:
    for _ in range(3):
        town.person("elder").send_document()
    await town.settle()
    [said] = await town.messages("elder")
    assert said.text.startswith(NO_FILES)


async def test_an_open_question_stays_open(town: Town) -> None:
    await town.join("clerk")
    await town.clock("19/11 19:00")
    await town.say("clerk", "2")
    town.person("clerk").send_sticker()
    await town.settle()
    await town.heard("clerk")
    assert "(lý do: sức khoẻ)" in (await town.say("clerk", "2")).text


async def test_nothing_of_it_is_kept(town: Town) -> None:
    await town.join("clerk")
    for send, _ in SENDS.values():
        send(town.person("clerk"))
    await town.settle()
    async with town.parts.database.read() as uow:
        tables = await uow._connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        stored = [
            str(row)
            for (table,) in tables.all()
            for row in (await uow._connection.execute(text(f'SELECT * FROM "{table}"'))).all()
        ]
    kept = "\n".join(stored)
    assert not [word for word in ("zdn.vn", "nghị quyết", "bfe458bf", "hologram", "zadn") if word in kept]


async def test_a_group_is_not_answered_at_all(town: Town) -> None:
    """A picture counts as written to us when it names us in its caption."""
    await town.join("secretary")
    group = town.zalo.groups["group-X01-C1"]
    await town.feed(
        {
            "event_name": "message.image.received",
            "message": {
                "from": town.person("secretary").json,
                "chat": group.chat.json(),
                "message_id": "7",
                "photo": "https://x",
                "caption": "@Bot Kẻng one nhom",
            },
        }
    )
    assert group.chat.said == []
