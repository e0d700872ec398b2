"""The commune on Zalo: the page's village, with the platform's HTTP server between the people and the bot.

All by numbers and words. Updates come in by the real poll loop or the real webhook; the clock and the sender
are moved by hand.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import event

from bot.app import Parts, assemble
from bot.channels.zalo.service import Plan, ZaloService
from bot.channels.zalo.updates import Raw
from bot.channels.zalo.webhook import HEADER
from bot.commands.serving import listening
from bot.demo.stage import DemoStage
from bot.web import serving, web_app
from jobs.clock import MovableClock
from jobs.outcomes import Pace
from storage.database import Database
from tests.scenarios.commune import GROUP, NAMES, OTHER_GROUP, commune
from tests.scenarios.house import ORDINARY, house
from tests.scenarios.messages import Heard, Message, shown_as
from tests.scenarios.page import START, ZONE, Village, _need_not_survive, moment
from tests.telegram.town import free_port
from tests.zalo.platform import Bot, Chat, Group, Oddities, Platform, User, platform
from tests.zalo.platform import Message as Sent

KEY = "scenario"
BOT = "one"
TOKENS = {BOT: "12345689:abc-xyz"}
AT_ONCE = Pace(back_off=timedelta(0), channel_pause=timedelta(0))


@dataclass(slots=True)
class Zalo:
    """One process's Zalo, and who is there."""

    server: Platform
    services: Mapping[str, ZaloService]
    people: Mapping[str, User]
    groups: Mapping[str, Group]


class Town(Village):
    """A village whose page is Zalo: numbers throughout. Everybody is with the first bot."""

    def __init__(
        self, parts: Parts, clock: MovableClock, folder: Path, client: httpx.AsyncClient, zalo: Zalo
    ) -> None:
        super().__init__("numbers", parts, DemoStage(parts, clock), clock, folder, client)
        self.zalo = zalo
        self.server = zalo.server

    @property
    def one(self) -> Bot:
        return self.server.bots[BOT]

    @property
    def service(self) -> ZaloService:
        return self.zalo.services[BOT]

    def person(self, code: str) -> User:
        return self.zalo.people[code]

    async def settle(self) -> None:
        """Every update is committed, everything due is sent."""
        await self.server.delivered()
        await self.parts.sender.drain()

    async def link(self, person: str) -> Heard:
        """The printed slip of a person is typed in."""
        return await self.say(person, f"start {await self.stage.slip(person)}")

    async def join(self, *people: str) -> None:
        for person in people:
            self.person(person).write(f"start {await self.stage.slip(person)}")
        await self.settle()
        for person in people:
            self.person(person).write("đồng ý")
        await self.settle()
        for person in people:
            await self.heard(person)

    async def feed(self, update: Raw) -> None:
        """An update as Zalo might make it one day."""
        self.one.feed(dict(update))
        await self.settle()

    async def clock(self, to: str) -> None:
        await self.stage.advance(moment(to).isoformat())

    async def messages(self, chat: str, *, bot: str | None = None) -> Heard:  # noqa: ARG002 - the same page
        return Heard(_shown(one) for one in self._chat(chat).said)

    async def everything(self) -> dict[str, Heard]:
        chats = (*self.zalo.people, *self.zalo.groups)
        return {chat: said for chat in chats if (said := await self.messages(chat))}

    async def post(self, update: object, *, secret: str | None = None, bot: str = BOT) -> int:
        """A POST to the webhook; the status of the answer."""
        known = Plan(bot, TOKENS.get(bot, "")).secret(KEY) if secret is None else secret
        answer = await self.client.post(
            f"/zalo/{bot}", json=update, headers={HEADER.encode(): known.encode()}
        )
        await self.parts.sender.drain()
        return answer.status_code

    async def _post(self, person: str, chat: str, what: Mapping[str, str | None]) -> Heard:
        user, group, text = self.person(person), self.zalo.groups.get(chat), what.get("text")
        assert text is not None, "there is nothing to press on Zalo"
        if group is not None:
            group.say_to_bot(user, text)
        else:
            user.write(text)
        await self.settle()
        return await self.heard(chat)

    def _chat(self, chat: str) -> Chat:
        group = self.zalo.groups.get(chat)
        return group.chat if group else self.person(chat).chat


def _shown(message: Sent) -> Message:
    at = datetime.fromtimestamp(message.date, UTC).astimezone(ZONE)
    return shown_as(message.id, at, message.text)


@asynccontextmanager
async def zalo_of(server: Platform, mode: str, port: int, rate: int) -> AsyncIterator[Zalo]:
    url = f"http://127.0.0.1:{port}" if mode == "webhook" else None
    services = {
        name: ZaloService(Plan(name, bot.token, server.url, url, rate), KEY)
        for name, bot in server.bots.items()
    }
    first = server.bots[BOT]
    people = {code: first.user(name) for code, name in NAMES.items()}
    groups = {
        GROUP: first.group("Chi bộ bản Noong"),
        OTHER_GROUP: first.group("Chi bộ bản Ten"),
    }
    async with AsyncExitStack() as open_ones:
        for service in services.values():
            await open_ones.enter_async_context(service.open())
        yield Zalo(server, services, people, groups)


@asynccontextmanager
async def opened(
    database_url: str,
    folder: Path,
    mode: str = "polling",
    *,
    day: str | None = "24",
    listens: bool = True,
    odd: Oddities | None = None,
    rate: int = 0,
    policy: str = ORDINARY,
) -> AsyncIterator[Town]:
    """Zalo, the bot's web side, and its intake, while inside; nobody counts unless there is a rate."""
    clock, port = MovableClock(START), free_port()
    database = Database(database_url)
    if database.sqlite:
        for engine in database.engines:
            event.listen(engine, "connect", _need_not_survive)
    async with AsyncExitStack() as running:
        running.push_async_callback(database.close)
        server = await running.enter_async_context(
            platform(TOKENS, odd, wall=lambda: clock.now().timestamp())
        )
        zalo = await running.enter_async_context(zalo_of(server, mode, port, rate))
        more = {one.key: one.channel for one in zalo.services.values()}
        parts = assemble(database, house(policy), clock, pace=AT_ONCE, more=more)
        routes = [route for one in zalo.services.values() for route in one.routes(parts.dispatcher.receive)]
        await running.enter_async_context(serving(web_app(parts, routes), "127.0.0.1", port))
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30)
        await running.enter_async_context(client)
        town = Town(parts, clock, folder, client, zalo)
        await town.roster(commune(day))
        if listens:
            for one in zalo.services.values():
                await running.enter_async_context(listening(one, parts))
            wanted = "setWebhook" if mode == "webhook" else "getUpdates"
            await server.until(lambda: all(bot.calls[wanted] for bot in server.bots.values()))
        await town.tick()
        yield town
