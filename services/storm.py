"""The storm switch: many meetings postponed in one go, every person told once, undone within the hour.

A run is a row of proposals from the first question on. It is carried out in one transaction, which holds the
meetings, everybody's letter and the record that the undo goes by; the outbox delivers.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chat.numbers import whole
from chat.text import Text
from meetings.folding import tidy
from meetings.records import Meeting, Unit
from meetings.roles import Right
from meetings.secrecy import is_marked_secret
from meetings.span import Span
from meetings.states import Verb
from meetings.terms import MeetingId, State, UnitId
from services import schedule, storm_telling
from services.access import actor, upper_unit
from services.errors import NotFound, Refusal, TooLate
from services.storm_audience import Audience, audience
from services.work import Work
from storage.proposals import Proposal

KIND = "storm"
REASON_LIMIT = 120
UNDO = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Run:
    """What somebody is about to do, or did. `cells` None: all of the unit that have a meeting in the span.

    `seen` are the meetings of the preview. `hits` are those postponed, with state and revision of before.
    """

    number: int
    unit: Unit
    span: Span
    cells: frozenset[UnitId] | None = None
    why: str = ""
    seen: tuple[MeetingId, ...] = ()
    hits: Mapping[MeetingId, tuple[State, int]] = field(default_factory=dict)
    done_at: datetime | None = None
    undone_at: datetime | None = None

    @property
    def payload(self) -> str:
        """Carried out, a reason is kept with the moves of its meetings alone."""
        values: dict[str, object] = {"first": self.span.first.isoformat(), "last": self.span.last.isoformat()}
        if self.hits:
            return json.dumps(values | {"hits": [[number, *was] for number, was in self.hits.items()]})
        cells = None if self.cells is None else sorted(self.cells)
        return json.dumps(values | {"cells": cells, "why": self.why, "seen": self.seen})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The meetings it took, those it left as they are, and who is told."""

    taken: Sequence[Meeting]
    left: Sequence[Meeting]
    told: int = 0
    groups: int = 0


async def coming(work: Work, unit: Unit, span: Span) -> list[Meeting]:
    """The meetings of the cells below a unit that have not begun and whose local date lies in the span."""
    cells = {one.id for one in await work.uow.units.below(unit.id) if one.is_cell}
    found = await work.uow.meetings.coming_up(work.now, cells=cells)
    return [one for one in found if work.local(one.starts_at).date() in span]


async def begin(work: Work, unit: Unit, span: Span, cells: Collection[UnitId] | None) -> Run:
    """Write a run down; nothing happens before it is confirmed twice. Raises TooLate for days that are over."""
    _check_days(work, span)
    run = Run(0, unit, span, None if cells is None else frozenset(cells))
    number = await work.uow.proposals.add(KIND, unit.id, actor(work).id, run.payload, work.now, meeting=None)
    return replace(run, number=number)


