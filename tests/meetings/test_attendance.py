from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.attendance import (
    Counting,
    Entry,
    ExtraRule,
    Forecast,
    Marking,
    Outlook,
    Rate,
    Tally,
    forecast,
    in_base,
    in_roll,
    is_extra,
    label,
    tally,
    vote_base,
    votes_needed,
)
from meetings.terms import Mark, PersonId, Ruling, Standing, Status

OFF = Counting()
BOTH = Counting(extra=ExtraRule.BOTH)
PRESENT = Marking(Mark.PRESENT)
EXCUSED = Marking(Mark.ABSENT, Ruling.EXCUSED)


def entry(
    number: int, *statuses: Status, standing: Standing = Standing.OFFICIAL, away_approved: bool = True
) -> Entry:
    return Entry(PersonId(number), number, standing, frozenset(statuses), away_approved)


def all_marked(entries: list[Entry], marking: Marking) -> dict[PersonId, Marking]:
    return {each.person: marking for each in entries}


def came(present: int, expected: int) -> Tally:
    entries = [entry(number) for number in range(1, expected + 1)]
    marks = all_marked(entries[:present], PRESENT) | all_marked(entries[present:], EXCUSED)
    return tally(entries, marks)


# The worked example of domain.md 5, line by line.


def example() -> list[Entry]:
    kinds: list[tuple[int, Status | None]] = [
        (5, Status.EXEMPT),
        (2, Status.TEMPORARY_OUT),
        (1, Status.AWAY),
        (1, Status.SUSPENDED),
        (2, Status.TEMPORARY_IN),
        (26, None),
    ]
    statuses = [status for count, status in kinds for _ in range(count)]
    officials = [entry(n, *([status] if status else [])) for n, status in enumerate(statuses, 1)]
    return officials + [entry(38 + n, standing=Standing.PROBATIONARY) for n in range(3)]


def example_marks() -> dict[PersonId, Marking]:
    base = [each for each in example() if in_base(each, OFF)]
    marks = all_marked(base[:27], PRESENT)
    marks[base[27].person] = Marking(Mark.ONLINE)
    marks[base[28].person] = marks[base[29].person] = EXCUSED
    marks[base[30].person] = Marking(Mark.ABSENT)
    marks[PersonId(1)] = PRESENT  # one of the exempt came
    return marks


def test_the_example_has_a_roll_of_38_and_31_expected() -> None:
    result = tally(example(), example_marks())
    assert (result.roll, result.expected) == (38, 31)


def test_the_example_has_28_present_one_of_them_online() -> None:
    result = tally(example(), example_marks())
    assert (result.present, result.online) == (28, 1)


def test_the_example_has_3_absent_2_excused_and_1_awaiting() -> None:
    result = tally(example(), example_marks())
    assert (result.absent, result.excused, result.unexcused, result.awaiting) == (3, 2, 0, 1)
    assert result.complete


def test_the_example_is_above_85_percent() -> None:
    rate = tally(example(), example_marks()).rate
    assert (rate.tenths, rate.json, rate.above(85)) == (903, "90.3", True)


def test_the_exempt_member_who_came_is_one_extra_outside_the_rate() -> None:
    assert tally(example(), example_marks()).extra == 1


def test_with_the_setting_both_the_extra_member_makes_29_of_32() -> None:
    result = tally(example(), example_marks(), counting=BOTH)
    assert (result.present, result.expected, result.extra, result.absent) == (29, 32, 1, 3)
    assert result.rate.json == "90.6"


def test_the_official_in_charge_is_a_guest_without_effect() -> None:
    result = tally(example(), example_marks(), guests=1)
    assert result == tally(example(), example_marks()) + Tally(guests=1)
    assert result.rate == tally(example(), example_marks()).rate


def test_the_vote_base_of_the_example_is_27_and_needs_14() -> None:
    base = vote_base(example(), example_marks())
    assert (base, votes_needed(base)) == (27, 14)


# The table "Further test" of domain.md 5, as far as it is counting.


def test_17_of_20_is_85_percent_and_fails_the_strict_test() -> None:
    rate = came(17, 20).rate
    assert (rate.json, rate.above(85), rate.misses(85)) == ("85.0", False, True)


def test_199_of_234_is_shown_as_85_percent_and_passes() -> None:
    rate = came(199, 234).rate
    assert (rate.json, rate.above(85), rate.misses(85)) == ("85.0", True, False)


