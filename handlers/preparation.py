"""`chuanbi`: the checklist of the next meeting, ticked by button or number; and the committee's own meeting."""

from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Param, Text, lines, listing
from handlers.picking import next_of_own, stands_now
from meetings.records import Meeting
from meetings.roles import Right
from meetings.terms import Answer, State
from meetings.when import BadWhen, parse_when
from services import Work, access, premeeting, preparation, schedule
from services.checklist import checklist
from services.errors import NotFound
from services.facts import called, facts
from services.rules import policy_of

router: Router[Work] = Router()


@router.command("chuanbi", "chuan bi")
async def show_next(turn: Turn[Work]) -> Replies:
    return [await next_of_own(turn.work, "prepare", checklist)]


@router.action("prepare")
async def show(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    if meeting.state is State.CANCELLED:
        return [await stands_now(turn.work, meeting)]
    return [await checklist(turn.work, meeting)]


@router.action("prepared")
async def tick(turn: Turn[Work], meeting_id: str, step: str, way: str) -> Replies:
    """Each press shows the new list; pressed twice it changes nothing."""
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    await preparation.tick(turn.work, meeting, step, on=way == "on")
    return [await checklist(turn.work, meeting, step if way == "on" else "")]


@router.action("precall")
async def ask_when(turn: Turn[Work], meeting_id: str) -> Replies:
    """The day the rules ask for and those after it, at the usual hour and place; anything else is typed."""
    work = turn.work
    meeting = await access.meeting(work, meeting_id, Right.SCHEDULE)
    if meeting.state not in schedule.OPEN:
        return [await stands_now(work, meeting)]
    if not await premeeting.invited(work, meeting):
        return [Reply(Text("premeeting.nobody"))]
    before = (await policy_of(work, meeting.cell)).preparation.premeeting_days_before
    choices = tuple(
        Choice(Text("button.day", {"when": one}), action("precall_on", meeting.id, one.date().isoformat()))
        for one in premeeting.likely_days(work, meeting, before)
    )
    step = Step("prepare.call", {"meeting": meeting_id})
    known = await facts(work, meeting)
    return [Reply(Text("premeeting.ask", known), choices, question=f"prepare:{meeting.id}", expects=step)]


@router.action("precall_on")
async def take_day(turn: Turn[Work], meeting_id: str, day: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    return await _line(turn.work, meeting, day)


@router.step("prepare.call")
async def take_words(turn: Turn[Work]) -> Replies:
    data = turn.step.data if turn.step else {}
    meeting = await access.meeting(turn.work, data.get("meeting", ""), Right.SCHEDULE)
    return await _line(turn.work, meeting, turn.event.text, turn.step)


async def _line(work: Work, meeting: Meeting, line: str, step: Step | None = None) -> Replies:
    """`17/11 19:30` and a place; read back, nobody is invited yet."""
    try:
        parsed = parse_when(line, work.today)
    except BadWhen:
        return [Reply(Text("premeeting.bad"), expects=step)]
    if len(parsed.rest) > premeeting.LONGEST_PLACE:
        return [Reply(Text("rule.long_place", {"limit": premeeting.LONGEST_PLACE}), expects=step)]
    hour = parsed.at or work.local(meeting.starts_at).time()
    call = await premeeting.propose(work, meeting, schedule.at_local(work, parsed.day, hour), parsed.rest)
    people = await premeeting.invited(work, meeting)
    known: dict[str, Param] = {"when": call.starts_at, "place": call.place, "n": len(people)}
    choices = (
        Choice(Text("button.confirm"), action("precall_ok", call.number), style=Style.GOOD),
        Choice(Text("button.skip"), action("prepare", meeting.id)),
    )
    return [Reply(Text("premeeting.confirm", known), choices, question=f"prepare:{meeting.id}")]


@router.action("precall_ok")
async def confirm(turn: Turn[Work], number: str) -> Replies:
    work = turn.work
    call, done = await premeeting.proposed(work, number)
    await access.require(work, call.meeting.cell, Right.SCHEDULE)
    if done:
        return [await checklist(work, call.meeting)]
    written, missed = await premeeting.carry_out(work, call)
    told = Text("premeeting.done", {"n": written}) if written else Text("premeeting.nobody_new")
    by_phone = None
    if missed:
        names = listing(*[await called(work, one) for one in missed])
        await access.note_names(work, call.meeting.cell, call.meeting)
        by_phone = Text("premeeting.phone", {"names": names})
    return [Reply(lines(told, by_phone)), await checklist(work, call.meeting)]


@router.action("precome")
async def answer(turn: Turn[Work], meeting_id: str, revision: str, given: str) -> Replies:
    """An old invitation shows the new date and asks anew."""
    work = turn.work
    if given not in (Answer.COMING, Answer.ABSENT):
        raise NotFound
    held = await premeeting.check(work, meeting_id)
    if str(held.revision) != revision:
        return [await premeeting.invitation(work, held, access.actor(work))]
    await premeeting.answer(work, held, Answer(given))
    return [Reply(Text(f"premeeting.{given}", await facts(work, held)))]
