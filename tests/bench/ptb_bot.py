"""`python -m tests.bench.ptb_bot URL DATABASE rsvp|echo CONCURRENCY`: a plain bot of python-telegram-bot."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import uvloop
from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from tests.bench.plain import Sessions, open_sessions, record
from tests.bench.server import TOKEN

App = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE


async def echo(update: Update, _context: Context) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text(update.effective_message.text or "")


def main(url: str, database: Path, what: str, concurrency: int) -> None:
    """Poll until SIGTERM. 1 is the sequential handling that the library begins with."""
    sessions: Sessions | None = None

    async def start(_app: App) -> None:
        nonlocal sessions
        sessions = await open_sessions(database)

    async def press(update: Update, _context: Context) -> None:
        query = update.callback_query
        assert query is not None
        assert sessions is not None
        await query.answer(await record(sessions, query.from_user.id, query.data or ""))

    asyncio.set_event_loop(uvloop.new_event_loop())
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot").concurrent_updates(concurrency)
    app = builder.post_init(start).build()
    if what == "echo":
        app.add_handler(MessageHandler(filters.TEXT, echo))
    else:
        app.add_handler(CallbackQueryHandler(press, pattern="^rsvp:"))
    app.run_polling()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
