"""People who press and write, and the time until the bot has answered them."""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice

from tests.bench.server import BenchApi

_STALLED = 20.0  # seconds without any answer: the rest is lost


@dataclass(slots=True)
class Ask:
    """One press or message, and when it was answered; seconds of the same clock."""

    chat: str
    fed: float
    answered: float | None = None  # the callback query
    confirmed: float | None = None  # a message in the chat


Answer = Callable[[Ask], float | None]


def by_answer(ask: Ask) -> float | None:
    """When the spinner on the button stopped."""
    return ask.answered


def by_message(ask: Ask) -> float | None:
    """When a message stood in the chat."""
    return ask.confirmed


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a private chat, and what their buttons carry, pressed in turn. None: they write."""

    chat: str
    buttons: tuple[str, ...] = ()


@dataclass(slots=True)
class Stopwatch:
    """Everything that was asked of one contestant, and every message that nobody asked for."""

    api: BenchApi
    asks: list[Ask] = field(default_factory=list)
    unasked: dict[str, float] = field(default_factory=dict)
    doubled: int = 0
    last: float = 0.0
    _queries: dict[str, Ask] = field(default_factory=dict)
    _open: dict[str, deque[Ask]] = field(default_factory=lambda: defaultdict(deque))
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.api.answered = self._answered
        self.api.sent = self._sent

    def feed(self, updates: Sequence[tuple[str, str, str]]) -> list[Ask]:
        """Chat, number and JSON of each, as `acts` makes them: all of it is there at once."""
        now = time.perf_counter()
        asks = [Ask(chat, now) for chat, _, _ in updates]
        for ask, (chat, number, _) in zip(asks, updates, strict=True):
            self._queries[number] = ask
            self._open[chat].append(ask)
        self.asks += asks
        self.last = now
        self.api.feed(*(body for _, _, body in updates))
        return asks

    def acts(self, people: Sequence[Person], presses: int) -> list[tuple[str, str, str]]:
        """That many updates of people who take turns; whoever comes again presses the next button."""
        return [
            (who.chat, str(number), _update(who, number, number // len(people)))
            for number in islice(self._numbers, presses)
            for who in (people[number % len(people)],)
        ]

    async def steady(self, people: Sequence[Person], a_second: float, presses: int) -> list[Ask]:
        """One after the other at even distances, whether or not the one before is answered."""
        updates, begun = self.acts(people, presses), time.perf_counter()
        asks = []
        for place, update in enumerate(updates):
            await asyncio.sleep(max(0.0, begun + place / a_second - time.perf_counter()))
            asks += self.feed([update])
        return asks

    async def until(self, answer: Answer, asks: Sequence[Ask]) -> list[float]:
        """The seconds from each ask to its answer, shortest first; those that never came are missing."""
        await self.settled(lambda: all(answer(ask) is not None for ask in asks))
        return sorted(at - ask.fed for ask in asks if (at := answer(ask)) is not None)

    async def settled(self, done: Callable[[], bool]) -> bool:
        """Wait for it; False when nothing happens any more."""
        self.last = max(self.last, time.perf_counter())
        while not done():
            if time.perf_counter() - self.last > _STALLED:
                return False
            await asyncio.sleep(0.05)
        return True

    def _answered(self, number: str, at: float) -> None:
        self.last = at
        ask = self._queries.get(number)
        if ask is not None and ask.answered is None:
            ask.answered = at

    def _sent(self, chat: str, at: float) -> None:
        self.last = at
        if waiting := self._open.get(chat):
            waiting.popleft().confirmed = at
        elif chat in self.unasked:
            self.doubled += 1
        else:
            self.unasked[chat] = at


def _update(who: Person, number: int, turn: int) -> str:
    """A press under an invitation, or a line of text, as Telegram tells it."""
    user = {"id": int(who.chat), "is_bot": False, "first_name": "Bench", "language_code": "vi"}
    chat = {"id": int(who.chat), "type": "private", "first_name": "Bench"}
    said = {"message_id": number, "date": int(time.time()), "chat": chat}
    if not who.buttons:
        return json.dumps({"message": {**said, "from": user, "text": f"Chào đồng chí {number}"}})
    keys = [[{"text": "Có dự", "callback_data": data} for data in who.buttons]]
    bot = {"id": 123456, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
    message = {
        **said,
        "from": bot,
        "text": "Kính mời đồng chí dự họp. " * 8,
        "reply_markup": {"inline_keyboard": keys},
    }
    data = who.buttons[turn % len(who.buttons)]
    query = {"id": str(number), "from": user, "message": message, "chat_instance": "1", "data": data}
    return json.dumps({"callback_query": query})
