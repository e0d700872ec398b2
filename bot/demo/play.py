"""`keng demo`: a fresh database, a roster imported from a workbook, a page, and a clock of its own."""

import asyncio
import logging
import secrets
import webbrowser
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import Parts, assemble, make_house, working
from bot.channels.webchat.routes import Page
from bot.demo.stage import DemoStage
from bot.files import file_routes
from bot.roster import import_roster
from bot.settings import Settings
from bot.signals import stopped
from bot.web import serving, web_app
from jobs.clock import MovableClock
from reports.roster.fictional import fictional_roster
from reports.roster.template import write_roster
from storage.database import Database
from storage.schema import migrate

log = logging.getLogger("keng.demo")
STARTS = (2026, 11, 10, 9, 0)
_BEAT = 0.25


async def open_demo(folder: Path, roster: Path | None = None) -> tuple[Parts, DemoStage, MovableClock]:
    """A demo from the beginning: 10 November 2026, 9:00 local. Raises RosterRefused for a faulty workbook."""
    _swept(folder)
    url = f"sqlite+aiosqlite:///{folder / 'keng.db'}"
    settings = Settings(database_url=url, secret_keys=secrets.token_hex(16), policy=None)
    await migrate(url)
    house = make_house(settings)
    clock = MovableClock(datetime(*STARTS, tzinfo=house.zone))
    database = Database(url)
    if roster is None:
        roster = folder / "roster.xlsx"
        write_roster(roster, fictional_roster())
    await import_roster(database, house, roster, now=clock.now())
    parts = assemble(database, house, clock)
    await parts.ticks.all()
    return parts, DemoStage(parts, clock), clock


def _swept(folder: Path) -> None:
    """Every demo begins anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("keng.db*"):
        old.unlink()


async def play(
    folder: Path, *, host: str, port: int, browser: bool, speed: float, roster: Path | None
) -> None:
    """Serve the demo until it is stopped."""
    parts, stage, clock = await open_demo(folder, roster)
    page = Page(parts.board, parts.hub, stage, parts.dispatcher.receive)
    routes = [*file_routes(parts), *page.routes()]
    try:
        async with working(parts), serving(web_app(parts, routes), host, port) as server:
            if not server.started:
                raise OSError(f"port {port} is taken")
            address = f"http://{host}:{server.servers[0].sockets[0].getsockname()[1]}"
            print(f"Kẻng: {address}  (Ctrl+C dừng)", flush=True)  # noqa: T201 - the one line people wait for
            if browser:
                webbrowser.open(address)
            running = asyncio.create_task(_run_clock(parts, stage, clock, speed))
            try:
                await stopped()
            finally:
                running.cancel()
                parts.hub.publish("stop")
                await asyncio.gather(running, return_exceptions=True)
    finally:
        await parts.database.close()


async def _run_clock(parts: Parts, stage: DemoStage, clock: MovableClock, speed: float) -> None:
    """`--speed N`: N simulated seconds a second, through everything that falls due on the way."""
    while speed > 0:
        await asyncio.sleep(_BEAT)
        target = clock.now() + timedelta(seconds=speed * _BEAT)
        moved = await stage.advance(stage.local_iso(target))
        parts.hub.publish("clock", f'{{"now": "{moved["now"]}"}}')
