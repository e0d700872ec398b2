"""The month of every bot whose platform counts, in figures for whoever watches the machine."""

from dataclasses import dataclass

from services import quota
from services.work import Work


@dataclass(frozen=True, slots=True)
class BotMonth:
    """`limit` and `places` are None where nobody counts."""

    channel: str
    bot: str
    incoming: int
    outgoing: int
    limit: int | None
    spent: bool
    people: int
    places: int | None


async def of_bots(work: Work) -> list[BotMonth]:
    """Asks nothing where nobody counts."""
    counting = {
        bot: can
        for bot, can in sorted(work.house.channels.items())
        if can.monthly_messages or can.users or can.monthly
    }
    linked = await work.uow.accounts.counts_at_bots() if counting else {}
    found = []
    for (channel, bot), can in counting.items():
        used = await quota.used(work, (channel, bot))
        people = linked.get((channel, bot), 0)
        spent = used.spent_at is not None
        counts = (used.incoming, used.outgoing, can.monthly_messages, spent, people, can.users)
        found.append(BotMonth(channel, bot, *counts))
    return found
