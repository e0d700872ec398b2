from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.plan_check import BadPlan, check_plan
from meetings.reminders import (
    NOTICE_KINDS,
    Due,
    Early,
    Hand,
    Late,
    Quiet,
    Step,
    StepKind,
    current,
    notice_at,
    plan,
)
from meetings.terms import Audience
from services.policy import load_policy

DEFAULT_PLAN = load_policy().steps

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
QUIET = Quiet()
NEVER = Quiet(time(0), time(0))
DAY = date(2026, 12, 24)
MEMBERS, GROUP, SECRETARIES = Audience.MEMBERS, Audience.GROUP, Audience.SECRETARIES


def local(day: int, hour: str) -> datetime:
    """An hour of the meeting's day, or of a day before it, in Vietnam."""
    return datetime.combine(DAY + timedelta(day), time.fromisoformat(hour), ZONE)


START = local(0, "19:30")
LONG_AGO = local(-40, "08:00")


def schedule(
    created: datetime = LONG_AGO, *, start: datetime = START, announced: datetime | None = None
) -> list[Due]:
    return plan(start, created, DEFAULT_PLAN, ZONE, quiet=QUIET, hand=Hand(announced))


def shown(dues: list[Due]) -> list[tuple[str, int, str]]:
    """Kind, day and local hour of each due, sorted for comparison."""
    return sorted((kind, day, hour) for kind, day, hour, _ in addressed(dues))


def addressed(dues: list[Due]) -> list[tuple[str, int, str, str]]:
    """The same with the audience."""
    rows = [(due, due.at.astimezone(ZONE)) for due in dues]
    return sorted(
        (due.step.kind.value, (at.date() - DAY).days, f"{at:%H:%M}", due.step.audience.value)
        for due, at in rows
    )


def the(dues: list[Due], kind: StepKind) -> Due:
    (due,) = [due for due in dues if due.step.kind is kind]
    return due


# The table of domain.md 4.8.

ADDRESSED = [
    ("preview", -6, "19:00", "secretaries"),
    ("notice", -5, "19:00", "members"),
    ("group_notice", -5, "19:00", "group"),
    ("invitation", -5, "19:00", "officials"),
    ("reminder", -3, "19:00", "members"),
    ("forecast", -3, "19:00", "secretaries"),
    ("relay", -2, "19:00", "liaisons"),
    ("evening", -1, "19:00", "group"),
    ("today", 0, "11:30", "members"),
]
TABLE = [row[:3] for row in ADDRESSED]


@pytest.mark.parametrize("row", ADDRESSED, ids=[f"{row[0]} to {row[3]}" for row in ADDRESSED])
def test_a_step_of_the_table_goes_out_on_its_day_to_its_audience(row: tuple[str, int, str, str]) -> None:
    assert addressed(schedule()).count(row) == 1


def test_an_evening_meeting_gets_the_steps_of_the_table_and_no_others() -> None:
    assert addressed(schedule()) == sorted(ADDRESSED)


def test_dues_are_aware_utc_and_oldest_first() -> None:
    dues = schedule()
    assert [due.at for due in dues] == sorted(due.at for due in dues)
    assert {due.at.tzinfo for due in dues} == {UTC}
    assert the(dues, StepKind.NOTICE).at == datetime(2026, 12, 19, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "day", "at"), [("13:29", -1, "19:00"), ("13:30", 0, "11:30"), ("07:30", -1, "19:00")]
)
def test_the_day_itself_is_reminded_the_evening_before_an_early_meeting(hour: str, day: int, at: str) -> None:
    assert ("today", day, at) in shown(schedule(start=local(0, hour)))


def test_a_step_is_useful_until_the_next_of_its_audience_and_the_last_until_the_start() -> None:
    dues = schedule()
    assert the(dues, StepKind.NOTICE).useful_until == local(-3, "19:00")
    assert the(dues, StepKind.REMINDER).useful_until == local(0, "11:30")
    assert the(dues, StepKind.TODAY).useful_until == START
    assert the(dues, StepKind.INVITATION).useful_until == START


def test_a_liaisons_step_never_expires_a_members_step() -> None:
    assert the(schedule(), StepKind.REMINDER).useful_until > the(schedule(), StepKind.RELAY).at


def test_the_preview_ends_when_the_notice_goes_out() -> None:
    assert the(schedule(), StepKind.PREVIEW).useful_until == local(-5, "19:00")


