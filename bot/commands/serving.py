"""`keng run`: the roles of a process, until it is told to stop."""

import asyncio
import logging
import signal
from contextlib import AsyncExitStack
from enum import StrEnum

from bot.app import assemble, make_house, working
from bot.settings import Settings
from bot.web import serving, web_app
from jobs.clock import SystemClock
from storage.database import Database
from storage.schema import check_revision

log = logging.getLogger("keng.run")


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
    parts = assemble(database, house, SystemClock())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    if not settings.telegram_token and not settings.zalo_bots:
        log.warning("no channel is set up: see KENG_TELEGRAM_TOKEN and KENG_ZALO_BOTS in .env.example")
    async with AsyncExitStack() as running:
        running.push_async_callback(database.close)
        if role in (Role.ALL, Role.WORKER):
            await parts.ticks.all()
            await running.enter_async_context(working(parts))
        if role in (Role.ALL, Role.WEB):
            app = web_app(parts, [])
            server = await running.enter_async_context(serving(app, settings.http_host, settings.http_port))
            if not server.started:
                raise OSError(f"{settings.http_host}:{settings.http_port} cannot be listened on")
        log.info("running role=%s", role)
        await stop.wait()
