"""What came of a meeting: when it ended, whether its minutes were adopted, its points and band (domain.md 7, 10).

Data about the meeting, never about a person. Before the lock of the month the newest word holds; after it
every change is a numbered amendment with author and time.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from chat.numbers import whole
from chat.text import Text
from meetings.records import Meeting
from meetings.roles import Right
from meetings.score import Band, Scored, Sheet, scored
from meetings.terms import MeetingId, State
from services import agenda, score
from services.access import actor, posts
from services.errors import NotFound, Refusal, TooLate
from services.rollcall import is_locked
from services.work import Work
from storage.results import Points, Result

_SHEET = "score"
LONGEST = timedelta(hours=8)
_USUAL = 90  # minutes, where no least time is known: only to offer hours
_OFFERED = (0, 15, 30, 60)  # minutes beyond the least
_FIVE = timedelta(minutes=5)
_SOON, _STILL = timedelta(minutes=30), timedelta(hours=4)  # "just now" is offered between these


class Question(StrEnum):
    """What is asked after a meeting, in this order."""

    END = "end"
    ADOPTED = "adopted"
    BAND = "band"


class BadHours(Refusal):
    """Hours that cannot be."""


class Overtaken(Refusal):
    """Somebody has written something down since this was asked."""

    def __init__(self) -> None:
        super().__init__(Text("menu.expired"))


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet that was filled in and awaits "Xác nhận"."""

    number: int
    sheet: Sheet
    scored: Scored


async def result_of(work: Work, meeting: Meeting) -> Result | None:
    """The newest word about a meeting; None while nobody said anything."""
    return await work.uow.results.of_meeting(meeting.id)


async def serial(work: Work, meeting: Meeting) -> int:
    """What a button is bound to: how often something was written down."""
    found = await result_of(work, meeting)
    return found.serial if found else 0


def unanswered(meeting: Meeting, result: Result | None) -> list[Question]:
    """What nobody has said yet."""
    known = {
        Question.END: result is not None and result.ended_at is not None,
        Question.ADOPTED: result is not None and result.adopted is not None,
        Question.BAND: not score.is_scored(meeting) or (result is not None and result.band is not None),
    }
    return [one for one in Question if not known[one]]


async def offered_ends(work: Work, meeting: Meeting) -> list[datetime]:
    """Likely ends that have passed: the least time and a little more, or a moment ago."""
    least = await agenda.least_minutes(work, meeting) or _USUAL
    found = {meeting.starts_at + timedelta(minutes=least + more) for more in _OFFERED}
    just_now = _floored(work.now)
    if _SOON <= just_now - meeting.starts_at <= _STILL:
        found.add(just_now)
    return sorted(one for one in found if one <= work.now)


def _floored(at: datetime) -> datetime:
    """To five minutes."""
    return at - timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)


