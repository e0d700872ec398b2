"""The short note to readers of what was amended after the lock: one a reader, each amendment once (domain.md 13)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chat.numbers import whole
from chat.replies import Reply
from chat.text import Text, lines
from meetings.records import Unit
from meetings.terms import MeetingId, PersonId, UnitId
from services.amending import between, said
from services.delivery import Occasion, reached, tell, tell_within
from services.work import Work
from storage.amendments import Amendment
from storage.notices import UNDERWAY, NoticeState, carried_by

AMENDMENT = "amendment"  # subjects "amendment:<meeting>"
_USEFUL = timedelta(days=10)  # who links later finds it in the next digest
_SETTLING = timedelta(minutes=15)  # five rulings one after the other make one note
_SHOWN = 10
_TRIES = 3  # a note that was lost is written anew a day later
News = Mapping[PersonId, Sequence[tuple[Amendment, Occasion]]]


async def waiting(work: Work) -> list[PersonId]:
    """The readers who are to hear of an amendment now, and can be reached."""
    found = await _new(work)
    return [one for one in sorted(found) if await reached(work, await work.uow.people.by_id(one))]


async def coming(work: Work) -> list[datetime]:
    """When somebody will hear of what was amended just now."""
    found = await between(work, work.now - _SETTLING, work.now)
    return [one.at + _SETTLING for one in found if one.at + _SETTLING > work.now]


async def send(work: Work, who: PersonId) -> None:
    """One note with everything that is new to this reader, each amendment once."""
    new = (await _new(work, who)).get(who, [])
    if not new:
        return
    person = await work.uow.people.by_id(who)
    shown = [await said(work, await work.uow.units.by_id(one.cell), one) for one, _ in new[:_SHOWN]]
    more = Text("amended.more", {"n": len(new) - _SHOWN}) if len(new) > _SHOWN else None
    letter = new[0][1]
    if await tell(work, person, letter, Reply(lines(Text("amended.note"), *shown, more))):
        for _, occasion in new[1:]:
            await tell_within(work, person, occasion, letter)


async def stale(work: Work, meeting: str, _kind: str, who: PersonId) -> str | None:
    """Why a note that waited is no longer wanted: its reader has lost the post since."""
    number = whole(meeting)
    found = None if number is None else await work.uow.meetings.by_id(MeetingId(number))
    if found is None:
        return "meeting gone"
    readers = await _readers(work, who)
    above = await work.uow.units.above(found.cell)
    return None if _whom(above, readers) else "no post"


async def _new(work: Work, only: PersonId | None = None) -> News:
    """By reader of any unit above, the amendments that have settled and that they were not told of."""
    found = await between(work, work.now - _USEFUL, work.now - _SETTLING)
    if not found:
        return {}
    readers = await _readers(work, only)
    known = await work.uow.notices.of_subjects({_subject(one) for one in found}, 0)
    lost = {
        (one.recipient, carried_by(subject, one.kind))
        for subject, states in known.items()
        for one in states
        if one.status not in UNDERWAY
    }
    new: dict[PersonId, list[tuple[Amendment, Occasion]]] = defaultdict(list)
    for one in found:
        above = await work.uow.units.above(one.cell)
        for who in _whom(above, readers):
            theirs = [state for state in known.get(_subject(one), ()) if state.person == who]
            occasion = _next_try(work, one, theirs, lost)
            if occasion is not None:
                new[who].append((one, occasion))
    return new


async def _readers(work: Work, only: PersonId | None) -> Mapping[UnitId, set[PersonId]]:
    found: dict[UnitId, set[PersonId]] = defaultdict(set)
    for role in await work.uow.people.digest_readers(work.today):
        if only in (None, role.person):
            found[role.unit].add(role.person)
    return found


def _whom(above: Iterable[Unit], readers: Mapping[UnitId, set[PersonId]]) -> set[PersonId]:
    """One inbox: whoever reads of two units above hears it once."""
    return {who for unit in above for who in readers.get(unit.id, ())}


def _next_try(
    work: Work, one: Amendment, theirs: Collection[NoticeState], lost: Collection[tuple[str, str]]
) -> Occasion | None:
    """The first note, or the next one where those before were lost, alone or with the letter that carried them."""
    status = {state.kind: state for state in theirs}
    for number in range(_TRIES):
        occasion = _occasion(one, number)
        state = status.get(occasion.kind)
        if state is None:
            return occasion if work.now >= occasion.due_at else None
        if state.status in UNDERWAY and (state.recipient, state.why) not in lost:
            return None
    return None


def _subject(one: Amendment) -> str:
    return f"{AMENDMENT}:{one.meeting}"


def _occasion(one: Amendment, number: int) -> Occasion:
    """Why a reader is written to, the first time (0) or again."""
    kind = "day" if one.verb else "result" if one.after is None else "closing"
    until = one.at + _SETTLING + _USEFUL
    first = Occasion(
        _subject(one), f"{kind}.{one.number}", one.at + _SETTLING, useful_until=until, unit=one.cell
    )
    if number == 0:
        return first
    return replace(first, kind=f"{first.kind}.again{number}", due_at=first.due_at + timedelta(days=number))
