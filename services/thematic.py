"""The thematic meetings of a quarter: how many a cell has held or planned, and one nudge if there is none.

The quarter is that of the period month; thematic and combined count alike (domain.md 9).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from chat.replies import Choice, Reply, action
from chat.text import Param, Text, lines
from meetings.folding import fold
from meetings.period import Period
from meetings.records import Meeting, Person, Unit
from meetings.terms import Kind, State, UnitId
from meetings.wishes import Orientation, Wish
from services import orientation
from services.access import leaders
from services.delivery import Occasion, reached, tell, told_of
from services.facts import body
from services.leading import leaders_reached
from services.rules import policy_of
from services.schedule import at_local
from services.work import Work

KIND = "thematic"
COUNT = (Kind.THEMATIC, Kind.COMBINED)
_HELD = (State.HELD, State.CLOSED)
_AHEAD = (State.PLANNED, State.ANNOUNCED)
_OFFERED = 4


@dataclass(frozen=True, slots=True)
class Quarter:
    """How a cell stands in a quarter. `first` is its first month."""

    first: Period
    held: int
    planned: int
    owed: int

    @property
    def is_open(self) -> bool:
        """Fewer held or planned than are owed."""
        return self.held + self.planned < self.owed


def first_month(period: Period) -> Period:
    return Period(period.year, period.quarter * 3 - 2)


async def quarter_of(work: Work, cell: UnitId, period: Period) -> Quarter:
    """The quarter a month lies in. What has begun and is not recorded may have been held: it counts as planned."""
    return (await _quarters(work, [cell], period))[cell]


async def _quarters(work: Work, cells: Sequence[UnitId], period: Period) -> dict[UnitId, Quarter]:
    """The same of many cells, in one look at each month."""
    first = first_month(period)
    held, planned = Counter[UnitId](), Counter[UnitId]()
    for month in (first, first.next(), first.next().next()):
        for one in await work.uow.meetings.of_period(cells, month):
            if one.kind in COUNT:
                held[one.cell] += one.state in _HELD
                planned[one.cell] += one.state in _AHEAD
    owed = {cell: (await policy_of(work, cell)).meetings.thematic_per_quarter for cell in cells}
    return {cell: Quarter(first, held[cell], planned[cell], owed[cell]) for cell in cells}


async def line_of(work: Work, meeting: Meeting) -> Text | None:
    """A quiet line for who leads the cell, while the quarter has no thematic meeting."""
    quarter = await quarter_of(work, meeting.cell, meeting.period)
    if not quarter.is_open:
        return None
    return Text("thematic.line", {"quarter": quarter_name(quarter.first)})


def quarter_name(first: Period) -> Text:
    return Text(f"quarter.{first.quarter}", {"year": first.year})


async def topics(work: Work, cell: Unit) -> list[Orientation]:
    """What the units above suggest, the newest first; a title the cell has had this year is left out."""
    had = {
        fold(one.title)
        for one in await work.uow.meetings.of_cell(cell.id)
        if one.title
        and one.kind in COUNT
        and one.state is not State.CANCELLED
        and one.period.year >= work.today.year
    }
    found = await orientation.wished(work, cell, Wish.TOPIC)
    return [one for one in reversed(found) if fold(one.title) not in had]


# --- the nudge ---------------------------------------------------------------------------------------


async def due_at(work: Work, cell: UnitId, period: Period) -> datetime:
    """When a quarter without a thematic meeting is spoken of: a day of its third month."""
    rules = (await policy_of(work, cell)).thematic
    third = first_month(period).next().next()
    return at_local(work, third.first_day.replace(day=rules.nudge_day), rules.hour)


async def waiting(work: Work) -> list[UnitId]:
    """The cells in which somebody is to be nudged now."""
    this = Period.of(work.today)
    if this != first_month(this).next().next():
        return []
    cells = [one.id for one in await work.uow.units.cells() if await due_at(work, one.id, this) <= work.now]
    untold = await _untold(work, cells, this) if cells else []
    quarters = await _quarters(work, untold, this) if untold else {}
    return [cell for cell, one in quarters.items() if one.is_open]


async def _untold(work: Work, cells: Sequence[UnitId], this: Period) -> list[UnitId]:
    """The cells with a leader who is reached and was not nudged yet this quarter, in a few looks."""
    led, kind = await leaders_reached(work, cells), f"{KIND}.{first_month(this)}"
    known = await work.uow.notices.of_subjects({f"{KIND}:{one}" for one in led}, 0)
    told = {(name, one.recipient) for name, said in known.items() for one in said if one.kind == kind}
    return [
        cell
        for cell in cells
        if any((f"{KIND}:{cell}", f"person:{who}") not in told for who in led.get(cell, ()))
    ]


async def nudge(work: Work, number: UnitId) -> None:
    """[19] Secretary and deputy, once a quarter."""
    this = Period.of(work.today)
    if await due_at(work, number, this) > work.now or not (await quarter_of(work, number, this)).is_open:
        return
    for occasion, leader in await _to_nudge(work, number):
        await tell(work, leader, occasion, await nudging(work, await work.uow.units.by_id(number), this))


async def _to_nudge(work: Work, cell: UnitId) -> list[tuple[Occasion, Person]]:
    """Who of a cell was not told yet that this quarter has no thematic meeting."""
    this = Period.of(work.today)
    at = await due_at(work, cell, this)
    ends = at_local(work, this.next().first_day, time())
    subject = f"{KIND}:{cell}"
    told = await told_of(work, subject)
    kind = f"{KIND}.{first_month(this)}"
    occasion = Occasion(subject, kind, at, useful_until=ends, unit=cell, told=told)
    found = await leaders(work, cell)
    return [(occasion, one) for one in found if occasion.is_new_to(one.id) and await reached(work, one)]


async def still_missing(work: Work, cell: UnitId, kind: str) -> bool:
    """Whether the quarter of a nudge that waited, by the kind of that notice, still has no thematic meeting."""
    return (await quarter_of(work, cell, Period.parse(kind.removeprefix(f"{KIND}.")))).is_open


async def nudging(work: Work, cell: Unit, period: Period) -> Reply:
    """The state of the quarter a month lies in, the commune's topics as buttons, and a topic of one's own."""
    quarter = await quarter_of(work, cell.id, period)
    known: dict[str, Param] = {
        "quarter": quarter_name(quarter.first),
        "body": await body(work, cell),
        "cell": cell.name,
        "least": (await policy_of(work, cell.id)).meetings.min_minutes_combined,
    }
    suggested = (await topics(work, cell))[:_OFFERED]
    choices = [
        Choice(Text("button.wish", {"title": one.title}), action("theme", cell.id, one.id))
        for one in suggested
    ]
    choices.append(Choice(Text("button.own_topic"), action("theme", cell.id, 0)))
    first = Text("thematic.nudge" if quarter.is_open else "thematic.enough", known)
    text = lines(first, Text("thematic.suggested") if suggested else None)
    return Reply(text, tuple(choices), question=f"theme:{cell.id}")
