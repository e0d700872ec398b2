"""What a month needs of a bot's messages, from the roster and the reminder plan; and who is to have room there.

An estimate on the safe side: everybody is reminded, nobody answers before the reminder.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from chat.text import Param, Text
from meetings.records import Member, Unit
from meetings.reminders import StepKind
from meetings.terms import PersonId, UnitId
from services import quota
from services.access import LEADERS, group_leaders
from services.facts import may_hear
from services.rules import policy_of
from services.work import Work
from storage.traffic import Bot

_TO_MEMBERS = (StepKind.NOTICE, StepKind.REMINDER, StepKind.TODAY)
_TO_LEADERS = (StepKind.PREVIEW, StepKind.FORECAST)
_PASTED = 2  # the instruction, and the text alone


@dataclass(frozen=True, slots=True)
class Need:
    """One bot's month. `cells` have somebody there or are to have."""

    cells: int
    messages: int
    limit: int | None


@dataclass(slots=True)
class Places:
    """Who is at a bot, and who of its units would go there next, as long as there is room.

    Leaders first, then those who have no other bot to go to.
    """

    users: int | None
    linked: set[PersonId] = field(default_factory=set)
    coming: set[PersonId] = field(default_factory=set)
    leading: set[PersonId] = field(default_factory=set)  # of those who are coming
    left_over: set[PersonId] = field(default_factory=set)

    @property
    def has_room(self) -> bool:
        return self.users is None or len(self.linked) + len(self.coming) < self.users


def said(need: Need) -> Text:
    """`22 cells, about 105 messages each: 2,310 of 3,000`."""
    each = round(need.messages / need.cells) if need.cells else 0
    known: dict[str, Param] = {"cells": need.cells, "each": each, "need": need.messages}
    known["limit"] = need.limit or 0
    return Text("quota.need", known)


async def of_bot(work: Work, bot: Bot) -> Need:
    """What its people are told in a month by the plan, what they say, and what they are answered."""
    places = (await at_bots(work))[bot]
    # Before anybody is linked it is the leaders who will be first.
    there = places.linked | places.leading
    messages, cells = 0, 0
    for cell in await work.uow.units.cells():
        count = await _of_cell(work, cell, bot, there)
        messages += count
        cells += bool(count)
    digests = {one.person for one in await work.uow.people.digest_readers(work.today)} & there
    limit = work.house.metered.get(bot)
    return Need(cells, messages + len(digests), limit)


async def _of_cell(work: Work, cell: Unit, bot: Bot, there: set[PersonId]) -> int:
    rules = await policy_of(work, cell.id)
    steps = Counter(one.kind for one in rules.steps)
    members = [one for one in await work.uow.members.of_cell(cell.id, work.today) if may_hear(one)]
    hearing = [one for one in members if one.person in there]
    heads = {one.id for one in await work.uow.people.holders(cell.id, LEADERS, work.today)} & there
    officials = {one.id for one in await work.uow.people.in_charge(cell.id, work.today)} & there
    carriers = await _carriers(work, cell, members) & there
    told = sum(steps[kind] for kind in _TO_MEMBERS) * len(hearing)
    told += sum(steps[kind] for kind in _TO_LEADERS) * len(heads)
    told += steps[StepKind.INVITATION] * len(officials) + steps[StepKind.RELAY] * len(carriers)
    talk = rules.messages.member_talk * len(hearing) + rules.messages.leader_talk * bool(heads)
    return told + talk + await _to_group(work, cell, bot, steps, led=bool(heads))


async def _to_group(work: Work, cell: Unit, bot: Bot, steps: Mapping[StepKind, int], *, led: bool) -> int:
    """The group's texts and the thanks; pasted by hand each is two, and the first brings whom to phone."""
    texts = steps[StepKind.GROUP_NOTICE] + steps[StepKind.EVENING] + 1
    group = await work.uow.accounts.group_of(cell.id)
    if group is not None:
        return texts if quota.bot_of(group) == bot else 0
    return texts * _PASTED + steps[StepKind.GROUP_NOTICE] if led else 0


async def _carriers(work: Work, cell: Unit, members: list[Member]) -> set[PersonId]:
    carriers = {one.liaison for one in members if one.liaison is not None}
    for leading in (await group_leaders(work, cell.id, members)).values():
        carriers |= leading
    return carriers


async def at_bots(work: Work) -> dict[Bot, Places]:
    """Of every bot that counts its people or messages, who is there and who would come."""
    counting = {
        bot: can for bot, can in work.house.channels.items() if can.users or bot in work.house.metered
    }
    linked = await work.uow.accounts.at_bots()
    found = {bot: Places(can.users, linked.get(bot, set())) for bot, can in counting.items()}
    anywhere = {who for people in linked.values() for who in people}
    wanted, heads = await _wanted(work, list(counting))
    for who in sorted(wanted.keys() - anywhere, key=lambda one: (one not in heads, len(wanted[one]), one)):
        free = next((bot for bot in wanted[who] if found[bot].has_room), None)
        if free is None:
            found[wanted[who][0]].left_over.add(who)
            continue
        found[free].coming.add(who)
        if who in heads:
            found[free].leading.add(who)
    return found


async def _wanted(work: Work, bots: list[Bot]) -> tuple[dict[PersonId, list[Bot]], set[PersonId]]:
    """By person of the roster, the bots that are to serve them, first to last; and who leads a cell."""
    serving = await _serving(work, bots)
    wanted: dict[PersonId, list[Bot]] = {}
    heads = set()
    for member in await work.uow.members.everywhere(list(serving), work.today):
        wanted.setdefault(member.person, []).extend(serving[member.cell])
    for role in await work.uow.people.all_roles(work.today):
        wanted.setdefault(role.person, []).extend(serving.get(role.unit, []))
        if role.role in LEADERS:
            heads.add(role.person)
    return {who: list(dict.fromkeys(theirs)) for who, theirs in wanted.items() if theirs}, heads


async def _serving(work: Work, bots: list[Bot]) -> Mapping[UnitId, list[Bot]]:
    """By unit, the bots it names, or the nearest unit above it; where nobody names any, all of them."""
    named = await work.uow.units.bots()
    units = {one.id: one for one in await work.uow.units.all()}
    found = {}
    for unit in units.values():
        step: Unit | None = unit
        while step is not None and not named.get(step.id):
            step = None if step.parent is None else units[step.parent]
        names = named[step.id] if step is not None else ()
        found[unit.id] = [bot for bot in bots if not names or bot[1] in names]
    return found
