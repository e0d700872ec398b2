"""`thongbao`: see the notice, send it, hold it back, change it, or take the text to paste."""

from chat.replies import Choice, Reply, Step, action
from chat.router import Replies, Router, Turn
from chat.text import Text
from handlers.picking import next_of_own, stands_now
from meetings.records import Meeting
from meetings.roles import Right
from meetings.terms import State
from services import Work, access, announcing, notices, reminders
from services.facts import facts, reach

router: Router[Work] = Router()


@router.command("thongbao", "thong bao")
async def show_preview(turn: Turn[Work]) -> Replies:
    return [await next_of_own(turn.work, "preview", _preview)]


@router.action("preview")
async def preview(turn: Turn[Work], meeting_id: str) -> Replies:
    return [await _preview(turn.work, await access.meeting(turn.work, meeting_id, Right.SCHEDULE))]


async def _preview(work: Work, meeting: Meeting) -> Reply:
    if meeting.state is State.ANNOUNCED:
        return Reply(
            Text("preview.announced", await facts(work, meeting)),
            (notices.list_choice(meeting), *_paste_and_move(meeting)),
            question=f"preview:{meeting.id}",
        )
    return await notices.preview(work, meeting)


def _paste_and_move(meeting: Meeting) -> tuple[Choice, ...]:
    return (
        Choice(Text("button.paste"), action("paste", meeting.id, meeting.revision)),
        Choice(Text("button.postpone"), action("shift", meeting.id, meeting.revision)),
    )


async def _current(work: Work, meeting_id: str, revision: str) -> Meeting | Reply:
    """The meeting, or where it stands now if the button is of an older date."""
    meeting = await access.meeting(work, meeting_id, Right.SCHEDULE)
    if str(meeting.revision) != revision or meeting.starts_at <= work.now:
        return await stands_now(work, meeting)
    return meeting


@router.action("send")
async def send(turn: Turn[Work], meeting_id: str, revision: str) -> Replies:
    work = turn.work
    meeting = await _current(work, meeting_id, revision)
    if isinstance(meeting, Reply):
        return [meeting]
    if meeting.state is State.ANNOUNCED:
        return [Reply(Text("refused.announced"))]
    announced = await announcing.announce(work, meeting)
    await reminders.remind(work, announced)
    known = reach(await work.uow.members.of_cell(meeting.cell, work.today))
    at = await reminders.announced_for(work, announced)
    if at > work.now:
        return [Reply(Text("preview.sent_quiet", known | {"at": at}))]
    return [Reply(Text("preview.sent", known))]


@router.action("hold")
async def hold(turn: Turn[Work], meeting_id: str, revision: str) -> Replies:
    meeting = await _current(turn.work, meeting_id, revision)
    if isinstance(meeting, Reply):
        return [meeting]
    await announcing.hold_back(turn.work, meeting)
    return [Reply(Text("preview.held_back"))]


@router.action("paste")
async def paste(turn: Turn[Work], meeting_id: str, revision: str) -> Replies:
    """[28] The instruction, then the text alone."""
    meeting = await _current(turn.work, meeting_id, revision)
    if isinstance(meeting, Reply):
        return [meeting]
    return notices.paste(await notices.group_notice(turn.work, meeting, paste=True))


@router.action("edit")
async def edit(turn: Turn[Work], meeting_id: str, revision: str) -> Replies:
    """Another place by words; another day or hour is a move."""
    meeting = await _current(turn.work, meeting_id, revision)
    if isinstance(meeting, Reply):
        return [meeting]
    step = Step("edit.place", {"meeting": meeting_id, "revision": revision})
    return [Reply(Text("edit.ask", await facts(turn.work, meeting)), expects=step)]
