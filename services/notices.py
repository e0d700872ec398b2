"""The messages of a meeting's ladder, each as the value that is queued (vietnamese.md 5)."""

from dataclasses import replace
from datetime import datetime

from chat.replies import Choice, Reply, Style, action
from chat.text import NOTHING, Lines, Param, Text, lines
from meetings.attendance import Rate, forecast
from meetings.records import Meeting, Member, Person
from meetings.reminders import notice_at
from meetings.terms import Status
from services.enclosing import calendar_of
from services.facts import (
    Standings,
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
from services.work import Work


async def notice(work: Work, meeting: Meeting, member: Member) -> Reply:
    """[2] The private notice with the three answers; [9] where it tells of a new date or place."""
    known = await facts(work, meeting)
    known["name"] = named(member)
    news = await change(work, meeting, known)
    entry = (calendar_of(meeting.id),)
    if news is not None:
        text = lines(news, Text("notice.ask", known))
        return replace(asking(meeting, text, rsvp(meeting)), enclosures=entry)
    text = lines(
        Text("notice.first", known),
        Text("notice.agenda", known),
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
        return lines(news, ask)
    return lines(
        Text("group.first", known),
        Text("group.greeting", known),
        Text("notice.agenda_alone", known),
        Text("group.app"),
        ask,
    )


async def change(work: Work, meeting: Meeting, known: dict[str, Param]) -> Lines | None:
    """[9] The new date or place of a meeting that had been announced already, with the reason if any."""
    move = await work.uow.meetings.last_move(meeting.id)
    if move is None or move.verb == "replanned" or move.at != meeting.announced_at:
        return None
    known = {**known, "was": move.was, "why": because(move.why)}
    what = "place" if move.verb == "place" else "moved"
    return lines(
        Text(f"{what}.first", known), Text(f"{what}.because" if move.why else f"{what}.plain", known)
    )


async def invitation(work: Work, meeting: Meeting, official: Person) -> Reply:
    """[11] To the official in charge."""
    known = await facts(work, meeting)
    known["name"] = official.name or official.code
    roles = await work.uow.people.roles_of(official.id, work.today)
    post = next((Text(f"role.{one.role}") for one in roles), None)
    known["post"] = Text("person.post", {"post": post}) if post else NOTHING
    return asking(meeting, Text("invitation", known), official_rsvp(meeting))


async def reminder(work: Work, meeting: Meeting, member: Member) -> Reply:
    """[6] To those who have not answered."""
    known = await facts(work, meeting)
    known["name"] = named(member)
    known["days"] = days_left(work, meeting)
    return asking(meeting, Text("reminder", known), rsvp(meeting))


async def today(work: Work, meeting: Meeting) -> Reply:
    """[8] The day itself, or the evening before a morning meeting."""
    known = await facts(work, meeting)
    key = "today" if work.today == work.local(meeting.starts_at).date() else "tomorrow"
    return asking(meeting, Text(key, known), rsvp(meeting))


async def evening(work: Work, meeting: Meeting, *, paste: bool) -> Text:
    """[7] The evening before: totals only, and without figures when it is pasted by hand [28]."""
    known = await facts(work, meeting)
    if paste:
        return Text("evening.paste", known)
    found = await standings(work, meeting)
    known |= {
        "coming": len(found.coming),
        "expected": len(found.base),
        "absent": len(found.absent),
        "silent": len(found.silent),
        "unreached": len(found.unreached),
    }
    return Text("evening", known)


async def forecasting(work: Work, meeting: Meeting) -> Reply:
    """[29] To secretary and deputy: the figures, and whom to phone."""
    known = await facts(work, meeting)
    found = await standings(work, meeting)
    known |= _outlook(work, found)
    text = lines(Text("forecast.first", known), Text("forecast.figures", known), Text("forecast.ask"))
    return Reply(text, (behalf_choice(meeting), list_choice(meeting)), question=f"list:{meeting.id}")


def _outlook(work: Work, found: Standings) -> dict[str, Param]:
    target = work.policy.attendance.target_percent
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
    return Reply(Text("relay", known), (behalf_choice(meeting),), question=f"list:{meeting.id}")


async def preview(work: Work, meeting: Meeting) -> Reply:
    """[27] To secretary and deputy before the notice goes out."""
    known = await facts(work, meeting)
    known |= reach(await work.uow.members.of_cell(meeting.cell, work.today))
    group = await work.uow.accounts.group_of(meeting.cell)
    how = "preview.held" if meeting.on_hold else "preview.sends" if group else "preview.sends_pasted"
    text = lines(
        Text("preview.first", known),
        Text("preview.agenda", known),
        Text(how, known | {"sends": sends_at(work, meeting)}),
        Text("preview.reach", known),
        None if meeting.on_hold else Text("preview.hold"),
    )
    sends = sends_at(work, meeting)
    # Once the notice has gone out the numbers are free for its own question.
    until = sends if sends > work.now and not meeting.on_hold else meeting.starts_at
    choices = (
        Choice(Text("button.send"), action("send", meeting.id, meeting.revision), style=Style.GOOD),
        Choice(Text("button.hold"), action("hold", meeting.id, meeting.revision)),
        Choice(Text("button.change"), action("edit", meeting.id, meeting.revision)),
        Choice(Text("button.postpone"), action("shift", meeting.id, meeting.revision)),
        Choice(Text("button.paste"), action("paste", meeting.id, meeting.revision)),
    )
    return Reply(text, choices, question=f"preview:{meeting.id}", until=until)


def sends_at(work: Work, meeting: Meeting) -> datetime:
    """When the notice goes out by itself."""
    steps, quiet = work.policy.steps, work.policy.quiet_hours
    found = notice_at(meeting.starts_at, meeting.created_at, steps, work.zone, quiet=quiet)
    return max(found, work.now) if found else work.now


def behalf_choice(meeting: Meeting) -> Choice:
    return Choice(Text("button.behalf"), action("behalf", meeting.id, 0))


def list_choice(meeting: Meeting) -> Choice:
    return Choice(Text("button.more"), action("list", meeting.id))


def days_left(work: Work, meeting: Meeting) -> int:
    return (work.local(meeting.starts_at).date() - work.today).days


def paste(text: Text | Lines) -> tuple[Reply, Reply]:
    """[28] The instruction, then the text alone: easy to copy on a phone."""
    return Reply(Text("paste.ask")), Reply(text)
