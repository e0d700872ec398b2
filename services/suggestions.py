"""Headings that members propose: supported by others, decided by whoever leads, and answered every time.

A title and nothing else. Who supports it is known to nobody; once it is decided not even to us.
"""

from collections.abc import Mapping
from dataclasses import replace

from chat.numbers import whole
from chat.replies import Reply
from chat.text import Text
from meetings.agenda import Heading, Origin
from meetings.folding import fold
from meetings.period import Period
from meetings.records import Meeting, Member, Person, Unit
from meetings.roles import Right
from meetings.suggesting import Code, Fate, Suggestion
from meetings.terms import Kind, PersonId, UnitId
from services import agenda
from services.access import actor, require
from services.delivery import Occasion, reached, tell
from services.errors import NotFound, TooLate
from services.facts import facts, may_hear
from services.rules import policy_of
from services.schedule import OPEN
from services.work import Work
from storage.errors import LostUpdate

_MONTHLY = (Kind.REGULAR, Kind.COMBINED)


async def meeting_of(work: Work, cell: UnitId) -> Meeting | None:
    """The monthly meeting that is to come: what is proposed is for its agenda."""
    coming = await work.uow.meetings.in_state(cell, OPEN)
    return next((one for one in coming if one.kind in _MONTHLY and one.starts_at > work.now), None)


async def _period(work: Work, cell: UnitId) -> Period:
    meeting = await meeting_of(work, cell)
    return meeting.period if meeting else Period.of(work.today)


# --- members ----------------------------------------------------------------------------------------


async def own_cells(work: Work) -> list[Unit]:
    """The cells in which the actor may propose: who is suspended belongs to none for now."""
    members = await work.uow.members.of_person(actor(work).id, work.today)
    return [await work.uow.units.by_id(one.cell) for one in members if may_hear(one)]


async def own_cell(work: Work, number: str) -> Unit:
    """One of them. Raises NotFound."""
    for cell in await own_cells(work):
        if str(cell.id) == number:
            return cell
    raise NotFound


async def propose(work: Work, cell: Unit, words: str) -> tuple[Suggestion, bool]:
    """Write a heading down for the coming meeting; False with one that was there before.

    Raises BadHeading for the title, TooLate where the actor has enough of them open this month.
    """
    title = await agenda.check_title(words)
    period, person = await _period(work, cell.id), actor(work)
    for one in await work.uow.suggestions.undecided(cell.id, period):
        if fold(one.title) == fold(title):
            return one, False
    most = (await policy_of(work, cell.id)).topics.open_per_month
    mine = await work.uow.suggestions.undecided_of(person.id, cell.id)
    if sum(1 for one in mine if Period.of(work.local(one.at).date()) == Period.of(work.today)) >= most:
        raise TooLate(Text("topics.enough", {"most": most}))
    values = {
        "cell": cell.id,
        "person": person.id,
        "title": title,
        "period": str(period),
        "state": Fate.OPEN,
        "at": work.now,
    }
    number = await work.uow.suggestions.add(values)
    await work.uow.audit.note(work.now, person.id, "suggest", cell=cell.id)
    return await _known(work, number), True


async def waiting(work: Work, cell: UnitId) -> list[Suggestion]:
    """What awaits a word for the coming meeting, deferred ones of earlier months included."""
    return await work.uow.suggestions.undecided(cell, await _period(work, cell))


async def counts(work: Work, found: list[Suggestion]) -> Mapping[int, int]:
    """How many support each besides whoever proposed it."""
    return await work.uow.suggestions.counts([one.id for one in found])


async def seen(work: Work, number: str) -> Suggestion:
    """A suggestion of a cell the actor is a member of. Raises NotFound."""
    found = await _by_number(work, number)
    if found.cell not in {one.id for one in await own_cells(work)}:
        raise NotFound
    return found


async def support(work: Work, one: Suggestion) -> bool:
    """False where the actor proposed it or supports it already. Raises TooLate once it is decided."""
    if not one.undecided:
        raise TooLate(Text("topics.decided", {"title": one.title}))
    person = actor(work)
    return one.person != person.id and await work.uow.suggestions.support(one.id, person.id, work.now)


async def take_back(work: Work, number: str) -> Suggestion:
    """By whoever proposed it, as long as nothing was decided and nothing merged into it. Raises TooLate."""
    found = await _by_number(work, number)
    if found.person != actor(work).id:
        raise NotFound
    if not found.undecided or await work.uow.suggestions.merged_into(found.id):
        raise TooLate(Text("topics.decided", {"title": found.title}))
    await work.uow.suggestions.drop(found.id)
    await work.uow.audit.note(work.now, actor(work).id, "suggest_back", cell=found.cell)
    return found


# --- who leads the cell -----------------------------------------------------------------------------


async def to_decide(work: Work, number: str) -> Suggestion:
    """A suggestion of a cell whose agenda the actor sets. Raises NotFound and NotAllowed."""
    found = await _by_number(work, number)
    await require(work, found.cell, Right.SCHEDULE)
    return found


async def two_to_decide(work: Work, number: str, other: str) -> tuple[Suggestion, Suggestion]:
    """Two of them, taken in the same order whichever goes into which: two hands never wait for each other."""
    found = {
        each: await to_decide(work, each)
        for each in sorted({number, other}, key=lambda each: whole(each) or 0)
    }
    return found[number], found[other]


