"""Which cells have fallen asleep: two months in a row without a meeting (domain.md 4.11)."""

from collections.abc import Collection

from meetings.period import Period
from meetings.records import Meeting
from meetings.terms import Kind, State, UnitId
from services.work import Work

_TOOK_PLACE = (State.HELD, State.CLOSED)
_COMING = (State.PLANNED, State.ANNOUNCED)


async def asleep(work: Work, cells: Collection[UnitId], last: Period) -> set[UnitId]:
    """The cells without a meeting in a month that is over and in the one before."""
    return await without_meeting(work, cells, last) if work.today > last.last_day else set()


async def without_meeting(work: Work, cells: Collection[UnitId], last: Period) -> set[UnitId]:
    """The same as it stands now, whether or not the month is over.

    A meeting that began and was not recorded may have been held. In a month in which none of these cells has
    any row Kẻng was not here yet: then nobody can tell. Nor of a cell that is not known to have been there.
    """
    sleeping = set(cells)
    for month in (last.previous(), last):
        rows = await work.uow.meetings.of_period(cells, month)
        if not rows:
            return set()
        sleeping -= {one.cell for one in rows if _may_have_met(work, one)}
        bare = sleeping - {one.cell for one in rows}
        sleeping -= bare - await work.uow.units.at_work(bare, month.first_day, month.last_day)
    return sleeping


def _may_have_met(work: Work, meeting: Meeting) -> bool:
    begun = meeting.state in _COMING and meeting.starts_at <= work.now
    return meeting.kind is not Kind.PREMEETING and (meeting.state in _TOOK_PLACE or begun)
