"""Files where a channel takes none: a short page of our own, or, without a public address, words alone."""

from dataclasses import replace

import pytest

from chat.capabilities import Capabilities
from chat.events import Address
from chat.replies import Enclosure
from chat.text import Text
from jobs.composing import compose, compose_files
from services import links
from services.enclosing import calendar_of
from tests.scenarios.commune import CELL, OTHER
from tests.scenarios.page import Village
from tests.storage.build import letter

PUBLIC = "https://keng.example"
WORDS_ONLY = Capabilities()


@pytest.fixture
def mode() -> str:
    return "numbers"


async def shown(village: Village, person: str, enclosure: Enclosure, public_url: str) -> str:
    """The text of a letter with a file, on a platform that takes none."""
    house = replace(village.parts.house, public_url=public_url)
    queued = replace(letter("x", Address("web", village.bot, person)), enclosures=(enclosure,))
    queued = replace(queued, text=Text("help.stranger"))
    async with village.parts.database.read() as uow:
        files = await compose_files(replace(village.work(uow), house=house), WORDS_ONLY, queued)
    return "\n".join(one.text for one in compose(house, WORDS_ONLY, queued, None, files))


async def test_a_link_is_short_absolute_and_opens_the_file(village: Village) -> None:
    await village.join("secretary", "worker")
    await village.clock("19/11 19:00")
    [meeting, *_] = await village.meetings(CELL)
    text = await shown(village, "worker", calendar_of(meeting.id), PUBLIC)
    [line] = [one for one in text.splitlines() if PUBLIC in one]
    url = line.split()[-1]
    assert url.startswith(f"{PUBLIC}/s/")
    assert len(url) <= 70
    answer = await village.client.get(url.removeprefix(PUBLIC))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")


async def test_a_link_stays_short_in_the_largest_commune(village: Village) -> None:
    """A commune of years: five digits for an account, six for a meeting."""
    await village.join("worker")
    async with village.parts.database.read() as uow:
        work = village.work(uow)
        path = await links.link_to(work, Enclosure("ics", ("123456",)), Address("web", village.bot, "worker"))
    assert len(path) <= 45


async def test_there_is_no_list_of_pages_and_asking_for_a_head_tells_nothing(village: Village) -> None:
    for path in ("/s", "/s/", "/s/index.html", "/s/../s/"):
        answer = await village.client.get(path)
        assert answer.status_code in (404, 307)
        assert "href" not in answer.text
    assert (await village.client.head("/s/x")).status_code == 404


async def test_without_a_public_address_the_words_say_what_the_file_would(village: Village) -> None:
    """Hour and place stand in the notice, every cell's figures in the digest: nothing is lost but the file."""
    await village.join("secretary", "worker", "chair")
    await village.clock("19/11 19:00")
    [meeting, *_] = await village.meetings(CELL)
    text = await shown(village, "worker", calendar_of(meeting.id), "")
    assert "/s/" not in text
    notice = (await village.messages("worker"))[-1].text
    assert "19 giờ 30, Thứ Ba, ngày 24/11/2026, tại Nhà văn hoá" in notice
    await village.clock("02/12 07:30")
    digest = (await village.messages("chair"))[-1].text
    for code in (CELL, OTHER):
        async with village.parts.database.read() as uow:
            unit = await uow.units.by_code(code)
            assert unit is not None
            assert unit.name in digest
