"""Who is expected, who was there, and the two counters: domain.md 5 and 6, read slowly."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.reference.values import FIGURES, Meeting, Month, Row, Settings, Span

CAME = ("present", "online")


def statuses_on(spans: Iterable[Span], person: str, day: date) -> list[Span]:
    return [
        one
        for one in spans
        if one.person == person and one.since <= day and (one.until is None or day <= one.until)
    ]


def is_home(spans: Iterable[Span]) -> bool:
    """`roll` = home members, whatever their activity. Temporarily-in people are not in the roll."""
    return not any(one.status in ("temporary_in", "reinforced") for one in spans)


def is_expected(spans: Iterable[Span], settings: Settings) -> bool:
    """`expected` = roll − exempt − temporarily out − approved away − suspended + temporarily in (+ reinforced)."""
    spans = list(spans)
    words = {one.status for one in spans}
    for one in spans:
        if one.status in ("exempt", "temporary_out", "suspended"):
            return False
        if one.status == "away" and one.approved:
            return False
    if "temporary_in" in words:
        return True
    return settings.counted_reinforced if "reinforced" in words else True


def count(
    people: Mapping[str, list[Span]],
    marks: Mapping[str, tuple[str, str | None]],
    guests: int,
    settings: Settings,
) -> dict[str, int]:
    """The figures of one roll-call; `people` are all of the cell on the day, with their statuses."""
    figures = dict.fromkeys((*FIGURES, "unmarked"), 0)
    figures["guests"] = guests
    for person, spans in people.items():
        mark, ruling = marks.get(person, (None, None))
        if is_home(spans):
            figures["roll"] += 1
        if is_expected(spans, settings):
            figures["expected"] += 1
            figures[_place(mark, ruling)] += 1
        elif mark in CAME:
            words = {one.status for one in spans}
            if "reinforced" in words and "temporary_in" not in words:
                figures["guests"] += 1  # "shown as a guest unless a setting counts them"
            else:
                figures["extra"] += 1
                if settings.extra_both:
                    figures["expected"] += 1
                    figures["present"] += 1
    return figures


def _place(mark: str | None, ruling: str | None) -> str:
    if mark is None:
        return "unmarked"
    if mark in CAME:
        return "present"
    return ruling if ruling in ("excused", "unexcused") else "awaiting"


def rate(present: int, expected: int) -> str | None:
    """With one decimal, as in JSON; "–" (null) where nobody was expected."""
    if expected == 0:
        return None
    share = Decimal(100) * Decimal(present) / Decimal(expected)
    return str(share.quantize(Decimal("0.1"), ROUND_HALF_UP))


def above(present: int, expected: int, percent: int) -> bool:
    return present * 100 > percent * expected


def row_of(meeting: Meeting, person: str) -> Row | None:
    """How the person stands in the figures that hold: a list that was opened again is counted by nobody."""
    return meeting.reported.rows.get(person) if meeting.reported else None


def counter_a(meetings: Iterable[Meeting], person: str, year: int) -> list[Month]:
    """Distinct period months in which the person was in the base, missed the regular meeting, was ruled
    unexcused, and came to no other meeting of the cell in that period."""
    meetings = [one for one in meetings if one.month[0] == year]
    months = set()
    for one in meetings:
        row = row_of(one, person)
        if one.regular and row and row.expected and row.mark == "absent" and row.ruling == "unexcused":
            months.add(one.month)
    for one in meetings:
        row = row_of(one, person)
        if not one.regular and row and row.mark in CAME:
            months.discard(one.month)
    return sorted(months)


def counter_b(meetings: Iterable[Meeting], person: str, year: int) -> int:
    """The longest row of regular meetings, by period month, all ruled excused."""
    longest = row_length = 0
    for one in sorted((one for one in meetings if one.month[0] == year and one.regular), key=_month):
        row = row_of(one, person)
        if row is None or not row.expected:
            continue  # without a meeting, or outside the base: skipped
        if row.mark in CAME or row.ruling == "unexcused":
            row_length = 0
        elif row.ruling == "excused":
            row_length += 1
        longest = max(longest, row_length)
    return longest


def _month(meeting: Meeting) -> Month:
    return meeting.month
