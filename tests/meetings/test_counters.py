"""The two private counters (domain.md 6): its table as a table, and a slow reading of its sentences beside it."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.counters import Bounds, Counters, Level, Sitting, count_year
from meetings.period import Period
from meetings.terms import Kind, Mark, Ruling

YEAR = 2026
EARLY_A, EARLY_B = Bounds(2, 3), Bounds(3, 4)

# One letter a month, from January on.
MONTHS = {
    "P": (True, Mark.PRESENT, None),
    "O": (True, Mark.ONLINE, None),
    "E": (True, Mark.ABSENT, Ruling.EXCUSED),
    "U": (True, Mark.ABSENT, Ruling.UNEXCUSED),
    "W": (True, Mark.ABSENT, Ruling.AWAITING),
    "n": (True, Mark.ABSENT, None),  # nobody ruled, nobody said "later"
    "-": (False, None, None),  # outside the base
    "x": (False, Mark.PRESENT, None),  # outside the base and came: an extra
}


def months(letters: str, *, year: int = YEAR, kind: Kind = Kind.REGULAR) -> list[Sitting]:
    """`.` is a month without a meeting."""
    return [
        Sitting(Period(year, number), kind, *MONTHS[letter])
        for number, letter in enumerate(letters.replace(" ", ""), 1)
        if letter != "."
    ]


def counted(sittings: Iterable[Sitting], *, excused_too: bool = True) -> tuple[int, int]:
    """A and B."""
    found = count_year(sittings, YEAR, excused_too=excused_too)
    return len(found.unexcused), len(found.excused)


# The four sequences of domain.md 6.


def test_u_p_u_p_u_makes_three_unexcused_months_that_need_not_be_in_a_row() -> None:
    assert counted(months("U.U.U"))[0] == 3
    assert counted(months("UPUPU"))[0] == 3


def test_e_e_e_p_e_e_peaks_at_three() -> None:
    found = count_year(months("EEEPEE"), YEAR)
    assert (len(found.excused), len(found.running)) == (3, 2)
    assert EARLY_B.level(len(found.excused)) is Level.EARLY


def test_e_e_e_e_is_four_and_over() -> None:
    assert counted(months("EEEE"))[1] == 4
    assert EARLY_B.level(4) is Level.LIMIT


def test_e_e_no_meeting_e_e_is_four() -> None:
    assert counted(months("EE.EE"))[1] == 4


@pytest.mark.parametrize(
    ("letters", "a", "b"),
    [
        ("", 0, 0),
        ("PPPPPPPPPPPP", 0, 0),
        ("UU", 2, 0),
        ("UUU", 3, 0),
        ("UEU", 2, 1),
        ("EEUEE", 1, 2),  # an unexcused ruling ends the row
        ("EEOEE", 0, 2),  # so does presence online
        ("EE-EE", 0, 4),  # outside the base: skipped
        ("EExEE", 0, 4),  # outside the base and came: an extra is not "present"
        ("EEWEE", 0, 4),  # awaiting counts in neither, and ends nothing
        ("EEnEE", 0, 4),
        ("WWWWWW", 0, 0),
        ("U-U", 2, 0),
        ("EEEEEEEEEEEE", 0, 12),
        ("EEPEEEPE", 0, 3),
    ],
)
def test_a_year_of_regular_meetings(letters: str, a: int, b: int) -> None:
    assert counted(months(letters)) == (a, b)


@pytest.mark.parametrize(
    ("other", "a"),
    [("P", 0), ("O", 0), ("x", 0), ("U", 1), ("E", 1), ("W", 1), ("-", 1)],
)
def test_coming_to_another_meeting_of_the_cell_in_that_period_saves_the_month(other: str, a: int) -> None:
    """Also who came there without being expected. Missing it as well does not count twice."""
    assert counted([*months("U"), *months(other, kind=Kind.THEMATIC)])[0] == a


def test_another_meeting_of_another_month_saves_nothing() -> None:
    assert counted([*months("U."), *months(".P", kind=Kind.THEMATIC)])[0] == 1


def test_another_meeting_is_neither_in_the_row_nor_does_it_end_it() -> None:
    assert counted([*months("EE.EE"), *months("..P", kind=Kind.THEMATIC)])[1] == 4
    assert counted([*months("EE"), *months("EE", kind=Kind.EXTRAORDINARY)])[1] == 2


def test_a_combined_sitting_is_the_regular_one() -> None:
    assert counted(months("U", kind=Kind.COMBINED)) == (1, 0)
    assert counted([*months("E"), *months(".E", kind=Kind.COMBINED)]) == (0, 2)


def test_the_first_of_january_begins_both_anew() -> None:
    last = months("..........EU", year=YEAR - 1)
    assert counted([*last, *months("EU")]) == (1, 1)
    assert counted([*months("..........EE", year=YEAR - 1), *months("EE")]) == (0, 2)


def test_a_meeting_moved_into_the_next_month_stays_in_its_period_and_in_its_place() -> None:
    """The order is that of the period months, whatever the dates."""
    shuffled = [*months("..E"), *months(".P"), *months("E"), *months("...E")]
    assert count_year(shuffled, YEAR).excused == (Period(YEAR, 3), Period(YEAR, 4))


def test_december_held_in_january_belongs_to_the_old_year() -> None:
    december = months("...........U")
    assert counted(december)[0] == 1
    assert not count_year(december, YEAR + 1)


def test_armed_forces_on_special_duty_are_excepted_from_the_row_only() -> None:
    assert counted(months("EEEEUU"), excused_too=False) == (2, 0)


def test_of_two_rows_of_one_length_the_newer_is_named() -> None:
    found = count_year(months("EEPEE"), YEAR)
    assert found.excused == found.running == (Period(YEAR, 4), Period(YEAR, 5))


@pytest.mark.parametrize(
    ("bounds", "levels"),
    [
        (EARLY_A, [None, None, Level.EARLY, Level.LIMIT, Level.LIMIT]),
        (EARLY_B, [None, None, None, Level.EARLY, Level.LIMIT]),
        (Bounds(1, 1), [None, Level.LIMIT, Level.LIMIT, Level.LIMIT, Level.LIMIT]),
    ],
)
def test_the_levels_begin_where_the_policy_says(bounds: Bounds, levels: list[Level | None]) -> None:
    assert [bounds.level(count) for count in range(5)] == levels


def test_a_year_that_says_nothing_is_empty() -> None:
    assert not count_year(months("PPW-"), YEAR)
    assert count_year(months("PPW-"), YEAR) == Counters(YEAR)


# A slow reference that follows the sentences of domain.md 6 one after another.


def slow_a(sittings: Sequence[Sitting]) -> int:
    number = 0
    for month in range(1, 13):
        of_month = [one for one in sittings if one.period == Period(YEAR, month)]
        missed = False
        for one in of_month:
            if one.kind in (Kind.REGULAR, Kind.COMBINED) and one.expected:
                missed |= one.mark is Mark.ABSENT and one.ruling is Ruling.UNEXCUSED
        others = [one for one in of_month if one.kind not in (Kind.REGULAR, Kind.COMBINED)]
        if missed and all(one.mark not in (Mark.PRESENT, Mark.ONLINE) for one in others):
            number += 1
    return number


def slow_b(sittings: Sequence[Sitting]) -> int:
    """Every stretch of the months that count, tried one by one: is it all excused?"""
    regular = {
        one.period.month: one
        for one in sittings
        if one.period.year == YEAR and one.kind in (Kind.REGULAR, Kind.COMBINED)
    }
    line = []
    for month in range(1, 13):
        one = regular.get(month)
        if one is None or not one.expected:
            continue
        if one.mark is Mark.ABSENT and one.ruling in (None, Ruling.AWAITING):
            continue
        if one.mark is not None:
            line.append(one.mark is Mark.ABSENT and one.ruling is Ruling.EXCUSED)
    stretches = [line[start:end] for start in range(len(line)) for end in range(start, len(line) + 1)]
    return max((len(one) for one in stretches if all(one)), default=0)


def years() -> st.SearchStrategy[list[Sitting]]:
    state = st.tuples(
        st.booleans(),
        st.none() | st.sampled_from(Mark),
        st.none() | st.sampled_from(Ruling),
    )
    month = st.builds(Period, st.sampled_from([YEAR - 1, YEAR, YEAR, YEAR, YEAR + 1]), st.integers(1, 12))
    regular = st.dictionaries(
        month, st.tuples(st.sampled_from([Kind.REGULAR, Kind.COMBINED]), state), max_size=24
    ).map(lambda rows: [Sitting(period, kind, *row) for period, (kind, row) in rows.items()])
    others = st.lists(
        st.builds(
            lambda period, kind, row: Sitting(period, kind, *row),
            month,
            st.sampled_from([Kind.THEMATIC, Kind.EXTRAORDINARY]),
            state,
        ),
        max_size=6,
    )
    return st.tuples(regular, others).flatmap(lambda parts: st.permutations(parts[0] + parts[1]))


@given(years())
def test_both_counters_agree_with_a_slow_reading_of_the_rules(sittings: list[Sitting]) -> None:
    found = count_year(sittings, YEAR)
    assert len(found.unexcused) == slow_a(sittings)
    assert len(found.excused) == slow_b(sittings)


@given(years())
def test_the_months_named_are_the_months_counted(sittings: list[Sitting]) -> None:
    found = count_year(sittings, YEAR)
    for row in (found.unexcused, found.excused, found.running):
        assert list(row) == sorted(set(row))
        assert all(one.year == YEAR for one in row)
    assert len(found.running) <= len(found.excused)
    assert not set(found.unexcused) & {*found.excused, *found.running}


@given(years(), st.integers(0, 40))
def test_a_ruling_that_becomes_excused_never_raises_the_unexcused(sittings: list[Sitting], at: int) -> None:
    before = count_year(sittings, YEAR)
    changed = [
        Sitting(one.period, one.kind, one.expected, one.mark, Ruling.EXCUSED) if number == at else one
        for number, one in enumerate(sittings)
    ]
    assert set(count_year(changed, YEAR).unexcused) <= set(before.unexcused)
