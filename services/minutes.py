"""The minutes of a meeting: which one, the file, its head as text, and the text for the official app.

Made on request and not kept (vietnamese.md 8).
"""

import asyncio
import logging
from datetime import timedelta

from chat.channel import Attachment
from chat.numbers import whole
from chat.text import Text, Wording, lines
from meetings.records import Meeting, Unit
from meetings.roles import Right
from meetings.terms import MeetingId, State
from reports import minutes as document
from reports.minutes import BadTemplate
from services import access, agenda, closing
from services.attended import attended
from services.errors import NotFound
from services.facts import facts
from services.filling import filled, say
from services.rules import policy_of
from services.work import Work

log = logging.getLogger("keng.minutes")
DRAWN = (State.PLANNED, State.ANNOUNCED, State.HELD, State.CLOSED)
_NEAR = timedelta(days=62)
_LINES = ("time", "place", "roll", "attended", "excused", "unexcused", "awaiting", "guests", "chair")


async def near(work: Work, cell: Unit) -> list[Meeting]:
    """The newest meeting that has begun and the next one, the nearer first."""
    found = await work.uow.meetings.in_state(cell.id, DRAWN)
    begun = [one for one in found if work.now - _NEAR < one.starts_at <= work.now][-1:]
    ahead = [one for one in found if one.starts_at > work.now][:1]
    return sorted([*begun, *ahead], key=lambda one: abs(one.starts_at - work.now))


async def is_counted(work: Work, meeting: Meeting) -> bool:
    """Whether there are figures of who came."""
    return (await attended(work, meeting)).tally is not None


async def meeting_of(work: Work, args: tuple[str, ...]) -> Meeting:
    """The meeting of a file, if the reader may have its minutes today. Raises NotFound and NotAllowed."""
    known = whole(args[0]) if len(args) == 1 else None
    meeting = None if known is None else await work.uow.meetings.by_id(MeetingId(known))
    if meeting is None or meeting.state not in DRAWN:
        raise NotFound
    await access.require(work, meeting.cell, Right.DRAW_MINUTES)
    return meeting


async def attachment(work: Work, args: tuple[str, ...], _language: str) -> Attachment:
    """The filled document. A template of the commune's that broke since the start gives way to ours."""
    meeting = await meeting_of(work, args)
    known = await filled(work, meeting)
    template = (await policy_of(work, meeting.cell)).minutes_template
    try:
        content = await asyncio.to_thread(document.write, known, template)
    except BadTemplate as error:
        log.warning("own template left aside meeting=%s why=%s", meeting.id, error)
        content = await asyncio.to_thread(document.write, known)
    name = say(work, Text("minutes.file", {"day": f"{work.local(meeting.starts_at):%d-%m-%Y}"}))
    return Attachment(name, document.MEDIA_TYPE, content)


async def as_text(work: Work, meeting: Meeting) -> Wording:
    """The head of the minutes to copy by hand, where no file can be handed over."""
    values = (await filled(work, meeting)).values
    return lines(*(Text(f"minutes.line_{what}", dict(values)) for what in _LINES))


async def for_app(work: Work, meeting: Meeting) -> Wording:
    """Schedule and figures for the official app; no names."""
    known = await facts(work, meeting)
    known["mode"] = Text(f"mode.{meeting.mode}")
    counted = (await attended(work, meeting)).tally
    headings = await agenda.main_headings(work, meeting)
    return lines(
        Text("app.first", known),
        Text("app.place", known),
        Text("app.agenda", {"headings": headings}) if headings else None,
        closing.figures(counted) if counted else None,
    )
