"""The end of a roll-call: guests, rulings, closing the list."""

from chat.numbers import whole
from chat.replies import Choice, Reply, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Text, lines
from handlers.came import came_choice
from handlers.minutes import minutes_choice
from handlers.tasks import record_choice
from meetings.records import Meeting
from meetings.roles import Right
from meetings.terms import Ruling, State
from services import Work, access, afterwards, closing, guests, rollcall
from services.errors import TooLate
from services.facts import facts, named
from services.result_asking import closing_choices
from services.sheets import Sheet

router: Router[Work] = Router()


def after(opened: Sheet, *, undo: bool, close: bool) -> list[Choice]:
    """What may follow on a step. "Hoàn tác" is bound to the step it takes back: an old one does nothing."""
    number = opened.meeting.id
    choices = []
    if undo and opened.last_step is not None:
        choices.append(Choice(Text("button.undo"), action("undo", number, opened.last_step)))
    if close:
        choices.append(Choice(Text("button.close"), action("close", number)))
    return choices


async def ask_guests(work: Work, meeting: Meeting, page: int = 0) -> list[Reply]:
    """[32] Which invited officials came; left out if nobody was invited or all of them are noted."""
    invited = await guests.possible(work, meeting)
    came = await work.uow.marks.guests_of(meeting.id)
    waiting = [one for one in invited if one.id not in came]
    if not waiting:
        return []
    size = work.room - 1 if len(waiting) < work.room else work.room - 2
    pages = -(-len(waiting) // size)
    here = page % pages
    choices = [
        Choice(Text("person.name", {"name": one.name or one.code}), action("guest", meeting.id, one.id))
        for one in waiting[here * size : (here + 1) * size]
    ]
    if pages > 1:
        choices.append(Choice(Text("button.more"), action("guests", meeting.id, (here + 1) % pages)))
    if came:
        choices.append(Choice(Text("button.done"), action("close", meeting.id, "asked")))
    else:
        choices.append(Choice(Text("button.no_guest"), action("guest", meeting.id, "none")))
    text = Text("guests.ask", await facts(work, meeting))
    return [Reply(text, tuple(choices), question=f"guest:{meeting.id}")]


@router.action("guests")
async def more_guests(turn: Turn[Work], meeting_id: str, page: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    if meeting.state is not State.HELD:
        raise TooLate(Text(f"refused.{meeting.state}"))
    return await ask_guests(turn.work, meeting, whole(page) or 0)


@router.action("guest")
async def guest(turn: Turn[Work], meeting_id: str, who: str) -> Replies:
    """Note an official who came and ask for the others; "none" goes on to the closing."""
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    if meeting.state is not State.HELD:
        raise TooLate(Text(f"refused.{meeting.state}"))
    if who == "none":
        await turn.work.uow.marks.drop_guests(meeting.id)
    else:
        await guests.add(turn.work, meeting, who)
    opened = await rollcall.sheet(turn.work, meeting)
    noted = Text("guests.noted", {"guests": opened.tally.guests})
    others = [] if who == "none" else await ask_guests(turn.work, meeting)
    choices = () if others else (Choice(Text("button.close"), action("close", meeting.id, "asked")),)
    return [Reply(noted, choices, question=f"call:{meeting.id}"), *others]


@router.action("close")
async def ask_closing(turn: Turn[Work], meeting_id: str, asked: str = "") -> Replies:
    """Everybody is marked: the figures once more, after the guests if nobody asked for them yet."""
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    complete = await closing.check_complete(turn.work, meeting)
    if not asked and complete.tally.guests == 0:
        asking = await ask_guests(turn.work, meeting)
        if asking:
            return asking
    choices = [
        Choice(
            Text("button.confirm"),
            action("close_ok", meeting.id, await closing.serial(turn.work, meeting)),
            style=Style.GOOD,
        )
    ]
    if complete.absent(Ruling.AWAITING) and await rollcall.may_rule(turn.work, meeting):
        choices.append(Choice(Text("button.rule"), action("rule", meeting.id, 0)))
    choices += after(complete, undo=True, close=False)
    text = lines(closing.result(complete), Text("close.ask"))
    return [Reply(text, tuple(choices), question=f"call:{meeting.id}")]


@router.action("close_ok")
async def close(turn: Turn[Work], meeting_id: str, serial: str) -> Replies:
    """Bound to the closing it asked for: after a reopening the old button closes nothing."""
    meeting = await access.meeting(turn.work, meeting_id, Right.MARK_ROLLCALL)
    if meeting.state is State.CLOSED:
        return [await closed(turn.work, meeting)]
    if str(await closing.serial(turn.work, meeting)) != serial:
        return [Reply(Text("menu.expired"))]
    frozen, counted = await closing.close(turn.work, meeting)
    await afterwards.ask_officials(turn.work, meeting)  # whoever was noted since the result was complete
    text = Text("close.amended", {"n": frozen.amendment}) if frozen.amendment else Text("close.done")
    choices = await _after_closing(turn.work, meeting, counted)
    votes = closing.votes(counted) if await rollcall.may_rule(turn.work, meeting) else None
    figures = closing.result(counted) if frozen.amendment else None  # the first time they were just confirmed
    return [Reply(lines(text, figures, votes), choices, question=f"call:{meeting.id}")]


async def _after_closing(work: Work, meeting: Meeting, found: Sheet) -> tuple[Choice, ...]:
    """Reopening and rulings are for secretary and deputy; who came is for all who call the roll."""
    if not await rollcall.may_rule(work, meeting):
        ends = await closing_choices(work, meeting, work.room - 2)
        return (*ends, minutes_choice(meeting), came_choice(meeting))
    choices = [Choice(Text("button.reopen"), action("reopen", meeting.id)), came_choice(meeting)]
    if found.absent(Ruling.AWAITING):
        choices.append(Choice(Text("button.rule"), action("rule", meeting.id, 0)))
    if len(found.absent()) > len(found.absent(Ruling.AWAITING)):
        choices.append(Choice(Text("button.rule_again"), action("absent", meeting.id, 0)))
    choices += [record_choice(meeting.cell), minutes_choice(meeting)]
    return (*await closing_choices(work, meeting, work.room - len(choices)), *choices)


async def closed(work: Work, meeting: Meeting) -> Reply:
    """The frozen figures, and what may still be done about them."""
    text = lines(
        Text("close.already", await facts(work, meeting)),
        await closing.frozen_result(work, meeting),
        Text("rulings.locked") if await rollcall.is_locked(work, meeting) else None,
    )
    choices = await _after_closing(work, meeting, await rollcall.sheet(work, meeting))
    return Reply(text, choices, question=f"call:{meeting.id}")


@router.action("rule")
async def ask_ruling(turn: Turn[Work], meeting_id: str, place: str) -> Replies:
    """One absence after the other; "Xem xét sau" leaves it awaiting. A closed list stays closed."""
    meeting = await access.meeting(turn.work, meeting_id, Right.RULE)
    opened = await rollcall.to_rule(turn.work, meeting)
    return [await _next_ruling(turn.work, opened, whole(place) or 0)]


async def _next_ruling(work: Work, opened: Sheet, place: int) -> Reply:
    waiting = opened.absent(Ruling.AWAITING)
    meeting = opened.meeting
    if place >= len(waiting):
        done = lines(Text("ruling.done"), await closing.ruled(work, meeting))
        buttons = () if meeting.state is State.CLOSED else tuple(after(opened, undo=True, close=True))
        return Reply(done, buttons, question=f"call:{meeting.id}")
    member = waiting[place]
    choices = (
        Choice(Text("button.excused"), action("ruled", meeting.id, member.person, Ruling.EXCUSED, place)),
        Choice(Text("button.unexcused"), action("ruled", meeting.id, member.person, Ruling.UNEXCUSED, place)),
        Choice(Text("button.rule_later"), action("rule", meeting.id, place + 1)),
    )
    made = opened.marks[member.person]
    told = Text("ruling.told", {"reason": Text(f"reason.{made.reason}")}) if made.reason else None
    text = lines(Text("ruling.ask", {"name": named(member), "number": member.number}), told)
    return Reply(text, choices, question=f"call:{meeting.id}")


@router.action("ruled")
async def take_ruling(turn: Turn[Work], meeting_id: str, who: str, ruling: str, place: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.RULE)
    wanted = Ruling.EXCUSED if ruling == Ruling.EXCUSED else Ruling.UNEXCUSED
    opened = await closing.rule(turn.work, meeting, who, wanted)
    return [await _next_ruling(turn.work, opened, whole(place) or 0)]
