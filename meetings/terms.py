"""The closed word lists of the domain. Values are stored and stand in JSON; they never change."""

from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", int)
UnitId = NewType("UnitId", int)
MeetingId = NewType("MeetingId", int)


class Standing(StrEnum):
    OFFICIAL = "official"
    PROBATIONARY = "probationary"


class Status(StrEnum):
    """Attachment and activity of a membership, from a date to a date (both inclusive, local)."""

    ACTIVE = "active"
    EXEMPT = "exempt"
    TEMPORARY_IN = "temporary_in"
    TEMPORARY_OUT = "temporary_out"
    REINFORCED = "reinforced"
    AWAY = "away"
    SUSPENDED = "suspended"


class CellRole(StrEnum):
    SECRETARY = "secretary"
    DEPUTY = "deputy"
    COMMITTEE = "committee"
    GROUP_LEADER = "group_leader"
    CLERK = "clerk"


class UpperRole(StrEnum):
    STANDING = "standing"
    EXECUTIVE = "executive"
    OFFICE = "office"
    OPERATOR = "operator"


class CellType(StrEnum):
    VILLAGE = "village"
    BLOCK = "block"
    AGENCY = "agency"
    SCHOOL = "school"
    CLINIC = "clinic"
    ENTERPRISE = "enterprise"
    ARMED_FORCES = "armed_forces"


class Kind(StrEnum):
    REGULAR = "regular"
    THEMATIC = "thematic"
    COMBINED = "combined"
    PREMEETING = "premeeting"
    EXTRAORDINARY = "extraordinary"


# One a month and cell: a combined sitting takes the regular one's place.
ONE_A_MONTH = (Kind.REGULAR, Kind.COMBINED)


class Mode(StrEnum):
    """Online and mixed only where the commune has permitted it."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    MIXED = "mixed"


class State(StrEnum):
    """Exactly six; everything else about a meeting is a dated fact."""

    PLANNED = "planned"
    ANNOUNCED = "announced"
    HELD = "held"
    CLOSED = "closed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What a person said. `LATER` is kept as said and counts as unanswered everywhere."""

    COMING = "coming"
    ABSENT = "absent"
    LATER = "later"


class Reason(StrEnum):
    """The only reasons kept. Never free text."""

    WORK = "work"
    HEALTH = "health"
    FAMILY = "family"
    AWAY = "away"
    OTHER = "other"


class Mark(StrEnum):
    """What the roll-call says. No row at all means "not marked": neither present nor absent."""

    PRESENT = "present"
    ONLINE = "online"
    ABSENT = "absent"


class Ruling(StrEnum):
    EXCUSED = "excused"
    UNEXCUSED = "unexcused"
    AWAITING = "awaiting"


class Audience(StrEnum):
    """Who a step of the reminder plan speaks to."""

    SECRETARIES = "secretaries"
    MEMBERS = "members"
    GROUP = "group"
    OFFICIALS = "officials"
    LIAISONS = "liaisons"
