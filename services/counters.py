"""Who was absent how often this year: for secretary and deputy alone, and without a conclusion (domain.md 6).

Counted anew from the frozen rulings each time. What is kept is only that somebody was told: a person's counter
at a level is spoken of once a year, and what is corrected before it was said is not said.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from chat.replies import Reply
from chat.text import NOTHING, Lines, Param, Text, listing
from meetings.counters import Bounds, Counters, Level, count_year
from meetings.period import Period
from meetings.records import Meeting, Member, Person, Unit
from meetings.terms import CellType, PersonId, UnitId
from services.access import leaders
from services.delivery import Occasion, tell
from services.facts import body, named
from services.policy import Policy
from services.rules import policy_of
from services.work import Work
from storage.notices import UNDERWAY, NoticeState, NoticeStatus

UNEXCUSED, EXCUSED = "unexcused", "excused"
_QUEUED = NoticeStatus.QUEUED


@dataclass(frozen=True, slots=True)
class Watched:
    """A member of a cell today with both counters of a year."""

    member: Member
    counters: Counters


async def of_cell(work: Work, cell: Unit, year: int) -> list[Watched]:
    """Those members of today, by roll number, who agreed and of whom the year says something."""
    found = await _count(work, cell, year)
    members = await work.uow.members.of_cell(cell.id, work.today)
    return [Watched(one, found[one.person]) for one in members if found.get(one.person)]


async def _count(work: Work, cell: Unit, year: int) -> Mapping[PersonId, Counters]:
    standing = await _newest_locked(work, cell.id)
    sittings = await work.uow.closings.sittings(cell.id, year, standing=standing)
    excused_too = cell.type != CellType.ARMED_FORCES
    return {one: count_year(sat, year, excused_too=excused_too) for one, sat in sittings.items()}


async def _newest_locked(work: Work, cell: UnitId) -> Period:
    rules = await policy_of(work, cell)
    period = Period.of(work.today)
    while work.now < rules.locked_from(period, work.zone):
        period = period.previous()
    return period


def bounds(rules: Policy) -> Mapping[str, Bounds]:
    """From which counts on leaders are told. "More than 3 in a row" (12-HD/BTCTW) is reached with the fourth."""
    own = rules.absences
    return {
        UNEXCUSED: Bounds(own.early_unexcused, own.unexcused_months_year),
        EXCUSED: Bounds(own.early_excused, own.excused_streak_max + 1),
    }


async def look(work: Work, meeting: Meeting) -> None:
    """After a closing, a ruling or a reopening: tell the leaders of whoever reached a level, once."""
    cell = await work.uow.units.by_id(meeting.cell)
    year = meeting.period.year
    found = await _count(work, cell, year)
    members = await work.uow.members.of_cell(cell.id, work.today)
    told = await work.uow.notices.of_subjects([_subject(one) for one in members], year)
    desk = _Desk(work, cell, await leaders(work, cell.id), bounds(await policy_of(work, cell.id)))
    for member in members:
        counted = found.get(member.person, Counters(year))
        heard = told.get(_subject(member), [])
        if counted or heard:
            await desk.review(member, counted, heard)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the counters of one cell are looked through: who is told, and from which count on.

    What waits of another level than the one reached is taken back: at the limit nobody is told of the early one.
    """

    work: Work
    cell: Unit
    heads: Collection[Person]
    bounds: Mapping[str, Bounds]

    async def review(self, member: Member, counted: Counters, heard: Collection[NoticeState]) -> None:
        for counter, months in ((UNEXCUSED, counted.unexcused), (EXCUSED, counted.excused)):
            level = self.bounds[counter].level(len(months))
            wrong = [f"{counter}.{one}" for one in Level if one is not level]
            waits = [one for one in heard if one.kind in wrong]
            if waits:
                await self.work.uow.notices.take_back(_subject(member), counted.year, wrong)
            if level is not None:
                said = [one for one in heard if one.kind not in wrong or one.status is not _QUEUED]
                await self._note(member, counted, (counter, level), said)

    async def _note(
        self,
        member: Member,
        counted: Counters,
        reached: tuple[str, Level],
        heard: Collection[NoticeState],
    ) -> None:
        """[18] Never to the person themselves; and nothing below what was said already."""
        counter, level = reached
        known = {(one.recipient, one.kind): one.status for one in heard}
        occasion = Occasion(
            _subject(member), f"{counter}.{level}", self.work.now, revision=counted.year, unit=self.cell.id
        )
        occasion = replace(occasion, told=known)
        for leader in self.heads:
            further = known.get((f"person:{leader.id}", f"{counter}.{Level.LIMIT}")) in UNDERWAY
            if leader.id == member.person or further or not occasion.is_new_to(leader.id):
                continue
            text = await self._words(member, counted, counter, level)
            await tell(self.work, leader, occasion, Reply(text))

    async def _words(self, member: Member, counted: Counters, counter: str, level: Level) -> Text:
        months = counted.unexcused if counter == UNEXCUSED else counted.excused
        limit = self.bounds[counter].limit - (counter == EXCUSED)  # reached by more than so many in a row
        known: dict[str, Param] = {
            "name": named(member),
            "n": len(months),
            "year": counted.year,
            "months": months_of(months),
            "limit": Text(f"absence.{counter}_limit", {"n": limit}) if level is Level.LIMIT else NOTHING,
            "body": await body(self.work, self.cell),
        }
        return Text(f"absence.{counter}", known)


def months_of(months: Collection[Period]) -> Lines:
    """The months by their numbers; the year stands beside them."""
    return listing(*(Text("absence.month", {"month": one.first_day}) for one in months))


def _subject(member: Member) -> str:
    """Whom a note is about and where: storage forgets by it (`storage.keeping.ABOUT_A_PERSON`)."""
    return f"absence:{member.person}:{member.cell}"
