"""`keng bench`: how long one turn takes, from a press to its answer on the board."""

import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer

from bot.app import Parts
from bot.channels.webchat.channel import CHANNEL
from bot.demo.play import Demo, begin
from chat.events import Address, Event, Pressed
from chat.replies import Action
from jobs.clock import wall_clock
from meetings.terms import State
from services import Work

_ALL = 1_000_000


async def run(turns: int) -> None:
    """Print the figures; a fresh demo on SQLite in a temporary folder, one process, real commits."""
    with tempfile.TemporaryDirectory(prefix="keng") as name:
        folder = Path(name)
        begun = time.perf_counter()
        await (await begin(folder, None, lambda: None)).parts.database.close()
        _told("demo, the first time: 22 cells, 938 people, three past months", time.perf_counter() - begun)
        begun = time.perf_counter()
        demo = await begin(folder, None, lambda: None)
        _told("demo, from then on: until the page can be served", time.perf_counter() - begun)
        try:
            await _month(demo)
            await _turns(demo.parts, turns)
        finally:
            await demo.parts.database.close()


async def _month(demo: Demo) -> None:
    """To the day before the meetings, and on until the committee has its digest."""
    stage, board = demo.stage, demo.parts.board
    written = len(await board.after(0, _ALL))
    begun = time.perf_counter()
    await stage.advance("2026-11-23T12:00")
    half = time.perf_counter() - begun
    await stage.advance(stage.local_iso(await stage.month_end()))
    whole = time.perf_counter() - begun
    lines = len(await board.after(0, _ALL)) - written
    _told(f"the month of 938 people, {lines} messages both ways (to the 23rd: {half:.1f} s)", whole)


async def _turns(parts: Parts, turns: int) -> None:
    """RSVP presses of the members in turn: the turn alone, then with its answer delivered."""
    presses = await _presses(parts)

    async def turn(place: int) -> None:
        await parts.dispatcher.receive(_event(presses[place % len(presses)]))

    async def answered(place: int) -> None:
        await turn(place)
        await parts.sender.drain()

    await _timed("one turn: press, authorise, record, queue, commit", turn, turns)
    await parts.sender.drain()
    await _timed("the same with its answer delivered", answered, turns)
    begun = time.perf_counter()
    await asyncio.gather(*(turn(place) for place in range(turns)))
    _told(f"{turns} turns at once: {turns / (time.perf_counter() - begun):.0f} a second", None)


async def _presses(parts: Parts) -> list[tuple[str, str]]:
    """A valid press of "Có dự" for every linked member of the announced meeting's cell."""
    async with parts.database.read() as uow:
        work = Work(uow, parts.house, parts.clock.now(), wall_clock())
        meetings = await uow.meetings.coming_up(parts.clock.now())
        meeting = next(one for one in meetings if one.state is State.ANNOUNCED)
        members = await uow.members.of_cell(meeting.cell, work.today)
    action = Action("rsvp", (str(meeting.id), str(meeting.revision), "coming"))
    signer = parts.house.signer
    return [
        (one.code, signer.pack(action, Address(CHANNEL, "buttons", one.code)))
        for one in members
        if one.reached
    ]


def _event(press: tuple[str, str]) -> Event:
    person, token = press
    return Event(secrets.token_hex(8), Address(CHANNEL, "buttons", person), person, Pressed(token))


async def _timed(what: str, act: Callable[[int], Awaitable[None]], times: int) -> None:
    taken = []
    for place in range(times):
        begun = time.perf_counter()
        await act(place)
        taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    middle, late = statistics.median(taken), taken[int(len(taken) * 0.99)]
    typer.echo(f"{what}: median {middle:.1f} ms, p99 {late:.1f} ms ({times} times)")


def _told(what: str, seconds: float | None) -> None:
    typer.echo(what if seconds is None else f"{what}: {seconds:.2f} s")
