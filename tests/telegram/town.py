"""The commune on Telegram: the page's village, with a Bot API server between the people and the bot.

Updates come in by the real poll loop or the real webhook; the clock and the sender are moved by hand.
"""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import event

from bot.app import Parts, assemble
from bot.channels.telegram.service import PATH, Plan, TelegramService
from bot.channels.telegram.updates import BOT, CHANNEL
from bot.commands.serving import listening
from bot.demo.stage import DemoStage
from bot.web import serving, web_app
from jobs.clock import MovableClock
from jobs.outcomes import Pace
from reports.catalogue import LANGUAGES
from storage.database import Database
from tests.scenarios.commune import CELL, GROUP, NAMES, commune
from tests.scenarios.house import ORDINARY, house
from tests.scenarios.messages import Heard, Message
from tests.scenarios.page import START, ZONE, Village, _need_not_survive, moment
from tests.telegram import botapi
from tests.telegram.botapi import BotApi, Group, Limits, Rules, User, bot_api
from tests.telegram.botapi.wire import Json

TOKEN = "123456:TEST"
KEY = "scenario"
PEOPLE = {code: 1001 + place for place, code in enumerate(NAMES)}
BASIC, FORUM = -4001, -1_001_000_000_001
_AT_ONCE = Pace(back_off=timedelta(0), channel_pause=timedelta(0))


@dataclass(slots=True)
class Telegram:
    """One process's Telegram, and who is there."""

    server: BotApi
    service: TelegramService
    people: Mapping[str, User]
    groups: dict[str, Group]


class Town(Village):
    """A village whose page is Telegram. Buttons throughout."""

    def __init__(
        self, parts: Parts, clock: MovableClock, folder: Path, client: httpx.AsyncClient, telegram: Telegram
    ) -> None:
        super().__init__("buttons", parts, DemoStage(parts, clock), clock, folder, client)
        self.telegram = telegram
        self.server = telegram.server
        self.group = telegram.groups[GROUP]

    def person(self, code: str) -> User:
        return self.telegram.people[code]

    async def settle(self) -> None:
        """Every update is committed and confirmed, everything due is sent, every card is up to date."""
        await self.server.delivered()
        await self.parts.sender.drain()
        await self.parts.cards.refresh()
        await self.parts.sender.drain()

    async def link(self, person: str) -> Heard:
        """By the deep link of the printed slip: t.me/<bot>?start=CODE, and Start."""
        self.person(person).start(await self.stage.slip(person))
        await self.settle()
        return await self.heard(person)

    async def join(self, *people: str) -> None:
        """Many follow their links at once and press the button."""
        for person in people:
            self.person(person).start(await self.stage.slip(person))
        await self.settle()
        for person in people:
            self.person(person).press("Đồng ý")
        await self.settle()
        for person in people:
            await self.heard(person)

    async def link_group(self, chat: str = GROUP, *, topic: int | None = None) -> None:
        """The secretary adds the bot, writes the command and confirms."""
        group, secretary = self.telegram.groups[chat], self.person("secretary")
        if not group.has_bot:
            group.add_bot(secretary)
        group.write(secretary, f"/nhom@{self.server.me['username']}", topic=topic)
        await self.settle()
        group.press(secretary, "Xác nhận")
        await self.settle()

    async def press_forged(self, person: str, data: str) -> Heard:
        self.person(person).press_data(data)
        await self.settle()
        return await self.heard(person)

    async def feed(self, update: Json) -> None:
        """An update as Telegram might make it one day."""
        self.server.feed(update)
        await self.settle()

    async def clock(self, to: str) -> None:
        await self.stage.advance(moment(to).isoformat())

    async def messages(self, chat: str, *, bot: str | None = None) -> Heard:  # noqa: ARG002 - the same page
        return Heard(_shown(one) for one in self._chat(chat).said if one.file is None)

    async def everything(self) -> dict[str, Heard]:
        chats = (*self.telegram.people, *self.telegram.groups)
        return {chat: said for chat in chats if (said := await self.messages(chat))}

    async def post(self, update: object, *, secret: str | None = None) -> int:
        """A POST to the webhook; the status of the answer."""
        known = Plan(TOKEN).secret(KEY) if secret is None else secret
        headers = {b"X-Telegram-Bot-Api-Secret-Token": known.encode()}
        answer = await self.client.post(PATH, json=update, headers=headers)
        await self.parts.sender.drain()
        return answer.status_code

    async def _post(self, person: str, chat: str, what: Mapping[str, str | None]) -> Heard:
        user, group = self.person(person), self.telegram.groups.get(chat)
        token, text = what.get("token"), what.get("text")
        if token is not None:
            of = next(one for one in reversed(self._chat(chat).said) if token in one.buttons.values())
            if group is not None:
                group.press_data(user, token, of=of)
            else:
                user.press_data(token, of=of)
        elif group is not None:
            group.write(user, str(text))
        else:
            user.write(str(text))
        await self.settle()
        return await self.heard(chat)

    def _chat(self, chat: str) -> botapi.Chat:
        group = self.telegram.groups.get(chat)
        return group.chat if group else self.person(chat).chat


def _shown(message: botapi.Message) -> Message:
    at = datetime.fromtimestamp(message.date, UTC).astimezone(ZONE)
    return Message(message.id, f"{at:%d/%m %H:%M}", message.text, message.buttons)


def free_port() -> int:
    """The webhook's address is told to Telegram before anybody listens there."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def telegram_of(server: BotApi, mode: str, port: int, rate: int) -> AsyncIterator[Telegram]:
    url = f"http://127.0.0.1:{port}" if mode == "webhook" else None
    service = TelegramService(Plan(TOKEN, server.url, public_url=url, languages=LANGUAGES, rate=rate), KEY)
    people = {code: server.user(number, NAMES[code].split()[-1]) for code, number in PEOPLE.items()}
    groups = {
        GROUP: server.group(BASIC, "Chi bộ bản Noong"),
        f"forum-{CELL}": server.group(FORUM, "Bản Noong", topic=True),
    }
    async with service.open():
        yield Telegram(server, service, people, groups)


@asynccontextmanager
async def opened(
    database_url: str,
    folder: Path,
    mode: str = "polling",
    *,
    day: str | None = "24",
    listens: bool = True,
    rate: int = 0,
    policy: str = ORDINARY,
) -> AsyncIterator[Town]:
    """Telegram, the bot's web side, and its intake, while inside; nobody counts unless there is a rate."""
    clock, port = MovableClock(START), free_port()
    database = Database(database_url)
    if database.sqlite:
        for engine in database.engines:
            event.listen(engine, "connect", _need_not_survive)
    async with AsyncExitStack() as running:
        running.push_async_callback(database.close)
        rules = Rules(Limits.off(), wall=lambda: clock.now().timestamp())
        server = await running.enter_async_context(bot_api(TOKEN, rules))
        telegram = await running.enter_async_context(telegram_of(server, mode, port, rate))
        service = telegram.service
        more = {(CHANNEL, BOT): service.channel}
        parts = assemble(database, house(policy), clock, pace=_AT_ONCE, more=more)
        app = web_app(parts, service.routes(parts.dispatcher.receive))
        await running.enter_async_context(serving(app, "127.0.0.1", port))
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30)
        await running.enter_async_context(client)
        town = Town(parts, clock, folder, client, telegram)
        await town.roster(commune(day))
        if listens:
            await running.enter_async_context(listening(service, parts))
            await server.until(lambda: bool(server.log.calls["setMyShortDescription"]))
        await town.tick()
        yield town
