"""Whoever looks at the page may switch its language: everything the bot said is there in both."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chat.capabilities import Capabilities
from chat.events import Address
from chat.text import Lines, Text
from jobs.composing import compose
from storage.outbox import Letter
from tests.scenarios.commune import GROUP, commune
from tests.scenarios.house import house
from tests.scenarios.page import START, Village, opened

VI, EN = "Đồng ý", "I agree"


@pytest.fixture(params=["buttons", "numbers"])
async def village(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Village]:
    async with opened(sqlite_url, tmp_path, commune(), request.param) as page:
        yield page


@pytest.fixture
async def pressed(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Village]:
    async with opened(sqlite_url, tmp_path, commune(), "buttons") as page:
        yield page


async def said(village: Village, chat: str) -> list[dict[str, Any]]:
    """Everything in a chat, as the page gets it."""
    answer = await village.client.get("/web/messages", params={"bot": village.bot, "chat": chat})
    found: list[dict[str, Any]] = answer.json()["messages"]
    return found


async def streamed(village: Village, messages: int) -> list[dict[str, Any]]:
    """The first messages of the stream."""
    found: list[dict[str, Any]] = []
    async with village.client.stream("GET", "/web/stream") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: ") and '"text"' in line:
                found.append(json.loads(line.removeprefix("data: ")))
            if len(found) == messages:
                break
    return found


async def test_what_the_bot_says_stands_there_in_both_languages(village: Village) -> None:
    await village.link("clerk")
    typed, asked = (await said(village, "clerk"))[-2:]
    assert typed["en"] is None, "what a person typed is theirs"
    assert VI.lower() in json.dumps(asked, ensure_ascii=False).lower()
    assert EN in json.dumps(asked["en"])
    assert len(asked["en"]["labels"]) == len(asked["buttons"])
    await village.say("clerk", "lich")
    numbered = (await said(village, "clerk"))[-1]
    assert numbered["en"]["text"].count("\n") == numbered["text"].count("\n")
    assert numbered["en"]["text"] != numbered["text"]


async def test_the_stream_brings_both_so_that_switching_asks_nobody(pressed: Village) -> None:
    await pressed.link("clerk")
    there = await said(pressed, "clerk")
    assert await streamed(pressed, len(there)) == there


async def test_a_pressed_button_is_the_pressers_own_line_in_both_languages(pressed: Village) -> None:
    await pressed.link("clerk")
    await pressed.press("clerk", VI)
    line = next(one for one in await said(pressed, "clerk") if one["text"] == VI)
    assert (line["from"], line["en"]) == ("person", {"text": EN, "labels": []})


async def test_whoever_chose_english_reads_english_on_either_side(village: Village) -> None:
    await village.join("clerk")
    await village.say("clerk", "ngonngu")
    await village.choose("clerk", "English")
    await village.say("clerk", "lich")
    shown = (await said(village, "clerk"))[-1]
    assert shown["text"] == shown["en"]["text"]


async def test_a_toast_and_an_error_come_in_both_languages(pressed: Village) -> None:
    await pressed.join("secretary", "clerk")
    await pressed.say("secretary", "nhom", chat=GROUP)
    [offer] = [one for one in await said(pressed, GROUP) if one["buttons"]]
    body = {"bot": "buttons", "chat": GROUP, "person": "clerk", "token": offer["buttons"][0]["token"]}
    toast = (await pressed.client.post("/web/messages", json=body)).json()["toast"]
    words = Text("refused.not_allowed")
    assert toast == {one: pressed.parts.house.catalogue.render(words, one) for one in ("vi", "en")}
    answer = await pressed.client.post("/web/messages", json={**body, "chat": "nobody"})
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert sorted(error) == ["en", "vi"]
    assert error["en"] != error["vi"]


async def test_no_other_channel_pays_for_it(sqlite_url: str, tmp_path: Path) -> None:
    words = Text("help.stranger")
    letter = Letter("k", Address("telegram", "main", "1"), "1", "vi", words, START)
    [message] = compose(house(), Capabilities(buttons=True), letter, None)
    assert message.translations == {}


def test_a_long_message_is_cut_in_both_languages_into_as_many_pieces() -> None:
    words = Lines(tuple(Text("help.stranger") for _ in range(40)), "\n\n")
    letter = Letter("k", Address("web", "buttons", "1"), "1", "vi", words, START)
    can = Capabilities(buttons=True, max_text=1500, languages=("en",))
    pieces = compose(house(), can, letter, None)
    assert len(pieces) > 2
    english = "\n".join(one.translations["en"].text for one in pieces).split()
    assert english == house().catalogue.render(words, "en").split()
