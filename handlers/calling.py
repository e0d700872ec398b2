"""`diemdanh`: the roll-call by buttons or by one line, closing, undo, reopening, guests."""

from dataclasses import replace

from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Param, Text, lines
from handlers.picking import which_meeting
from meetings.folding import squeeze
from meetings.records import Meeting
from meetings.roles import Right
from meetings.rollcall_line import BadLine
from meetings.terms import Ruling, State
from services import Work, access, closing, rollcall
from services.errors import TooLate
from services.facts import facts, named, names, names_or_none

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
        return [await which_meeting(work, meetings, "call")]
    return [await _panel(work, await rollcall.open_sheet(work, meetings[0]), 0)]


async def _nothing_to_call(work: Work) -> Reply:
    """Not begun yet, or closed already: say which, and offer what is still possible."""
    for cell in await access.cells_with(work, Right.MARK_ROLLCALL):
        begun = [one for one in await work.uow.meetings.of_cell(cell.id) if one.starts_at <= work.now]
        last = begun[-1] if begun else None
        if last is not None and last.state is State.CLOSED and not rollcall.is_locked(work, last):
            return await _closed(work, last)
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
    return [await _panel(turn.work, opened, int(page) if page.isdigit() and len(page) < 4 else 0)]


async def _panel(work: Work, opened: rollcall.Sheet, page: int) -> Reply:
    """[14] Names page by page: a press sets "absent"; everybody else with one press."""
    meeting = opened.meeting
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
    choices += _after(meeting, undo=bool(opened.marks), close=True)
    told: dict[str, Param] = {"names": names(said_absent), "n": len(said_absent)}
    text = lines(
        Text("rollcall.panel", known),
        Text("rollcall.state", known),
        Text("rollcall.said_absent", told) if said_absent and opened.unmarked else None,
        Text("rollcall.how"),
    )
    return Reply(text, tuple(choices), question=f"call:{meeting.id}")


def _after(meeting: Meeting, *, undo: bool, close: bool) -> list[Choice]:
    choices = []
    if undo:
        choices.append(Choice(Text("button.undo"), action("undo", meeting.id)))
    if close:
        choices.append(Choice(Text("button.close"), action("close", meeting.id)))
    return choices


