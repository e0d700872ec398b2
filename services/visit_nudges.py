"""An official's year in words; who has not come often enough hears of it once a quarter, from the third on."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chat.replies import Choice, Reply
from chat.text import Param, Text, lines
from meetings.period import Period
from meetings.records import Meeting, Person
from meetings.terms import PersonId, State, UnitId
from meetings.visiting import Outing, Progress
from services.delivery import Occasion, tell
from services.evenings import outings
from services.facts import official_rsvp
from services.leading import reachable
from services.policy_tables import VisitsTable
from services.rules import policies, policy_of
from services.schedule import at_local
from services.visits import progress
from services.work import Work

KIND = "visits"
_PROPOSED = 3
_USEFUL = timedelta(days=14)  # who links, or is assigned, later asks with `phancong`
_HALF = 7  # the first month in which anybody is nudged


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where to go next: what is said of it, and the three answers where one may answer already."""

    said: tuple[Text, ...]
    choices: tuple[Choice, ...]
    meeting: Meeting | None  # the one the answers are for


async def waiting(work: Work) -> list[PersonId]:
    """The officials in charge of a cell today who are to be nudged now."""
    if not any(_is_time(work, one.visits) for one in policies(work)):
        return []
    return [who for who, _ in await _due(work)]


async def coming(work: Work) -> list[datetime]:
    """When the next nudges are due, for whoever has not come often enough by then."""
    tables = [one.visits for one in policies(work)]
    year = work.today.year
    months = {(one.nudge_third_quarter, one.nudge_day, one.hour) for one in tables}
    months |= {(one.nudge_fourth_quarter, one.nudge_day, one.hour) for one in tables}
    found = {at_local(work, date(year, month, day), hour) for month, day, hour in months}
    return sorted(at for at in found if at > work.now)


async def nudge(work: Work, who: PersonId) -> None:
    """[21] The state of the year and where to go, once a quarter; who has come often enough is left in peace."""
    for person, occasion in await _due(work, [who]):
        official = await work.uow.people.by_id(person)
        stands = (await progress(work, work.today.year, [person]))[person]
        proposed = await proposing(work, official)
        text = lines(said_of(work, stands), Text("visits.left", {"n": stands.left}), *proposed.said)
        await tell(work, official, occasion, asking(Reply(text), proposed))


async def _due(work: Work, people: Collection[PersonId] | None = None) -> list[tuple[PersonId, Occasion]]:
    """Who is to be nudged, and by which occasion."""
    new = await _untold(work, people)
    there = await reachable(work, new)
    stands = await progress(work, work.today.year, there) if there else {}
    return [
        (who, one) for who, one in new.items() if who in there and who in stands and not stands[who].reached
    ]


async def _untold(work: Work, people: Collection[PersonId] | None) -> dict[PersonId, Occasion]:
    """Those in charge of a cell today whose day has come, and who have not heard of this quarter."""
    due: dict[PersonId, Occasion] = {}
    for one in await work.uow.assignments.of_people(work.today, work.today, people):
        rules = (await policy_of(work, one.cell)).visits
        if one.person not in due and _is_time(work, rules):
            due[one.person] = _occasion(work, one.person, rules, one.cell)
    known = await work.uow.notices.of_subjects({one.subject for one in due.values()}, 0)
    told = {name: {(one.recipient, one.kind): one.status for one in said} for name, said in known.items()}
    fresh = {who: replace(one, told=told.get(one.subject, {})) for who, one in sorted(due.items())}
    return {who: one for who, one in fresh.items() if one.is_new_to(who)}


def _occasion(work: Work, who: PersonId, rules: VisitsTable, cell: UnitId) -> Occasion:
    this, at = Period.of(work.today), _at(work, rules)
    kind = f"{KIND}.{this.year}-{this.quarter}"
    return Occasion(f"{KIND}:{who}", kind, at, useful_until=at + _USEFUL, unit=cell)


def _is_time(work: Work, rules: VisitsTable) -> bool:
    return work.today.month >= _HALF and _at(work, rules) <= work.now < _at(work, rules) + _USEFUL


def _at(work: Work, rules: VisitsTable) -> datetime:
    """When the nudge of this quarter is due."""
    third = work.today.month in (7, 8, 9)
    month = rules.nudge_third_quarter if third else rules.nudge_fourth_quarter
    return at_local(work, date(work.today.year, month, rules.nudge_day), rules.hour)


async def stale(work: Work, _who: str, _kind: str, who: PersonId) -> str | None:
    """Why a nudge that waited is no longer wanted."""
    if not await work.uow.people.assignments_of(who, work.today):
        return "not in charge"
    found = (await progress(work, work.today.year, [who])).get(who)
    return "reached" if found is None or found.reached else None


# --- in words ------------------------------------------------------------------------------------


def said_of(work: Work, stands: Progress) -> Text:
    """`Năm 2026 … 2/3 lần`; without a quota only how often."""
    known: dict[str, Param] = {"year": work.today.year, "done": stands.done, "owed": stands.owed}
    return Text("visits.progress" if stands.owed else "visits.done", known)


async def proposing(work: Work, official: Person) -> Proposal:
    """The cells they have not seen for the longest and can go to; the answers are for the first of them."""
    found = (await outings(work, official.id))[:_PROPOSED]
    if not found:
        return Proposal((), (), None)
    said = tuple([await _outing(work, one) for one in found])
    first = found[0].meeting
    asked = first.state is State.ANNOUNCED
    choices = official_rsvp(first) if asked else ()
    return Proposal((Text("visits.plan"), *said), choices, first if asked else None)


def asking(message: Reply, proposed: Proposal, *more: Choice) -> Reply:
    """The answers stand first, so that they keep their numbers; they count until the meeting begins."""
    if proposed.meeting is None:
        return replace(message, choices=more)
    question, until = f"rsvp:{proposed.meeting.id}", proposed.meeting.starts_at
    return replace(message, choices=(*proposed.choices, *more), question=question, until=until)


async def _outing(work: Work, one: Outing) -> Text:
    cell = await work.uow.units.by_id(one.meeting.cell)
    known: dict[str, Param] = {"cell": cell.name, "when": one.meeting.starts_at, "place": one.meeting.place}
    known["last"] = Text("visits.last", {"when": one.last}) if one.last else Text("visits.never")
    return Text("visits.outing", known)
