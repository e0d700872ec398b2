"""Who is expected, who counts as present, and the rate (domain.md 5). Integers decide, rounding is display."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from meetings.terms import Mark, PersonId, Ruling, Standing, Status

# Outside the base whatever else holds on that day. A person with two of them is subtracted once.
_OUT = frozenset({Status.EXEMPT, Status.TEMPORARY_OUT, Status.SUSPENDED})
# Two statuses on one day: the first of these names it (domain.md 3).
_LABELS = (Status.SUSPENDED, Status.TEMPORARY_OUT, Status.EXEMPT, Status.AWAY)
# Not home members: they stand on the roll of another cell.
_FROM_ELSEWHERE = frozenset({Status.TEMPORARY_IN, Status.REINFORCED})
_CAME = frozenset({Mark.PRESENT, Mark.ONLINE})


class ExtraRule(StrEnum):
    """What a member outside the base who came does to the figures: nothing, or +1 present and +1 expected."""

    OFF = "off"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Counting:
    """The two settings of domain.md 5. `reinforced` counts people entered as reinforced in the base."""

    extra: ExtraRule = ExtraRule.OFF
    reinforced: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One membership on the local date the meeting is held. No status means home and active."""

    person: PersonId
    number: int
    standing: Standing
    statuses: frozenset[Status]
    away_approved: bool = True


@dataclass(frozen=True, slots=True)
class Marking:
    """A mark; the ruling matters on an absence only, where None still awaits one."""

    mark: Mark
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """Present out of expected."""

    present: int
    expected: int

    def above(self, percent: int) -> bool:
        """Strictly above the target (12-HD/BTCTW): 17 of 20 is not above 85."""
        return self.present * 100 > percent * self.expected

    def misses(self, percent: int) -> bool:
        """Not above the target although somebody was expected; nobody expected is no reason for an alert."""
        return self.expected > 0 and not self.above(percent)

    @property
    def tenths(self) -> int | None:
        """The rate in tenths of a percent, rounded half up; None where nobody was expected."""
        if self.expected == 0:
            return None
        return (2000 * self.present + self.expected) // (2 * self.expected)

    @property
    def json(self) -> str | None:
        """The rate as it stands in JSON, with a point: "87.2"."""
        tenths = self.tenths
        return None if tenths is None else f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one roll-call, or of many added up.

    `expected == present + excused + unexcused + awaiting + unmarked`; `online` is a part of `present`.
    """

    roll: int = 0
    expected: int = 0
    present: int = 0
    online: int = 0
    excused: int = 0
    unexcused: int = 0
    awaiting: int = 0
    unmarked: int = 0
    extra: int = 0
    guests: int = 0

    @property
    def absent(self) -> int:
        """Those marked absent. A person not marked yet is neither present nor absent."""
        return self.excused + self.unexcused + self.awaiting

    @property
    def rate(self) -> Rate:
        return Rate(self.present, self.expected)

    @property
    def complete(self) -> bool:
        """Every person in the base is marked: the roll-call may be closed."""
        return self.unmarked == 0

    def __add__(self, other: "Tally") -> "Tally":
        """Sum, so that a parent's rate is a rate of sums and never a mean of percentages."""
        return Tally(
            roll=self.roll + other.roll,
            expected=self.expected + other.expected,
            present=self.present + other.present,
            online=self.online + other.online,
            excused=self.excused + other.excused,
            unexcused=self.unexcused + other.unexcused,
            awaiting=self.awaiting + other.awaiting,
            unmarked=self.unmarked + other.unmarked,
            extra=self.extra + other.extra,
            guests=self.guests + other.guests,
        )


def in_roll(entry: Entry) -> bool:
    """Tell whether this is a home member, official or probationary, whatever their activity."""
    return not entry.statuses & _FROM_ELSEWHERE


def in_base(entry: Entry, counting: Counting) -> bool:
    """Tell whether the person is expected (phải dự) at this meeting."""
    if entry.statuses & _OUT or (Status.AWAY in entry.statuses and entry.away_approved):
        return False
    return counting.reinforced or not _only_reinforced(entry)


