"""The rule pack in force: data with bounds, never figures in code (domain.md 17)."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from meetings.attendance import Counting, ExtraRule
from meetings.period import Period
from meetings.reminders import BadPlan, Early, Late, Quiet, Step, StepKind, check_plan
from meetings.terms import Audience

BUILT_IN = "vn-2025-10"


class BadPolicy(Exception):
    """The policy file cannot be used; the message names the key and what is allowed."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AttendanceTable(_Table):
    target_percent: int = Field(ge=0, le=100)
    extra: ExtraRule
    counted_reinforced: bool
    online_allowed: bool

    @property
    def counting(self) -> Counting:
        return Counting(self.extra, self.counted_reinforced)


class QuietTable(_Table):
    start: time
    end: time


class LateTable(_Table):
    wait_hours: int = Field(ge=0, le=144)
    day: int = Field(ge=-6, le=0)
    hour: time


class DigestTable(_Table):
    day: int = Field(ge=1, le=28)
    hour: time
    lock_day: int = Field(ge=1, le=28)


class RollcallTable(_Table):
    undo_hours: int = Field(ge=1, le=720)


class CodesTable(_Table):
    chat_minutes: int = Field(ge=5, le=1440)
    printed_days: int = Field(ge=1, le=365)
    wrong_per_hour: int = Field(ge=1, le=100)
    wrong_per_hour_overall: int = Field(ge=1, le=10000)


class RetentionTable(_Table):
    """At most what the consent text promises; the counters of a year need a year of names."""

    reasons_days: int = Field(ge=1, le=90)
    names_months: int = Field(ge=12, le=24)
    audit_months: int = Field(ge=12, le=24)


class MonthsTable(_Table):
    ahead: int = Field(ge=1, le=12)


class EarlyTable(_Table):
    before: time
    day: int = Field(ge=-28, le=0)
    hour: time


class StepTable(_Table):
    kind: StepKind
    audience: Audience
    day: int = Field(ge=-28, le=0)
    hour: time = time(19)
    early: EarlyTable | None = None


class Policy(_Table):
    """Every value of a pack. Hours are local."""

    pack: str = Field(max_length=40)
    attendance: AttendanceTable
    quiet: QuietTable
    late: LateTable
    digest: DigestTable
    rollcall: RollcallTable
    codes: CodesTable
    months: MonthsTable
    retention: RetentionTable
    step: tuple[StepTable, ...]
    unit: dict[str, dict[str, object]] = Field(default_factory=dict, repr=False)

    @model_validator(mode="after")
    def _plan_is_sound(self) -> "Policy":
        try:
            check_plan(self.steps)
        except BadPlan as error:
            raise ValueError(str(error)) from error
        if self.digest.lock_day < self.digest.day:
            raise ValueError("digest.lock_day lies before digest.day")
        return self

    def for_unit(self, codes: Sequence[str]) -> "Policy":
        """What holds for a unit: the tables of the units down to it, root first, laid over this policy.

        Raises BadPolicy where tables that are sound alone contradict each other.
        """
        own = [code for code in codes if code in self.unit]
        if not own:
            return self
        values: dict[str, object] = self.model_dump(exclude={"unit"})
        for code in own:
            values = _laid_over(values, self.unit[code])
        return _validated(values, " + ".join(f"unit.{code}" for code in own)).model_copy(
            update={"unit": self.unit}
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        late = Late(timedelta(hours=self.late.wait_hours), self.late.day, self.late.hour)
        return tuple(
            Step(
                one.kind,
                one.audience,
                one.day,
                one.hour,
                Early(one.early.before, one.early.day, one.early.hour) if one.early else None,
                late,
            )
            for one in self.step
        )

    @property
    def quiet_hours(self) -> Quiet:
        return Quiet(self.quiet.start, self.quiet.end)

    def digest_at(self, period: Period, zone: ZoneInfo) -> datetime:
        """When the month's digest goes out: a local day and hour of the next month."""
        day = period.next().first_day.replace(day=self.digest.day)
        return datetime.combine(day, self.digest.hour, zone)

    def locked_from(self, period: Period, zone: ZoneInfo) -> datetime:
        """From when on the month's figures change by amendments only: the end of the lock day."""
        day = period.next().first_day.replace(day=self.digest.lock_day) + timedelta(days=1)
        return datetime.combine(day, time(), zone)


def load_policy(path: Path | None = None) -> Policy:
    """The built-in pack with a commune's own values laid over it. Raises BadPolicy."""
    with (files("services") / "packs" / f"{BUILT_IN}.toml").open("rb") as source:
        values = tomllib.load(source)
    if path is not None:
        try:
            values = _laid_over(values, tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BadPolicy(f"{path}: {error}") from error
    policy = _validated(values, str(path or BUILT_IN))
    common = policy.model_dump(exclude={"unit"})
    for code, own in policy.unit.items():
        if "unit" in own:
            raise BadPolicy(f"{path or BUILT_IN}: unit.{code}.unit: tables of units do not nest")
        _validated(_laid_over(common, own), str(path or BUILT_IN), below=("unit", code))
    return policy


def _validated(values: Mapping[str, object], source: str, *, below: tuple[str, ...] = ()) -> Policy:
    try:
        return Policy.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in (*below, *first["loc"]))
        raise BadPolicy(f"{source}: {where}: {first['msg']}") from error


def _laid_over(base: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        merged[key] = (
            _laid_over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
        )
    return merged
