"""The tables of a policy: every value with its bounds (domain.md 17). The figures stand in the rule packs."""

import re
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from types import NoneType
from typing import get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from meetings.attendance import Counting, ExtraRule
from meetings.holidays import Change, Day, DayKind, DayStatus
from meetings.reminders import StepKind
from meetings.terms import Audience

_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST_NIGHT = timedelta(hours=14)  # longer, and messages of a day are worth nothing when it ends
# What is looked up for the house and never for a unit: tables [unit.CODE] may not have it.
HOUSE_WIDE = (
    "retention.reasons_days",
    "retention.names_months",
    "retention.audit_months",
    "codes.printed_days",
    "codes.wrong_per_hour",
    "codes.wrong_per_hour_overall",
)


class Table(BaseModel):
    """A table of the file. What it does not know is refused, and nothing is taken for something else."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _as_written(cls, value: object, field: ValidationInfo) -> object:
        """Keep `"85"`, `85.0` and `true` from becoming a number, 7 an hour and `"0"` a day of 1970."""
        wanted = cls.model_fields[str(field.field_name)].annotation
        if not _fits(wanted, value):
            raise PydanticCustomError("as_written", "another kind of value")
        return value


def _fits(wanted: object, value: object) -> bool:
    kinds = [one for one in get_args(wanted) if one is not NoneType] if get_origin(wanted) else [wanted]
    if get_origin(wanted) is tuple:
        return not isinstance(value, list) or all(_fits(kinds[0], one) for one in value)
    if value is None or len(kinds) != 1:
        return True
    if kinds[0] in (int, bool):
        return type(value) is kinds[0]
    if kinds[0] is time:
        return isinstance(value, time) or (isinstance(value, str) and bool(_HOUR.fullmatch(value)))
    if kinds[0] is date:
        if isinstance(value, str):
            return bool(_DATE.fullmatch(value))
        return isinstance(value, date) and not isinstance(value, datetime)
    return True


class AttendanceTable(Table):
    target_percent: int = Field(ge=0, le=100)
    extra: ExtraRule
    counted_reinforced: bool
    local_goal_percent: int | None = Field(default=None, ge=0, le=100)

    @property
    def counting(self) -> Counting:
        return Counting(self.extra, self.counted_reinforced)


class QuietTable(Table):
    start: time
    end: time

    @model_validator(mode="after")
    def _leaves_a_day(self) -> "QuietTable":
        night = datetime.combine(date.min, self.end) - datetime.combine(date.min, self.start)
        if night % timedelta(days=1) > _LONGEST_NIGHT:
            raise ValueError("from start to end: at most 14 hours")
        return self


class LateTable(Table):
    wait_hours: int = Field(ge=0, le=144)
    day: int = Field(ge=-6, le=0)
    hour: time


class DigestTable(Table):
    """`above_day`: for units that have communes below them."""

    day: int = Field(ge=1, le=28)
    above_day: int = Field(ge=1, le=28)
    hour: time
    lock_day: int = Field(ge=1, le=28)

    @model_validator(mode="after")
    def _locks_after_it_is_sent(self) -> "DigestTable":
        if self.lock_day < self.day:
            raise ValueError(f"lock_day ({self.lock_day}) lies before day ({self.day})")
        return self


class ChaseTable(Table):
    """`recorded_days`: after the meeting, for the secretary, for both leaders, for the commune's list."""

    recorded_days: tuple[int, int, int]
    hour: time
    no_plan_day: int = Field(ge=1, le=28)
    no_plan_commune_day: int = Field(ge=1, le=28)

    @model_validator(mode="after")
    def _one_after_the_other(self) -> "ChaseTable":
        days = (0, *self.recorded_days)
        if any(later <= earlier for earlier, later in pairwise(days)) or days[-1] > 60:
            raise ValueError(
                "recorded_days: three days after the meeting, each later than the one before, at most 60"
            )
        if self.no_plan_commune_day < self.no_plan_day:
            raise ValueError("no_plan_commune_day lies before no_plan_day")
        return self


class ClashTable(Table):
    """When a date that clashes is spoken of, and how many other days are proposed with it."""

    days_before: int = Field(ge=0, le=60)
    hour: time
    offers: int = Field(ge=1, le=4)


class HolidayTable(Table):
    """A day, or the days to `until`, other than the country's calendar has it; `off`: no holiday at all."""

    date: Day
    until: Day | None = None
    name: str = Field(default="", max_length=80)
    kind: DayKind = DayKind.PUBLIC
    status: DayStatus = DayStatus.CONFIRMED
    off: bool = False

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "HolidayTable":
        if self.until is not None and not 0 <= (self.until - self.date).days <= 31:
            raise ValueError("until: from the date itself to 31 days after it")
        return self

    @property
    def change(self) -> Change:
        return Change(self.date, self.until or self.date, self.name, self.kind, self.status, self.off)


