"""The roll-call of a secretary of the cast: one line, from looking round the hall."""

from datetime import timedelta

from bot.demo.cast.habits import chance, phrases
from meetings.records import AnswerGiven, Meeting, Member
from meetings.terms import Answer
from services import Work

_RECENT = timedelta(days=20)
_NO_SHOW, _UNSAID = 0.03, 0.09  # of those who said yes, and of those who said nothing
_REASONS = ("health", "work", "family")
_WITHOUT_REASON = 0.03


async def roll_line(work: Work, cell: str | None) -> str:
    """The line for the last meeting of that cell whose list is open; "" if there is none."""
    unit = await work.uow.units.by_code(cell) if cell else None
    if unit is None:
        return ""
    open_lists = await work.uow.meetings.unrecorded(work.now - _RECENT, work.now)
    meeting = next((one for one in reversed(open_lists) if one.cell == unit.id), None)
    if meeting is None:
        return ""
    answers = await work.uow.answers.of_meeting(meeting.id)
    found = []
    for member in await work.uow.members.of_cell(unit.id, work.today):
        if not member.statuses:
            found += _missing(member, meeting, answers.get(member.person))
    return phrases().roll.format(numbers=" ".join(found)) if found else phrases().nobody_absent


def _missing(member: Member, meeting: Meeting, given: AnswerGiven | None) -> list[str]:
    """How the member stands in the line, if they did not come."""
    drawn = chance(member.code, meeting.period, "missing")
    if given is not None and given.answer is Answer.ABSENT:
        return [str(member.number)]
    if drawn > (_NO_SHOW if given is not None else _UNSAID):
        return []
    excuse = chance(member.code, meeting.period, "excuse")
    why = "none" if excuse < _WITHOUT_REASON else _REASONS[int(excuse * len(_REASONS))]
    return [f"{member.number}{phrases().reasons[why]}"]
