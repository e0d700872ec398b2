"""`python -m tests.bench.aiogram_bot URL DATABASE CONCURRENCY`: a plain bot of aiogram."""

import asyncio
import sys
from pathlib import Path

import uvloop
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery

from tests.bench.plain import open_sessions, record
from tests.bench.server import TOKEN


async def main(url: str, database: Path, concurrency: int) -> None:
    """Poll until SIGTERM. 1 handles one update after the other; 0 as many at once as come."""
    sessions = await open_sessions(database)
    dispatcher = Dispatcher()

    @dispatcher.callback_query(F.data.startswith("rsvp:"))
    async def press(query: CallbackQuery) -> None:
        await query.answer(await record(sessions, query.from_user.id, query.data or ""))

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    await dispatcher.start_polling(
        bot,
        handle_as_tasks=concurrency != 1,
        tasks_concurrency_limit=concurrency if concurrency > 1 else None,
    )


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
