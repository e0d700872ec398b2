"""The rule packs: every value of domain.md 17 with its source, and a commune's own values laid over them."""

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from meetings.period import Period
from services.policy import BUILT_IN, BadPolicy, Policy, load_policy
from services.policy_layers import packs

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EXAMPLE = Path(__file__).parents[2] / "docs" / "policy.example.toml"
CENTRE, BEFORE = "42-HD/BTCTW", "12-HD/BTCTW"
JUDGED = "our judgement"

# domain.md 17, row by row: our key, the value of vn-2025-10, the value of vn-2018-07, what the source names.
ROWS = [
    ("meetings.regular_per_month", 1, 1, "Đ.24"),
    ("meetings.thematic_per_quarter", 1, 1, "08-QĐ/TU"),
    ("meetings.min_minutes", 90, 90, CENTRE),
    ("meetings.min_minutes_combined", 120, 120, CENTRE),
    ("meetings.min_minutes_small_cell", None, None, CENTRE),
    ("preparation.docs_on_app_days_before", 1, None, CENTRE),
    ("preparation.assign_days_before", 10, 10, JUDGED),
    ("preparation.premeeting_days_before", 7, 7, JUDGED),
    ("preparation.notify_official_in_charge", True, False, CENTRE),
    ("preparation.auto_announce", True, True, JUDGED),
    ("attendance.target_percent", 85, 85, BEFORE),
    ("attendance.local_goal_percent", None, None, "article 004"),
    ("absences.excused_streak_max", 3, 3, BEFORE),
    ("absences.unexcused_months_year", 3, 3, "Đ.8"),
    ("absences.early_unexcused", 2, 2, JUDGED),
    ("absences.early_excused", 3, 3, JUDGED),
    ("cell.min_official_members", 3, 3, "Đ.24"),
    ("cell.committee_from", 9, 9, "Đ.24"),
    ("score.good", 90, 90, "Phú Thọ"),
    ("score.fair", 70, 70, "Phú Thọ"),
    ("score.average", 50, 50, "Phú Thọ"),
    ("visits.quota.executive", 3, 3, "article 004"),
    ("visits.quota.standing", 2, 2, "article 004"),
    ("visits.sample_b.province", 2, 2, "776-QĐ/TU"),
    ("visits.sample_b.district", 6, 6, "776-QĐ/TU"),
    ("visits.sample_b.commune", 6, 6, "776-QĐ/TU"),
    ("meetings.residence_contact_per_year", 2, 2, "article 001"),
    ("online.allowed", False, False, "03-HD/TW"),
    ("quiet.start", time(21, 30), time(21, 30), JUDGED),
    ("quiet.end", time(5, 30), time(5, 30), JUDGED),
    ("late.wait_hours", 24, 24, JUDGED),
    ("late.day", -1, -1, JUDGED),
    ("late.hour", time(12), time(12), JUDGED),
    ("rollcall.undo_hours", 24, 24, JUDGED),
    ("chase.recorded_days", [1, 3, 7], [1, 3, 7], JUDGED),
    ("chase.no_plan_day", 20, 20, JUDGED),
    ("chase.no_plan_commune_day", 26, 26, JUDGED),
    ("digest.day", 2, 2, JUDGED),
    ("digest.lock_day", 5, 5, JUDGED),
    ("rights.data_reply_workdays", 2, 2, "356/2025"),
    ("rights.withdrawal_days", 15, 15, "356/2025"),
    ("messages.warn_percent", 80, 80, JUDGED),
    ("messages.optional_percent", 95, 95, JUDGED),
    ("messages.member_talk", 2, 2, JUDGED),
    ("messages.leader_talk", 30, 30, JUDGED),
    ("retention.reasons_days", 90, 90, JUDGED),
    ("retention.names_months", 24, 24, JUDGED),
    ("cell.probation_months", 12, 12, "Đ.5"),
]
PLAN = [
    (-6, time(19), "preview", "secretaries"),
    (-5, time(19), "notice", "members"),
    (-5, time(19), "group_notice", "group"),
    (-5, time(19), "invitation", "officials"),
    (-3, time(19), "reminder", "members"),
    (-3, time(19), "forecast", "secretaries"),
    (-2, time(19), "relay", "liaisons"),
    (-1, time(19), "evening", "group"),
    (0, time(11, 30), "today", "members"),
]


