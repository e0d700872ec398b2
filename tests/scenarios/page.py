"""The page played by hand: people write and press through its HTTP interface, and every chat can be read.

Nothing runs in the background: after each event and each move of the clock the outbox is drained.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from bot.app import Parts, assemble
from bot.channels.webchat.channel import BOTS, CHANNEL
from bot.channels.webchat.routes import Page
from bot.demo.speaking import says
from bot.demo.stage import DemoStage
from bot.files import file_routes
from bot.roster import import_roster
from bot.web import serving, web_app
from chat.events import Address
from jobs.clock import MovableClock, wall_clock
from meetings.period import Period
from meetings.records import Meeting
from reports.roster.rows import Roster
from reports.roster.template import write_roster
from services import Work, digest
from services.roster import ImportReport
from storage.database import Database
from storage.work import UnitOfWork
from tests.scenarios.beginnings import Beginning, Beginnings
from tests.scenarios.house import ORDINARY, house
from tests.scenarios.messages import Heard, Message, message

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 11, 10, 9, 0, tzinfo=ZONE)
_NEVER_NUMBERED = ("Đồng ý", "Không đồng ý")
_LINKED = re.compile(r"^Tải về (.+): (/s/\S+)$", re.MULTILINE)


def moment(text: str) -> datetime:
    """`24/11 19:30` of 2026, or an instant in ISO form."""
    if "/" not in text:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE)
    return datetime.strptime(f"{text} 2026", "%d/%m %H:%M %Y").replace(tzinfo=ZONE)


@dataclass(slots=True)
class Village:
    """A commune on one page. `bot` is the capability mode in which everybody takes part."""

    bot: str
    _parts: Parts
    _stage: DemoStage
    _time: MovableClock
    folder: Path
    _client: httpx.AsyncClient
    _beginning: Beginning = field(default_factory=Beginning)
    _heard: dict[str, int] = field(default_factory=dict)

    def alone(self) -> None:
        """From here on nothing is as in other scenarios, though its steps look the same."""
        self._beginning.end()

    # Through these anything may be done, so with them a beginning like others ends.

    @property
    def parts(self) -> Parts:
        self._beginning.end()
        return self._parts

    @property
    def stage(self) -> DemoStage:
        self._beginning.end()
        return self._stage

    @property
    def time(self) -> MovableClock:
        self._beginning.end()
        return self._time

    @property
    def client(self) -> httpx.AsyncClient:
        self._beginning.end()
        return self._client

    async def say(self, person: str, words: str, *, chat: str | None = None) -> Heard:
        """Somebody writes in their own chat or in a group; everything new in that chat comes back."""
        return await self._post(person, chat or person, {"text": words})

    async def press(self, person: str, label: str, *, of: Message | None = None) -> Heard:
        """Press a button of the newest message that has it, or of an older message that was kept."""
        found = of or await self._offering(person, label)
        return await self._post(person, person, {"token": found.choice(label)})

    async def press_token(self, person: str, token: str, *, chat: str | None = None) -> Heard:
        return await self._post(person, chat or person, {"token": token})

    async def choose(self, person: str, label: str, *, chat: str | None = None) -> Heard:
        """Press the button; where there are none type its number, or the words that have no number."""
        words_only = self.bot == "numbers" and label in _NEVER_NUMBERED
        found = await self._offering(chat or person, label, typed_too=words_only)
        key = found.choice(label)
        if key is None:
            return await self.say(person, label, chat=chat)
        return await self._post(person, chat or person, {"token" if self.bot == "buttons" else "text": key})

    async def leaf(self, person: str, name: str) -> Heard:
        """Choose a name, turning the pages until it stands there."""
        shown = (await self.messages(person))[-1]
        for _ in range(4):
            if shown.choice(name):
                return await self.choose(person, name)
            shown = (await self.choose(person, "Xem tiếp"))[-1]
        raise AssertionError(f"{name} stands on no page")

    async def heard(self, chat: str) -> Heard:
        """What the bot wrote in a chat since this was asked last."""
        new = Heard(one for one in await self.messages(chat) if one.id > self._heard.get(chat, 0))
        if new:
            self._heard[chat] = new[-1].id
        return new

    async def messages(self, chat: str, *, bot: str | None = None) -> Heard:
        """Everything the bot ever wrote in a chat; the files that came with it are `files`."""
        bot = bot or self.bot
        said = await self._said(chat, bot)
        return Heard(message(one, bot) for one in said if not one["file"])

    async def files(self, chat: str) -> list[tuple[str, str]]:
        """Name and address of every file the bot put into a chat: a card, or a line where there are none."""
        said = await self._said(chat, self.bot)
        cards = [(one["file"]["name"], one["file"]["url"]) for one in said if one["file"]]
        return cards + [hit for one in said for hit in _LINKED.findall(one["text"])]

    async def _said(self, chat: str, bot: str) -> list[dict[str, Any]]:
        answer = await self._client.get("/web/messages", params={"bot": bot, "chat": chat})
        return [one for one in answer.json()["messages"] if one["from"] == "bot"]

    async def everything(self) -> dict[str, Heard]:
        """All messages of all chats in which the bot wrote at all, in either mode."""
        state = (await self._client.get("/web/state")).json()
        found = {
            (bot, one["chat"]): await self.messages(one["chat"], bot=bot)
            for one in state["chats"]
            for bot in BOTS
        }
        assert not any(said for (bot, _), said in found.items() if bot != self.bot)
        return {chat: said for (bot, chat), said in found.items() if said and bot == self.bot}

    async def how_many(self) -> int:
        """How many messages there are at all, of everybody."""
        return len(await self._parts.board.after(0, 10_000))

    async def link(self, person: str) -> Heard:
        """The printed slip of a person is typed in."""
        slip = await self.client.post("/web/slip", json={"person": person})
        return await self.say(person, f"start {slip.json()['code']}")

    async def says_on_page(self, person: str, text: str, *, bot: str = "buttons") -> None:
        """Somebody writes in their own chat of the page; nobody reads the answer yet."""
        await says(self.parts, self.time.now(), Address(CHANNEL, bot, person), person, text)

    async def join(self, *people: str) -> None:
        """Many link and agree, in words and by the page's short way; what they are told counts as heard."""
        async with self._beginning.step("join", self.bot, *people) as playing:
            for person in people if playing else ():
                to, now = Address(CHANNEL, self.bot, person), self._time.now()
                await says(self._parts, now, to, person, f"start {await self._stage.slip(person)}")
                await says(self._parts, now, to, person, "đồng ý")
            await self._parts.sender.drain()
        for person in people:
            await self.heard(person)

    async def clock(self, to: str) -> None:
        """Move the clock through everything that falls due on the way."""
        async with self._beginning.step("clock", to) as playing:
            if playing:
                answer = await self._client.post("/web/clock", json={"to": moment(to).isoformat()})
                assert answer.status_code == 200, answer.text
            self._time.move_to(moment(to))

    async def stopped_until(self, to: str) -> None:
        """The machine was off; it starts again at an instant, and the ticks strike once."""
        self._time.move_to(moment(to))
        async with self._beginning.step("stopped until", to) as playing:
            if playing:
                await self._strike()

    async def tick(self) -> None:
        self._beginning.end()
        await self._strike()

    async def _strike(self) -> None:
        await self._parts.ticks.all()
        await self._parts.sender.drain()

    async def digest(self, unit: str, month: str = "2026-11") -> dict[str, Any]:
        """`keng digest --json`, at the page's own time."""
        async with self._parts.database.read() as uow:
            found = await uow.units.by_code(unit)
            assert found is not None
            computed = await digest.compute(self.work(uow), found, Period.parse(month))
        told: dict[str, Any] = json.loads(json.dumps(digest.as_json(computed)))
        return told

    async def line(self, cell: str, month: str = "2026-11") -> dict[str, Any]:
        """A cell's own line."""
        [line] = (await self.digest(cell, month))["cells"]
        return dict(line)

    async def figures(self, unit: str, month: str = "2026-11") -> dict[str, int]:
        """The sums of a unit; what is zero is left out."""
        total = (await self.digest(unit, month))["total"]
        return {name: n for name, n in total.items() if n and name not in ("cells", "closed", "rate")}

    async def meetings(self, cell: str) -> list[Meeting]:
        async with self._parts.database.read() as uow:
            found = await uow.units.by_code(cell)
            assert found is not None
            return await uow.meetings.of_cell(found.id)

    async def roster(self, rows: Roster) -> ImportReport:
        """Import a workbook, now."""
        self._beginning.end()
        return await self._imported(rows)

    async def begin(self, rows: Roster) -> None:
        """The workbook is imported, and the ticks strike once."""
        async with self._beginning.step() as playing:
            if playing:
                await self._imported(rows)
                await self._strike()

    async def _imported(self, rows: Roster) -> ImportReport:
        path = self.folder / "roster.xlsx"
        write_roster(path, rows)
        report, _ = await import_roster(self._parts.database, self._parts.house, path, now=self._time.now())
        return report

    def work(self, uow: UnitOfWork) -> Work:
        return Work(uow, self._parts.house, self._time.now(), wall_clock())

    async def _offering(self, chat: str, label: str, *, typed_too: bool = False) -> Message:
        said = await self.messages(chat)
        for one in reversed(said):
            if one.choice(label):
                return one
        assert typed_too, f"nobody offered {label!r} to {chat}: {said[-1:]}"
        return said[-1]

    async def _post(self, person: str, chat: str, what: Mapping[str, str | None]) -> Heard:
        body = {"bot": self.bot, "chat": chat, "person": person, **what}
        answer = await self.client.post("/web/messages", json=body)
        assert answer.status_code == 200, answer.text
        await self.parts.sender.drain()
        return await self.heard(chat)


