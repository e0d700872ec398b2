"""`diemdanh`: the roll-call by buttons or by one line, undo, reopening."""

from collections.abc import Sequence
from dataclasses import replace

from chat.numbers import whole
from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Param, Text, lines
from handlers.finishing import after, ask_guests, closed
from handlers.picking import which_meeting
from meetings.folding import squeeze
from meetings.records import Meeting
from meetings.roles import Right
from meetings.rollcall_line import BadLine, LineFault
from meetings.terms import Mark, Ruling, State
from services import Work, access, closing, reopening, rollcall
from services.errors import TooLate
from services.facts import facts, named, names, names_or_none
from services.sheets import Sheet

router: Router[Work] = Router()
_FIXED = 4  # choices beside the names on a page


@router.command("diemdanh", "diem danh")
async def call_the_roll(turn: Turn[Work]) -> Replies:
    work = turn.work
    await access.cells_with(work, Right.MARK_ROLLCALL)
    meetings = await rollcall.to_call(work)
    if not meetings:
        return [await _nothing_to_call(work)]
    if len(meetings) > 1:
        return [await _which(work, meetings, 0)]
    return [await _panel(work, await rollcall.open_sheet(work, meetings[0]), 0)]


async def _which(work: Work, meetings: Sequence[Meeting], page: int) -> Reply:
    """The newest first: it is mostly that one, and years that were never recorded are waded through last."""
    return await which_meeting(work, meetings[::-1], "call", page=page, more="calls")


@router.action("calls")
async def more_calls(turn: Turn[Work], page: str) -> Replies:
    """A line that waits for its meeting waits on."""
    asked = await _which(turn.work, await rollcall.to_call(turn.work), whole(page) or 0)
    waiting = turn.step if turn.step is not None and turn.step.name == "call.line" else None
    return [replace(asked, expects=waiting)]


async def _nothing_to_call(work: Work) -> Reply:
    """Not begun yet, or closed already: say which, and offer what is still possible."""
    for cell in await access.cells_with(work, Right.MARK_ROLLCALL):
        begun = [one for one in await work.uow.meetings.of_cell(cell.id) if one.starts_at <= work.now]
        last = begun[-1] if begun else None
        if last is None or last.state is not State.CLOSED:
            continue
        # After the lock there are amendments only, and those are for secretary and deputy.
        if await rollcall.may_rule(work, last) or not await rollcall.is_locked(work, last):
            return await closed(work, last)
    return Reply(Text("rollcall.nothing"))


@router.action("call")
async def open_call(turn: Turn[Work], meeting_id: str) -> Replies:
    """The list of the meeting that was chosen; a line typed before the choice is read for it."""
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    if turn.step is not None and turn.step.name == "call.line":
        return [await _read(turn.work, meeting, turn.step.data["line"])]
    return [await _panel(turn.work, await rollcall.open_sheet(turn.work, meeting), 0)]