def own(path: Path, text: str) -> Path:
    file = path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    return file


def of_pack(name: str, path: Path) -> Policy:
    return load_policy(own(path, f'pack = "{name}"\n'))


@pytest.mark.parametrize(("key", "now", "before", "named"), ROWS, ids=[row[0] for row in ROWS])
def test_a_value_of_the_domain_stands_in_both_packs_with_its_source(
    tmp_path: Path, key: str, now: object, before: object, named: str
) -> None:
    for pack, value in (("vn-2025-10", now), ("vn-2018-07", before)):
        [shown] = [one for one in of_pack(pack, tmp_path).values() if one.key == key]
        assert shown.value == value
        assert named in shown.source
        assert (shown.layer.name if shown.layer else None) == (None if value is None else pack)


@pytest.mark.parametrize("pack", packs())
def test_every_value_of_a_pack_has_a_source(tmp_path: Path, pack: str) -> None:
    assert [one.key for one in of_pack(pack, tmp_path).values() if not one.source] == ["pack"]
    assert of_pack(pack, tmp_path).pack == pack


def test_the_newest_pack_is_built_in() -> None:
    assert packs() == ("vn-2018-07", "vn-2025-10")
    assert load_policy().pack == BUILT_IN == packs()[-1]


@pytest.mark.parametrize("pack", packs())
def test_the_plan_is_the_table_of_the_domain(tmp_path: Path, pack: str) -> None:
    """Before 42-HD/BTCTW nothing said that the official in charge is told."""
    plan = [(one.day, one.hour, one.kind, one.audience) for one in of_pack(pack, tmp_path).steps]
    assert plan == [row for row in PLAN if row[2] != "invitation" or pack == "vn-2025-10"]
    [early] = [one.early for one in load_policy().steps if one.early]
    assert (early.before, early.day, early.hour) == (time(13, 30), -1, time(19))


def test_a_commune_overrides_one_value_and_keeps_the_others(tmp_path: Path) -> None:
    policy = load_policy(own(tmp_path, "[attendance]\ntarget_percent = 80\n"))
    assert policy.attendance.target_percent == 80
    assert policy.digest == load_policy().digest


def test_hours_may_be_written_as_text(tmp_path: Path) -> None:
    policy = load_policy(own(tmp_path, "[quiet]\nstart = '20:00'\nend = '06:00:00'\n"))
    assert (policy.quiet.start, policy.quiet.end) == (time(20), time(6))


def test_the_example_is_a_policy_that_shows_what_can_differ() -> None:
    policy = load_policy(EXAMPLE)
    assert policy.attendance.local_goal_percent == 80
    assert policy.meetings.min_minutes_small_cell == 60
    assert [one.name for one in policy.holiday] == ["Nghỉ Tết", "Ngày hội xã"]
    assert policy.for_unit(["X01", "X01-CB3"]).online.number == "09-QĐ/ĐU"
    assert policy.for_unit(["X01", "X01-CB7"]).months.ahead == 3


def test_the_plan_in_the_example_s_comment_can_be_switched_on(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    opened = text.replace("#[[step]]", "[[step]]").replace("\n#", "\n")
    [step] = load_policy(own(tmp_path, "[[step]]" + opened.partition("[[step]]")[2])).steps
    assert (step.kind, step.audience, step.day) == ("notice", "members", -5)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="missing"):
        load_policy(tmp_path / "missing.toml")


def test_digest_and_lock_are_local_days_of_the_next_month() -> None:
    policy, december = load_policy(), Period(2026, 12)
    assert policy.digest_at(december, ZONE) == datetime(2027, 1, 2, 7, 30, tzinfo=ZONE)
    assert policy.locked_from(december, ZONE) == datetime(2027, 1, 6, tzinfo=ZONE)
    assert policy.quiet_hours.start == time(21, 30)
