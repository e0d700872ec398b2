"""APScheduler strikes; the truth is in the tables. A missed strike is made up for, never added up."""

from collections.abc import Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from jobs.clock import wall_clock
from jobs.ticks import Ticks

# What a strike finds to do is derived from the meetings, so a late or doubled one does no harm.
_RULES = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


def start(ticks: Ticks, wake: Callable[[], None]) -> AsyncIOScheduler:
    """Strike every tick once now and then at its interval. The caller shuts the scheduler down."""
    scheduler = AsyncIOScheduler(job_defaults=_RULES)

    async def reminders() -> None:
        await ticks.reminders()
        wake()

    async def digests() -> None:
        await ticks.digests()
        wake()

    async def losses() -> None:
        await ticks.losses()
        wake()

    now = wall_clock()
    for job, interval in (
        (ticks.months, timedelta(hours=6)),
        (reminders, timedelta(minutes=1)),
        (digests, timedelta(minutes=10)),
        (losses, timedelta(minutes=10)),
        (ticks.upkeep, timedelta(hours=1)),
    ):
        scheduler.add_job(job, IntervalTrigger(seconds=int(interval.total_seconds())), next_run_time=now)
    scheduler.start()
    return scheduler