def test_one_excused_of_four_is_75_percent() -> None:
    result = came(3, 4)
    assert (result.present, result.expected, result.rate.json) == (3, 4, "75.0")


def test_28_of_31_and_3_of_4_together_are_a_rate_of_sums() -> None:
    assert (came(28, 31) + came(3, 4)).rate == Rate(31, 35)
    assert Rate(31, 35).json == "88.6"


def test_exempt_on_the_day_is_out_of_the_base() -> None:
    assert tally([entry(1, Status.EXEMPT)], {}) == Tally(roll=1)


def test_away_until_the_day_before_is_in_the_base() -> None:
    back = entry(1)  # on the day itself no status is in force any more
    assert in_base(back, OFF)
    assert not in_base(entry(1, Status.AWAY), OFF)


def test_a_member_marked_from_paper_counts_like_everyone() -> None:
    assert tally([entry(7)], {PersonId(7): PRESENT}).present == 1


def test_exempt_and_temporarily_out_is_subtracted_once() -> None:
    entries = [entry(1, Status.EXEMPT, Status.TEMPORARY_OUT), entry(2)]
    result = tally(entries, all_marked(entries[1:], PRESENT))
    assert (result.roll, result.expected) == (2, 1)


def test_everyone_exempt_gives_no_rate_and_no_alert() -> None:
    result = tally([entry(1, Status.EXEMPT), entry(2, Status.EXEMPT)], {})
    assert (result.expected, result.rate.tenths, result.rate.json) == (0, None, None)
    assert not result.rate.misses(85)
    assert result.complete


def test_an_envoy_to_another_cell_is_absent_here() -> None:
    assert tally([entry(1)], {PersonId(1): EXCUSED}).absent == 1


# Statuses one by one.


@pytest.mark.parametrize(
    ("statuses", "roll", "base"),
    [
        ((), True, True),
        ((Status.ACTIVE,), True, True),
        ((Status.EXEMPT,), True, False),
        ((Status.TEMPORARY_OUT,), True, False),
        ((Status.SUSPENDED,), True, False),
        ((Status.AWAY,), True, False),
        ((Status.TEMPORARY_IN,), False, True),
        ((Status.REINFORCED,), False, False),
        ((Status.REINFORCED, Status.TEMPORARY_IN), False, True),
        ((Status.TEMPORARY_IN, Status.SUSPENDED), False, False),
        ((Status.TEMPORARY_IN, Status.EXEMPT), False, False),
        ((Status.TEMPORARY_IN, Status.AWAY), False, False),
    ],
)
def test_each_status_is_on_the_roll_and_in_the_base_as_written(
    statuses: tuple[Status, ...], roll: bool, base: bool
) -> None:
    assert (in_roll(entry(1, *statuses)), in_base(entry(1, *statuses), OFF)) == (roll, base)


def test_away_without_approval_stays_in_the_base() -> None:
    assert in_base(entry(1, Status.AWAY, away_approved=False), OFF)
    assert not in_base(entry(1, Status.AWAY, Status.EXEMPT, away_approved=False), OFF)


def test_a_probationary_member_is_expected() -> None:
    assert tally([entry(1, standing=Standing.PROBATIONARY)], {}).expected == 1


def test_a_reinforced_person_is_a_guest_unless_the_setting_counts_them() -> None:
    sent, marks = [entry(1, Status.REINFORCED)], {PersonId(1): PRESENT}
    assert tally(sent, marks) == Tally(guests=1)
    assert tally(sent, marks, counting=BOTH) == Tally(guests=1)
    assert tally(sent, marks, counting=Counting(reinforced=True)) == Tally(expected=1, present=1)


def test_only_somebody_outside_the_base_who_came_is_extra() -> None:
    exempt = entry(1, Status.EXEMPT)
    assert is_extra(exempt, Mark.PRESENT, OFF)
    assert is_extra(exempt, Mark.ONLINE, OFF)
    assert not is_extra(exempt, Mark.ABSENT, OFF)
    assert not is_extra(entry(2), Mark.PRESENT, OFF)


def test_a_mark_of_absence_outside_the_base_counts_nowhere() -> None:
    assert tally([entry(1, Status.EXEMPT)], {PersonId(1): EXCUSED}) == Tally(roll=1)


def test_not_marked_is_neither_present_nor_absent() -> None:
    result = tally([entry(1), entry(2)], {PersonId(1): PRESENT})
    assert (result.present, result.absent, result.unmarked, result.complete) == (1, 0, 1, False)


