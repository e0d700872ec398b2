from itertools import product

import pytest

from meetings.states import NotPossible, Verb, next_state
from meetings.terms import State

LEADS_TO = {
    (State.PLANNED, Verb.ANNOUNCE): State.ANNOUNCED,
    (State.PLANNED, Verb.MOVE): State.PLANNED,
    (State.PLANNED, Verb.POSTPONE): State.POSTPONED,
    (State.PLANNED, Verb.CANCEL): State.CANCELLED,
    (State.PLANNED, Verb.HOLD): State.HELD,
    (State.ANNOUNCED, Verb.MOVE): State.ANNOUNCED,
    (State.ANNOUNCED, Verb.POSTPONE): State.POSTPONED,
    (State.ANNOUNCED, Verb.CANCEL): State.CANCELLED,
    (State.ANNOUNCED, Verb.HOLD): State.HELD,
    (State.POSTPONED, Verb.MOVE): State.ANNOUNCED,
    (State.POSTPONED, Verb.CANCEL): State.CANCELLED,
    (State.HELD, Verb.CLOSE): State.CLOSED,
    (State.CLOSED, Verb.REOPEN): State.HELD,
}


@pytest.mark.parametrize(("state", "verb"), list(product(State, Verb)))
def test_each_verb_leads_where_the_domain_says_or_is_refused(state: State, verb: Verb) -> None:
    wanted = LEADS_TO.get((state, verb))
    if wanted is not None:
        assert next_state(state, verb, was_announced=True) is wanted
        return
    with pytest.raises(NotPossible) as refused:
        next_state(state, verb, was_announced=True)
    assert (refused.value.state, refused.value.verb) == (state, verb)


def test_a_postponed_meeting_that_never_was_announced_is_planned_again() -> None:
    assert next_state(State.POSTPONED, Verb.MOVE, was_announced=False) is State.PLANNED


def test_a_postponed_meeting_that_was_announced_is_announced_again() -> None:
    assert next_state(State.POSTPONED, Verb.MOVE, was_announced=True) is State.ANNOUNCED


def test_a_new_date_keeps_the_state_of_a_meeting_that_is_not_postponed() -> None:
    for state in (State.PLANNED, State.ANNOUNCED):
        assert next_state(state, Verb.MOVE, was_announced=False) is state


def test_a_meeting_nobody_announced_can_be_held_and_closed_from_paper() -> None:
    held = next_state(State.PLANNED, Verb.HOLD, was_announced=False)
    assert next_state(held, Verb.CLOSE, was_announced=False) is State.CLOSED


def test_nothing_leads_out_of_cancelled() -> None:
    for verb in Verb:
        with pytest.raises(NotPossible, match="cancelled"):
            next_state(State.CANCELLED, verb, was_announced=True)