async def set_hours(
    work: Work, meeting: Meeting, known: str, ended_at: datetime, began_at: datetime | None = None
) -> Result:
    """When it began (else as planned, or as said before) and ended. Raises BadHours."""
    before = await result_of(work, meeting)
    began_at = began_at or (before.began_at if before else None) or meeting.starts_at
    if ended_at <= began_at:
        raise BadHours(Text("result.before_start", {"began": began_at}))
    if ended_at - began_at > LONGEST:
        raise BadHours(Text("result.too_long", {"hours": int(LONGEST.total_seconds()) // 3600}))
    if ended_at > work.now:
        raise BadHours(Text("result.future"))
    least = await agenda.least_minutes(work, meeting)
    return await _record(
        work, meeting, known, {"began_at": began_at, "ended_at": ended_at, "least": least or None}
    )


async def set_adopted(work: Work, meeting: Meeting, known: str, *, adopted: bool) -> Result:
    return await _record(work, meeting, known, {"adopted": adopted})


async def set_band(work: Work, meeting: Meeting, known: str, band: Band) -> Result:
    """The band alone; points that were written down before do not belong to it."""
    if not score.is_scored(meeting):
        raise NotFound
    return await _record(work, meeting, known, {"band": band, "points": ()})


async def propose_points(work: Work, meeting: Meeting, sheet: Sheet, points: tuple[Decimal, ...]) -> Filled:
    """Write a filled sheet down; it counts from "Xác nhận" on."""
    filled = scored(sheet, points)
    lines = [
        [one.id, one.label, str(given), one.most] for one, given in zip(sheet.criteria, points, strict=True)
    ]
    payload = json.dumps(
        {"points": lines, "band": filled.band, "serial": await serial(work, meeting)}, ensure_ascii=False
    )
    number = await work.uow.proposals.add(
        _SHEET, meeting.cell, actor(work).id, payload, work.now, meeting=meeting.id
    )
    return Filled(number, sheet, filled)


async def confirm_points(work: Work, meeting: Meeting, number: str) -> Result:
    """Record a sheet as it was read back. A second tap changes nothing. Raises NotFound, Overtaken."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != _SHEET or found.meeting != meeting.id or found.by != actor(work).id:
        raise NotFound
    said = json.loads(found.payload)
    if not await work.uow.proposals.done(found.id, found.payload, work.now):
        raise Overtaken
    points = tuple(Points(name, label, Decimal(given), most) for name, label, given, most in said["points"])
    changes = {"band": Band(said["band"]), "points": points}
    return await _record(work, meeting, str(said["serial"]), changes)


async def visited(work: Work, number: str) -> Meeting:
    """A meeting the actor came to as a guest, whatever they are in charge of by now. Raises NotFound."""
    known = whole(number)
    found = None if known is None else await work.uow.meetings.by_id(MeetingId(known))
    if found is None or actor(work).id not in await work.uow.marks.guests_of(found.id):
        raise NotFound
    return found


async def confirm(work: Work, meeting: Meeting, known: str) -> Result:
    """The tick of the official who came. Raises NotFound for anybody else, Overtaken for an older word."""
    who = actor(work).id
    before = await result_of(work, meeting)
    if who not in await work.uow.marks.guests_of(meeting.id) or before is None:
        raise NotFound
    if before.confirmed_at is not None:
        return before
    if str(before.serial) != known or meeting.state is not State.CLOSED:
        raise Overtaken
    confirmed = replace(before, serial=before.serial + 1, confirmed_by=who, confirmed_at=work.now)
    await work.uow.results.add(confirmed)
    await work.uow.audit.note(work.now, who, "confirm_result", cell=meeting.cell, meeting=meeting.id)
    return confirmed


async def check_open(work: Work, meeting: Meeting) -> None:
    """Raises TooLate while the list is not closed; after the lock for who may not amend."""
    if meeting.state is not State.CLOSED:
        raise TooLate(Text("result.not_closed"))
    if await is_locked(work, meeting) and not await _may_amend(work, meeting):
        raise TooLate(Text("result.locked"))


async def _may_amend(work: Work, meeting: Meeting) -> bool:
    return any(one.cell.id == meeting.cell and one.may(Right.REOPEN) for one in await posts(work))


async def _record(work: Work, meeting: Meeting, known: str, changes: Mapping[str, object]) -> Result:
    """Write the newest word down; what was confirmed before is to be confirmed anew."""
    await check_open(work, meeting)
    by = actor(work).id
    before = await result_of(work, meeting)
    if known != str(before.serial if before else 0):
        raise Overtaken
    base = before or Result(meeting.id, 0, 0, by, work.now)
    if before is not None and all(getattr(before, name) == value for name, value in changes.items()):
        return before
    new = replace(
        base,
        serial=base.serial + 1,
        amendment=await _amendment(work, meeting, before, changes),
        by=by,
        at=work.now,
        confirmed_by=None,
        confirmed_at=None,
        **changes,  # type: ignore[arg-type]
    )
    await work.uow.results.add(new)
    await work.uow.audit.note(work.now, by, "result", cell=meeting.cell, meeting=meeting.id)
    return new


async def _amendment(
    work: Work, meeting: Meeting, before: Result | None, changes: Mapping[str, object]
) -> int:
    """The number of this change after the lock; the same author filling in what was left open adds to theirs."""
    last = before.amendment if before else 0
    if not await is_locked(work, meeting):
        return last
    fills_in = before is not None and all(getattr(before, name) in (None, ()) for name in changes)
    return last if last and before and fills_in and before.by == actor(work).id else last + 1
