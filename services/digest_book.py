"""What the workbook of a digest shows: its own figures, the year so far, and the month that comes."""

from datetime import MAXYEAR

from chat.text import Param, Text
from meetings.attendance import Rate
from meetings.period import Period
from meetings.terms import Kind, State
from reports.digest_workbook import CalendarRow, DigestBook, VisitRow
from services import visits
from services.digest import Digest, as_table
from services.digest_lines import CellFigures
from services.work import Work
from services.year_sight import year_sight

_LAST_BUT_ONE = Period(MAXYEAR, 11)


async def book_of(work: Work, digest: Digest) -> DigestBook:
    """The workbook's sheets: counts only, nobody's name."""
    coming = min(digest.period, _LAST_BUT_ONE).next()
    calendar = await work.uow.year_rows.calendar(digest.unit.id, coming)
    officials = await work.uow.year_rows.officials(digest.unit.id, work.today)
    looked_after = await visits.sums(work, digest.unit.id, digest.period.year)
    known: dict[str, Param] = {"period": coming.first_day, "unit": digest.unit.name}
    return DigestBook(
        as_table(digest),
        [
            *_summary(digest, sum(one.cell.code not in officials for one in digest.cells)),
            *_visited(looked_after),
        ],
        await year_sight(work, digest.unit, digest.period),
        Text("digest.calendar_title", known),
        [
            CalendarRow(one.code, one.cell, str(one.kind), one.starts_at, one.place, str(one.state))
            for one in calendar
        ],
        thematic={one.cell.code: n for one in digest.cells if (n := _thematic(one))},
        officials=officials,
        visits=[
            VisitRow(
                cell.code, cell.name, officials.get(cell.code, 0), looked_after.by_cell.get(cell.id, 0), last
            )
            for cell, last in looked_after.unseen
        ],
    )


def _visited(found: visits.Sums) -> list[tuple[Text, int | Rate]]:
    """Visits of the year against what is asked for: sums, nobody's name (domain.md 11)."""
    return [
        (Text("digest.sum.officials"), found.officials),
        (Text("digest.sum.visits"), found.visits),
        (Text("digest.sum.reached"), found.reached),
        (Text("digest.sum.seen"), found.seen),
    ]


def _thematic(cell: CellFigures) -> int:
    """Closed meetings with a theme, a combined one included."""
    lines = (cell.regular, *cell.others)
    return sum(one.state == State.CLOSED and one.kind in (Kind.THEMATIC, Kind.COMBINED) for one in lines)


def _summary(digest: Digest, unassigned: int) -> list[tuple[Text, int | Rate]]:
    total = digest.total
    return [
        (Text("digest.sum.cells"), len(digest.cells)),
        (Text("digest.sum.closed"), len(digest.closed)),
        (Text("digest.sum.not_held"), len(digest.not_held)),
        (Text("digest.sum.not_recorded"), len(digest.not_recorded)),
        (Text("digest.sum.late"), sum(one.regular.held_late for one in digest.cells)),
        (Text("digest.sum.thematic"), sum(map(_thematic, digest.cells))),
        (Text("digest.column.roll"), total.roll),
        (Text("digest.column.expected"), total.expected),
        (Text("digest.column.present"), total.present),
        (Text("digest.column.rate"), total.rate),
        (Text("digest.column.excused"), total.excused),
        (Text("digest.column.unexcused"), total.unexcused),
        (Text("digest.column.awaiting"), total.awaiting),
        (Text("digest.column.extra"), total.extra),
        (Text("digest.column.guests"), total.guests),
        (Text("digest.sum.below"), sum(one.regular.misses for one in digest.closed)),
        (
            Text("digest.sum.unexcused"),
            sum(bool(one.regular.tally and one.regular.tally.unexcused) for one in digest.closed),
        ),
        (Text("digest.sum.members"), sum(one.roll for one in digest.cells)),
        (Text("digest.sum.linked"), sum(one.linked for one in digest.cells)),
        (Text("digest.sum.unled"), sum(not one.led for one in digest.cells)),
        (Text("digest.sum.unassigned"), unassigned),
    ]
