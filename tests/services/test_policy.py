"""The rule pack: data with bounds, a commune's own values over it, one clear line for a wrong one."""

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from meetings.period import Period
from services.policy import BadPolicy, load_policy

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def own(path: Path, text: str) -> Path:
    file = path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_built_in_plan_is_the_table_of_the_domain() -> None:
    evening = time(19)
    assert [(one.day, one.hour, one.kind, one.audience) for one in load_policy().steps] == [
        (-6, evening, "preview", "secretaries"),
        (-5, evening, "notice", "members"),
        (-5, evening, "group_notice", "group"),
        (-5, evening, "invitation", "officials"),
        (-3, evening, "reminder", "members"),
        (-3, evening, "forecast", "secretaries"),
        (-2, evening, "relay", "liaisons"),
        (-1, evening, "evening", "group"),
        (-1, evening, "forecast", "secretaries"),
        (0, time(11, 30), "today", "members"),
    ]
    [early] = [one.early for one in load_policy().steps if one.early]
    assert (early.before, early.day, early.hour) == (time(13, 30), -1, evening)


def test_a_commune_overrides_one_value_and_keeps_the_others(tmp_path: Path) -> None:
    policy = load_policy(own(tmp_path, "[attendance]\ntarget_percent = 80\n"))
    assert policy.attendance.target_percent == 80
    assert policy.digest == load_policy().digest


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[attendance]\ntarget_percent = 180\n", "attendance.target_percent"),
        ("[attendance]\ntarget = 80\n", "attendance.target"),
        ("[digest]\nday = 31\n", "digest.day"),
        ("[digest]\nday = 9\n", "lock_day"),
        ("[quiet]\nstart = 'evening'\n", "quiet.start"),
        ("pack = 3\n", "pack"),
        ("[[step]]\nkind = 'reminder'\naudience = 'members'\nday = 2\n", "step.0.day"),
        ("not toml", "policy.toml"),
    ],
)
def test_a_wrong_value_is_refused_by_its_key(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(BadPolicy, match=named.replace(".", r"\.")):
        load_policy(own(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="missing"):
        load_policy(tmp_path / "missing.toml")


def test_digest_and_lock_are_local_days_of_the_next_month() -> None:
    policy, december = load_policy(), Period(2026, 12)
    assert policy.digest_at(december, ZONE) == datetime(2027, 1, 2, 7, 30, tzinfo=ZONE)
    assert policy.locked_from(december, ZONE) == datetime(2027, 1, 6, tzinfo=ZONE)
    assert policy.quiet_hours.start == time(21, 30)
