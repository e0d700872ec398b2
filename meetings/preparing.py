"""The steps that prepare a meeting, with the day each is due and whether it is done (domain.md 7). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Step(StrEnum):
    ASSIGN = "assign"
    PREMEETING = "premeeting"
    DRAFT = "draft"
    NOTICE = "notice"
    OFFICIAL = "official"
    DOCUMENTS = "documents"
    AFTER = "after"


OPTIONAL = (Step.DRAFT,)  # "if any"


@dataclass(frozen=True, slots=True)
class StepState:
    """One step of one meeting. `by_itself`: Kẻng did it or saw it done, so there is nothing to tick."""

    step: Step
    day: date | None
    remind_at: datetime | None
    done_at: datetime | None = None
    by_itself: bool = False

    @property
    def is_open(self) -> bool:
        return self.done_at is None


def prepared_at(steps: Sequence[StepState]) -> datetime | None:
    """When the last step before the meeting was done; None while one is open. Nobody waits for it."""
    needed = [one for one in steps if one.step is not Step.AFTER and one.step not in OPTIONAL]
    done = [one.done_at for one in needed if one.done_at is not None]
    return max(done) if needed and len(done) == len(needed) else None


def to_remind(steps: Iterable[StepState], now: datetime, since: datetime) -> list[StepState]:
    """What is open and has come to its reminder; not what was due before there was this date (`since`)."""
    return [
        one for one in steps if one.is_open and one.remind_at is not None and since <= one.remind_at <= now
    ]
