"""Closing a list: the figures are frozen, later changes of the roster do not rewrite them (domain.md 4.10)."""

from dataclasses import replace

from chat.text import Text
from meetings.attendance import Tally, in_base
from meetings.records import Meeting
from meetings.states import Verb
from meetings.terms import Mark, Ruling, State
from services import rollcall
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
    return await freeze(work, await transit(work, meeting, Verb.CLOSE), found), found


async def serial(work: Work, meeting: Meeting) -> int:
    """How often the list was closed so far."""
    frozen = await work.uow.closings.of_meeting(meeting.id)
    return frozen.serial if frozen else 0


async def freeze(work: Work, closed: Meeting, found: Sheet) -> Closing:
    """Write the closing of a list that is closed; also after a ruling on one that stays closed."""
    frozen = await work.uow.closings.add(
        closed.id,
        found.tally,
        _rows(work, found),
        Signed(actor(work).id, work.now, work.policy.pack, is_locked(work, closed)),
    )
    await work.uow.audit.note(work.now, actor(work).id, "close", cell=closed.cell, meeting=closed.id)
    if frozen.amendment:
        await forget_in(work, closed, await strangers(work))
    await _thank(work, closed, frozen)
    return frozen


async def rule(work: Work, meeting: Meeting, who: str, ruling: Ruling) -> Sheet:
    """A ruling of secretary or deputy; a closed list is frozen anew, after the lock as an amendment."""
    ruled = await rollcall.rule(work, meeting, who, ruling)
    if meeting.state is State.CLOSED:
        await _amend(work, meeting, who, ruling)
    return ruled


async def _amend(work: Work, meeting: Meeting, who: str, ruling: Ruling) -> None:
    """Take the frozen rows as they are and change this one: others may stand there by number only."""
    before = await work.uow.closings.of_meeting(meeting.id)
    if before is None:
        raise NotFound
    rows = [
        replace(row, ruling=ruling) if str(row.person) == who else row
        for row in await work.uow.closings.snapshot(before.id)
    ]
    absent = [row.ruling for row in rows if row.expected and row.mark is Mark.ABSENT]
    figures = replace(
        before.tally,
        excused=absent.count(Ruling.EXCUSED),
        unexcused=absent.count(Ruling.UNEXCUSED),
        awaiting=sum(1 for one in absent if one in (None, Ruling.AWAITING)),
    )
    signed = Signed(actor(work).id, work.now, work.policy.pack, is_locked(work, meeting))
    await work.uow.closings.add(meeting.id, figures, rows, signed)


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


async def _thank(work: Work, meeting: Meeting, frozen: Closing) -> None:
    """[16] To the group, as a number; once a meeting, and not when it is closed months later.

    Each closing has a thank-you of its own revision: one that waits is dropped when the list is closed anew.
    """
    subject = f"meeting:{meeting.id}"
    if is_locked(work, meeting) or await work.uow.notices.was_sent(subject, "thanks"):
        return
    known = await facts(work, meeting)
    known |= {"present": frozen.tally.present, "expected": frozen.tally.expected}
    until = work.policy.locked_from(meeting.period, work.zone)
    occasion = Occasion(
        subject, "thanks", work.now, revision=frozen.serial, useful_until=until, meeting=meeting.id
    )
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
