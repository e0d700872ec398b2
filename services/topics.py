"""What a meeting is about, and in which form it is held, as the lines of its messages."""

from chat.text import NOTHING, Lines, Text, lines
from meetings.records import Meeting
from meetings.terms import Kind, Mode
from services.rules import mode_of
from services.work import Work

_OWN_AGENDA = (Kind.THEMATIC, Kind.EXTRAORDINARY)


async def agenda(work: Work, usual: Text, meeting: Meeting) -> Text | Lines:
    """The entry about the agenda; a meeting beside the regular one has its topic in place of the month's."""
    topic = Text(f"topic.{meeting.kind}", {"title": meeting.title}) if meeting.title else None
    if meeting.kind in _OWN_AGENDA:
        inside = Text("topic.inside", {"topic": topic}) if topic else NOTHING
        return lines(Text(f"topic.{usual.key}", {**usual.params, "topic": inside}), await form(work, meeting))
    return lines(usual, topic, await form(work, meeting))


async def form(work: Work, meeting: Meeting) -> Text | None:
    """The form, where it is not the usual one."""
    mode = await mode_of(work, meeting)
    return None if mode is Mode.IN_PERSON else Text("mode.line", {"mode": Text(f"mode.{mode}")})
