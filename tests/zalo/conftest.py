"""The town of every test over Zalo, and a patience fit for tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.zalo import patience, polling, service
from tests.zalo.platform import Oddities
from tests.zalo.town import Town, opened

PAUSE = 0.02


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = (PAUSE,) * 5
    for module in (patience, polling, service):
        monkeypatch.setattr(module, "PAUSES", pauses)
    monkeypatch.setattr(polling, "_AGAIN", pauses)
    monkeypatch.setattr(polling, "_FLOOR", PAUSE)


@pytest.fixture
def mode() -> str:
    return "polling"


@pytest.fixture
def odd() -> Oddities:
    return Oddities()


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path, mode: str, odd: Oddities) -> AsyncIterator[Town]:
    """The main cell meets every 24th at 19:30."""
    async with opened(sqlite_url, tmp_path, mode, odd=odd) as zalo:
        yield zalo


@pytest.fixture
async def silent(sqlite_url: str, tmp_path: Path, mode: str, odd: Oddities) -> AsyncIterator[Town]:
    """Nobody asks for updates until the test does."""
    async with opened(sqlite_url, tmp_path, mode, odd=odd, listens=False) as zalo:
        yield zalo
