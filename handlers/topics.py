"""Secretary and deputy decide on what members propose: on the agenda, merged, next month, or answered."""

from chat.replies import Choice, Reply, Step, Style, action
from chat.router import Replies, Router, Turn
from chat.text import Param, Text, lines, listing
from handlers.suggestions import listed, supported_by
from meetings.agenda import LONGEST_TITLE
from meetings.suggesting import Code, Fate, Suggestion
from services import Work, access, nearness, suggestions
from services.agenda import BadHeading
from services.errors import NotFound, TooLate
from services.facts import called, named

router: Router[Work] = Router()


@router.action("topic")
async def show_one(turn: Turn[Work], number: str) -> Replies:
    """Who proposed it is for those who answer; a look at a name goes to the audit log."""
    work = turn.work
    one = await suggestions.to_decide(work, number)
    if not one.undecided:
        return [await _decided(work, one)]
    member = await suggestions.proposer(work, one)
    await access.note_names(work, one.cell)
    count = (await suggestions.counts(work, [one])).get(one.id, 0)
    who = named(member) if member else Text("topics.no_name")
    known: dict[str, Param] = {"title": one.title, "who": who, "support": supported_by(count)}
    meeting = await suggestions.meeting_of(work, one.cell)
    near = await nearness.near_line(work, meeting, one.title) if meeting else None
    others = [each for each in await suggestions.waiting(work, one.cell) if each.id != one.id]
    choices = [Choice(Text("button.topic_accept"), action("topic_accept", one.id), style=Style.GOOD)]
    if others:
        choices.append(Choice(Text("button.topic_merge"), action("topic_merge", one.id)))
    choices.append(Choice(Text("button.topic_defer"), action("topic_defer", one.id, one.period)))
    choices.append(Choice(Text("button.topic_answer"), action("topic_answer", one.id)))
    return [Reply(lines(Text("topics.one", known), near), tuple(choices), question=f"topic:{one.id}")]


async def _decided(work: Work, one: Suggestion) -> Reply:
    """What an old button answers, or the second of two hands."""
    cell = await work.uow.units.by_id(one.cell)
    return await listed(work, cell, 0, Text("topics.decided", {"title": one.title}))


@router.action("topic_accept")
async def accept(turn: Turn[Work], number: str) -> Replies:
    work = turn.work
    one = await suggestions.to_decide(work, number)
    if not one.undecided:
        return [await _decided(work, one)]
    meeting = await suggestions.meeting_of(work, one.cell)
    near = await nearness.near_line(work, meeting, one.title) if meeting else None
    meeting, heading = await suggestions.accept(work, one)
    choices = (Choice(Text("button.agenda"), action("agenda", meeting.id)), *await _others(work, one))
    known: dict[str, Param] = {"title": heading.title, "when": meeting.starts_at}
    text = lines(Text("topics.accepted", known), await _told(work, one), near)
    return [Reply(text, choices, question=f"topics:{one.cell}")]


@router.action("topic_defer")
async def defer(turn: Turn[Work], number: str, period: str) -> Replies:
    """Bound to the month it was shown in: pressed twice, it is not put off twice."""
    work = turn.work
    one = await suggestions.to_decide(work, number)
    if not one.undecided or str(one.period) != period:
        return [await _decided(work, one)]
    until = await suggestions.defer(work, one)
    known: dict[str, Param] = {"title": one.title, "period": until.first_day}
    text = lines(Text("topics.deferred", known), await _told(work, one))
    return [Reply(text, await _others(work, one), question=f"topics:{one.cell}")]


@router.action("topic_merge")
async def ask_into(turn: Turn[Work], number: str) -> Replies:
    work = turn.work
    one = await suggestions.to_decide(work, number)
    others = [each for each in await suggestions.waiting(work, one.cell) if each.id != one.id]
    if not one.undecided or not others:
        return [await _decided(work, one)]
    # The nearest in words first: that is the one it was taken for.
    others.sort(key=lambda each: -nearness.alike(one.title, each.title))
    choices = tuple(
        Choice(Text("topics.label", {"title": _short(each.title)}), action("topic_into", one.id, each.id))
        for each in others[: work.room]
    )
    return [Reply(Text("topics.ask_into", {"title": one.title}), choices, question=f"topic:{one.id}")]


