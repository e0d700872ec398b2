"""Messages that left since it was written down last, by bot; only where the platform counts a month's messages."""

from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from chat.events import Address
from services import Work, quota

Bot = tuple[str, str]


class Meter:
    """Counts in memory and is written down with the letters: nothing is lost but what a power cut takes of both."""

    def __init__(self, bots: Collection[Bot]) -> None:
        self._bots = frozenset(bots)
        self._left: Counter[Bot] = Counter()
        self._taken: set[Bot] = set()
        self._refusals: Counter[Bot] = Counter()

    def refusals(self, to: Address) -> int:
        """How often this bot was told that its month is spent: the same before and after a send, and it still counts."""
        return self._refusals[to.channel, to.bot]

    def refused(self, to: Address) -> None:
        """Its month is spent: what was taken before says nothing against it."""
        bot = (to.channel, to.bot)
        self._refusals[bot] += 1
        self._taken.discard(bot)

    def left(self, to: Address, *, taken: bool) -> None:
        """A message left; `taken` when the platform said so, else nobody knows and it is counted all the same."""
        bot = (to.channel, to.bot)
        if bot in self._bots:
            self._left[bot] += 1
            if taken:
                self._taken.add(bot)

    @asynccontextmanager
    async def written(self, work: Work) -> AsyncIterator[None]:
        """Inside a transaction that the body commits; whatever undoes it gives the counts back."""
        left, taken, before = self._left, self._taken, self._refusals.copy()
        self._left, self._taken = Counter(), set()
        try:
            for bot, count in left.items():
                await quota.said(work, bot, count, taken=bot in taken)
            yield
        except BaseException:
            self._left += left
            self._taken |= {bot for bot in taken if self._refusals[bot] == before[bot]}
            raise
