"""The contest: a backlog as fast as it goes, then a steady stream, for each contestant in turn."""

import shutil
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.commune import Commune
from tests.bench.plain import buttons
from tests.bench.process import Running, keng_environment, plain_command, running
from tests.bench.server import BenchApi, bench_api
from tests.bench.stopwatch import Answer, Person, Stopwatch, by_answer, by_message

STEADY = 50.0  # presses a second


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is asked of each, where the files lie, and on which core it runs."""

    folder: Path
    cores: set[int]
    backlog: int = 3000
    warm_up: int = 200
    steady: int = 500


@dataclass(frozen=True, slots=True)
class Delay:
    """Milliseconds from a press to its answer."""

    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Delay":
        """Of sorted seconds; not a number when there are none."""
        if not seconds:
            return cls(float("nan"), float("nan"))
        return cls(*(seconds[int(len(seconds) * part)] * 1000 for part in (0.5, 0.99)))


@dataclass(frozen=True, slots=True)
class Pressed:
    """What one contestant did. `cpu` is its CPU in ms an answer, `busy` how busy the server was meanwhile."""

    name: str
    rate: float
    cpu: float
    busy: float
    memory: float
    lost: int = 0
    delay: Delay | None = None
    shown: Delay | None = None  # to answerCallbackQuery, where the answer itself is a message


@dataclass(frozen=True, slots=True)
class Contestant:
    """A plain bot and the settings of which the best counts."""

    name: str
    module: str
    args: Sequence[str]
    settings: Sequence[int]
    answer: Answer
    buttons: bool = True

    def people(self) -> list[Person]:
        return [
            Person(str(20_000_000 + place), buttons(place) if self.buttons else ()) for place in range(1000)
        ]


PLAIN = (
    Contestant("(b) python-telegram-bot, ORM", "ptb_bot", ("rsvp",), (1, 8, 256), by_answer),
    Contestant("(c) aiogram, ORM", "aiogram_bot", (), (1, 8, 0), by_answer),
    Contestant("(d) python-telegram-bot, echo", "ptb_bot", ("echo",), (1, 8, 256), by_message, buttons=False),
)


async def plain(contestant: Contestant, plan: Plan) -> tuple[Pressed, list[Pressed]]:
    """The best setting, with its delays; and what the others came to."""
    found: dict[int, Pressed] = {}
    for setting in contestant.settings:
        async with _plain(contestant, setting, plan) as (watch, bot):
            found[setting] = await _backlog(watch, bot, contestant, setting, plan)
    best = max(found, key=lambda setting: found[setting].rate)
    async with _plain(contestant, best, plan) as (watch, bot):
        people = contestant.people()
        await watch.until(contestant.answer, watch.feed(watch.acts(people, plan.warm_up)))
        asks = await watch.steady(people, STEADY, plan.steady)
        delay = Delay.of(await watch.until(contestant.answer, asks))
    others = [one for setting, one in found.items() if setting != best]
    return replace(found[best], delay=delay), others


async def keng(commune: Commune, plan: Plan) -> Pressed:
    """The whole product without its limiter; an answer is the confirmation, which comes after the commit."""
    people = list(commune.reminded)
    async with keng_running(commune, plan, rate=0) as (watch, bot):
        await watch.settled(lambda: len(watch.unasked) >= len(people))
        pressed = await measured(watch, bot, people, by_message, plan, "(a) Kẻng")
        asks = await watch.steady(people, STEADY, plan.steady)
        delay = Delay.of(await watch.until(by_message, asks))
        shown = Delay.of(await watch.until(by_answer, asks))
    return replace(pressed, delay=delay, shown=shown)


@asynccontextmanager
async def keng_running(
    commune: Commune, plan: Plan, *, rate: int
) -> AsyncIterator[tuple[Stopwatch, Running]]:
    """`keng run` on a copy of the commune; `rate` is its overall limit, and what the server tolerates."""
    async with bench_api(rate) as api:
        database = plan.folder / f"keng-{api.port}.db"
        shutil.copyfile(commune.path, database)
        command = [str(Path(sys.executable).with_name("keng")), "run"]
        watch = Stopwatch(api)
        environment = keng_environment(api, database, rate)
        async with running(command, api, plan.cores, _log(plan, api), environment) as bot:
            yield watch, bot


async def measured(
    watch: Stopwatch, bot: Running, people: Sequence[Person], answer: Answer, plan: Plan, name: str
) -> Pressed:
    """Warm up, then hand over the whole backlog at once."""
    await watch.until(answer, watch.feed(watch.acts(people, plan.warm_up)))
    updates = watch.acts(people, plan.backlog)
    cpu, own, begun = bot.cpu(), time.process_time(), time.perf_counter()
    found = await watch.until(answer, watch.feed(updates))
    taken = found[-1] if found else float("inf")
    return Pressed(
        name,
        rate=len(found) / taken,
        cpu=(bot.cpu() - cpu) * 1000 / max(1, len(found)),
        busy=(time.process_time() - own) / (time.perf_counter() - begun),
        memory=bot.memory(),
        lost=plan.backlog - len(found),
    )


@asynccontextmanager
async def _plain(
    contestant: Contestant, setting: int, plan: Plan
) -> AsyncIterator[tuple[Stopwatch, Running]]:
    async with bench_api() as api:
        command = plain_command(contestant.module, api, plan.folder, *contestant.args, str(setting))
        watch = Stopwatch(api)
        async with running(command, api, plan.cores, _log(plan, api)) as bot:
            yield watch, bot


async def _backlog(
    watch: Stopwatch, bot: Running, contestant: Contestant, setting: int, plan: Plan
) -> Pressed:
    how = {0: "as they come", 1: "one by one"}.get(setting, f"{setting} at once")
    name = f"{contestant.name}, {how}"
    return await measured(watch, bot, contestant.people(), contestant.answer, plan, name)


def _log(plan: Plan, api: BenchApi) -> Path:
    return plan.folder / f"bot-{api.port}.log"
