"""The six states of a meeting and what leads from one to another (domain.md 4.3 and 4.9)."""

from enum import StrEnum

from meetings.terms import State


class Verb(StrEnum):
    """What people do to a meeting. No clock holds or closes one."""

    ANNOUNCE = "announce"
    MOVE = "move"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    HOLD = "hold"
    CLOSE = "close"
    REOPEN = "reopen"


class NotPossible(Exception):
    """The verb means nothing in this state."""

    def __init__(self, state: State, verb: Verb) -> None:
        super().__init__(f"{verb} is not possible while {state}")
        self.state = state
        self.verb = verb


# A meeting may be held without ever having been announced: everything can be done late and from paper.
_NEXT: dict[tuple[State, Verb], State] = {
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


def next_state(state: State, verb: Verb, *, was_announced: bool) -> State:
    """Give the state after the verb; a postponed meeting that never was announced is planned again."""
    if (state, verb) == (State.POSTPONED, Verb.MOVE) and not was_announced:
        return State.PLANNED
    try:
        return _NEXT[state, verb]
    except KeyError:
        raise NotPossible(state, verb) from None
