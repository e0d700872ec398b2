"""A member answers an invitation: by button, number or words; and changes their mind."""

from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Text
from handlers import calling
from handlers.away import own_choice
from handlers.picking import stands_now, which_meeting
from meetings.folding import squeeze
from meetings.records import Meeting
from meetings.terms import Answer, Reason, State
from services import Work, access, replies, rollcall
from services.errors import NotFound
from services.facts import asking, facts, rsvp

router: Router[Work] = Router()
_NOBODY_ABSENT = "du"  # "dự" to an invitation; "đủ" to whoever has a roll to call


@router.action("rsvp")
async def answer_invitation(turn: Turn[Work], meeting_id: str, revision: str, answer: str) -> Replies:
    meeting = await access.own_meeting(turn.work, meeting_id)
    if str(meeting.revision) != revision:
        return [await _new_date(turn.work, meeting)]
    if answer not in set(Answer):
        raise NotFound
    return await _record(turn.work, meeting, Answer(answer))


async def _record(work: Work, meeting: Meeting, answer: Answer) -> Replies:
    await replies.record(work, meeting, answer)
    known = await facts(work, meeting)
    if answer is Answer.COMING:
        return [Reply(Text("said.coming_noted", known), await _before_going(work, meeting))]
    if answer is Answer.LATER:
        return [Reply(Text("said.later_noted", known))]
    if meeting.cell not in await work.uow.members.cells_of(access.actor(work).id, work.today):
        return [Reply(Text("said.unable_noted", known))]
    return [Reply(Text("reason.ask"), reasons(meeting, "reason"), question=f"reason:{meeting.id}")]


async def _before_going(work: Work, meeting: Meeting) -> tuple[Choice, ...]:
    """Who comes from above may look at the cell's figures first."""
    assigned = await access.assigned_cells(work)
    own = await work.uow.members.cells_of(access.actor(work).id, work.today)
    if meeting.cell not in assigned - own:
        return ()
    cell = await work.uow.units.by_id(meeting.cell)
    return (Choice(Text("button.cell_card", {"cell": cell.name}), action("visit_card", cell.id)),)


def reasons(meeting: Meeting, name: str, *args: str) -> tuple[Choice, ...]:
    """[4] The five coarse reasons; free text is not kept."""
    return tuple(
        Choice(
            Text(f"reason.{reason}"),
            action(name, meeting.id, meeting.revision, *args, reason),
            words=f"words.reason.{reason}",
        )
        for reason in Reason
    )


@router.action("reason")
async def give_reason(turn: Turn[Work], meeting_id: str, revision: str, reason: str) -> Replies:
    meeting = await access.own_meeting(turn.work, meeting_id)
    if str(meeting.revision) != revision:
        return [await _new_date(turn.work, meeting)]
    if reason not in set(Reason):
        raise NotFound
    await replies.record(turn.work, meeting, Answer.ABSENT, reason=Reason(reason))
    known = await facts(turn.work, meeting)
    known["reason"] = Text("reason.other_short" if reason == Reason.OTHER else f"reason.{reason}")
    # Being away is a statement for this evening; for longer it is asked for.
    longer = (own_choice(meeting.cell),) if reason == Reason.AWAY else ()
    return [Reply(Text("said.absent_noted", known), longer)]


@router.words("words.coming", "words.absent", "words.later")
async def answer_in_words(turn: Turn[Work]) -> Replies:
    """Words with no question open count for the one meeting that is announced; with several, ask which."""
    answer = Answer(turn.rest.removeprefix("words."))
    meetings = await replies.open_for(turn.work)
    if squeeze(turn.event.text) == _NOBODY_ABSENT and await rollcall.to_call(turn.work):
        return await calling.one_line(turn)
    if not meetings:
        begun = await replies.begun_for(turn.work)
        return [Reply(Text("refused.started" if begun else "meeting.nothing_open"))]
    if len(meetings) > 1:
        return [await which_meeting(turn.work, meetings, f"say_{answer}")]
    return await _record(turn.work, meetings[0], answer)


async def _say(turn: Turn[Work], meeting_id: str, answer: Answer) -> Replies:
    return await _record(turn.work, await access.own_meeting(turn.work, meeting_id), answer)


@router.action("say_coming")
async def say_coming(turn: Turn[Work], meeting_id: str) -> Replies:
    return await _say(turn, meeting_id, Answer.COMING)


@router.action("say_absent")
async def say_absent(turn: Turn[Work], meeting_id: str) -> Replies:
    return await _say(turn, meeting_id, Answer.ABSENT)


@router.action("say_later")
async def say_later(turn: Turn[Work], meeting_id: str) -> Replies:
    return await _say(turn, meeting_id, Answer.LATER)


async def _new_date(work: Work, meeting: Meeting) -> Reply:
    """An old button does nothing but show where the meeting stands now."""
    if meeting.state is State.ANNOUNCED and work.now < meeting.starts_at:
        return asking(meeting, Text("stale.moved", await facts(work, meeting)), rsvp(meeting))
    return await stands_now(work, meeting)
