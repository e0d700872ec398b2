"""The web chat's own memory: what stands in its chats. A platform of its own, kept beside our tables."""

from datetime import datetime

from sqlalchemy import select

from storage.queries import AnyRow, Queries
from storage.tables.conversation import web_message


class Transcript(Queries):
    async def add(self, bot: str, chat: str, author: str, body: str, at: datetime) -> int:
        values = {"bot": bot, "chat": chat, "author": author, "body": body, "at": at}
        return await self._add(web_message, values)

    async def of_chat(self, bot: str, chat: str, limit: int) -> list[AnyRow]:
        query = (
            select(web_message)
            .where(web_message.c.bot == bot, web_message.c.chat == chat)
            .order_by(web_message.c.id.desc())
            .limit(limit)
        )
        return list((await self._connection.execute(query)).all())[::-1]

    async def after(self, number: int, limit: int) -> list[AnyRow]:
        query = select(web_message).where(web_message.c.id > number).order_by(web_message.c.id).limit(limit)
        return list((await self._connection.execute(query)).all())
