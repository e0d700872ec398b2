"""The same month as over the page, over Telegram: the same people hear the same things at the same minutes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios import test_month as page
from tests.scenarios.commune import GROUP, MEMBERS, NAMES
from tests.scenarios.transcript import kinds, says, table
from tests.telegram.botapi import Limits
from tests.telegram.town import Town, opened

# On the page the secretary writes once before linking; the elder has to press Start before writing at all.
GOT = page.GOT | {
    "secretary": ["10/11 09:00 consent?, consent?, welcome, rule?, rule saved", *page.GOT["secretary"][1:]],
    "elder": ["19/11 20:00 stranger"],
}


@pytest.fixture
async def town(database_url: str, tmp_path: Path, mode: str) -> AsyncIterator[Town]:
    async with opened(database_url, tmp_path, mode, day=None) as telegram:
        yield telegram


@pytest.mark.parametrize(
    ("mode", "database_url"),
    [("polling", "sqlite"), ("webhook", "sqlite"), ("webhook", "postgres")],
    indirect=["database_url"],
)
async def test_a_cell_goes_through_its_month_on_telegram(town: Town) -> None:
    await the_month(town)


async def test_the_same_month_never_breaks_a_limit_of_telegram(sqlite_url: str, tmp_path: Path) -> None:
    """In real time: one message a second to a chat, thirty over all, twenty a minute to a group."""
    async with opened(sqlite_url, tmp_path, day=None, rate=30) as strict:
        strict.server.limits = Limits(chat_burst=1)
        await the_month(strict)
        assert strict.server.floods == []


async def the_month(town: Town) -> None:
    await people_arrive(town)
    await page.the_days_are_set(town)
    await page.the_notice_goes_out(town)
    the_buttons_have_colours(town)
    await page.members_answer(town)
    await page.the_unanswered_are_reminded(town)
    await page.the_liaison_brings_the_news(town)
    await page.the_evening_before(town)
    await page.the_roll_is_called_in_one_line(town)
    await page.the_list_is_closed(town)
    await page.the_meeting_is_written_down(town)
    await page.the_committees_get_their_digest(town)

    everything = await town.everything()
    assert says(everything["elder"].pop(0).text, "start")
    assert {chat: table(said) for chat, said in everything.items()} == GOT
    assert not [name for name in NAMES.values() if name in everything[GROUP].text]
    assert "bản Ten" not in "".join(everything[one].text for one in (*MEMBERS, GROUP) if one in everything)
    assert all(one.is_answered for one in town.server.presses.values())
    assert town.server.log.refused == []


async def people_arrive(town: Town) -> None:
    """By the link of the printed slip; consent by its button; the group by a command that names the bot."""
    asked = await town.link("secretary")
    assert asked.choices == ["Đồng ý", "Không đồng ý"]
    assert kinds(await town.say("secretary", "1")) == ["consent?"]
    await town.press("secretary", "Đồng ý")
    await town.join(*page.AGREEING)
    await town.link("hesitant")
    await town.link("refuser")
    await town.press("refuser", "Không đồng ý")
    town.person("elder").start()
    await town.link_group()


def the_buttons_have_colours(town: Town) -> None:
    notice = town.person("deputy").chat.showing("Có dự")
    assert notice.styles == {"Có dự": "success", "Vắng, có lý do": "danger"}
