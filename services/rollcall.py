"""The roll-call: the secretary's truth. By buttons, by one line, or days later from paper (domain.md 4.9)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from chat.numbers import whole
from chat.text import NOTHING, Text, Wording
from meetings.attendance import Marking, label, tally
from meetings.records import MarkMade, Meeting, Member
from meetings.roles import Right
from meetings.rollcall_line import apply_line, parse_line
from meetings.states import Verb
from meetings.terms import Answer, Mark, PersonId, Reason, Ruling, State, Status, UnitId
from services.access import actor, posts
from services.errors import NotFound, TooLate
from services.facts import standings
from services.rules import counting_of, locked_from, online_allowed, policy_of
from services.schedule import transit
from services.sheets import Sheet, frozen
from services.steps import packed, packed_before, unpacked
from services.work import Work
from storage.proposals import Proposal

_LINE, _MARKS = "line", "marks"
RULED = (Ruling.EXCUSED, Ruling.UNEXCUSED)


async def sheet(work: Work, meeting: Meeting, marks: Mapping[PersonId, MarkMade] | None = None) -> Sheet:
    """The sheet of a meeting; with other marks, as it would be with them. A closed one is as it was closed."""
    last = await last_step(work, meeting)
    number = None if last is None else last.id
    if meeting.state is State.CLOSED and marks is None:
        closed = await frozen(work, meeting, number)
        if closed is not None:
            return closed
    found = await standings(work, meeting)
    made = await work.uow.marks.of_meeting(meeting.id) if marks is None else marks
    markings = {who: Marking(one.mark, one.ruling) for who, one in made.items()}
    counted = tally(
        (one.entry for one in found.members),
        markings,
        guests=await work.uow.marks.guests(meeting.id),
        counting=await counting_of(work, meeting),
    )
    return Sheet(meeting, tuple(found.members), tuple(found.base), made, counted, number)


async def last_step(work: Work, meeting: Meeting) -> Proposal | None:
    """The newest step that can still be taken back: within the cell's hours, and not taken back yet."""
    limit = timedelta(hours=await undo_hours(work, meeting.cell))
    steps = [one for kind in (_LINE, _MARKS) if (one := await work.uow.proposals.last_done(kind, meeting.id))]
    last = max(steps, key=lambda one: (one.done_at or one.at, one.id), default=None)
    return None if last is None or (last.done_at or last.at) + limit < work.now else last


async def own_last_step(work: Work) -> Proposal | None:
    """The newest step the actor took, of whatever meeting, whether or not it can still be taken back."""
    return await work.uow.proposals.last_done_by(actor(work).id, (_LINE, _MARKS))


async def undo_hours(work: Work, cell: UnitId) -> int:
    """For how long a step of a roll-call can be taken back in a cell."""
    return (await policy_of(work, cell)).rollcall.undo_hours


async def to_call(work: Work) -> list[Meeting]:
    """Begun meetings of the actor's cells whose list is not closed, oldest first."""
    found = []
    for post in await posts(work):
        if post.may(Right.MARK_ROLLCALL):
            states = (State.PLANNED, State.ANNOUNCED, State.HELD)
            found += [
                one
                for one in await work.uow.meetings.in_state(post.cell.id, states)
                if one.starts_at <= work.now
            ]
    return sorted(found, key=lambda one: one.starts_at)


def check_begun(work: Work, meeting: Meeting) -> None:
    """Raises TooLate before the start, and for a meeting that is off or closed."""
    if meeting.state not in (State.PLANNED, State.ANNOUNCED, State.HELD):
        raise TooLate(Text(f"refused.{meeting.state}"))
    if work.now < meeting.starts_at:
        raise TooLate(Text("refused.not_begun", {"when": meeting.starts_at}))


async def open_sheet(work: Work, meeting: Meeting) -> Sheet:
    """Say that the meeting took place and open its list. Raises TooLate before the start or when it is off."""
    check_begun(work, meeting)
    if meeting.state is not State.HELD:
        meeting = await transit(work, meeting, Verb.HOLD)
        await note(work, meeting, "held")
    return await sheet(work, meeting)


