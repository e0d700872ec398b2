"""The editor of the live cards: looks every second what has changed, and changes it in the groups.

Its only memory is the card itself: what it shows and what it ought to show. Whatever is cut short is done by
the next look, and an edit done twice changes nothing.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from chat.channel import (
    AddressChanged,
    Blocked,
    Channel,
    ChannelDown,
    NotEditable,
    Outgoing,
    SendError,
    Throttled,
    Unreachable,
)
from chat.events import Address
from jobs.clock import Clock, wall_clock
from jobs.composing import compose
from jobs.pacing import Pacers, Stopped, Urgency
from services import Work, cards, sending
from services.work import House
from storage.cards import Card, Glance
from storage.database import Database
from storage.outbox import Letter
from storage.work import UnitOfWork

log = logging.getLogger("keng.cards")
Channels = Mapping[tuple[str, str], Channel]
_CHANNEL_PAUSE = timedelta(minutes=5)
# Who is reached and who belongs to a cell changes seldom: the whole of a card is gone through so often.
_WHOLE = 60.0
# While a platform is not there, one card asks so often whether it is back.
_BACK_OFF = 5.0


class Gate(Protocol):
    """What everything that leaves this process for a bot's platform goes through."""

    @property
    def pacers(self) -> Pacers: ...

    def leads(self, to: Address) -> bool: ...


