"""The digest as a workbook of five sheets: real numbers, heads that stay in sight, set up for printing on A4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

import xlsxwriter

from chat.text import Text
from meetings.attendance import Rate, Tally
from reports.catalogue import Catalogue
from reports.digest_sheets import Table, write_sheet
from reports.year_sight import SightRow, Sign, Square, YearSight, short_name

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COUNTS = ("roll", "expected", "present", "excused", "unexcused", "awaiting", "extra", "guests")
_COLUMNS = ("code", "cell", "state", *_COUNTS, "rate", "held_late", "amendment", "thematic", "officials")
_OFFICIALS = ("code", "cell", "officials", "visits", "last_visit")
_CALENDAR = ("date", "hour", "code", "cell", "place", "kind", "state")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One cell of the digest; `tally` is None unless its list is closed."""

    code: str
    name: str
    state: str
    tally: Tally | None
    held_late: bool
    amendment: int


@dataclass(frozen=True, slots=True)
class DigestTable:
    """The cells of the digest and their sum."""

    title: Text
    rows: Sequence[TableRow]
    total: Tally


@dataclass(frozen=True, slots=True)
class VisitRow:
    """How a cell is looked after: officials in charge today, visits of the year, the start of the last one."""

    code: str
    cell: str
    officials: int
    visits: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A meeting of the month after; `starts_at` is aware."""

    code: str
    cell: str
    kind: str
    starts_at: datetime
    place: str
    state: str


@dataclass(frozen=True, slots=True)
class DigestBook:
    """What the workbook shows. `thematic` and `officials` are counts by the code of a cell; none: zero.

    `visits` is every cell, the one that nobody has visited for the longest first.
    """

    table: DigestTable
    summary: Sequence[tuple[Text, int | Rate]]
    year: YearSight
    calendar_title: Text
    calendar: Sequence[CalendarRow]
    thematic: Mapping[str, int] = field(default_factory=dict)
    officials: Mapping[str, int] = field(default_factory=dict)
    visits: Sequence[VisitRow] = ()


def write_digest(path: Path, book: DigestBook, catalogue: Catalogue, language: str) -> None:
    """Write the workbook to a file. Raises OSError; xlsxwriter would have errors of its own for a path."""
    path.write_bytes(digest_file(book, catalogue, language))


def digest_file(book: DigestBook, catalogue: Catalogue, language: str) -> bytes:
    """The workbook. Text is written as text, whatever it begins with."""
    words = _Words(catalogue, language)
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as opened:
        for table in (
            _summary(book, words),
            _cells(book, words),
            _months(book, words),
            _visits(book, words),
            _calendar(book, words),
        ):
            write_sheet(opened, table)
    return content.getvalue()


@dataclass(frozen=True, slots=True)
class _Words:
    catalogue: Catalogue
    language: str

    def say(self, key: str) -> str:
        return self.catalogue.render(Text(key), self.language)

    def text(self, text: Text) -> str:
        return self.catalogue.render(text, self.language)


def _summary(book: DigestBook, words: _Words) -> Table:
    """The sums of the month, and below them those of every month of the year so far."""
    lines: list[Sequence[object]] = [(words.text(label), value) for label, value in book.summary]
    heads = ("month", "closed", "expected", "present", "rate")
    lines += [(), [words.say(f"digest.sum.{head}") for head in heads]]
    for month, square in zip(book.year.months, book.year.total.squares, strict=True):
        counts = (square.closed, square.expected, square.present)
        shown = (*counts, square.rate) if square.sign is Sign.RATE else (None,) * 4
        lines.append((words.text(Text("digest.month", {"period": month.first_day})), *shown))
    return Table(
        words.say("digest.sheet"),
        words.text(book.table.title),
        (words.say("digest.sum.what"), words.say("digest.sum.how_many")),
        lines,
        widths=(52, 14, 14, 14, 14),
        again=len(book.summary) + 1,
    )


def _cells(book: DigestBook, words: _Words) -> Table:
    table = book.table
    states = {one: words.say(f"state.{one}") for one in {row.state for row in table.rows}}
    yes = words.say("digest.yes")
    rows = [
        (
            row.code,
            row.name,
            states[row.state],
            *_counts(row.tally),
            yes if row.held_late else None,
            row.amendment,
            book.thematic.get(row.code, 0),
            book.officials.get(row.code, 0),
        )
        for row in table.rows
    ]
    heads = [words.say(f"digest.column.{head}") for head in _COLUMNS]
    return Table(
        words.say("digest.sheet_cells"),
        words.text(table.title),
        heads,
        rows,
        widths=(10, 32, 17, *[10] * 13),
        frozen=2,
        total=(None, words.say("digest.total"), None, *_counts(table.total), None, None, *_added(book)),
    )


def _added(book: DigestBook) -> tuple[int, int]:
    return sum(book.thematic.values()), sum(book.officials.values())


def _counts(tally: Tally | None) -> tuple[int | Rate | None, ...]:
    """The counts and the rate; blanks where nothing is closed."""
    if tally is None:
        return (None,) * (len(_COUNTS) + 1)
    return (*(getattr(tally, name) for name in _COUNTS), tally.rate)


def _months(book: DigestBook, words: _Words) -> Table:
    """What the picture shows, in numbers: the rate of every month, or in a word why there is none."""
    signs = {one: words.say(f"sight.sign.{one}") for one in Sign if one is not Sign.RATE}

    def shown(square: Square) -> Rate | str:
        return square.rate if square.sign is Sign.RATE else signs[square.sign]

    def line(row: SightRow, name: str) -> Sequence[object]:
        return (row.code, name, *(shown(one) for one in row.squares))

    year = book.year
    months = [words.text(Text("digest.month", {"period": one.first_day})) for one in year.months]
    return Table(
        words.say("digest.sheet_months"),
        words.text(book.table.title),
        (words.say("digest.column.code"), words.say("digest.column.unit"), *months),
        [line(row, short_name(row.name)) for row in year.rows],
        widths=(10, 32, *[13] * len(months)),
        frozen=2,
        total=line(year.total, words.say("sight.total")),
    )


def _visits(book: DigestBook, words: _Words) -> Table:
    """Who looks after the cells, in numbers: who came how often is told to the standing committee alone."""
    zone = words.catalogue.zone
    rows = [
        (
            one.code,
            one.cell,
            one.officials,
            one.visits,
            one.last.astimezone(zone).date() if one.last else None,
        )
        for one in book.visits
    ]
    return Table(
        words.say("digest.sheet_officials"),
        words.text(book.table.title),
        tuple(words.say(f"digest.column.{head}") for head in _OFFICIALS),
        rows,
        widths=(10, 32, 16, 16, 16),
        frozen=2,
        total=(None, words.say("digest.total"), None, sum(one.visits for one in book.visits), None),
    )


def _calendar(book: DigestBook, words: _Words) -> Table:
    kinds = {one: words.say(f"kind.{one}") for one in {row.kind for row in book.calendar}}
    states = {one: words.say(f"state.{one}") for one in {row.state for row in book.calendar}}
    rows = []
    for one in book.calendar:
        local = one.starts_at.astimezone(words.catalogue.zone)
        day, hour = local.date(), local.time()
        rows.append((day, hour, one.code, one.cell, one.place, kinds[one.kind], states[one.state]))
    return Table(
        words.say("digest.sheet_calendar"),
        words.text(book.calendar_title),
        tuple(words.say(f"digest.column.{head}") for head in _CALENDAR),
        rows,
        widths=(12, 9, 10, 32, 40, 22, 17),
        frozen=2,
    )
