"""APScheduler strikes; the truth is in the tables. A missed strike is made up for, never added up."""

from collections.abc import Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

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

    scheduler.add_job(reminders, "interval", minutes=1)
    scheduler.add_job(ticks.months, "interval", hours=6)
    scheduler.add_job(digests, "interval", minutes=10)
    scheduler.add_job(ticks.upkeep, "interval", hours=1)
    scheduler.start()
    return scheduler
