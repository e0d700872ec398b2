"""Moving, postponing, cancelling: proposed first, done at "Xác nhận", told to everybody once."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from chat.numbers import whole
from chat.text import Text
from meetings.records import Meeting
from meetings.states import Verb
from meetings.terms import MeetingId
from services import schedule
from services.access import actor
from services.announcing import tell_everybody
from services.delivery import Occasion
from services.errors import NotFound
from services.facts import because, facts
from services.reminders import remind
from services.work import Work

_KIND = "move"
_NEWS_USEFUL = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants to do to a meeting: `starts_at` (aware) only for a move, `place` for another place."""

    number: int
    meeting: Meeting
    verb: Verb
    starts_at: datetime | None
    why: str
    place: str | None = None


async def propose(
    work: Work,
    meeting: Meeting,
    verb: Verb,
    *,
    starts_at: datetime | None = None,
    why: str = "",
    place: str | None = None,
) -> Change:
    """Write a change down; nothing happens to the meeting before `carry_out`."""
    payload = json.dumps(
        {
            "verb": verb,
            "starts_at": starts_at.isoformat() if starts_at else None,
            "why": why,
            "place": place,
            "revision": meeting.revision,
        }
    )
    number = await work.uow.proposals.add(
        _KIND, meeting.cell, actor(work).id, payload, work.now, meeting=meeting.id
    )
    return Change(number, meeting, verb, starts_at, why, place)


async def proposed(work: Work, number: str) -> tuple[Change, bool]:
    """A proposed change, and whether it still fits the meeting as it is now. Raises NotFound."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != _KIND or found.meeting is None:
        raise NotFound
    meeting = await work.uow.meetings.lock(MeetingId(found.meeting))
    if meeting is None:
        raise NotFound
    values = json.loads(found.payload)
    starts_at = datetime.fromisoformat(values["starts_at"]) if values["starts_at"] else None
    change = Change(found.id, meeting, Verb(values["verb"]), starts_at, values["why"], values["place"])
    return change, found.done_at is None and values["revision"] == meeting.revision


async def carry_out(work: Work, change: Change) -> Meeting:
    """Do it and tell everybody. A moved meeting that was announced asks anew; one that was not waits for T-5."""
    await work.uow.proposals.done(change.number, json.dumps({"verb": change.verb}), work.now)
    if change.starts_at is not None:
        new = schedule.NewDate(change.starts_at, change.place or change.meeting.place, change.why)
        moved = await schedule.move(work, change.meeting, new)
        await remind(work, moved)
        return moved
    gone = await schedule.call_off(work, change.meeting, change.verb, change.why)
    await _tell(work, gone, change)
    return gone


async def _tell(work: Work, gone: Meeting, change: Change) -> None:
    """[10] Useful until the planned start; what is called off late is still told for some hours after."""
    known = await facts(work, gone)
    known["why"] = because(change.why)
    suffix = "because" if change.why else "plain"
    text = Text(f"{gone.state}.{suffix}", known)
    until = max(gone.starts_at, work.now + _NEWS_USEFUL)
    occasion = Occasion.of(gone, str(gone.state), work.now, useful_until=until)
    await tell_everybody(work, gone, occasion, text)
