"""Which score sheet a meeting has, and what of it Kẻng may fill in beforehand (domain.md 10).

The form is a province's own, so all of it is policy. The points are the committee's, the adoption the cell's.
"""

from meetings.records import Meeting
from meetings.score import Bands, Criterion, Sheet, YearRule, proposed
from meetings.terms import Kind
from services.policy_evening import CriterionTable
from services.rules import policy_of
from services.work import Work
from storage.closings import Closing
from storage.results import Result

_SCORED = (Kind.REGULAR, Kind.COMBINED, Kind.THEMATIC)


def is_scored(meeting: Meeting) -> bool:
    """No form is known for an extraordinary meeting."""
    return meeting.kind in _SCORED


async def sheet_of(work: Work, meeting: Meeting) -> Sheet | None:
    """The sheet for such a meeting; None where only the band is asked for."""
    if not is_scored(meeting):
        return None
    score = (await policy_of(work, meeting.cell)).score
    lines = (score.thematic or score.regular) if meeting.kind is Kind.THEMATIC else score.regular
    bands = Bands(score.good, score.fair, score.average)
    return Sheet(tuple(_criterion(one) for one in lines), bands) if lines else None


def _criterion(line: CriterionTable) -> Criterion:
    return Criterion(line.id, line.label, line.max, line.hint, line.gate)


async def hints(
    work: Work, meeting: Meeting, sheet: Sheet, frozen: Closing, result: Result | None
) -> tuple[int | None, ...]:
    """What may be proposed for each criterion, from the closed list and the hours that were noted."""
    rules = await policy_of(work, meeting.cell)
    target = meeting.held_under.target_percent if meeting.held_under else rules.attendance.target_percent
    minutes, least = (result.minutes, result.least or 0) if result else (None, 0)
    return tuple(
        proposed(one, rate=frozen.tally.rate, target=target, minutes=minutes, least=least)
        for one in sheet.criteria
    )


async def year_rule(work: Work, meeting: Meeting) -> YearRule:
    year = (await policy_of(work, meeting.cell)).score.year
    return YearRule(year.least, year.good)
