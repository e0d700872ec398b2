"""The calendar of a cell: which dates clash with holidays or Tết, in words, and the nearest free days."""

from datetime import date

from chat.text import Lines, Text
from meetings.holidays import Calendar, Clash, ClashKind
from meetings.records import Meeting
from meetings.terms import State, UnitId
from services.rules import policy_of
from services.work import Work

_DATED = (State.PLANNED, State.ANNOUNCED)


async def calendar_of(work: Work, cell: UnitId) -> Calendar:
    """The country's days with what the policy says of this cell and the units above it."""
    return Calendar(tuple(one.change for one in (await policy_of(work, cell)).holiday))


async def clash_of(work: Work, meeting: Meeting) -> Clash | None:
    """Why the date of a meeting to come is unwise; None for a free one, and where there is no date to move."""
    if meeting.state not in _DATED or meeting.starts_at <= work.now:
        return None
    return await clash_on(work, meeting.cell, work.local(meeting.starts_at).date())


async def clash_on(work: Work, cell: UnitId, day: date) -> Clash | None:
    """Why a local day is unwise for a cell, before there is a meeting on it."""
    return (await calendar_of(work, cell)).clash(day)


async def clash_line(work: Work, meeting: Meeting) -> Text | None:
    """The line that a message about a meeting carries; nothing where its date is free."""
    clash = await clash_of(work, meeting)
    return None if clash is None else said(clash)


def said(clash: Clash) -> Text:
    """A whole sentence: the day and what it clashes with."""
    return Text("clash.line", {"day": clash.day, "why": reason(clash)})


def reason(clash: Clash) -> Text | Lines:
    """What a day clashes with, in words that follow "trùng"; what is not decided yet is said to be planned."""
    if clash.kind is not ClashKind.HOLIDAY:
        what = Text(f"clash.{clash.kind}", {"n": clash.lunar})
    elif clash.holiday and clash.holiday.name:
        what = Text("clash.named", {"name": clash.holiday.name})
    else:
        what = Text(f"holiday.{clash.holiday.feast}" if clash.holiday else "holiday.day_off")
    return Text("clash.planned", {"what": what}) if clash.planned else what


async def offers(work: Work, meeting: Meeting) -> list[date]:
    """The nearest free days from tomorrow on, none of which has another meeting of the cell."""
    calendar = await calendar_of(work, meeting.cell)
    others = [one for one in await work.uow.meetings.of_cell(meeting.cell) if one.id != meeting.id]
    return calendar.free_days(
        work.local(meeting.starts_at).date(),
        meeting.period,
        after=work.today,
        taken={work.local(one.starts_at).date() for one in others if one.state is not State.CANCELLED},
        limit=(await policy_of(work, meeting.cell)).clash.offers,
    )