def _need_not_survive(connection: DBAPIConnection, _entry: object) -> None:
    """As with PostgreSQL in the tests: nobody pulls the plug here, so nobody waits for the disk."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


@asynccontextmanager
async def opened(
    database_url: str,
    folder: Path,
    rows: Roster,
    bot: str,
    *,
    policy: str = ORDINARY,
    start: datetime = START,
    beginnings: Beginnings | None = None,
) -> AsyncIterator[Village]:
    """The page is served on a free port of this machine while inside. `policy` is the commune's own file."""
    clock = MovableClock(start)
    database = Database(database_url)
    if database.sqlite:
        for engine in database.engines:
            event.listen(engine, "connect", _need_not_survive)
    parts = assemble(database, house(policy), clock)
    stage = DemoStage(parts, clock)
    page = Page(parts.board, parts.hub, stage, parts.dispatcher.receive)
    routes = [*file_routes(parts), *page.routes()]
    try:
        async with serving(web_app(parts, routes), "127.0.0.1", 0) as server:
            port = server.servers[0].sockets[0].getsockname()[1]
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                file = Path(str(database.url.database)) if database.sqlite else None
                beginning = Beginning(beginnings, file, policy, start.isoformat(), repr(rows))
                village = Village(bot, parts, stage, clock, folder, client, beginning)
                await village.begin(rows)
                yield village
    finally:
        await database.close()
