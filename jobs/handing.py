"""Handing one letter over: every piece of it and then its files, each when the platform may be talked to."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from chat.channel import (
    AddressChanged,
    Attachment,
    Channel,
    ChannelDown,
    SendError,
    Throttled,
    Unreachable,
)
from chat.events import Address
from jobs.composing import compose, compose_files
from jobs.metering import Meter
from jobs.pacing import Pacers, Stopped, Urgency
from services import Work
from services.sending import Ready
from services.work import House
from storage.database import Database
from storage.outbox import Claimed, Letter
from storage.work import UnitOfWork

log = logging.getLogger("keng.outbox")
_PATIENCE = 60.0  # seconds a chat's other letters may wait for a file
# After these a letter of one piece would surely not be there.
_NOTHING_ARRIVED = (Unreachable, Throttled, ChannelDown, AddressChanged)


class Handing:
    """The last step of a sender, and the only one in which a platform is talking."""

    def __init__(
        self,
        database: Database,
        house: House,
        work: Callable[[UnitOfWork], Work],
        pacers: Pacers,
        meter: Meter,
    ) -> None:
        self._database = database
        self._house = house
        self._work = work
        self._pacers = pacers
        self._meter = meter
        self._stopping = False

    def start(self) -> None:
        self._stopping = False

    def stop(self) -> None:
        """Whoever waits for a turn gets none; only a letter that has begun is finished."""
        self._stopping = True
        self._pacers.stop()

    async def turn(self, letter: Letter, *, begun: bool = False) -> None:
        """Wait until a message of this letter may leave. Raises Stopped."""
        pacer = self._pacers.of(letter.to)
        while pacer is not None:
            if self._stopping and not begun:
                raise Stopped
            with suppress(Stopped):
                await pacer.slot(letter.to, Urgency.REPLY if letter.answer else Urgency.NOTICE)
                return

    async def enclosed(self, channel: Channel, letter: Letter) -> tuple[Attachment, ...]:
        """Make what is enclosed."""
        if not letter.enclosures:
            return ()
        async with self._database.read() as uow:
            return await compose_files(self._work(uow), channel.capabilities, letter)

    async def over(
        self, channel: Channel, ready: Ready, enclosed: tuple[Attachment, ...]
    ) -> tuple[str, Sequence[Attachment]]:
        """Send every piece, the first at once: the id of the last, and the files that are to follow.

        Once a first piece is out, nobody can say "surely not sent" any more. Raises SendError.
        """
        letter = ready.claimed.letter
        begun, message_id = False, ""
        for piece in compose(self._house, channel.capabilities, letter, ready.menu, enclosed):
            if begun:
                await self.turn(letter, begun=True)
            before = self._meter.refusals(letter.to)
            try:
                message_id = await channel.send(piece)
                self._arrived(letter.to, before)
            except _NOTHING_ARRIVED as error:
                if isinstance(error, Unreachable) and error.sent is None:
                    self._meter.left(letter.to, taken=False)
                if begun:
                    self.slow_down(letter.to, error)
                    raise Unreachable from None
                raise
            begun = True
        return message_id, piece.attachments

    async def files(self, channel: Channel, claimed: Claimed, files: Sequence[Attachment]) -> None:
        """What was enclosed follows, quietly. The letter has arrived: a file that does not is only noted."""
        for file in files:
            try:
                await self._file(channel, claimed.letter, file)
            except (SendError, Stopped) as error:
                log.warning("file not sent letter=%s kind=%s", claimed.id, type(error).__name__)
                self.slow_down(claimed.letter.to, error)
            except Exception:
                log.exception("file not sent letter=%s", claimed.id)

    async def _file(self, channel: Channel, letter: Letter, file: Attachment) -> None:
        """Send one file, once more if the platform only asked for a little patience. Raises SendError, Stopped."""
        await self.turn(letter)
        before = self._meter.refusals(letter.to)
        try:
            await channel.send_file(letter.to, file)
            self._arrived(letter.to, before)
        except Throttled as error:
            if error.seconds > _PATIENCE:
                raise
            self.slow_down(letter.to, error)
            if self._pacers.of(letter.to) is None:
                await asyncio.sleep(error.seconds)
            await self.turn(letter)
            await channel.send_file(letter.to, file)
            self._arrived(letter.to, before)

    def _arrived(self, to: Address, refusals: int) -> None:
        """`refusals` of before the send: what began before one of them does not contradict it."""
        self._meter.left(to, taken=self._meter.refusals(to) == refusals)
        pacer = self._pacers.of(to)
        if pacer is not None:
            pacer.arrived(to)

    def slow_down(self, to: Address, error: Exception) -> None:
        """If the platform asked for patience, the gate has it."""
        pacer = self._pacers.of(to)
        if pacer is not None and isinstance(error, Throttled):
            pacer.hold(None if error.whole_channel else to, error.seconds)