def test_an_absence_without_a_ruling_awaits_one() -> None:
    entries = [entry(1), entry(2), entry(3)]
    marks = {
        PersonId(1): Marking(Mark.ABSENT),
        PersonId(2): Marking(Mark.ABSENT, Ruling.AWAITING),
        PersonId(3): Marking(Mark.ABSENT, Ruling.UNEXCUSED),
    }
    result = tally(entries, marks)
    assert (result.awaiting, result.unexcused, result.absent) == (2, 1, 3)


def test_an_exempt_member_who_is_away_as_well_does_not_vote_even_when_present() -> None:
    both = entry(1, Status.EXEMPT, Status.AWAY)
    assert vote_base([both], {PersonId(1): PRESENT}) == 0


@pytest.mark.parametrize(
    ("statuses", "approved", "named"),
    [
        ((), True, None),
        ((Status.AWAY, Status.EXEMPT, Status.TEMPORARY_OUT, Status.SUSPENDED), True, Status.SUSPENDED),
        ((Status.AWAY, Status.EXEMPT, Status.TEMPORARY_OUT), True, Status.TEMPORARY_OUT),
        ((Status.AWAY, Status.EXEMPT), True, Status.EXEMPT),
        ((Status.AWAY,), True, Status.AWAY),
        ((Status.AWAY,), False, None),  # still in the base
        ((Status.TEMPORARY_IN,), True, None),
    ],
)
def test_of_two_statuses_on_one_day_the_weightiest_names_it(
    statuses: tuple[Status, ...], approved: bool, named: Status | None
) -> None:
    entry = Entry(PersonId(1), 1, Standing.OFFICIAL, frozenset(statuses), approved)
    assert label(entry) is named


def test_excused_silent_and_unapproved_away_members_stay_in_the_vote_base() -> None:
    entries = [entry(1), entry(2), entry(3, Status.AWAY, away_approved=False)]
    assert vote_base(entries, {PersonId(1): EXCUSED}) == 3


def test_probationary_and_temporarily_in_people_do_not_vote_here() -> None:
    entries = [entry(1, standing=Standing.PROBATIONARY), entry(2, Status.TEMPORARY_IN)]
    assert vote_base(entries, all_marked(entries, PRESENT)) == 0


# The forecast of messages [29] in vietnamese.md.


@pytest.mark.parametrize(
    ("coming", "expected", "undecided", "outcome"),
    [
        (15, 19, 3, Forecast(Outlook.NEEDS, 2)),
        (15, 19, 2, Forecast(Outlook.NEEDS, 2)),
        (15, 19, 1, Forecast(Outlook.CANNOT, 2)),
        (17, 19, 0, Forecast(Outlook.ABOVE, 0)),
        (17, 20, 0, Forecast(Outlook.CANNOT, 1)),
        (17, 20, 3, Forecast(Outlook.NEEDS, 1)),
        (18, 20, 2, Forecast(Outlook.ABOVE, 0)),
        (0, 4, 4, Forecast(Outlook.NEEDS, 4)),
        (0, 0, 0, Forecast(Outlook.NOBODY, 0)),
    ],
)
def test_the_forecast_says_how_many_are_still_needed(
    coming: int, expected: int, undecided: int, outcome: Forecast
) -> None:
    assert forecast(coming, expected, undecided, 85) == outcome


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(0, 100))
def test_the_forecast_agrees_with_trying_every_number(
    coming: int, expected: int, undecided: int, percent: int
) -> None:
    more = next(n for n in range(200) if Rate(coming + n, expected).above(percent))
    result = forecast(coming, expected, undecided, percent)
    assert result.missing == more
    assert (result.state is Outlook.ABOVE) == (more == 0)
    assert (result.state is Outlook.CANNOT) == (more > undecided)


@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 100))
def test_the_rate_is_exact_and_rounds_half_up(present: int, expected: int, percent: int) -> None:
    rate, exact = Rate(present, expected), Fraction(present * 1000, expected)
    assert rate.tenths == int(exact + Fraction(1, 2))
    assert rate.above(percent) == (exact > percent * 10)


# A slow reference that follows the sentences of domain.md 5 one after another.


