"""The calendar of a unit by subscription: an address for one person, good while they may see that unit.

Whoever has the address has the calendar, so a new one can be asked for, and the old one opens nothing then.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from chat.events import Address
from chat.numbers import whole
from chat.replies import Action
from chat.text import Lines, Text, listing
from chat.tokens import BadToken
from meetings.period import Period
from meetings.terms import MeetingId, PersonId, UnitId
from reports import ics
from services import unit_calendar, unit_calendar_text
from services.access import actor
from services.errors import NotFound, Refusal
from services.links import PATH
from services.unit_calendar import Clash, Entry, Sight, Table
from services.work import Work
from storage.calendars import Busy, Feed

_NAME = "feed"  # neither a button's nor a file's: tokens of one kind are none of another
_ENDING = ".ics"  # some programs subscribe to nothing else
_MOST_CELLS = 500  # made anew each time it is asked for: a province asks for its communes one by one
_AHEAD = timedelta(days=400)  # meetings are drafted some months ahead


def is_feed(token: str) -> bool:
    """Whether the last part of an address looks like one of ours, valid or not."""
    return token.startswith(f"{_NAME}.")


async def address(work: Work, seen: Sight) -> str:
    """Where the actor subscribes to this calendar; "" where nothing of ours can be reached from outside.

    Raises Refusal for a unit with too many cells.
    """
    await _check_size(work, seen)
    if not (work.house.public_url or (work.address and work.house.can(work.address).own_pages)):
        return ""
    known = await work.uow.calendars.feed(actor(work).id, seen.unit.id)
    return _spelled(work, known or await _new(work, seen))


async def new_address(work: Work, seen: Sight) -> None:
    """The address there was, if any, opens nothing from now on."""
    await _new(work, seen)


async def end(work: Work, seen: Sight) -> None:
    """No address at all."""
    await work.uow.calendars.drop_feed(actor(work).id, seen.unit.id)
    await work.uow.audit.note(work.now, actor(work).id, "end_feed", cell=seen.unit.id)


async def opened(work: Work, token: str) -> tuple[Work, Sight]:
    """Who subscribes, acting, and to what.

    Raises NotFound and NotAllowed for whatever is wrong: forged, replaced, or of somebody who has withdrawn
    or holds no post there any more.
    """
    bare = token.removesuffix(_ENDING)
    numbers = [whole(part) for part in bare.split(".")[1:3]]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        raise NotFound
    who, unit = PersonId(numbers[0]), UnitId(numbers[1])
    try:
        action = work.house.signer.unpack(bare, _audience(who))
    except BadToken:
        raise NotFound from None
    known = await work.uow.calendars.feed(who, unit)
    if known is None or action != _action(known):
        raise NotFound
    acting = work.acting(await work.uow.people.by_id(who))
    return acting, await unit_calendar.sight(acting, str(unit))


async def content(work: Work, seen: Sight) -> bytes:
    """The calendar as it stands now, from last month on, in the actor's language; the same facts, the same bytes."""
    await _check_size(work, seen)
    first = Period.of(work.today).previous().first_day
    table = await unit_calendar.compute(work, seen, first, work.today + _AHEAD)
    together: dict[MeetingId, list[Clash]] = defaultdict(list)
    for clash in table.clashes:
        for one in clash.entries:
            together[one.meeting.id].append(clash)
    entries = [_entry(work, table, one, together[one.meeting.id]) for one in table.entries]
    entries += [_busy(work, table, one) for one in table.busy]
    name = _say(work, Text("unitcal.name", {"unit": seen.unit.name}))
    return await asyncio.to_thread(ics.feed_file, name, entries, work.zone)


async def _new(work: Work, seen: Sight) -> Feed:
    made = Feed(actor(work).id, seen.unit.id, secrets.token_hex(8), work.now)
    await work.uow.calendars.put_feed(made)
    await work.uow.audit.note(work.now, made.person, "new_feed", cell=seen.unit.id)
    return made


def _spelled(work: Work, known: Feed) -> str:
    token = work.house.signer.pack(_action(known), _audience(known.person))
    return f"{work.house.public_url}{PATH}{token}{_ENDING}"


def _action(known: Feed) -> Action:
    return Action(_NAME, (str(known.person), str(known.unit), known.nonce))


def _audience(who: PersonId) -> Address:
    """No chat: the signature holds for a person, on whichever account they are."""
    return Address(_NAME, "", str(who))


async def _check_size(work: Work, seen: Sight) -> None:
    below = await work.uow.units.below(seen.unit.id)
    if sum(one.is_cell for one in below) > _MOST_CELLS:
        raise Refusal(Text("unitcal.too_many", {"n": _MOST_CELLS}))


def _entry(work: Work, table: Table, one: Entry, together: Sequence[Clash]) -> ics.Entry:
    meeting = one.meeting
    known = unit_calendar_text.said_of(one)
    title = Text("unitcal.event_off" if one.is_off else "unitcal.event", known)
    who = unit_calendar_text.in_charge(one)
    details = [who, *(unit_calendar_text.clash_line(clash, table) for clash in together)]
    return ics.Entry(
        # Beside the member's own entry of the same meeting, which says other things.
        uid=f"{meeting.created_at:%Y%m%dT%H%M%S}-{meeting.id}-cells@keng",
        sequence=meeting.revision,
        stamp=meeting.announced_at or meeting.created_at,
        starts_at=meeting.starts_at,
        lasts=one.ends_at - meeting.starts_at,
        title=_say(work, title),
        place=meeting.place,
        details="" if one.is_off else _lines(work, details),
        is_off=one.is_off,
        rings=False,
    )


def _busy(work: Work, table: Table, one: Busy) -> ics.Entry:
    return ics.Entry(
        uid=f"{one.starts_at:%Y%m%dT%H%M%S}-busy-{one.id}@keng",
        sequence=0,
        stamp=one.at,
        starts_at=one.starts_at,
        lasts=one.ends_at - one.starts_at,
        title=_say(work, Text("unitcal.event_busy", {"unit": table.sight.unit.name})),
        place="",
        details="",
        rings=False,
    )


def _lines(work: Work, texts: Sequence[Text]) -> str:
    return _say(work, listing(*texts, separator="\n"))


def _say(work: Work, text: Text | Lines) -> str:
    return work.house.catalogue.render(text, actor(work).language)
