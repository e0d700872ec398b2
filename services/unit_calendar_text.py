"""The calendar of a unit in words, a page at a time: what there is, what is off, what falls together."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from chat.text import Lines, Param, Text, Wording, lines, listing
from meetings.period import Period
from meetings.terms import Kind, State
from services.unit_calendar import Clash, Entry, Table
from services.work import Work
from storage.calendars import Busy, Tie

PAGE = 10  # lines of a page: with their days and a menu of numbers they fit one message of Zalo
TOLD = (*(State.POSTPONED, State.CANCELLED), *(State.HELD, State.CLOSED))


def week(work: Work, table: Table, page: int) -> tuple[Lines, int]:
    """A page of a week and how many there are."""
    title = Text("unitcal.week", _sums(table) | {"first": table.first, "last": table.last})
    return _page(work, table, lines(title, *_counts(table)), page)


def month(work: Work, table: Table, page: int) -> tuple[Lines, int]:
    """The same of a month, by the dates of the meetings."""
    return _page(work, table, head_of_month(table), page)


def head_of_month(table: Table) -> Lines:
    """The title of a month, its sums, and how many cells have no meeting in it."""
    title = Text("unitcal.month", _sums(table) | {"period": Period.of(table.first).first_day})
    idle = Text("unitcal.idle", {"n": table.idle}) if table.idle else None
    return lines(title, *_counts(table), idle)


def clash_line(clash: Clash, table: Table) -> Text:
    """What falls together, with the hours."""
    meetings = listing(*(Text("unitcal.at", said_of(one)) for one in clash.entries))
    if clash.official is None:
        return Text("unitcal.clash_busy", {"unit": table.sight.unit.name, "meetings": meetings})
    return Text("unitcal.clash_twice", {"who": _called(clash.official), "meetings": meetings})


def busy_line(work: Work, noted: Busy, unit: str) -> Text:
    """The hours of the committee's own time; its day stands elsewhere."""
    begins, ends = work.local(noted.starts_at), work.local(noted.ends_at)
    known: dict[str, Param] = {"unit": unit, "from": begins, "to": ends}
    if begins.date() == ends.date():
        return Text("unitcal.busy", known)
    return Text("unitcal.busy_from" if begins.hour or begins.minute else "unitcal.busy_all_day", known)


def in_charge(entry: Entry) -> Text:
    """Who is in charge: by name for the committee whose officials they are, else only whether anybody is."""
    if not entry.officials:
        return Text("unitcal.nobody")
    if not entry.named:
        return Text("unitcal.somebody")
    return Text("unitcal.in_charge", {"names": listing(*(_called(one) for one in entry.officials))})


def _called(official: Tie) -> Text:
    if official.name is None:
        return Text("unitcal.nameless")
    return Text("unitcal.official", {"name": Text("person.name", {"name": official.name})})


def _sums(table: Table) -> dict[str, Param]:
    return {"unit": table.sight.unit.name, "n": len(table.live)}


def _page(work: Work, table: Table, head: Lines, page: int) -> tuple[Lines, int]:
    """The sums stand on the first page, the title on every one."""
    rows = list(_rows(work, table))
    pages = max(1, -(-len(rows) // PAGE))
    here = page % pages
    shown = rows[here * PAGE : (here + 1) * PAGE]
    top = head if here == 0 else head.parts[0]
    number = Text("unitcal.page", {"page": here + 1, "pages": pages}) if pages > 1 else None
    empty = Text("unitcal.empty") if not rows else None
    return lines(top, empty, *_under_days(shown), number), pages


def _counts(table: Table) -> Iterator[Text]:
    off = len(table.entries) - len(table.live)
    unattended = sum(not one.officials for one in table.live)
    if table.clashes:
        yield Text("unitcal.clashes", {"n": len(table.clashes)})
    if off:
        yield Text("unitcal.off", {"n": off})
    if unattended:
        yield Text("unitcal.unattended", {"n": unattended})


def _rows(work: Work, table: Table) -> Iterator[tuple[date, Wording]]:
    """A line each, in the order of days; what clashes stands behind its day."""
    unit = table.sight.unit.name
    found: list[tuple[datetime, int, Wording]] = []
    found += [(work.local(one.starts_at), 0, busy_line(work, one, unit)) for one in table.busy]
    found += [(work.local(one.meeting.starts_at), 1, _row(one)) for one in table.entries]
    by_day = sorted(found, key=lambda one: (one[0], one[1]))
    clashes = [(work.local(one.starts_at).date(), clash_line(one, table)) for one in table.clashes]
    days = sorted({one[0].date() for one in by_day})
    for day in days:
        yield from ((day, line) for at, _, line in by_day if at.date() == day)
        yield from ((day, line) for of, line in clashes if of == day)


def _row(entry: Entry) -> Lines:
    meeting, known = entry.meeting, said_of(entry)
    plain = meeting.kind is Kind.REGULAR
    where = Text("unitcal.row" if plain else "unitcal.row_kind", known)
    state = Text("unitcal.state", known) if meeting.state in TOLD else None
    who = None if entry.is_off else in_charge(entry)
    return listing(*(one for one in (where, state, who) if one is not None), separator=" ")


def said_of(entry: Entry) -> dict[str, Param]:
    """What the texts of a meeting may use."""
    meeting = entry.meeting
    known: dict[str, Param] = {"when": meeting.starts_at, "cell": entry.cell.name, "place": meeting.place}
    known |= {"kind": Text(f"kind.{meeting.kind}"), "state": Text(f"state.{meeting.state}")}
    return known | {"period": meeting.period.first_day}


def _under_days(rows: Sequence[tuple[date, Wording]]) -> Iterator[Wording]:
    before = None
    for day, line in rows:
        if day != before:
            yield Text("unitcal.day", {"day": day})
        before = day
        yield line
