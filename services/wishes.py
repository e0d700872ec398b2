"""A wish of the commune is published or taken back: what that does to the agendas that are rows already."""

from meetings.agenda import Heading, Origin
from meetings.records import Meeting
from meetings.terms import MeetingId
from meetings.wishes import Orientation, Wish
from services import orientation
from services.agenda import CHANGEABLE, is_monthly, of_commune, wished_for, write
from services.rules import policy_of
from services.work import Work


async def publish(work: Work, one: orientation.Proposed) -> None:
    """A wish of the commune stands; on agendas that are rows already it is added, a template shows it itself."""
    wish = await orientation.publish(work, one)
    for meeting, standing in await _written_down(work, wish):
        if wish.title not in {each.title for each in standing}:
            minutes = (await policy_of(work, meeting.cell)).agenda.added_minutes
            place = max(each.place for each in standing) + 1
            await write(work, meeting, of_commune(meeting, wish, place, minutes))


async def take_back(work: Work, number: str) -> Orientation:
    """The wish is gone, also from the agendas on which it stands untouched, unless it is wished otherwise too."""
    wish = await orientation.withdraw(work, number)
    for meeting, standing in await _written_down(work, wish):
        theirs = [one for one in standing if one.origin is Origin.COMMUNE and one.title == wish.title]
        if theirs and wish.title not in await wished_for(work, meeting):
            for one in theirs:
                await work.uow.headings.drop(one.id)
    return wish


async def _written_down(work: Work, wish: Orientation) -> list[tuple[Meeting, list[Heading]]]:
    """The monthly meetings a heading is for whose agenda is rows of its own, with these; none for a topic."""
    if wish.wish is not Wish.HEADING or wish.period is None:
        return []
    cells = [one.id for one in await orientation.cells_of(work, wish)]
    found = await work.uow.meetings.of_period(cells, wish.period)
    open_ones = [one for one in found if is_monthly(one) and one.state in CHANGEABLE]
    rows: dict[MeetingId, list[Heading]] = {}
    for heading in await work.uow.headings.of_meetings([one.id for one in open_ones]):
        rows.setdefault(heading.meeting, []).append(heading)
    return [(one, rows[one.id]) for one in open_ones if one.id in rows]