# Meetings created late.


def test_a_meeting_created_on_the_hour_of_the_preview_is_not_late() -> None:
    assert shown(schedule(local(-6, "19:00"))) == sorted(TABLE)


def test_a_late_meeting_is_previewed_at_once_and_announced_a_day_later() -> None:
    dues = schedule(local(-5, "20:15"))
    assert ("preview", -5, "20:15") in shown(dues)
    assert {("notice", -4, "20:15"), ("group_notice", -4, "20:15"), ("invitation", -4, "20:15")} < set(
        shown(dues)
    )
    assert the(dues, StepKind.PREVIEW).useful_until == local(-4, "20:15")


def test_a_meeting_created_just_after_the_preview_hour_is_announced_a_day_after_that() -> None:
    assert ("notice", -5, "19:01") in shown(schedule(local(-6, "19:01")))


def test_the_notice_of_a_late_meeting_waits_at_most_until_noon_of_the_day_before() -> None:
    dues = schedule(local(-2, "15:00"))
    assert ("preview", -2, "15:00") in shown(dues)
    assert ("notice", -1, "12:00") in shown(dues)


def test_a_meeting_created_after_that_noon_is_announced_at_once_without_a_preview() -> None:
    assert shown(schedule(local(-1, "15:00"))) == sorted(
        [
            ("notice", -1, "15:00"),
            ("group_notice", -1, "15:00"),
            ("invitation", -1, "15:00"),
            ("relay", -1, "15:00"),
            ("evening", -1, "19:00"),
            ("today", 0, "11:30"),
        ]
    )


def test_steps_the_notice_overtakes_go_with_it_to_liaisons_and_to_nobody_else() -> None:
    rows = shown(schedule(local(-3, "20:00")))  # the notice goes out at T-2 20:00
    assert ("relay", -2, "20:00") in rows
    assert [row for row in rows if row[0] == "reminder"] == []
    assert [row for row in rows if row[0] == "forecast"] == []


def test_a_meeting_created_on_its_day_is_announced_at_once_and_never_after_the_start() -> None:
    assert ("notice", 0, "18:00") in shown(schedule(local(0, "18:00")))
    assert schedule(START) == []
    assert schedule(local(3, "08:00")) == []


def test_a_late_meeting_made_at_night_is_previewed_in_the_morning() -> None:
    assert ("preview", -4, "05:30") in shown(schedule(local(-5, "23:00")))


def test_a_late_notice_never_goes_out_before_its_planned_hour() -> None:
    steps = [Step(StepKind.PREVIEW, SECRETARIES, -2), Step(StepKind.NOTICE, MEMBERS, -1)]
    assert shown(plan(START, local(-2, "19:30"), steps, ZONE, quiet=QUIET))[0] == ("notice", -1, "19:00")


def test_without_a_preview_a_meeting_is_late_when_less_than_the_wait_is_left() -> None:
    steps = [Step(StepKind.NOTICE, MEMBERS, -5, late=Late(timedelta(hours=2)))]
    assert shown(plan(START, local(-5, "17:00"), steps, ZONE, quiet=QUIET)) == [("notice", -5, "19:00")]
    assert shown(plan(START, local(-5, "17:30"), steps, ZONE, quiet=QUIET)) == [("notice", -5, "19:30")]


# Announced by hand.


def test_an_early_announcement_takes_all_three_notices_with_it_and_ends_the_preview() -> None:
    dues = schedule(announced=local(-8, "09:00"))
    assert {due.at for due in dues if due.step.kind in NOTICE_KINDS} == {local(-8, "09:00")}
    assert [due for due in dues if due.step.kind is StepKind.PREVIEW] == []
    assert ("reminder", -3, "19:00") in shown(dues)


def test_an_announcement_between_preview_and_notice_cuts_the_preview_short() -> None:
    assert the(schedule(announced=local(-6, "20:00")), StepKind.PREVIEW).useful_until == local(-6, "20:00")


def test_a_held_notice_announced_late_overtakes_the_steps_before_it() -> None:
    rows = shown(schedule(announced=local(-2, "19:00")))
    assert ("relay", -2, "19:00") in rows
    assert [row for row in rows if row[0] == "reminder"] == []
    assert ("today", 0, "11:30") in rows


def test_an_announcement_at_night_waits_for_the_morning() -> None:
    assert ("notice", -6, "05:30") in shown(schedule(announced=local(-7, "22:00")))


