import pytest

from meetings.roles import LIAISON_RIGHTS, MEMBER_RIGHTS, OFFICIAL_RIGHTS, Right, cell_rights, upper_rights
from meetings.terms import CellRole, UpperRole

SECRETARY, DEPUTY = CellRole.SECRETARY, CellRole.DEPUTY
COMMITTEE, LEADER, CLERK = CellRole.COMMITTEE, CellRole.GROUP_LEADER, CellRole.CLERK
EVERY_ROLE = frozenset(CellRole)

# The permission table of domain.md 3: which cell roles hold the right.
TABLE: dict[Right, frozenset[CellRole]] = {
    Right.OWN_ANSWER: EVERY_ROLE,
    Right.OWN_DATA: EVERY_ROLE,
    Right.SEE_TOTALS: EVERY_ROLE,
    Right.SEE_NAMES: frozenset({CLERK, COMMITTEE, SECRETARY, DEPUTY}),
    Right.SEE_NAMES_GROUP: frozenset({LEADER}),
    Right.ANSWER_FOR_OTHERS: frozenset({CLERK, SECRETARY, DEPUTY}),
    Right.ANSWER_FOR_GROUP: frozenset({LEADER}),
    Right.MARK_ROLLCALL: frozenset({CLERK, SECRETARY, DEPUTY}),
    Right.SEE_REASONS: frozenset({CLERK, SECRETARY, DEPUTY}),
    Right.SEE_REASONS_ENTERED: frozenset({LEADER}),
    Right.DRAW_MINUTES: frozenset({CLERK, SECRETARY, DEPUTY}),
    Right.SEE_SUSPENDED: frozenset({SECRETARY, DEPUTY}),
    Right.SEE_COUNTERS: frozenset({SECRETARY, DEPUTY}),
    Right.RULE: frozenset({SECRETARY, DEPUTY}),
    Right.SCHEDULE: frozenset({SECRETARY, DEPUTY}),
    Right.REOPEN: frozenset({SECRETARY, DEPUTY}),
    Right.KEEP_TASKS: frozenset({SECRETARY, DEPUTY}),
    Right.INVITE: frozenset({SECRETARY, DEPUTY}),
    Right.LINK_GROUP: frozenset({SECRETARY, DEPUTY}),
    Right.CONFIRM_ENROLMENT: frozenset({SECRETARY, DEPUTY}),
    Right.RECORD_PAPER_CONSENT: frozenset({SECRETARY, DEPUTY}),
    Right.SEE_NAMES_LIAISED: frozenset(),
    Right.ANSWER_FOR_LIAISED: frozenset(),
    Right.OWN_VISITS: frozenset(),
    Right.SEE_TOTALS_BELOW: frozenset(),
    Right.SEE_ASSIGNMENTS_BELOW: frozenset(),
    Right.POSTPONE_BELOW: frozenset(),
}


@pytest.mark.parametrize("right", Right)
def test_each_right_belongs_to_the_roles_of_the_table(right: Right) -> None:
    assert {role for role in CellRole if right in cell_rights([role])} == TABLE[right]


def test_a_plain_member_sees_totals_and_changes_only_the_own_answer() -> None:
    assert cell_rights([]) == MEMBER_RIGHTS == {Right.OWN_ANSWER, Right.OWN_DATA, Right.SEE_TOTALS}


def test_two_roles_add_up() -> None:
    assert cell_rights([COMMITTEE, LEADER]) == cell_rights([COMMITTEE]) | cell_rights([LEADER])


def test_a_liaison_answers_for_their_people_and_for_nobody_else() -> None:
    assert {Right.SEE_NAMES_LIAISED, Right.ANSWER_FOR_LIAISED} == LIAISON_RIGHTS


def test_an_official_in_charge_sees_totals_but_no_names() -> None:
    assert Right.SEE_TOTALS in OFFICIAL_RIGHTS
    assert not OFFICIAL_RIGHTS & {Right.SEE_NAMES, Right.SEE_REASONS, Right.ANSWER_FOR_OTHERS}


@pytest.mark.parametrize("role", [UpperRole.STANDING, UpperRole.OFFICE])
def test_the_commune_sees_totals_and_may_only_postpone(role: UpperRole) -> None:
    rights = {Right.SEE_TOTALS_BELOW, Right.SEE_ASSIGNMENTS_BELOW, Right.POSTPONE_BELOW}
    assert upper_rights([role]) == rights


def test_operator_and_executive_have_no_right_over_cells() -> None:
    assert upper_rights([UpperRole.OPERATOR, UpperRole.EXECUTIVE]) == frozenset()
    assert upper_rights([]) == frozenset()
