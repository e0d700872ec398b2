from collections import Counter
from datetime import date

from meetings.terms import CellRole, Standing, UpperRole
from reports.roster.checks import warnings
from reports.roster.fictional import COMMUNE, HAMLET, PROVINCE, SCHOOL, VILLAGE, fictional_roster
from reports.roster.rows import RosterStatus


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert fictional_roster() == fictional_roster(24)
    assert fictional_roster(1).people[0].name != fictional_roster(2).people[0].name


def test_there_is_one_province_one_commune_and_three_cells() -> None:
    units = fictional_roster().units
    assert [(unit.code, unit.parent) for unit in units] == [
        (PROVINCE, None),
        (COMMUNE, PROVINCE),
        (VILLAGE, COMMUNE),
        (HAMLET, COMMUNE),
        (SCHOOL, COMMUNE),
    ]
    assert [(unit.day, f"{unit.time:%H:%M}") for unit in units if unit.time] == [
        ("24", "19:30"),
        ("28", "19:30"),
        ("last-friday", "17:00"),
    ]


def test_the_cells_have_52_34_and_4_members() -> None:
    people = fictional_roster().people
    assert Counter(person.cell for person in people) == {VILLAGE: 52, HAMLET: 34, SCHOOL: 4}
    assert len({(person.cell, person.number) for person in people}) == len(people)


def test_every_cell_has_a_secretary_and_only_large_cells_a_committee() -> None:
    people = fictional_roster().people
    roles = Counter((person.cell, person.role) for person in people)
    assert all(roles[cell, CellRole.SECRETARY] == 1 for cell in (VILLAGE, HAMLET, SCHOOL))
    assert all(roles[cell, role] for cell in (VILLAGE, HAMLET) for role in CellRole)
    assert {person.role for person in people if person.cell == SCHOOL} == {CellRole.SECRETARY, None}


def test_nearly_every_status_occurs_and_all_began_before_november_2026() -> None:
    people = fictional_roster().people
    assert {person.status for person in people} == set(RosterStatus) - {RosterStatus.LEFT}
    assert all(person.since is None or person.since < date(2026, 11, 1) for person in people)
    assert all(person.until for person in people if person.status is RosterStatus.AWAY)
    assert sum(person.standing is Standing.PROBATIONARY for person in people) == 2
    cells = [one.code for one in fictional_roster().units if one.level == "cell"]
    assert warnings(fictional_roster(), dict.fromkeys(cells, 3)) == []


def test_one_person_sits_in_two_cells_under_one_name() -> None:
    people = fictional_roster().people
    twice = [code for code, count in Counter(person.code for person in people).items() if count == 2]
    rows = [person for person in people if person.code in twice]
    assert len(rows) == 2
    assert {row.status for row in rows} == {RosterStatus.TEMPORARY_OUT, RosterStatus.TEMPORARY_IN}
    assert rows[0].name == rows[1].name
    assert len({person.name for person in people}) == 89


def test_liaisons_are_leaders_of_the_same_group() -> None:
    people = fictional_roster().people
    leaders = {person.code: person.group for person in people if person.role is CellRole.GROUP_LEADER}
    relayed = [person for person in people if person.liaison]
    assert len(relayed) >= 5
    assert all(person.liaison and leaders[person.liaison] == person.group for person in relayed)


def test_the_digest_has_four_readers_and_every_cell_an_official_in_charge() -> None:
    roster = fictional_roster()
    assert Counter((row.unit, row.role) for row in roster.officials if row.digest) == {
        (COMMUNE, UpperRole.STANDING): 2,
        (COMMUNE, UpperRole.OFFICE): 1,
        (PROVINCE, UpperRole.STANDING): 1,
    }
    assert {task.cell for task in roster.assignments} == {VILLAGE, HAMLET, SCHOOL}
    homes = {(person.code, person.cell) for person in roster.people}
    assert not homes & {(task.person, task.cell) for task in roster.assignments}
