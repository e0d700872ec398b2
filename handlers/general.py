"""What everybody may ask: the next meeting, help, language, and leaving an open question."""

from dataclasses import replace

from chat.replies import Choice, Reply, action
from chat.router import Replies, Router, Turn
from chat.text import Text, lines
from meetings.roles import Right
from meetings.terms import State
from services import Work, access, replies, unit_calendar
from services.calendar import clash_line
from services.enclosing import calendar_of
from services.errors import NotAllowed
from services.evenings import clash_lines
from services.facts import asking, facts, official_rsvp, rsvp

router: Router[Work] = Router()


@router.command("lich", "lich sinh hoat")
async def show_next_meeting(turn: Turn[Work]) -> Replies:
    """The soonest one, with one's own answer; an official gets the official's words."""
    work = turn.work
    coming = await replies.coming_for(work)
    put_off = await replies.postponed_for(work)
    off = [Reply(Text("meeting.postponed", await facts(work, one))) for one in put_off[:1]]
    if not coming:
        return off or [Reply(Text("meeting.none"))]
    meeting, person = coming[0], access.actor(work)
    known = await facts(work, meeting)
    given = await work.uow.answers.of_person(meeting.id, person.id)
    known["answer"] = Text(f"said.{given.answer}" if given else "said.nothing")
    if meeting.state is not State.ANNOUNCED:
        leads = any(one.id == person.id for one in await access.leaders(work, meeting.cell))
        clash = await clash_line(work, meeting) if leads else None
        return [*off, Reply(lines(Text("meeting.planned", known), clash))]
    member = meeting.cell in await work.uow.members.cells_of(person.id, work.today)
    choices = rsvp(meeting) if member else official_rsvp(meeting)
    leads = any(one.id == person.id for one in await access.leaders(work, meeting.cell))
    clash = await clash_line(work, meeting) if leads else None
    together = None if member else await clash_lines(work, meeting, person)
    said = asking(meeting, lines(Text("meeting.next", known), clash, together), choices)
    return [*off, replace(said, enclosures=(calendar_of(meeting.id),))]


@router.command("trogiup", "tro giup", "help", "giup", "?")
async def show_help(turn: Turn[Work]) -> Replies:
    return [await helping(turn.work)]


async def helping(work: Work) -> Reply:
    """The commands this person may use today, and what Kẻng is not."""
    if work.actor is None or not work.actor.consented:
        return Reply(Text("help.stranger"))
    rights: set[Right] = set()
    for post in await access.posts(work):
        rights |= {right for right in Right if post.may(right)}
    parts: list[Text | None] = [Text("help.everybody")]
    parts.append(Text("help.secretary") if Right.SCHEDULE in rights else None)
    parts.append(
        Text("help.clerk") if {Right.MARK_ROLLCALL} <= rights and Right.SCHEDULE not in rights else None
    )
    try:
        await access.digest_units(work)
        parts.append(Text("help.committee"))
        await unit_calendar.sights(work)
        parts.append(Text("help.calendar"))
    except NotAllowed:
        pass
    try:
        await access.upper_units(work, Right.POSTPONE_BELOW)
        parts.append(Text("help.commune"))
    except NotAllowed:
        pass
    return Reply(lines(*parts, Text("help.not_the_app")))


@router.command("huy")
async def leave_question(_turn: Turn[Work]) -> Replies:
    """Closing the step is what any command does; here it is all."""
    return [Reply(Text("general.left"), closes=True)]


@router.command("ngonngu", "ngon ngu", "language")
async def choose_language(turn: Turn[Work]) -> Replies:
    access.actor(turn.work)
    choices = tuple(
        Choice(Text(f"language.{code}"), action("language", code)) for code in turn.work.house.languages
    )
    return [Reply(Text("language.ask"), choices)]


@router.action("language")
async def set_language(turn: Turn[Work], code: str) -> Replies:
    person = access.actor(turn.work)
    if code not in turn.work.house.languages:
        raise NotAllowed
    await turn.work.uow.people.set_language(person.id, code)
    return [Reply(Text("language.set", {"language": Text(f"language.{code}")}))]
