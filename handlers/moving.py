"""`hoan`: another date (`hoan 25/11 19:30 mưa lũ`), postponed without one, or cancelled. Always two taps."""

from collections.abc import Sequence
from datetime import timedelta

from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import NOTHING, Text, lines
from handlers.picking import stands_now, which_meeting
from meetings.folding import tidy
from meetings.records import Meeting
from meetings.roles import Right
from meetings.states import Verb
from meetings.terms import State
from meetings.when import BadWhen, parse_when
from services import Work, access, clashes, moving, schedule
from services.errors import NotFound, TooLate
from services.facts import because, facts

router: Router[Work] = Router()
_REASON_LIMIT = 120
_OFFERED = (1, 2, 3, 7)
_FURTHEST = timedelta(days=62)  # "20/10" typed in November is a slip, not next year
_REASONS = ("weather", "funeral", "holiday", "work", "none")


@router.command("hoan", "hoan hop", "chuyen ngay", arguments=True)
async def move(turn: Turn[Work]) -> Replies:
    """A typed line speaks of the one meeting there is, or of the next; without one, ask which."""
    work = turn.work
    cells = await access.cells_with(work, Right.SCHEDULE)
    meetings = [one for cell in cells for one in await schedule.movable(work, cell)]
    if not meetings:
        return [Reply(Text("preview.no_meeting"))]
    if turn.rest and len(cells) == 1:
        return await _line(work, _nearest(work, meetings, turn.rest), turn.rest)
    if len(meetings) > 1:
        return [await which_meeting(work, meetings, "shift0")]
    return [await _ways(work, meetings[0])]


@router.action("shift0")
async def for_meeting(turn: Turn[Work], meeting_id: str) -> Replies:
    return [await _ways(turn.work, await access.meeting(turn.work, meeting_id, Right.SCHEDULE))]


