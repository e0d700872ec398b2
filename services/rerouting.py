"""A notice that cannot go where it was to go takes the reader's other address, if there is one."""

from dataclasses import replace

from services import quota
from services.work import Work
from storage.notices import NoticeStatus
from storage.outbox import Letter


async def elsewhere(work: Work, letter: Letter, *, ours: bool = False) -> bool:
    """Send everything that waits of this notice to another live address of its reader; False without one.

    Only to one that takes what it is sent: else a letter nobody takes would go to and fro. What is in hand
    stays there, but for this letter if it is `ours` and surely not sent.
    """
    if letter.notice is None:
        return False
    fact, status = await work.uow.notices.by_id(letter.notice)
    if fact.person is None or status is not NoticeStatus.QUEUED:
        return False
    if not (await work.uow.people.by_id(fact.person)).consented:
        return False
    spent = await quota.spent_bots(work)
    for other in await work.uow.accounts.sound(fact.person):
        if other == letter.to or quota.bot_of(other) in spent:
            continue
        if not await quota.leaves_out(work, replace(letter, to=other)):
            await work.uow.outbox.reroute(letter.notice, other, work.real, letter.dedupe_key if ours else "")
            return True
    return False