EARLY = local(0, "05:00")


@pytest.mark.parametrize(
    ("created", "announced"), [(LONG_AGO, local(-1, "23:00")), (local(-1, "23:00"), None)]
)
def test_what_is_announced_or_made_at_night_for_the_next_dawn_is_told_at_once(
    created: datetime, announced: datetime | None
) -> None:
    """At 05:30 the meeting has begun: better in the quiet hours than never. Nothing else goes out then."""
    rows = shown(schedule(created, start=EARLY, announced=announced))
    told = [("notice", -1, "23:00"), ("group_notice", -1, "23:00"), ("invitation", -1, "23:00")]
    assert [row for row in rows if row[0] != "preview"] == sorted([*told, ("relay", -1, "23:00")])


@pytest.mark.parametrize(("was", "at"), [("05:00", "23:00"), ("05:30", "23:00"), ("05:31", "05:30")])
def test_moved_at_night_it_is_told_before_people_would_come_to_the_old_date(was: str, at: str) -> None:
    moved = Hand(local(-8, "23:00"), was=local(-7, was))
    dues = plan(START, LONG_AGO, DEFAULT_PLAN, ZONE, quiet=QUIET, hand=moved)
    told = {row for row in shown(dues) if row[0] in ("notice", "group_notice", "invitation")}
    assert {row[1:] for row in told} == {(-8 if at == "23:00" else -7, at)}


def test_once_the_old_date_is_over_it_is_no_reason_to_write_at_night() -> None:
    moved = Hand(local(-8, "23:00"), was=local(-8, "19:30"))
    assert ("notice", -7, "05:30") in shown(
        plan(START, LONG_AGO, DEFAULT_PLAN, ZONE, quiet=QUIET, hand=moved)
    )


@pytest.mark.parametrize(("created", "at"), [(-40, (-3, "19:00")), (-2, (-1, "09:00"))])
def test_of_a_notice_that_is_held_back_the_leaders_are_reminded_at_the_forecast_s_hour(
    created: int, at: tuple[int, str]
) -> None:
    """Made late, that hour has passed when the notice would go out: then they are reminded at that moment."""
    held = plan(START, local(created, "09:00"), DEFAULT_PLAN, ZONE, quiet=QUIET, hand=Hand(held=True))
    assert [row for row in shown(held) if row[0] == "forecast"] == [("forecast", *at)]


def test_announced_at_night_with_time_left_in_the_morning_it_waits_for_the_morning() -> None:
    dues = schedule(start=local(0, "07:30"), announced=local(-1, "23:00"))
    assert {due.at for due in dues if due.step.kind in NOTICE_KINDS} == {local(0, "05:30")}


def test_notice_at_tells_when_the_notice_goes_out() -> None:
    def when(created: datetime, announced: datetime | None = None) -> datetime | None:
        return notice_at(START, created, DEFAULT_PLAN, ZONE, quiet=QUIET, hand=Hand(announced))

    assert when(LONG_AGO) == local(-5, "19:00")
    assert when(local(-4, "08:00")) == local(-3, "08:00")
    assert when(LONG_AGO, local(-7, "08:00")) == local(-7, "08:00")
    assert when(START) is None
    assert notice_at(START, LONG_AGO, DEFAULT_PLAN[-1:], ZONE, quiet=QUIET) is None


# Quiet hours.


@pytest.mark.parametrize(
    ("at", "moved"),
    [
        (local(-1, "21:29"), local(-1, "21:29")),
        (local(-1, "21:30"), local(0, "05:30")),
        (local(-1, "23:59"), local(0, "05:30")),
        (local(0, "00:00"), local(0, "05:30")),
        (local(0, "05:29"), local(0, "05:30")),
        (local(0, "05:30"), local(0, "05:30")),
    ],
)
def test_quiet_hours_move_an_instant_to_their_end(at: datetime, moved: datetime) -> None:
    assert QUIET.shift(at, ZONE) == moved


def test_quiet_hours_may_lie_inside_one_day() -> None:
    nap = Quiet(time(12), time(13, 30))
    assert nap.shift(local(0, "12:15"), ZONE) == local(0, "13:30")
    assert nap.shift(local(0, "23:00"), ZONE) == local(0, "23:00")


def test_equal_hours_mean_no_quiet_at_all() -> None:
    assert NEVER.shift(local(0, "00:00"), ZONE) == local(0, "00:00")


