"""One heading of an agenda after the other: up, down, minutes, who, another title, off; by taps or one line."""

from collections.abc import Sequence
from dataclasses import replace

from chat.numbers import whole
from chat.replies import Choice, Reply, Step, action
from chat.router import Replies, Router, Turn
from chat.text import Text, lines
from handlers.agenda_view import heading_facts, shown
from meetings.agenda import Heading, total
from meetings.agenda_line import BadLine, Edit, Line, parse_line
from meetings.folding import fold, squeeze
from meetings.records import Meeting, Member
from meetings.roles import Right
from meetings.terms import CellRole, PersonId
from services import Work, access, agenda, nearness
from services.errors import NotFound
from services.facts import named

router: Router[Work] = Router()
_STEP_MINUTES = 5
_LABEL = 40  # characters of a title on a button
_LIKELY = (CellRole.SECRETARY, CellRole.DEPUTY, CellRole.COMMITTEE, CellRole.CLERK, CellRole.GROUP_LEADER)


@router.action("agenda_edit")
async def choose_heading(turn: Turn[Work], meeting_id: str, start: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    return [await _list(turn.work, meeting, whole(start) or 0)]


async def _list(work: Work, meeting: Meeting, start: int) -> Reply:
    """The headings as buttons, a page at a time; or a line typed."""
    headings = await agenda.written(work, meeting)
    start = start if start < len(headings) else 0
    page = headings[start : start + work.room - 1]
    choices = [
        Choice(
            Text("button.heading", {"n": place, "title": _short(one.title)}),
            action("head", meeting.id, one.id),
        )
        for place, one in enumerate(page, start + 1)
    ]
    if len(headings) > work.room - 1:
        after = start + len(page)
        choices.append(
            Choice(
                Text("button.more"), action("agenda_edit", meeting.id, after if after < len(headings) else 0)
            )
        )
    step = _awaited(meeting, headings)
    return Reply(Text("agenda.which"), tuple(choices), question=f"agenda:{meeting.id}", expects=step)


def _awaited(meeting: Meeting, headings: Sequence[Heading]) -> Step:
    """A line about these headings in this order: their numbers mean nothing in another one."""
    return Step("agenda.line", {"meeting": str(meeting.id), "seen": _order(headings)})


def _order(headings: Sequence[Heading]) -> str:
    return " ".join(str(one.id) for one in headings)


def _short(title: str) -> str:
    return title if len(title) <= _LABEL else f"{title[: _LABEL - 1].rstrip()}…"


@router.step("agenda.line")
async def take_line(turn: Turn[Work]) -> Replies:
    data = turn.step.data if turn.step else {}
    meeting = await access.meeting(turn.work, data.get("meeting", ""), Right.SCHEDULE)
    try:
        line = parse_line(turn.event.text)
    except BadLine:
        return [Reply(Text("agenda.bad_line"), expects=turn.step)]
    headings = await agenda.written(turn.work, meeting)
    if line.edit is not Edit.ADD and data.get("seen", "") != _order(headings):
        now = await shown(turn.work, meeting, Text("agenda.renumbered"))
        return [replace(now, expects=_awaited(meeting, headings))]
    return await carry_out(turn.work, meeting, line)


async def carry_out(work: Work, meeting: Meeting, line: Line) -> Replies:
    """Do what a line says and show the agenda as it is now. Raises BadHeading for a number that is not there."""
    if line.edit is Edit.ADD:
        await agenda.add_heading(work, meeting, line.title, minutes=line.number)
        near = await nearness.near_line(work, meeting, line.title)
        return [await shown(work, meeting, lines(Text("agenda.added"), near))]
    headings = await agenda.written(work, meeting)
    if not 1 <= line.place <= len(headings):
        raise agenda.BadHeading(Text("agenda.no_such", {"n": line.place, "last": len(headings)}))
    one = headings[line.place - 1]
    if line.edit is Edit.DROP:
        await agenda.drop(work, meeting, one)
        return [await shown(work, meeting, Text("agenda.dropped", {"title": one.title}))]
    if line.edit in (Edit.UP, Edit.DOWN):
        await agenda.shift(work, meeting, one, up=line.edit is Edit.UP)
    elif line.edit is Edit.TITLE:
        await agenda.retitle(work, meeting, one, line.title)
    elif line.edit is Edit.MINUTES:
        await agenda.set_minutes(work, meeting, one, line.number or 0)
    else:
        await agenda.set_person(work, meeting, one, (await _numbered(work, meeting, line.number)).person)
    return [await shown(work, meeting, Text("agenda.changed", {"n": line.place}))]


async def _numbered(work: Work, meeting: Meeting, number: int | None) -> Member:
    for member in await work.uow.members.of_cell(meeting.cell, work.today):
        if member.number == number:
            return member
    raise agenda.BadHeading(Text("agenda.no_member", {"n": number or 0}))


@router.action("head")
async def show_heading(turn: Turn[Work], meeting_id: str, number: str) -> Replies:
    meeting, heading = await _heading(turn.work, meeting_id, number)
    return [await _card(turn.work, meeting, heading)] if heading else [await _gone(turn.work, meeting)]


async def _heading(work: Work, meeting_id: str, number: str) -> tuple[Meeting, Heading | None]:
    """The heading of a button; somebody else may have taken it off meanwhile."""
    meeting = await access.meeting(work, meeting_id, Right.SCHEDULE)
    known = whole(number)
    try:
        return meeting, None if known is None else await agenda.one_of(work, meeting, known)
    except NotFound:
        return meeting, None


async def _gone(work: Work, meeting: Meeting) -> Reply:
    return await shown(work, meeting, Text("agenda.gone"))


async def _card(work: Work, meeting: Meeting, heading: Heading, first: Text | None = None) -> Reply:
    """A heading with its neighbours, and what may be done to it."""
    headings = await agenda.agenda_of(work, meeting)
    at = next(index for index, one in enumerate(headings) if one.id == heading.id)
    around = range(max(0, at - 1), min(len(headings), at + 2))
    text = lines(
        first,
        *[
            Text("agenda.line", await heading_facts(work, headings[index], index + 1, named=True))
            for index in around
        ],
        Text("agenda.card", {"n": at + 1, "total": total(headings)}),
    )
    await access.note_names(work, meeting.cell, meeting)
    ids = (meeting.id, heading.id)
    minutes = headings[at].minutes
    less = max(0, minutes - _STEP_MINUTES)
    choices = [
        Choice(Text("button.head_up"), action("head_move", *ids, at, "up")),
        Choice(Text("button.head_down"), action("head_move", *ids, at, "down")),
        Choice(Text("button.head_more"), action("head_time", *ids, minutes, minutes + _STEP_MINUTES)),
        Choice(Text("button.head_less"), action("head_time", *ids, minutes, less)),
        Choice(Text("button.head_who"), action("head_who", *ids)),
        Choice(Text("button.head_title"), action("head_title", *ids)),
        Choice(Text("button.head_drop"), action("head_drop", *ids)),
        Choice(Text("button.done"), action("agenda", meeting.id)),
    ]
    return Reply(text, tuple(choices), question=f"agenda:{meeting.id}")


@router.action("head_move")
async def move(turn: Turn[Work], meeting_id: str, number: str, at: str, way: str) -> Replies:
    """Bound to the place it was shown at: pressed twice, or after somebody else, it only shows what is."""
    meeting, heading = await _heading(turn.work, meeting_id, number)
    if heading is None:
        return [await _gone(turn.work, meeting)]
    headings = await agenda.written(turn.work, meeting)
    if str(next(index for index, one in enumerate(headings) if one.id == heading.id)) != at:
        return [await _card(turn.work, meeting, heading, Text("agenda.stands_now"))]
    await agenda.shift(turn.work, meeting, heading, up=way == "up")
    return [await _card(turn.work, meeting, heading)]


@router.action("head_time")
async def set_time(turn: Turn[Work], meeting_id: str, number: str, was: str, becomes: str) -> Replies:
    """Bound to the minutes it was shown with, as a move is to its place."""
    meeting, heading = await _heading(turn.work, meeting_id, number)
    if heading is None:
        return [await _gone(turn.work, meeting)]
    if str(heading.minutes) == was:
        await agenda.set_minutes(turn.work, meeting, heading, whole(becomes) or 0)
        return [await _card(turn.work, meeting, heading)]
    twice = str(heading.minutes) == becomes
    return [await _card(turn.work, meeting, heading, None if twice else Text("agenda.stands_now"))]


@router.action("head_drop")
async def drop(turn: Turn[Work], meeting_id: str, number: str) -> Replies:
    meeting, heading = await _heading(turn.work, meeting_id, number)
    if heading is None:
        return [await _gone(turn.work, meeting)]
    await agenda.drop(turn.work, meeting, heading)
    return [await shown(turn.work, meeting, Text("agenda.dropped", {"title": heading.title}))]


@router.action("head_title")
async def ask_title(turn: Turn[Work], meeting_id: str, number: str) -> Replies:
    meeting, heading = await _heading(turn.work, meeting_id, number)
    if heading is None:
        return [await _gone(turn.work, meeting)]
    step = Step("agenda.title", {"meeting": meeting_id, "heading": number})
    return [Reply(Text("agenda.ask_title", {"title": heading.title}), expects=step)]


@router.step("agenda.title")
async def take_title(turn: Turn[Work]) -> Replies:
    data = turn.step.data if turn.step else {}
    meeting, heading = await _heading(turn.work, data.get("meeting", ""), data.get("heading", ""))
    if heading is None:
        return [await _gone(turn.work, meeting)]
    await agenda.retitle(turn.work, meeting, heading, turn.event.text)
    return [await _card(turn.work, meeting, heading)]


@router.action("head_who")
async def ask_who(turn: Turn[Work], meeting_id: str, number: str) -> Replies:
    """Those with a post as buttons; anybody of the cell by name or roll number."""
    work = turn.work
    meeting, heading = await _heading(work, meeting_id, number)
    if heading is None:
        return [await _gone(work, meeting)]
    members = await work.uow.members.of_cell(meeting.cell, work.today)
    likely = {one.id for one in await work.uow.people.holders(meeting.cell, _LIKELY, work.today)}
    choices = [
        Choice(named(one), action("head_set", meeting.id, heading.id, one.person))
        for one in members
        if one.person in likely
    ][: work.room - 1]
    choices.append(Choice(Text("button.nobody"), action("head_set", meeting.id, heading.id, 0)))
    await access.note_names(work, meeting.cell, meeting)
    step = Step("agenda.who", {"meeting": meeting_id, "heading": number})
    text = Text("agenda.ask_who", {"title": heading.title})
    return [Reply(text, tuple(choices), question=f"agenda:{meeting.id}", expects=step)]


@router.action("head_set")
async def set_who(turn: Turn[Work], meeting_id: str, number: str, who: str) -> Replies:
    meeting, heading = await _heading(turn.work, meeting_id, number)
    if heading is None:
        return [await _gone(turn.work, meeting)]
    members = {one.person for one in await turn.work.uow.members.of_cell(meeting.cell, turn.work.today)}
    person = PersonId(whole(who) or 0)
    if person and person not in members:
        raise NotFound
    await agenda.set_person(turn.work, meeting, heading, person or None)
    return [await _card(turn.work, meeting, heading)]


@router.step("agenda.who")
async def take_who(turn: Turn[Work]) -> Replies:
    data = turn.step.data if turn.step else {}
    meeting, heading = await _heading(turn.work, data.get("meeting", ""), data.get("heading", ""))
    if heading is None:
        return [await _gone(turn.work, meeting)]
    typed = squeeze(turn.event.text)
    number = whole("".join(char for char in typed if char.isdigit()))
    if number is not None:
        found = [await _numbered(turn.work, meeting, number)]
    else:
        members = await turn.work.uow.members.of_cell(meeting.cell, turn.work.today)
        found = [one for one in members if one.name and f" {fold(typed)}" in f" {fold(one.name)}"]
    if len(found) != 1:
        return [Reply(Text("agenda.bad_who", {"n": len(found)}), expects=turn.step)]
    await agenda.set_person(turn.work, meeting, heading, found[0].person)
    return [await _card(turn.work, meeting, heading)]
