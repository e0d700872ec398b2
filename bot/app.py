"""The composition root: which pieces a process is made of, and how they start and stop."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.board import StoredBoard
from bot.channels.webchat.channel import BOTS, CHANNEL, Hub, WebChat
from bot.dispatch import Dispatcher
from bot.plans import declared, under_plan
from bot.settings import Settings
from chat.channel import Channel
from chat.tokens import Signer
from handlers import routes
from jobs import ticker
from jobs.cards import CardEditor
from jobs.clock import Clock
from jobs.outbox import Sender
from jobs.outcomes import Pace
from jobs.ticks import Ticks
from reports.catalogue import Catalogue
from services.policy import load_policy
from services.work import House
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything one process runs on."""

    database: Database
    house: House
    clock: Clock
    hub: Hub
    board: StoredBoard
    dispatcher: Dispatcher
    sender: Sender
    cards: CardEditor
    ticks: Ticks


def make_house(settings: Settings) -> House:
    """The rules, words and keys. Raises BadPolicy, and ValueError without a secret key."""
    catalogue = Catalogue(settings.zone)
    policy = load_policy(settings.policy)
    signer = Signer(settings.keys)
    return House(
        policy,
        catalogue,
        signer,
        catalogue.vocabulary(),
        language=settings.language,
        public_url=(settings.public_url or "").rstrip("/"),
        channels=declared(settings),
    )


def assemble(
    database: Database,
    house: House,
    clock: Clock,
    *,
    pace: Pace | None = None,
    more: Mapping[tuple[str, str], Channel] | None = None,
    hub: Hub | None = None,
) -> Parts:
    """Put the parts of one process together; `more` are the channels with tokens, or in place of the page's."""
    hub = hub or Hub()
    board = StoredBoard(database)
    web: Mapping[tuple[str, str], Channel] = {
        (CHANNEL, bot): WebChat(bot, board, hub, clock.now) for bot in BOTS
    }
    channels = {**web, **(more or {})}
    owner = owner_of(os.getpid())
    capabilities = {
        name: under_plan(channel.capabilities, house.channels.get(name)) for name, channel in channels.items()
    }
    house = replace(house, channels=capabilities)
    sender = Sender(database, channels, house, clock, owner, pace=pace or Pace())
    cards = CardEditor(database, channels, house, clock, sender)
    dispatcher = Dispatcher(database, house, routes(), clock, capabilities, sender)
    return Parts(database, house, clock, hub, board, dispatcher, sender, cards, Ticks(database, house, clock))


def owner_of(process: int) -> str:
    """Under which name a process of this machine takes leases."""
    return f"{socket.gethostname()}:{process}"


@asynccontextmanager
async def working(parts: Parts) -> AsyncIterator[None]:
    """Sender and ticks run while inside; leaving stops them in order and releases leases."""
    scheduler = ticker.start(parts.ticks, parts.sender.wake)
    watching = asyncio.create_task(ticker.watch(scheduler))
    sending = asyncio.create_task(parts.sender.run())
    editing = asyncio.create_task(parts.cards.run())
    try:
        yield
    finally:
        watching.cancel()
        scheduler.shutdown(wait=False)
        editing.cancel()
        sending.cancel()
        await asyncio.gather(watching, editing, sending, return_exceptions=True)
