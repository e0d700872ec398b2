"""Who can't be written to any more, told to whoever phones: once, by day, several in one line (channels.md 2.4)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chat.replies import Reply
from chat.text import Lines, Param, Text, lines
from meetings.records import Member
from meetings.terms import PersonId, UnitId
from services.announcing import secretary_or_deputy
from services.delivery import Occasion, tell, told_of
from services.facts import may_hear, named, names
from services.rules import policy_of
from services.work import Work

LOST = "lost"  # subjects "lost:<cell>"
_SETTLING = timedelta(minutes=30)  # who is refused by one round of letters is told of in one line
_USEFUL = timedelta(days=1)


async def untold(work: Work) -> Mapping[UnitId, Mapping[PersonId, datetime]]:
    """By cell, who was lost since its leaders were told last. No cell in its quiet hours."""
    lost = await work.uow.members.lost(work.today)
    told = await work.uow.notices.told_until([_subject(cell) for cell in lost])
    news = {
        cell: {who: at for who, at in people.items() if _is_news(work, at, told.get(_subject(cell)))}
        for cell, people in lost.items()
    }
    return {cell: people for cell, people in news.items() if people and not await _is_quiet(work, cell)}


async def report(work: Work, cell: UnitId) -> None:
    """One line to the secretary, else to the deputy; once a day, the others of that day on the next."""
    lost = (await untold(work)).get(cell, {})
    members = [one for one in await work.uow.members.of_cell(cell, work.today) if one.person in lost]
    members = [one for one in members if may_hear(one)]
    if not members:
        return
    occasion = Occasion(
        _subject(cell), f"{LOST}.{work.today}", max(lost.values()), useful_until=work.now + _USEFUL, unit=cell
    )
    occasion = replace(occasion, told=await told_of(work, occasion.subject))
    for leader in await secretary_or_deputy(work, cell, occasion):
        await tell(work, leader, occasion, Reply(await _said(work, members)))


async def _said(work: Work, members: list[Member]) -> Lines:
    """Those who blocked us or are gone; and those whose address takes nothing and is to be linked again."""
    relink = await work.uow.accounts.to_relink()
    again = [one for one in members if one.person in relink]
    gone = [one for one in members if one.person not in relink]
    known: dict[str, Param] = {"n": len(again), "names": names(again)}
    return lines(_line(gone) if gone else None, Text("lost.relink", known) if again else None)


def _line(members: list[Member]) -> Text:
    if len(members) == 1:
        return Text("lost.one", {"name": named(members[0])})
    return Text("lost.many", {"n": len(members), "names": names(members)})


async def _is_quiet(work: Work, cell: UnitId) -> bool:
    quiet = (await policy_of(work, cell)).quiet_hours
    return quiet.shift(work.now, work.zone) != work.now


def _is_news(work: Work, lost_at: datetime, told_until: datetime | None) -> bool:
    return lost_at <= work.now - _SETTLING and (told_until is None or lost_at > told_until)


def _subject(cell: UnitId) -> str:
    return f"{LOST}:{cell}"
