"""Between 00:00 and 07:00 on the last and the first day of a month, whatever zone the server's clock is in."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from meetings.period import Period
from tests.shared import made_once, shared_folder
from tests.zones import DATELESS, DAWN, HOURS, MIDNIGHT, NEXT_DAY, TURNS

ROOT = Path(__file__).parents[1]
HERE = "Asia/Ho_Chi_Minh"
ELSEWHERE = ("UTC", "America/New_York", "Pacific/Auckland")
Lived = dict[str, dict[str, Any]]  # by local time, as text


def lived_in(zone: str, template: Path, home: Path) -> str:
    """What a process with TZ set tells of its nights."""
    home.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("KENG_")}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.zones", template, home],
        cwd=ROOT,
        env=env | {"TZ": zone, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="session")
def lives(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Lived]:
    """The life in a zone, lived by the first test of the whole run that asks for it."""

    def life(zone: str) -> Lived:
        name = zone.replace("/", "-")
        told = made_once(
            shared_folder(tmp_path_factory) / f"zone-{name}.json",
            lambda: lived_in(zone, sqlite_template, tmp_path_factory.mktemp("zones") / name),
        )
        return {moment["at"]: moment for moment in json.loads(told)}

    return cache(life)


@pytest.mark.parametrize("zone", ELSEWHERE)
def test_the_servers_own_zone_changes_nothing(zone: str, lives: Callable[[str], Lived]) -> None:
    assert list(lives(zone)) == list(lives(HERE))
    for at, moment in lives(HERE).items():
        assert lives(zone)[at] == moment


def at_(day: date, hour: time) -> str:
    return datetime.combine(day, hour).isoformat(" ", "minutes")


@pytest.mark.parametrize("first", TURNS, ids=str)
def test_the_month_turns_at_local_midnight(first: date, lives: Callable[[str], Lived]) -> None:
    """Here the digest goes out on day 1 at 06:00, and the report is locked at the end of that day."""
    for hour in HOURS:
        look_at_the_turn(lives(HERE), first, hour)


def look_at_the_turn(lived: Lived, first: date, hour: time) -> None:
    new, old = Period.of(first), Period.of(first).previous()
    sent = str(old) if hour >= time(6) else None
    for day, period, digest, locked in (
        (first - timedelta(1), old, str(old.previous()), True),
        (first, new, sent, False),
        (first + timedelta(1), new, str(old), True),
    ):
        if day > first and hour not in NEXT_DAY:
            continue
        moment = lived[at_(day, hour)]
        assert (moment["today"], moment["period"]) == (str(day), str(period))
        assert (moment["digest of"], moment["locked"]) == (digest, locked)
        furthest = period.next().next()
        for cell in (DAWN, MIDNIGHT):
            assert moment["drafted"][cell][-1].startswith(f"{furthest}: ")
        assert moment["drafted"][DATELESS] == []


@pytest.mark.parametrize(
    ("at", "cell", "told"),
    [
        ("2026-12-31 05:29", MIDNIGHT, ["closed", 1, False, 0]),  # begun at 00:30 of the last day
        ("2027-01-01 00:00", MIDNIGHT, ["closed", 1, False, 0]),
        ("2026-12-01 06:45", DAWN, ["closed", 2, False, 0]),  # held at 06:40 of the first day
        ("2027-03-01 06:45", DAWN, ["closed", 2, False, 0]),
        ("2028-03-01 06:45", DAWN, ["closed", 2, False, 0]),
        (
            "2027-03-01 00:00",
            MIDNIGHT,
            ["announced", None, False, 0],
        ),  # February's, moved to 00:20 of 1 March
        ("2027-03-01 05:29", MIDNIGHT, ["closed", 1, True, 0]),
    ],
)
def test_a_meeting_of_the_night_belongs_to_its_local_month(
    at: str, cell: str, told: list[object], lives: Callable[[str], Lived]
) -> None:
    moment = lives(HERE)[at]
    month = "2026-12" if at.startswith(("2026-12", "2027-01")) else at[:7]
    if cell == MIDNIGHT and at.startswith("2027-03"):
        month = "2027-02"
    [line] = [line for line in moment["told"][month] if line[0] == cell]
    assert line[1:] == told


@pytest.mark.parametrize(
    ("at", "letter"),
    [
        ("2026-12-01 00:00", "01/12 05:30 ban today.0 (due 30/11 19:00)"),
        ("2026-12-01 06:00", "01/12 06:00 chair digest (due 01/12 06:00)"),
        ("2026-12-01 06:00", "01/12 06:00 sang unrecorded.1 (due 01/12 06:00)"),
        ("2026-12-31 05:29", "31/12 05:30 sang thanks (due 31/12 05:29)"),
        ("2027-01-01 06:00", "01/01 06:00 chair digest (due 01/01 06:00)"),
        ("2027-02-28 06:00", "28/02 06:00 lo no_plan.2027-03.0 (due 28/02 06:00)"),
        ("2028-03-01 06:00", "01/03 06:00 chair digest (due 01/03 06:00)"),
    ],
)
def test_what_falls_due_at_night_is_written_at_its_local_hour(
    at: str, letter: str, lives: Callable[[str], Lived]
) -> None:
    assert letter in lives(HERE)[at]["letters"]


def test_nobody_is_written_to_in_the_quiet_hours(lives: Callable[[str], Lived]) -> None:
    """Unless it would be of no use after them: the night's meeting begins at half past midnight."""
    letters = [letter for moment in lives(HERE).values() for letter in moment["letters"]]
    early = [letter for letter in letters if letter[6:11] < "05:30" or letter[6:11] >= "21:30"]
    assert len(letters) > 50
    assert {letter.split()[2] for letter in early} <= {"sang", "chair"}, early


def test_a_chase_is_not_written_twice_in_a_night(lives: Callable[[str], Lived]) -> None:
    asked = [
        (at[:4], letter.split(maxsplit=2)[2])
        for at, one in lives(HERE).items()
        for letter in one["letters"]
        if any(kind in letter for kind in ("unrecorded", "no_plan", " digest"))
    ]
    assert len(asked) > 5
    assert len(asked) == len(set(asked))
