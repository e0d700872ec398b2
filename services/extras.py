"""Meetings beside the regular one of a month, thematic sittings within it, and in which form they are held.

Only the regular (or combined) meeting is one a month (domain.md 4.2); online needs the commune's permission
(domain.md 12).
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from chat.numbers import whole
from chat.text import Text
from meetings.period import Period
from meetings.records import Meeting, Unit
from meetings.terms import ONE_A_MONTH, Kind, Mode, State
from services import clashes, schedule
from services.access import actor
from services.errors import NotFound, TooLate
from services.rules import online_allowed
from services.work import Work
from storage.errors import LostUpdate

ADDABLE = (Kind.THEMATIC, Kind.EXTRAORDINARY)
_CHANGEABLE = (*schedule.OPEN, State.POSTPONED, State.HELD)
_KIND = "extra"
_FURTHEST = timedelta(days=92)  # a quarter: "20/10" typed in November is a slip, not next year


@dataclass(frozen=True, slots=True)
class Extra:
    """What awaits "Xác nhận": another meeting at an instant (aware), or a topic for the regular one, or none.

    `fresh`: it was not carried out yet, and its meeting is as it was when this was asked.
    """

    number: int
    cell: Unit
    kind: Kind
    title: str
    starts_at: datetime | None = None
    meeting: Meeting | None = None
    fresh: bool = True


def too_far(work: Work, starts_at: datetime) -> bool:
    return starts_at - work.now > _FURTHEST


async def propose(work: Work, cell: Unit, kind: Kind, starts_at: datetime, title: str) -> Extra:
    """Write another meeting down; there is none before `carry_out`."""
    values: dict[str, object] = {"kind": kind, "title": title, "starts_at": starts_at.isoformat()}
    number = await _write(work, cell, values, None)
    return Extra(number, cell, kind, title, starts_at)


async def propose_topic(work: Work, meeting: Meeting, title: str) -> Extra:
    """Write down that the regular meeting is to have a topic too; without a title, that it is to have none."""
    kind = Kind.COMBINED if title else Kind.REGULAR
    cell = await work.uow.units.by_id(meeting.cell)
    number = await _write(work, cell, {"kind": kind, "title": title, "was": _stand(meeting)}, meeting)
    return Extra(number, cell, kind, title, meeting=meeting)


async def proposed(work: Work, number: str) -> Extra:
    """What was written down. Raises NotFound."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != _KIND:
        raise NotFound
    values = json.loads(found.payload)
    at = values.get("starts_at")  # carried out it only keeps its kind
    starts_at = datetime.fromisoformat(at) if at else None
    cell = await work.uow.units.by_id(found.cell)
    meeting = None if found.meeting is None else await work.uow.meetings.lock(found.meeting)
    as_it_was = meeting is None or values.get("was") == _stand(meeting)
    return Extra(
        found.id,
        cell,
        Kind(values["kind"]),
        values.get("title", ""),
        starts_at,
        meeting,
        found.done_at is None and as_it_was,
    )


async def carry_out(work: Work, extra: Extra) -> Meeting:
    """Create the meeting, for the month of its date, or change the topic of the regular one. Raises TooLate."""
    if not await work.uow.proposals.done(extra.number, json.dumps({"kind": extra.kind}), work.now):
        raise LostUpdate  # somebody was quicker: heard again, the turn shows what they did
    if extra.meeting is not None:
        what = "combine" if extra.kind is Kind.COMBINED else "separate"
        return await _change(work, extra.meeting, {"kind": extra.kind, "title": extra.title or None}, what)
    if extra.starts_at is None or extra.starts_at <= work.now:
        raise TooLate(Text("refused.past"))
    period = Period.of(work.local(extra.starts_at).date())
    new = schedule.NewMeeting(period, extra.starts_at, extra.kind, extra.title or None)
    created = await schedule.add(work, extra.cell, new)
    if created is None:
        raise LostUpdate
    by = actor(work).id
    await work.uow.audit.note(work.now, by, "add_meeting", cell=extra.cell.id, meeting=created.id)
    await clashes.chosen(work, created)
    return created


async def check_mode(work: Work, meeting: Meeting, mode: Mode) -> None:
    """Raises TooLate where the commune has not permitted online meetings."""
    if mode is not Mode.IN_PERSON and not await online_allowed(work, meeting):
        raise TooLate(Text("refused.online"))


async def set_mode(work: Work, meeting: Meeting, mode: Mode) -> Meeting:
    """In person, online or mixed, where nobody was told otherwise. Raises TooLate."""
    await check_mode(work, meeting, mode)
    return await _change(work, meeting, {"mode": mode}, "set_mode")


async def regular_ahead(work: Work, cell: Unit) -> Meeting | None:
    """The regular meeting that is next, or is under way and not closed."""
    found = await work.uow.meetings.in_state(cell.id, _CHANGEABLE)
    return next((one for one in found if one.kind in ONE_A_MONTH), None)


async def _write(work: Work, cell: Unit, values: dict[str, object], meeting: Meeting | None) -> int:
    by, number = actor(work).id, None if meeting is None else meeting.id
    return await work.uow.proposals.add(_KIND, cell.id, by, json.dumps(values), work.now, meeting=number)


def _stand(meeting: Meeting) -> list[object]:
    """What a topic was proposed over, as it stands in a payload."""
    return [meeting.kind, meeting.title, meeting.revision]


async def _change(work: Work, meeting: Meeting, values: dict[str, object], what: str) -> Meeting:
    if meeting.state not in _CHANGEABLE or (meeting.kind not in ONE_A_MONTH and what != "set_mode"):
        raise TooLate(Text(f"refused.{meeting.state}"))
    if not await work.uow.meetings.change(meeting, values):
        raise LostUpdate
    await work.uow.audit.note(work.now, actor(work).id, what, cell=meeting.cell, meeting=meeting.id)
    changed = await work.uow.meetings.by_id(meeting.id)
    if changed is None:
        raise LostUpdate
    return changed
