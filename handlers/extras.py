"""Beside the monthly rule: a thematic or extraordinary meeting, a topic for the regular one, the form."""

from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import NOTHING, Param, Text, Wording, lines
from handlers.moving import ask_to_confirm
from handlers.picking import stands_now
from meetings.folding import tidy
from meetings.records import Meeting, Unit
from meetings.roles import Right
from meetings.terms import ONE_A_MONTH, Kind, Mode, State
from meetings.when import BadWhen, parse_when
from services import Work, access, extras, moving, schedule
from services.calendar import clash_line, clash_on, said
from services.errors import NotFound
from services.facts import facts
from services.rules import online_allowed

router: Router[Work] = Router()
_TITLE_LIMIT = 120


async def beside_choices(work: Work, cell: Unit) -> list[Choice]:
    """What `hop` offers beside the rule."""
    choices = [Choice(Text(f"button.add_{kind}"), action("add", cell.id, kind)) for kind in extras.ADDABLE]
    meeting = await extras.regular_ahead(work, cell)
    if meeting is not None:
        if meeting.kind is Kind.COMBINED:
            separated = action("separate", meeting.id, meeting.revision)
            choices.append(Choice(Text("button.separate"), separated))
        else:
            choices.append(Choice(Text("button.combine"), action("combine", meeting.id)))
    coming = await schedule.next_of(work, cell)
    if coming is not None and await _has_forms(work, coming):
        choices.append(Choice(Text("button.mode"), action("mode", coming.id)))
    return choices


async def _has_forms(work: Work, meeting: Meeting) -> bool:
    """Only where online meetings are permitted, or one was to be online and may not any more."""
    return meeting.mode is not Mode.IN_PERSON or await online_allowed(work, meeting)


@router.action("add")
async def ask_when(turn: Turn[Work], cell_id: str, kind: str) -> Replies:
    cell = await access.cell(turn.work, cell_id, Right.SCHEDULE)
    step = Step("add.when", {"cell": str(cell.id), "kind": _kind(kind)})
    return [Reply(Text("add.ask", {"kind": Text(f"kind.{_kind(kind)}")}), expects=step)]


@router.step("add.when")
async def take_when(turn: Turn[Work]) -> Replies:
    """A line such as `15/12 19:30` and the topic; nothing is created before it is confirmed."""
    work, data = turn.work, turn.step.data if turn.step else {}
    cell = await access.cell(work, data.get("cell", ""), Right.SCHEDULE)
    kind = _kind(data.get("kind", ""))
    try:
        parsed = parse_when(turn.event.text, work.today)
    except BadWhen:
        return [Reply(Text("add.bad"), expects=turn.step)]
    hour = parsed.at or cell.time
    if hour is None:
        return [Reply(Text("add.bad"), expects=turn.step)]
    if len(parsed.rest) > _TITLE_LIMIT:
        return [Reply(Text("add.long", {"limit": _TITLE_LIMIT}), expects=turn.step)]
    title = parsed.rest or data.get("title", "")  # one that was chosen before
    if kind is Kind.THEMATIC and not title:
        return [Reply(Text("add.no_topic"), expects=turn.step)]
    starts_at = schedule.at_local(work, parsed.day, hour)
    if starts_at <= work.now:
        return [Reply(Text("refused.past"), expects=turn.step)]
    if extras.too_far(work, starts_at):
        return [Reply(Text("add.too_far", {"day": parsed.day}), expects=turn.step)]
    extra = await extras.propose(work, cell, kind, starts_at, title)
    clash = await clash_on(work, cell.id, parsed.day)
    known: dict[str, Param] = {
        "kind": Text(f"kind.{kind}"),
        "cell": cell.name,
        "when": starts_at,
        "place": cell.place or cell.name,
    }
    text = lines(Text("add.confirm", known | {"topic": _topic(kind, title)}), said(clash) if clash else None)
    return [_asked(extra, text)]


