"""A month's messages, where a bot's platform counts them: what is used up, and what is left out for want of them.

The order of worth is decision 19. Which bots are counted, and up to where, their capabilities tell.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from chat.events import Address
from meetings.period import Period
from meetings.reminders import StepKind
from services.access import LEADERS
from services.work import Work
from storage.notices import LEFT_OUT, TOO_LATE
from storage.outbox import Letter
from storage.traffic import Bot, Used

SPENT = "month spent"
PHONE = ".phone"  # kinds that name whom to phone: never left out
# The least worth first. What stands nowhere here is never left out: what announces, moves or calls off a
# meeting, and what tells a leader whom to phone. Nor is any reply.
WORTH: tuple[frozenset[str], ...] = (
    frozenset({"thanks", "unexcused", "excused", "ends"}),
    frozenset({StepKind.PREVIEW, "unrecorded", "no_plan", "list"}),
    frozenset({StepKind.EVENING}),
    frozenset({StepKind.REMINDER}),
    frozenset({StepKind.TODAY}),
)
_REPLY_LIFE = timedelta(minutes=30)
_TO_LEADERS_TOO = frozenset({StepKind.REMINDER, StepKind.TODAY})


def bot_of(address: Address) -> Bot:
    return address.channel, address.bot


def month_of(work: Work) -> Period:
    """The local month by the product's clock."""
    return Period.of(work.today)


async def heard(work: Work, senders: Iterable[Address]) -> None:
    """Messages came in; those of one bot are one statement, of a bot that is not counted none."""
    metered = work.house.metered
    for bot, count in Counter(bot_of(one) for one in senders if bot_of(one) in metered).items():
        await work.uow.traffic.count(bot, month_of(work), incoming=count)


async def said(work: Work, bot: Bot, count: int, *, taken: bool) -> None:
    """Messages went out; `taken` where the platform answered for one of them: then nothing has to rest."""
    if taken and (await used(work, bot)).spent_at is not None:
        await work.uow.keeping.lift(*bot, SPENT)
    await work.uow.traffic.count(bot, month_of(work), outgoing=count, taken=taken)


async def used(work: Work, bot: Bot) -> Used:
    """What a bot has heard and said this month."""
    return (await work.uow.traffic.of(month_of(work))).get(bot, Used())


async def spent_bots(work: Work) -> frozenset[Bot]:
    """The bots whose platform takes nothing more this month. Asks nobody where nothing is counted."""
    metered = work.house.metered
    return await work.uow.traffic.spent(month_of(work)) & metered.keys() if metered else frozenset()


async def is_spent(work: Work, address: Address) -> bool:
    return bot_of(address) in await spent_bots(work)


async def percent(work: Work, bot: Bot) -> int:
    """How much of the month is used up; 0 where nobody counts."""
    limit = work.house.metered.get(bot)
    return (await used(work, bot)).messages * 100 // limit if limit else 0


async def hinders(work: Work, letter: Letter) -> str | None:
    """Say in a word what keeps a letter from this bot; None where nothing does."""
    if bot_of(letter.to) not in work.house.metered:
        return None
    if letter.answer and await _is_stale(work, letter):
        return TOO_LATE
    if await leaves_out(work, letter):
        return LEFT_OUT
    return SPENT if await is_spent(work, letter.to) else None


async def _is_stale(work: Work, letter: Letter) -> bool:
    """Whether a reply waited for a spent month until nobody waits for it: by now its menu would only confuse."""
    if work.now < letter.not_before + _REPLY_LIFE:
        return False
    written_in = Period.of(work.local(letter.not_before).date())
    return bot_of(letter.to) in await work.uow.traffic.spent(written_in)


async def leaves_out(work: Work, letter: Letter) -> bool:
    """Whether a letter is worth less than what this month still has room for.

    Those who lead a cell keep their reminders: they are the ones who phone the others.
    """
    bot = bot_of(letter.to)
    if letter.answer or letter.notice is None or bot not in work.house.metered:
        return False
    at = await percent(work, bot)
    if at < work.policy.messages.optional_percent:
        return False
    fact, _ = await work.uow.notices.by_id(letter.notice)
    rank = rank_of(fact.kind)
    if rank is None or at < from_percent(work, rank) or await work.uow.outbox.begun(letter.notice):
        return False
    if fact.person is None or fact.kind.partition(".")[0] not in _TO_LEADERS_TOO:
        return True
    return not any(one.role in LEADERS for one in await work.uow.people.roles_of(fact.person, work.today))


def rank_of(kind: str) -> int | None:
    """The place of a notice in the order of worth; None where it is never left out."""
    if kind.endswith(PHONE):
        return None
    name = kind.partition(".")[0]
    return next((rank for rank, kinds in enumerate(WORTH) if name in kinds), None)


def from_percent(work: Work, rank: int) -> int:
    """From how many percent on a rank is left out: the last of them goes until the end is near."""
    first = work.policy.messages.optional_percent
    return first + (100 - first) * rank // len(WORTH)
