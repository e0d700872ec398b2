"""Not the same again: a heading that nearly stood on an agenda of the last months, or on the commune's own list.

Said quietly to whoever adds it, and never a hindrance. The template's own headings come back every month.
"""

import re

from rapidfuzz import fuzz

from chat.text import Text
from meetings.agenda import Origin
from meetings.folding import fold
from meetings.period import Period
from meetings.records import Meeting
from meetings.terms import State
from meetings.wishes import Wish
from services import orientation
from services.rules import policy_of
from services.work import Work

_NO_WORD = re.compile(r"[^\w]+|_")
_OURS = (Origin.TEMPLATE, Origin.CARRIED, Origin.COMMUNE)  # what comes back by itself, or was told already


async def near_line(work: Work, meeting: Meeting, title: str) -> Text | None:
    """What an added heading is nearly the same as: said once, the commune's own list first."""
    rules = (await policy_of(work, meeting.cell)).topics
    cell = await work.uow.units.by_id(meeting.cell)
    months = _months_before(meeting.period, rules.near_months)
    for period in (meeting.period, *months):
        wished = await orientation.wished(work, cell, Wish.HEADING, period)
        near = _nearest(title, [one.title for one in wished], rules.near_percent)
        if near is not None:
            return Text("near.commune", {"title": near, "period": period.first_day})
    for period in months:
        held = await work.uow.meetings.of_period([meeting.cell], period)
        spoken = [one.id for one in held if one.state is not State.CANCELLED]
        known = await work.uow.headings.of_meetings(spoken)
        near = _nearest(title, [one.title for one in known if one.origin not in _OURS], rules.near_percent)
        if near is not None:
            return Text("near.before", {"title": near, "period": period.first_day})
    return None


def alike(one: str, other: str) -> float:
    """How alike two headings are, 0 to 100: their words without accents, in whatever order."""
    words, others = _plain(one), _plain(other)
    return fuzz.token_sort_ratio(words, others) if words and others else 0.0


def _plain(title: str) -> str:
    return _NO_WORD.sub(" ", fold(title)).strip()


def _nearest(title: str, known: list[str], least: int) -> str | None:
    scored = [(alike(title, one), one) for one in known]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= least and best[1] else None


def _months_before(period: Period, count: int) -> list[Period]:
    found = []
    for _ in range(count):
        period = period.previous()
        found.append(period)
    return found
