"""A heading that a member proposes for the agenda, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from meetings.period import Period
from meetings.terms import PersonId, UnitId


class Fate(StrEnum):
    """What was decided. Deferred, it is open again from its new month on."""

    OPEN = "open"
    DEFERRED = "deferred"
    ACCEPTED = "accepted"
    MERGED = "merged"
    ANSWERED = "answered"


UNDECIDED = (Fate.OPEN, Fate.DEFERRED)


class Code(StrEnum):
    """The answers that are no heading; what is said beyond them is not kept."""

    ALREADY = "already"
    IN_PERSON = "in_person"
    ABOVE = "above"
    OTHER_PLACE = "other_place"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`period` is the month it is meant for; `person` is None once they are forgotten; `into` where it was merged."""

    id: int
    cell: UnitId
    person: PersonId | None
    title: str
    period: Period
    state: Fate
    into: int | None
    at: datetime

    @property
    def undecided(self) -> bool:
        return self.state in UNDECIDED
