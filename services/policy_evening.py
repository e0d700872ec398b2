"""What a commune may set of the secretary's evening: preparation, agenda, topics, tasks, score, minutes."""

from datetime import time

from pydantic import Field, field_validator, model_validator

from meetings.agenda import MOST_MINUTES, Section, Usual
from meetings.score import FULL, Band, Hint
from meetings.terms import CellRole, CellType, Kind
from services.policy_tables import Table


class TopicsTable(Table):
    """Headings that members propose, and from when on two headings are nearly the same."""

    open_per_month: int = Field(ge=1, le=20)
    hour: time
    near_percent: int = Field(ge=50, le=100)
    near_months: int = Field(ge=0, le=12)


class TasksTable(Table):
    remind_days_before: int = Field(ge=0, le=60)
    hour: time


class InformingTable(Table):
    """The absent: when they are written to, and when those who have not found out are named."""

    hour: time
    within_days: int = Field(ge=1, le=60)
    list_days: int = Field(ge=1, le=60)


class PreparationTable(Table):
    """Days before the meeting, and after it. The notice itself is a step of the plan.

    Who leads the cell is reminded of what is open, each step once, at `hour`; of the documents a day earlier.
    `auto_announce`: the notice goes out by itself.
    """

    docs_on_app_days_before: int | None = Field(default=None, ge=0, le=28)
    assign_days_before: int = Field(ge=1, le=28)
    premeeting_days_before: int = Field(ge=1, le=28)
    notify_official_in_charge: bool
    auto_announce: bool
    after_days: int = Field(ge=1, le=28)
    remind: bool
    hour: time


class AgendaTable(Table):
    """Below so many percent of discussion there is a soft warning; what is added without minutes gets these."""

    talk_percent: int = Field(ge=0, le=100)
    added_minutes: int = Field(ge=0, le=MOST_MINUTES)


class HeadingTable(Table):
    """A line of the template: "@name" is one of ours, anything else stands as written.

    `cells` and `meetings` are the kinds it is for; no `cells`: every kind of cell. `main`: of the content, the
    announcement names it.
    """

    title: str = Field(min_length=1, max_length=120)
    section: Section
    minutes: int = Field(ge=0, le=MOST_MINUTES)
    who: CellRole | None = None
    main: bool = False
    cells: tuple[CellType, ...] = ()
    meetings: tuple[Kind, ...]

    @field_validator("title")
    @classmethod
    def _is_known(cls, title: str) -> str:
        if title.startswith("@") and title[1:] not in set(Usual):
            raise ValueError(
                f"{title!r} is none of our headings; allowed: {', '.join(f'@{one}' for one in Usual)}"
            )
        return title


class ThematicTable(Table):
    """When a cell is nudged whose quarter has no thematic meeting yet: a day of its third month."""

    nudge_day: int = Field(ge=1, le=28)
    hour: time


class CriterionTable(Table):
    """A line of a score sheet. `hint`: Kẻng proposes its points; `gate`: without all of them no meeting is Tốt."""

    id: str = Field(min_length=1, max_length=20)
    label: str = Field(min_length=1, max_length=80)
    max: int = Field(ge=1, le=100)
    hint: Hint | None = None
    gate: bool = False


class YearTable(Table):
    """A year is Tốt where no regular meeting is below `least` and `good` of them are Tốt."""

    least: Band
    good: int = Field(ge=0, le=12)


class ScoreTable(Table):
    """From how many points of a hundred on a meeting is Tốt, Khá, Trung bình; below that it is Kém.

    The sheets are a province's own; a thematic meeting without one of its own takes the regular one.
    """

    good: int = Field(ge=1, le=100)
    fair: int = Field(ge=1, le=100)
    average: int = Field(ge=1, le=100)
    year: YearTable
    regular: tuple[CriterionTable, ...] = ()
    thematic: tuple[CriterionTable, ...] = ()

    @field_validator("regular", "thematic")
    @classmethod
    def _is_a_whole_sheet(cls, lines: tuple[CriterionTable, ...]) -> tuple[CriterionTable, ...]:
        if lines and sum(one.max for one in lines) != FULL:
            raise ValueError(f"the max of its criteria add up to {sum(one.max for one in lines)}, not {FULL}")
        if len({one.id for one in lines}) < len(lines):
            raise ValueError("two criteria have the same id")
        return lines

    @model_validator(mode="after")
    def _bands_go_down(self) -> "ScoreTable":
        if not self.good > self.fair > self.average:
            raise ValueError("good, fair, average: each less than the one before")
        return self


class MinutesTable(Table):
    """A commune's own .docx for the minutes, beside the policy file that names it."""

    template: str | None = Field(default=None, min_length=1, max_length=200)