async def mark_rest_present(work: Work, meeting: Meeting) -> Sheet:
    """Everybody of the base who is not marked yet is present; undone as one step."""
    opened = await open_sheet(work, meeting)
    made = [mark(work, one.person, Mark.PRESENT) for one in opened.unmarked]
    return await _record(work, opened, made)


async def mark_absent(work: Work, meeting: Meeting, who: str) -> Sheet:
    """Somebody of the base is absent, ruled by the reason stated beforehand; pressed twice it changes nothing."""
    opened = await open_sheet(work, meeting)
    member = next((one for one in opened.base if str(one.person) == who), None)
    if member is None:
        raise NotFound
    known = opened.marks.get(member.person)
    if known is not None and known.mark is Mark.ABSENT:
        return opened
    reason = (await _stated(work, opened.meeting)).get(member.person)
    ruling = Ruling.EXCUSED if reason and await may_rule(work, meeting) else Ruling.AWAITING
    return await _record(work, opened, [mark(work, member.person, Mark.ABSENT, ruling, reason)])


async def to_rule(work: Work, meeting: Meeting) -> Sheet:
    """The sheet of a meeting whose absences may be ruled on: open, or closed and to stay so."""
    return await (sheet if meeting.state is State.CLOSED else open_sheet)(work, meeting)


async def absence(work: Work, meeting: Meeting, who: str) -> MarkMade:
    """The mark of somebody who was absent. Raises NotFound."""
    marks = await work.uow.marks.of_meeting(meeting.id)
    known = next((made for one, made in marks.items() if str(one) == who), None)
    if known is None or known.mark is not Mark.ABSENT:
        raise NotFound
    return known


async def absent(work: Work, meeting: Meeting) -> list[tuple[Member, MarkMade]]:
    """Those of the base who were marked absent and are known by name or number still, by roll number."""
    found = await sheet(work, meeting)
    return [(one, found.marks[one.person]) for one in found.absent()]


async def rule(work: Work, meeting: Meeting, who: str, ruling: Ruling) -> Sheet:
    """The ruling of secretary or deputy on an absence; a closed list stays closed (domain.md 6)."""
    opened = await to_rule(work, meeting)
    known = await absence(work, meeting, who)
    if known.ruling is ruling:
        return opened
    reason = None if ruling is Ruling.UNEXCUSED else known.reason
    return await _record(work, opened, [mark(work, known.person, Mark.ABSENT, ruling, reason)])


async def propose_line(work: Work, meeting: Meeting, line: str) -> tuple[int, Sheet]:
    """Read a typed line; nothing is recorded before `confirm_line`. Raises BadLine naming the fault."""
    parsed = parse_line(line)
    check_begun(work, meeting)
    opened, rules = await sheet(work, meeting), await may_rule(work, meeting)
    made = apply_line(
        parsed,
        [one.entry for one in opened.members],
        stated=await _stated(work, opened.meeting),
        online_allowed=await online_allowed(work, meeting),
        counting=await counting_of(work, meeting),
        rules=rules,
    )
    said = (mark(work, who, one.mark, one.ruling, one.reason) for who, one in made.items())
    marks = {one.person: _kept(one, opened, rules=rules) for one in said}
    number = await work.uow.proposals.add(
        _LINE, meeting.cell, actor(work).id, packed(marks.values()), work.now, meeting=meeting.id
    )
    return number, await sheet(work, opened.meeting, marks)


async def proposed(work: Work, number: str) -> tuple[Proposal, Meeting]:
    """A line the actor proposed, and its meeting. Raises NotFound."""
    known = whole(number)
    found = None if known is None else await work.uow.proposals.by_id(known)
    if found is None or found.kind != _LINE or found.meeting is None or found.by != actor(work).id:
        raise NotFound
    meeting = await work.uow.meetings.lock(found.meeting)
    if meeting is None:
        raise NotFound
    return found, meeting