def markings() -> st.SearchStrategy[Marking | None]:
    absent = st.builds(Marking, st.just(Mark.ABSENT), st.none() | st.sampled_from(Ruling))
    return st.none() | st.just(PRESENT) | st.just(Marking(Mark.ONLINE)) | absent


def rosters() -> st.SearchStrategy[list[tuple[Entry, Marking | None]]]:
    one = st.tuples(
        st.sampled_from(Standing),
        st.frozensets(st.sampled_from(Status), max_size=3),
        st.booleans(),
        markings(),
    )
    return st.lists(one, max_size=40).map(
        lambda rows: [
            (Entry(PersonId(n), n, standing, statuses, approved), marking)
            for n, (standing, statuses, approved, marking) in enumerate(rows, 1)
        ]
    )


def names(roster: list[tuple[Entry, Marking | None]], status: Status) -> set[int]:
    return {each.number for each, _ in roster if status in each.statuses}


def slow_base(roster: list[tuple[Entry, Marking | None]], counting: Counting) -> set[int]:
    temporary, reinforced = names(roster, Status.TEMPORARY_IN), names(roster, Status.REINFORCED)
    base = {each.number for each, _ in roster} - temporary - reinforced
    base |= temporary
    if counting.reinforced:
        base |= reinforced
    approved = {each.number for each, _ in roster if each.away_approved}
    base -= names(roster, Status.EXEMPT) | names(roster, Status.TEMPORARY_OUT)
    return base - names(roster, Status.SUSPENDED) - (names(roster, Status.AWAY) & approved)


@given(rosters(), st.builds(Counting, st.sampled_from(ExtraRule), st.booleans()), st.integers(0, 5))
def test_counting_agrees_with_a_slow_obvious_reference(
    roster: list[tuple[Entry, Marking | None]], counting: Counting, guests: int
) -> None:
    marks = {each.person: marking for each, marking in roster if marking}
    result = tally([each for each, _ in roster], marks, guests=guests, counting=counting)
    elsewhere = names(roster, Status.TEMPORARY_IN) | names(roster, Status.REINFORCED)
    base = slow_base(roster, counting)
    in_hall = {each.number for each, marking in roster if marking and marking.mark is not Mark.ABSENT}
    sent = names(roster, Status.REINFORCED) - names(roster, Status.TEMPORARY_IN)
    strangers = in_hall - base
    plus = len(strangers - sent) if counting.extra is ExtraRule.BOTH else 0
    assert result.roll == len(roster) - len(elsewhere)
    assert result.expected == len(base) + plus
    assert result.present == len(base & in_hall) + plus
    assert result.extra == len(strangers - sent)
    assert result.guests == guests + len(strangers & sent)
    assert result.unmarked == len(base - {each.number for each, marking in roster if marking})
    assert result.absent == result.expected - result.present - result.unmarked
    assert 0 <= result.online <= result.present
    assert result.complete == (result.unmarked == 0)


@given(rosters())
def test_the_vote_base_agrees_with_its_formula(roster: list[tuple[Entry, Marking | None]]) -> None:
    marks: Mapping[PersonId, Marking] = {each.person: m for each, m in roster if m}
    in_hall = {each.number for each, m in roster if m and m.mark is not Mark.ABSENT}
    home = {each.number for each, _ in roster if each.standing is Standing.OFFICIAL}
    home -= names(roster, Status.TEMPORARY_IN) | names(roster, Status.REINFORCED)
    home -= names(roster, Status.EXEMPT) - in_hall
    home -= names(roster, Status.TEMPORARY_OUT) | names(roster, Status.SUSPENDED)
    home -= names(roster, Status.AWAY) & {each.number for each, _ in roster if each.away_approved}
    assert vote_base([each for each, _ in roster], marks) == len(home)


@given(st.lists(rosters(), max_size=4))
def test_adding_tallies_is_counting_all_cells_together(
    cells: list[list[tuple[Entry, Marking | None]]],
) -> None:
    parts = [tally([each for each, _ in cell], {e.person: m for e, m in cell if m}) for cell in cells]
    total = sum(parts, Tally())
    assert total.rate == Rate(sum(p.present for p in parts), sum(p.expected for p in parts))
    assert total.absent == sum(part.absent for part in parts)
    assert total.complete == all(part.complete for part in parts)


@given(st.integers(0, 500))
def test_votes_needed_is_the_least_number_above_half(base: int) -> None:
    assert votes_needed(base) * 2 > base
    assert (votes_needed(base) - 1) * 2 <= base
