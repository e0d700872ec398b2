"""What the picture of a unit's month shows: the same table as the calendar in words, a line each meeting."""

from collections import defaultdict

from chat.text import Text, listing
from meetings.period import Period
from meetings.records import Unit
from meetings.terms import Kind, MeetingId
from reports.month_pages import MonthLine, MonthSheet
from services import unit_calendar
from services.unit_calendar import Clash, Entry, Sight, Table
from services.unit_calendar_text import TOLD, busy_line, clash_line, head_of_month, in_charge, said_of
from services.work import Work
from storage.calendars import Busy


async def month_sheet(work: Work, seen: Sight, period: Period) -> MonthSheet:
    """The month as it stands now; officials by name only where the calendar in words names them."""
    table = await unit_calendar.compute(work, seen, period.first_day, period.last_day)
    title, *sums = head_of_month(table).parts
    together: dict[MeetingId, list[Clash]] = defaultdict(list)
    for clash in table.clashes:
        for one in clash.entries:
            together[one.meeting.id].append(clash)
    found = [(one.starts_at, _busy(work, one, seen.unit)) for one in table.busy]
    found += [
        (one.meeting.starts_at, _meeting(work, one, table, together[one.meeting.id])) for one in table.entries
    ]
    found.sort(key=lambda one: one[0])
    return MonthSheet(title, sums, [line for _, line in found])


async def lines_of(work: Work, seen: Sight, period: Period) -> int:
    """How many lines that picture has."""
    table = await unit_calendar.compute(work, seen, period.first_day, period.last_day)
    return len(table.busy) + len(table.entries)


def _meeting(work: Work, one: Entry, table: Table, clashes: list[Clash]) -> MonthLine:
    known = said_of(one)
    plain = one.meeting.kind is Kind.REGULAR
    first = Text("unitcal.place" if plain else "unitcal.place_kind", known)
    state = Text("unitcal.state", known) if one.meeting.state in TOLD else None
    who = None if one.is_off else in_charge(one)
    said = listing(*(part for part in (first, state, who) if part is not None), separator=" ")
    return MonthLine(
        work.local(one.meeting.starts_at).date(),
        Text("unitcal.hour", known),
        one.cell.name,
        [said],
        [clash_line(clash, table) for clash in clashes],
    )


def _busy(work: Work, one: Busy, unit: Unit) -> MonthLine:
    begins = work.local(one.starts_at)
    hour = Text("unitcal.hour", {"when": one.starts_at})
    return MonthLine(begins.date(), hour, unit.name, [busy_line(work, one, unit.name)])
