"""`keng digest --json` of a whole year, month by month, beside a table that a calculator can check."""

import asyncio
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.forks import run_keng
from tests.year.play import COMMUNE, HERE, Year

MONTHS = [f"2024-{month:02}" for month in range(1, 13)]
COUNTS = ("roll", "expected", "present", "excused", "unexcused", "awaiting", "extra", "guests")
Table = dict[str, dict[str, dict[str, str]]]


def expected() -> Table:
    """By month and cell (`C1`, `C1 thematic`, `total`), the columns of `expected.md` but the last two."""
    months: Table = {}
    names: list[str] = []
    for line in (HERE / "expected.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            months[line[3:]] = {}
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| cell"):
            names = cells
        elif line.startswith("| ") and names and months:
            row = dict(zip(names, cells, strict=True))
            months[list(months)[-1]][row.pop("cell")] = row
    return months


def told(figures: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What the command printed, in the columns of the table."""
    found = {}
    for cell in figures["cells"]:
        found[cell["code"]] = _columns(cell)
        found |= {f"{cell['code']} {other['kind']}": _columns(other) for other in cell["others"]}
    total = figures["total"]
    found["total"] = _columns(total | {"state": f"{total['closed']} of {total['cells']}"})
    return found


def _columns(line: dict[str, Any]) -> dict[str, str]:
    shown = {name: "" if line[name] is None else str(line[name]) for name in (*COUNTS, "rate")}
    late = "late" if line.get("held_late") else ""
    return {"state": line["state"], **shown, "late": late, "amendment": str(line.get("amendment") or "")}


def keng_digest(home: Path, month: str) -> dict[str, Any]:
    words = ("digest", "--unit", COMMUNE, "--month", month, "--json")
    ran = run_keng(home, *words, KENG_POLICY=str(HERE / "policy.toml"))
    assert (ran.status, ran.err) == (0, [])
    figures: dict[str, Any] = json.loads("\n".join(ran.out))
    return figures


def test_every_month_is_told_as_the_table_has_it(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "keng.db")
    asyncio.run(Year(f"sqlite+aiosqlite:///{tmp_path / 'keng.db'}", tmp_path).play())
    with ThreadPoolExecutor(4) as several:
        digests = list(several.map(lambda month: keng_digest(tmp_path, month), MONTHS))
    for month, digest in zip(MONTHS, digests, strict=True):
        figures, table = told(digest), expected()[month]
        assert set(figures) == set(table), month
        for name, row in table.items():
            known = {column: value for column, value in row.items() if column in figures[name]}
            assert figures[name] == known, (month, name)


@pytest.mark.parametrize("month", MONTHS)
def test_the_table_itself_adds_up(month: str) -> None:
    """Absent are those not present; the total is a sum of the closed cells, its rate a rate of sums."""
    rows = expected()[month]
    total, closed = rows["total"], []
    for name, row in rows.items():
        if row["state"] == "closed" and "thematic" not in name:
            closed.append(row)
        if row["roll"]:
            absent = sum(int(row[one]) for one in ("excused", "unexcused", "awaiting"))
            assert int(row["expected"]) == int(row["present"]) + absent, name
            if name != "total":
                assert int(row["expected"]) == _reckoned(row["expected is"]), name
    assert total["state"] == f"{len(closed)} of 5"
    assert all(int(total[one]) == sum(int(row[one]) for row in closed) for one in COUNTS)


def _reckoned(sum_in_words: str) -> int:
    """`12 - 1 exempt + 1 in`: the roll, and who is taken from it or added to it."""
    words = sum_in_words.split()
    return int(words[0]) + sum(
        (1 if sign == "+" else -1) * int(number) for sign, number in pairwise(words) if sign in "+-"
    )
