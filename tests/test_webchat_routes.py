"""The page's HTTP interface refuses what it cannot take, and keeps no words that are to be forgotten."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.webchat.channel import Entry, Hub
from bot.channels.webchat.routes import Json, Page
from bot.demo.open_phones import OpenPhones
from chat.events import Event, Said

NOW = datetime(2026, 11, 10, 2, tzinfo=UTC)


@dataclass
class FakeBoard:
    """Remembers as a database does: no NUL, no half characters."""

    entries: list[Entry] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def add(self, bot: str, chat: str, author: str, body: str, at: datetime) -> int:
        self.entries.append(Entry(len(self.entries) + 1, bot, chat, author, body, at))
        return len(self.entries)

    async def of_chat(self, bot: str, chat: str, limit: int) -> Sequence[Entry]:  # noqa: ARG002
        self.asked.append(chat)
        return self.entries

    async def after(self, number: int, limit: int) -> Sequence[Entry]:  # noqa: ARG002
        return [one for one in self.entries if one.id > number]

    def texts(self) -> list[object]:
        return [json.loads(one.body)["text"] for one in self.entries]


class BriefHub(Hub):
    """A stream tells what there is and ends."""

    def join(self) -> asyncio.Queue[tuple[str, str]]:
        queue = super().join()
        queue.put_nowait(("stop", ""))
        return queue


class FakeStage:
    phones = OpenPhones()

    async def state(self) -> Json:
        return {}

    async def names(self) -> Mapping[str, str]:
        return {}

    async def knows(self, chat: str, person: str) -> bool:
        assert "\0" not in chat + person
        return chat == person == "p1"

    async def advance(self, to: str) -> Json:
        return {"now": to, "next": None}

    async def slip(self, person: str) -> str:
        return person

    def words(self, key: str) -> Mapping[str, str]:
        return {"vi": key, "en": key}

    def now(self) -> datetime:
        return NOW

    def local(self, at: datetime) -> datetime:
        return at


@dataclass
class Site:
    client: httpx.AsyncClient
    board: FakeBoard
    page: Page
    received: list[Event]

    async def post(self, **more: str) -> int:
        body = {"bot": "buttons", "chat": "p1", "person": "p1", **more}
        return (await self.client.post("/web/messages", json=body)).status_code


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    board, received = FakeBoard(), list[Event]()

    async def receive(event: Event) -> None:
        received.append(event)

    page = Page(board, BriefHub(), FakeStage(), receive)
    transport = httpx.ASGITransport(app=Starlette(routes=page.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
        yield Site(client, board, page, received)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Có dự", "Có dự"),
        ("co mat", "co mat"),
        ("Kế hoạch MẬT số 4", "[…]"),
        ("xem Tài liệu mật kèm theo", "[…]"),
        ("x" * 4000, "x" * 4000),
        ("x" * 9000, "x" * 4000),
        ("x" * 9000 + " MẬT", "[…]"),
    ],
)
async def test_the_board_keeps_no_secret_and_no_book_and_the_bot_still_hears_it(
    site: Site, text: str, kept: str
) -> None:
    assert await site.post(text=text) == 200
    assert site.board.texts() == [kept]
    assert [one.content for one in site.received] == [Said(text)]


async def test_the_name_of_a_secret_file_is_not_kept_either(site: Site) -> None:
    assert await site.post(file="Văn bản mật.pdf") == 200
    assert json.loads(site.board.entries[0].body)["file"]["name"] == "[…]"


@pytest.mark.parametrize(("length", "status"), [(60, 200), (61, 400), (5000, 400)])
async def test_an_id_that_no_column_holds_is_refused(site: Site, length: int, status: int) -> None:
    assert await site.post(text="x", id="i" * length) == status
    assert len(site.received) == (status == 200)


async def test_no_nul_reaches_the_database(site: Site) -> None:
    assert await site.post(text="a\0b", id="1\0") == 200
    assert (site.received[0].event_id, site.received[0].content) == ("1", Said("ab"))
    assert await site.post(text="x", chat="\0", person="\0") == 400
    assert (
        await site.client.get("/web/messages", params={"bot": "buttons", "chat": "p\0"})
    ).status_code == 200
    assert site.board.asked == ["p"]


@pytest.mark.parametrize(
    ("after", "first"), [("²", 1), ("", 1), ("x", 1), ("-1", 1), ("9" * 20, 1), ("1", 2), ("٣", 1)]
)
async def test_a_stream_begins_after_a_number_or_at_the_beginning(site: Site, after: str, first: int) -> None:
    for text in ("one", "two"):
        await site.post(text=text)
    answer = await site.client.get("/web/stream", params={"after": after})
    assert answer.status_code == 200
    numbers = [line for line in answer.text.splitlines() if line.startswith("id: ")]
    assert numbers == [f"id: {number}" for number in range(first, 3)]
