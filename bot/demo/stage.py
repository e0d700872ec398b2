"""What the page shows beside the chats, and what moving the clock does."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from bot.app import Parts
from bot.channels.webchat.routes import BadRequest
from bot.demo.cast.troupe import Troupe
from bot.demo.open_phones import OpenPhones
from bot.demo.people import GROUP, People, suggested
from bot.demo.steps import Sent, Shown, what_of
from bot.demo.words import Words
from chat.text import Text, Wording
from jobs.clock import MovableClock, wall_clock
from meetings.period import Period
from services import Work, enrolment, timeline
from storage.work import UnitOfWork

_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
_FURTHEST = timedelta(days=100)
_SLIP = timedelta(days=30)
_KEPT = 60


class DemoStage:
    """The people of the demo's roster, and its clock. `troupe` plays those whose phone is not open; None: nobody does."""

    def __init__(
        self,
        parts: Parts,
        clock: MovableClock,
        troupe: Troupe | None = None,
        phones: OpenPhones | None = None,
    ) -> None:
        self._parts = parts
        self._clock = clock
        self._troupe = troupe
        self.phones = phones or OpenPhones()
        self._moving = asyncio.Lock()
        self._words = Words(parts.house.catalogue)
        self._sent = Sent(self._words)
        self._steps: deque[Shown] = deque(maxlen=_KEPT)
        self._beside: Callable[[], Awaitable[Shown]] | None = None

    def also_shows(self, beside: Callable[[], Awaitable[Shown]]) -> None:
        """What else belongs to the state of the page."""
        self._beside = beside

    def words(self, key: str) -> Mapping[str, str]:
        return self._words.both(Text(key))

    def now(self) -> datetime:
        return self._clock.now()

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self._parts.house.zone).replace(microsecond=0)

    def local_iso(self, at: datetime) -> str:
        return at.astimezone(self._parts.house.zone).isoformat()

    async def state(self) -> dict[str, object]:
        """Everything the page needs to draw itself."""
        beside = await self._beside() if self._beside else {}
        without = self._troupe.without_phone if self._troupe else ()
        async with self._parts.database.read() as uow:
            work = self._work(uow)
            units = await uow.units.all()
            cells = [one for one in units if one.is_cell]
            top = next((one for one in units if one.level == "commune"), units[0] if units else None)
            return {
                "now": self.local_iso(self.local(work.now)),
                "clock": True,
                "title": top.name if top else "Kẻng",
                "suggested": await suggested(work, cells),
                "cells": [{"code": cell.code, "name": cell.name} for cell in cells],
                "chats": await People(work, self._words, without).chats(cells),
                "next": self._next(await timeline.coming(work)),
                "steps": list(self._steps),
                **beside,
            }

    async def names(self) -> Mapping[str, str]:
        async with self._parts.database.read() as uow:
            return {one.code: one.name or one.code for one in await uow.people.all()}

    async def knows(self, chat: str, person: str) -> bool:
        async with self._parts.database.read() as uow:
            if await uow.people.by_code(person) is None:
                return False
            if not chat.startswith(GROUP):
                return chat == person
            return await uow.units.by_code(chat.removeprefix(GROUP)) is not None

    async def slip(self, person: str) -> str:
        """The printed slip of a person: a fresh one-time code."""
        async with self._parts.database.write() as uow:
            work = self._work(uow)
            found = await uow.people.by_code(person)
            if found is None:
                raise BadRequest("web.unknown_chat")
            made = await enrolment.invite(work, found, _SLIP)
            await uow.commit()
        return made.code

    async def sent(self, at: str) -> list[Shown]:
        """Who got what at an instant. Raises BadRequest for none."""
        async with self._parts.database.read() as uow:
            return await self._sent.named(self._work(uow), self._instant(at))

    async def advance(self, to: str) -> dict[str, object]:
        """Move the clock: to the next event, by a step, or to an instant; everything between happens."""
        async with self._moving:
            coming = await self._coming()
            target = self._target(to, coming)
            passed: list[Shown] = []
            while coming and coming[0].at <= target:
                at = coming[0].at
                led = await self._act_until(at)
                passed += await self._done(led)
                if not led:  # else what is to come may have become something else
                    passed.append(await self._strike(at, what_of([one for one in coming if one.at == at])))
                coming = await self._coming()
            passed += await self._done(await self._act_until(target))
            await self._strike(target, None)
            self._parts.hub.publish("people")
            return {
                "now": self.local_iso(self.local(self.now())),
                "passed": passed,
                "next": self._next(await self._coming()),
            }

    async def month_end(self) -> datetime:
        """When the committee has the digest of the month the clock is in; a day from now if none is to come."""
        digests = [one.at for one in await self._coming() if one.what.key == "event.digest"]
        first_of_next = Period.of(self.now().astimezone(self._parts.house.zone).date()).next().first_day
        after = [at for at in digests if at.astimezone(self._parts.house.zone).date() >= first_of_next]
        return min(after, default=self.now() + _STEPS["day"])

    async def made_up_for(self, what: Text) -> None:
        """Tell of something that just happened outside the calendar, with what was sent at this instant."""
        await self._told(self.now(), what)

    def _target(self, to: str, coming: list[timeline.Coming]) -> datetime:
        if to == "next":
            return coming[0].at if coming else self.now() + _STEPS["day"]
        if to in _STEPS:
            return self.now() + _STEPS[to]
        target = self._instant(to)
        if not self.now() <= target <= self.now() + _FURTHEST:
            raise BadRequest("web.bad_clock")
        return target

    def _instant(self, text: str) -> datetime:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise BadRequest("web.bad_request") from None
        return at if at.tzinfo else at.replace(tzinfo=self._parts.house.zone)

    async def _coming(self) -> list[timeline.Coming]:
        async with self._parts.database.read() as uow:
            return await timeline.coming(self._work(uow))

    def _next(self, coming: list[timeline.Coming]) -> Shown | None:
        if not coming:
            return None
        at = coming[0].at
        what = what_of([one for one in coming if one.at == at])
        return {"at": self.local_iso(at), "what": self._words.both(what)}

    async def _act_until(self, at: datetime) -> list[datetime]:
        """When leaders of the cast did something before that instant."""
        return await self._troupe.act_until(at) if self._troupe is not None else []

    async def _done(self, led: list[datetime]) -> list[Shown]:
        """What was sent because of what leaders did then, where no event of the same instant tells it."""
        told = {one["at"] for one in self._steps}
        steps = [await self._step(at, Text("event.acted")) for at in led]
        found = [one for one in steps if one["sent"] and one["at"] not in told]
        for one in found:
            self._tell(one)
        return found

    async def _strike(self, at: datetime, what: Wording | None) -> Shown:
        self._clock.move_to(at)
        await self._parts.ticks.all()
        await self._parts.sender.drain()
        if self._troupe is not None:
            await self._troupe.look()
        return await self._told(at, what) if what is not None else {}

    async def _told(self, at: datetime, what: Wording) -> Shown:
        step = await self._step(at, what)
        self._tell(step)
        return step

    async def _step(self, at: datetime, what: Wording) -> Shown:
        async with self._parts.database.read() as uow:
            sent, people = await self._sent.counted(self._work(uow), at)
        return {"at": self.local_iso(at), "what": self._words.both(what), "sent": sent, "people": people}

    def _tell(self, step: Shown) -> None:
        self._steps.append(step)
        self._parts.hub.publish("step", json.dumps(step, ensure_ascii=False))

    def _work(self, uow: UnitOfWork) -> Work:
        return Work(uow, self._parts.house, self.now(), wall_clock())