def test_a_step_pushed_past_the_start_is_dropped() -> None:
    steps = [Step(StepKind.NOTICE, MEMBERS, -5), Step(StepKind.TODAY, MEMBERS, -1, time(22))]
    assert shown(plan(local(0, "05:00"), LONG_AGO, steps, ZONE, quiet=QUIET)) == [("notice", -5, "19:00")]


def test_of_two_steps_pushed_to_one_morning_the_newer_is_kept() -> None:
    steps = [
        Step(StepKind.NOTICE, MEMBERS, -5),
        Step(StepKind.REMINDER, MEMBERS, -2, time(22)),
        Step(StepKind.TODAY, MEMBERS, -2, time(23)),
    ]
    dues = plan(START, LONG_AGO, steps, ZONE, quiet=QUIET)
    assert shown(dues) == [("notice", -5, "19:00"), ("today", -1, "05:30")]


def test_a_notice_is_not_pushed_out_by_a_step_that_moved_to_it() -> None:
    steps = [Step(StepKind.NOTICE, Audience.LIAISONS, -5), Step(StepKind.RELAY, Audience.LIAISONS, -2)]
    dues = plan(START, LONG_AGO, steps, ZONE, quiet=QUIET, hand=Hand(local(-1, "08:00")))
    assert shown(dues) == [("notice", -1, "08:00")]


# After a long stop.


def test_after_a_long_stop_only_the_newest_useful_step_of_each_audience_is_left() -> None:
    now, dues = local(-1, "20:00"), schedule()
    found = {audience: current(dues, now, audience) for audience in Audience}
    assert {audience: due.step.key for audience, due in found.items() if due} == {
        Audience.MEMBERS: "reminder.3",
        Audience.GROUP: "evening.1",
        Audience.SECRETARIES: "forecast.3",
        Audience.OFFICIALS: "invitation.5",
        Audience.LIAISONS: "relay.2",
    }


def test_nothing_is_current_before_the_first_step_or_from_the_start_on() -> None:
    for now in (local(-7, "08:00"), START, local(1, "08:00")):
        assert [current(schedule(), now, audience) for audience in Audience] == [None] * 5


# Reading a plan.


def test_the_default_plan_passes_the_check() -> None:
    check_plan(DEFAULT_PLAN)


NOTICE = Step(StepKind.NOTICE, MEMBERS, -5)


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([Step(StepKind.REMINDER, MEMBERS, 1)], "after the day"),
        ([Step(StepKind.TODAY, MEMBERS, 0, early=Early(day=1))], "after the day"),
        ([Step(StepKind.REMINDER, MEMBERS, -1), Step(StepKind.TODAY, MEMBERS, -1)], "one instant"),
        (
            [Step(StepKind.REMINDER, MEMBERS, -3, time(7)), Step(StepKind.REMINDER, MEMBERS, -3, time(19))],
            "one kind, audience and day",
        ),
        (
            [Step(StepKind.REMINDER, MEMBERS, -1), Step(StepKind.TODAY, MEMBERS, 0, time(11, 30), Early())],
            "one instant",
        ),
        ([DEFAULT_PLAN[0], DEFAULT_PLAN[0]], "one kind, audience and day"),
        ([Step(StepKind.TODAY, MEMBERS, 0)], "nobody would be told"),
        ([], "nobody would be told"),
        ([Step(StepKind.NOTICE, MEMBERS, 0, time(6))], "comes too late"),
        ([Step(StepKind.REMINDER, MEMBERS, -6)], "not after the notice"),
        ([Step(StepKind.FORECAST, SECRETARIES, -5)], "not after the notice"),
        ([Step(StepKind.GROUP_NOTICE, GROUP, -5, time(18))], "not after the notice"),
        ([Step(StepKind.REMINDER, MEMBERS, 0, time(11), Early(day=-6))], "not after the notice"),
        ([Step(StepKind.PREVIEW, SECRETARIES, -5)], "preview that is not before"),
    ],
)
def test_a_plan_that_cannot_work_is_refused(steps: list[Step], why: str) -> None:
    has_own = why in ("nobody would be told", "comes too late")
    with pytest.raises(BadPlan, match=why):
        check_plan(steps if has_own else [NOTICE, *steps])


