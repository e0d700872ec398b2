"""The agenda of a meeting: the template of its cell's kind until somebody changes it, then rows of its own.

Headings only, never contents (domain.md 8). What is softly wrong with it keeps nobody from anything.
"""

from dataclasses import replace

from chat.text import NOTHING, Param, Text
from meetings.agenda import (
    LONGEST_TITLE,
    MOST_HEADINGS,
    MOST_MINUTES,
    Heading,
    Origin,
    Section,
    in_order,
    named,
)
from meetings.folding import tidy
from meetings.records import Meeting
from meetings.secrecy import is_marked_secret
from meetings.terms import CellRole, Kind, PersonId, State
from meetings.wishes import Orientation, Wish
from services import orientation
from services.errors import NotFound, Refusal, TooLate
from services.facts import facts
from services.policy_evening import HeadingTable
from services.rules import policy_of
from services.work import Work
from storage.errors import LostUpdate

CHANGEABLE = (State.PLANNED, State.ANNOUNCED, State.POSTPONED, State.HELD)
_SHORT_KINDS = (Kind.EXTRAORDINARY, Kind.PREMEETING)  # no least time is known for them
_NAMED = 5  # headings an announcement names, and in how many characters
_NAMED_ROOM = 300


class BadHeading(Refusal):
    """A title or a number of minutes that cannot stand on an agenda."""


async def agenda_of(work: Work, meeting: Meeting) -> list[Heading]:
    """The headings in their order; from the template, with id 0, as long as nobody has changed it."""
    return in_order(await work.uow.headings.of_meeting(meeting.id)) or await template(work, meeting)


async def template(work: Work, meeting: Meeting) -> list[Heading]:
    """What the rules give a cell of this kind for such a meeting, and what the commune wishes for its month."""
    cell = await work.uow.units.by_id(meeting.cell)
    rules = await policy_of(work, cell.id)
    lines = [one for one in rules.heading if meeting.kind in one.meetings]
    people: dict[CellRole, PersonId | None] = {}
    found: list[Heading] = []
    for one in lines:
        if one.cells and cell.type not in one.cells:
            continue
        if one.who is not None and one.who not in people:
            holders = await work.uow.people.holders(cell.id, (one.who,), work.today)
            people[one.who] = holders[0].id if holders else None
        who = people[one.who] if one.who is not None else None
        title = _title(work, meeting, one)
        found.append(
            Heading(
                0, meeting.id, len(found) + 1, one.section, title, one.minutes, who, Origin.TEMPLATE, one.main
            )
        )
    for wish in (await wished_for(work, meeting)).values():
        found.append(of_commune(meeting, wish, len(found) + 1, rules.agenda.added_minutes))
    return in_order(found)


def _title(work: Work, meeting: Meeting, line: HeadingTable) -> str:
    """A heading of ours in the words of the house; what a commune wrote stands as it is."""
    if not line.title.startswith("@"):
        return line.title
    inside: Param = Text("topic.named", {"title": meeting.title}) if meeting.title else NOTHING
    known: dict[str, Param] = {
        "previous": meeting.period.previous().first_day,
        "period": meeting.period.first_day,
        "topic": inside,
    }
    said = work.house.catalogue.render(Text(f"heading.{line.title[1:]}", known), work.house.language)
    return said[:LONGEST_TITLE]


async def wished_for(work: Work, meeting: Meeting) -> dict[str, Orientation]:
    """By title, what the units above a cell wish for its month: two of them may wish the same."""
    if not is_monthly(meeting):
        return {}
    cell = await work.uow.units.by_id(meeting.cell)
    found = await orientation.wished(work, cell, Wish.HEADING, meeting.period)
    return {one.title: one for one in found}


def of_commune(meeting: Meeting, wish: Orientation, place: int, minutes: int) -> Heading:
    return Heading(0, meeting.id, place, Section.CONTENT, wish.title, minutes, None, Origin.COMMUNE)


def is_monthly(meeting: Meeting) -> bool:
    return meeting.kind in (Kind.REGULAR, Kind.COMBINED)


async def check_title(title: str) -> str:
    """The title as it is kept. Raises BadHeading for none, a long one, or one marked secret."""
    kept = tidy(title)
    if not kept:
        raise BadHeading(Text("agenda.empty"))
    if is_marked_secret(kept):
        raise BadHeading(Text("refused.content"))
    if len(kept) > LONGEST_TITLE:
        raise BadHeading(Text("agenda.long", {"limit": LONGEST_TITLE}))
    return kept


def check_minutes(minutes: int) -> int:
    if not 0 <= minutes <= MOST_MINUTES:
        raise BadHeading(Text("agenda.bad_minutes", {"most": MOST_MINUTES}))
    return minutes


async def add_heading(  # noqa: PLR0913 - each of them may be known of a new heading
    work: Work,
    meeting: Meeting,
    title: str,
    *,
    minutes: int | None = None,
    section: Section = Section.CONTENT,
    person: PersonId | None = None,
    origin: Origin = Origin.ADDED,
) -> Heading:
    """Put a heading at the end of its section; the template becomes rows first. Raises BadHeading, TooLate."""
    kept = await check_title(title)
    standing = await written(work, meeting)
    if len(standing) >= MOST_HEADINGS:
        raise BadHeading(Text("agenda.full", {"most": MOST_HEADINGS}))
    if minutes is None:
        minutes = (await policy_of(work, meeting.cell)).agenda.added_minutes
    place = await work.uow.headings.last_place(meeting.id) + 1
    new = Heading(0, meeting.id, place, section, kept, check_minutes(minutes), person, origin)
    return await write(work, meeting, new)


