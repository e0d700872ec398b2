"""`noidung`: the agenda of the next meeting. Secretary and deputy change it by buttons, numbers or one line."""

from dataclasses import replace
from datetime import timedelta

from chat.replies import Choice, Reply, Step, action
from chat.router import Replies, Router, Turn
from chat.text import Text, lines
from handlers import suggestions
from handlers.agenda_view import leads, shown
from handlers.headings import carry_out
from handlers.orientation import wishes_choice
from handlers.picking import which_meeting
from meetings.agenda_line import BadLine, Edit, Line, parse_line
from meetings.records import Meeting
from meetings.roles import Right
from meetings.terms import Kind, State
from services import Work, access, agenda, nearness, orientation, replies
from services.errors import NotAllowed
from services.rules import policy_of
from services.suggestions import own_cells

router: Router[Work] = Router()
_JUST_BEGUN = timedelta(hours=12)
_MONTHLY = (Kind.REGULAR, Kind.COMBINED)
_TYPED = "agenda.typed"


@router.command("noidung", "noi dung", arguments=True)
async def show_agenda(turn: Turn[Work]) -> Replies:
    """The agenda of one's meeting; a line such as `8 lên` changes it at once where there is but one."""
    work = turn.work
    meetings = await _meetings(work)
    if not meetings:
        return await _without_meeting(turn)
    if turn.rest:
        return await _typed(turn, meetings)
    if len(meetings) > 1:
        return [await which_meeting(work, meetings, "agenda")]
    return [await shown(work, meetings[0])]


async def _meetings(work: Work) -> list[Meeting]:
    """Of each cell the next meeting up to the monthly one; first of those cells where one belongs or leads."""
    own = {post.cell.id for post in await access.posts(work)}
    coming = await replies.coming_for(work, since=work.now - _JUST_BEGUN)
    for cell in sorted(own):
        held = await work.uow.meetings.in_state(cell, (State.HELD,))
        coming += [one for one in held if one.starts_at > work.now - _JUST_BEGUN]
    seen, found = set(), []
    for meeting in sorted(coming, key=lambda one: (one.cell not in own, one.starts_at)):
        if meeting.cell not in seen:
            found.append(meeting)
            if meeting.kind in _MONTHLY:
                seen.add(meeting.cell)
    of_own = [one for one in found if one.cell in own]
    return of_own or found


async def _without_meeting(turn: Turn[Work]) -> Replies:
    """A heading is proposed all the same. Standing committee and office have wishes for those below."""
    work = turn.work
    leading = any(post.may(Right.SCHEDULE) for post in await access.posts(work))
    if turn.rest and await own_cells(work) and not (leading and _is_edit(turn.rest)):
        return await _typed(turn, [])
    try:
        units = await orientation.units(work)
    except NotAllowed:
        return [Reply(Text("preview.no_meeting" if leading else "meeting.none"))]
    return [Reply(Text("wish.offer"), tuple(wishes_choice(unit) for unit in units[: work.room]))]


def _is_edit(words: str) -> bool:
    """A line about a heading that stands on an agenda."""
    try:
        return parse_line(words).edit is not Edit.ADD
    except BadLine:
        return False


async def _typed(turn: Turn[Work], meetings: list[Meeting]) -> Replies:
    """A line of the one who leads changes the agenda; any other words are a heading that somebody proposes."""
    work = turn.work
    leading = [one for one in meetings if await leads(work, one)]
    try:
        line = parse_line(turn.rest)
    except BadLine:
        if leading and turn.rest[:1].isdigit():
            return [Reply(Text("agenda.bad_line"))]
        return await suggestions.take_words(work, turn.rest)
    if not leading:
        if line.edit is not Edit.ADD:
            raise NotAllowed
        return await suggestions.take_words(work, line.title)
    if len(leading) > 1:
        return [await _of_which(work, leading, line, turn.rest)]
    return await carry_out(work, await access.meeting(work, str(leading[0].id), Right.SCHEDULE), line)


async def _of_which(work: Work, meetings: list[Meeting], line: Line, words: str) -> Reply:
    """The line is kept until it is said which agenda it changes."""
    if line.title:
        await agenda.check_title(line.title)
    asked = await which_meeting(work, meetings, "agenda_typed")
    return replace(asked, expects=Step(_TYPED, {"line": words}))


@router.action("agenda_typed")
async def change_that(turn: Turn[Work], meeting_id: str) -> Replies:
    """Pressed once the line is done, or another question was asked since, it only shows what is."""
    work = turn.work
    meeting = await access.meeting(work, meeting_id, Right.SCHEDULE)
    if turn.step is None or turn.step.name != _TYPED:
        return [await shown(work, meeting)]
    return await carry_out(work, meeting, parse_line(turn.step.data["line"]))


@router.action("agenda")
async def show(turn: Turn[Work], meeting_id: str) -> Replies:
    return [await shown(turn.work, await access.own_meeting(turn.work, meeting_id))]


@router.action("agenda_add")
async def ask_heading(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    added = (await policy_of(turn.work, meeting.cell)).agenda.added_minutes
    return [Reply(Text("agenda.ask_new", {"n": added}), expects=Step("agenda.new", {"meeting": meeting_id}))]


@router.step("agenda.new")
async def take_heading(turn: Turn[Work]) -> Replies:
    """A title, with its minutes at the end or without; where it goes may be changed by a tap."""
    work, data = turn.work, turn.step.data if turn.step else {}
    meeting = await access.meeting(work, data.get("meeting", ""), Right.SCHEDULE)
    try:
        line = parse_line(f"thêm {turn.event.text}")
    except BadLine:
        raise agenda.BadHeading(Text("agenda.empty")) from None
    await agenda.add_heading(work, meeting, line.title, minutes=line.number)
    near = await nearness.near_line(work, meeting, line.title)
    return [await shown(work, meeting, lines(Text("agenda.added"), near))]


@router.action("agenda_anew")
async def ask_rebuilding(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    confirm = Choice(Text("button.confirm"), action("agenda_anew_ok", meeting.id))
    back = Choice(Text("button.skip"), action("agenda", meeting.id))
    return [Reply(Text("agenda.ask_anew"), (confirm, back), question=f"agenda:{meeting.id}")]


@router.action("agenda_anew_ok")
async def rebuild(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    await agenda.rebuild(turn.work, meeting)
    return [await shown(turn.work, meeting)]
