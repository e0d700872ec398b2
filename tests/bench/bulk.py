"""A commune is reminded: as fast as the machine can, and as fast as Telegram lets us."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.commune import Commune
from tests.bench.presses import Delay, Plan, keng_running
from tests.bench.stopwatch import Ask, Person, Stopwatch, by_answer, by_message

RATE = (
    30  # messages a second, https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
)


@dataclass(frozen=True, slots=True)
class Bulk:
    """Seconds from the first reminder to the last; presses that came meanwhile, and how they fared."""

    reminders: int
    wanted: int
    doubled: int
    seconds: float
    cpu: float  # ms a message
    memory: float
    crowded: int = 0  # answers of 429, because too many messages came in a second
    hurried: int = 0  # and because a chat got two
    confirmed: int = 0
    pressed: int = 0
    shown: Delay | None = None
    delay: Delay | None = None

    @property
    def rate(self) -> float:
        return (self.reminders - 1) / self.seconds if self.seconds else 0.0

    @property
    def floor(self) -> float:
        """What the reminders alone take at the limit."""
        return self.reminders / RATE

    @property
    def whole_floor(self) -> float:
        """With the confirmations that share it."""
        return (self.reminders + self.confirmed) / RATE


async def unlimited(commune: Commune, plan: Plan) -> Bulk:
    """Every reminder of the commune, without a limiter."""
    async with keng_running(commune, plan, rate=0) as (watch, bot):
        begun = bot.cpu()
        await _reminded(watch, commune)
        return _bulk(watch, commune, bot.cpu() - begun, bot.memory())


async def limited(commune: Commune, plan: Plan) -> Bulk:
    """The same at Telegram's rate, while others press their buttons, one a second."""
    async with keng_running(commune, plan, rate=RATE) as (watch, bot):
        begun = bot.cpu()
        pressing = asyncio.create_task(_pressing(watch, commune.told))
        try:
            await _reminded(watch, commune)
        finally:
            pressing.cancel()
        last = max(watch.unasked.values(), default=0.0)
        confirmed = sum(one.confirmed is not None and one.confirmed <= last for one in watch.asks)
        return _bulk(watch, commune, bot.cpu() - begun, bot.memory(), confirmed, await _delays(watch))


async def _reminded(watch: Stopwatch, commune: Commune) -> None:
    await watch.settled(lambda: len(watch.unasked) >= len(commune.reminded))


async def _pressing(watch: Stopwatch, people: Sequence[Person]) -> None:
    """From the first reminder on, until it is cancelled; nobody presses twice within a minute."""
    await watch.settled(lambda: bool(watch.unasked))
    begun = time.perf_counter()
    while True:
        watch.feed(watch.acts(people, 1))
        await asyncio.sleep(begun + len(watch.asks) - time.perf_counter())


async def _delays(watch: Stopwatch) -> tuple[Delay, Delay]:
    """To the answered button, and to the confirmation."""
    asks: list[Ask] = watch.asks
    return Delay.of(await watch.until(by_answer, asks)), Delay.of(await watch.until(by_message, asks))


def _bulk(
    watch: Stopwatch,
    commune: Commune,
    cpu: float,
    memory: float,
    confirmed: int = 0,
    delays: tuple[Delay, Delay] | tuple[None, None] = (None, None),
) -> Bulk:
    at = watch.unasked.values()
    found = len(watch.unasked)
    return Bulk(
        found,
        len(commune.reminded),
        watch.doubled,
        seconds=max(at) - min(at) if at else 0.0,
        cpu=cpu * 1000 / max(1, found),
        memory=memory,
        crowded=watch.api.windows.crowded,
        hurried=watch.api.windows.hurried,
        confirmed=confirmed,
        pressed=len(watch.asks),
        shown=delays[0],
        delay=delays[1],
    )
