"""The strikes of one process when the machine's clock is set back under it."""

import asyncio
from datetime import timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from jobs import ticker
from jobs.clock import wall_clock

MINUTE = timedelta(minutes=1)


class Bell:
    """Counts how often it was struck."""

    def __init__(self) -> None:
        self.struck = 0
        self._heard = asyncio.Event()

    async def strike(self) -> None:
        self.struck += 1
        self._heard.set()

    async def heard(self) -> int:
        """How often, once it was struck again."""
        await asyncio.wait_for(self._heard.wait(), 10)
        self._heard.clear()
        return self.struck


async def test_a_clock_set_back_by_a_day_does_not_silence_the_strikes_for_a_day() -> None:
    """After the jump the next strike stands a day ahead of the clock; nothing would come before."""
    scheduler, bell = AsyncIOScheduler(), Bell()
    ticker.add(scheduler, bell.strike, MINUTE)
    scheduler.start()
    try:
        assert await bell.heard() == 1
        [job] = scheduler.get_jobs()
        job.modify(next_run_time=wall_clock() + timedelta(days=1))
        ticker.catch_up(scheduler)
        assert await bell.heard() == 2
    finally:
        scheduler.shutdown(wait=False)


async def test_a_strike_that_is_no_further_away_than_its_interval_is_left_alone() -> None:
    scheduler, bell = AsyncIOScheduler(), Bell()
    ticker.add(scheduler, bell.strike, MINUTE)
    scheduler.start()
    try:
        assert await bell.heard() == 1
        [job] = scheduler.get_jobs()
        planned = job.next_run_time
        ticker.catch_up(scheduler)
        assert job.next_run_time == planned
    finally:
        scheduler.shutdown(wait=False)


async def test_a_strike_that_the_end_cuts_short_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    scheduler, begun = AsyncIOScheduler(), asyncio.Event()

    async def long() -> None:
        begun.set()
        await asyncio.Event().wait()

    ticker.add(scheduler, long, MINUTE)
    scheduler.start()
    await asyncio.wait_for(begun.wait(), 10)
    scheduler.shutdown(wait=False)
    own = {asyncio.current_task()}
    await asyncio.gather(*(asyncio.all_tasks() - own), return_exceptions=True)
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []
