"""`keng bench`: how long one turn takes, from a press to its answer on the board."""

import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import typer

from bot.app import Parts
from bot.channels.webchat.channel import CHANNEL
from bot.demo.play import open_demo
from chat.events import Address, Event, Pressed
from chat.replies import Action
from jobs.clock import wall_clock
from meetings.terms import State
from services import Work


async def run(turns: int) -> None:
    """Print the figures; a fresh demo on SQLite in a temporary folder, one process, real commits."""
    with tempfile.TemporaryDirectory(prefix="keng") as folder:
        begun = time.perf_counter()
        parts, stage, clock = await open_demo(Path(folder))
        _told("demo: migrate, import 89 people, first tick", time.perf_counter() - begun)
        try:
            begun = time.perf_counter()
            linked = await stage.everyone(None)
            _told(f"link and consent, {linked} people, 2 turns each", time.perf_counter() - begun)
            begun = time.perf_counter()
            await stage.advance((clock.now() + timedelta(days=11)).isoformat())
            _told("11 days of the month with notices to 52", time.perf_counter() - begun)
            await _turns(parts, turns)
        finally:
            await parts.database.close()


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
