"""A demo inside this process: its page is served, its sender works, and its platform can be broken."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bot.app import working
from bot.channels.webchat.routes import Page
from bot.demo.play import Demo, begin
from bot.web import serving, web_app
from reports.roster.template import write_roster
from tests.scenarios.commune import commune
from tests.scenarios.page import Village


@asynccontextmanager
async def staged(folder: Path, bot: str = "buttons") -> AsyncIterator[tuple[Demo, Village]]:
    """The village of the scenarios as the demo plays it."""
    roster, rows = folder / "village.xlsx", commune()
    write_roster(roster, rows)
    demo = await begin(folder / "demo", roster, lambda: None)
    everybody = [one.code for one in rows.people] + [one.person for one in rows.officials]
    demo.stage.phones.tell("a page with all phones", everybody)  # nobody acts but those of the test
    parts = demo.parts
    page = Page(parts.board, parts.hub, demo.stage, parts.dispatcher.receive)
    app = web_app(parts, [*demo.switches.routes(), *page.routes()])
    try:
        async with working(parts), serving(app, "127.0.0.1", 0) as server:
            port = server.servers[0].sockets[0].getsockname()[1]
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                yield demo, Village(bot, parts, demo.stage, demo.clock, folder, client)
    finally:
        await parts.database.close()
