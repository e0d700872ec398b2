"""The turn: one event, heard and answered inside a transaction. Nothing is sent here."""

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.hearing import Act, Hearing, aside, saying
from chat.capabilities import Capabilities
from chat.events import Address, Event, Gone, Moved
from chat.replies import Reply, Toast
from chat.router import Replies, Router
from chat.text import Text, Wording
from jobs.clock import Clock, wall_clock
from services import Work, delivery, quota, sending
from services.errors import Refusal
from services.sending import Ready
from services.work import House
from storage.conversations import Conversation
from storage.database import Database
from storage.errors import LostUpdate, StorageError
from storage.outbox import Claimed, Hold
from storage.work import UnitOfWork

log = logging.getLogger("keng.dispatch")
_TRIES = 3
_TOGETHER = 64


class Outlet(Protocol):
    """Who sends what a turn has written: at once what was laid into its hands, else what it finds."""

    def hold(self, to: Address) -> Hold | None: ...

    def take(self, letters: Sequence[Ready]) -> None: ...

    def wake(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Done:
    """What a turn leaves behind: a word for whoever pressed in a group, letters in hand, letters to look for."""

    toast: Toast | None = None
    ready: Sequence[Ready] = ()
    left_waiting: bool = False
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    event: Event
    done: "asyncio.Future[Toast | None]"


class Dispatcher:
    """Takes every event of every channel.

    On SQLite, where only one writes at a time, turns that wait for each other share one commit; each stands
    in a savepoint of its own.
    """

    def __init__(
        self,
        database: Database,
        house: House,
        router: Router[Work],
        clock: Clock,
        capabilities: Mapping[tuple[str, str], Capabilities],
        outlet: Outlet,
    ) -> None:
        self._database = database
        self._house = house
        self._hearing = Hearing(house, router)
        self._clock = clock
        self._capabilities = capabilities
        self._outlet = outlet
        self._pending: list[Pending] = []
        self._taking: asyncio.Task[None] | None = None

    @property
    def router(self) -> Router[Work]:
        return self._hearing.router

    async def receive(self, event: Event) -> Toast | None:
        """Take a turn and return once it is durable. An event that was handled before does nothing.

        What comes back is for the eyes of whoever pressed in a group, to be shown there and then.
        """
        if not self._database.sqlite:
            return await self._alone(event)
        one = Pending(event, asyncio.get_running_loop().create_future())
        self._pending.append(one)
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._take())
        return await one.done

    async def _take(self) -> None:
        while self._pending:
            batch, self._pending = self._pending[:_TOGETHER], self._pending[_TOGETHER:]
            try:
                toasts = await self._commit([one.event for one in batch])
            except Exception:  # one of them spoils it for the others: each for itself
                for one in batch:
                    await self._settle(one)
                continue
            for one, toast in zip(batch, toasts, strict=True):
                if not one.done.done():
                    one.done.set_result(toast)

    async def _settle(self, one: Pending) -> None:
        try:
            toast = await self._alone(one.event)
        except Exception as error:
            if not one.done.done():
                one.done.set_exception(error)
        else:
            if not one.done.done():
                one.done.set_result(toast)

    async def _alone(self, event: Event) -> Toast | None:
        for left in reversed(range(_TRIES)):
            try:
                (toast,) = await self._commit([event])
            except LostUpdate:
                if not left:
                    raise
            else:
                return toast
        raise AssertionError

    async def _commit(self, events: Sequence[Event]) -> list[Toast | None]:
        """Several turns, one transaction: all of it or nothing."""
        async with self._database.write() as uow:
            done = [await self._turn(uow, event) for event in events]
            new = [one.sender for one, ended in zip(events, done, strict=True) if ended.heard]
            await quota.heard(Work(uow, self._house, self._clock.now(), wall_clock()), new)
            await uow.commit()
        for one in done:
            self._outlet.take(one.ready)
        if any(one.left_waiting for one in done):
            self._outlet.wake()
        return [one.toast for one in done]

    async def _turn(self, uow: UnitOfWork, event: Event) -> Done:
        """A refusal undoes what the handler did so far; so does a defect of ours."""
        try:
            async with uow.attempt() as own:
                return await self._act(own, event, self._hearing.answer)
        except Refusal as refusal:
            act = self._hearing.refusing(refusal)
        except StorageError:
            raise
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("turn failed reference=%s channel=%s", reference, event.sender.channel)
            act = saying(aside(event, Reply(Text("error.reference", {"reference": reference}))))
        async with uow.attempt() as own:
            return await self._act(own, event, act)

    async def _act(self, uow: UnitOfWork, event: Event, act: Act) -> Done:
        """Note the event, act, write the replies, keep the conversation."""
        if not await uow.conversations.received(event.sender, event.event_id, self._clock.now()):
            return Done()
        work = await self._work(uow, event)
        talk = await uow.conversations.load(event.sender, event.person)
        said, talk_after = await act(work, event, talk)
        if work.actor is None and not event.group:  # `start` may have made the chat somebody's
            work = replace(work, actor=await uow.accounts.writer(event.sender))
        posted = [one for one in said if not one.toast]
        ready, talk_after = await self._post(work, event, posted, talk_after)
        if talk_after != talk:
            await uow.conversations.save(talk, talk_after.step, talk_after.menus)
        return Done(self._toast(work, event, said), ready, uow.outbox.left_waiting, heard=True)

    async def _post(
        self, work: Work, event: Event, said: Replies, talk: Conversation
    ) -> tuple[list[Ready], Conversation]:
        """Write the replies; those that go out from here open their menus at once and need not be looked for."""
        hold = self._outlet.hold(event.sender)
        ready = []
        for place, reply in enumerate(said):
            key = f"reply:{event.sender}:{event.event_id}:{place}"
            letter = delivery.reply_letter(work, event.sender, event.person, key, reply)
            number = await work.uow.outbox.add_once(letter, work.real, hold)
            if hold is not None and number is not None:
                menu, talk = sending.asked(letter, talk, work.now)
                ready.append(Ready(Claimed(number, letter, 1, overrun=False), menu, hold.until))
        return ready, talk

    def _toast(self, work: Work, event: Event, said: Replies) -> Toast | None:
        shown = [one.text for one in said if one.toast]
        if not shown:
            return None
        language = work.actor.language if work.actor else self._house.language
        known = self._capabilities.get((event.sender.channel, event.sender.bot), Capabilities())
        return Toast(self._words(shown, language), {one: self._words(shown, one) for one in known.languages})

    def _words(self, shown: Sequence[Wording], language: str) -> str:
        return "\n".join(self._house.catalogue.render(one, language) for one in shown)

    async def _work(self, uow: UnitOfWork, event: Event) -> Work:
        """Who acts is who owns the private chat of whoever wrote, whatever the button says."""
        own = replace(event.sender, chat=event.person) if event.group else event.sender
        now = self._clock.now()
        person = await uow.accounts.writer(own)
        if person is not None and not event.group and not isinstance(event.content, Gone | Moved):
            await uow.accounts.used(own, now)
        known = self._capabilities.get((own.channel, own.bot), Capabilities())
        return Work(uow, self._house, now, wall_clock(), person, event.sender, known.max_choices)
