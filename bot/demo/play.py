"""One process of the demo: a fresh database and a roster, or what the process before has left; then the page."""

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import Parts, assemble, make_house, owner_of, working
from bot.board import StoredBoard
from bot.channels.webchat.channel import BOTS, CHANNEL, Hub, WebChat
from bot.channels.webchat.routes import Page
from bot.demo.failing import FailingChannel, Faults, Power
from bot.demo.gate import Gate
from bot.demo.memory import KeptClock, Memory
from bot.demo.stage import DemoStage
from bot.demo.switches import Switches
from bot.files import file_routes
from bot.roster import import_roster
from bot.settings import Settings
from bot.signals import stopped
from bot.web import serving, web_app
from jobs.clock import MovableClock, wall_clock
from jobs.outcomes import Pace
from reports.roster.fictional import fictional_roster
from reports.roster.template import write_roster
from services.work import House
from storage.database import Database
from storage.schema import migrate

STARTS = (2026, 11, 10, 9, 0)
_BEAT = 0.25
# Somebody looks on: what a broken platform has held up goes out within seconds of its being whole again.
_PACE = Pace(
    back_off=timedelta(seconds=1),
    longest_back_off=timedelta(seconds=4),
    channel_pause=timedelta(seconds=2),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """What a process of the demo consists of."""

    parts: Parts
    stage: DemoStage
    clock: MovableClock
    switches: Switches


@dataclass(frozen=True, slots=True)
class Order:
    """What a process of the demo is to do. `speed`: simulated seconds a second; 0 stands still.

    `died`: the process that lost its power, and whose demo goes on; None begins from the beginning.
    """

    folder: Path
    speed: float = 0
    roster: Path | None = None
    died: int | None = None


async def open_demo(folder: Path, roster: Path | None = None) -> tuple[Parts, DemoStage, MovableClock]:
    """A demo from the beginning: 10 November 2026, 9:00 local. Raises RosterRefused for a faulty workbook."""
    demo = await begin(folder, roster)
    return demo.parts, demo.stage, demo.clock


async def begin(folder: Path, roster: Path | None) -> Demo:
    """A demo from the beginning: 10 November 2026, 9:00 local. Raises RosterRefused for a faulty workbook."""
    _swept(folder)
    key = secrets.token_hex(16)
    house = _house(folder, key)
    await migrate(_url(folder))
    demo = _assembled(folder, house, Memory.begun(folder, datetime(*STARTS, tzinfo=house.zone), key))
    try:
        await _fill(demo, folder, roster)
    except BaseException:
        await demo.parts.database.close()
        raise
    return demo


async def _fill(demo: Demo, folder: Path, roster: Path | None) -> None:
    if roster is None:
        roster = folder / "roster.xlsx"
        write_roster(roster, fictional_roster())
    await import_roster(demo.parts.database, demo.parts.house, roster, now=demo.clock.now())
    await demo.parts.ticks.all()


async def resume(folder: Path, died: int) -> Demo:
    """The demo of a process that is surely dead: where its clock stood, what is due by then is made up for."""
    memory = Memory.recalled(folder)
    demo = _assembled(folder, _house(folder, memory.kept.key), memory)
    async with demo.parts.database.write() as uow:
        await uow.outbox.let_go(owner_of(died), wall_clock())
        await uow.keeping.drop_leases(owner_of(died))
        await uow.commit()
    await demo.parts.ticks.all()
    return demo


def _swept(folder: Path) -> None:
    """Every demo begins anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("keng.db*"):
        old.unlink()


def _url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'keng.db'}"


def _house(folder: Path, key: str) -> House:
    return make_house(Settings(database_url=_url(folder), secret_keys=key, policy=None))


def _assembled(folder: Path, house: House, memory: Memory) -> Demo:
    database, hub = Database(_url(folder)), Hub()

    async def letters() -> int:
        async with database.read() as uow:
            return await uow.outbox.due(clock.now(), answers=False)

    faults, power = Faults(memory), Power(letters)
    clock = KeptClock(memory, power.passed)
    board = StoredBoard(database)
    platforms = {
        (CHANNEL, bot): FailingChannel(WebChat(bot, board, hub, clock.now), faults, power) for bot in BOTS
    }
    parts = assemble(database, house, clock, pace=_PACE, more=platforms, hub=hub)
    stage = DemoStage(parts, clock)
    return Demo(parts, stage, clock, Switches(parts, stage, faults, power))


async def play(
    order: Order, door: socket.socket, ready: Callable[[], None], orphaned: Callable[[], Awaitable[None]]
) -> bool:
    """Serve the demo at a listening socket until it is stopped; whether it is to begin again.

    `ready` is called when the page is there. `orphaned` returns when nobody watches over this process any more.
    """
    begun = begin(order.folder, order.roster) if order.died is None else resume(order.folder, order.died)
    demo = await begun
    parts = demo.parts
    page = Page(parts.board, parts.hub, demo.stage, parts.dispatcher.receive)
    routes = [*file_routes(parts), *demo.switches.routes(), *page.routes()]
    try:
        app = Gate(web_app(parts, routes), demo.switches.again)
        async with working(parts), serving(app, "", 0, door=door) as server:
            ready()
            beside = [
                asyncio.create_task(_run_clock(demo, order.speed)),
                asyncio.create_task(demo.switches.watch()),
            ]
            try:
                await _first_of(stopped(), demo.switches.again.wait(), orphaned())
            finally:
                for one in beside:
                    one.cancel()
                for entrance in server.servers:  # the door stays open: it is the parent's
                    entrance.close()
                parts.hub.publish("stop")
                await asyncio.gather(*beside, return_exceptions=True)
    finally:
        await parts.database.close()
    return demo.switches.again.is_set()


async def _first_of(*awaited: Awaitable[object]) -> None:
    """Return when one of them has."""
    tasks = [asyncio.ensure_future(one) for one in awaited]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run_clock(demo: Demo, speed: float) -> None:
    """`--speed N`: N simulated seconds a second, through everything that falls due on the way."""
    while speed > 0:
        await asyncio.sleep(_BEAT)
        target = demo.clock.now() + timedelta(seconds=speed * _BEAT)
        moved = await demo.stage.advance(demo.stage.local_iso(target))
        demo.parts.hub.publish("clock", f'{{"now": "{moved["now"]}"}}')
