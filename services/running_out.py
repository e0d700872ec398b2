"""The operator hears, once a month and bot, that its messages run out, and that they have. Figures and cells only."""

from dataclasses import replace

from chat.replies import Reply
from chat.text import Lines, Param, Text, lines, listing
from meetings.records import Person
from meetings.reminders import Quiet
from meetings.terms import State, UpperRole
from services import need, quota
from services.access import leaders
from services.delivery import Occasion, tell, told_of, writable
from services.schedule import at_local
from services.work import Work
from storage.traffic import Bot

WARN = "warn"
_LONGEST = 80  # of a subject
_TOLD = (UpperRole.OPERATOR, UpperRole.OFFICE)  # the office where there is no operator
_CELLS = 20


async def due(work: Work) -> list[Bot]:
    """The bots of which somebody has to hear now."""
    return [bot for bot in sorted(work.house.metered) if await _waiting(work, bot)]


async def warn(work: Work, bot: Bot) -> None:
    """One message a level."""
    for occasion, readers in await _waiting(work, bot):
        message = await (_spent if occasion.kind == quota.SPENT else _nearly)(work, bot)
        for reader in readers:
            await tell(work, reader, occasion, Reply(message))


async def _waiting(work: Work, bot: Bot) -> list[tuple[Occasion, list[Person]]]:
    levels = []
    if (await quota.used(work, bot)).spent_at is not None:
        levels.append(quota.SPENT)
    elif await quota.percent(work, bot) >= work.policy.messages.warn_percent:
        levels.append(WARN)
    quiet = work.policy.quiet_hours
    if not levels or _is_quiet(work, quiet):
        return []
    found = []
    for level in levels:
        occasion = await _occasion(work, bot, level)
        readers = [one for one in await _readers(work) if occasion.is_new_to(one.id)]
        if readers:
            found.append((occasion, readers))
    return found


async def _occasion(work: Work, bot: Bot, level: str) -> Occasion:
    month = quota.month_of(work)
    subject = f"quota:{month}:{bot[0]}:{bot[1]}"[:_LONGEST]
    ends = at_local(work, month.next().first_day, work.policy.chase.hour)
    occasion = Occasion(subject, level, work.now, useful_until=ends)
    return replace(occasion, told=await told_of(work, subject))


def _is_quiet(work: Work, quiet: Quiet) -> bool:
    return quiet.shift(work.now, work.zone) != work.now


async def _readers(work: Work) -> list[Person]:
    """Every operator who can be written to; without one the office."""
    held = await work.uow.people.all_roles(work.today)
    for role in _TOLD:
        people = sorted({one.person for one in held if one.role == role})
        found = [await work.uow.people.by_id(one) for one in people]
        found = [one for one in found if await writable(work, one)]
        if found:
            return found
    return []


async def _nearly(work: Work, bot: Bot) -> Text:
    return Text("quota.warning", await _known(work, bot))


async def _spent(work: Work, bot: Bot) -> Lines:
    """With the cells whose leaders cannot be told whom to phone: the operator phones them."""
    cells = await mute_cells(work)
    mute = Text("quota.mute", {"cells": listing(*cells)}) if cells else None
    first = "quota.spent" if work.house.metered[bot] else "quota.spent.unlimited"
    return lines(Text(first, await _known(work, bot)), Text("quota.spent.then"), mute)


async def mute_cells(work: Work) -> list[Text]:
    """The cells with a meeting to come in which no leader can be written to just now, but could be last time."""
    names = {}
    spent = await quota.spent_bots(work)
    for meeting in await work.uow.meetings.coming_up(work.now) if spent else []:
        if meeting.state is State.ANNOUNCED and meeting.cell not in names:
            heads = await leaders(work, meeting.cell)
            if heads and not any([await writable(work, one) for one in heads]):
                cell = await work.uow.units.by_id(meeting.cell)
                names[meeting.cell] = Text("digest.cell_name", {"cell": cell.name})
    return list(names.values())[:_CELLS]


async def _known(work: Work, bot: Bot) -> dict[str, Param]:
    """What is used up of a month, and what a month needs."""
    return {
        "channel": Text(f"channel.{bot[0]}"),
        "which": bot[1],
        "month": quota.month_of(work).first_day,
        "used": (await quota.used(work, bot)).messages,
        "limit": work.house.metered[bot],
        "percent": await quota.percent(work, bot),
        "forecast": need.said(await need.of_bot(work, bot)),
    }
