"""One process of the demo: a fresh database and a roster, or what the process before has left; then the page."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import typer

from bot.app import Parts, assemble, owner_of, working
from bot.board import StoredBoard
from bot.channels.webchat.channel import BOTS, CHANNEL, Hub, WebChat
from bot.channels.webchat.routes import Page
from bot.demo.cast.troupe import Troupe
from bot.demo.controls import Controls
from bot.demo.failing import FailingChannel, Faults, Power
from bot.demo.gate import Gate
from bot.demo.memory import KeptClock, Memory
from bot.demo.open_phones import OpenPhones
from bot.demo.opening import house_of, open_beginning, url_of
from bot.demo.stage import DemoStage
from bot.demo.switches import Switches
from bot.demo.words import Words
from bot.files import file_routes
from bot.settings import Settings
from bot.signals import stopped
from bot.web import serving, web_app
from chat.text import Text
from jobs.clock import MovableClock, wall_clock
from jobs.outcomes import Pace
from reports.catalogue import Catalogue
from services.work import House
from storage.database import Database

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
    troupe: Troupe
    switches: Switches
    controls: Controls


@dataclass(frozen=True, slots=True)
class Order:
    """What a process of the demo is to do. `speed`: simulated seconds a second; 0 stands still.

    `died`: the process that lost its power, and whose demo goes on; None begins from the beginning.
    """

    folder: Path
    speed: float = 0
    roster: Path | None = None
    died: int | None = None


async def begin(folder: Path, roster: Path | None, preparing: Callable[[], None]) -> Demo:
    """A demo from the beginning: 10 November 2026, 9:00 local. Raises RosterRefused for a faulty workbook."""
    beginning = await open_beginning(folder, roster, preparing)
    memory = Memory.begun(folder, beginning.now, beginning.key)
    demo = _assembled(folder, house_of(folder, beginning.key), memory)
    await demo.troupe.look()
    return demo


async def resume(folder: Path, died: int) -> Demo:
    """The demo of a process that is surely dead: where its clock stood, what is due by then is made up for."""
    memory = Memory.recalled(folder)
    demo = _assembled(folder, house_of(folder, memory.kept.key), memory)
    async with demo.parts.database.write() as uow:
        await uow.outbox.let_go(owner_of(died), wall_clock())
        await uow.keeping.drop_leases(owner_of(died))
        await uow.commit()
    await demo.parts.ticks.all()
    await demo.parts.sender.drain()
    await demo.troupe.look()
    await demo.stage.made_up_for(Text("event.power"))
    return demo


def _assembled(folder: Path, house: House, memory: Memory) -> Demo:
    database, hub = Database(url_of(folder)), Hub()

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
    phones = OpenPhones()
    troupe = Troupe(parts, clock, lambda: phones.all)
    stage = DemoStage(parts, clock, troupe, phones)
    switches, controls = Switches(parts, stage, faults, power), Controls(stage, hub)

    async def beside() -> Mapping[str, object]:
        return {"playing": controls.playing, "switches": await switches.shown()}

    stage.also_shows(beside)
    return Demo(parts, stage, clock, troupe, switches, controls)


async def play(
    order: Order, door: socket.socket, ready: Callable[[], None], orphaned: Callable[[], Awaitable[None]]
) -> bool:
    """Serve the demo at a listening socket until it is stopped; whether it is to begin again.

    `ready` is called when the page is there. `orphaned` returns when nobody watches over this process any more.
    """
    if order.died is None:
        demo = await begin(order.folder, order.roster, _say_preparing)
    else:
        demo = await resume(order.folder, order.died)
    parts = demo.parts
    page = Page(parts.board, parts.hub, demo.stage, parts.dispatcher.receive)
    routes = [*file_routes(parts), *demo.switches.routes(), *demo.controls.routes(), *page.routes()]
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
                await demo.controls.stop()
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


def _say_preparing() -> None:
    catalogue = Catalogue(Settings().zone)
    for line in Words(catalogue).both(Text("web.preparing")).values():  # whoever it is, they wait
        typer.echo(line, err=True)


async def _run_clock(demo: Demo, speed: float) -> None:
    """`--speed N`: N simulated seconds a second, through everything that falls due on the way."""
    while speed > 0:
        await asyncio.sleep(_BEAT)
        target = demo.clock.now() + timedelta(seconds=speed * _BEAT)
        moved = await demo.stage.advance(demo.stage.local_iso(target))
        told = {"now": moved["now"], "next": moved["next"], "playing": demo.controls.playing}
        demo.parts.hub.publish("clock", json.dumps(told, ensure_ascii=False))