@router.action("shift")
async def from_preview(turn: Turn[Work], meeting_id: str, revision: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    if str(meeting.revision) != revision:
        return [await stands_now(turn.work, meeting)]
    return [await _ways(turn.work, meeting)]


async def _ways(work: Work, meeting: Meeting) -> Reply:
    _still_open(meeting)
    choices = [
        Choice(Text("button.move"), action("move", meeting.id, meeting.revision)),
        Choice(Text("button.cancel"), action("call_off", meeting.id, meeting.revision, Verb.CANCEL)),
        Choice(Text("button.skip"), action("drop")),
    ]
    if meeting.state is not State.POSTPONED:
        postpone = action("call_off", meeting.id, meeting.revision, Verb.POSTPONE)
        choices.insert(1, Choice(Text("button.postpone"), postpone))
    return Reply(Text("move.ways", await facts(work, meeting)), tuple(choices), question=f"move:{meeting.id}")


@router.action("move")
async def offer_days(turn: Turn[Work], meeting_id: str, revision: str) -> Replies:
    """The next days at the same hour as buttons; any other date is typed."""
    work = turn.work
    meeting = await access.meeting(work, meeting_id, Right.SCHEDULE)
    if str(meeting.revision) != revision:
        return [await stands_now(work, meeting)]
    _still_open(meeting)
    start = max(work.local(meeting.starts_at), work.local(work.now))
    hour = work.local(meeting.starts_at).time()
    days = [start.date() + timedelta(days=ahead) for ahead in _OFFERED]
    choices = tuple(
        Choice(
            Text("button.day", {"when": schedule.at_local(work, day, hour)}),
            action("move_to", meeting.id, meeting.revision, day.isoformat()),
        )
        for day in days
        if schedule.at_local(work, day, hour) > work.now
    )
    step = Step("move.when", {"meeting": meeting_id, "revision": revision})
    return [Reply(Text("move.ask_day", await facts(work, meeting)), choices, expects=step)]


@router.action("move_to")
async def take_day(turn: Turn[Work], meeting_id: str, revision: str, day: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    if str(meeting.revision) != revision:
        return [await stands_now(turn.work, meeting)]
    return await _line(turn.work, meeting, day)


@router.step("move.when")
async def take_words(turn: Turn[Work]) -> Replies:
    data = turn.step.data if turn.step else {}
    meeting = await access.meeting(turn.work, data.get("meeting", ""), Right.SCHEDULE)
    if str(meeting.revision) != data.get("revision", ""):
        return [await stands_now(turn.work, meeting)]
    return await _line(turn.work, meeting, turn.event.text, turn.step)


async def _line(work: Work, meeting: Meeting, line: str, step: Step | None = None) -> Replies:
    _still_open(meeting)
    try:
        parsed = parse_when(line, work.today)
    except BadWhen:
        return [Reply(Text("move.bad_day"), expects=step)]
    if len(parsed.rest) > _REASON_LIMIT:
        return [Reply(Text("move.long_reason", {"limit": _REASON_LIMIT}), expects=step)]
    hour = parsed.at or work.local(meeting.starts_at).time()
    starts_at = schedule.at_local(work, parsed.day, hour)
    if starts_at <= work.now:
        return [Reply(Text("refused.past"), expects=step)]
    if starts_at == meeting.starts_at and meeting.state is not State.POSTPONED:
        return [Reply(Text("refused.same_date"), expects=step)]
    if starts_at - max(work.now, meeting.starts_at) > _FURTHEST:
        return [Reply(Text("move.too_far", {"day": parsed.day}), expects=step)]
    change = await moving.propose(work, meeting, Verb.MOVE, starts_at=starts_at, why=parsed.rest.lstrip("@"))
    return [await ask_to_confirm(work, change)]


@router.action("call_off")
async def ask_reason(turn: Turn[Work], meeting_id: str, revision: str, verb: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    if str(meeting.revision) != revision:
        return [await stands_now(turn.work, meeting)]
    _still_open(meeting)
    verb = Verb.CANCEL if verb == Verb.CANCEL else Verb.POSTPONE
    step = Step("move.why", {"meeting": meeting_id, "verb": verb, "revision": revision})
    choices = tuple(
        Choice(Text(f"why.{why}"), action("off", meeting.id, meeting.revision, verb, why)) for why in _REASONS
    )
    return [Reply(Text("move.ask_why"), choices, expects=step)]


@router.action("off")
async def take_reason(turn: Turn[Work], meeting_id: str, revision: str, verb: str, why: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    if str(meeting.revision) != revision:
        return [await stands_now(turn.work, meeting)]
    if why not in _REASONS:
        raise NotFound
    return [await _off(turn.work, meeting, verb, "" if why == "none" else f"@{why}")]


@router.step("move.why")
async def take_reason_text(turn: Turn[Work]) -> Replies:
    data = turn.step.data if turn.step else {}
    why = tidy(turn.event.text).lstrip("@")
    if len(why) > _REASON_LIMIT:
        return [Reply(Text("move.long_reason", {"limit": _REASON_LIMIT}), expects=turn.step)]
    meeting = await access.meeting(turn.work, data.get("meeting", ""), Right.SCHEDULE)
    if str(meeting.revision) != data.get("revision", ""):
        return [await stands_now(turn.work, meeting)]
    return [await _off(turn.work, meeting, data.get("verb", ""), why)]


async def _off(work: Work, meeting: Meeting, verb: str, why: str) -> Reply:
    _still_open(meeting)
    wanted = Verb.CANCEL if verb == Verb.CANCEL else Verb.POSTPONE
    return await ask_to_confirm(work, await moving.propose(work, meeting, wanted, why=why))


async def ask_to_confirm(work: Work, change: moving.Change) -> Reply:
    """Two taps for everything that is told to everybody."""
    known = await facts(work, change.meeting)
    if change.starts_at is not None:
        known["new"] = change.starts_at
    known["why"] = Text("move.why", {"why": because(change.why)}) if change.why else NOTHING
    known["new_place"] = change.place or change.meeting.place
    known["mode"] = Text(f"mode.{change.mode or change.meeting.mode}")
    choices = (
        Choice(Text("button.confirm"), action("move_ok", change.number), style=Style.GOOD),
        Choice(Text("button.skip"), action("drop")),
    )
    warned = None
    if change.day_chosen is not None:
        warned = await clashes.warning(work, change.meeting, work.local(change.day_chosen).date())
    text = lines(Text(f"move.confirm_{change.what}", known), warned)
    return Reply(text, choices, question=f"move:{change.meeting.id}")


@router.step("edit.place")
async def change_place(turn: Turn[Work]) -> Replies:
    """A typed place is read back first: the next words after "Sửa" may have been meant for somebody else."""
    data = turn.step.data if turn.step else {}
    place = tidy(turn.event.text)
    if not place or len(place) > _REASON_LIMIT:
        return [Reply(Text("rule.long_place", {"limit": _REASON_LIMIT}), expects=turn.step)]
    meeting = await access.meeting(turn.work, data.get("meeting", ""), Right.SCHEDULE)
    if str(meeting.revision) != data.get("revision", "") or meeting.state not in schedule.OPEN:
        return [await stands_now(turn.work, meeting)]
    if _is_date(turn.work, place):
        return await _line(turn.work, meeting, place, turn.step)
    if place == meeting.place:
        return [Reply(Text("refused.same_date"))]
    change = await moving.propose(turn.work, meeting, Verb.MOVE, starts_at=meeting.starts_at, place=place)
    return [await ask_to_confirm(turn.work, change)]


@router.action("move_ok")
async def confirm(turn: Turn[Work], number: str) -> Replies:
    work = turn.work
    change, fresh = await moving.proposed(work, number)
    await access.require(work, change.meeting.cell, Right.SCHEDULE)
    if not fresh:
        return [await stands_now(work, change.meeting)]
    changed = await moving.carry_out(work, change)
    if change.day_chosen is not None:
        await clashes.chosen(work, changed)
    known = await facts(work, changed) | {"mode": Text(f"mode.{changed.mode}")}
    return [Reply(Text(f"move.done_{change.what}", known))]


def _nearest(work: Work, meetings: Sequence[Meeting], line: str) -> Meeting:
    """Of several meetings the one whose day lies nearest to the typed one."""
    try:
        day = parse_when(line, work.today).day
    except BadWhen:
        return meetings[0]
    return min(meetings, key=lambda one: abs(work.local(one.starts_at).date() - day))


def _is_date(work: Work, words: str) -> bool:
    try:
        parse_when(words, work.today)
    except BadWhen:
        return False
    return True


def _still_open(meeting: Meeting) -> None:
    if meeting.state not in (*schedule.OPEN, State.POSTPONED):
        raise TooLate(Text(f"refused.{meeting.state}"))
