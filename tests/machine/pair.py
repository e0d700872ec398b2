"""The product and the reference side by side: every event happens in both, and after it both are compared."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    run_state_machine_as_test,
)

from meetings.records import Meeting as Row
from meetings.terms import MeetingId
from tests.machine.house import Product, Refused, house_of
from tests.machine.looking import local
from tests.machine.people import (
    CELL,
    CELLS,
    CLERK,
    COMMUNE,
    CONSENTED,
    NUMBERS,
    PEOPLE,
    SECRETARY,
    Key,
    first_said,
    roster,
)
from tests.reference import calendar
from tests.reference.book import Book
from tests.reference.counting import counter_a, counter_b
from tests.reference.digest import digest, groups
from tests.reference.plan import Not, name_of
from tests.reference.values import Month, Settings

START = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - the wall clock of the reference has no zone
RULES = ("3", "24", "31", "last", "first-monday", "last-friday")
HOURS = (time(7, 30), time(19, 30), time(0, 30))
NIGHT = os.environ.get("KENG_YEARS") == "night"
SETTINGS = st.builds(Settings, st.booleans(), st.booleans(), st.booleans())


class Pair(RuleBasedStateMachine):
    """`open_database` gives each life a fresh one."""

    def __init__(self, open_database: Callable[[], str], folder: Path) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._url, self._folder = open_database(), folder
        self._names = count(1)
        self.agreed = False

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    @initialize(counted=SETTINGS, day=st.sampled_from(RULES), hour=st.sampled_from(HOURS))
    def begin(self, counted: Settings, day: str, hour: time) -> None:
        self.product = Product(self._url, house_of(counted, self._folder), START)
        self.book, self.counted = Book(counted), counted
        self.said, self.left = first_said(), dict[Key, date]()
        self.day, self.hour = day, hour
        self.extra: dict[str, MeetingId] = {}
        self.sent: dict[Month, str | None] = {}
        self.last: str | None = None
        self.agreeing: tuple[str, ...] = CONSENTED
        self.first = calendar.month_of(START.date())
        self.run(self.product.load(roster(self.said, self.left, day, hour)))
        for cell, code in PEOPLE:
            self.book.happens("joined", cell, code, NUMBERS[cell, code], None, code in CONSENTED)
        self.book.happens("imported", START.date(), dict(self.said))
        for cell, rule_, at in ((CELL, day, hour), (CELLS[1], "24", time(19, 30))):
            self.book.happens("ruled_monthly", START, cell, rule_, length(at))
        self.read()

    # What both see

    @property
    def now(self) -> datetime:
        return self.product.now

    def read(self) -> None:
        """Look at the product's meetings, and learn which it has announced by itself."""
        found: dict[str, list[Row]] = self.run(self.product.meetings(CELLS))
        names = {number: name for name, number in self.extra.items()}
        self.rows = {
            names.get(row.id) or name_of(cell, "regular", (row.period.year, row.period.month)): row
            for cell, rows in found.items()
            for row in rows
        }
        for name, row in self.rows.items():
            known = self.book.meetings.get(name)
            if known is not None and known.state == "planned" and row.state == "announced":
                notice = datetime.combine(known.starts.date() - timedelta(5), time(19))
                late = local(row.created_at) > notice - timedelta(1)
                assert self.now < known.starts, f"{name}: announced after its start"
                assert late or self.now >= notice, f"{name}: announced before T-5"
                self.book.happens("announced", name)

    @contextmanager
    def both(self, event: str, *args: Any) -> Iterator[Callable[[Coroutine[Any, Any, Any]], None]]:
        """An event in the book; the product does it too, or both refuse."""
        allowed = True
        try:
            self.book.happens(event, *args)
        except Not:
            allowed = False

        def act(work: Coroutine[Any, Any, Any]) -> None:
            refusal = None
            try:
                self.run(work)
            except Refused as refused:
                refusal = refused
            assert (refusal is None) == allowed, f"{event}{args}: allowed {allowed}, product {refusal}"

        yield act
        self.read()

    def near(self) -> list[str]:
        """The meetings, nearest to now first."""
        starts = {name: one.starts for name, one in self.book.meetings.items()}
        return sorted(starts, key=lambda name: (abs(starts[name] - self.now), name))

    def fitting(self, *states: str, begun: bool = False) -> list[str]:
        """Those in these states, of the last year."""
        return [
            name
            for name in self.near()
            if self.book.meetings[name].state in states
            and self.book.meetings[name].starts > self.now - timedelta(360)
            and (not begun or self.book.meetings[name].starts <= self.now)
        ]

    def pick(self, number: int, *states: str, begun: bool = False) -> tuple[str, str, MeetingId]:
        """One of the four meetings nearest to now, mostly one where it makes sense: name, cell, number."""
        near, fitting = self.near(), self.fitting(*states, begun=begun)
        name = fitting[number % min(3, len(fitting))] if fitting and number < 7 else near[number % 4]
        self.product.clock.move_to(self.product.clock.now() + timedelta(minutes=1))
        self.last = name
        return name, self.book.meetings[name].cell, self.rows[name].id

    def member(self, name: str, number: int) -> str:
        there = sorted(self.book.there(self.book.meetings[name]))
        return there[number % len(there)]

    def by(self, cell: str, clerk: bool) -> str:
        return CLERK if clerk and cell == CELL else SECRETARY[cell]

    def strides(self, to: datetime) -> None:
        self.run(self.product.until(to))
        self.book.happens("passed", self.now)
        self.read()
        for name, row in self.rows.items():
            notice = datetime.combine(local(row.starts_at).date() - timedelta(5), time(19))
            early = local(row.created_at) <= notice - timedelta(1)
            due = early and notice <= self.now < local(row.starts_at)
            assert not (due and row.state == "planned"), f"{name}: not announced by T-5"
        self.look_at_reports()
        month = calendar.month_of(self.now.date())
        self.compare(calendar.after(month, -2))
        self.compare(calendar.after(month, 1))

    # They agree

    @invariant()
    def both_agree(self) -> None:
        self.agreed = False
        told = {
            name: (row.state.value, local(row.starts_at), row.period.year, row.period.month)
            for name, row in self.rows.items()
        }
        assert told == {name: (one.state, one.starts, *one.month) for name, one in self.book.meetings.items()}
        near = self.near()
        for name in {*near[:2], self.last or near[0]}:
            one = self.book.meetings[name]
            if one.state in ("held", "planned", "announced"):
                counted = self.run(self.product.sheet(self.rows[name].id))
                assert counted == self.book.figures(one), name
        month = calendar.month_of(self.now.date())
        touched = self.book.meetings[self.last].month if self.last else month
        for one_month in {calendar.after(month, -1), month, touched}:
            self.compare(one_month)
        if self.last and self.book.meetings[self.last].closings:
            self.look_at_counters()
        self.agreed = True

    def compare(self, month: Month) -> None:
        told, grouped = self.run(self.product.digest(COMMUNE, month))
        reckoned = digest(self.book, list(CELLS), month)
        assert {name: told["total"][name] for name in reckoned["total"]} == reckoned["total"], month
        for line, known in zip(told["cells"], reckoned["cells"], strict=True):
            others = [
                {name: one[name] for name in two}
                for one, two in zip(line["others"], known["others"], strict=True)
            ]
            assert {**{name: line[name] for name in known}, "others": others} == known, month
        assert grouped == groups(self.book, list(CELLS), month, self.now), month

    def look_at_counters(self) -> None:
        """Of whoever agreed and is a member today, for this year and the last one."""
        today = self.now.date()
        for cell in CELLS:
            theirs = [one for one in self.book.meetings.values() if one.cell == cell]
            for year in (today.year - 1, today.year):
                reckoned = {
                    code: (counter_a(theirs, code, year), counter_b(theirs, code, year))
                    for (at, code), person in self.book.people.items()
                    if at == cell and person.consented and (person.until is None or today <= person.until)
                }
                told = self.run(self.product.counters(cell, year))
                assert told == {code: both for code, both in reckoned.items() if any(both)}, (cell, year)

    def look_at_all_months(self) -> None:
        month = self.first
        while month <= calendar.after(calendar.month_of(self.now.date()), 2):
            self.compare(month)
            month = calendar.after(month)

    def look_at_reports(self) -> None:
        """What was sent is never rewritten."""
        for month, known in self.sent.items():
            assert self.run(self.product.filed(COMMUNE, month)) == known, month
        month = calendar.after(calendar.month_of(self.now.date()), -1)
        if month not in self.sent:
            found = self.run(self.product.filed(COMMUNE, month))
            if found is not None:
                assert self.now >= calendar.digest_at(month), month
                self.sent[month] = found

    def teardown(self) -> None:
        try:
            if self.agreed:
                self.look_at_all_months()
                self.look_at_reports()
                self.replay()
        finally:
            if hasattr(self, "product"):
                self.run(self.product.close())
            self._runner.close()

    def replay(self) -> None:
        """The reference is a function of its events and of nothing else."""
        again = Book(self.counted)
        for event, args in self.book.events:
            again.happens(event, *args)
        assert {name: asdict(one) for name, one in again.meetings.items()} == {
            name: asdict(one) for name, one in self.book.meetings.items()
        }


def length(hour: time) -> timedelta:
    return timedelta(hours=hour.hour, minutes=hour.minute)


def play(
    machine: type[Pair], open_database: Callable[[], str], folder: Path, *, lives: int, steps: int
) -> None:
    """The same lives each time; twenty times as many, longer and never the same, where KENG_YEARS=night."""

    class Lives(machine):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            super().__init__(open_database, folder)

    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=lives * 20 if NIGHT else lives,
            stateful_step_count=steps * 2 if NIGHT else steps,
            derandomize=not NIGHT,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
