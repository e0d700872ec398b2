"""The agenda as people see it: headings, minutes, who; sums and soft warnings for who leads the cell."""

from contextlib import suppress

from chat.replies import Choice, Reply, action
from chat.text import NOTHING, Lines, Param, Text, Wording, lines
from handlers import suggestions
from handlers.orientation import wishes_choice
from meetings.agenda import Heading, Origin, Weakness, talk, total, weaknesses
from meetings.records import Meeting
from meetings.roles import Right
from meetings.terms import PersonId
from services import Work, access, agenda, orientation, tasks, thematic
from services.errors import NotAllowed
from services.facts import called, facts
from services.rules import policy_of
from services.topics import form


async def leads(work: Work, meeting: Meeting) -> bool:
    return await _may(work, meeting, Right.SCHEDULE)


async def _may(work: Work, meeting: Meeting, right: Right) -> bool:
    return any(post.cell.id == meeting.cell and post.may(right) for post in await access.posts(work))


async def shown(work: Work, meeting: Meeting, first: Wording | None = None) -> Reply:
    """The whole agenda. Names only for those who may see names; everybody sees what is their own part."""
    headings = await agenda.agenda_of(work, meeting)
    leading = await leads(work, meeting)
    known = await facts(work, meeting)
    topic = Text(f"topic.{meeting.kind}", {"title": meeting.title}) if meeting.title else None
    text = lines(
        first,
        Text("agenda.first", known),
        topic,
        await form(work, meeting),
        *await _lines(work, meeting, headings),
        *(await _remarks(work, meeting, headings) if leading else ()),
        await tasks.results(work, meeting),
    )
    choices = await _choices(work, meeting, headings) if leading else []
    choices += [*await _wishes(work), *await suggestions.offered(work, meeting)]
    return Reply(text, tuple(choices[: work.room]), question=f"agenda:{meeting.id}")


async def _lines(work: Work, meeting: Meeting, headings: list[Heading]) -> list[Text]:
    named = await _may(work, meeting, Right.SEE_NAMES)
    if named and any(one.person for one in headings):
        await access.note_names(work, meeting.cell, meeting)
    return [
        Text("agenda.line", await heading_facts(work, one, place, named=named))
        for place, one in enumerate(headings, 1)
    ]


async def heading_facts(work: Work, heading: Heading, place: int, *, named: bool) -> dict[str, Param]:
    """Number, title, minutes and who, each with its own words around it or nothing."""
    minutes = Text("agenda.minutes", {"n": heading.minutes}) if heading.minutes else NOTHING
    who: Text | Lines = NOTHING
    if heading.person is not None and heading.person == access.actor(work).id:
        who = Text("agenda.yours")
    elif heading.person is not None and named:
        who = Text("agenda.who", {"name": await _name(work, heading.person)})
    return {"n": place, "title": heading.title, "minutes": minutes, "who": who}


async def _name(work: Work, who: PersonId) -> Text:
    return await called(work, await work.uow.people.by_id(who))


async def _remarks(work: Work, meeting: Meeting, headings: list[Heading]) -> list[Text]:
    """The sums, and what is softly wrong."""
    least = await agenda.least_minutes(work, meeting)
    percent = (await policy_of(work, meeting.cell)).agenda.talk_percent
    found = [Text("agenda.total", {"total": total(headings), "talk": talk(headings)})]
    for weakness in weaknesses(headings, least, percent):
        said: dict[str, Param] = {"least": least, "percent": percent, "kind": Text(f"kind.{meeting.kind}")}
        found.append(Text("agenda.short" if weakness is Weakness.SHORT else "agenda.little_talk", said))
    quarter = await thematic.line_of(work, meeting)
    return [*found, quarter] if quarter else found


async def _choices(work: Work, meeting: Meeting, headings: list[Heading]) -> list[Choice]:
    if meeting.state not in agenda.CHANGEABLE:
        return []
    choices = [
        Choice(Text("button.agenda_edit"), action("agenda_edit", meeting.id, 0)),
        Choice(Text("button.agenda_add"), action("agenda_add", meeting.id)),
        Choice(Text("button.prepare"), action("prepare", meeting.id)),
    ]
    if any(one.id for one in headings) and any(one.origin is Origin.TEMPLATE for one in headings):
        choices.append(Choice(Text("button.agenda_rebuild"), action("agenda_anew", meeting.id)))
    if await thematic.line_of(work, meeting):
        choices.append(Choice(Text("button.themes"), action("themes", meeting.cell, meeting.period)))
    return choices


async def _wishes(work: Work) -> list[Choice]:
    """Standing committee and office are members of a cell like everybody else: here they find what is theirs."""
    with suppress(NotAllowed):
        return [wishes_choice(unit) for unit in await orientation.units(work)]
    return []
