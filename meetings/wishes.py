"""What the commune wishes on the agendas below it: headings for a month, topics for thematic meetings."""

from dataclasses import dataclass
from enum import StrEnum

from meetings.period import Period
from meetings.terms import CellType, UnitId


class Wish(StrEnum):
    HEADING = "heading"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Orientation:
    """One title of a unit for the cells below it, or those of one kind. A topic has no month."""

    id: int
    unit: UnitId
    wish: Wish
    title: str
    period: Period | None
    cells: CellType | None
