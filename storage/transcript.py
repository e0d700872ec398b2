"""The web chat's own memory: what stands in its chats. A platform of its own, kept beside our tables."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.queries import Queries
from storage.tables.conversation import web_message


@dataclass(frozen=True, slots=True)
class WebMessage:
    """One line of the web chat; `body` is JSON."""

    id: int
    bot: str
    chat: str
    author: str
    body: str
    at: datetime


class Transcript(Queries):
    async def add(self, bot: str, chat: str, author: str, body: str, at: datetime) -> int:
        values = {"bot": bot, "chat": chat, "author": author, "body": body, "at": at}
        return await self._add(web_message, values)

    async def of_chat(self, bot: str, chat: str, limit: int) -> list[WebMessage]:
        query = (
            select(web_message)
            .where(web_message.c.bot == bot, web_message.c.chat == chat)
            .order_by(web_message.c.id.desc())
            .limit(limit)
        )
        return [WebMessage(**row._mapping) for row in await self._connection.execute(query)][::-1]

    async def after(self, number: int, limit: int) -> list[WebMessage]:
        query = select(web_message).where(web_message.c.id > number).order_by(web_message.c.id).limit(limit)
        return [WebMessage(**row._mapping) for row in await self._connection.execute(query)]
