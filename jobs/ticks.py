"""What happens when the clock strikes. Each cell and each unit in a transaction of its own.

One that fails is logged and does not stop the others; a tick that runs twice, late or in two processes does
its work once, because every notice has a unique row.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from jobs.clock import Clock, wall_clock
from meetings.records import Meeting
from meetings.terms import MeetingId, UnitId
from services import (
    Work,
    absent_note,
    afterwards,
    amendment_notes,
    away_ends,
    chase_list,
    chasing,
    clashes,
    dateless,
    delivery,
    desk_clashes,
    digest_sending,
    losses,
    phoning,
    preparing_reminders,
    reminders,
    running_out,
    schedule,
    suggestion_news,
    task_reminders,
    thematic,
    upkeep,
    visit_nudges,
)
from services.work import House
from storage.database import Database
from storage.errors import LostUpdate, NoDatabase
from storage.outbox import Waiting
from storage.work import UnitOfWork

log = logging.getLogger("keng.ticks")
_TRIES = 3
Item = TypeVar("Item")


class Ticks:
    """The ticks of one process."""

    def __init__(self, database: Database, house: House, clock: Clock) -> None:
        self._database = database
        self._house = house
        self._clock = clock

    async def all(self) -> None:
        """Everything once, in order; what the demo does whenever its clock moves."""
        await self.months()
        await self.clashes()
        await self.reminders()
        await self.preparing()
        await self.chasing()
        await self.digests()
        await self.losses()
        await self.quota()
        await self.absences()
        await self.following_up()
        await self.officials()
        await self.upkeep()

    async def reminders(self) -> None:
        """Every minute: climb the ladder of every meeting to come. Nothing is written where all are told."""
        async with self._database.read() as uow:
            work = self._work(uow)
            mistimed = await delivery.mistimed(work)
            meetings = []
            for one in await reminders.on_the_ladder(work):
                await asyncio.sleep(0)  # a province has thousands of them, and people press buttons meanwhile
                if await self._is_due(work, one):
                    meetings.append(one.id)
        await self._each("reminders", meetings, self._remind)
        for letter in mistimed:
            await self._once(letter, self._retime)

    async def _is_due(self, work: Work, meeting: Meeting) -> bool:
        """One that cannot even be looked at gets a transaction of its own: what is wrong is logged there."""
        try:
            return await reminders.is_due(work, meeting)
        except NoDatabase:
            raise
        except Exception:
            return True

    async def _retime(self, work: Work, letter: Waiting) -> None:
        await work.uow.outbox.retime(letter)

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

    async def clashes(self) -> None:
        """Every ten minutes: propose other days where a date clashes, ask for one where the rule has none; warn the commune."""
        async with self._database.read() as uow:
            work = self._work(uow)
            meetings, cells = await clashes.untold(work), await dateless.unasked(work)
            units = await desk_clashes.untold(work)
        await self._each("clashes", meetings, clashes.propose)
        await self._each("clashes", units, desk_clashes.warn)
        await self._each("dateless", cells, dateless.ask)

    async def preparing(self) -> None:
        """Every ten minutes: what is open of a preparation; a quarter without a thematic meeting."""
        async with self._database.read() as uow:
            work = self._work(uow)
            meetings, cells = await preparing_reminders.waiting(work), await thematic.waiting(work)
        await self._each("preparing", meetings, preparing_reminders.remind)
        await self._each("preparing", cells, thematic.nudge)

    async def chasing(self) -> None:
        """Every ten minutes: ask for what a cell has not recorded or planned; then the commune's list."""
        async with self._database.read() as uow:
            work = self._work(uow)
            meetings = await chasing.waiting_for_record(work)
            cells = await chasing.waiting_for_plan(work)
            units = await chase_list.waiting(work)
            held = await afterwards.waiting(work)
        await self._each("chasing", meetings, chasing.ask_for_record)
        await self._each("chasing", cells, chasing.ask_for_plan)
        await self._each("chasing", units, chase_list.send)
        await self._each("chasing", held, afterwards.remind)

    async def digests(self) -> None:
        """Every ten minutes: last month's digest of every unit, those below first; its lock; amendments since."""
        async with self._database.read() as uow:
            work = self._work(uow)
            waiting, unlocked = await digest_sending.waiting(work), await digest_sending.unlocked(work)
            readers = await amendment_notes.waiting(work)
        await self._each("digests", waiting, self._digest)
        if unlocked:
            await self._each("digests", unlocked, digest_sending.lock)
        if readers:
            await self._each("digests", readers, amendment_notes.send)

    async def _digest(self, work: Work, number: UnitId) -> None:
        period = await digest_sending.due_period(work, number)
        if period is not None:
            await digest_sending.send(work, await work.uow.units.by_id(number), period)

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

    async def quota(self) -> None:
        """Every five minutes: whom to phone for want of messages; then the operator, where they run out."""
        async with self._database.read() as uow:
            work = self._work(uow)
            meetings, bots = await phoning.untold(work), await running_out.due(work)
        await self._each("quota", meetings, phoning.report)
        await self._each("quota", bots, running_out.warn)

    async def absences(self) -> None:
        """Every ten minutes: an absence that ends soon is spoken of."""
        async with self._database.read() as uow:
            due = sorted({one.member.membership for one in await away_ends.due(self._work(uow))})
        await self._each("absences", due, away_ends.prompt)

    async def following_up(self) -> None:
        """Every ten minutes: the absent of closed meetings, tasks that are due soon, new suggestions."""
        async with self._database.read() as uow:
            work = self._work(uow)
            meetings = await absent_note.waiting(work)
            owing, suggesting = await task_reminders.waiting(work), await suggestion_news.cells(work)
        await self._each("following_up", meetings, absent_note.speak)
        await self._each("following_up", owing, task_reminders.remind)
        await self._each("following_up", suggesting, suggestion_news.send)

    async def officials(self) -> None:
        """Every ten minutes: an official who has not come often enough hears of it once a quarter."""
        async with self._database.read() as uow:
            waiting = await visit_nudges.waiting(self._work(uow))
        await self._each("officials", waiting, visit_nudges.nudge)

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
