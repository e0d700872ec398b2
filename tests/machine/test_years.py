"""Years of two cells played through the real services, beside a slow reference written from domain.md.

After every event the two agree; what was reported and locked changes by amendments only. `--every-way` plays
more and longer lives, `KENG_YEARS=night` many more.
"""

from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
)
from sqlalchemy import URL

from meetings.states import Verb
from tests.machine.house import copied, house_of
from tests.machine.pair import HOURS, RULES, SETTINGS, length, play
from tests.machine.people import (
    CELL,
    CLERK,
    GUEST,
    LATER,
    NUMBERS,
    SECRETARY,
    roster,
    statuses_of,
)
from tests.machine.standing import Standing
from tests.postgres import Databases, text_of
from tests.reference import calendar
from tests.reference.book import Item
from tests.reference.values import Settings, Span

PLAIN = ("", "kp", "ốm", "ct", "gđ", "xa", "khác")
REASONS = (None, "work", "health", "family", "away", "other")

which = st.integers(0, 7)  # 7: whatever state the meeting is in
whom = st.integers(0, 8)


class Years(Standing):
    """What can happen in a life."""

    @rule(days=st.integers(1, 12), hours=st.integers(0, 23))
    def days_pass(self, days: int, hours: int) -> None:
        self.strides(self.now + timedelta(days, hours=hours))

    @rule(number=which)
    def a_meeting_begins(self, number: int) -> None:
        coming = sorted(one.starts for one in self.book.meetings.values() if one.starts > self.now)
        if coming:
            self.strides(coming[number % min(2, len(coming))] + timedelta(hours=number))

    @rule(moment=st.sampled_from(["digest", "lock", "day before lock"]))
    def the_month_is_reported(self, moment: str) -> None:
        month = calendar.after(calendar.month_of(self.now.date()), -1)
        while True:
            at = {
                "digest": calendar.digest_at(month),
                "lock": calendar.locked_from(month),
                "day before lock": calendar.locked_from(month) - timedelta(minutes=1),
            }[moment]
            if at > self.now:
                return self.strides(at)
            month = calendar.after(month)

    @rule(days=st.integers(30, 75))
    def nobody_comes_near_it_for_weeks(self, days: int) -> None:
        self.strides(self.now + timedelta(days))

    # People

    @rule(
        number=st.integers(0, 30),
        kind=st.integers(0, 5),
        since=st.none() | st.integers(-40, 40),
        lasting=st.none() | st.integers(0, 120),
    )
    def a_status_is_imported(self, number: int, kind: int, since: int | None, lasting: int | None) -> None:
        keys = sorted(key for key in self.said if key not in self.left)
        key = keys[number % len(keys)]
        today, statuses = self.now.date(), statuses_of(key)
        begins = None if since is None else today + timedelta(since)
        until = None if lasting is None else (begins or today) + timedelta(lasting)
        self.said[key] = (statuses[kind % len(statuses)], begins, until)
        self.imports()

    def imports(self) -> None:
        book = roster(self.said, self.left, self.day, self.hour)
        self.run(self.product.load(book, self.agreeing))
        rows = {key: said for key, said in self.said.items() if key not in self.left}
        self.book.happens("imported", self.now.date(), rows)
        self.book.happens("drafted", self.now)
        self.read()

    @rule(
        number=st.integers(0, 30),
        status=st.sampled_from(["exempt", "temporary_out", "suspended"]),
        days=st.integers(0, 60),
    )
    def a_second_status_begins_beside_the_first(self, number: int, status: str, days: int) -> None:
        keys = sorted(key for key in self.said if key not in self.left and statuses_of(key)[0] == "active")
        cell, code = keys[number % len(keys)]
        today = self.now.date()
        person = self.book.people[cell, code]
        if person.since is not None and person.since > today:
            return
        until = today + timedelta(days)
        self.run(self.product.start_status(cell, code, status, today, until))
        self.book.happens("started", cell, Span(code, status, today, until, approved=True))

    @precondition(lambda self: (LATER.cell, LATER.code) not in self.said)
    @rule()
    def somebody_joins(self) -> None:
        key = (LATER.cell, LATER.code)
        self.said[key] = ("active", None, None)
        self.book.happens("joined", *key, LATER.number, self.now.date(), False)
        self.imports()

    @rule(code=st.sampled_from(["gia", "dung"]))
    def somebody_leaves(self, code: str) -> None:
        key = (CELL, code)
        if key not in self.left:
            self.left[key] = self.now.date()
            self.book.happens("left", *key, self.now.date() - timedelta(1))
            self.imports()

    # The calendar

    @rule(day=st.sampled_from(RULES), hour=st.sampled_from(HOURS))
    def the_rule_is_set(self, day: str, hour: time) -> None:
        self.day, self.hour = day, hour
        with self.both("ruled_monthly", self.now, CELL, day, length(hour)) as act:
            act(self.product.set_rule(SECRETARY[CELL], CELL, day, hour))

    @rule(days=st.integers(0, 20), ahead=st.integers(0, 1))
    def a_thematic_meeting_is_planned(self, days: int, ahead: int) -> None:
        starts = (self.now + timedelta(days)).replace(hour=14, minute=0, second=0)
        if starts > self.now:
            month = calendar.after(calendar.month_of(starts.date()), -ahead)
            name = f"{CELL} thematic {next(self._names)}"
            self.extra[name] = self.run(self.product.add_thematic(CELL, month, starts))
            self.book.happens("planned", name, CELL, "thematic", month, starts)
            self.read()

    @rule(number=which)
    def announced(self, number: int) -> None:
        name, cell, at = self.pick(number, "planned")
        with self.both("announced", name) as act:
            act(self.product.announce(SECRETARY[cell], at))

    @rule(number=which, days=st.integers(-2, 45), hour=st.sampled_from(HOURS))
    def moved(self, number: int, days: int, hour: time) -> None:
        name, cell, at = self.pick(number, "announced", "planned", "postponed")
        to = datetime.combine(self.now.date() + timedelta(days), hour)
        with self.both("moved", self.now, name, to) as act:
            act(self.product.change(SECRETARY[cell], at, Verb.MOVE, to))

    @rule(number=which, verb=st.sampled_from([Verb.POSTPONE, Verb.POSTPONE, Verb.CANCEL]))
    def called_off(self, number: int, verb: Verb) -> None:
        name, cell, at = self.pick(number, "announced", "planned")
        with self.both("postponed" if verb is Verb.POSTPONE else "cancelled", self.now, name) as act:
            act(self.product.change(SECRETARY[cell], at, verb))

    # Before and at the meeting

    @precondition(lambda self: bool(self.fitting("announced")))
    @rule(
        number=which,
        who=whom,
        answer=st.sampled_from(["coming", "absent", "absent", "later"]),
        reason=st.sampled_from(REASONS),
    )
    def answered(self, number: int, who: int, answer: str, reason: str | None) -> None:
        name, cell, at = self.pick(number, "announced")
        person, why = self.member(name, who), reason if answer == "absent" else None
        with self.both("answered", self.now, name, person, answer, why) as act:
            act(self.product.answer(SECRETARY[cell], at, person, answer, why))

    @precondition(lambda self: bool(self.fitting("held", "announced", "planned", begun=True)))
    @rule(number=which, clerk=st.booleans())
    def everybody_was_there(self, number: int, clerk: bool) -> None:
        name, cell, at = self.pick(number, "held", "announced", "planned", begun=True)
        with self.both("everybody", self.now, name) as act:
            act(self.product.everybody(self.by(cell, clerk), at))

    @precondition(lambda self: bool(self.fitting("held", "announced", begun=True)))
    @rule(number=which, who=whom, clerk=st.booleans())
    def marked_absent(self, number: int, who: int, clerk: bool) -> None:
        name, cell, at = self.pick(number, "held", "announced", begun=True)
        person, by = self.member(name, who), self.by(cell, clerk)
        with self.both("absent", self.now, name, person, by != CLERK) as act:
            act(self.product.absent(by, at, person))

    @rule(
        number=which,
        said=st.lists(st.tuples(whom, st.sampled_from(PLAIN), st.booleans()), max_size=4),
        clerk=st.booleans(),
        closing=st.sampled_from([True, True, False]),
    )
    def one_line(self, number: int, said: list[tuple[int, str, bool]], clerk: bool, closing: bool) -> None:
        """Numbers of the roll: absent, online, or come although nobody expected them; mostly closed at once."""
        if not self.fitting("announced", "held", "planned", begun=True):
            self.a_meeting_begins(0)
        name, cell, at = self.pick(number, "announced", "held", "planned", begun=True)
        base = self.book.base(self.book.meetings[name])
        items: dict[str, Item] = {}
        for who, suffix, online in said:
            person = self.member(name, who)
            expected = person in base
            plain = "tt" if online and not suffix else suffix
            items[person] = Item(person, plain if expected else "+tt" if online else "+")
        text = " ".join(self.typed(cell, one) for one in items.values())
        verb = (
            "vắng"
            if any(not one.suffix.startswith("+") and one.suffix != "tt" for one in items.values())
            else "đủ"
        )
        by = self.by(cell, clerk)
        with self.both("line", self.now, name, tuple(items.values()), by != CLERK) as act:
            act(self.product.line(by, at, f"{verb} {text}"))
        if closing:
            with self.both("closed", self.now, name) as act:
                act(self.product.shut(by, at))

    @rule(
        number=which,
        said=st.lists(st.tuples(whom, st.sampled_from(PLAIN)), max_size=3),
        late=st.integers(0, 9),
    )
    def a_whole_month(self, number: int, said: list[tuple[int, str]], late: int) -> None:
        """To the next meeting, its line some days later, and the list closed."""
        self.a_meeting_begins(number)
        if late > 4:
            self.days_pass(late, 2)
        self.one_line(number, [(who, suffix, False) for who, suffix in said], False, True)

    def typed(self, cell: str, item: Item) -> str:
        plus, suffix = ("+", item.suffix[1:]) if item.suffix.startswith("+") else ("", item.suffix)
        return f"{plus}{NUMBERS[cell, item.person]}{suffix}"

    @precondition(lambda self: bool(self.fitting("held")))
    @rule(number=which)
    def the_official_came(self, number: int) -> None:
        name, cell, at = self.pick(number, "held")
        if cell == CELL and self.book.meetings[name].state == "held":
            with self.both("came_as_guest", name, GUEST) as act:
                act(self.product.guest(SECRETARY[cell], at, GUEST))

    @precondition(lambda self: bool(self.fitting("held", "closed")))
    @rule(number=which, who=whom, ruling=st.sampled_from(["excused", "unexcused"]))
    def ruled(self, number: int, who: int, ruling: str) -> None:
        name, cell, at = self.pick(number, "closed", "held")
        absent = sorted(one for one, made in self.book.meetings[name].marks.items() if made[0] == "absent")
        person = absent[who % len(absent)] if absent else self.member(name, who)
        with self.both("ruled", self.now, name, person, ruling) as act:
            act(self.product.rule(SECRETARY[cell], at, person, ruling))

    @precondition(lambda self: bool(self.fitting("held")))
    @rule(number=which, clerk=st.booleans())
    def closed(self, number: int, clerk: bool) -> None:
        name, cell, at = self.pick(number, "held")
        with self.both("closed", self.now, name) as act:
            act(self.product.shut(self.by(cell, clerk), at))

    @precondition(lambda self: bool(self.fitting("held", "closed")))
    @rule(number=which, clerk=st.booleans())
    def undone(self, number: int, clerk: bool) -> None:
        name, cell, at = self.pick(number, "held", "closed")
        by = self.by(cell, clerk)
        with self.both("undone", self.now, name, by != CLERK) as act:
            act(self.product.undo(by, at))

    @precondition(lambda self: bool(self.fitting("closed")))
    @rule(number=which)
    def reopened(self, number: int) -> None:
        name, cell, at = self.pick(number, "closed")
        with self.both("reopened", self.now, name) as act:
            act(self.product.reopen(SECRETARY[cell], at))

    @rule(counted=SETTINGS)
    def the_commune_changes_its_policy(self, counted: Settings) -> None:
        """Meetings that were held keep the rules they were held under."""
        self.product.obey(house_of(counted, self._folder))
        self.book.happens("settled", counted)

    @rule()
    def the_machine_restarts(self) -> None:
        self.run(self.product.restart())
        self.look_at_all_months()


@pytest.fixture
def longer(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("every_way"))


def test_years_of_two_cells_are_counted_as_the_rules_say(
    sqlite_template: Path, tmp_path: Path, longer: bool
) -> None:
    numbers = count(1)

    def fresh() -> str:
        return copied(sqlite_template, tmp_path / f"{next(numbers)}.db")

    play(Years, fresh, tmp_path, lives=14 if longer else 5, steps=55 if longer else 45)


def test_a_few_of_these_years_on_postgresql(
    postgres_databases: Databases, tmp_path: Path, longer: bool
) -> None:
    used: list[URL] = []

    def fresh() -> str:
        if used:
            postgres_databases.give_back(used.pop())
        used.append(postgres_databases.take())
        return text_of(used[-1])

    play(Years, fresh, tmp_path, lives=2 if longer else 1, steps=30)
    postgres_databases.give_back(used.pop())
