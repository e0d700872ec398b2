"""New suggestions of members, once a day, to secretary and deputy; a deferred one is new in its month again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chat.replies import Choice, Reply, action
from chat.text import Text, lines
from meetings.records import Person
from meetings.suggesting import Suggestion
from meetings.terms import State, UnitId
from services.access import leaders
from services.delivery import Occasion, count_as_told, reached, tell, told_of
from services.rules import policy_of
from services.schedule import OPEN, at_local
from services.suggestions import waiting
from services.work import Work

NEWS = "suggestions"  # subjects "suggestions:<cell>"
_TODAY = timedelta(days=1)
_SHOWN = 5


async def cells(work: Work) -> list[UnitId]:
    """The cells in which a leader is to hear of something new now."""
    return [one for one in await work.uow.suggestions.cells_waiting() if await _readers(work, one)]


async def coming(work: Work) -> list[datetime]:
    """When the next message of the day is due in cells where there is something new."""
    found = set()
    for cell in await work.uow.suggestions.cells_waiting():
        if await _new(work, cell):
            hour = (await policy_of(work, cell)).topics.hour
            found |= {at_local(work, work.today + timedelta(days=days), hour) for days in (0, 1)}
    return sorted(at for at in found if at > work.now)


async def send(work: Work, cell: UnitId) -> None:
    """One message a day to each leader with what is new to them."""
    for reader, new in await _readers(work, cell):
        if await tell(work, reader, await _of_today(work, cell), _news(cell, new)):
            for one in new:
                await count_as_told(work, reader, _of_one(work, one))


async def _readers(work: Work, cell: UnitId) -> list[tuple[Person, list[Suggestion]]]:
    """Who is to hear now: from the hour of the day on, once."""
    if work.now < at_local(work, work.today, (await policy_of(work, cell)).topics.hour):
        return []
    today = await _of_today(work, cell)
    readers = [(who, new) for who, new in await _new(work, cell) if today.is_new_to(who.id)]
    return [] if readers and await _meets_today(work, cell) else readers


async def _meets_today(work: Work, cell: UnitId) -> bool:
    """What comes back once a meeting has begun is not said in the middle of it, but the day after."""
    begun = await work.uow.meetings.in_state(cell, (*OPEN, State.HELD, State.CLOSED))
    return any(work.local(one.starts_at).date() == work.today and one.starts_at <= work.now for one in begun)


async def _new(work: Work, cell: UnitId) -> list[tuple[Person, list[Suggestion]]]:
    """The leaders who are reached, each with what they have not heard of and did not propose themselves."""
    found = await waiting(work, cell)
    subjects = {_of_one(work, one).subject for one in found}
    known = await work.uow.notices.of_subjects(subjects, 0) if found else {}
    told = {(name, one.recipient, one.kind) for name, said in known.items() for one in said}
    readers = []
    for leader in await leaders(work, cell):
        new = [
            one
            for one in found
            if one.person != leader.id
            and (_of_one(work, one).subject, f"person:{leader.id}", _of_one(work, one).kind) not in told
        ]
        if new and await reached(work, leader) is not None:
            readers.append((leader, new))
    return readers


def _of_one(work: Work, one: Suggestion) -> Occasion:
    return Occasion(f"suggestion:{one.id}", f"new.{one.period}", work.now, unit=one.cell)


async def _of_today(work: Work, cell: UnitId) -> Occasion:
    name = f"{NEWS}:{cell}"
    plain = Occasion(name, f"news.{work.today}", work.now, useful_until=work.now + _TODAY, unit=cell)
    return replace(plain, told=await told_of(work, name))


def _news(cell: UnitId, new: Sequence[Suggestion]) -> Reply:
    shown = [Text("topics.news_line", {"title": one.title}) for one in new[:_SHOWN]]
    more = Text("topics.news_more", {"n": len(new) - _SHOWN}) if len(new) > _SHOWN else None
    choices = (Choice(Text("button.topics"), action("topics", cell, 0)),)
    text = lines(Text("topics.news", {"n": len(new)}), *shown, more)
    return Reply(text, choices, question=f"topics:{cell}")
