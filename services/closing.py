"""Closing a list: the figures are frozen, later changes of the roster do not rewrite them (domain.md 4.10)."""

from dataclasses import replace

from chat.text import Param, Text, Wording, lines
from meetings.attendance import Marking, Tally, vote_base, votes_needed
from meetings.records import MarkMade, Meeting
from meetings.states import Verb
from meetings.terms import Mark, Ruling, State
from services import counters, rollcall
from services.access import actor
from services.announcing import tell_cell_group
from services.delivery import Occasion
from services.errors import NotFound, TooLate
from services.facts import called, facts, names
from services.rollcall import is_locked, sheet
from services.rules import pack_of, policy_of
from services.schedule import transit
from services.sheets import Sheet
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
        _rows(found),
        await _signed(work, closed),
    )
    await work.uow.audit.note(work.now, actor(work).id, "close", cell=closed.cell, meeting=closed.id)
    if frozen.amendment:
        await forget_in(work, closed, await strangers(work))
    await counters.look(work, closed)
    await _thank(work, closed, frozen)
    return frozen


async def rule(work: Work, meeting: Meeting, who: str, ruling: Ruling) -> Sheet:
    """A ruling of secretary or deputy; a closed list is frozen anew, after the lock as an amendment.

    The same ruling once more changes nothing and is no amendment.
    """
    before = await rollcall.absence(work, meeting, who)
    ruled = await rollcall.rule(work, meeting, who, ruling)
    if meeting.state is not State.CLOSED or before.ruling is ruling:
        return ruled
    await _amend(work, meeting, await rollcall.absence(work, meeting, who))
    return await sheet(work, meeting)


async def _amend(work: Work, meeting: Meeting, made: MarkMade) -> None:
    """Take the frozen rows as they are and change this one: others may stand there by number only."""
    before = await work.uow.closings.of_meeting(meeting.id)
    if before is None:
        raise NotFound
    rows = [
        replace(row, ruling=made.ruling, reason=made.reason) if row.person == made.person else row
        for row in await work.uow.closings.snapshot(before.id)
    ]
    absent = [row.ruling for row in rows if row.expected and row.mark is Mark.ABSENT]
    counted = replace(
        before.tally,
        excused=absent.count(Ruling.EXCUSED),
        unexcused=absent.count(Ruling.UNEXCUSED),
        awaiting=sum(1 for one in absent if one in (None, Ruling.AWAITING)),
    )
    await work.uow.closings.add(meeting.id, counted, rows, await _signed(work, meeting))
    await counters.look(work, meeting)


async def _signed(work: Work, meeting: Meeting) -> Signed:
    """Under the pack the meeting was held under, whatever is in force now."""
    pack, amends = await pack_of(work, meeting), await is_locked(work, meeting)
    return Signed(actor(work).id, work.now, pack, amends)


def _rows(found: Sheet) -> list[SnapshotRow]:
    rows = []
    for member in found.members:
        made = found.marks.get(member.person)
        rows.append(
            SnapshotRow(
                member.person,
                member.number,
                member.standing,
                ",".join(sorted(member.statuses)),
                member in found.base,
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
    if await is_locked(work, meeting) or await work.uow.notices.was_sent(subject, "thanks"):
        return
    known = await facts(work, meeting)
    known |= {"present": frozen.tally.present, "expected": frozen.tally.expected}
    until = (await policy_of(work, meeting.cell)).locked_from(meeting.period, work.zone)
    occasion = Occasion.of(meeting, "thanks", work.now, useful_until=until)
    occasion = replace(occasion, revision=frozen.serial)
    await tell_cell_group(work, meeting, occasion, Text("thanks", known), Text("thanks", known))


def result(found: Sheet) -> Text:
    """[15] The figures of a sheet."""
    return figures(found.tally)


def votes(found: Sheet) -> Text:
    """Who could vote that evening, for secretary and deputy: Kẻng never declares a vote valid (domain.md 5)."""
    marks = {who: Marking(one.mark, one.ruling) for who, one in found.marks.items()}
    base = vote_base((one.entry for one in found.members), marks)
    return Text("close.votes", {"base": base, "needed": votes_needed(base)})


async def frozen_result(work: Work, meeting: Meeting) -> Wording:
    """[15] The figures as they were frozen, whatever has become of the people since; and who amended them when."""
    frozen = await work.uow.closings.of_meeting(meeting.id)
    if frozen is None:
        raise NotFound
    if not frozen.amendment:
        return figures(frozen.tally)
    author = await called(work, await work.uow.people.by_id(frozen.by))
    known: dict[str, Param] = {"n": frozen.amendment, "name": author, "when": frozen.at}
    return lines(figures(frozen.tally), Text("close.amended_by", known))


async def ruled(work: Work, meeting: Meeting) -> Wording:
    """[15] After a ruling: of a closed list the frozen figures."""
    if meeting.state is State.CLOSED:
        return await frozen_result(work, meeting)
    return result(await sheet(work, meeting))


def figures(counted: Tally) -> Text:
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
