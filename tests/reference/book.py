"""A list of events and what follows from it by domain.md 3, 4, 5, 6, 13 and 15: slow, plain, from scratch.

Every event is checked against the rules (`Not` where they forbid it), written down and applied. The same list
played into a fresh book gives the same book.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.reference import calendar
from tests.reference.counting import count, is_expected, statuses_on
from tests.reference.plan import OPEN, Plan, require
from tests.reference.values import Closing, Meeting, Row, Settings, Span, Step

UNDO = timedelta(hours=24)
RULED = ("excused", "unexcused")


@dataclass(frozen=True)
class Item:
    """One number of a roll-call line: `suffix` is "", "kp", a reason, "tt", "+" or "+tt"."""

    person: str
    suffix: str


class Book(Plan):
    """The plan, and what was said and written at the meetings."""

    def _answered(self, now: datetime, name: str, who: str, answer: str, reason: str | None) -> None:
        one = self.meetings[name]
        require(one.state == "announced" and now < one.starts)
        before = one.answers.get(who, ("", None))
        if answer == "absent" and reason is None and before[0] == "absent":
            reason = before[1]
        one.answers[who] = (answer, reason)

    def _held(self, now: datetime, name: str) -> Meeting:
        one = self.meetings[name]
        require(one.state in (*OPEN, "held") and now >= one.starts)
        one.state, one.rules = "held", one.rules or self.settings
        one.held_since = one.held_since or now
        return one

    def _everybody(self, now: datetime, name: str) -> None:
        """Everybody who is not marked yet was there."""
        one = self._held(now, name)
        left = [who for who in self.base(one) if who not in one.marks]
        if left:
            self._step(one, now, dict.fromkeys(left, ("present", None)))

    def _absent(self, now: datetime, name: str, who: str, rules: bool) -> None:
        require(who in self.base(self.meetings[name]))
        one = self._held(now, name)
        if one.marks.get(who, ("", None))[0] != "absent":
            self._step(one, now, {who: ("absent", self._bare(one, who, rules))})

    def _line(self, now: datetime, name: str, items: Iterable[Item], rules: bool) -> None:
        """One typed line, confirmed: everyone not named is present; it takes the place of all marks so far."""
        one = self.meetings[name]
        named = {item.person: item.suffix for item in items}
        base = self.base(one)
        for who, suffix in named.items():
            require(suffix.startswith("+") != (who in base))
            require("tt" not in suffix or self.rules_of(one).online)
        self._held(now, name)
        marks = {
            who: self._said(one, who, named.get(who), rules)
            for who in self.there(one)
            if who in base or who in named
        }
        before = {who: one.marks.get(who) for who in self.there(one)}
        one.marks = marks
        one.steps.append(Step(now, before))

    def _said(self, one: Meeting, who: str, suffix: str | None, rules: bool) -> tuple[str, str | None]:
        if suffix in (None, "+"):
            return "present", None
        if suffix in ("tt", "+tt"):
            return "online", None
        known = one.marks.get(who)
        if not rules:  # a list marked by the minute-taker awaits; a ruling that stands is not theirs to lift
            return known if known and known[0] == "absent" and known[1] in RULED else ("absent", "awaiting")
        if suffix == "kp":
            return "absent", "unexcused"
        return "absent", "excused" if suffix else self._bare(one, who, rules)

    def _bare(self, one: Meeting, who: str, rules: bool) -> str:
        """The reason stated beforehand rules "excused"; none, and the absence awaits."""
        answer, reason = one.answers.get(who, ("", None))
        return "excused" if rules and answer == "absent" and reason else "awaiting"

    def _came_as_guest(self, name: str, who: str) -> None:
        require(self.meetings[name].state == "held")
        self.meetings[name].guests.add(who)

    def _ruled(self, now: datetime, name: str, who: str, ruling: str) -> None:
        """By secretary or deputy. A closed list stays closed and is frozen anew, after the lock as an amendment."""
        one = self.meetings[name]
        require(one.state == "closed" or (one.state in (*OPEN, "held") and now >= one.starts))
        require(one.marks.get(who, ("", None))[0] == "absent" and who not in one.forgotten)
        if one.state != "closed":
            self._held(now, name)
        if one.marks[who][1] == ruling:
            return  # the same once more changes nothing
        self._step(one, now, {who: ("absent", ruling)})
        if one.state == "closed":
            last = one.closings[-1]
            rows = {
                other: replace(row, ruling=ruling) if other == who else row
                for other, row in last.rows.items()
            }
            self._freeze(now, one, {**last.figures, **_rulings(rows.values())}, rows)

    def _step(self, one: Meeting, now: datetime, marks: dict[str, tuple[str, str | None]]) -> None:
        one.steps.append(Step(now, {who: one.marks.get(who) for who in marks}))
        one.marks |= marks

    def _closed(self, now: datetime, name: str) -> None:
        """Everybody of the base is marked; the figures are frozen."""
        one = self.meetings[name]
        figures = self.figures(one)
        require(one.state == "held" and figures.pop("unmarked") == 0)
        base = self.base(one)
        rows = {
            who: Row(self.people[one.cell, who].number, who in base, *one.marks.get(who, (None, None)))
            for who in self.there(one)
        }
        one.state = "closed"
        self._freeze(now, one, figures, rows)
        if now >= calendar.locked_from(one.month):
            self._forget(one)

    def _freeze(self, now: datetime, one: Meeting, figures: dict[str, int], rows: dict[str, Row]) -> None:
        number = one.closings[-1].amendment if one.closings else 0
        amended = number + (now >= calendar.locked_from(one.month))
        one.reported = Closing(figures, rows, amended)
        one.closings.append(one.reported)

    def _undone(self, now: datetime, name: str, rules: bool) -> None:
        """The newest step, for 24 hours; a closed meeting is held again."""
        one = self.meetings[name]
        require(bool(one.steps) and now <= one.steps[-1].at + UNDO)
        step = one.steps[-1]
        ruled = any(one.marks.get(who, ("", None))[1] in RULED for who in step.before)
        require(rules or not (ruled or one.state == "closed"))
        one.steps.pop()
        if one.state == "closed":
            self._reopened(now, name)
        for who, mark in step.before.items():
            if mark is None:
                one.marks.pop(who, None)
            else:
                one.marks[who] = mark

    def _reopened(self, now: datetime, name: str) -> None:
        """Held again until it is closed anew. After the lock the report stands until it is amended."""
        one = self.meetings[name]
        require(one.state == "closed")
        one.state = "held"
        one.forgotten = set()
        if now < calendar.locked_from(one.month):
            one.reported = None

    # What follows

    def there(self, one: Meeting) -> dict[str, list[Span]]:
        """Everybody of the cell on the day of the meeting, with their statuses of that day."""
        day = one.starts.date()
        return {
            name: statuses_on(self.spans.get(cell, []), name, day)
            for (cell, name), person in self.people.items()
            if cell == one.cell
            and (person.since is None or person.since <= day)
            and (person.until is None or day <= person.until)
        }

    def base(self, one: Meeting) -> list[str]:
        return [who for who, spans in self.there(one).items() if is_expected(spans, self.rules_of(one))]

    def rules_of(self, one: Meeting) -> Settings:
        """A meeting keeps the rules it was held under."""
        return one.rules or self.settings

    def figures(self, one: Meeting) -> dict[str, int]:
        """The figures as the list stands, with `unmarked`."""
        return count(self.there(one), one.marks, len(one.guests), self.rules_of(one))


def _rulings(rows: Iterable[Row]) -> dict[str, int]:
    absent = [row.ruling for row in rows if row.expected and row.mark == "absent"]
    excused, unexcused = absent.count("excused"), absent.count("unexcused")
    return {"excused": excused, "unexcused": unexcused, "awaiting": len(absent) - excused - unexcused}
