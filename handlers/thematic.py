"""A topic for the quarter: with the regular meeting, or in a meeting of its own; the rest is `handlers.extras`."""

from chat.numbers import whole
from chat.replies import Choice, Reply, Step, action
from chat.router import Replies, Router, Turn
from chat.text import Text
from handlers.extras import ask_to_combine
from meetings.period import BadPeriod, Period
from meetings.records import Unit
from meetings.roles import Right
from meetings.terms import Kind, UnitId
from meetings.wishes import Orientation
from services import Work, access, extras, thematic
from services.errors import NotFound

router: Router[Work] = Router()


@router.action("themes")
async def show_topics(turn: Turn[Work], cell_id: str, month: str) -> Replies:
    """For the quarter of the meeting beside which it was offered."""
    try:
        period = Period.parse(month)
    except BadPeriod:
        raise NotFound from None
    return [await thematic.nudging(turn.work, await _cell(turn.work, cell_id), period)]


@router.action("theme")
async def ask_how(turn: Turn[Work], cell_id: str, number: str) -> Replies:
    """A topic of the commune's, or 0 for one's own: with which meeting?"""
    work = turn.work
    cell = await _cell(work, cell_id)
    topic = await _topic(work, cell, number)
    meeting = await extras.regular_ahead(work, cell)
    choices = []
    if meeting is not None and meeting.kind is Kind.REGULAR:
        label = Text("button.with_regular", {"when": meeting.starts_at})
        with_it = action("theme_with", cell.id, meeting.id, number)
        choices.append(Choice(label, with_it if topic else action("combine", meeting.id)))
    apart = action("theme_apart", cell.id, number) if topic else action("add", cell.id, Kind.THEMATIC)
    choices.append(Choice(Text("button.add_thematic"), apart))
    title = Text("thematic.chosen", {"title": topic.title}) if topic else Text("thematic.own")
    return [Reply(title, tuple(choices), question=f"theme:{cell.id}")]


@router.action("theme_with")
async def combine(turn: Turn[Work], cell_id: str, meeting_id: str, number: str) -> Replies:
    """Read back as if its title had been typed."""
    work = turn.work
    cell = await _cell(work, cell_id)
    topic = await _topic(work, cell, number)
    meeting = await access.meeting(work, meeting_id, Right.SCHEDULE)
    if topic is None or meeting.cell != cell.id:
        raise NotFound
    return await ask_to_combine(work, meeting, topic.title)


@router.action("theme_apart")
async def apart(turn: Turn[Work], cell_id: str, number: str) -> Replies:
    """Only the day and hour are missing."""
    work = turn.work
    cell = await _cell(work, cell_id)
    topic = await _topic(work, cell, number)
    if topic is None:
        raise NotFound
    data = {"cell": str(cell.id), "kind": Kind.THEMATIC, "title": topic.title}
    return [Reply(Text("thematic.ask_when", {"title": topic.title}), expects=Step("add.when", data))]


async def _topic(work: Work, cell: Unit, number: str) -> Orientation | None:
    """One of the topics suggested to this cell; None for one's own. Raises NotFound when it was taken back."""
    if number == "0":
        return None
    for one in await thematic.topics(work, cell):
        if str(one.id) == number:
            return one
    raise NotFound


async def _cell(work: Work, cell_id: str) -> Unit:
    known = whole(cell_id)
    if known is None:
        raise NotFound
    return await access.require(work, UnitId(known), Right.SCHEDULE)