class CardEditor:
    """One worker. Several may run on one database: of those who would edit a card one does."""

    def __init__(
        self, database: Database, channels: Channels, house: House, clock: Clock, gate: Gate
    ) -> None:
        self._database = database
        self._channels = channels
        self._house = house
        self._clock = clock
        self._gate = gate
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._seen: dict[int, tuple[object, ...]] = {}
        self._resting: dict[int, float] = {}
        self._gone_through = float("-inf")

    async def run(self, *, every: float = 1.0) -> None:
        """Look and edit until cancelled; what is cut short then is done by the next one to start."""
        try:
            while True:
                try:
                    await self._look()
                except Exception:
                    log.exception("cards not looked at; the next look is in %s s", every)
                await asyncio.sleep(every)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def refresh(self) -> None:
        """Return when every card shows what it ought to, or cannot be reached now."""
        self._gone_through = float("-inf")
        await self._look()
        while self._busy:
            await asyncio.gather(*self._busy.values())
            await self._look()

    async def _look(self) -> None:
        """Set out for every card that may have changed since the last look."""
        now = asyncio.get_running_loop().time()
        if now - self._gone_through >= _WHOLE:
            self._seen.clear()
            self._gone_through = now
        async with self._database.read() as uow:
            glances = await uow.cards.live(wall_clock())
        for glance in glances:
            number, mark = glance.card.id, cards.mark(glance, self._clock.now())
            waits = number in self._busy or self._resting.get(number, now) > now
            waits = waits or not self._gate.leads(glance.card.to)
            if waits or self._seen.get(number) == mark:
                continue
            self._seen[number] = mark
            self._resting.pop(number, None)
            self._busy[number] = asyncio.create_task(self._follow(number))

    async def _follow(self, number: int) -> None:
        """Bring one card up to date; whatever goes wrong, it is tried again after a rest."""
        try:
            await self._bring_up_to_date(number)
        except Stopped:
            self._seen.pop(number, None)
        except Exception:
            log.exception("card=%s", number)
            self._rest(number, _BACK_OFF)
        finally:
            del self._busy[number]

    async def _bring_up_to_date(self, number: int) -> None:
        found = await self._wanted(number)
        channel = found and self._channels.get(_bot(found[0].card.to))
        if found is None or channel is None:
            return
        await self._turn(channel, found[0].card)
        found = await self._wanted(number)  # much may have been said while we waited
        if found is None:
            return
        glance, look = found
        async with self._database.write() as uow:
            ours = await uow.cards.claim(glance.card, wall_clock())
            await uow.commit()
        if not ours:  # another process edits it just now
            self._rest(number, _BACK_OFF)
            return
        try:
            await channel.edit(glance.card.message_id or "", self._composed(channel, glance.card, look))
        except SendError as error:
            await self._failed(glance, error)
        else:
            self._arrived(glance.card)
            await self._record(glance.card, look)

    def _arrived(self, card: Card) -> None:
        """It left some time after its turn came: the next message to this chat is counted from here."""
        pacer = self._gate.pacers.of(card.to)
        if pacer is not None:
            pacer.arrived(card.to)

    async def _wanted(self, number: int) -> tuple[Glance, cards.Look] | None:
        """What a card is to show, if that is not what it shows."""
        async with self._database.read() as uow:
            glance = await uow.cards.glance(number)
            if glance is None or glance.card.message_id is None:
                return None
            look = await cards.look(self._work(uow), glance)
        if look.shown != glance.card.shown:
            return glance, look
        if look.final:
            await self._record(glance.card, look)
        return None

    async def _turn(self, channel: Channel, card: Card) -> None:
        """Wait until this card may be edited: not soon after the last time, and within the group's limits."""
        limits = channel.capabilities.limits
        if limits is not None:
            since = (wall_clock() - card.edited_at).total_seconds()
            await asyncio.sleep(min(limits.edit_gap, max(0.0, limits.edit_gap - since)))
        pacer = self._gate.pacers.of(card.to)
        if pacer is not None:
            await pacer.slot(card.to, Urgency.EDIT)

    def _composed(self, channel: Channel, card: Card, look: cards.Look) -> Outgoing:
        """The last piece, where totals and buttons stand, should an announcement ever need several."""
        letter = Letter(
            dedupe_key="",
            to=card.to,
            person=card.to.chat,
            language=self._house.language,
            text=look.text,
            not_before=self._clock.now(),
            choices=look.choices,
        )
        return compose(self._house, channel.capabilities, letter, None)[-1]

    async def _record(self, card: Card, look: cards.Look) -> None:
        async with self._database.write() as uow:
            await uow.cards.showing(card, look.shown, live=not look.final)
            await uow.commit()

    async def _failed(self, glance: Glance, error: SendError) -> None:
        """Every way an edit can fail has one answer."""
        card = glance.card
        log.info("edit failed card=%s kind=%s", card.id, type(error).__name__)
        if isinstance(error, Throttled) and not error.whole_channel:
            pacer = self._gate.pacers.of(card.to)
            if pacer is not None:
                pacer.hold(card.to, error.seconds)
            self._rest(card.id, error.seconds)
            return
        if isinstance(error, Unreachable):
            self._rest(card.id, _BACK_OFF)
            return
        async with self._database.write() as uow:
            await self._settle(self._work(uow), glance, error)
            await uow.commit()
        self._seen.pop(card.id, None)

    @staticmethod
    async def _settle(work: Work, glance: Glance, error: SendError) -> None:
        """What must be written down: where the card is now, or that it is no more."""
        to = glance.card.to
        if isinstance(error, Throttled):
            until = work.real + timedelta(seconds=error.seconds)
            await work.uow.keeping.pause(to.channel, to.bot, until, "throttled")
        elif isinstance(error, ChannelDown):
            await work.uow.keeping.pause(to.channel, to.bot, work.real + _CHANNEL_PAUSE, "channel down")
        elif isinstance(error, AddressChanged):
            await sending.address_moved(work, to, error.to)
        elif isinstance(error, Blocked):
            await sending.address_dead(work, to)
        elif isinstance(error, NotEditable):
            await cards.again(work, glance)
        else:
            log.error("rejected card=%s", glance.card.id)
            await work.uow.cards.showing(glance.card, glance.card.shown, live=False)

    def _rest(self, number: int, seconds: float) -> None:
        self._seen.pop(number, None)
        self._resting[number] = asyncio.get_running_loop().time() + seconds

    def _work(self, uow: UnitOfWork) -> Work:
        return Work(uow, self._house, self._clock.now(), wall_clock())


def _bot(to: Address) -> tuple[str, str]:
    return to.channel, to.bot
