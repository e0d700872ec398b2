"""Who may do what: the permission table of domain.md 3 as data."""

from collections.abc import Iterable
from enum import StrEnum

from meetings.terms import CellRole, UpperRole


class Right(StrEnum):
    """One line of the table. Rights ending in GROUP, LIAISED, ENTERED or BELOW reach only that far."""

    OWN_ANSWER = "own_answer"
    OWN_DATA = "own_data"
    SEE_TOTALS = "see_totals"
    SEE_NAMES = "see_names"
    SEE_NAMES_GROUP = "see_names_group"
    SEE_NAMES_LIAISED = "see_names_liaised"
    ANSWER_FOR_OTHERS = "answer_for_others"
    ANSWER_FOR_GROUP = "answer_for_group"
    ANSWER_FOR_LIAISED = "answer_for_liaised"
    MARK_ROLLCALL = "mark_rollcall"
    SEE_REASONS = "see_reasons"
    SEE_REASONS_ENTERED = "see_reasons_entered"
    SEE_SUSPENDED = "see_suspended"
    SEE_COUNTERS = "see_counters"
    RULE = "rule"
    SCHEDULE = "schedule"
    REOPEN = "reopen"
    DRAW_MINUTES = "draw_minutes"
    KEEP_TASKS = "keep_tasks"
    INVITE = "invite"
    LINK_GROUP = "link_group"
    CONFIRM_ENROLMENT = "confirm_enrolment"
    RECORD_PAPER_CONSENT = "record_paper_consent"
    OWN_VISITS = "own_visits"
    SEE_TOTALS_BELOW = "see_totals_below"
    SEE_ASSIGNMENTS_BELOW = "see_assignments_below"
    POSTPONE_BELOW = "postpone_below"


MEMBER_RIGHTS = frozenset({Right.OWN_ANSWER, Right.OWN_DATA, Right.SEE_TOTALS})
LIAISON_RIGHTS = frozenset({Right.SEE_NAMES_LIAISED, Right.ANSWER_FOR_LIAISED})
# An official in charge, in the assigned cells.
OFFICIAL_RIGHTS = frozenset({Right.OWN_ANSWER, Right.OWN_DATA, Right.SEE_TOTALS, Right.OWN_VISITS})

_CLERK = frozenset(
    {
        Right.SEE_NAMES,
        Right.ANSWER_FOR_OTHERS,
        Right.MARK_ROLLCALL,
        Right.SEE_REASONS,
        Right.DRAW_MINUTES,
    }
)
_SECRETARY = _CLERK | {
    Right.SEE_SUSPENDED,
    Right.SEE_COUNTERS,
    Right.RULE,
    Right.SCHEDULE,
    Right.REOPEN,
    Right.KEEP_TASKS,
    Right.INVITE,
    Right.LINK_GROUP,
    Right.CONFIRM_ENROLMENT,
    Right.RECORD_PAPER_CONSENT,
}
_CELL: dict[CellRole, frozenset[Right]] = {
    CellRole.SECRETARY: _SECRETARY,
    CellRole.DEPUTY: _SECRETARY,
    CellRole.COMMITTEE: frozenset({Right.SEE_NAMES}),
    CellRole.GROUP_LEADER: frozenset(
        {Right.SEE_NAMES_GROUP, Right.ANSWER_FOR_GROUP, Right.SEE_REASONS_ENTERED}
    ),
    CellRole.CLERK: _CLERK,
}
_COMMUNE = frozenset({Right.SEE_TOTALS_BELOW, Right.SEE_ASSIGNMENTS_BELOW, Right.POSTPONE_BELOW})
# The executive committee has its visits by assignment; an operator sees technical state, never answers.
_UPPER: dict[UpperRole, frozenset[Right]] = {
    UpperRole.STANDING: _COMMUNE,
    UpperRole.OFFICE: _COMMUNE,
    UpperRole.EXECUTIVE: frozenset(),
    UpperRole.OPERATOR: frozenset(),
}


def cell_rights(roles: Iterable[CellRole]) -> frozenset[Right]:
    """All rights in one's cell: those of a member and of each role. A liaison's come on top."""
    return MEMBER_RIGHTS.union(*(_CELL[role] for role in roles))


def upper_rights(roles: Iterable[UpperRole]) -> frozenset[Right]:
    """All rights over the cells below a node."""
    return frozenset[Right]().union(*(_UPPER[role] for role in roles))
