"""The same month as over the page, over Zalo: numbers and words, on an old telephone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios import test_month as page
from tests.zalo.platform import Oddities
from tests.zalo.town import Town, opened


@pytest.fixture
async def town(database_url: str, tmp_path: Path, mode: str, odd: Oddities) -> AsyncIterator[Town]:
    async with opened(database_url, tmp_path, mode, day=None, odd=odd) as zalo:
        yield zalo


@pytest.mark.parametrize(
    ("mode", "odd", "database_url"),
    [
        ("polling", Oddities(), "sqlite"),
        ("polling", Oddities(always_200=True, nameless=True, no_event_names=True), "sqlite"),
        ("webhook", Oddities(flat=True), "postgres"),
    ],
    ids=["polling", "polling, odd", "webhook, flat, postgres"],
    indirect=["database_url"],
)
async def test_a_cell_goes_through_its_month_on_zalo(town: Town) -> None:
    await page.the_month(town)
    assert town.one.refused == ([("deleteWebhook", 404)] if town.service.polls else [])
    assert not [one for chat in town.one.chats.values() for one in chat.said if one.extra]
    assert set(town.one.deliveries) == (set() if town.service.polls else {200})
    assert town.one.most_asking == town.service.polls
