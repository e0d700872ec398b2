"""The year of a small province as it may go: what happens to each meeting, drawn; nothing of the program in it.

Instants are Vietnamese local ones without a zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from tests.reference import calendar
from tests.reference.values import Month

YEAR, NOW = 2026, datetime.combine(date(2027, 1, 4), time(10))  # all but December are locked
HOUR = time(19, 30)
TREE = {"T": None, "X1": "T", "X2": "T", "X2-B": "X2"}
CELLS = {"X1-1": "X1", "X1-2": "X1", "X2-1": "X2", "X2-B-1": "X2-B"}
LEVELS = {"T": "province", "X1": "commune", "X2": "commune", "X2-B": "committee"}
MONTHS: list[Month] = [(YEAR, number) for number in range(1, 13)]
OFFICIALS = ("O1", "O2")
STATUSES = (
    "",
    "",
    "",
    "exempt",
    "temporary_out",
    "temporary_in",
    "away",
    "unapproved",
    "suspended",
    "reinforced",
)
MARKS = (
    ("present", None),
    ("present", None),
    ("online", None),
    ("absent", "excused"),
    ("absent", "unexcused"),
    ("absent", "awaiting"),
)
# What may become of a regular meeting; the year of four cells takes each of them twice or oftener.
LIVES = (
    "closed",
    "none",
    "not recorded",
    "cancelled",
    "postponed",
    "put off and held",
    "held",
    "reopened",
    "closed anew",
    "late",
    "very late",
    "recorded after the lock",
    "amended",
    "amended twice",
    "ruled on after the lock",
    "reopened after the lock",
    "opened after the lock",
    "called off after the lock",
    "put off for long",
    "put off for long and held",
)
BESIDE = (None, None, ("thematic", "closed"), ("thematic", "amended"), ("thematic", "not recorded"))
OTHERS = (*BESIDE, ("extraordinary", "closed"), ("premeeting", "not recorded"))
Marks = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Sitting:
    """One meeting of a cell: its life, its roll-call (and the second one), and how many officials came."""

    cell: str
    month: Month
    kind: str
    life: str
    marks: tuple[Marks, Marks]
    guests: int

    @property
    def name(self) -> str:
        return f"{self.cell} {self.kind} {self.month}"

    @property
    def starts(self) -> datetime:
        """The regular one on the 24th, any other on the 20th."""
        day = 24 if self.kind in ("regular", "combined") else 20
        return datetime.combine(date(*self.month, day), HOUR)


@dataclass(frozen=True)
class Happening:
    """`verb` is one of: cancel, postpone, move (to `becomes`), call (with the first or second marks), close,
    reopen, rule."""

    at: datetime
    sitting: Sitting
    verb: str
    becomes: datetime | None = None
    again: bool = False


@dataclass(frozen=True)
class Year:
    """The status of each member by cell, for the whole year, and every meeting."""

    people: dict[str, tuple[str, ...]]
    sittings: list[Sitting]

    @property
    def happenings(self) -> list[Happening]:
        """What has happened up to now, in order."""
        found = [one for sitting in self.sittings for one in _life(sitting) if one.at <= NOW]
        return sorted(found, key=lambda one: one.at)


@st.composite
def years(draw: st.DrawFn) -> Year:
    """Every life stands in every year, always in other places."""
    people, sittings = {}, []
    lives = iter(draw(st.permutations((LIVES * 3)[: len(CELLS) * len(MONTHS)])))
    for cell in CELLS:
        people[cell] = tuple(draw(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=4)))
        marks = st.tuples(*[st.sampled_from(MARKS)] * len(people[cell]))
        for month in MONTHS:
            of_month = [(draw(st.sampled_from(("regular", "combined"))), next(lives))]
            of_month += [one for one in [draw(st.sampled_from(OTHERS))] if one]
            for kind, life in of_month:
                called, guests = draw(st.tuples(marks, marks)), draw(st.integers(0, 2))
                sittings.append(Sitting(cell, month, kind, life, called, guests))
    return Year(people, [one for one in sittings if one.life != "none"])


def _life(one: Sitting) -> Iterator[Happening]:
    lock, before = calendar.locked_from(one.month), one.starts - timedelta(2)
    next_month = datetime.combine(date(*calendar.after(one.month), 1), HOUR)
    put_off = ("postponed", "put off and held", "put off for long", "put off for long and held")
    never = ("not recorded", "cancelled", "called off after the lock", "postponed", "put off for long")
    moved = {
        "put off and held": (before, one.starts + timedelta(3)),
        "late": (before, next_month + timedelta(1)),
        "very late": (before, next_month + timedelta(20)),
        "put off for long": (lock + timedelta(1), next_month + timedelta(15)),
        "put off for long and held": (lock + timedelta(1), next_month + timedelta(15)),
    }
    if one.life in put_off:
        yield Happening(before - timedelta(1), one, "postpone")
    if one.life in ("cancelled", "called off after the lock"):
        yield Happening(before if one.life == "cancelled" else lock, one, "cancel")
    if one.life in moved:
        yield Happening(moved[one.life][0], one, "move", moved[one.life][1])
    if one.life in ("recorded after the lock", "opened after the lock"):
        yield from _called(one, lock + timedelta(3))
    elif one.life not in never:
        yield from _called(one, moved.get(one.life, (before, one.starts))[1] + timedelta(hours=2))


def _called(one: Sitting, at: datetime) -> Iterator[Happening]:
    """The roll-call, and what was done to the list afterwards."""
    lock = calendar.locked_from(one.month)
    yield Happening(at, one, "call")
    if one.life in ("held", "opened after the lock"):
        return
    yield Happening(at + timedelta(minutes=1), one, "close")
    if one.life in ("reopened", "closed anew"):
        yield Happening(at + timedelta(hours=1), one, "reopen")
    if one.life in ("amended", "amended twice", "reopened after the lock"):
        yield Happening(lock, one, "reopen")
    if one.life in ("closed anew", "amended", "amended twice"):
        again = at + timedelta(hours=2) if one.life == "closed anew" else lock + timedelta(1)
        yield Happening(again, one, "call", again=True)
        yield Happening(again + timedelta(minutes=1), one, "close")
    if one.life in ("amended twice", "ruled on after the lock"):
        yield Happening(lock + timedelta(2), one, "rule")
