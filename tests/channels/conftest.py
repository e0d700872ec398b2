"""The same village on every platform, and what is different between them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chat.channel import Channel
from chat.events import Address, Event, Said
from tests.scenarios import page
from tests.scenarios.commune import commune
from tests.scenarios.messages import Heard
from tests.scenarios.page import Village
from tests.telegram import town as telegram
from tests.telegram.test_trouble import written as telegram_update
from tests.zalo import town as zalo
from tests.zalo.test_webhook import written as zalo_update

Forge = Callable[[str, str], Awaitable[Heard]]
HTML = "<html><h1>502 Bad Gateway</h1></html>"


@dataclass(slots=True)
class Stage:
    """One channel with a village on it.

    `twice`: somebody's words reach us, and then the same message again. `troubles`: ways in which its
    platform can fail the next message. `forge`: somebody sends a token of their own making.
    """

    village: Village
    channel: Channel
    to: Callable[[str], Address]
    twice: Callable[[str, str], Awaitable[None]]
    forge: Forge | None = None
    troubles: Sequence[Callable[[], object]] = field(default_factory=tuple)


@pytest.fixture(params=["page, buttons", "page, numbers", "telegram", "zalo"])
async def stage(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    if request.param == "telegram":
        async with telegram.opened(sqlite_url, tmp_path) as town:
            yield _telegram(town)
    elif request.param == "zalo":
        async with zalo.opened(sqlite_url, tmp_path) as hamlet:
            yield _zalo(hamlet)
    else:
        mode = request.param.rpartition(" ")[2]
        async with page.opened(sqlite_url, tmp_path, commune(), mode) as village:
            yield _page(village)


def _page(village: Village) -> Stage:
    def to(person: str) -> Address:
        return Address("web", village.bot, person)

    async def twice(person: str, words: str) -> None:
        for _ in range(2):
            await village.parts.dispatcher.receive(Event("same", to(person), person, Said(words)))
        await village.parts.sender.drain()

    channel = village.parts.sender._channels["web", village.bot]
    return Stage(village, channel, to, twice, village.press_token)


def _telegram(town: telegram.Town) -> Stage:
    def to(person: str) -> Address:
        return Address("telegram", "main", str(town.person(person).id))

    async def twice(person: str, words: str) -> None:
        update = telegram_update(town, person, words)
        assert [await town.post(update) for _ in range(2)] == [200, 200]

    server = town.server
    troubles = (
        lambda: server.fail_next("sendMessage", status=502, body=HTML),
        lambda: server.fail_next("sendMessage", status=200, body="{"),
        lambda: server.fail_next("sendMessage", status=400),
        lambda: server.fail_next("sendMessage", status=403),
        lambda: server.fail_next("sendMessage", retry_after=7),
        lambda: server.fail_next("sendMessage", "reset_before"),
    )
    return Stage(town, town.telegram.service.channel, to, twice, town.press_forged, troubles)


def _zalo(town: zalo.Town) -> Stage:
    def to(person: str) -> Address:
        return Address("zalo", "one", town.person(person).chat.id)

    async def twice(person: str, words: str) -> None:
        update = zalo_update(town, person, words)
        assert [await town.post(update) for _ in range(2)] == [200, 200]

    one = town.one
    troubles = (
        lambda: one.fail_next(status=502, body=HTML),
        lambda: one.fail_next(status=200, body="{"),
        lambda: one.fail_next(code=400),
        lambda: one.fail_next(code=403),
        lambda: one.fail_next(code=429),
        lambda: one.fail_next(how="reset"),
    )
    return Stage(town, town.service.channel, to, twice, troubles=troubles)