@router.action("mark")
async def mark_absent(turn: Turn[Work], meeting_id: str, who: str, page: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    opened = await rollcall.mark_absent(turn.work, meeting, who)
    return [await _panel(turn.work, opened, int(page) if page.isdigit() and len(page) < 4 else 0)]


@router.action("all")
async def all_present(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    return [await _panel(turn.work, await rollcall.mark_rest_present(turn.work, meeting), 0)]


@router.action("undo")
async def undo(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    opened = await rollcall.undo(turn.work, meeting)
    return [Reply(Text("rollcall.undone")), await _panel(turn.work, opened, 0)]


@router.command("hoan tac")
async def undo_in_words(turn: Turn[Work]) -> Replies:
    """Typed with no list open (else the menu takes it): the newest list that can still be changed."""
    work = turn.work
    begun = []
    for cell in await access.cells_with(work, Right.MARK_ROLLCALL):
        begun += await work.uow.meetings.in_state(cell.id, (State.HELD, State.CLOSED))
    if not begun:
        raise TooLate(Text("refused.nothing_to_undo"))
    return await undo(turn, str(max(begun, key=lambda one: one.starts_at).id))


@router.pattern(r"(vắng|vang)[\s:,]*\+?\d.*|đủ([\s,].*)?|du\s*\+?\s*\d.*")
async def one_line(turn: Turn[Work]) -> Replies:
    """`vắng 3 7kp 12ốm +5 4tt`, `đủ`: names and counts come back, nothing is recorded before "Xác nhận"."""
    work = turn.work
    await access.cells_with(work, Right.MARK_ROLLCALL)
    meetings = await rollcall.to_call(work)
    if not meetings:
        return [await _nothing_to_call(work)]
    line = squeeze(turn.event.text)
    if len(meetings) > 1:
        asked = await which_meeting(work, meetings, "call")
        return [replace(asked, expects=Step("call.line", {"line": line}))]
    return [await _read(work, meetings[0], line)]


async def _read(work: Work, meeting: Meeting, line: str) -> Reply:
    try:
        number, would_be = await rollcall.propose_line(work, meeting, line)
    except BadLine as error:
        return Reply(Text(f"line.{error.kind}", {"word": error.word}))
    return await _read_back(work, number, would_be)


async def _read_back(work: Work, number: int, would_be: rollcall.Sheet) -> Reply:
    known = await facts(work, would_be.meeting)
    parts = [Text("line.first", known), closing.result(would_be)]
    for ruling in Ruling:
        absent = would_be.absent(ruling)
        if absent:
            parts.append(Text(f"line.{ruling}", {"names": names(absent, limit=30), "n": len(absent)}))
    if would_be.extras:
        parts.append(Text("line.extra", {"names": names(would_be.extras), "n": len(would_be.extras)}))
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
            lines(Text("line.recorded"), closing.result(marked)),
            tuple(_after(marked.meeting, undo=True, close=True)),
            question=f"call:{meeting.id}",
        ),
        *await _ask_guests(work, marked.meeting),
    ]


async def _ask_guests(work: Work, meeting: Meeting) -> list[Reply]:
    """[32] Which invited officials came; left out if nobody was invited or all of them are noted."""
    invited = await work.uow.people.in_charge(meeting.cell, work.local(meeting.starts_at).date())
    came = await work.uow.marks.guests_of(meeting.id)
    waiting = [one for one in invited if one.id not in came]
    if not waiting:
        return []
    choices = [
        Choice(Text("person.name", {"name": one.name or one.code}), action("guest", meeting.id, one.id))
        for one in waiting[: work.room - 1]
    ]
    if came:
        choices.append(Choice(Text("button.done"), action("close", meeting.id, "asked")))
    else:
        choices.append(Choice(Text("button.no_guest"), action("guest", meeting.id, "none")))
    text = Text("guests.ask", await facts(work, meeting))
    return [Reply(text, tuple(choices), question=f"guest:{meeting.id}")]


@router.action("guest")
async def guest(turn: Turn[Work], meeting_id: str, who: str) -> Replies:
    """Note an official who came and ask for the others; "none" goes on to the closing."""
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    if meeting.state is not State.HELD:
        raise TooLate(Text(f"refused.{meeting.state}"))
    if who == "none":
        await turn.work.uow.marks.drop_guests(meeting.id)
    else:
        await rollcall.add_guest(turn.work, meeting, who)
    opened = await rollcall.sheet(turn.work, meeting)
    noted = Text("guests.noted", {"guests": opened.tally.guests})
    others = [] if who == "none" else await _ask_guests(turn.work, meeting)
    choices = () if others else (Choice(Text("button.close"), action("close", meeting.id, "asked")),)
    return [Reply(noted, choices, question=f"call:{meeting.id}"), *others]


@router.action("close")
async def ask_closing(turn: Turn[Work], meeting_id: str, asked: str = "") -> Replies:
    """Everybody is marked: the figures once more, after the guests if nobody asked for them yet."""
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    complete = await closing.check_complete(turn.work, meeting)
    if not asked and complete.tally.guests == 0:
        guests = await _ask_guests(turn.work, meeting)
        if guests:
            return guests
    choices = [Choice(Text("button.confirm"), action("close_ok", meeting.id), style=Style.GOOD)]
    if complete.absent(Ruling.AWAITING) and await rollcall.may_rule(turn.work, meeting):
        choices.append(Choice(Text("button.rule"), action("rule", meeting.id, 0)))
    choices += _after(meeting, undo=True, close=False)
    text = lines(closing.result(complete), Text("close.ask"))
    return [Reply(text, tuple(choices), question=f"call:{meeting.id}")]


@router.action("close_ok")
async def close(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    if meeting.state is State.CLOSED:
        return [await _closed(turn.work, meeting)]
    frozen, counted = await closing.close(turn.work, meeting)
    text = Text("close.amended", {"n": frozen.amendment}) if frozen.amendment else Text("close.done")
    choices = (Choice(Text("button.reopen"), action("reopen", meeting.id)),)
    return [Reply(lines(text, closing.result(counted)), choices, question=f"call:{meeting.id}")]


async def _closed(work: Work, meeting: Meeting) -> Reply:
    text = lines(
        Text("close.already", await facts(work, meeting)), await closing.frozen_result(work, meeting)
    )
    choices = (Choice(Text("button.reopen"), action("reopen", meeting.id)),)
    return Reply(text, choices, question=f"call:{meeting.id}")


@router.action("reopen")
async def reopen(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.REOPEN)
    reopened = await rollcall.reopen(turn.work, meeting)
    return [await _panel(turn.work, await rollcall.sheet(turn.work, reopened), 0)]


@router.action("rule")
async def ask_ruling(turn: Turn[Work], meeting_id: str, place: str) -> Replies:
    """One absence after the other; "Xem xét sau" leaves it awaiting."""
    meeting = await access.meeting(turn.work, meeting_id, Right.RULE)
    opened = await rollcall.open_sheet(turn.work, meeting)
    return [_next_ruling(opened, int(place) if place.isdigit() and len(place) < 4 else 0)]


def _next_ruling(opened: rollcall.Sheet, place: int) -> Reply:
    waiting = opened.absent(Ruling.AWAITING)
    meeting = opened.meeting
    if place >= len(waiting):
        done = lines(Text("ruling.done"), closing.result(opened))
        return Reply(done, tuple(_after(meeting, undo=True, close=True)), question=f"call:{meeting.id}")
    member = waiting[place]
    choices = (
        Choice(Text("button.excused"), action("ruled", meeting.id, member.person, Ruling.EXCUSED, place)),
        Choice(Text("button.unexcused"), action("ruled", meeting.id, member.person, Ruling.UNEXCUSED, place)),
        Choice(Text("button.rule_later"), action("rule", meeting.id, place + 1)),
    )
    text = Text("ruling.ask", {"name": named(member), "number": member.number})
    return Reply(text, choices, question=f"call:{meeting.id}")


@router.action("ruled")
async def take_ruling(turn: Turn[Work], meeting_id: str, who: str, ruling: str, place: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.RULE)
    wanted = Ruling.EXCUSED if ruling == Ruling.EXCUSED else Ruling.UNEXCUSED
    opened = await rollcall.rule(turn.work, meeting, who, wanted)
    return [_next_ruling(opened, int(place) if place.isdigit() and len(place) < 4 else 0)]
