"""The month of the commune in numbers: domain.md 13, added up from the book."""

from datetime import datetime
from typing import Any

from tests.reference import calendar
from tests.reference.book import Book
from tests.reference.counting import above, rate
from tests.reference.values import FIGURES, Meeting, Month

GROUPS = ("closed", "not_recorded", "ahead", "cancelled", "not_held")


def digest(book: Book, cells: list[str], month: Month) -> dict[str, Any]:
    """`total` and `cells` as `keng digest --json` tells them."""
    lines = [_cell(book, cell, month) for cell in cells]
    closed = [line for line in lines if line["state"] == "closed"]
    sums = {name: sum(line[name] for line in closed) for name in FIGURES}
    total = {"cells": len(cells), "closed": len(closed), **sums}
    return {"total": total | {"rate": rate(sums["present"], sums["expected"])}, "cells": lines}


def _cell(book: Book, cell: str, month: Month) -> dict[str, Any]:
    regular = book.regular(cell, month)
    others = [
        one
        for one in book.meetings.values()
        if (one.cell, one.month) == (cell, month) and one.kind == "thematic"
    ]
    others.sort(key=lambda one: one.starts)
    nothing = {"state": "none", **dict.fromkeys(FIGURES), "rate": None, "held_late": False, "amendment": 0}
    return {
        "code": cell,
        **(_line(regular) if regular else nothing),
        "others": [{"kind": one.kind, **_line(one)} for one in others],
    }


def _line(one: Meeting) -> dict[str, Any]:
    told = one.reported
    state = "closed" if told else state_of(one)
    late = state in ("held", "closed") and calendar.held_late(one.starts, one.month)
    line: dict[str, Any] = {"state": state, "held_late": late}
    if told is None:
        return {**line, **dict.fromkeys(FIGURES), "rate": None, "amendment": one.changed}
    figures = {name: told.figures[name] for name in FIGURES}
    shown = rate(figures["present"], figures["expected"])
    return {**line, **figures, "rate": shown, "amendment": told.amendment}


def state_of(one: Meeting) -> str:
    """A list that is only opened after the lock changes nothing until it is closed: that is an amendment."""
    locked_from = calendar.locked_from(one.month)
    if one.state == "held" and one.held_since is not None and one.held_since >= locked_from:
        return "announced" if one.announced else "planned"
    return one.state


def groups(book: Book, cells: list[str], month: Month, now: datetime) -> dict[str, list[str]]:
    """Each cell in exactly one: recorded; begun or held and not recorded; its day still to come; cancelled with a
    reason; not held. What has begun is asked of now, and of a locked month as it was when it was locked."""
    found: dict[str, list[str]] = {name: [] for name in GROUPS}
    as_of = min(now, calendar.locked_from(month))
    for cell in cells:
        one = book.regular(cell, month)
        if one is None or one.state == "postponed":
            found["not_held"].append(cell)
        elif one.reported:
            found["closed"].append(cell)
        elif one.state == "cancelled":
            found["cancelled"].append(cell)
        elif state_of(one) == "held" or one.starts <= as_of:
            found["not_recorded"].append(cell)
        else:
            found["ahead"].append(cell)
    return found


def held(book: Book, cells: list[str], month: Month) -> int:
    """How many cells met, whether or not their list is closed."""
    found = [book.regular(cell, month) for cell in cells]
    return sum(bool(one and (one.reported or state_of(one) == "held")) for one in found)


def misses(book: Book, cell: str, month: Month, percent: int) -> bool:
    """Not above the target although somebody was expected: strictly, on integers."""
    one = book.regular(cell, month)
    if one is None or one.reported is None:
        return False
    figures = one.reported.figures
    return figures["expected"] > 0 and not above(figures["present"], figures["expected"], percent)


def has_unexcused(book: Book, cell: str, month: Month) -> bool:
    one = book.regular(cell, month)
    return bool(one and one.reported and one.reported.figures["unexcused"])


def asleep(book: Book, cells: list[str], month: Month, now: datetime) -> list[str]:
    """Two months in a row without any meeting; what began and was not recorded may have been held.

    Of a month without a row of any of them nobody knows: that was before there was an assistant.
    """
    months = (calendar.after(month, -1), month)
    rows = [one for one in book.meetings.values() if one.cell in cells and one.month in months]
    if {one.month for one in rows} != set(months) or now.date() <= calendar.last_day(month):
        return []
    as_of = min(now, calendar.locked_from(month))
    met = {one.cell for one in rows if one.kind != "premeeting" and _may_have_met(one, as_of)}
    return [cell for cell in cells if cell not in met]


def _may_have_met(one: Meeting, as_of: datetime) -> bool:
    return one.state in ("held", "closed") or (one.state in ("planned", "announced") and one.starts <= as_of)


def attention(book: Book, cells: list[str], month: Month, now: datetime, percent: int = 85) -> list[str]:
    """Cells to look after, each once."""
    grouped = groups(book, cells, month, now)
    found = {*grouped["not_recorded"], *grouped["not_held"], *asleep(book, cells, month, now)}
    found |= {cell for cell in cells if misses(book, cell, month, percent)}
    found |= {cell for cell in cells if has_unexcused(book, cell, month)}
    return sorted(found)
