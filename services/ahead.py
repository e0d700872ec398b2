"""Whom a leader should be ready to phone while a bot's month nears its end: once a cell and month, by name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chat.replies import Reply
from chat.text import Text
from meetings.records import Meeting, Member
from meetings.terms import PersonId, State, UnitId
from services import quota
from services.announcing import secretary_or_deputy
from services.delivery import Occasion, tell, told_of
from services.facts import facts, may_hear, names_or_none
from services.rules import is_quiet
from services.schedule import at_local
from services.work import Work
from storage.notices import UNDERWAY
from storage.traffic import Bot

AHEAD = "ahead"  # subjects "ahead:<cell>"
_NEXT_DAYS = timedelta(days=7)  # of the month after: their notices fall into this one
_LISTED = 60


@dataclass(frozen=True, slots=True)
class Needed:
    """These people may have to be phoned about this meeting."""

    meeting: Meeting
    occasion: Occasion
    people: Sequence[Member]


async def near(work: Work) -> Collection[UnitId]:
    """The cells that have somebody at a bot that is nearly used up, and of whose leaders none was told so."""
    short = await _short(work)
    if not short:
        return ()
    there = await work.uow.accounts.people_at(short)
    cells = [one.id for one in await work.uow.units.cells()]
    members = await work.uow.members.everywhere(cells, work.today)
    found = {one.cell for one in members if one.person in there}
    known = await work.uow.notices.of_subjects([_subject(one) for one in found], 0)
    told = {
        subject
        for subject, notices in known.items()
        if any(one.kind == _kind(work) and one.status in UNDERWAY for one in notices)
    }
    return {one for one in found if _subject(one) not in told}


async def warning(work: Work, meeting: Meeting) -> Needed | None:
    """What a leader of the cell has to hear now; None in the quiet hours, too."""
    next_month = at_local(work, quota.month_of(work).next().first_day, work.policy.chase.hour)
    if meeting.state not in (State.PLANNED, State.ANNOUNCED) or meeting.starts_at >= next_month + _NEXT_DAYS:
        return None
    short = await _short(work)
    if not short or await is_quiet(work, meeting.cell):
        return None
    until, subject = min(meeting.starts_at, next_month), _subject(meeting.cell)
    occasion = Occasion(subject, _kind(work), work.now, useful_until=until, unit=meeting.cell)
    occasion = replace(occasion, told=await told_of(work, subject))
    if work.now >= until or not await secretary_or_deputy(work, meeting.cell, occasion):
        return None
    members = await work.uow.members.of_cell(meeting.cell, work.today)
    members = [one for one in members if may_hear(one)]
    hearing = [one for one in members if one.reached and await _hears_through(work, one, short)]
    people = [one for one in members if not one.reached or one in hearing]
    return Needed(meeting, occasion, people) if hearing else None


async def warn(work: Work, given: Needed) -> None:
    """The secretary, else the deputy."""
    for leader in await secretary_or_deputy(work, given.meeting.cell, given.occasion):
        await tell(work, leader, given.occasion, await _written(work, given, leader.id))


async def _written(work: Work, given: Needed, reader: PersonId) -> Reply:
    known = await facts(work, given.meeting)
    others = [one for one in given.people if one.person != reader]
    known |= {"month": quota.month_of(work).first_day, "names": names_or_none(others, limit=_LISTED)}
    return Reply(Text("quota.ahead", known | {"n": len(others)}))


async def _short(work: Work) -> list[Bot]:
    at = work.policy.messages.optional_percent
    return [bot for bot in work.house.metered if await quota.percent(work, bot) >= at]


async def _hears_through(work: Work, member: Member, bots: Collection[Bot]) -> bool:
    address = await work.uow.accounts.address_of(member.person)
    return address is not None and quota.bot_of(address) in bots


def _subject(cell: UnitId) -> str:
    return f"{AHEAD}:{cell}"


def _kind(work: Work) -> str:
    return f"{AHEAD}.{quota.month_of(work)}"