def label(entry: Entry) -> Status | None:
    """Which of several statuses says why somebody is outside the base; None for whoever is not for any of these."""
    held = entry.statuses - (frozenset() if entry.away_approved else {Status.AWAY})
    return next((one for one in _LABELS if one in held), None)


def is_extra(entry: Entry, mark: Mark, counting: Counting) -> bool:
    """Tell whether a member outside the base came (dự thêm). Uncounted reinforcement is a guest instead."""
    return mark in _CAME and not in_base(entry, counting) and not _only_reinforced(entry)


def tally(
    entries: Iterable[Entry],
    marks: Mapping[PersonId, Marking],
    *,
    guests: int = 0,
    counting: Counting | None = None,
) -> Tally:
    """Count one roll-call. `guests` are the officials who came; they never touch the rate."""
    rule = counting or Counting()
    total = Tally(guests=guests)
    for entry in entries:
        total += _one(entry, marks.get(entry.person), rule)
    return total


def _one(entry: Entry, marking: Marking | None, counting: Counting) -> Tally:
    roll = int(in_roll(entry))
    if in_base(entry, counting):
        return _expected(roll, marking)
    if marking is None or marking.mark not in _CAME:
        return Tally(roll=roll)
    if not is_extra(entry, marking.mark, counting):
        return Tally(roll=roll, guests=1)
    if counting.extra is ExtraRule.OFF:
        return Tally(roll=roll, extra=1)
    return _expected(roll, marking) + Tally(extra=1)


def _expected(roll: int, marking: Marking | None) -> Tally:
    if marking is None:
        return Tally(roll=roll, expected=1, unmarked=1)
    if marking.mark in _CAME:
        return Tally(roll=roll, expected=1, present=1, online=int(marking.mark is Mark.ONLINE))
    if marking.ruling is Ruling.EXCUSED:
        return Tally(roll=roll, expected=1, excused=1)
    if marking.ruling is Ruling.UNEXCUSED:
        return Tally(roll=roll, expected=1, unexcused=1)
    return Tally(roll=roll, expected=1, awaiting=1)


def _only_reinforced(entry: Entry) -> bool:
    # Introduced as temporarily in, a reinforced person is counted like anybody temporarily in.
    return Status.REINFORCED in entry.statuses and Status.TEMPORARY_IN not in entry.statuses


def vote_base(entries: Iterable[Entry], marks: Mapping[PersonId, Marking]) -> int:
    """Official home members who could vote that evening (24-QĐ/TW §9.3.2). Display only."""
    return sum(_may_vote(entry, marks.get(entry.person)) for entry in entries)


def _may_vote(entry: Entry, marking: Marking | None) -> bool:
    if entry.standing is not Standing.OFFICIAL or not in_roll(entry):
        return False
    # An exempt member who came votes; one evening's absence of anybody else is not subtracted.
    came = marking is not None and marking.mark in _CAME
    statuses = entry.statuses - {Status.EXEMPT} if came else entry.statuses
    return not statuses & _OUT and not (Status.AWAY in statuses and entry.away_approved)


def votes_needed(base: int) -> int:
    """More than half of the vote base (Điều lệ Đ.9 k.5). Kẻng never declares a vote valid."""
    return base // 2 + 1


class Outlook(StrEnum):
    """Where the answers point before the meeting."""

    ABOVE = "above"
    NEEDS = "needs"
    CANNOT = "cannot"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Forecast:
    """`missing` is how many more must come to be above the target; 0 once it is passed."""

    state: Outlook
    missing: int


def forecast(coming: int, expected: int, undecided: int, percent: int) -> Forecast:
    """Compare the answers with the target. `undecided` did not answer yet or could not be reached."""
    if expected == 0:
        return Forecast(Outlook.NOBODY, 0)
    missing = max(0, percent * expected // 100 + 1 - coming)
    if missing == 0:
        return Forecast(Outlook.ABOVE, 0)
    return Forecast(Outlook.NEEDS if missing <= undecided else Outlook.CANNOT, missing)
