"""A drawn year written into the book, event by event."""

from datetime import date, datetime

from tests.reference.book import Book
from tests.reference.lives import Happening, Year
from tests.reference.values import Person, Settings, Span


class YearBook(Book):
    """Meetings that are called by whole lists of marks, as a year draws them."""

    def _called(
        self, now: datetime, name: str, marks: dict[str, tuple[str, str | None]], guests: list[str]
    ) -> None:
        one = self._held(now, name)
        one.marks = dict(marks)
        one.guests |= set(guests)


def span_of(person: str, status: str) -> list[Span]:
    """The status of a person for the whole year; none is home and active."""
    if not status:
        return []
    word = "away" if status == "unapproved" else status
    return [Span(person, word, date(2025, 1, 1), None, status != "unapproved")]


def lived(year: Year) -> YearBook:
    """The book of a year."""
    book = YearBook(Settings())
    for cell, statuses in year.people.items():
        for place, status in enumerate(statuses):
            name = f"{cell}-{place}"
            book.people[cell, name] = Person(cell, place + 1, consented=True)
            book.spans.setdefault(cell, []).extend(span_of(name, status))
    for one in year.sittings:
        book.happens("planned", one.name, one.cell, one.kind, one.month, one.starts)
        book.happens("announced", one.name)
    for happening in year.happenings:
        _happens(book, happening)
    return book


def _happens(book: YearBook, one: Happening) -> None:
    name, sitting = one.sitting.name, one.sitting
    match one.verb:
        case "cancel":
            book.happens("cancelled", one.at, name)
        case "postpone":
            book.happens("postponed", one.at, name)
        case "move":
            book.happens("moved", one.at, name, one.becomes)
        case "call":
            called = sitting.marks[one.again]
            marks = {f"{sitting.cell}-{place}": mark for place, mark in enumerate(called)}
            book.happens("called", one.at, name, marks, [f"O{n + 1}" for n in range(sitting.guests)])
        case "close":
            book.happens("closed", one.at, name)
        case "reopen":
            book.happens("reopened", one.at, name)
        case "rule":
            who = first_absent(book.meetings[name].marks)
            if who is not None:
                book.happens("ruled", one.at, name, who, "unexcused")


def first_absent(marks: dict[str, tuple[str, str | None]]) -> str | None:
    return next((who for who in sorted(marks) if marks[who][0] == "absent"), None)
