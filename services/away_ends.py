"""The end of an absence is near: said to the member and to those who lead the cell, 30 and 7 days before.

So is the end of a temporary stay, to those who lead the cell alone (domain.md 3 and 19, article 003).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from chat.replies import Choice, Reply, action
from chat.text import Param, Text
from meetings.records import Member, Person
from meetings.terms import Status
from services.access import leaders
from services.away import subject
from services.delivery import Occasion, reached, tell
from services.facts import named
from services.rules import policy_of
from services.schedule import at_local
from services.work import Work
from storage.members import DatedStatus

_LONGEST_PROMPT = timedelta(days=90)  # as the policy allows
_KINDS = {Status.AWAY: "ends", Status.TEMPORARY_IN: "stay"}


@dataclass(frozen=True, slots=True)
class Prompt:
    """The end of an absence or a stay is near: when that is said, and until when it is worth saying."""

    status: Status
    member: Member
    until: date
    days: int
    at: datetime
    useful_until: datetime

    @property
    def occasion(self) -> Occasion:
        return Occasion(
            subject(self.member),
            f"{_KINDS[self.status]}.{self.days}",
            self.at,
            revision=self.until.toordinal(),
            useful_until=self.useful_until,
            unit=self.member.cell,
        )


async def prompts(work: Work) -> list[Prompt]:
    """Of every absence and stay that ends in the next months, what is to be said of its end."""
    found = []
    for status in _KINDS:
        for one in await work.uow.members.ending(status, work.today, work.today + _LONGEST_PROMPT):
            member = await work.uow.members.by_number(one.membership, work.today)
            if member is not None and one.since <= work.today and one.until is not None:
                found += await _prompts_of(work, member, one, one.until)
    return found


async def _prompts_of(work: Work, member: Member, one: DatedStatus, until: date) -> list[Prompt]:
    """What was due before it began is not made up for: it was entered with its end in sight."""
    rules = (await policy_of(work, member.cell)).absences
    first, last = rules.away_prompt_days
    over = at_local(work, until + timedelta(days=1), time())
    ends = {first: at_local(work, until - timedelta(days=last), rules.away_hour), last: over}
    said = {days: until - timedelta(days=days) for days in (first, last)}
    return [
        Prompt(one.status, member, until, days, at_local(work, day, rules.away_hour), ends[days])
        for days, day in said.items()
        if one.since <= day
    ]


async def due(work: Work) -> list[Prompt]:
    """What is to be said now and has not been said to everybody it concerns."""
    now = [one for one in await prompts(work) if one.at <= work.now < one.useful_until]
    return [one for one in now if await _waiting(work, one)]


async def prompt(work: Work, membership: int) -> None:
    """Say what is due of one membership."""
    for one in await due(work):
        if one.member.membership == membership:
            await _speak(work, one)


async def _waiting(work: Work, prompt: Prompt) -> list[Person]:
    """Leaders and who is away, one inbox each; those who can't be reached are not waited for."""
    heard = await work.uow.notices.of_subject(prompt.occasion.subject, prompt.occasion.revision)
    told = {(one.recipient, one.kind): one.status for one in heard}
    occasion = replace(prompt.occasion, told=told)
    person = await work.uow.people.by_id(prompt.member.person)
    heads = [one for one in await leaders(work, prompt.member.cell) if one.id != person.id]
    concerned = [person, *heads] if prompt.status is Status.AWAY else heads
    return [one for one in concerned if occasion.is_new_to(one.id) and await reached(work, one) is not None]


async def _speak(work: Work, prompt: Prompt) -> None:
    """[22] To the member, and to secretary and deputy."""
    known: dict[str, Param] = {"name": named(prompt.member), "until": prompt.until}
    cell = prompt.member.cell
    for person in await _waiting(work, prompt):
        if prompt.status is Status.TEMPORARY_IN:
            await tell(work, person, prompt.occasion, Reply(Text("away.stay_ends", known)))
            continue
        if person.id == prompt.member.person:
            longer = Choice(Text("button.ask_longer"), action("away_me", cell))
            key = "away.ends"
        else:
            longer = Choice(Text("button.longer"), action("away_who", cell, prompt.member.person))
            key = "away.ends_leader"
        question = f"ends:{cell}:{prompt.member.person}"
        message = Reply(Text(key, known), (longer,), question=question, until=prompt.useful_until)
        await tell(work, person, prompt.occasion, message)