@router.action("combine")
async def ask_topic(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    known = await facts(turn.work, meeting)
    step = Step("combine.topic", {"meeting": meeting_id, "revision": str(meeting.revision)})
    return [Reply(Text("combine.ask", known), expects=step)]


@router.step("combine.topic")
async def take_topic(turn: Turn[Work]) -> Replies:
    """The topic is read back first: these words may have been meant for somebody else."""
    work, data = turn.work, turn.step.data if turn.step else {}
    meeting = await access.meeting(work, data.get("meeting", ""), Right.SCHEDULE)
    title = tidy(turn.event.text)
    if not title or len(title) > _TITLE_LIMIT:
        return [Reply(Text("add.long", {"limit": _TITLE_LIMIT}), expects=turn.step)]
    if meeting.kind not in ONE_A_MONTH or str(meeting.revision) != data.get("revision", ""):
        return [await stands_now(work, meeting)]
    return await ask_to_combine(work, meeting, title)


async def ask_to_combine(work: Work, meeting: Meeting, title: str) -> Replies:
    """A topic for the regular meeting, read back."""
    extra = await extras.propose_topic(work, meeting, title)
    known = await facts(work, meeting)
    return [_asked(extra, Text("combine.confirm", known | {"title": title}))]


@router.action("extra_ok")
async def confirm(turn: Turn[Work], number: str) -> Replies:
    work = turn.work
    extra = await extras.proposed(work, number)
    await access.require(work, extra.cell.id, Right.SCHEDULE)
    if not extra.fresh:
        now = None if extra.meeting is None else await _topic_now(work, extra.meeting)
        return [Reply(lines(Text("add.already") if now is None else Text("combine.stale"), now))]
    meeting = await extras.carry_out(work, extra)
    if extra.meeting is None:
        return [Reply(lines(Text("add.done", await facts(work, meeting)), await clash_line(work, meeting)))]
    told = Text("combine.told") if meeting.state is State.ANNOUNCED else None
    return [Reply(lines(await _topic_now(work, meeting), told))]


async def _topic_now(work: Work, meeting: Meeting) -> Text:
    key = "combine.done" if meeting.kind is Kind.COMBINED else "combine.undone"
    return Text(key, await facts(work, meeting) | {"title": meeting.title or ""})


@router.action("separate")
async def separate(turn: Turn[Work], meeting_id: str, revision: str) -> Replies:
    """The menu it stood in may be old: what would be taken away is named first."""
    work = turn.work
    meeting = await access.meeting(work, meeting_id, Right.SCHEDULE)
    if str(meeting.revision) != revision:
        return [await stands_now(work, meeting)]
    if meeting.kind is not Kind.COMBINED:
        return [Reply(await _topic_now(work, meeting))]
    known = await facts(work, meeting) | {"title": meeting.title or ""}
    return [_asked(await extras.propose_topic(work, meeting, ""), Text("combine.separate", known))]


@router.action("mode")
async def ask_mode(turn: Turn[Work], meeting_id: str) -> Replies:
    meeting = await access.meeting(turn.work, meeting_id, Right.SCHEDULE)
    modes = Mode if await online_allowed(turn.work, meeting) else (Mode.IN_PERSON,)
    choices = tuple(
        Choice(Text(f"mode.{mode}"), action("mode_set", meeting.id, meeting.revision, mode)) for mode in modes
    )
    return [Reply(Text("mode.ask", await facts(turn.work, meeting)), choices, question=f"mode:{meeting.id}")]


@router.action("mode_set")
async def set_mode(turn: Turn[Work], meeting_id: str, revision: str, mode: str) -> Replies:
    """Once people were told, another form is told like another place, and asked twice."""
    work = turn.work
    meeting = await access.meeting(work, meeting_id, Right.SCHEDULE)
    if str(meeting.revision) != revision:
        return [await stands_now(work, meeting)]
    if mode not in set(Mode):
        raise NotFound
    wanted = Mode(mode)
    told = meeting.state is State.ANNOUNCED and meeting.starts_at > work.now
    if told and wanted is not meeting.mode:
        await extras.check_mode(work, meeting, wanted)
        return [await ask_to_confirm(work, await moving.propose_mode(work, meeting, wanted))]
    changed = await extras.set_mode(work, meeting, wanted)
    known = await facts(work, changed) | {"mode": Text(f"mode.{changed.mode}")}
    return [Reply(Text("mode.done", known))]


def _asked(extra: extras.Extra, text: Wording) -> Reply:
    """Asked again it takes the place of what was asked of the same meeting, or of another one of the cell."""
    choices = (
        Choice(Text("button.confirm"), action("extra_ok", extra.number), style=Style.GOOD),
        Choice(Text("button.skip"), action("drop")),
    )
    about = f"cell:{extra.cell.id}" if extra.meeting is None else str(extra.meeting.id)
    return Reply(text, choices, question=f"extra:{about}")


def _topic(kind: Kind, title: str) -> Param:
    topic = Text(f"topic.{kind}", {"title": title})
    return Text("topic.inside", {"topic": topic}) if title else NOTHING


def _kind(name: str) -> Kind:
    if name not in set(extras.ADDABLE):
        raise NotFound
    return Kind(name)
