"""The month of the commune in numbers: domain.md 13, added up from the book."""

from datetime import datetime
from typing import Any

from tests.reference import calendar
from tests.reference.book import Book
from tests.reference.counting import rate
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
    late = one.state in ("held", "closed") and calendar.held_late(one.starts, one.month)
    line: dict[str, Any] = {"state": "closed" if told else one.state, "held_late": late}
    if told is None:
        return {**line, **dict.fromkeys(FIGURES), "rate": None, "amendment": 0}
    figures = {name: told.figures[name] for name in FIGURES}
    shown = rate(figures["present"], figures["expected"])
    return {**line, **figures, "rate": shown, "amendment": told.amendment}


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
        elif one.state == "held" or one.starts <= as_of:
            found["not_recorded"].append(cell)
        else:
            found["ahead"].append(cell)
    return found