@pytest.mark.parametrize("kind", StepKind)
def test_a_step_speaks_only_to_those_its_words_are_for(kind: StepKind) -> None:
    """A forecast names people: it must not go to members, and no text of totals to one of them."""
    [allowed] = {step.audience for step in DEFAULT_PLAN if step.kind is kind}
    for audience in set(Audience) - {allowed}:
        with pytest.raises(BadPlan, match=f"{kind} speaks to {allowed} only, not to {audience}"):
            check_plan([NOTICE, Step(kind, audience, -4)])


@pytest.mark.parametrize(("kind", "day"), [("evening", -2), ("evening", 0), ("today", -2)])
def test_words_of_tomorrow_or_today_have_their_days(kind: str, day: int) -> None:
    [audience] = {step.audience for step in DEFAULT_PLAN if step.kind == kind}
    with pytest.raises(BadPlan, match=f"the words of {kind} are true on day"):
        check_plan([NOTICE, Step(StepKind(kind), audience, day)])


def test_two_audiences_may_share_an_instant() -> None:
    check_plan([NOTICE, Step(StepKind.REMINDER, MEMBERS, -3), Step(StepKind.FORECAST, SECRETARIES, -3)])


def test_what_goes_with_the_notice_may_have_its_instant() -> None:
    check_plan([NOTICE, Step(StepKind.GROUP_NOTICE, GROUP, -5), Step(StepKind.RELAY, Audience.LIAISONS, -5)])


def test_a_bad_plan_names_the_steps_at_fault() -> None:
    twins = [NOTICE, Step(StepKind.REMINDER, MEMBERS, -1), Step(StepKind.TODAY, MEMBERS, -1)]
    with pytest.raises(BadPlan, match=r"reminder\.1, today\.1"):
        check_plan(twins)


# Whatever the instants.

INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
OFFSETS = st.timedeltas(timedelta(days=-20), timedelta(days=5))


@st.composite
def schedules(draw: st.DrawFn) -> tuple[datetime, datetime, list[Due]]:
    start = draw(INSTANTS)
    created = start + draw(OFFSETS)
    announced = draw(st.none() | OFFSETS.map(lambda offset: start + offset))
    steps = draw(st.just(list(DEFAULT_PLAN)) | st.lists(any_step(), max_size=8))
    return start, created, plan(start, created, steps, ZONE, quiet=QUIET, hand=Hand(announced))


def any_step() -> st.SearchStrategy[Step]:
    hours = st.times().map(lambda hour: hour.replace(microsecond=0))
    return st.builds(
        Step,
        st.sampled_from(StepKind),
        st.sampled_from(Audience),
        st.integers(-9, 0),
        hours,
        st.none() | st.just(Early()),
    )


@given(schedules())
def test_every_due_is_useful_before_the_start_and_at_night_only_where_the_morning_is_too_late(
    made: tuple[datetime, datetime, list[Due]],
) -> None:
    start, _, dues = made
    for due in dues:
        assert due.at < due.useful_until <= start
        morning = QUIET.shift(due.at, ZONE)
        assert morning == due.at or morning >= start


@given(schedules())
def test_the_dues_of_one_audience_never_overlap(made: tuple[datetime, datetime, list[Due]]) -> None:
    for audience in Audience:
        mine = [due for due in made[2] if due.step.audience is audience]
        assert all(older.useful_until <= newer.at for older, newer in pairwise(mine))


@given(schedules())
def test_nothing_but_the_preview_goes_out_before_the_notice(
    made: tuple[datetime, datetime, list[Due]],
) -> None:
    dues = made[2]
    notices = [due.at for due in dues if due.step.kind in NOTICE_KINDS]
    for due in dues:
        if notices and due.step.kind is not StepKind.PREVIEW:
            assert due.at >= min(notices)


@given(INSTANTS, OFFSETS)
def test_a_meeting_made_in_time_is_always_announced_and_never_before_it_was_made(
    start: datetime, offset: timedelta
) -> None:
    created = start + offset
    dues = schedule(created, start=start)
    assert all(due.at >= created for due in dues)
    if created < start:
        assert {due.step.kind for due in dues} >= NOTICE_KINDS


@given(schedules(), OFFSETS)
def test_an_audience_has_at_most_one_current_step(
    made: tuple[datetime, datetime, list[Due]], offset: timedelta
) -> None:
    start, _, dues = made
    now = start + offset
    for audience in Audience:
        due = current(dues, now, audience)
        useful = [d for d in dues if d.step.audience is audience and d.at <= now < d.useful_until]
        assert useful == ([due] if due else [])
