"""A bot's month is spent: its platform takes nothing more, and nobody may be left unreminded for it in silence.

What waits for people with another address goes there. What waits for a group goes to who can paste it, what
one leader was to paste or to phone goes to another. The rest waits for the next month as long as it is of use,
and those people are on the phone list meanwhile.
"""

import logging
from dataclasses import replace

from meetings.reminders import StepKind
from meetings.terms import UnitId
from services import quota, rerouting
from services.ahead import AHEAD
from services.announcing import phone_list, secretary_or_deputy
from services.delivery import Occasion, hand_over, tell, told_of
from services.losses import LOST
from services.phoning import UNREMINDED
from services.sending import missed
from services.work import Work
from storage.notices import Notice, NoticeStatus
from storage.outbox import Letter

log = logging.getLogger("keng.quota")
_WRITTEN_ANEW = (UNREMINDED, AHEAD, LOST)  # without the reader's own name, by the next tick
_PASTED = (StepKind.GROUP_NOTICE, StepKind.EVENING, "thanks")


async def spent(work: Work, refused: Letter) -> None:
    """The platform took this letter not for want of messages. What is queued from now on looks for itself."""
    bot = quota.bot_of(refused.to)
    if bot not in work.house.metered:
        return
    waiting = [refused]
    if await work.uow.traffic.spend(bot, quota.month_of(work), work.now):
        log.warning("month spent channel=%s bot=%s", *bot)
        waiting += await work.uow.outbox.waiting_at(*bot)
    for letter in waiting:
        if not await rerouting.elsewhere(work, letter):
            await _otherwise(work, letter)


async def put_back(work: Work, letter: Letter) -> None:
    """A letter that was in hand meanwhile waits again: not at a bot that has become spent."""
    if await quota.is_spent(work, letter.to) and not await rerouting.elsewhere(work, letter):
        await _otherwise(work, letter)


async def _otherwise(work: Work, letter: Letter) -> None:
    """To who pastes it, where it was for a group; to the other leader, where one of them was enough."""
    if letter.notice is None:
        return
    fact, status = await work.uow.notices.by_id(letter.notice)
    if status is not NoticeStatus.QUEUED:
        return
    if fact.person is None:
        await _fail(work, letter.notice)
        await missed(work, fact, letter)
        return
    cell = await _led(work, fact)
    told = {
        **await told_of(work, fact.subject, fact.revision),
        (fact.recipient, fact.kind): NoticeStatus.FAILED,
    }
    occasion = Occasion(fact.subject, fact.kind, fact.due_at, revision=fact.revision, told=told)
    others = [] if cell is None else await secretary_or_deputy(work, cell, occasion)
    if not others:
        return
    if fact.kind.partition(".")[0] in _WRITTEN_ANEW:
        await _fail(work, letter.notice)
    elif fact.kind.endswith(quota.PHONE) and fact.meeting is not None:
        await _fail(work, letter.notice)
        meeting = await work.uow.meetings.by_id(fact.meeting)
        if meeting is not None:  # by now there are more of them
            occasion = replace(
                occasion, useful_until=letter.useful_until, meeting=fact.meeting, unit=cell, news=True
            )
            await tell(work, others[0], occasion, await phone_list(work, meeting))
    else:
        await hand_over(work, letter.notice, others[0])


async def _fail(work: Work, number: int) -> None:
    ended = {"status": NoticeStatus.FAILED, "why": quota.SPENT, "done_at": work.real}
    await work.uow.outbox.end(number, {**ended, "lease_until": work.real})
    await work.uow.notices.settle(number, NoticeStatus.FAILED, why=quota.SPENT)


async def _led(work: Work, fact: Notice) -> UnitId | None:
    """The cell of whose leaders one was to have it; None where it is for its reader alone."""
    kind = fact.kind.partition(".")[0]
    if kind in (AHEAD, LOST):
        return UnitId(int(fact.subject.partition(":")[2]))
    if fact.meeting is None or not (kind in _PASTED or fact.kind.endswith((".all", quota.PHONE))):
        return None
    meeting = await work.uow.meetings.by_id(fact.meeting)
    return None if meeting is None else meeting.cell