async def load(work: Work, number: str) -> Run:
    """A run of a unit over which the actor still has the right. Raises NotFound and NotAllowed."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != KIND:
        raise NotFound
    return _run(found, await upper_unit(work, found.cell, Right.POSTPONE_BELOW))


async def change(work: Work, run: Run) -> Run:
    """Keep other cells, another reason, or what was shown. Raises TooLate once it was carried out."""
    if not await work.uow.proposals.rewrite(run.number, run.payload):
        raise TooLate(Text("storm.already"))
    return run


async def give_reason(work: Work, run: Run, why: str) -> Run:
    """Raises Refusal for a long reason, or one marked secret."""
    kept = tidy(why)
    if is_marked_secret(kept):
        raise Refusal(Text("refused.content"))
    if len(kept) > REASON_LIMIT:
        raise Refusal(Text("move.long_reason", {"limit": REASON_LIMIT}))
    return await change(work, replace(run, why=kept))


async def wanted(work: Work, run: Run) -> list[Meeting]:
    """The meetings the run would take as things are now. Raises TooLate for days that are over."""
    _check_days(work, run.span)
    found = await coming(work, run.unit, run.span)
    return [one for one in found if run.cells is None or one.cell in run.cells]


async def shown(work: Work, run: Run) -> tuple[Run, list[Meeting], Audience]:
    """What a preview shows; just these meetings are postponed by the last confirmation."""
    meetings = await wanted(work, run)
    run = await change(work, replace(run, seen=tuple(one.id for one in meetings)))
    return run, meetings, await audience(work, meetings)


async def carry_out(work: Work, run: Run) -> Outcome:
    """Postpone what was shown and still stands, and tell everybody once. Raises TooLate when it was done."""
    fits: list[Meeting] = []
    left: list[Meeting] = []
    if not await work.uow.proposals.rewrite(run.number, run.payload):  # of two at once the other waits here
        raise TooLate(Text("storm.already"))
    for number in sorted(run.seen):
        meeting = await work.uow.meetings.lock(number)
        if meeting is not None:
            (fits if _stands(work, run, meeting) else left).append(meeting)
    if not fits:
        return Outcome((), left)
    done = replace(run, hits={one.id: (one.state, one.revision) for one in fits})
    await work.uow.proposals.done(run.number, done.payload, work.now)
    phoning = await storm_telling.whom_to_phone(work, fits)
    gone = [await schedule.call_off(work, one, Verb.POSTPONE, run.why, keeps_answers=True) for one in fits]
    await work.uow.audit.note(work.now, actor(work).id, KIND, cell=run.unit.id)
    phone = {
        after: phoning[before.id] for before, after in zip(fits, gone, strict=True) if before.id in phoning
    }
    found = await audience(work, gone)
    await storm_telling.tell_postponed(work, run.number, gone, found, run.why, phone)
    return Outcome(gone, left, len(found.listeners), len(found.groups))


async def undoable(work: Work, units: Sequence[Unit]) -> list[Run]:
    """The runs of the last hour at these units or below that were not undone, the newest first."""
    by_id = {one.id: one for unit in units for one in await work.uow.units.below(unit.id)}
    done = await work.uow.proposals.done_since(KIND, work.now - UNDO)
    return [_run(one, by_id[one.cell]) for one in done if one.cell in by_id]


async def undo(work: Work, run: Run) -> Outcome:
    """Meetings return to date and state of before; who was told hears once that they stand. Raises TooLate."""
    check_undoable(work, run)
    if run.done_at is None or not await work.uow.proposals.undone(run.number, work.now):
        raise TooLate(Text("storm.undone_already"))
    back: list[Meeting] = []
    left: list[Meeting] = []
    for number in sorted(run.hits):
        meeting = await work.uow.meetings.lock(number)
        if meeting is not None:
            (back if await _restorable(work, run, meeting) else left).append(meeting)
    if not back:
        raise TooLate(Text("storm.nothing_to_undo"))
    heard = await storm_telling.withdraw(work, run.number, run.done_at, back)
    stand = [await schedule.restore(work, one, run.hits[one.id][0], run.done_at) for one in back]
    await work.uow.audit.note(work.now, actor(work).id, "storm_undone", cell=run.unit.id)
    told, groups = await storm_telling.tell_standing(work, run.number, stand, heard)
    return Outcome(stand, left, told, groups)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a cell is to read in its group: meetings that are off, with the reason, or that stand after all."""

    off: Sequence[Meeting]
    standing: Sequence[Meeting]
    why: str


async def of_cell(work: Work, number: str, cell: UnitId) -> Pasted:
    """The announced meetings of a run in one cell as they are now; whose cell it is, the caller has asked."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != KIND:
        raise NotFound
    run = _run(found, await work.uow.units.by_id(found.cell))
    of_run = [one for one in await work.uow.meetings.some(run.hits) if one.cell == cell and one.announced_at]
    off = [one for one in of_run if one.state is State.POSTPONED]
    last = await work.uow.meetings.last_move(off[0].id) if off else None
    back = [
        one for one in of_run if run.undone_at and one.state in schedule.OPEN and one.starts_at > work.now
    ]
    return Pasted(off, back, last.why if last else "")


def check_undoable(work: Work, run: Run) -> None:
    """Raises TooLate where it was never done, was undone, or more than an hour ago."""
    if run.undone_at is not None:
        raise TooLate(Text("storm.undone_already"))
    if run.done_at is None or work.now - run.done_at > UNDO:
        raise TooLate(Text("storm.too_late"))


def _check_days(work: Work, span: Span) -> None:
    if span.last < work.today:
        raise TooLate(Text("storm.past"))


def _stands(work: Work, run: Run, meeting: Meeting) -> bool:
    """Not begun, not called off, and on a day of the span still, be it another one."""
    open_still = meeting.state in schedule.OPEN and meeting.starts_at > work.now
    return open_still and work.local(meeting.starts_at).date() in run.span


async def _restorable(work: Work, run: Run, meeting: Meeting) -> bool:
    """Still postponed by this very run, and its hour has not come."""
    last = await work.uow.meetings.last_move(meeting.id)
    ours = last is not None and last.verb == State.POSTPONED and last.at == run.done_at
    return (
        ours
        and meeting.revision == run.hits[meeting.id][1] + 1
        and meeting.state is State.POSTPONED
        and meeting.starts_at > work.now
    )


def _run(found: Proposal, unit: Unit) -> Run:
    values = json.loads(found.payload)
    span = Span(*(datetime.fromisoformat(values[name]).date() for name in ("first", "last")))
    cells = values.get("cells")
    return Run(
        found.id,
        unit,
        span,
        None if cells is None else frozenset(UnitId(one) for one in cells),
        values.get("why", ""),
        tuple(MeetingId(one) for one in values.get("seen", ())),
        {MeetingId(number): (State(state), was) for number, state, was in values.get("hits", ())},
        found.done_at,
        found.undone_at,
    )
