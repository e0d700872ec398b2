"""`bienban`: the minutes with everything known filled in, the list to sign, and the text for the official app."""

from dataclasses import replace

from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Text, lines
from handlers.picking import which_meeting
from meetings.records import Meeting
from meetings.roles import Right
from services import Work, access, minutes, signing
from services.enclosing import minutes_of, reaches, signing_of
from services.errors import NotFound
from services.facts import facts

router: Router[Work] = Router()


@router.command("bienban", "bien ban", "mau bien ban")
async def draw(turn: Turn[Work]) -> Replies:
    """Of the meeting nearest to now; the one before or after it is a press away."""
    work = turn.work
    cells = await access.cells_with(work, Right.DRAW_MINUTES)
    near = [found for cell in cells if (found := await minutes.near(work, cell))]
    if not near:
        return [Reply(Text("minutes.none"))]
    if len(near) > 1:
        return [await which_meeting(work, [found[0] for found in near], "minutes")]
    return [await _minutes(work, near[0][0])]


@router.action("minutes")
async def of_meeting(turn: Turn[Work], meeting_id: str) -> Replies:
    return [await _minutes(turn.work, await _meeting(turn.work, meeting_id))]


async def _minutes(work: Work, meeting: Meeting) -> Reply:
    """The file; its head as text where no file can be handed over."""
    await access.note_names(work, meeting.cell, meeting)
    known = await facts(work, meeting)
    head = None if reaches(work) else await minutes.as_text(work, meeting)
    text = lines(
        Text("minutes.ready", known),
        None if await minutes.is_counted(work, meeting) else Text("minutes.early"),
        head or Text("minutes.kept"),
    )
    choices = [
        Choice(Text("button.signing"), action("signing", meeting.id)),
        Choice(Text("button.app_copy"), action("app_copy", meeting.id)),
    ]
    cell = await work.uow.units.by_id(meeting.cell)
    for other in await minutes.near(work, cell):
        if other.id != meeting.id:
            label = Text("button.minutes_of", {"when": other.starts_at})
            choices.append(Choice(label, action("minutes", other.id)))
    files = (minutes_of(meeting.id),)
    return Reply(text, tuple(choices), question=f"minutes:{meeting.id}", enclosures=files)


@router.action("signing")
async def list_to_sign(turn: Turn[Work], meeting_id: str) -> Replies:
    """The list that people sign when they come in; typed it is the numbers and names."""
    work = turn.work
    meeting = await _meeting(work, meeting_id)
    await access.note_names(work, meeting.cell, meeting)
    listed = None if reaches(work) else await signing.as_text(work, meeting)
    text = lines(Text("signing.ready", await facts(work, meeting)), listed or Text("signing.how"))
    return [Reply(text, enclosures=(signing_of(meeting.id),))]


@router.action("app_copy")
async def copy_for_app(turn: Turn[Work], meeting_id: str) -> Replies:
    """The instruction, then the text alone: schedule and figures, no names."""
    meeting = await _meeting(turn.work, meeting_id)
    return [Reply(Text("app.ask")), Reply(await minutes.for_app(turn.work, meeting))]


async def with_minutes(work: Work, meeting: Meeting, reply: Reply) -> Reply:
    """The minutes go with a message about the meeting; where no file can, they are a press away."""
    copied = Choice(Text("button.app_copy"), action("app_copy", meeting.id))
    if not reaches(work):
        return replace(reply, choices=(minutes_choice(meeting), *reply.choices, copied))
    await access.note_names(work, meeting.cell, meeting)
    text = lines(reply.text, Text("minutes.enclosed"))
    choices = (*reply.choices, copied)
    return replace(reply, text=text, choices=choices, enclosures=(minutes_of(meeting.id),))


def minutes_choice(meeting: Meeting) -> Choice:
    return Choice(Text("button.minutes"), action("minutes", meeting.id))


async def _meeting(work: Work, meeting_id: str) -> Meeting:
    """Of one that is called off there is nothing to write."""
    meeting = await access.meeting(work, meeting_id, Right.DRAW_MINUTES)
    if meeting.state not in minutes.DRAWN:
        raise NotFound
    return meeting
