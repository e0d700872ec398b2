"""Tables `[unit.CODE]`: what differs for a unit and all below it."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from meetings.period import Period
from services.policy import BadPolicy, Policy, load_policy

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
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


def test_tables_that_contradict_each_other_are_named_together(tmp_path: Path) -> None:
    policy = own(tmp_path, "[unit.A.digest]\nday = 8\nlock_day = 9\n[unit.B.digest]\nlock_day = 4\n")
    with pytest.raises(BadPolicy, match=r":4: unit\.B\.digest: .*lock_day \(4\).*day \(8\)"):
        policy.for_unit(["A", "B"])


def test_a_unit_may_ask_for_another_pack_under_the_values_of_the_commune(tmp_path: Path) -> None:
    policy = own(tmp_path, "[quiet]\nstart = 20:00:00\n[unit.X02]\npack = 'vn-2018-07'\n")
    older = policy.for_unit(["T01", "X02"])
    assert (older.pack, older.preparation.docs_on_app_days_before, older.quiet.start.hour) == (
        "vn-2018-07",
        None,
        20,
    )
    assert (policy.pack, policy.preparation.docs_on_app_days_before) == ("vn-2025-10", 1)


def test_the_days_of_a_unit_come_to_those_above_it(tmp_path: Path) -> None:
    day = "[[{0}holiday]]\ndate = 2027-03-{1}\nkind = 'local'\nname = '{1}'\n"
    policy = own(tmp_path, day.format("", 15) + day.format("unit.X01.", 16) + day.format("unit.X01-C1.", 17))
    named = [one.name for one in policy.for_unit(["X01", "X01-C1"]).holiday]
    assert named == ["15", "16", "17"]
    assert [one.name for one in policy.holiday] == ["15"]


def test_a_table_over_a_table_changes_what_it_names_and_no_more(tmp_path: Path) -> None:
    policy = own(tmp_path, "[unit.X01.visits]\nquota = { standing = 4 }\n").for_unit(["X01"])
    assert (policy.visits.quota.standing, policy.visits.quota.executive) == (4, 3)


def test_what_is_thrown_away_waits_for_the_latest_lock_and_the_longest_undo(tmp_path: Path) -> None:
    policy = own(tmp_path, "[unit.A.digest]\nlock_day = 20\n[unit.B.rollcall]\nundo_hours = 48\n")
    assert policy.locked_everywhere_from(Period(2026, 11), ZONE) == datetime(2026, 12, 21, tzinfo=ZONE)
    assert policy.locked_from(Period(2026, 11), ZONE) == datetime(2026, 12, 6, tzinfo=ZONE)
    assert policy.longest_undo == timedelta(hours=48)


def test_each_value_in_force_tells_where_it_comes_from(tmp_path: Path) -> None:
    text = """
[attendance]
target_percent = 80

[unit.X01.attendance]
target_percent = 75

[unit.X01.source]
"attendance.target_percent" = "Nghị quyết 5"

[[unit."X 1".holiday]]
date = 2027-03-15
"""
    policy = own(tmp_path, text).for_unit(["T01", "X01", "X 1"])
    known = {one.key: one for one in policy.values()}
    found = {
        key: (one.value, one.layer and (one.layer.name, one.layer.unit), one.line, one.source)
        for key, one in known.items()
    }
    file = str(tmp_path / "policy.toml")
    assert found["attendance.target_percent"] == (75, (file, "X01"), 6, "Nghị quyết 5")
    assert found["holiday.1"] == ({"date": date(2027, 3, 15)}, (file, "X 1"), 11, "")
    assert found["quiet.start"][1] == ("vn-2025-10", None)
    assert found["attendance.local_goal_percent"] == (None, None, None, "article 004 (80, an example); found")
    common = {one.key: one for one in own(tmp_path, text).values()}["attendance.target_percent"]
    assert (common.value, common.line, common.source) == (80, 3, "")
