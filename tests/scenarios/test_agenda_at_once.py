"""Two leaders change an agenda nobody has touched yet, at the same moment, where they do not simply take turns."""

import asyncio

import pytest

from services import agenda
from tests.scenarios.commune import CELL
from tests.scenarios.page import Village
from tests.scenarios.test_told_once import acting, writing


@pytest.fixture
def database_url(postgres_database_url: str) -> str:
    return postgres_database_url


async def test_the_template_is_written_down_once_and_nobody_s_heading_is_lost(village: Village) -> None:
    """Accepting what a member proposes comes without the meeting in hand: the agenda takes it itself."""
    await village.join("secretary", "deputy")
    [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]

    async def add(title: str, by: str) -> None:
        async with writing(village) as uow:
            await agenda.add_heading(await acting(village, uow, by), meeting, title)

    async with writing(village) as uow:
        secretary = await acting(village, uow, "secretary")
        template = await agenda.agenda_of(secretary, meeting)
        await agenda.add_heading(secretary, meeting, "Tu sửa đường thôn")
        adding = asyncio.create_task(add("Vệ sinh bản", "deputy"))
        await asyncio.wait([adding], timeout=0.3)
        assert not adding.done()
    await adding
    async with village.parts.database.read() as uow:
        titles = [one.title for one in await uow.headings.of_meeting(meeting.id)]
    assert len(titles) == len(set(titles)) == len(template) + 2
