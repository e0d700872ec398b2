"""The village of every scenario. A module or a test says what differs: `mode`, `rows`."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from reports.roster.rows import Roster
from tests.scenarios.commune import commune
from tests.scenarios.house import ORDINARY
from tests.scenarios.page import START, Village, opened

_PLAYED_TWICE = {("sqlite", "numbers"), ("postgres", "buttons")}
_FOUR_TIMES = "test_month.py"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each database and each way of answering once; all four together are played by the month itself."""
    left_out = [one for one in items if _is_a_third_time(one)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if one not in left_out]


def _is_a_third_time(item: pytest.Item) -> bool:
    if item.path.parent != Path(__file__).parent or item.path.name == _FOUR_TIMES:
        return False
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    pair = (params.get("database_url"), params.get("mode"))
    return None not in pair and pair not in _PLAYED_TWICE


@pytest.fixture
def mode() -> str:
    """Buttons, unless a test is parametrised."""
    return "buttons"


@pytest.fixture
def rows() -> Roster:
    """The main cell meets every 24th at 19:30, so on Tuesday, 24 November 2026."""
    return commune()


@pytest.fixture
def policy() -> str:
    """The commune's own policy file; see there."""
    return ORDINARY


@pytest.fixture
def start() -> datetime:
    return START


@pytest.fixture
async def village(
    database_url: str, tmp_path: Path, rows: Roster, mode: str, policy: str, start: datetime
) -> AsyncIterator[Village]:
    async with opened(database_url, tmp_path, rows, mode, policy=policy, start=start) as page:
        yield page
