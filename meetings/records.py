"""What is known about units, people and meetings: plain values that storage fills and rules read."""

from dataclasses import dataclass
from datetime import date, datetime, time

from meetings.attendance import Counting, Entry
from meetings.period import Period
from meetings.terms import (
    Answer,
    CellRole,
    Kind,
    Mark,
    MeetingId,
    Mode,
    PersonId,
    Reason,
    Ruling,
    Standing,
    State,
    Status,
    UnitId,
    UpperRole,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the tree. A cell has a rule (`day`, canonical code), an hour and a place once it is set."""

    id: UnitId
    code: str
    name: str
    level: str
    parent: UnitId | None
    type: str | None
    day: str | None
    time: time | None
    place: str | None

    @property
    def is_cell(self) -> bool:
        return self.level == "cell"


@dataclass(frozen=True, slots=True)
class Person:
    """A human being with one inbox. `name` is None once the person withdrew or refused."""

    id: PersonId
    code: str
    name: str | None
    language: str
    consented: bool


@dataclass(frozen=True, slots=True)
class Role:
    """A dated post of a person at a node."""

    person: PersonId
    unit: UnitId
    role: CellRole | UpperRole
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One membership as it stands on one local date."""

    person: PersonId
    membership: int
    cell: UnitId
    code: str
    name: str | None
    number: int
    group: str | None
    standing: Standing
    statuses: frozenset[Status]
    away_approved: bool
    liaison: PersonId | None
    reached: bool

    @property
    def entry(self) -> Entry:
        return Entry(self.person, self.number, self.standing, self.statuses, self.away_approved)


@dataclass(frozen=True, slots=True)
class HeldUnder:
    """The rules a meeting was held under; they judge it for good, whatever the policy says later."""

    pack: str
    target_percent: int
    counting: Counting
    online_allowed: bool
    lock_day: int | None = None  # of the month after its period; none: from before it was kept
    since: datetime | None = None  # when somebody said that it took place; none: from before it was kept


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting. Instants are aware UTC; `period` is the month it is for, whatever its date."""

    id: MeetingId
    cell: UnitId
    kind: Kind
    period: Period
    starts_at: datetime
    place: str
    state: State
    revision: int
    created_at: datetime
    announced_at: datetime | None
    on_hold: bool
    title: str | None = None
    held_under: HeldUnder | None = None
    mode: Mode = Mode.IN_PERSON


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """What a person said, and who wrote it down if it was somebody else."""

    person: PersonId
    answer: Answer
    reason: Reason | None
    by: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class MarkMade:
    """One line of the roll-call."""

    person: PersonId
    mark: Mark
    ruling: Ruling | None
    reason: Reason | None
    by: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """An official in charge of a cell. Local dates, both inclusive; `by_chat`: not from the workbook."""

    person: PersonId
    cell: UnitId
    visits_per_year: int | None
    since: date | None
    until: date | None
    by_chat: bool = False
