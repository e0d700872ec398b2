"""The village of every scenario. A module or a test says what differs: `mode`, `rows`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from reports.roster.rows import Roster
from tests.scenarios.commune import commune
from tests.scenarios.page import Village, opened


@pytest.fixture
def mode() -> str:
    """Buttons, unless a test is parametrised."""
    return "buttons"


@pytest.fixture
def rows() -> Roster:
    """The main cell meets every 24th at 19:30, so on Tuesday, 24 November 2026."""
    return commune()


@pytest.fixture
async def village(database_url: str, tmp_path: Path, rows: Roster, mode: str) -> AsyncIterator[Village]:
    async with opened(database_url, tmp_path, rows, mode) as page:
        yield page
