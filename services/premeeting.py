"""The committee meets first: its members, or secretary and deputy, are invited to agree on the content.

The row is a meeting of its own kind that no ladder climbs and no list shows; the answers are kept like all
others, without a reason. One for the month of a meeting: called again it is moved.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chat.numbers import whole
from chat.replies import Choice, Reply, Style, action
from chat.text import Text
from meetings.folding import tidy
from meetings.records import Meeting, Person
from meetings.terms import Answer, CellRole, Kind, MeetingId, PersonId, State
from services import replies
from services.access import actor
from services.delivery import Occasion, reached, tell
from services.errors import NotFound, TooLate
from services.facts import called, facts
from services.schedule import OPEN
from services.work import Work
from storage.errors import LostUpdate

KIND = "premeeting"
COMMITTEE = (CellRole.SECRETARY, CellRole.DEPUTY, CellRole.COMMITTEE)
LONGEST_PLACE = 120


@dataclass(frozen=True, slots=True)
class Call:
    """What awaits "Xác nhận": when (aware) and where the committee of a meeting's cell meets."""

    number: int
    meeting: Meeting
    starts_at: datetime
    place: str


async def of(work: Work, meeting: Meeting) -> Meeting | None:
    """The committee's own meeting for the month of this one."""
    return await work.uow.meetings.premeeting(meeting.cell, meeting.period)


async def invited(work: Work, meeting: Meeting) -> list[Person]:
    """Committee, secretary and deputy of the cell today, without who invites them."""
    found = await work.uow.people.holders(meeting.cell, COMMITTEE, work.today)
    return [one for one in found if one.id != actor(work).id]


async def propose(work: Work, meeting: Meeting, starts_at: datetime, place: str) -> Call:
    """Write it down; nobody is invited before `carry_out`. Raises TooLate for no time before the meeting."""
    await _must_fit(work, meeting, starts_at)
    place = tidy(place) or meeting.place
    payload = json.dumps({"starts_at": starts_at.isoformat(), "place": place})
    number = await work.uow.proposals.add(
        KIND, meeting.cell, actor(work).id, payload, work.now, meeting=meeting.id
    )
    return Call(number, meeting, starts_at, place)


async def _must_fit(work: Work, meeting: Meeting, starts_at: datetime) -> None:
    """For what is called off or has no date there is nothing to agree on. Raises TooLate."""
    if meeting.state not in OPEN:
        raise TooLate(Text(f"refused.{meeting.state}"))
    if not work.now < starts_at < meeting.starts_at:
        raise TooLate(Text("premeeting.bad_time", await facts(work, meeting)))


async def proposed(work: Work, number: str) -> tuple[Call, bool]:
    """What was written down, and whether it was carried out already. Raises NotFound."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != KIND or found.meeting is None:
        raise NotFound
    meeting = await work.uow.meetings.lock(MeetingId(found.meeting))
    if meeting is None:
        raise NotFound
    values = json.loads(found.payload)
    call = Call(found.id, meeting, datetime.fromisoformat(values["starts_at"]), values["place"])
    return call, found.done_at is not None


async def carry_out(work: Work, call: Call) -> tuple[int, list[Person]]:
    """Set the committee's meeting and invite: how many are written to, and whom no message reaches.

    Called twice alike, only who has not been invited yet is. Raises TooLate.
    """
    await _must_fit(work, call.meeting, call.starts_at)
    payload = json.dumps({"starts_at": call.starts_at.isoformat(), "place": call.place})
    await work.uow.proposals.done(call.number, payload, work.now)
    held = await _set(work, call)
    await work.uow.audit.note(work.now, actor(work).id, "call_committee", cell=held.cell, meeting=held.id)
    written, missed = 0, []
    for person in await invited(work, call.meeting):
        if await reached(work, person):
            occasion = replace(Occasion.of(held, KIND, work.now), news=True)
            written += await tell(work, person, occasion, await invitation(work, held, person))
        else:
            missed.append(person)
    return written, missed


async def _set(work: Work, call: Call) -> Meeting:
    """A new row, or the one there is: at a new date everybody is asked anew, at a new place told anew."""
    values: dict[str, object] = {"starts_at": call.starts_at, "place": call.place, "announced_at": work.now}
    known = await of(work, call.meeting)
    if known is not None and (known.starts_at, known.place) == (call.starts_at, call.place):
        return known
    if known is not None:
        if not await work.uow.meetings.change(known, {**values, "revision": known.revision + 1}):
            raise LostUpdate
        if known.starts_at != call.starts_at:
            await work.uow.answers.clear(known.id)
        await work.uow.notices.drop_stale(known.id, known.revision + 1)
    else:
        await work.uow.meetings.add_once(
            {
                "cell": call.meeting.cell,
                "kind": Kind.PREMEETING,
                "period": str(call.meeting.period),
                "state": State.ANNOUNCED,
                "revision": 1,
                "created_at": work.now,
                "on_hold": False,
                **values,
            }
        )
    found = await of(work, call.meeting)
    if found is None:
        raise LostUpdate
    return found


async def invitation(work: Work, held: Meeting, person: Person) -> Reply:
    """[12] With two answers; a reason is not asked."""
    known = await facts(work, held) | {"name": await called(work, person)}
    choices = (
        Choice(
            Text("button.coming"),
            action("precome", held.id, held.revision, Answer.COMING),
            words="words.coming",
            style=Style.GOOD,
        ),
        Choice(
            Text("button.absent"),
            action("precome", held.id, held.revision, Answer.ABSENT),
            words="words.absent",
            style=Style.BAD,
        ),
    )
    # Named like every invitation: a change of mind counts until the start, and "có" is not guessed between two.
    return Reply(Text("premeeting", known), choices, question=f"rsvp:{held.id}", until=held.starts_at)


async def check(work: Work, number: str) -> Meeting:
    """The committee's meeting of a button, for one of the committee. Raises NotFound for anybody else."""
    known = whole(number)
    held = None if known is None else await work.uow.meetings.lock(MeetingId(known))
    if held is None or held.kind is not Kind.PREMEETING:
        raise NotFound
    if not await concerns(work, held, actor(work).id):
        raise NotFound
    return held


async def concerns(work: Work, held: Meeting, who: PersonId) -> bool:
    """Whether somebody is of the committee today."""
    people = await work.uow.people.holders(held.cell, COMMITTEE, work.today)
    return who in {one.id for one in people}


async def answer(work: Work, held: Meeting, given: Answer) -> None:
    """Record what one of the committee says. Raises TooLate once it has begun."""
    await replies.record(work, held, given)


def likely_days(work: Work, meeting: Meeting, before: int) -> list[datetime]:
    """The hour of the meeting on the day the rules ask for, and on the two after it, as far as they are to come."""
    local = work.local(meeting.starts_at)
    days = [local - timedelta(days=before - more) for more in range(3)]
    return [one for one in days if work.now < one < meeting.starts_at]
