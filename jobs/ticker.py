"""APScheduler strikes; the truth is in the tables. A missed strike is made up for, never added up."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from jobs.clock import wall_clock
from jobs.ticks import Ticks

# What a strike finds to do is derived from the meetings, so a late or doubled one does no harm.
_RULES = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
_WATCHED = timedelta(seconds=30)


def start(ticks: Ticks, wake: Callable[[], None]) -> AsyncIOScheduler:
    """Strike every tick once now and then at its interval. The caller shuts the scheduler down."""
    scheduler = AsyncIOScheduler(job_defaults=_RULES)
    for act, interval in (
        (ticks.months, timedelta(hours=6)),
        (ticks.reminders, timedelta(minutes=1)),
        (ticks.clashes, timedelta(minutes=10)),
        (ticks.preparing, timedelta(minutes=10)),
        (ticks.chasing, timedelta(minutes=10)),
        (ticks.digests, timedelta(minutes=10)),
        (ticks.losses, timedelta(minutes=10)),
        (ticks.quota, timedelta(minutes=5)),
        (ticks.absences, timedelta(minutes=10)),
        (ticks.following_up, timedelta(minutes=10)),
        (ticks.officials, timedelta(minutes=10)),
        (ticks.upkeep, timedelta(hours=1)),
    ):
        add(scheduler, _waking(act, wake), interval)
    scheduler.start()
    return scheduler


def add(scheduler: AsyncIOScheduler, act: Callable[[], Awaitable[None]], interval: timedelta) -> None:
    """Strike now, and then at every interval."""
    trigger = IntervalTrigger(seconds=int(interval.total_seconds()))
    scheduler.add_job(_stoppable(act), trigger, next_run_time=wall_clock())


def _stoppable(act: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Cut short by the end of the process is no failure: what was not committed is found by the next strike."""

    async def strike() -> None:
        with suppress(asyncio.CancelledError):
            await act()

    return strike


async def watch(scheduler: AsyncIOScheduler) -> None:
    """Keep the strikes coming when the machine's clock is set back; runs until it is cancelled."""
    while True:
        await asyncio.sleep(_WATCHED.total_seconds())
        catch_up(scheduler)


def catch_up(scheduler: AsyncIOScheduler) -> None:
    """Strike at once what was planned by a clock that has been set back since.

    A strike is never further away than its interval; APScheduler would wait until the old time comes again.
    """
    now = wall_clock()
    for job in scheduler.get_jobs():
        if job.next_run_time is not None and job.next_run_time - now > job.trigger.interval:
            job.modify(next_run_time=now)


def _waking(act: Callable[[], Awaitable[None]], wake: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def strike() -> None:
        await act()
        wake()

    return strike
