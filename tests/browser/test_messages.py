"""Every message of the catalogue on a telephone: in its bubble, with everything filled in, nothing cut off."""

import asyncio
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from jobs.clock import wall_clock
from reports.catalogue import Catalogue
from storage.database import Database
from tests.browser.demo import running_demo
from tests.browser.test_page import well_laid_out
from tests.typical import filled

CATALOGUE = Catalogue(ZoneInfo("Asia/Ho_Chi_Minh"))
# Not messages: parts of dates, typed words, the page itself, the papers.
_OTHERWISE = ("format", "words", "web", "minutes", "signing")
_A_CHAT = 150


def messages() -> list[str]:
    """The bodies of messages as the board keeps them."""
    bodies = []
    for key in CATALOGUE.keys("vi"):
        area = key.partition(".")[0]
        if area in _OTHERWISE:
            continue
        said = filled(key, CATALOGUE.entry(key, "vi"))
        words, english = (CATALOGUE.render(said, language) for language in ("vi", "en"))
        if area == "button":
            button = {"label": words, "token": "none", "style": "plain"}
            body = {"text": key, "buttons": [button], "en": {"text": key, "labels": [english]}}
        else:
            body = {"text": words, "buttons": [], "en": {"text": english, "labels": []}}
        bodies.append(json.dumps(body))
    return bodies


async def put(folder: Path, chat: str, bodies: Sequence[str]) -> None:
    database = Database(f"sqlite+aiosqlite:///{folder / '.demo' / 'keng.db'}")
    try:
        async with database.write() as uow:
            for body in bodies:
                await uow.transcript.add("buttons", chat, "bot", body, wall_clock())
            await uow.commit()
    finally:
        await database.close()


@pytest.mark.parametrize("width", [390])
def test_every_message_fits_a_telephone(browser: Browser, small_home: tuple[Path, Path], page: Page) -> None:
    every = messages()
    with running_demo(small_home[0], roster=small_home[1]) as address, ThreadPoolExecutor(1) as elsewhere:
        for number in range(0, len(every), _A_CHAT):
            chat = f"DV{20 + number // _A_CHAT:03}"
            shown = every[number : number + _A_CHAT]
            elsewhere.submit(
                asyncio.run, put(small_home[0], chat, shown)
            ).result()  # Playwright has this thread's loop
            page.goto(f"{address}#{chat}~b")
            page.reload()
            # What their own joining left is there as well.
            expect(page.locator(".message.bot").nth(len(shown) - 1)).to_be_attached()
            well_laid_out(page)
            spoken = page.locator("html").get_attribute("lang") or ""
            page.get_by_test_id("language").click()  # each chat is looked at in both languages
            expect(page.locator("html")).not_to_have_attribute("lang", spoken)
            well_laid_out(page)
        page.close()
