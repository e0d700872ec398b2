"""What each is told of a postponement of many meetings, in one message; and that a date stands after all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chat.replies import Choice, Reply, action
from chat.text import Lines, Text, Wording, lines
from meetings.records import Meeting
from services.facts import because, facts, names_or_none, standings
from services.storm_audience import Listener
from services.work import Work

_LISTED = 10  # meetings a message names; the others are counted
_BUTTONS = 8
_MENU = timedelta(days=14)  # so long the buttons of a new date are numbered, where there are no buttons


async def postponed(
    work: Work, number: int, listener: Listener, why: str, heard: dict[Meeting, Lines]
) -> Reply:
    """To one person. `heard` has for each meeting the line of whom to phone, for its leaders alone."""
    ties = listener.ties
    if not ties.leads:
        only = ties.meetings[0]
        if len(ties.meetings) == 1 and ties.belongs:
            return Reply(await _told(work, only, why))
        return Reply(await many(work, ties.meetings, why), question=f"storm:{number}")
    parts: list[Wording | None] = [await many(work, list(ties.leads), why)]
    for meeting in ties.leads:
        known = await facts(work, meeting)
        if meeting.announced_at is None:
            parts.append(Text("storm.not_announced", known))
        elif meeting in heard:
            parts.append(heard[meeting])
    parts.append(Text("storm.paste") if listener.pastes else None)
    if ties.others:
        parts += [Text("storm.also"), await _list(work, ties.others)]
    parts.append(Text("storm.new_date"))
    choices = await _choices(work, number, listener)
    return Reply(lines(*parts), choices, question=f"storm:{number}", until=work.now + _MENU)


async def in_group(work: Work, meetings: Sequence[Meeting], why: str) -> Wording:
    """[10] For a group, and to paste there."""
    return await _told(work, meetings[0], why) if len(meetings) == 1 else await many(work, meetings, why)


async def _told(work: Work, meeting: Meeting, why: str) -> Text:
    """[10] The same as when the secretary postpones it."""
    known = await facts(work, meeting) | {"why": because(why)}
    return Text("postponed.because" if why else "postponed.plain", known)


async def many(work: Work, meetings: Sequence[Meeting], why: str) -> Lines:
    """Meetings by name of their cells; the days stand in the first line."""
    ordered = sorted(meetings, key=lambda one: (one.starts_at, one.id))
    days = {"first": ordered[0].starts_at, "last": ordered[-1].starts_at}
    same = work.local(days["first"]).date() == work.local(days["last"]).date()
    return lines(
        Text("storm.first_day" if same else "storm.first_days", days),
        Text("storm.because", {"why": because(why)}) if why else Text("storm.plain"),
        await _list(work, ordered),
    )


async def _list(work: Work, meetings: Sequence[Meeting]) -> Lines:
    shown = [Text("storm.line", await facts(work, one)) for one in meetings[:_LISTED]]
    rest = len(meetings) - len(shown)
    return lines(*shown, Text("storm.more", {"n": rest}) if rest else None)


async def _choices(work: Work, number: int, listener: Listener) -> tuple[Choice, ...]:
    """A new date for each meeting they lead, as it is picked for any postponed one; the text to paste."""
    leads, found = list(listener.ties.leads), []
    for meeting in leads:
        known = await facts(work, meeting)
        label = Text("button.date_for" if len(leads) == 1 else "button.storm_date", known)
        found.append(Choice(label, action("move", meeting.id, meeting.revision)))
    found += await _pastes(work, number, listener)
    return tuple(found[:_BUTTONS])


async def _pastes(work: Work, number: int, listener: Listener) -> list[Choice]:
    """The text to paste, of each cell whose group nothing of ours reaches."""
    alone = len(listener.pastes) == 1
    cells = [await work.uow.units.by_id(cell) for cell in listener.pastes]
    return [
        Choice(
            Text("button.paste") if alone else Text("button.storm_paste", {"cell": cell.name}),
            action("storm_paste", number, cell.id),
        )
        for cell in cells
    ]


async def to_phone(work: Work, meeting: Meeting) -> Lines | None:
    """Whom nothing of ours reaches, by name, for secretary and deputy; asked before the meeting is off."""
    found = replace(
        await standings(work, meeting), answers={}
    ).unreached  # also those for whom others answered
    if not found:
        return None
    known = {"unreached": len(found), "unreached_names": names_or_none(found)}
    return lines(Text("list.unreached", known), Text("forecast.ask"))


async def stands(work: Work, number: int, listener: Listener) -> Reply:
    """To one who was told of the postponement; whoever was given a text to paste is given the new one."""
    choices = await _pastes(work, number, listener)
    text = lines(await standing(work, listener.ties.meetings), Text("storm.paste") if choices else None)
    return Reply(text, tuple(choices[:_BUTTONS]), question=f"storm:{number}")


async def standing(work: Work, meetings: Sequence[Meeting]) -> Lines:
    if len(meetings) == 1:
        known = await facts(work, meetings[0])
        return lines(Text("storm.stands", known), Text("storm.stands_one", known), Text("storm.stands_tail"))
    return lines(Text("storm.stand"), await _list(work, meetings), Text("storm.stands_tail"))