class RollcallTable(Table):
    undo_hours: int = Field(ge=1, le=720)


class AbsencesTable(Table):
    """The two counters: notes come early, then at the limit. And how long before its end an absence is spoken of."""

    unexcused_months_year: int = Field(ge=1, le=12)
    excused_streak_max: int = Field(ge=1, le=11)
    early_unexcused: int = Field(ge=1, le=12)
    early_excused: int = Field(ge=1, le=12)
    away_prompt_days: tuple[int, int]
    away_hour: time

    @model_validator(mode="after")
    def _early_comes_first(self) -> "AbsencesTable":
        if self.early_unexcused > self.unexcused_months_year:
            raise ValueError("early_unexcused: at most unexcused_months_year")
        if self.early_excused > self.excused_streak_max + 1:
            raise ValueError("early_excused: at most excused_streak_max + 1")
        first, last = self.away_prompt_days
        if not 90 >= first > last >= 1:
            raise ValueError("away_prompt_days: two numbers of days from 90 to 1, the larger first")
        return self


class CodesTable(Table):
    chat_minutes: int = Field(ge=5, le=1440)
    printed_days: int = Field(ge=1, le=365)
    wrong_per_hour: int = Field(ge=1, le=100)
    wrong_per_hour_overall: int = Field(ge=1, le=10000)


class MessagesTable(Table):
    """What a bot may hear and say in a month, where its platform counts that; percent of it, and an estimate.

    `member_talk` and `leader_talk`: messages a month, both ways, of a conversation with one person.
    """

    warn_percent: int = Field(ge=10, le=95)
    optional_percent: int = Field(ge=50, le=99)
    member_talk: int = Field(ge=0, le=100)
    leader_talk: int = Field(ge=0, le=300)

    @model_validator(mode="after")
    def _warns_before_it_drops(self) -> "MessagesTable":
        if self.warn_percent > self.optional_percent:
            raise ValueError("warn_percent: at most optional_percent")
        return self


class RetentionTable(Table):
    """At most what the consent text promises; the counters of a year need a year of names."""

    reasons_days: int = Field(ge=1, le=90)
    names_months: int = Field(ge=12, le=24)
    audit_months: int = Field(ge=12, le=24)


class MonthsTable(Table):
    ahead: int = Field(ge=1, le=12)


class EarlyTable(Table):
    before: time
    day: int = Field(ge=-28, le=0)
    hour: time


class StepTable(Table):
    kind: StepKind
    audience: Audience
    day: int = Field(ge=-28, le=0)
    hour: time = time(19)
    early: EarlyTable | None = None


class MeetingsTable(Table):
    """What every cell owes. A small cell is one without a committee; its shortest meeting the commune decides."""

    regular_per_month: int = Field(ge=1, le=1)
    thematic_per_quarter: int = Field(ge=0, le=3)
    min_minutes: int = Field(ge=15, le=480)
    min_minutes_combined: int = Field(ge=15, le=480)
    min_minutes_small_cell: int | None = Field(default=None, ge=15, le=480)
    residence_contact_per_year: int = Field(ge=0, le=12)


class OnlineTable(Table):
    """Off, or permitted by the commune's paper of this number and date (03-HD/TW, domain.md 12)."""

    allowed: bool
    number: str = Field(default="", max_length=60)
    date: Day | None = None

    @model_validator(mode="after")
    def _is_permitted(self) -> "OnlineTable":
        if self.allowed and not (self.number and self.date):
            raise ValueError("allowed = true needs number and date of the commune's permission beside it")
        return self


class CellTable(Table):
    min_official_members: int = Field(ge=1, le=20)
    committee_from: int = Field(ge=2, le=100)
    probation_months: int = Field(ge=1, le=60)


class RightsTable(Table):
    """The longest the law gives us to answer a person; faster is allowed."""

    data_reply_workdays: int = Field(ge=1, le=2)
    withdrawal_days: int = Field(ge=1, le=15)


class QuotaTable(Table):
    """Visits a year by role, or by the level somebody comes from; 0: none are expected."""

    standing: int | None = Field(default=None, ge=0, le=366)
    executive: int | None = Field(default=None, ge=0, le=366)
    office: int | None = Field(default=None, ge=0, le=366)
    province: int | None = Field(default=None, ge=0, le=366)
    district: int | None = Field(default=None, ge=0, le=366)
    commune: int | None = Field(default=None, ge=0, le=366)


class VisitsTable(Table):
    """`quota` holds; `sample_b` is another province's, there to be copied.

    Who has not come often enough hears of it once in either quarter of the second half of the year, on this
    day of these months.
    """

    any_cell: bool
    nudge_third_quarter: int = Field(ge=7, le=9)
    nudge_fourth_quarter: int = Field(ge=10, le=12)
    nudge_day: int = Field(ge=1, le=28)
    hour: time
    quota: QuotaTable
    sample_b: QuotaTable = QuotaTable()
