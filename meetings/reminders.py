"""When each message of a meeting is due and how long it is worth sending (domain.md 4.8; style.md 4.7).

Steps are data in local days and hours; dues are aware UTC and always derived, never stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from meetings.terms import Audience

_EVENING = time(19)


class StepKind(StrEnum):
    PREVIEW = "preview"
    NOTICE = "notice"
    GROUP_NOTICE = "group_notice"
    INVITATION = "invitation"
    REMINDER = "reminder"
    FORECAST = "forecast"
    RELAY = "relay"
    EVENING = "evening"
    TODAY = "today"


NOTICE_KINDS = frozenset({StepKind.NOTICE, StepKind.GROUP_NOTICE, StepKind.INVITATION})


@dataclass(frozen=True, slots=True)
class Early:
    """Another day and hour for a step of a meeting that starts before a local hour."""

    before: time = time(13, 30)
    day: int = -1
    hour: time = _EVENING


@dataclass(frozen=True, slots=True)
class Late:
    """How long after a late meeting was created its notice goes out, and the last local moment for it."""

    wait: timedelta = timedelta(hours=24)
    day: int = -1
    hour: time = time(12)


LATE = Late()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the plan: `day` from the meeting's local date (0 or less), `hour` local.

    `late` is read for the notice, its group text and the invitation only.
    """

    kind: StepKind
    audience: Audience
    day: int
    hour: time = _EVENING
    early: Early | None = None
    late: Late = LATE

    @property
    def key(self) -> str:
        """A name that is unique within an audience, so that two forecasts are two records: `forecast.3`."""
        return f"{self.kind}.{-self.day}"

    @property
    def days(self) -> tuple[int, ...]:
        """The days it may go out on, from the meeting's."""
        return (self.day, self.early.day) if self.early else (self.day,)

    def slot(self, start: time) -> tuple[int, time]:
        """Day and hour for a meeting that starts at this local time."""
        if self.early and start < self.early.before:
            return self.early.day, self.early.hour
        return self.day, self.hour


@dataclass(frozen=True, slots=True)
class Due:
    """A step of one meeting; worth sending while `at <= now < useful_until`, both aware UTC."""

    step: Step
    at: datetime
    useful_until: datetime


@dataclass(frozen=True, slots=True)
class Hand:
    """What people did to a meeting: announced or moved it last at an instant, from the start it had before.

    `held`: its notice does not go out by itself; then the leaders' forecast is not dropped for it.
    """

    announced_at: datetime | None = None
    was: datetime | None = None
    held: bool = False


UNTOUCHED = Hand()