async def written(work: Work, meeting: Meeting) -> list[Heading]:
    """The agenda as rows: the template is written down at the first change. Raises TooLate once it is over.

    The meeting is locked, or two who change it at once would each write the template down.
    """
    locked = await work.uow.meetings.lock(meeting.id)
    if locked is None:
        raise NotFound
    if locked.state not in CHANGEABLE:
        raise TooLate(Text(f"refused.{locked.state}"))
    stored = in_order(await work.uow.headings.of_meeting(meeting.id))
    return stored or [await write(work, meeting, one) for one in await template(work, meeting)]


async def one_of(work: Work, meeting: Meeting, number: int) -> Heading:
    """A heading of this agenda. Raises NotFound when it is gone."""
    for one in await agenda_of(work, meeting):
        if one.id == number != 0:
            return one
    raise NotFound


async def shift(work: Work, meeting: Meeting, heading: Heading, *, up: bool) -> list[Heading]:
    """Change places with the neighbour; at the edge of a section it goes over into the next one."""
    standing = await written(work, meeting)
    at = next((index for index, one in enumerate(standing) if one.id == heading.id), None)
    if at is None:
        raise NotFound
    to = at - 1 if up else at + 1
    if not 0 <= to < len(standing):
        return standing
    near = standing[to]
    if near.section is heading.section:
        standing[at], standing[to] = near, heading
    else:
        standing[at] = replace(heading, section=near.section)
    for place, one in enumerate(standing, 1):
        await work.uow.headings.change(one.id, {"place": place, "section": one.section})
    await _note(work, meeting)
    return await agenda_of(work, meeting)


async def retitle(work: Work, meeting: Meeting, heading: Heading, title: str) -> None:
    await _change(work, meeting, heading, {"title": await check_title(title)})


async def set_minutes(work: Work, meeting: Meeting, heading: Heading, minutes: int) -> None:
    await _change(work, meeting, heading, {"minutes": check_minutes(minutes)})


async def set_person(work: Work, meeting: Meeting, heading: Heading, person: PersonId | None) -> None:
    await _change(work, meeting, heading, {"person": person})


async def drop(work: Work, meeting: Meeting, heading: Heading) -> None:
    """Take a heading off. The last one stays: an empty agenda would be the template again."""
    if len(await written(work, meeting)) == 1:
        raise BadHeading(Text("agenda.last_one"))
    if not await work.uow.headings.drop(heading.id):
        raise NotFound
    await _note(work, meeting)


async def rebuild(work: Work, meeting: Meeting) -> None:
    """The template anew, as the meeting is now; what people added stays, at the end of its section."""
    kept = [one for one in await written(work, meeting) if one.origin is not Origin.TEMPLATE]
    for one in await work.uow.headings.of_meeting(meeting.id):
        await work.uow.headings.drop(one.id)
    titles = {one.title for one in kept}
    for one in [*(one for one in await template(work, meeting) if one.title not in titles), *kept]:
        await write(work, meeting, replace(one, place=await work.uow.headings.last_place(meeting.id) + 1))
    await _note(work, meeting)


async def least_minutes(work: Work, meeting: Meeting) -> int:
    """The shortest such a meeting should be; 0 where no figure is known. A small cell may have its own."""
    rules = await policy_of(work, meeting.cell)
    if meeting.kind in _SHORT_KINDS:
        return 0
    if meeting.kind is Kind.COMBINED:
        return rules.meetings.min_minutes_combined
    official = await work.uow.members.official(meeting.cell, work.today)
    small = rules.meetings.min_minutes_small_cell if official < rules.cell.committee_from else None
    return rules.meetings.min_minutes if small is None else small


async def main_headings(work: Work, meeting: Meeting) -> str:
    """The line "(1) …; (2) …" of announcement and preview; looked up once a transaction, for fifty notices."""
    await facts(work, meeting)
    known = work.looked_up[meeting]
    if "headings" not in known:
        known["headings"] = _numbered([one.title for one in named(await agenda_of(work, meeting))])
    return str(known["headings"])


def _numbered(titles: list[str]) -> str:
    said: list[str] = []
    for number, title in enumerate(titles, 1):
        line = f"({number}) {title.rstrip('.;')}"
        if said and (number > _NAMED or len("; ".join([*said, line])) > _NAMED_ROOM):
            return "; ".join([*said, "…"])
        said.append(line)
    return "; ".join(said)


async def write(work: Work, meeting: Meeting, heading: Heading) -> Heading:
    """Put a heading down at the place it says."""
    number = await work.uow.headings.add(
        {
            "meeting": meeting.id,
            "place": heading.place,
            "section": heading.section,
            "title": heading.title,
            "minutes": heading.minutes,
            "person": heading.person,
            "origin": heading.origin,
            "main": heading.main,
        }
    )
    return replace(heading, id=number)


async def _change(work: Work, meeting: Meeting, heading: Heading, values: dict[str, object]) -> None:
    if meeting.state not in CHANGEABLE:
        raise TooLate(Text(f"refused.{meeting.state}"))
    if not await work.uow.headings.change(heading.id, values):
        raise LostUpdate
    await _note(work, meeting)


async def _note(work: Work, meeting: Meeting) -> None:
    if work.actor is not None:
        await work.uow.audit.note(
            work.now, work.actor.id, "change_agenda", cell=meeting.cell, meeting=meeting.id
        )
