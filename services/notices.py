"""The messages of a meeting's ladder, each as the value that is queued (vietnamese.md 5)."""

from dataclasses import replace
from datetime import datetime

from chat.replies import Choice, Reply, Style, action
from chat.text import NOTHING, Lines, Param, Text, lines
from meetings.attendance import Rate, forecast
from meetings.records import Meeting, Member, Person
from meetings.reminders import notice_at
from meetings.terms import Status
from services import thematic
from services.agenda import main_headings
from services.calendar import clash_line
from services.enclosing import calendar_of
from services.evenings import clash_lines
from services.facts import (
    Standings,
    announces_itself,
    asking,
    because,
    facts,
    named,
    names,
    official_rsvp,
    reach,
    rsvp,
    standings,
)
from services.rules import mode_of, policy_of
from services.topics import agenda, form
from services.work import Work


async def notice(work: Work, meeting: Meeting, member: Member, *, previewed: bool = False) -> Reply:
    """[2] The private notice with the three answers; [9] where it tells of a new date or place.

    Who was shown the preview reads no more than day and question: the rest is what they have just sent.
    """
    known = await facts(work, meeting)
    known["name"] = named(member)
    news = await change(work, meeting, known)
    entry = (calendar_of(meeting.id),)
    if news is not None:
        text = lines(news, Text("notice.ask", known))
        return replace(asking(meeting, text, rsvp(meeting)), enclosures=entry)
    if previewed:
        text = lines(Text("notice.first", known), Text("notice.ask", known))
        return replace(asking(meeting, text, rsvp(meeting)), enclosures=entry)
    known["headings"] = await main_headings(work, meeting)
    text = lines(
        Text("notice.first", known),
        await agenda(work, Text("notice.agenda", known), meeting),
        None if Status.EXEMPT in member.statuses else Text("notice.app"),
        Text("notice.ask", known),
    )
    return replace(asking(meeting, text, rsvp(meeting)), enclosures=entry)


async def group_notice(work: Work, meeting: Meeting, *, paste: bool) -> Lines:
    """[1] or [9] for the cell's group; pasted by hand it asks to tell the secretary."""
    known = await facts(work, meeting)
    ask = Text("group.ask_secretary" if paste else "group.ask", known)
    news = await change(work, meeting, known)
    if news is not None:
        return lines(news, Text("group.pass_on") if await is_elsewhere(work, meeting) else None, ask)
    known["headings"] = await main_headings(work, meeting)
    return lines(
        Text("group.first", known),
        Text("group.greeting", known),
        await agenda(work, Text("notice.agenda_alone", known), meeting),
        Text("group.app"),
        ask,
    )


async def change(work: Work, meeting: Meeting, known: dict[str, Param]) -> Lines | None:
    """[9] The new date, place or form of a meeting that had been announced already, with the reason if any."""
    move = await work.uow.meetings.last_move(meeting.id)
    if move is None or move.verb == "replanned" or move.at != meeting.announced_at:
        return None
    known = {**known, "was": move.was, "why": because(move.why)}
    if move.verb == "mode":
        known["mode"] = Text(f"mode.{await mode_of(work, meeting)}")
        return lines(Text("mode.first", known), Text("mode.changed", known))
    what = "place" if move.verb == "place" else "moved"
    return lines(
        Text(f"{what}.first", known),
        Text(f"{what}.because" if move.why else f"{what}.plain", known),
        await form(work, meeting),
    )


async def is_elsewhere(work: Work, meeting: Meeting) -> bool:
    """Whether what was announced last is another place or form for the same date: answers stand."""
    move = await work.uow.meetings.last_move(meeting.id)
    return move is not None and move.verb in ("place", "mode") and move.at == meeting.announced_at


async def invitation(work: Work, meeting: Meeting, official: Person) -> Reply:
    """[11] To the official in charge; first what has changed, if they knew of another date or place."""
    known = await facts(work, meeting)
    known["name"] = official.name or official.code
    roles = await work.uow.people.roles_of(official.id, work.today)
    post = next((Text(f"role.{one.role}") for one in roles), None)
    known["post"] = Text("person.post", {"post": post}) if post else NOTHING
    news = await change(work, meeting, known)
    if news is not None:
        text = lines(news, Text("invitation.again", known))
    else:
        text = lines(Text("invitation", known), await form(work, meeting))
    text = lines(text, await clash_lines(work, meeting, official))
    return asking(meeting, text, official_rsvp(meeting))


async def reminder(work: Work, meeting: Meeting, member: Member) -> Reply:
    """[6] To those who have not answered."""
    known = await _where(work, meeting, member)
    known["name"] = named(member)
    known["days"] = days_left(work, meeting)
    key = "reminder" if known["days"] else "reminder.today"
    return asking(meeting, lines(Text(key, known), await form(work, meeting)), rsvp(meeting))


async def today(work: Work, meeting: Meeting, member: Member) -> Reply:
    """[8] The day itself, or the evening before a morning meeting."""
    known = await _where(work, meeting, member)
    key = "today" if work.today == work.local(meeting.starts_at).date() else "tomorrow"
    return asking(meeting, lines(Text(key, known), await form(work, meeting)), rsvp(meeting))


async def _where(work: Work, meeting: Meeting, member: Member) -> dict[str, Param]:
    """The place with the cell beside it for somebody who has another meeting on that day."""
    known = await facts(work, meeting)
    day = work.local(meeting.starts_at).date()
    cells = await work.uow.members.cells_of(member.person, day)
    others = cells - {meeting.cell}
    coming = await work.uow.meetings.coming_up(work.now, cells=others)
    if any(work.local(one.starts_at).date() == day for one in coming):
        known["place"] = Text("place.of_cell", {"place": meeting.place, "cell": known["cell"]})
    return known


