"""The village of every scenario. A module or a test says what differs: `mode`, `rows`."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from reports.roster.rows import Roster
from tests.scenarios.commune import commune
from tests.scenarios.house import ORDINARY
from tests.scenarios.page import START, Village, opened

_PLAYED = {("sqlite", None), ("sqlite", "numbers"), ("postgres", "buttons")}
_ON_ALL = "test_month.py"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each way of answering once, each on another database; all four together are played by the month itself.

    What does not depend on the way of answering is played on SQLite: the queries have both databases in
    tests/storage and tests/services.
    """
    left_out = {one for one in items if _is_played_enough(one)}
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if one not in left_out]


def _is_played_enough(item: pytest.Item) -> bool:
    if item.path.parent != Path(__file__).parent or item.path.name == _ON_ALL:
        return False
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return "database_url" in params and (params["database_url"], params.get("mode")) not in _PLAYED


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
