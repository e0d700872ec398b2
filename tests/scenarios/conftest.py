"""The village of every scenario. A module or a test says what differs: `mode`, `rows`."""

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zlib import crc32

import pytest

from reports.roster.rows import Roster
from tests.scenarios.beginnings import Beginnings
from tests.scenarios.commune import commune
from tests.scenarios.house import ORDINARY
from tests.scenarios.page import START, Village, opened
from tests.shared import shared_folder

_PAIR = {("sqlite", None), ("sqlite", "numbers"), ("postgres", "buttons")}
_ON_ALL = "test_month.py"
_WAY = ("database_url", "mode")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each scenario takes one way: buttons on PostgreSQL or numbers on SQLite, half of them each.

    Which one depends on its name alone, so it is the same tomorrow and on every machine. `--every-way` plays
    both, and so does the mark `every_way`, where the two ways differ in more than the tap; all four together
    are played by the month itself. What does not depend on the way of answering is played on SQLite: the
    queries have both databases in tests/storage and tests/services.
    """
    ours = [one for one in items if one.path.parent == Path(__file__).parent and one.path.name != _ON_ALL]
    played = [one for one in ours if _way(one)[0] is None or _way(one) in _PAIR]
    if not config.getoption("every_way"):
        played = _one_way_each(played)
    left_out = set(ours).difference(played)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if one not in left_out]


def _one_way_each(items: list[pytest.Item]) -> list[pytest.Item]:
    """One of the items of each test that differ in the way alone."""
    alike: dict[str, list[pytest.Item]] = defaultdict(list)
    for one in items:
        alike[one.nodeid if one.get_closest_marker("every_way") else _nodeid_without_way(one)].append(one)
    chosen: list[pytest.Item] = []
    for name, ways in alike.items():
        ways.sort(key=lambda one: one.nodeid)
        chosen.append(ways[crc32(name.encode()) % len(ways)])
    return chosen


def _params(item: pytest.Item) -> dict[str, object]:
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


def _way(item: pytest.Item) -> tuple[object, object]:
    """The database and the way of answering, each None where the test is not parametrised with it."""
    database, mode = (_params(item).get(name) for name in _WAY)
    return database, mode


def _nodeid_without_way(item: pytest.Item) -> str:
    if not _params(item):
        return item.nodeid
    assert isinstance(item, pytest.Function)
    name = item.nodeid.removesuffix(f"[{item.callspec.id}]")
    return f"{name}{sorted((key, at) for key, at in item.callspec.indices.items() if key not in _WAY)}"


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


@pytest.fixture(scope="session")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    """What one process of the run has played the others need not."""
    return Beginnings(shared_folder(tmp_path_factory) / "beginnings")


@pytest.fixture
async def village(
    database_url: str,
    tmp_path: Path,
    rows: Roster,
    *,
    mode: str,
    policy: str,
    start: datetime,
    beginnings: Beginnings,
) -> AsyncIterator[Village]:
    async with opened(
        database_url, tmp_path, rows, mode, policy=policy, start=start, beginnings=beginnings
    ) as page:
        yield page
