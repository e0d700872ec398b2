"""Follow-ups: what was decided, who does it, until when; and the lines they are written in (`nhiemvu`)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from meetings.agenda import LONGEST_TITLE
from meetings.folding import fold, squeeze, tidy
from meetings.terms import MeetingId, PersonId, UnitId
from meetings.when import BadWhen, parse_day

MOST_LINES: Final = 10  # tasks in one message
_FURTHEST: Final = timedelta(days=366)
# `30/11` typed on 1/12 would be read as next year's: that far away the year must stand there.
_WITHOUT_YEAR: Final = timedelta(days=300)
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}|[0-9][/.-][0-9]{1,2}[/.-][0-9]{2}\b")
_NUMBER: Final = re.compile(r"(?:so |dang vien so |dong chi so )?([0-9]{1,4})")
_ADDRESS: Final = re.compile(r"^(?:dong chi|d/c|dc) +")
_EVERYBODY: Final = frozenset({"chi bo", "ca chi bo", "toan chi bo", "chi uy", "tat ca", "all", "everybody"})


@dataclass(frozen=True, slots=True)
class Task:
    """One follow-up. `person` is the owner: none where it is the whole cell's, or they are forgotten."""

    id: int
    cell: UnitId
    meeting: MeetingId | None
    title: str
    person: PersonId | None
    due: date
    at: datetime
    done_at: datetime | None
    dropped_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may own a task: a member by number and name, or a leader from another roll by name."""

    person: PersonId
    number: int | None
    name: str | None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A line that was read; nothing is recorded yet."""

    title: str
    person: PersonId | None
    due: date


class TaskFault(StrEnum):
    NOTHING = "nothing"
    TOO_MANY = "too_many"
    NOT_THREE = "not_three"
    NO_TITLE = "no_title"
    LONG = "long"
    REPEATED = "repeated"
    NO_NUMBER = "no_number"
    NO_NAME = "no_name"
    TWO_NAMES = "two_names"
    NO_DAY = "no_day"
    PAST = "past"
    FAR = "far"


class BadTask(ValueError):
    """A line that can't be read: the whole message is refused. `line` counts from 1; `word` is as typed."""

    def __init__(self, kind: TaskFault, line: int = 0, word: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.line = line
        self.word = word


def read_tasks(text: str, candidates: Sequence[Candidate], today: date) -> list[TaskLine]:
    """Read `title | owner | due`, a line each. Raises BadTask naming the first bad line."""
    typed = [line for line in map(tidy, text.splitlines()) if line]
    if not typed:
        raise BadTask(TaskFault.NOTHING)
    if len(typed) > MOST_LINES:
        raise BadTask(TaskFault.TOO_MANY)
    found: list[TaskLine] = []
    for number, line in enumerate(typed, 1):
        read = _read(line, number, candidates, today)
        if any(fold(one.title) == fold(read.title) and one.person == read.person for one in found):
            raise BadTask(TaskFault.REPEATED, number, read.title)
        found.append(read)
    return found


def _read(line: str, number: int, candidates: Sequence[Candidate], today: date) -> TaskLine:
    # Some keyboards hide the stroke: a semicolon does as well.
    parts = [part.strip() for part in line.split("|" if "|" in line else ";")]
    if len(parts) != 3:
        raise BadTask(TaskFault.NOT_THREE, number)
    title, owner, due = parts
    if not title:
        raise BadTask(TaskFault.NO_TITLE, number)
    if len(title) > LONGEST_TITLE:
        raise BadTask(TaskFault.LONG, number)
    try:
        return TaskLine(title, find_owner(owner, candidates), read_due(due, today))
    except BadTask as error:
        raise BadTask(error.kind, number, error.word) from error


def read_due(words: str, today: date) -> date:
    """A day after today. Raises BadTask."""
    try:
        due = parse_day(words, today)
    except BadWhen as error:
        raise BadTask(TaskFault.NO_DAY, word=words) from error
    if due <= today or (due - today > _WITHOUT_YEAR and not _YEAR.search(squeeze(words))):
        raise BadTask(TaskFault.PAST, word=words)
    if due - today > _FURTHEST:
        raise BadTask(TaskFault.FAR, word=words)
    return due


def find_owner(words: str, candidates: Sequence[Candidate]) -> PersonId | None:
    """By roll number, or by a name that fits one person only; None for the whole cell. Raises BadTask."""
    plain = fold(squeeze(words))
    if plain in _EVERYBODY:
        return None
    if hit := _NUMBER.fullmatch(plain):
        for one in candidates:
            if one.number == int(hit[1]):
                return one.person
        raise BadTask(TaskFault.NO_NUMBER, word=hit[1])
    return _by_name(_ADDRESS.sub("", plain).split(), words, candidates)


def _by_name(wanted: list[str], words: str, candidates: Sequence[Candidate]) -> PersonId:
    """The whole name counts first, then how it ends (tên stands last), then any words of it."""
    known = [(one.person, fold(squeeze(one.name)).split()) for one in candidates if one.name]
    for fits in (
        [who for who, name in known if name == wanted],
        [who for who, name in known if wanted and name[-len(wanted) :] == wanted],
        [who for who, name in known if wanted and set(wanted) <= set(name)],
    ):
        if len(set(fits)) > 1:
            raise BadTask(TaskFault.TWO_NAMES, word=words)
        if fits:
            return fits[0]
    raise BadTask(TaskFault.NO_NAME, word=words)
