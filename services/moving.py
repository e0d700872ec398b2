"""Moving, another place or form, postponing, cancelling: proposed first, done at "Xác nhận", told to everybody once."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chat.numbers import whole
from chat.text import Text
from meetings.records import Meeting
from meetings.states import Verb
from meetings.terms import MeetingId, Mode
from services import schedule
from services.access import actor
from services.announcing import tell_everybody
from services.delivery import Occasion
from services.errors import NotFound
from services.extras import check_mode
from services.facts import because, facts
from services.reminders import remind
from services.work import Work

_KIND = "move"
_NEWS_USEFUL = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants to do to a meeting.

    `starts_at` (aware) only for a move; of another place or form it is the instant the meeting has.
    """

    number: int
    meeting: Meeting
    verb: Verb
    starts_at: datetime | None
    why: str
    place: str | None = None
    mode: Mode | None = None

    @property
    def what(self) -> str:
        """In a word, as its messages are named."""
        return "place" if self.place else "mode" if self.mode else str(self.verb)

    @property
    def day_chosen(self) -> datetime | None:
        """The new instant, if it is about one."""
        return None if self.place or self.mode else self.starts_at


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
    return await _written(work, Change(0, meeting, verb, starts_at, why, place))


async def propose_mode(work: Work, meeting: Meeting, mode: Mode) -> Change:
    """The same for another form, once people were told of the first one."""
    return await _written(work, Change(0, meeting, Verb.MOVE, meeting.starts_at, "", mode=mode))


async def _written(work: Work, change: Change) -> Change:
    meeting = change.meeting
    payload = json.dumps(
        {
            "verb": change.verb,
            "starts_at": change.starts_at.isoformat() if change.starts_at else None,
            "why": change.why,
            "place": change.place,
            "mode": change.mode,
            "revision": meeting.revision,
        }
    )
    number = await work.uow.proposals.add(
        _KIND, meeting.cell, actor(work).id, payload, work.now, meeting=meeting.id
    )
    return replace(change, number=number)


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
    at, why = values.get("starts_at"), values.get("why", "")  # carried out it only keeps its verb
    starts_at = datetime.fromisoformat(at) if at else None
    mode = Mode(values["mode"]) if values.get("mode") else None
    change = Change(found.id, meeting, Verb(values["verb"]), starts_at, why, values.get("place"), mode)
    return change, found.done_at is None and values["revision"] == meeting.revision


async def carry_out(work: Work, change: Change) -> Meeting:
    """Do it and tell everybody. A moved meeting that was announced asks anew; one that was not waits for T-5."""
    if change.mode is not None:
        await check_mode(work, change.meeting, change.mode)
    await work.uow.proposals.done(change.number, json.dumps({"verb": change.verb}), work.now)
    if change.starts_at is not None:
        new = schedule.NewDate(
            change.starts_at, change.place or change.meeting.place, change.why, change.mode
        )
        moved = await schedule.move(work, change.meeting, new)
        await remind(work, moved)
        return moved
    gone = await schedule.call_off(work, change.meeting, change.verb, change.why)
    await _tell(work, gone, change)
    return gone


async def _tell(work: Work, gone: Meeting, change: Change) -> None:
    """[10] Before the planned start, also at night; what is called off late is still told for some days after."""
    known = await facts(work, gone)
    known["why"] = because(change.why)
    suffix = "because" if change.why else "plain"
    text = Text(f"{gone.state}.{suffix}", known)
    until = max(gone.starts_at, work.now + _NEWS_USEFUL)
    occasion = Occasion.of(gone, str(gone.state), work.now, useful_until=until)
    await tell_everybody(work, gone, replace(occasion, deadline=gone.starts_at), text)
