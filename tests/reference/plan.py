"""People, statuses, the monthly rule and what is done to a meeting before it is held: domain.md 3 and 4."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from tests.reference import calendar
from tests.reference.values import Meeting, Month, Person, Settings, Span

REASONS_KEPT = timedelta(days=90)
OPEN = ("planned", "announced")


class Not(Exception):
    """The rules do not allow it."""


def require(condition: bool) -> None:
    if not condition:
        raise Not


@dataclass
class Plan:
    """Some cells of a commune, their people and their meetings."""

    settings: Settings
    ahead: int = 2
    people: dict[tuple[str, str], Person] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)  # by cell
    rules: dict[str, tuple[str, timedelta]] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    events: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    tidied: date | None = None  # the day's work is done once a day

    def happens(self, name: str, *args: Any) -> Any:
        """Apply one event and write it down. Raises Not, having changed nothing."""
        act: Callable[..., Any] = getattr(self, f"_{name}")
        done = act(*args)
        self.events.append((name, args))
        return done

    def _settled(self, settings: Settings) -> None:
        """The commune changes its policy."""
        self.settings = settings

    # People

    def _joined(self, cell: str, name: str, number: int, since: date | None, consented: bool) -> None:
        self.people[cell, name] = Person(cell, number, consented, since)

    def _left(self, cell: str, name: str, last: date) -> None:
        self.people[cell, name].until = last

    def _started(self, cell: str, span: Span) -> None:
        """A status of its own, beside any other."""
        self.spans.setdefault(cell, []).append(replace(span))

    def _imported(
        self, today: date, rows: Mapping[tuple[str, str], tuple[str, date | None, date | None]]
    ) -> None:
        """No `since`: from the day of import; the status before ends the day before; unchanged keeps its date."""
        for (cell, name), (status, since, until) in rows.items():
            begins, approved = since or today, status != "away" or until is not None
            unchanged = False
            for one in [one for one in self.spans.setdefault(cell, []) if one.person == name]:
                if one.until is not None and one.until < today:
                    continue
                if one.status == status and since in (None, one.since):
                    one.until, one.approved, unchanged = until, approved, True
                elif (status, since) == ("active", None) and one.status == "away" and one.by_chat:
                    continue  # the row says nothing of it: what the cell wrote down stands
                elif one.until is None or one.until >= begins:
                    self._ends(cell, one, begins - timedelta(1))
            if status != "active" and not unchanged:
                self.spans[cell].append(Span(name, status, begins, until, approved))

    def _ends(self, cell: str, span: Span, last: date) -> None:
        """What ends before it began never was."""
        span.until = last
        if last < span.since:
            self.spans[cell] = [one for one in self.spans[cell] if one is not span]

    def _away(self, cell: str, who: str, today: date) -> list[Span]:
        return [
            one
            for one in self.spans.get(cell, [])
            if one.person == who and one.status == "away" and (one.until is None or one.until >= today)
        ]

    def _went_away(self, today: date, cell: str, wanted: Span) -> None:
        """With the cell's word, from today. The same for longer keeps its beginning; anything else ends."""
        if not self.people[cell, wanted.person].consented:
            wanted = replace(wanted, reason=None)
        kept = False
        for one in self._away(cell, wanted.person, today):
            same = (one.approved, one.reason) == (wanted.approved, wanted.reason)
            if same and one.since <= today and not kept:
                one.until, one.by_chat, kept = wanted.until, True, True
            else:
                self._ends(cell, one, today - timedelta(1))
        if not kept:
            self.spans.setdefault(cell, []).append(replace(wanted, by_chat=True))

    def _came_back(self, today: date, cell: str, who: str) -> None:
        for one in self._away(cell, who, today):
            self._ends(cell, one, today - timedelta(1))

    # The calendar

    def _ruled_monthly(self, now: datetime, cell: str, rule: str, hour: timedelta) -> None:
        """Rows to come that only the rule has made so far follow the new one; whatever people touched stays."""
        self.rules[cell] = (rule, hour)
        for one in self.meetings.values():
            bare = one.regular and one.state == "planned" and not one.touched
            if one.cell == cell and bare and one.starts > now and self._ruled_start(cell, one.month) > now:
                one.starts = self._ruled_start(cell, one.month)
        self._draft(now, cell)

    def _ruled_start(self, cell: str, month: Month) -> datetime:
        rule, hour = self.rules[cell]
        return datetime.combine(calendar.day_of(rule, month), datetime.min.time()) + hour

    def _drafted(self, now: datetime) -> None:
        for cell in self.rules:
            self._draft(now, cell)

    def _passed(self, now: datetime) -> None:
        """Time passes and the ticks strike: months are drafted, what may not be kept is forgotten."""
        self._drafted(now)
        new_day, self.tidied = self.tidied != now.date(), now.date()
        for one in self.meetings.values():
            locked = calendar.locked_from(one.month)
            if one.state == "closed" and now >= locked:
                self._forget(one)
            if one.state == "held" and one.closings and now >= locked and new_day:
                self._forget(one)  # opened again and left so: nothing is kept of them but the rows
            if now >= locked + REASONS_KEPT:
                one.answers = {who: (said, None) for who, (said, _) in one.answers.items()}

    def _draft(self, now: datetime, cell: str) -> None:
        """The rule only creates rows, two months ahead; a row that is there stays as it is."""
        for by in range(self.ahead + 1):
            month = calendar.after(calendar.month_of(now.date()), by)
            starts = self._ruled_start(cell, month)
            if self.regular(cell, month) is None and starts > now:
                self.meetings[name_of(cell, "regular", month)] = Meeting(cell, "regular", month, starts)

    def _planned(self, name: str, cell: str, kind: str, month: Month, starts: datetime) -> None:
        self.meetings[name] = Meeting(cell, kind, month, starts)

    def _announced(self, name: str) -> None:
        one = self.meetings[name]
        require(one.state == "planned")
        one.state, one.announced = "announced", True

    def _moved(self, now: datetime, name: str, starts: datetime) -> None:
        """The row keeps its period; a new date asks everybody anew."""
        one = self.meetings[name]
        require(starts > now and one.state in (*OPEN, "postponed"))
        require(starts != one.starts or one.state == "postponed")
        if one.state == "postponed":
            one.state = "announced" if one.announced else "planned"
        if starts != one.starts:
            one.answers = {}
        one.starts, one.touched = starts, True
        self._amends(now, one)

    def _postponed(self, now: datetime, name: str) -> None:
        one = self.meetings[name]
        require(one.state in OPEN)
        one.state, one.answers, one.touched = "postponed", {}, True
        self._amends(now, one)

    def _cancelled(self, now: datetime, name: str) -> None:
        one = self.meetings[name]
        require(one.state in (*OPEN, "postponed"))
        one.state, one.answers = "cancelled", {}
        self._amends(now, one)

    def _amends(self, now: datetime, one: Meeting) -> None:
        """After the lock every change is a numbered amendment."""
        one.changed += now >= calendar.locked_from(one.month)

    def regular(self, cell: str, month: Month) -> Meeting | None:
        found = [
            one for one in self.meetings.values() if (one.cell, one.month) == (cell, month) and one.regular
        ]
        return found[0] if found else None

    def _forget(self, one: Meeting) -> None:
        """Of people without consent the snapshot row stays, by roll number (15): nothing to undo or to rule on."""
        for (cell, who), person in self.people.items():
            if cell == one.cell and not person.consented:
                self._forget_in(one, who)

    def _forget_in(self, one: Meeting, who: str) -> None:
        one.answers.pop(who, None)
        for step in one.steps:
            step.before.pop(who, None)
        if one.state == "closed":
            one.forgotten.add(who)  # the mark comes back by the roll number when the list is opened again
        else:
            one.marks.pop(who, None)

    def _withdrew(self, who: str) -> None:
        """At once, everywhere: from now on like everybody who has not agreed."""
        for (cell, name), person in self.people.items():
            if name == who:
                person.consented = False
                for span in self.spans.get(cell, []):
                    span.reason = None if span.person == who else span.reason
        for one in self.meetings.values():
            self._forget_in(one, who)


def name_of(cell: str, kind: str, month: Month) -> str:
    return f"{cell} {kind} {month[0]}-{month[1]:02}"
