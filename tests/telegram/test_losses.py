"""Somebody blocks the bot or is gone: whoever phones hears of it once, by day, in one line."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.messages import Heard
from tests.scenarios.transcript import kind, kinds, says
from tests.telegram.town import Town, opened

LOST = {"lost", "several lost"}


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened(sqlite_url, tmp_path) as telegram:
        await telegram.join("secretary", "deputy", "clerk", "worker")
        yield telegram


async def told(town: Town, person: str = "secretary") -> Heard:
    """What a leader has heard of losses, ever."""
    return Heard(one for one in await town.messages(person) if kind(one) in LOST)


async def block(town: Town, *people: str) -> None:
    for person in people:
        town.person(person).block()
    await town.settle()


async def test_the_secretary_is_told_once_and_the_deputy_not(town: Town) -> None:
    await town.clock("12/11 10:00")
    await block(town, "clerk")
    for time in ("12/11 10:20", "12/11 10:40", "12/11 18:00", "13/11 08:00", "18/11 08:00"):
        await town.clock(time)
    [said] = await told(town)
    assert says(said.text, "Cà Thị Thư", "gọi điện")
    assert said.at == "12/11 10:40"  # not before it is clear who else is gone
    assert len(said.text.splitlines()) == 1
    assert await told(town, "deputy") == []


async def test_several_of_one_day_stand_in_one_line(town: Town) -> None:
    await town.clock("12/11 10:00")
    await block(town, "clerk", "worker")
    await town.clock("12/11 11:00")
    [said] = await told(town)
    assert kind(said) == "several lost"
    assert says(said.text, "Cà Thị Thư", "Cầm Thị Vân")


async def test_who_is_lost_later_that_day_is_told_of_the_next_morning(town: Town) -> None:
    await town.clock("12/11 10:00")
    await block(town, "clerk")
    await town.clock("12/11 11:00")
    await block(town, "worker")
    await town.clock("12/11 21:00")
    assert len(await told(town)) == 1
    await town.clock("13/11 08:00")
    second = (await told(town))[1]
    assert says(second.text, "Cầm Thị Vân")
    assert "Cà Thị Thư" not in second.text


async def test_at_night_nobody_is_told(town: Town) -> None:
    await town.clock("12/11 21:29")
    await block(town, "clerk")
    await town.clock("13/11 05:00")
    assert await told(town) == []
    await town.clock("13/11 05:40")
    assert len(await told(town)) == 1


async def test_who_comes_back_and_goes_again_is_told_of_again(town: Town) -> None:
    await town.clock("12/11 10:00")
    await block(town, "clerk")
    await town.clock("12/11 11:00")
    town.person("clerk").start()
    await town.settle()
    await town.clock("14/11 10:00")
    assert len(await told(town)) == 1
    await block(town, "clerk")
    await town.clock("14/11 11:00")
    assert len(await told(town)) == 2


async def test_who_comes_back_at_once_was_never_lost(town: Town) -> None:
    await town.clock("12/11 10:00")
    await block(town, "clerk")
    town.person("clerk").start()
    await town.settle()
    await town.clock("13/11 10:00")
    assert await told(town) == []


async def test_a_deleted_account_is_found_by_writing_and_told_after(town: Town) -> None:
    town.person("clerk").deactivate()
    await town.clock("19/11 19:00")
    await town.clock("19/11 19:40")
    [said] = await told(town)
    assert says(said.text, "Cà Thị Thư")


async def test_the_deputy_hears_where_the_secretary_is_not_reached(town: Town) -> None:
    await town.clock("12/11 10:00")
    await block(town, "secretary")
    await town.clock("12/11 11:00")
    [said] = await told(town, "deputy")
    assert says(said.text, "Lò Thị Bình")
    assert await told(town) == []


async def test_nobody_is_told_of_people_without_consent(town: Town) -> None:
    await town.clock("12/11 10:00")
    await town.link("hesitant")  # never agreed
    await town.say("worker", "rút đồng ý")
    await block(town, "hesitant", "worker")
    await town.clock("13/11 10:00")
    assert await told(town) == []


async def test_with_another_account_alive_nobody_is_lost(town: Town) -> None:
    await town.clock("12/11 10:00")
    await town.says_on_page("clerk", f"start {await town.stage.slip('clerk')}")  # on the web page as well
    await town.parts.sender.drain()
    await block(town, "clerk")
    await town.clock("13/11 10:00")
    assert await told(town) == []
    assert kinds(await told(town, "deputy")) == []
