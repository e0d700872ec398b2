"""What happens when the clock strikes. Each cell and each unit in a transaction of its own.

One that fails is logged and does not stop the others; a tick that runs twice, late or in two processes does
its work once, because every notice has a unique row.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from jobs.clock import Clock, wall_clock
from meetings.terms import MeetingId, UnitId
from services import Work, digest, losses, reminders, schedule, upkeep
from services.work import House
from storage.database import Database
from storage.errors import LostUpdate, NoDatabase
from storage.work import UnitOfWork

log = logging.getLogger("keng.ticks")
_TRIES = 3
Item = TypeVar("Item")


class Ticks:
    """The five ticks of one process."""

    def __init__(self, database: Database, house: House, clock: Clock) -> None:
        self._database = database
        self._house = house
        self._clock = clock

    async def all(self) -> None:
        """Everything once, in order; what the demo does whenever its clock moves."""
        await self.months()
        await self.reminders()
        await self.digests()
        await self.losses()
        await self.upkeep()

    async def reminders(self) -> None:
        """Every minute: climb the ladder of every meeting to come."""
        async with self._database.read() as uow:
            work = self._work(uow)
            coming = await uow.meetings.coming_up(work.now)
            meetings = [one.id for one in coming if reminders.is_due(work, one)]
        await self._each("reminders", meetings, self._remind)

    async def _remind(self, work: Work, number: MeetingId) -> None:
        meeting = await work.uow.meetings.by_id(number)
        if meeting is not None:
            await reminders.remind(work, meeting)

    async def months(self) -> None:
        """Every six hours: draft the meetings two months ahead."""
        async with self._database.read() as uow:
            cells = [one.id for one in await uow.units.cells()]
        await self._each("months", cells, self._draft)

    async def _draft(self, work: Work, cell: UnitId) -> None:
        await schedule.draft(work, await work.uow.units.by_id(cell))

    async def digests(self) -> None:
        """Every ten minutes: send last month's digest of every unit once it is due."""
        async with self._database.read() as uow:
            work = self._work(uow)
            due = digest.due_period(work)
            units = {one.unit for one in await uow.people.digest_readers(work.today)} if due else set()
            waiting = [one for one in sorted(units) if due and await digest.is_due(work, one, due)]
        await self._each("digests", waiting, self._digest)

    async def _digest(self, work: Work, number: UnitId) -> None:
        period = digest.due_period(work)
        if period is not None:
            await digest.send(work, await work.uow.units.by_id(number), period)

    async def upkeep(self) -> None:
        """Every hour: throw away what is no longer needed."""
        await self._each("upkeep", [0], self._tidy)

    async def _tidy(self, work: Work, _nothing: int) -> None:
        await upkeep.tidy(work)

    async def losses(self) -> None:
        """Every ten minutes: tell the secretaries who can't be written to any more."""
        async with self._database.read() as uow:
            cells = sorted(await losses.untold(self._work(uow)))
        await self._each("losses", cells, losses.report)

    async def _each(
        self, name: str, items: Iterable[Item], act: Callable[[Work, Item], Awaitable[None]]
    ) -> None:
        for item in items:
            try:
                await self._once(item, act)
            except NoDatabase:
                raise  # the others would fail just the same
            except Exception:
                log.exception("tick=%s item=%s", name, item)
        try:
            await self._once(name, self._beat)
        except NoDatabase:
            raise
        except Exception:
            log.exception("tick=%s heartbeat", name)

    async def _beat(self, work: Work, name: str) -> None:
        await work.uow.keeping.beat(name, work.real)

    async def _once(self, item: Item, act: Callable[[Work, Item], Awaitable[None]]) -> None:
        for attempt in range(_TRIES):
            try:
                async with self._database.write() as uow:
                    await act(self._work(uow), item)
                    await uow.commit()
                return
            except LostUpdate:
                if attempt == _TRIES - 1:
                    raise

    def _work(self, uow: UnitOfWork) -> Work:
        return Work(uow, self._house, self._clock.now(), wall_clock())