@router.action("topic_into")
async def merge(turn: Turn[Work], number: str, into: str) -> Replies:
    work = turn.work
    one, other = await suggestions.two_to_decide(work, number, into)
    if not one.undecided:
        return [await _decided(work, one)]
    if not other.undecided:
        return [await _decided(work, other)]
    await suggestions.merge(work, one, other)
    known: dict[str, Param] = {"title": one.title, "into": other.title}
    text = lines(Text("topics.merged", known), await _told(work, one))
    return [Reply(text, await _others(work, one), question=f"topics:{one.cell}")]


@router.action("topic_answer")
async def ask_answer(turn: Turn[Work], number: str) -> Replies:
    """A reason from the list, or a line of one's own that is handed on and not kept."""
    work = turn.work
    one = await suggestions.to_decide(work, number)
    if not one.undecided:
        return [await _decided(work, one)]
    choices = (
        *(Choice(Text(f"topics.code_{code}"), action("topic_code", one.id, code)) for code in Code),
        Choice(Text("button.topic_line"), action("topic_line", one.id)),
    )
    return [Reply(Text("topics.ask_answer", {"title": one.title}), choices, question=f"topic:{one.id}")]


@router.action("topic_code")
async def answer(turn: Turn[Work], number: str, code: str) -> Replies:
    work = turn.work
    one = await suggestions.to_decide(work, number)
    if code not in set(Code):
        raise NotFound
    if not one.undecided:
        return [await _decided(work, one)]
    await suggestions.answer(work, one, Code(code))
    known: dict[str, Param] = {"title": one.title, "code": Text(f"topics.code_{Code(code)}")}
    more = Choice(Text("button.topic_line"), action("topic_line", one.id))
    choices = (more, *await _others(work, one))
    text = lines(Text("topics.answered", known), await _told(work, one))
    return [Reply(text, choices, question=f"topics:{one.cell}")]


@router.action("topic_line")
async def ask_line(turn: Turn[Work], number: str) -> Replies:
    one = await suggestions.to_decide(turn.work, number)
    if not one.undecided and one.state is not Fate.ANSWERED:
        return [await _decided(turn.work, one)]
    step = Step("topic.line", {"topic": str(one.id)})
    return [Reply(Text("topics.ask_line", {"title": one.title, "limit": LONGEST_TITLE}), expects=step)]


@router.step("topic.line")
async def take_line(turn: Turn[Work]) -> Replies:
    work, data = turn.work, turn.step.data if turn.step else {}
    one = await suggestions.to_decide(work, data.get("topic", ""))
    try:
        told = await suggestions.answer_in_words(work, one, turn.event.text)
    except BadHeading as bad:
        return [Reply(bad.text, expects=turn.step)]
    except TooLate:
        return [await _decided(work, one)]
    text = Text("topics.line_sent" if told else "topics.line_unsent", {"title": one.title})
    return [Reply(text, await _others(work, one), question=f"topics:{one.cell}")]


async def _told(work: Work, one: Suggestion) -> Text | None:
    """Whether the answer gets to whoever proposed it; if not, whom to tell in person."""
    awaiting, missing = await suggestions.answered(work, one)
    if missing:
        await access.note_names(work, one.cell)
        return Text("topics.to_tell", {"names": listing(*[await called(work, each) for each in missing])})
    return Text("topics.told_back") if awaiting else None


async def _others(work: Work, one: Suggestion) -> tuple[Choice, ...]:
    """What else waits."""
    left = await suggestions.waiting(work, one.cell)
    if not left:
        return ()
    return (Choice(Text("button.topics_waiting", {"n": len(left)}), action("topics", one.cell, 0)),)


def _short(title: str) -> str:
    return title if len(title) <= 40 else f"{title[:39].rstrip()}…"