async def confirm_line(work: Work, proposal: Proposal, meeting: Meeting) -> Sheet:
    """Record what the line said, in the place of all marks so far. A second tap changes nothing.

    Raises TooLate for a line that was recorded and taken back since, and for one that was read back before
    another line of the same person, or before somebody's step: what would be recorded was read by nobody.
    """
    if proposal.undone_at is not None:
        raise TooLate(Text("menu.expired"))
    if proposal.done_at is None and await work.uow.proposals.overtaken(proposal, (_LINE, _MARKS)):
        raise TooLate(Text("line.overtaken"))
    opened = await open_sheet(work, meeting)
    if proposal.done_at is None:
        rules = await may_rule(work, meeting)
        made = [_kept(one, opened, rules=rules) for one in unpacked(proposal.payload)]
        before = [opened.marks.get(one.person) or one.person for one in opened.members]
        await work.uow.marks.replace(meeting.id, made)
        await work.uow.proposals.done(proposal.id, packed_before(before), work.now)
        await note(work, opened.meeting, "mark")
    return await sheet(work, opened.meeting)


def _kept(made: MarkMade, opened: Sheet, *, rules: bool) -> MarkMade:
    """Who does not rule leaves the rulings that stand, and adds none."""
    if rules or made.mark is not Mark.ABSENT:
        return made
    known = opened.marks.get(made.person)
    if known is not None and known.mark is Mark.ABSENT and known.ruling in RULED:
        return known
    return replace(made, ruling=Ruling.AWAITING)


async def is_locked(work: Work, meeting: Meeting) -> bool:
    """Whether the report of the meeting's month is locked."""
    return work.now >= await locked_from(work, meeting)


async def may_rule(work: Work, meeting: Meeting) -> bool:
    """Secretary and deputy rule; a list marked by the minute-taker stays awaiting throughout."""
    return await _may(work, meeting, Right.RULE)


async def _may(work: Work, meeting: Meeting, right: Right) -> bool:
    return any(post.cell.id == meeting.cell and post.may(right) for post in await posts(work))


async def said_absent(work: Work, meeting: Meeting) -> list[Member]:
    """Those of the base who said beforehand that they would be absent."""
    return (await standings(work, meeting)).absent


async def why_not_expected(work: Work, meeting: Meeting, number: int) -> Wording:
    """The status that keeps a roll number out of the base; a suspension is named to secretary and deputy only."""
    members = (await standings(work, meeting)).members
    found = next((label(one.entry) for one in members if one.number == number), None)
    if found is None:
        return NOTHING
    named = found is not Status.SUSPENDED or await _may(work, meeting, Right.SEE_SUSPENDED)
    return Text("line.status", {"status": Text(f"status.{found}" if named else "status.not_counted")})


async def _stated(work: Work, meeting: Meeting) -> dict[PersonId, Reason]:
    answers = await work.uow.answers.of_meeting(meeting.id)
    return {
        who: given.reason
        for who, given in answers.items()
        if given.answer is Answer.ABSENT and given.reason is not None
    }


def mark(
    work: Work, who: PersonId, mark: Mark, ruling: Ruling | None = None, reason: Reason | None = None
) -> MarkMade:
    return MarkMade(who, mark, ruling, reason, actor(work).id, work.now)


async def _record(work: Work, opened: Sheet, made: Iterable[MarkMade]) -> Sheet:
    made = list(made)
    if not made:
        return opened
    meeting = opened.meeting
    before = [opened.marks.get(one.person) or one.person for one in made]
    for one in made:
        await work.uow.marks.put(meeting.id, one)
    packed = packed_before(before)
    number = await work.uow.proposals.add(
        _MARKS, meeting.cell, actor(work).id, packed, work.now, meeting=meeting.id
    )
    await work.uow.proposals.done(number, packed, work.now)
    await note(work, meeting, "mark")
    return await sheet(work, meeting)


async def note(work: Work, meeting: Meeting, what: str) -> None:
    await work.uow.audit.note(work.now, actor(work).id, what, cell=meeting.cell, meeting=meeting.id)
