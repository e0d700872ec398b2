"""The agenda: headings with minutes and a person, in four sections, and what is softly wrong with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from meetings.terms import MeetingId, PersonId

LONGEST_TITLE = 120  # characters of a heading: a name, not a text
MOST_MINUTES = 240
MOST_HEADINGS = 40


class Section(StrEnum):
    OPENING = "opening"
    CONTENT = "content"
    DISCUSSION = "discussion"
    CLOSING = "closing"


class Origin(StrEnum):
    """Where a heading came from."""

    TEMPLATE = "template"
    COMMUNE = "commune"
    MEMBER = "member"
    CARRIED = "carried"
    ADDED = "added"


class Usual(StrEnum):
    """The headings a template may name with "@": their words stand in the catalogue (domain.md 8)."""

    REASON = "reason"
    CLERK = "clerk"
    ATTENDANCE = "attendance"
    ADOPT = "adopt"
    NEWS = "news"
    LAST_MONTH = "last_month"
    NEXT_MONTH = "next_month"
    VILLAGE = "village"
    BLOCK = "block"
    AGENCY = "agency"
    SCHOOL = "school"
    CLINIC = "clinic"
    ENTERPRISE = "enterprise"
    ARMED_FORCES = "armed_forces"
    PARTY = "party"
    SUBJECT = "subject"
    TOPIC_PURPOSE = "topic_purpose"
    TOPIC_REPORT = "topic_report"
    TOPIC_TALK = "topic_talk"
    TOPIC_CHANGES = "topic_changes"
    TOPIC_FINAL = "topic_final"
    TALK = "talk"
    GUEST = "guest"
    CONCLUDE = "conclude"
    VOTE = "vote"
    SCORE = "score"
    MINUTES = "minutes"


class Weakness(StrEnum):
    """What is softly wrong with an agenda. Nobody is kept from anything by it."""

    SHORT = "short"
    LITTLE_TALK = "little_talk"


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of the agenda of a meeting; `minutes` is the time allotted, `person` who is responsible.

    `id` is 0 while it only stands in the template. `main`: the announcement names it.
    """

    id: int
    meeting: MeetingId
    place: int
    section: Section
    title: str
    minutes: int
    person: PersonId | None
    origin: Origin
    main: bool = True


_ORDER = tuple(Section)


def in_order(headings: Iterable[Heading]) -> list[Heading]:
    """By section, then by place: what is added to the content stands before the discussion."""
    return sorted(headings, key=lambda one: (_ORDER.index(one.section), one.place, one.id))


def total(headings: Iterable[Heading]) -> int:
    return sum(one.minutes for one in headings)


def talk(headings: Iterable[Heading]) -> int:
    """The minutes in which members speak."""
    return sum(one.minutes for one in headings if one.section is Section.DISCUSSION)


def main(headings: Iterable[Heading]) -> list[Heading]:
    """The content, without opening, discussion and close."""
    return [one for one in headings if one.section is Section.CONTENT]


def named(headings: Iterable[Heading]) -> list[Heading]:
    """What the announcement names: of the content what is not the same every month."""
    return [one for one in main(headings) if one.main]


def weaknesses(headings: Sequence[Heading], least: int, talk_percent: int) -> list[Weakness]:
    """Shorter than `least` minutes (0: no least), or less discussion than so many percent of the whole."""
    found = []
    if total(headings) < least:
        found.append(Weakness.SHORT)
    if talk(headings) * 100 < talk_percent * total(headings):
        found.append(Weakness.LITTLE_TALK)
    return found
