"""Reached, answered, came: after the roll-call, who kept to what they had said. On request, never by itself."""

from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Text, lines
from meetings.records import Meeting, Member
from meetings.roles import Right
from meetings.terms import Mark, State
from services import Work, absent_note, access, rollcall
from services.errors import NotFound, TooLate
from services.facts import facts, names, standings

router: Router[Work] = Router()
_LISTED = 60


def came_choice(meeting: Meeting) -> Choice:
    return Choice(Text("button.came"), action("came", meeting.id))


@router.action("came")
async def who_came(turn: Turn[Work], meeting_id: str) -> Replies:
    """What was said against the roll-call; a line for each difference there is."""
    work = turn.work
    meeting = await access.meeting(work, meeting_id, Right.SEE_NAMES)
    if meeting.state not in (State.HELD, State.CLOSED):
        raise TooLate(Text("rollcall.nothing"))
    await access.note_names(work, meeting.cell, meeting)
    return [await compared(work, meeting)]


async def compared(work: Work, meeting: Meeting) -> Reply:
    """Who said yes and was absent, said no and came, was absent without a word, was never reached."""
    opened, said = await rollcall.sheet(work, meeting), await standings(work, meeting)
    absent = {one.person for one in opened.absent()}
    # Who links an account afterwards was not reached before the meeting.
    told = await work.uow.notices.arrived(f"meeting:{meeting.id}", before=meeting.starts_at)
    wordless = [one for one in said.unanswered if one.person in absent]
    marked = {who for who, made in opened.marks.items() if made.mark is not Mark.ABSENT}
    found: dict[str, list[Member]] = {
        "broke": [one for one in said.coming if one.person in absent],
        "after_all": [one for one in said.absent if one.person in marked],
        "silent": [one for one in wordless if one.person in told],
        "unreached": [one for one in wordless if one.person not in told],
    }
    tally = opened.tally
    known = await facts(work, meeting) | {"present": tally.present, "expected": tally.expected}
    parts = [
        Text(f"came.{what}", {"n": len(members), "names": names(members, limit=_LISTED)})
        for what, members in found.items()
        if members
    ]
    same = None if parts else Text("came.as_said")
    return Reply(lines(Text("came.first", known), *parts, same, await absent_note.still_out(work, meeting)))


@router.command("doichieu", "doi chieu", "doi chieu bao du")
async def last_compared(turn: Turn[Work]) -> Replies:
    """Of the newest meeting whose roll was called."""
    work = turn.work
    called = []
    for cell in await access.cells_with(work, Right.SEE_NAMES):
        called += await work.uow.meetings.in_state(cell.id, (State.HELD, State.CLOSED))
    if not called:
        raise NotFound
    newest = max(called, key=lambda one: one.starts_at)
    return await who_came(turn, str(newest.id))