async def proposer(work: Work, one: Suggestion) -> Member | None:
    """Whoever proposed it, while they belong to the cell."""
    members = await work.uow.members.of_cell(one.cell, work.today)
    return next((each for each in members if each.person == one.person), None)


async def accept(work: Work, one: Suggestion) -> tuple[Meeting, Heading]:
    """It becomes a heading of the coming meeting. Raises TooLate where none is planned or it is decided."""
    meeting = await meeting_of(work, one.cell)
    if meeting is None:
        raise TooLate(Text("topics.no_meeting"))
    await _decide(work, one, Fate.ACCEPTED)
    heading = await agenda.add_heading(work, meeting, one.title, origin=Origin.MEMBER)
    await _tell(
        work, one, "accepted", Text("topics.told_accepted", await facts(work, meeting) | {"title": one.title})
    )
    await work.uow.suggestions.drop_support(one.id)
    return meeting, heading


async def defer(work: Work, one: Suggestion) -> Period:
    """It comes back by itself for the month after the coming meeting's."""
    period = (await _period(work, one.cell)).next()
    await _decide(work, one, Fate.DEFERRED, {"period": str(period)})
    told = Text("topics.told_deferred", {"title": one.title, "period": period.first_day})
    await _tell(work, one, f"deferred.{period}", told)
    return period


async def merge(work: Work, one: Suggestion, into: Suggestion) -> None:
    """One of two that mean the same goes on; it takes the other's support, and its proposer's, with it."""
    if into.id == one.id or into.cell != one.cell:
        raise NotFound
    if not into.undecided:
        raise TooLate(Text("topics.decided", {"title": into.title}))
    await _decide(work, one, Fate.MERGED, {"into": into.id})
    for each in await work.uow.suggestions.merged_into(one.id):
        await work.uow.suggestions.decide(each, {"into": into.id})
    people = await work.uow.suggestions.supporters(one.id)
    for who in people | ({one.person} if one.person else set()):
        if who != into.person:
            await work.uow.suggestions.support(into.id, who, work.now)
    await work.uow.suggestions.drop_support(one.id)
    await _tell(work, one, "merged", Text("topics.told_merged", {"title": one.title, "into": into.title}))


async def answer(work: Work, one: Suggestion, code: Code) -> None:
    """No heading, for one of a few reasons that can be said to anybody."""
    await _decide(work, one, Fate.ANSWERED)
    told = Text("topics.told_answered", {"title": one.title, "code": Text(f"topics.code_{code}")})
    await _tell(work, one, "answered", told)
    await work.uow.suggestions.drop_support(one.id)


async def answer_in_words(work: Work, one: Suggestion, line: str) -> bool:
    """One line, handed on and not kept; also after a coded answer, once. Raises BadHeading for the line.

    False where nobody could be told, or was told one before.
    """
    words = await agenda.check_title(line)
    if one.undecided:
        await _decide(work, one, Fate.ANSWERED)
        await work.uow.suggestions.drop_support(one.id)
    elif one.state is not Fate.ANSWERED:
        raise TooLate(Text("topics.decided", {"title": one.title}))
    else:
        await work.uow.audit.note(work.now, actor(work).id, "suggestion_line", cell=one.cell)
    return await _tell(work, one, "line", Text("topics.told_line", {"title": one.title, "line": words}))


async def _decide(work: Work, one: Suggestion, fate: Fate, more: dict[str, object] | None = None) -> None:
    if not one.undecided:
        raise TooLate(Text("topics.decided", {"title": one.title}))
    values = {"state": fate, "decided_by": actor(work).id, "decided_at": work.now, **(more or {})}
    if not await work.uow.suggestions.decide(one, values):
        raise LostUpdate
    await work.uow.audit.note(work.now, actor(work).id, f"suggestion_{fate}", cell=one.cell)


async def _tell(work: Work, one: Suggestion, kind: str, text: Text) -> bool:
    """Each of those who await an answer, once."""
    occasion = Occasion(f"suggestion:{one.id}", kind, work.now, unit=one.cell)
    told = False
    for person, title in await _awaiting(work, one):
        said = replace(text, params={**text.params, "title": title})
        told |= await tell(work, person, occasion, Reply(said))
    return told


async def _awaiting(work: Work, one: Suggestion) -> list[tuple[Person, str]]:
    """Whoever proposed it, and whose own was merged into it, with the title: those who hear of the cell today."""
    merged = await work.uow.suggestions.merged_into(one.id)
    titles: dict[PersonId, str] = {}
    for each in (one, *merged):
        if each.person is not None:
            titles.setdefault(each.person, each.title)
    members = await work.uow.members.of_cell(one.cell, work.today)
    hearing = {each.person for each in members if may_hear(each)} - {actor(work).id}
    return [(await work.uow.people.by_id(who), title) for who, title in titles.items() if who in hearing]


async def answered(work: Work, one: Suggestion) -> tuple[int, list[Person]]:
    """How many await an answer, and which of them we cannot write to."""
    people = [person for person, _ in await _awaiting(work, one)]
    return len(people), [each for each in people if await reached(work, each) is None]


async def _by_number(work: Work, number: str) -> Suggestion:
    known = whole(number)
    found = None if known is None else await work.uow.suggestions.lock(known)
    if found is None:
        raise NotFound
    return found


async def _known(work: Work, number: int) -> Suggestion:
    found = await work.uow.suggestions.by_id(number)
    if found is None:
        raise LostUpdate
    return found