async def evening(work: Work, meeting: Meeting, *, paste: bool) -> Lines:
    """[7] The evening before: totals only, and without figures when it is pasted by hand [28]."""
    known = await facts(work, meeting)
    if paste:
        return lines(Text("evening.paste", known), await form(work, meeting))
    found = await standings(work, meeting)
    known |= {
        "coming": len(found.coming),
        "expected": len(found.base),
        "absent": len(found.absent),
        "silent": len(found.silent),
        "unreached": len(found.unreached),
    }
    return lines(Text("evening", known), await form(work, meeting))


async def forecasting(work: Work, meeting: Meeting) -> Reply:
    """[29] To secretary and deputy: the figures, and whom to phone."""
    known = await facts(work, meeting)
    found = await standings(work, meeting)
    known |= _outlook(found, (await policy_of(work, meeting.cell)).attendance.target_percent)
    to_phone = Text("forecast.ask") if found.silent or found.unreached else None
    text = lines(Text("forecast.first", known), Text("forecast.figures", known), to_phone)
    return Reply(text, (behalf_choice(meeting), list_choice(meeting)), question=f"list:{meeting.id}")


def _outlook(found: Standings, target: int) -> dict[str, Param]:
    undecided = len(found.silent) + len(found.unreached)
    outlook = forecast(len(found.coming), len(found.base), undecided, target)
    return {
        "coming": len(found.coming),
        "expected": len(found.base),
        "rate": Rate(len(found.coming), len(found.base)),
        "outlook": Text(f"forecast.{outlook.state}", {"missing": outlook.missing, "target": target}),
        "silent": len(found.silent),
        "silent_names": _bracketed(found.silent),
        "unreached": len(found.unreached),
        "unreached_names": _bracketed(found.unreached),
        "absent": len(found.absent),
    }


def _bracketed(members: list[Member]) -> Text | Lines:
    return Text("person.bracketed", {"names": names(members)}) if members else NOTHING


async def relay(work: Work, meeting: Meeting, theirs: list[Member]) -> Reply:
    """To a liaison: only the own people who have not answered."""
    known = await facts(work, meeting)
    known |= {"names": names(theirs), "n": len(theirs)}
    told = Text("relay.elsewhere") if await is_elsewhere(work, meeting) else None
    text = lines(Text("relay", known), told)
    return Reply(text, (behalf_choice(meeting),), question=f"list:{meeting.id}")


async def preview(work: Work, meeting: Meeting) -> Reply:
    """[27] To secretary and deputy before the notice goes out."""
    known = await facts(work, meeting)
    known |= reach(await work.uow.members.of_cell(meeting.cell, work.today))
    known["headings"] = await main_headings(work, meeting)
    group = await work.uow.accounts.group_of(meeting.cell)
    sends = await sends_at(work, meeting)
    itself = await announces_itself(work, meeting)
    if itself:
        how = "preview.sends" if group else "preview.sends_pasted"
    else:
        how = "preview.held" if meeting.on_hold else "preview.by_hand"
    text = lines(
        Text("preview.first", known),
        await clash_line(work, meeting),
        await agenda(work, Text("preview.agenda", known), meeting),
        Text(how, known | {"sends": sends}),
        Text("preview.reach", known),
        Text("preview.hold") if itself else None,
        await thematic.line_of(work, meeting),
    )
    # Once the notice has gone out the numbers are free for its own question.
    until = sends if sends > work.now and itself else meeting.starts_at
    hold = Choice(Text("button.hold"), action("hold", meeting.id, meeting.revision))
    choices = (
        send_choice(meeting),
        *((hold,) if itself else ()),
        Choice(Text("button.change"), action("edit", meeting.id, meeting.revision)),
        Choice(Text("button.postpone"), action("shift", meeting.id, meeting.revision)),
        Choice(Text("button.paste"), action("paste", meeting.id, meeting.revision)),
        Choice(Text("button.prepare"), action("prepare", meeting.id)),
    )
    return Reply(text, choices, question=f"preview:{meeting.id}", until=until)


async def held(work: Work, meeting: Meeting) -> Reply:
    """To secretary and deputy: nobody has been told, and nobody will be without a hand."""
    known = await facts(work, meeting)
    known |= reach(await work.uow.members.of_cell(meeting.cell, work.today))
    text = lines(Text("held.first", known), Text("held.ask", known))
    shift = Choice(Text("button.postpone"), action("shift", meeting.id, meeting.revision))
    choices = (send_choice(meeting), shift)
    return Reply(text, choices, question=f"preview:{meeting.id}", until=meeting.starts_at)


async def sends_at(work: Work, meeting: Meeting) -> datetime:
    """When the notice goes out by itself."""
    rules = await policy_of(work, meeting.cell)
    found = notice_at(meeting.starts_at, meeting.created_at, rules.steps, work.zone, quiet=rules.quiet_hours)
    return max(found, work.now) if found else work.now


def send_choice(meeting: Meeting) -> Choice:
    return Choice(Text("button.send"), action("send", meeting.id, meeting.revision), style=Style.GOOD)


def behalf_choice(meeting: Meeting) -> Choice:
    return Choice(Text("button.behalf"), action("behalf", meeting.id, 0))


def list_choice(meeting: Meeting) -> Choice:
    return Choice(Text("button.more"), action("list", meeting.id))


def days_left(work: Work, meeting: Meeting) -> int:
    return (work.local(meeting.starts_at).date() - work.today).days


def paste(text: Text | Lines) -> tuple[Reply, Reply]:
    """[28] The instruction, then the text alone: easy to copy on a phone."""
    return Reply(Text("paste.ask")), Reply(text)
