"""Closing a list: the figures are frozen, later changes of the roster do not rewrite them (domain.md 4.10)."""

from chat.text import Text
from meetings.attendance import Tally, in_base
from meetings.records import Meeting
from meetings.states import Verb
from meetings.terms import State
from services.access import actor
from services.announcing import tell_cell_group
from services.delivery import Occasion
from services.errors import NotFound, TooLate
from services.facts import facts, names
from services.rollcall import Sheet, is_locked, sheet
from services.schedule import transit
from services.upkeep import forget_in, strangers
from services.work import Work
from storage.closings import Closing, Signed, SnapshotRow


async def check_complete(work: Work, meeting: Meeting) -> Sheet:
    """The sheet of a meeting that can be closed. Raises TooLate naming whom to mark first."""
    if meeting.state is not State.HELD:
        raise TooLate(Text(f"refused.{meeting.state}"))
    found = await sheet(work, meeting)
    if found.unmarked:
        raise TooLate(Text("rollcall.unmarked", {"n": len(found.unmarked), "names": names(found.unmarked)}))
    return found


async def close(work: Work, meeting: Meeting) -> tuple[Closing, Sheet]:
    """Freeze the list. After the lock of its month the closing is a numbered amendment."""
    found = await check_complete(work, meeting)
    closed = await transit(work, meeting, Verb.CLOSE)
    frozen = await work.uow.closings.add(
        meeting.id,
        found.tally,
        _rows(work, found),
        Signed(actor(work).id, work.now, work.policy.pack, is_locked(work, meeting)),
    )
    await work.uow.audit.note(work.now, actor(work).id, "close", cell=meeting.cell, meeting=meeting.id)
    if frozen.amendment:
        await forget_in(work, closed, await strangers(work))
    await _thank(work, closed, found)
    return frozen, found


def _rows(work: Work, found: Sheet) -> list[SnapshotRow]:
    counting = work.policy.attendance.counting
    rows = []
    for member in found.members:
        made = found.marks.get(member.person)
        rows.append(
            SnapshotRow(
                member.person,
                member.number,
                member.standing,
                ",".join(sorted(member.statuses)),
                in_base(member.entry, counting),
                made.mark if made else None,
                made.ruling if made else None,
                made.reason if made else None,
            )
        )
    return rows


async def _thank(work: Work, meeting: Meeting, found: Sheet) -> None:
    """[16] To the group, as a number; once a meeting, and not when it is closed months later."""
    if is_locked(work, meeting):
        return
    known = await facts(work, meeting)
    known |= {"present": found.tally.present, "expected": found.tally.expected}
    until = work.policy.locked_from(meeting.period, work.zone)
    occasion = Occasion(f"meeting:{meeting.id}", "thanks", work.now, useful_until=until, meeting=meeting.id)
    await tell_cell_group(work, meeting, occasion, Text("thanks", known), Text("thanks", known))


def result(found: Sheet) -> Text:
    """[15] The figures of a sheet."""
    return _figures(found.tally)


async def frozen_result(work: Work, meeting: Meeting) -> Text:
    """[15] The figures as they were frozen, whatever has become of the people since."""
    frozen = await work.uow.closings.of_meeting(meeting.id)
    if frozen is None:
        raise NotFound
    return _figures(frozen.tally)


def _figures(counted: Tally) -> Text:
    return Text(
        "rollcall.result",
        {
            "roll": counted.roll,
            "expected": counted.expected,
            "present": counted.present,
            "rate": counted.rate,
            "excused": counted.excused,
            "unexcused": counted.unexcused,
            "awaiting": counted.awaiting,
            "extra": counted.extra,
            "guests": counted.guests,
        },
    )