@router.action("page")
async def turn_page(turn: Turn[Work], meeting_id: str, page: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    opened = await rollcall.open_sheet(turn.work, meeting)
    return [await _panel(turn.work, opened, whole(page) or 0)]


async def _panel(work: Work, opened: Sheet, page: int) -> Reply:
    """[14] Names page by page: a press sets "absent"; everybody else with one press."""
    meeting = opened.meeting
    await access.note_names(work, meeting.cell, meeting)
    known = await facts(work, meeting)
    known |= {
        "expected": len(opened.base),
        "unmarked": len(opened.unmarked),
        "absent": names_or_none(opened.absent()),
    }
    said_absent = await rollcall.said_absent(work, meeting)
    open_names = [one for one in opened.base if one not in opened.absent()]
    size = max(1, work.room - _FIXED - (len(open_names) > work.room - _FIXED))
    pages = max(1, -(-len(open_names) // size))
    shown = open_names[(page % pages) * size : (page % pages + 1) * size]
    choices = [
        Choice(
            Text("rollcall.member", {"name": named(one), "number": one.number}),
            action("mark", meeting.id, one.person, page % pages),
        )
        for one in shown
    ]
    if opened.unmarked:
        everybody = Choice(
            Text("button.all_present"),
            action("all", meeting.id),
            words="words.all_present",
            style=Style.GOOD,
        )
        choices.insert(0, everybody)
    if pages > 1:
        choices.append(Choice(Text("button.more"), action("page", meeting.id, (page + 1) % pages)))
    choices += after(opened, undo=True, close=True)
    told: dict[str, Param] = {"names": names(said_absent), "n": len(said_absent)}
    text = lines(
        Text("rollcall.panel", known),
        Text("rollcall.state", known),
        Text("rollcall.said_absent", told) if said_absent and opened.unmarked else None,
        Text("rollcall.how"),
    )
    return Reply(text, tuple(choices), question=f"call:{meeting.id}")


@router.action("mark")
async def mark_absent(turn: Turn[Work], meeting_id: str, who: str, page: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    opened = await rollcall.mark_absent(turn.work, meeting, who)
    return [await _panel(turn.work, opened, whole(page) or 0)]


@router.action("all")
async def all_present(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    return [await _panel(turn.work, await rollcall.mark_rest_present(turn.work, meeting), 0)]


@router.action("undo")
async def undo(turn: Turn[Work], meeting_id: str, step: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    last = await rollcall.last_step(turn.work, meeting)
    if last is not None and str(last.id) != step:
        return [Reply(Text("menu.expired"))]
    opened = await reopening.undo(turn.work, meeting)
    return [Reply(Text("rollcall.undone")), await _panel(turn.work, opened, 0)]


@router.command("hoan tac")
async def undo_in_words(turn: Turn[Work]) -> Replies:
    """Typed with no list open (else the menu takes it): the last step of whoever writes, of whatever list."""
    work = turn.work
    cells = await access.cells_with(work, Right.MARK_ROLLCALL)
    own = await rollcall.own_last_step(work)
    if own is None:
        hours = await rollcall.undo_hours(work, cells[0].id)
        raise TooLate(Text("refused.nothing_to_undo", {"hours": hours}))
    return await undo(turn, str(own.meeting), str(own.id))


@router.pattern(r"(vắng|vang)[\s:,;]*\+?\s*\d.*|đủ([\s:,;+].*)?|du[\s:,;]*\+?\s*\d.*")
async def one_line(turn: Turn[Work]) -> Replies:
    """`vắng 3 7kp 12ốm +5 4tt`, `đủ`: names and counts come back, nothing is recorded before "Xác nhận"."""
    work = turn.work
    await access.cells_with(work, Right.MARK_ROLLCALL)
    meetings = await rollcall.to_call(work)
    if not meetings:
        return [await _nothing_to_call(work)]
    line = squeeze(turn.event.text)
    if len(meetings) > 1:
        asked = await _which(work, meetings, 0)
        return [replace(asked, expects=Step("call.line", {"line": line}))]
    return [await _read(work, meetings[0], line)]


async def _read(work: Work, meeting: Meeting, line: str) -> Reply:
    try:
        number, would_be = await rollcall.propose_line(work, meeting, line)
    except BadLine as error:
        known: dict[str, Param] = {"word": error.word}
        if error.kind is LineFault.NOT_EXPECTED:
            known["why"] = await rollcall.why_not_expected(work, meeting, int(error.word))
        return Reply(Text(f"line.{error.kind}", known))
    return await _read_back(work, number, would_be)


async def _read_back(work: Work, number: int, would_be: Sheet) -> Reply:
    await access.note_names(work, would_be.meeting.cell, would_be.meeting)
    known = await facts(work, would_be.meeting)
    parts = [Text("line.first", known), closing.result(would_be)]
    for ruling in Ruling:
        absent = would_be.absent(ruling)
        if absent:
            parts.append(Text(f"line.{ruling}", {"names": names(absent, limit=30), "n": len(absent)}))
    if would_be.extras:
        parts.append(Text("line.extra", {"names": names(would_be.extras), "n": len(would_be.extras)}))
    came_anyway = [
        one
        for one in await rollcall.said_absent(work, would_be.meeting)
        if would_be.marks[one.person].mark is not Mark.ABSENT
    ]
    if came_anyway:
        parts.append(Text("line.said_absent", {"names": names(came_anyway), "n": len(came_anyway)}))
    choices = (
        Choice(Text("button.confirm"), action("line_ok", number), style=Style.GOOD),
        Choice(Text("button.skip"), action("drop")),
    )
    question = f"call:{would_be.meeting.id}"
    return Reply(lines(*parts, Text("line.ask")), choices, question=question)


@router.action("line_ok")
async def confirm_line(turn: Turn[Work], number: str) -> Replies:
    work = turn.work
    proposal, meeting = await rollcall.proposed(work, number)
    await access.require(work, meeting.cell, Right.MARK_ROLLCALL)
    if meeting.state is State.CLOSED:
        raise TooLate(Text("refused.closed"))
    marked = await rollcall.confirm_line(work, proposal, meeting)
    return [
        Reply(
            Text("line.recorded"),  # the figures were read back a moment ago
            tuple(after(marked, undo=True, close=True)),
            question=f"call:{meeting.id}",
        ),
        *await ask_guests(work, marked.meeting),
    ]


@router.action("reopen")
async def reopen(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.REOPEN)
    opened = await rollcall.sheet(turn.work, await reopening.reopen(turn.work, meeting))
    panel = await _panel(turn.work, opened, 0)
    left: dict[str, Param] = {"n": len(opened.unmarked), "names": names(opened.unmarked, limit=30)}
    again = Text("rollcall.call_again", left) if opened.unmarked else None
    return [replace(panel, text=lines(again, panel.text))]
