"""docs/taps.md: what each job costs on each channel, and whether that is as little as was promised."""

from pathlib import Path

import pytest

from tests.effort.hall import CHANNELS, Cost, Ledger, opened
from tests.effort.jobs import an_ordinary_month, the_month
from tests.effort.reading import minutes_of_reading
from tests.scenarios.commune import commune
from tests.sources import ROOT

# At most so many taps and messages together (issue "The secretary's evening").
GOALS = {
    "answer an invitation": 1,
    "answer with a reason": 2,
    "announce": 2,
    "call the roll of 52, 3 absent": 3,
    "close the list, record end, minutes and band": 5,
    "a whole ordinary month, as the secretary": 15,
}


def written() -> dict[str, dict[str, str]]:
    """The table of the page: by job, the cost by channel."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "taps.md").read_text("utf-8").splitlines()
        if line.startswith("| ")
    ]
    names, *jobs = rows
    return {job: dict(zip(names[1:], cells, strict=True)) for job, *cells in jobs}


def shown(cost: Cost) -> str:
    """`2 taps, 1 message`, as the page has it."""
    parts = (_some(cost.taps, "tap"), _some(cost.typed, "message"))
    return ", ".join(part for part in parts if part) or "nothing"


def _some(n: int, what: str) -> str:
    return f"{n} {what}{'s' if n > 1 else ''}" if n else ""


@pytest.mark.parametrize("channel", CHANNELS)
async def test_each_job_costs_what_the_page_says(channel: str, sqlite_url: str, tmp_path: Path) -> None:
    async with opened(channel, sqlite_url, tmp_path) as hall:
        await the_month(hall)
    assert {job: shown(cost) for job, cost in hall.costs.items()} == {
        job: costs[channel] for job, costs in written().items() if job in hall.costs
    }
    assert set(hall.costs) | {"a whole ordinary month, as the secretary"} == set(written())
    within_the_goals(hall)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_an_ordinary_month_is_within_two_minutes_of_reading(
    channel: str, sqlite_url: str, tmp_path: Path
) -> None:
    async with opened(channel, sqlite_url, tmp_path, commune()) as hall:
        read = await an_ordinary_month(hall)
    name = "a whole ordinary month, as the secretary"
    assert shown(hall.costs[name]) == written()[name][channel]
    within_the_goals(hall)
    assert minutes_of_reading(read) <= 2


def within_the_goals(hall: Ledger) -> None:
    assert not {job: cost for job, cost in hall.costs.items() if cost.all > GOALS.get(job, cost.all)}
