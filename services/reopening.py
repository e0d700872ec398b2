"""Taking a roll-call's step back, and opening a closed list again (domain.md 4.9)."""

from collections.abc import Iterable

from chat.text import Text
from meetings.records import MarkMade, Meeting
from meetings.states import Verb
from meetings.terms import PersonId, State
from services import absent_note, counters
from services.errors import NotAllowed, TooLate
from services.rollcall import RULED, is_locked, last_step, mark, may_rule, note, sheet, undo_hours
from services.schedule import transit
from services.sheets import Sheet
from services.steps import unpacked_before
from services.work import Work
from storage.closings import Closing


async def undo(work: Work, meeting: Meeting) -> Sheet:
    """Take the last step back, within the cell's hours; a closed meeting is held again. Raises TooLate.

    A closed list, or a step with rulings in it, is for secretary and deputy. Raises NotAllowed.
    """
    last = await last_step(work, meeting)
    if last is None:
        hours = await undo_hours(work, meeting.cell)
        raise TooLate(Text("refused.nothing_to_undo", {"hours": hours}))
    steps_back = unpacked_before(last.payload)
    await _check_undo(work, meeting, steps_back)
    if meeting.state is State.CLOSED:
        meeting = await reopen(work, meeting)
    for before in steps_back:
        if isinstance(before, MarkMade):
            await work.uow.marks.put(meeting.id, before)
        else:
            await work.uow.marks.drop(meeting.id, before)
    await work.uow.proposals.undone(last.id, work.now)
    await note(work, meeting, "undo")
    return await sheet(work, meeting)


async def _check_undo(work: Work, meeting: Meeting, steps: Iterable[MarkMade | PersonId]) -> None:
    standing = await work.uow.marks.of_meeting(meeting.id)
    whom = [one.person if isinstance(one, MarkMade) else one for one in steps]
    ruled = any((made := standing.get(who)) is not None and made.ruling in RULED for who in whom)
    if (ruled or meeting.state is State.CLOSED) and not await may_rule(work, meeting):
        raise NotAllowed


async def reopen(work: Work, meeting: Meeting) -> Meeting:
    """A closed list is open again until it is closed anew; after the lock that closing is an amendment.

    Marks that were forgotten since (people without consent) come back from the frozen rows by roll number,
    until the list is closed anew; not where the number was given since, for it may have been another's.
    """
    reopened = await transit(work, meeting, Verb.REOPEN)
    frozen = await work.uow.closings.of_meeting(meeting.id)
    if frozen is not None and not await is_locked(work, meeting):
        await work.uow.closings.reopen(frozen.id, work.now)
    if frozen is not None:
        await _recall(work, reopened, frozen)
    await absent_note.take_back(work, meeting.id)
    await note(work, reopened, "reopen")
    await counters.look(work, reopened)
    return reopened


async def _recall(work: Work, reopened: Meeting, frozen: Closing) -> None:
    rows = await work.uow.closings.snapshot(frozen.id)
    numbered = {row.number: row for row in rows if row.person is None}
    others = await work.uow.members.numbered_since(reopened.cell, frozen.id)
    opened = await sheet(work, reopened)
    for member in opened.members:
        row = numbered.get(member.number)
        known = member.person in opened.marks or member.person in others
        if row is not None and row.mark is not None and not known:
            await work.uow.marks.put(reopened.id, mark(work, member.person, row.mark, row.ruling))
