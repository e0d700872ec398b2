"""Two people at the same moment, on a database where they do not simply take turns."""

import asyncio

import pytest

from handlers import behalf
from meetings.terms import Answer
from services import replies, schedule
from tests.scenarios.commune import CELL
from tests.scenarios.page import Village, moment
from tests.scenarios.test_told_once import acting, who, writing


@pytest.fixture
def database_url(postgres_database_url: str) -> str:
    return postgres_database_url


async def test_an_answer_given_for_somebody_does_not_outlive_a_move_of_the_same_moment(
    village: Village,
) -> None:
    """Whoever answers has the meeting; the move waits, and then asks everybody anew."""
    await village.join("secretary", "liaison")
    await village.clock("22/11 19:00")
    [meeting] = [one for one in await village.meetings(CELL) if str(one.period) == "2026-11"]

    async def move() -> None:
        async with writing(village) as uow:
            secretary = await acting(village, uow, "secretary")
            later = schedule.NewDate(moment("28/11 19:30"), meeting.place)
            await schedule.move(secretary, meeting, later)

    async with writing(village) as uow:
        liaison = await acting(village, uow, "liaison")
        found = await behalf._meeting(liaison, str(meeting.id))
        moving = asyncio.create_task(move())
        await asyncio.wait([moving], timeout=0.3)
        assert not moving.done()
        await replies.record(liaison, found, Answer.COMING, person=await who(uow, "elder"))
    await moving
    async with village.parts.database.read() as uow:
        moved = await uow.meetings.by_id(meeting.id)
        assert moved is not None
        assert moved.revision == 2
        assert await uow.answers.of_meeting(meeting.id) == {}
