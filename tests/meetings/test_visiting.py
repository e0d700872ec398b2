"""What a year owes, and which evenings an official can give (domain.md 11)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.period import Period
from meetings.records import Assignment, Meeting
from meetings.terms import Kind, MeetingId, PersonId, State, UnitId
from meetings.visiting import Outing, Progress, longest_unvisited, months_in, owed_in, same_evening

EVENING = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
YEAR = 2026


def term(
    visits: int | None, since: date | None = None, until: date | None = None, *, cell: int = 1
) -> Assignment:
    return Assignment(PersonId(1), UnitId(cell), visits, since, until)


def meeting(number: int, starts_at: datetime = EVENING) -> Meeting:
    return Meeting(
        id=MeetingId(number),
        cell=UnitId(number),
        kind=Kind.REGULAR,
        period=Period(2026, 11),
        starts_at=starts_at,
        place="Nhà văn hoá",
        state=State.PLANNED,
        revision=1,
        created_at=EVENING,
        announced_at=None,
        on_hold=False,
    )


@pytest.mark.parametrize(
    ("terms", "quota", "owed"),
    [
        ([], 3, 0),
        ([term(None)], 3, 3),
        ([term(None), term(None, cell=2)], 3, 3),
        ([term(2)], 3, 2),
        ([term(2), term(2, cell=2)], 3, 4),
        ([term(1), term(None, cell=2)], 3, 3),
        ([term(12), term(None, cell=2)], 3, 12),
        ([term(0)], 3, 0),
        ([term(12, date(2026, 7, 1))], 3, 6),
        ([term(2, date(2026, 9, 1))], 3, 2),
        ([term(3, date(2026, 11, 15))], 3, 2),
        ([term(24, date(2026, 12, 1))], 3, 2),
        ([term(2, None, date(2025, 12, 31))], 3, 0),
        ([term(2, date(2026, 1, 1), date(2026, 6, 30)), term(4, date(2026, 7, 1))], 3, 4),
    ],
)
def test_the_assignments_say_how_often_or_the_quota_of_the_role(
    terms: list[Assignment], quota: int, owed: int
) -> None:
    assert owed_in(YEAR, terms, quota) == owed


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (None, None, 12),
        (date(2026, 1, 31), date(2026, 2, 1), 2),
        (date(2025, 5, 1), date(2026, 1, 1), 1),
        (date(2027, 1, 1), None, 0),
        (None, date(2025, 12, 31), 0),
        (date(2026, 12, 31), None, 1),
    ],
)
def test_a_month_counts_with_one_day_of_it(since: date | None, until: date | None, months: int) -> None:
    assert months_in(YEAR, term(1, since, until)) == months


@given(visits=st.integers(0, 99), since=st.dates(date(2024, 1, 1), date(2028, 1, 1)))
def test_nobody_owes_more_than_was_agreed_and_all_of_it_in_a_whole_year(visits: int, since: date) -> None:
    assert 0 <= owed_in(YEAR, [term(visits, since)], 0) <= visits
    if since <= date(2026, 1, 31):
        assert owed_in(YEAR, [term(visits, since)], 0) == visits


def test_progress_never_owes_less_than_nothing() -> None:
    assert (Progress(2, 3).reached, Progress(2, 3).left) == (False, 1)
    assert (Progress(4, 3).reached, Progress(4, 3).left) == (True, 0)


@pytest.mark.parametrize(("hours", "same"), [(0, True), (1, True), (3, True), (4, False), (11, False)])
def test_a_morning_and_an_evening_can_be_given_to_two_cells(hours: int, same: bool) -> None:
    later = EVENING + timedelta(hours=hours)
    assert same_evening(EVENING, later) is same_evening(later, EVENING) is same


def test_the_cell_nobody_saw_goes_first_and_takes_the_evening() -> None:
    seen = Outing(meeting(1), EVENING - timedelta(days=30))
    never = Outing(meeting(2), None)
    long_ago = Outing(meeting(3, EVENING + timedelta(days=1)), EVENING - timedelta(days=200))
    assert longest_unvisited([seen, never, long_ago], []) == [never, long_ago]
    assert longest_unvisited([seen, never, long_ago], [EVENING]) == [long_ago]


_OUTINGS = st.lists(
    st.builds(
        lambda number, hours, last: Outing(
            meeting(number, EVENING + timedelta(hours=hours)),
            None if last is None else EVENING - timedelta(days=last),
        ),
        st.integers(1, 50),
        st.integers(0, 48),
        st.none() | st.integers(1, 400),
    ),
    max_size=12,
    unique_by=lambda one: one.meeting.id,
)


@given(outings=_OUTINGS, taken=st.lists(st.integers(0, 48), max_size=3))
def test_whatever_is_proposed_can_all_be_done(outings: list[Outing], taken: list[int]) -> None:
    busy = [EVENING + timedelta(hours=hours) for hours in taken]
    found = longest_unvisited(outings, busy)
    starts = busy + [one.meeting.starts_at for one in found]
    for place, one in enumerate(starts[len(busy) :], len(busy)):
        assert not any(same_evening(one, other) for other in starts[:place])
    left = [one for one in outings if one not in found]
    assert all(any(same_evening(one.meeting.starts_at, at) for at in starts) for one in left)
    assert longest_unvisited(reversed(outings), busy) == found


def test_of_two_that_were_never_seen_the_sooner_one_goes_first() -> None:
    later = replace(meeting(1), starts_at=EVENING + timedelta(days=3))
    assert [
        one.meeting.id for one in longest_unvisited([Outing(later, None), Outing(meeting(2), None)], [])
    ] == [
        2,
        1,
    ]
