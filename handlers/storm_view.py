"""What the storm switch shows: the cells to choose from, and how many people get which message."""

from collections.abc import Sequence

from chat.replies import Choice, Reply, Style, action
from chat.text import Lines, Param, Text, lines, listing
from meetings.records import Meeting
from meetings.span import Span
from meetings.terms import State
from services import Work, schedule, storm
from services.facts import because, facts
from services.storm_audience import Audience

_NAMED = 10


def both(span: Span) -> dict[str, Param]:
    return {"first": span.first, "last": span.last}


async def cells_page(work: Work, run: storm.Run, page: int, first: Text | None = None) -> Reply:
    """The cells that have a meeting in these days, a page at a time; a tap puts one in or takes it out."""
    meetings: dict[int, Meeting] = {}
    for one in await storm.coming(work, run.unit, run.span):
        meetings.setdefault(one.cell, one)
    ordered, size = list(meetings.values()), work.room - 2
    pages = max(1, -(-len(ordered) // size))
    here = page % pages
    choices = []
    for meeting in ordered[here * size : (here + 1) * size]:
        known, chosen = await facts(work, meeting), meeting.cell in (run.cells or ())
        label = Text("button.storm_in" if chosen else "button.storm_out", known)
        choices.append(Choice(label, action("storm_put", run.number, meeting.cell, int(not chosen), here)))
    if pages > 1:
        choices.append(Choice(Text("button.more"), action("storm_pick", run.number, (here + 1) % pages)))
    choices.append(Choice(Text("button.done"), action("storm_chosen", run.number), style=Style.GOOD))
    counted = {"n": len(run.cells or ()), "of": len(ordered), "page": here + 1, "pages": pages}
    text = lines(first, Text("storm.pick", counted))
    return Reply(text, tuple(choices), question=f"storm:{run.number}")


async def preview(work: Work, run: storm.Run, confirmed_by: str) -> Reply:
    """Each person stands in one line only."""
    run, meetings, found = await storm.shown(work, run)
    if not meetings:
        return Reply(Text("storm.nothing", both(run.span)))
    cells = len({one.cell for one in meetings})
    silent = sum(one.announced_at is None for one in meetings)
    text = lines(
        Text("storm.preview", {"n": len(meetings), "cells": cells, **both(run.span)}),
        Text("storm.why", {"why": because(run.why)}) if run.why else None,
        Text("storm.of", {"cells": await _cells(work, meetings)}),
        *_counts(found),
        Text("storm.silent", {"n": silent}) if silent else None,
        Text("storm.once"),
    )
    choices = (
        Choice(Text("button.confirm"), action(confirmed_by, run.number), style=Style.GOOD),
        Choice(Text("button.skip"), action("drop")),
    )
    return Reply(text, choices, question=f"storm:{run.number}")


def _counts(found: Audience) -> list[Text]:
    known: dict[str, Param] = {
        "leaders": found.leaders,
        "pasting": found.pasting,
        "members": found.members,
        "officials": found.officials,
        "groups": len(found.groups),
        "unreached": found.unreached,
        "people": len(found.listeners),
    }
    names = ["leaders", "members", "officials", "groups"] + (["unreached"] if found.unreached else [])
    return [Text("storm.people", known), *(Text(f"storm.to_{name}", known) for name in names)]


async def _cells(work: Work, meetings: Sequence[Meeting]) -> Lines:
    """Cells with their dates; never a member."""
    return _cut([Text("storm.cell", await facts(work, one)) for one in meetings])


async def left_out(work: Work, run: storm.Run, meetings: Sequence[Meeting]) -> Lines:
    """The same with why each was left as it is."""
    return _cut(
        [
            Text("storm.cell_left", {**await facts(work, one), "state": _state(work, run, one)})
            for one in meetings
        ]
    )


def _cut(shown: Sequence[Text]) -> Lines:
    rest = len(shown) - _NAMED
    more = [Text("storm.and_more", {"n": rest})] if rest > 0 else []
    return listing(*shown[:_NAMED], *more, separator="; ")


def _state(work: Work, run: storm.Run, meeting: Meeting) -> Text:
    """Why it was left: begun, on another date, or whatever it has become."""
    if meeting.state in schedule.OPEN and meeting.starts_at <= work.now:
        return Text("storm.begun")
    if meeting.state in schedule.OPEN:
        return Text("storm.dated")
    if meeting.state is State.POSTPONED and meeting.id in run.hits:
        return Text("storm.hour_gone")
    return Text(f"state.{meeting.state}")