@dataclass(frozen=True, slots=True)
class Quiet:
    """Local hours in which nobody is written to: from `start`, up to and without `end`; equal means never."""

    start: time = time(21, 30)
    end: time = time(5, 30)

    def shift(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Move an instant inside the quiet hours to their end; leave any other as it is."""
        local = at.astimezone(zone)
        hour, day = local.time(), local.date()
        if self.start <= self.end:
            quiet = self.start <= hour < self.end
        else:
            quiet = hour >= self.start or hour < self.end
            day += timedelta(days=1 if hour >= self.start else 0)
        return datetime.combine(day, self.end, zone).astimezone(UTC) if quiet else at


def plan(
    starts_at: datetime,
    created_at: datetime,
    steps: Sequence[Step],
    zone: ZoneInfo,
    *,
    quiet: Quiet,
    hand: Hand = UNTOUCHED,
) -> list[Due]:
    """Every step of a meeting that still makes sense, oldest first.

    A step is useful until the next one for the same audience, the last until the start; a preview also ends
    with the notice.
    """
    course = _Course(starts_at, created_at, zone, quiet, hand)
    gate = course.gate(steps)
    newest: dict[tuple[Audience, datetime], Step] = {}
    # Of two at one instant the newer stays; a notice is never pushed out by a step that moved to it.
    for step in sorted(steps, key=lambda step: (step.kind in NOTICE_KINDS, course.asked(step))):
        at = course.at(step, steps, gate)
        if at is not None and at < starts_at:
            newest[step.audience, at] = step
    dues: list[Due] = []
    ends: dict[Audience, datetime] = {}
    for (audience, at), step in sorted(newest.items(), key=lambda pair: pair[0][1], reverse=True):
        end = ends.get(audience, starts_at)
        dues.append(Due(step, at, min(end, gate) if step.kind is StepKind.PREVIEW else end))
        ends[audience] = at
    return dues[::-1]


def notice_at(
    starts_at: datetime,
    created_at: datetime,
    steps: Sequence[Step],
    zone: ZoneInfo,
    *,
    quiet: Quiet,
    hand: Hand = UNTOUCHED,
) -> datetime | None:
    """Tell when the notice goes out; None where the plan has none or it can no longer go before the start."""
    dues = plan(starts_at, created_at, steps, zone, quiet=quiet, hand=hand)
    return next((due.at for due in dues if due.step.kind in NOTICE_KINDS), None)


def current(dues: Iterable[Due], now: datetime, audience: Audience) -> Due | None:
    """Find the one step an audience should get now; after a long stop only the newest is left."""
    useful = (due for due in dues if due.step.audience is audience and due.at <= now < due.useful_until)
    return max(useful, key=lambda due: due.at, default=None)


@dataclass(frozen=True, slots=True)
class _Course:
    """One meeting's instants, before they are cut into dues."""

    starts_at: datetime
    created_at: datetime
    zone: ZoneInfo
    quiet: Quiet
    hand: Hand

    def asked(self, step: Step) -> datetime:
        """Give the instant the plan asks for, whatever happened to the meeting."""
        return self._local(*step.slot(self.starts_at.astimezone(self.zone).time()))

    def gate(self, steps: Sequence[Step]) -> datetime:
        """Give the instant the first notice goes out: nothing but the preview goes before it."""
        notices = [self._notice(step, steps) for step in steps if step.kind in NOTICE_KINDS]
        return min(notices, default=self._news(self.hand.announced_at or self.created_at))

    def at(self, step: Step, steps: Sequence[Step], gate: datetime) -> datetime | None:
        """Give the instant the step goes out; None where the notice has overtaken it."""
        if step.kind in NOTICE_KINDS:
            return self._notice(step, steps)
        if step.kind is StepKind.PREVIEW:
            at = self._shifted(max(self.asked(step), self.created_at))
            return at if at < gate else None
        at = self._shifted(self.asked(step))
        if at > gate:
            return at
        late = step.audience is Audience.LIAISONS or (self.hand.held and step.kind is StepKind.FORECAST)
        return gate if late else None

    def _notice(self, step: Step, steps: Sequence[Step]) -> datetime:
        if self.hand.announced_at is not None:
            return self._news(self.hand.announced_at)
        asked = self.asked(step)
        previews = [self.asked(other) for other in steps if other.kind is StepKind.PREVIEW]
        # Without a preview a meeting is late when its notice would follow sooner than the wait.
        if self.created_at <= min([asked, *(previews or [asked - step.late.wait])]):
            return self._shifted(asked)
        latest = self._local(step.late.day, step.late.hour)
        wanted = min(self.created_at + step.late.wait, latest)
        return self._news(max(asked, wanted, self.created_at))

    def _local(self, day: int, hour: time) -> datetime:
        date = self.starts_at.astimezone(self.zone).date() + timedelta(days=day)
        return datetime.combine(date, hour, self.zone).astimezone(UTC)

    def _news(self, at: datetime) -> datetime:
        """Out of the quiet hours, unless the meeting begins, or was to begin, before they end: not too late."""
        shifted = self._shifted(at)
        was = self.hand.was
        too_late = was if was is not None and at < was else self.starts_at
        return shifted if shifted < min(too_late, self.starts_at) else at

    def _shifted(self, at: datetime) -> datetime:
        return self.quiet.shift(at, self.zone)
