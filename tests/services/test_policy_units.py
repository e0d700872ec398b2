"""Tables `[unit.CODE]`: what differs for a unit and all below it."""

from pathlib import Path

import pytest

from services.policy import BadPolicy, Policy, load_policy

TABLES = """
[attendance]
target_percent = 80

[unit.X01.attendance]
target_percent = 75
extra = "both"

[unit."X01-CB1".attendance]
target_percent = 70

[unit."X01-CB1".quiet]
start = 20:00:00
"""


def own(path: Path, text: str) -> Policy:
    file = path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    return load_policy(file)


@pytest.mark.parametrize(
    ("line", "target", "extra", "quiet"),
    [
        ((), 80, "off", 21),
        (("T01", "X02"), 80, "off", 21),
        (("T01", "X01"), 75, "both", 21),
        (("T01", "X01", "X01-CB1"), 70, "both", 20),
        (("T01", "X01-CB1"), 70, "off", 20),
    ],
)
def test_a_unit_has_its_own_values_over_those_above_it(
    tmp_path: Path, line: tuple[str, ...], target: int, extra: str, quiet: int
) -> None:
    policy = own(tmp_path, TABLES).for_unit(line)
    assert policy.attendance.target_percent == target
    assert (policy.attendance.extra, policy.quiet.start.hour) == (extra, quiet)
    assert policy.steps == load_policy().steps
    assert policy.for_unit(("X01-CB1",)).attendance.target_percent == 70


def test_a_unit_may_have_a_plan_of_its_own(tmp_path: Path) -> None:
    policy = own(
        tmp_path, "[[unit.X01.step]]\nkind = 'notice'\naudience = 'members'\nday = -4\nhour = 18:00:00\n"
    )
    assert len(policy.for_unit(["X01"]).steps) == 1
    assert policy.steps == load_policy().steps


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[unit.X01.attendance]\ntarget_percent = 180\n", r"unit\.X01\.attendance\.target_percent: "),
        ("[unit.X01.attendance]\ntarget = 80\n", r"unit\.X01\.attendance\.target: "),
        ("[unit.X01]\ncolour = 1\n", r"unit\.X01\.colour: "),
        ("[unit.X01.digest]\nday = 9\n", r"unit\.X01: .*lock_day"),
        ("[unit]\nX01 = 3\n", r"unit\.X01: "),
        ("unit = 3\n", r"unit: "),
        ("[unit.X01.unit.X02]\n", r"unit\.X01\.unit: "),
    ],
)
def test_a_wrong_value_of_a_unit_is_refused_by_its_key(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(BadPolicy, match=named):
        own(tmp_path, text)


def test_tables_that_contradict_each_other_are_named_together(tmp_path: Path) -> None:
    policy = own(tmp_path, "[unit.A.digest]\nday = 8\nlock_day = 9\n[unit.B.digest]\nlock_day = 4\n")
    with pytest.raises(BadPolicy, match=r"unit\.A \+ unit\.B: .*lock_day"):
        policy.for_unit(["A", "B"])


def test_the_name_of_a_pack_fits_its_column(tmp_path: Path) -> None:
    assert own(tmp_path, f"pack = '{'p' * 40}'\n").pack == "p" * 40
    with pytest.raises(BadPolicy, match="pack"):
        own(tmp_path, f"pack = '{'p' * 41}'\n")
