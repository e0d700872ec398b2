"""`keng run`: the roles of a process, until it is told to stop."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum

from bot.app import Parts, assemble, make_house, working
from bot.beats import Beat
from bot.channels.telegram.service import API, Plan, TelegramService
from bot.channels.telegram.updates import BOT, CHANNEL
from bot.files import file_routes
from bot.leases import Lease
from bot.settings import Settings
from bot.signals import stopped
from bot.web import serving, web_app
from chat.text import Text
from jobs.clock import SystemClock, wall_clock
from reports.catalogue import LANGUAGES
from services import Work
from services.rules import check_units
from services.work import House
from storage.database import Database
from storage.schema import check_revision

log = logging.getLogger("keng.run")
BEAT = f"{CHANNEL}:{BOT}"  # the lease of the token, and when Telegram answered last


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
    telegram = telegram_service(settings)
    more = {(CHANNEL, BOT): telegram.channel} if telegram else {}
    parts = assemble(database, house, SystemClock(), more=more)
    if not settings.telegram_token and not settings.zalo_bots:
        log.warning("no channel is set up: see KENG_TELEGRAM_TOKEN and KENG_ZALO_BOTS in .env.example")
    async with AsyncExitStack() as running:
        running.push_async_callback(database.close)
        if telegram is not None:
            await running.enter_async_context(telegram.open())
        if role in (Role.ALL, Role.WORKER):
            await running.enter_async_context(working(parts))
        if role in (Role.ALL, Role.WEB):
            routes = telegram.routes(parts.dispatcher.receive) if telegram else []
            app = web_app(parts, [*file_routes(parts), *routes], public_url=settings.public_url)
            server = await running.enter_async_context(serving(app, settings.http_host, settings.http_port))
            if not server.started:
                raise OSError(f"{settings.http_host}:{settings.http_port} cannot be listened on")
        if telegram is not None and role in (Role.ALL, _listener(settings)):
            await running.enter_async_context(listening(telegram, parts))
        if role is Role.POLL and _listener(settings) is not Role.POLL:
            log.warning(
                "role=poll has nothing to do: with KENG_TELEGRAM_MODE=webhook the roles all and web listen"
            )
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


def _listener(settings: Settings) -> Role:
    """Beside `all`: who polls, or who answers where the webhook calls and registers it."""
    return Role.WEB if settings.telegram_mode == "webhook" else Role.POLL


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


@asynccontextmanager
async def listening(telegram: TelegramService, parts: Parts) -> AsyncIterator[None]:
    """One listener per token holds the lease; leaving lets it go."""
    owner = f"{socket.gethostname()}:{os.getpid()}:poll"
    lease = Lease(parts.database, BEAT, owner)

    def words(key: str, language: str) -> str:
        return parts.house.catalogue.render(Text(key), language)

    beat = Beat(parts.database, BEAT)
    task = asyncio.create_task(telegram.listen(parts.dispatcher.receive, lease.hold, words, beat.strike))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await lease.release()
