"""`keng policy`: what is in force for a unit, and where each value comes from."""

import json
from pathlib import Path

import pytest

from tests.scenarios.commune import CELL, COMMUNE
from tests.test_cli import Machine, bare, imported, machine

__all__ = ["bare", "imported", "machine"]
TEXT = f"""
[attendance]
target_percent = 80

[unit.{CELL}.quiet]
start = 20:15:00

[unit.{CELL}.source]
"quiet.start" = "Nghị quyết 5, 12/01/2026"

[unit.NOBODY.quiet]
start = 20:00:00
"""


@pytest.fixture
def policy(bare: Machine) -> Path:
    path = bare.home / "policy.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def row(out: list[str], key: str) -> list[str]:
    """The columns of one value, which stand two blanks apart at least."""
    [line] = [line for line in out if line.split(" ")[0] == key]
    return [part.strip() for part in line.split("  ") if part.strip()]


def test_the_common_rules_need_no_database(bare: Machine) -> None:
    ran = bare.keng("policy", keys=None)
    assert (ran.status, ran.err) == (0, [])
    assert ran.out[0] == "every unit: rule pack vn-2025-10"
    assert row(ran.out, "meetings.min_minutes")[1:] == [
        "90",
        "vn-2025-10:9",
        "42-HD/BTCTW, 28/10/2025; found",
    ]
    assert row(ran.out, "meetings.min_minutes_small_cell")[1:3] == ["–", "not set"]
    assert row(ran.out, "chase.recorded_days")[1] == "1, 3, 7"
    assert row(ran.out, "step.9")[1] == "today, members, day 0, 11:30, early (13:30, day -1, 19:00)"


def test_a_step_is_shown_as_it_works(bare: Machine) -> None:
    """With the hour nobody wrote, and no invitation where the official in charge is not told."""
    (bare.home / "older.toml").write_text('pack = "vn-2018-07"\n', encoding="utf-8")
    for policy, plan in (("", 9), ("older.toml", 8)):
        out = bare.keng("policy", keys=None, **({"policy": policy} if policy else {})).out
        steps = [line for line in out if line.startswith("step.")]
        assert len(steps) == plan
        assert row(out, "step.1")[1] == "preview, secretaries, day -6, 19:00"
        assert any("invitation, officials, day -5, 19:00" in line for line in steps) == (policy == "")
    told = json.loads("\n".join(bare.keng("policy", "--json", keys=None).out))
    [first] = [one["value"] for one in told["values"] if one["key"] == "step.1"]
    assert first == {"kind": "preview", "audience": "secretaries", "day": -6, "hour": "19:00:00"}


def test_the_columns_stand_under_each_other(bare: Machine) -> None:
    out = bare.keng("policy").out[1:]
    assert len({line.index("vn-2025-10:") for line in out if "vn-2025-10:" in line}) == 1


def test_a_unit_has_its_own_values_those_of_the_file_and_those_of_the_pack(
    machine: Machine, policy: Path
) -> None:
    ran = machine.keng("policy", "--unit", CELL, policy="policy.toml")
    assert (ran.status, ran.err) == (0, [])
    assert ran.out[0] == f"{CELL} Chi bộ bản Noong: rule pack vn-2025-10"
    assert row(ran.out, "attendance.target_percent") == ["attendance.target_percent", "80", "policy.toml:3"]
    own = f"policy.toml:6 [unit.{CELL}]"
    assert row(ran.out, "quiet.start") == ["quiet.start", "20:15", own, "Nghị quyết 5, 12/01/2026"]
    above = machine.keng("policy", "--unit", COMMUNE, policy="policy.toml")
    assert row(above.out, "quiet.start")[1] == "21:30"
    assert row(above.out, "quiet.start")[2].startswith("vn-2025-10:")


def test_the_same_as_json(machine: Machine, policy: Path) -> None:
    told = json.loads("\n".join(machine.keng("policy", "--unit", CELL, "--json", policy="policy.toml").out))
    assert (told["unit"], told["pack"]) == (CELL, "vn-2025-10")
    values = {one["key"]: one for one in told["values"]}
    assert values["quiet.start"] == {
        "key": "quiet.start",
        "value": "20:15:00",
        "file": "policy.toml",
        "line": 6,
        "unit": CELL,
        "source": "Nghị quyết 5, 12/01/2026",
    }
    assert values["attendance.local_goal_percent"]["value"] is None


def test_a_unit_nobody_knows_is_named(machine: Machine) -> None:
    ran = machine.keng("policy", "--unit", "NOBODY")
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)
    assert "NOBODY" in ran.err[0]


def test_a_check_names_the_tables_of_units_that_are_not_there_yet(machine: Machine, policy: Path) -> None:
    ran = machine.keng("check", policy=str(policy))
    assert "ok   policy: no unit has the code NOBODY of [unit.NOBODY] yet" in ran.out


def test_a_check_fails_where_the_tables_of_one_line_contradict_each_other(
    machine: Machine, policy: Path
) -> None:
    policy.write_text(f"[unit.{COMMUNE}.digest]\nday = 8\nlock_day = 9\n[unit.{CELL}.digest]\nlock_day = 4\n")
    ran = machine.keng("check", policy="policy.toml")
    wrong = f"policy.toml:4: unit.{CELL}.digest: lock_day (4) lies before day (8)"
    assert f"FAIL policy: {wrong}" in ran.out
    stopped = machine.keng("run", policy="policy.toml")
    assert (stopped.status, stopped.out, stopped.err) == (1, [], [wrong])


@pytest.mark.parametrize("words", [["policy"], ["run"], ["digest", "--unit", COMMUNE, "--month", "2026-07"]])
def test_a_wrong_value_stops_every_command_with_one_line(
    machine: Machine, policy: Path, words: list[str]
) -> None:
    policy.write_text("[attendance]\ntarget_percent = 180\n")
    ran = machine.keng(*words, policy="policy.toml")
    said = (
        "policy.toml:2: attendance.target_percent: 180 is not allowed; allowed: a whole number from 0 to 100"
    )
    assert (ran.status, ran.out, ran.err) == (1, [], [said])
