"""`keng run`: the roles of a process, until it is told to stop."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from enum import StrEnum
from typing import Protocol

from starlette.routing import BaseRoute

from bot.app import Parts, assemble, make_house, working
from bot.beats import Beat
from bot.channels.listening import Answered, Hold, Receive, Words
from bot.channels.telegram.service import API, Plan, TelegramService
from bot.channels.zalo.service import Plan as ZaloPlan
from bot.channels.zalo.service import ZaloService
from bot.files import file_routes
from bot.leases import Lease
from bot.settings import Settings
from bot.signals import stopped
from bot.web import serving, web_app
from chat.channel import Channel
from chat.text import Text
from jobs.clock import SystemClock, wall_clock
from reports.catalogue import LANGUAGES
from services import Work
from services.rules import check_units
from services.work import House
from storage.database import Database
from storage.schema import check_revision

log = logging.getLogger("keng.run")


class Service(Protocol):
    """One of our bots on one platform: the channel that sends, and the intake that listens."""

    @property
    def key(self) -> tuple[str, str]:
        """Channel and bot, as in an address."""
        ...

    @property
    def name(self) -> str:
        """What the operator knows it by."""
        ...

    @property
    def channel(self) -> Channel: ...

    @property
    def polls(self) -> bool:
        """It asks its platform; else it is called, where it has registered."""
        ...

    def open(self) -> AbstractAsyncContextManager[None]:
        """The connections, without asking whether the platform is there."""
        ...

    def routes(self, receive: Receive, /) -> list[BaseRoute]:
        """Where its platform calls."""
        ...

    async def listen(self, receive: Receive, hold: Hold, words: Words, answered: Answered, /) -> None:
        """Settle with the platform and listen, for ever, while `hold` says that the token is ours."""
        ...

    async def examine(self) -> list[tuple[bool, str]]:
        """What the platform says of the bot at this moment, a line a subject, and whether that is well."""
        ...


class Role(StrEnum):
    """What a process does: everything, only HTTP, only ticks and sending, only asking the platforms."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    POLL = "poll"


async def serve(settings: Settings, role: Role) -> None:
    """Run until SIGINT or SIGTERM. Refuses a database of another revision."""
    house = make_house(settings)
    await check_revision(settings.database_url)
    database = Database(settings.database_url)
    await _check_units(database, house)
    services = services_of(settings)
    parts = assemble(database, house, SystemClock(), more={one.key: one.channel for one in services})
    if not services:
        log.warning("no channel is set up: see KENG_TELEGRAM_TOKEN and KENG_ZALO_BOTS in .env.example")
    async with AsyncExitStack() as running:
        running.push_async_callback(database.close)
        for one in services:
            await running.enter_async_context(one.open())
        if role in (Role.ALL, Role.WORKER):
            await running.enter_async_context(working(parts))
        if role in (Role.ALL, Role.WEB):
            routes = [route for one in services for route in one.routes(parts.dispatcher.receive)]
            app = web_app(parts, [*file_routes(parts), *routes], public_url=settings.public_url)
            server = await running.enter_async_context(serving(app, settings.http_host, settings.http_port))
            if not server.started:
                raise OSError(f"{settings.http_host}:{settings.http_port} cannot be listened on")
        for one in services:
            if role in (Role.ALL, _listener(one)):
                await running.enter_async_context(listening(one, parts))
        if role is Role.POLL and services and not any(one.polls for one in services):
            _say_idle(settings)
        log.info("running role=%s", role)
        await stopped()


async def _check_units(database: Database, house: House) -> None:
    """Refuse tables of units that contradict each other; warn of those nobody has. Raises BadPolicy."""
    try:
        async with database.read() as uow:
            unknown = await check_units(Work(uow, house, wall_clock(), wall_clock()))
    except BaseException:
        await database.close()
        raise
    for code in unknown:
        log.warning("policy: no unit has the code %s of [unit.%s] yet", code, code)


def _listener(service: Service) -> Role:
    """Beside `all`: who polls, or who answers where the webhook calls and registers it."""
    return Role.POLL if service.polls else Role.WEB


def _say_idle(settings: Settings) -> None:
    named = {
        "KENG_TELEGRAM_MODE=webhook": settings.telegram_token,
        "KENG_ZALO_MODE=webhook": settings.zalo_tokens,
    }
    modes = " and ".join(name for name, there in named.items() if there)
    log.warning("role=poll has nothing to do: with %s the roles all and web listen", modes)


def services_of(settings: Settings) -> list[Service]:
    """Every bot for which there is a token."""
    telegram = telegram_service(settings)
    return [*([telegram] if telegram else []), *zalo_services(settings)]


def telegram_service(settings: Settings) -> TelegramService | None:
    """The Telegram channel, if a token is set."""
    if not settings.telegram_token:
        return None
    webhook = settings.telegram_mode == "webhook"
    plan = Plan(
        settings.telegram_token,
        settings.telegram_api_url or API,
        settings.telegram_proxy,
        settings.public_url if webhook else None,
        LANGUAGES,
        settings.telegram_rate,
    )
    return TelegramService(plan, settings.keys[0] if settings.keys else "")


def zalo_services(settings: Settings) -> Sequence[ZaloService]:
    """The Zalo bots, in the order of KENG_ZALO_BOTS."""
    url = settings.public_url if settings.zalo_mode == "webhook" else None
    key = settings.keys[0] if settings.keys else ""
    return [
        ZaloService(ZaloPlan(name, token, settings.zalo_api_url, url, settings.zalo_rate), key)
        for name, token in settings.zalo_tokens.items()
    ]


def beat_of(service: Service) -> str:
    """The lease of the token, and when its platform answered last."""
    return ":".join(service.key)


@asynccontextmanager
async def listening(service: Service, parts: Parts) -> AsyncIterator[None]:
    """One listener per token holds the lease; leaving lets it go."""
    name = beat_of(service)
    lease = Lease(parts.database, name, f"{socket.gethostname()}:{os.getpid()}:poll:{name}")

    def words(key: str, language: str) -> str:
        return parts.house.catalogue.render(Text(key), language)

    beat = Beat(parts.database, name)
    task = asyncio.create_task(service.listen(parts.dispatcher.receive, lease.hold, words, beat.strike))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await lease.release()
