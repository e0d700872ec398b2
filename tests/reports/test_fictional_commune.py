from collections import Counter

from meetings.terms import CellRole
from reports.roster.checks import warnings
from reports.roster.fictional import COMMUNE, fictional_roster
from reports.roster.fictional_commune import fictional_commune


def test_the_demos_commune_has_the_size_of_a_small_one() -> None:
    roster = fictional_commune()
    cells = [one.code for one in roster.units if one.level == "cell"]
    assert (len(cells), len({one.code for one in roster.people})) == (22, 938)
    assert all(one.parent == COMMUNE for one in roster.units if one.level == "cell")
    assert warnings(roster, dict.fromkeys(cells, 3)) == []


def test_the_small_commune_is_a_part_of_it() -> None:
    small, large = fictional_roster(), fictional_commune()
    assert large.people[: len(small.people)] == small.people
    assert large.units[: len(small.units)] == small.units
    assert fictional_commune() == large


def test_nobody_has_the_name_of_another_and_every_cell_has_its_committee() -> None:
    roster = fictional_commune()
    named = {one.code: one.name for one in roster.people}
    named |= {one.person: one.name for one in roster.officials if one.name}
    assert len(set(named.values())) == len(named)
    secretaries = Counter(one.cell for one in roster.people if one.role is CellRole.SECRETARY)
    assert set(secretaries.values()) == {1}
    assert len(secretaries) == 22


def test_one_cell_has_no_official_in_charge() -> None:
    roster = fictional_commune()
    cells = {one.code for one in roster.units if one.level == "cell"}
    assert len(cells - {one.cell for one in roster.assignments}) == 1
