"""The web chat's board, kept in the house's database."""

from collections.abc import Iterable
from datetime import datetime

from bot.channels.webchat.channel import Entry
from storage.database import Database
from storage.transcript import WebMessage


class StoredBoard:
    """Each message is a transaction of its own: the web chat is a platform, not part of a turn."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, bot: str, chat: str, author: str, body: str, at: datetime) -> int:
        async with self._database.write() as uow:
            number = await uow.transcript.add(bot, chat, author, body, at)
            await uow.commit()
        return number

    async def of_chat(self, bot: str, chat: str, limit: int) -> list[Entry]:
        async with self._database.read() as uow:
            return _entries(await uow.transcript.of_chat(bot, chat, limit))

    async def after(self, number: int, limit: int) -> list[Entry]:
        async with self._database.read() as uow:
            return _entries(await uow.transcript.after(number, limit))


def _entries(rows: Iterable[WebMessage]) -> list[Entry]:
    return [Entry(one.id, one.bot, one.chat, one.author, one.body, one.at) for one in rows]
