"""Which handler takes an event. Precedence: pattern -> action -> command -> open step -> words -> fallback."""

import inspect
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from chat.events import Event
from chat.replies import Action, Reply, Step
from chat.vocabulary import Vocabulary
from meetings.folding import fold, squeeze

W = TypeVar("W")
H = TypeVar("H")


@dataclass(frozen=True, slots=True)
class Turn(Generic[W]):
    """One event on its way through a handler. `rest` is what stood behind the command, as typed."""

    event: Event
    work: W
    step: Step | None = None
    rest: str = ""


Replies = Sequence[Reply]
Handler = Callable[[Turn[W]], Awaitable[Replies]]
ActionHandler = Callable[..., Awaitable[Replies]]


@dataclass(frozen=True, slots=True)
class Route(Generic[W]):
    """A handler with what is to be handed to it."""

    handler: ActionHandler
    args: tuple[str, ...] = ()
    rest: str = ""

    async def run(self, turn: Turn[W]) -> Replies:
        return await self.handler(Turn(turn.event, turn.work, turn.step, self.rest or turn.rest), *self.args)


@dataclass(frozen=True, slots=True)
class _Command(Generic[W]):
    handler: Handler[W]
    arguments: bool
    group: bool


@dataclass(frozen=True, slots=True)
class _Action:
    handler: ActionHandler
    group: bool
    signature: inspect.Signature

    def takes(self, args: Sequence[str]) -> bool:
        """A button of an older version may carry more or fewer arguments than its handler wants now."""
        try:
            self.signature.bind(None, *args)
        except TypeError:
            return False
        return True


class Router(Generic[W]):
    """A table of handlers; every name may be taken once."""

    def __init__(self) -> None:
        self._actions: dict[str, _Action] = {}
        self._commands: dict[str, _Command[W]] = {}
        self._steps: dict[str, Handler[W]] = {}
        self._words: dict[str, Handler[W]] = {}
        self._patterns: list[tuple[re.Pattern[str], Handler[W]]] = []

    def command(
        self, *names: str, arguments: bool = False, group: bool = False
    ) -> Callable[[Handler[W]], Handler[W]]:
        """`/name` or the name alone, accents and capitals folded. Without `arguments`, whole messages only.

        Only what is marked `group` is heard in a group: everywhere else names might be told.
        """

        def register(handler: Handler[W]) -> Handler[W]:
            for name in names:
                self._put(self._commands, name, _Command(handler, arguments, group))
            return handler

        return register

    def action(self, name: str, *, group: bool = False) -> Callable[[ActionHandler], ActionHandler]:
        """A button, or the number or words that stand for it; its arguments are handed over as strings."""

        def register(handler: ActionHandler) -> ActionHandler:
            self._put(self._actions, name, _Action(handler, group, inspect.signature(handler)))
            return handler

        return register

    def step(self, name: str) -> Callable[[Handler[W]], Handler[W]]:
        """The typed answer to an open question."""

        def register(handler: Handler[W]) -> Handler[W]:
            self._put(self._steps, name, handler)
            return handler

        return register

    def words(self, *meanings: str) -> Callable[[Handler[W]], Handler[W]]:
        """A whole message with one of these meanings while nothing is asked; `rest` is the meaning."""

        def register(handler: Handler[W]) -> Handler[W]:
            for meaning in meanings:
                self._put(self._words, meaning, handler)
            return handler

        return register

    def pattern(self, expression: str) -> Callable[[Handler[W]], Handler[W]]:
        """A squeezed message (lower case, accents kept) of this shape, whatever is being asked."""

        def register(handler: Handler[W]) -> Handler[W]:
            self._patterns.append((re.compile(expression), handler))
            return handler

        return register

    def include(self, other: "Router[W]") -> None:
        """Take over every handler of another table. Raises ValueError for a name taken twice."""
        # The other table is one of ours: its tables are read as they are.
        for name, act in other._actions.items():  # noqa: SLF001
            self._put(self._actions, name, act)
        for name, command in other._commands.items():  # noqa: SLF001
            self._put(self._commands, name, command)
        for name, handler in other._steps.items():  # noqa: SLF001
            self._put(self._steps, name, handler)
        for name, handler in other._words.items():  # noqa: SLF001
            self._put(self._words, name, handler)
        self._patterns += other._patterns  # noqa: SLF001

    def for_action(self, action: Action, *, group: bool = False) -> Route[W] | None:
        found = self._actions.get(action.name)
        if found is None or found.group < group or not found.takes(action.args):
            return None
        return Route(found.handler, action.args)

    def for_pattern(self, text: str) -> Route[W] | None:
        typed = squeeze(text)
        for expression, handler in self._patterns:
            if expression.fullmatch(typed):
                return Route(handler, rest=text)
        return None

    def for_command(self, text: str, *, group: bool = False, asked: bool = False) -> Route[W] | None:
        """A command of one word or two ("noi dung"), with or without a slash and a bot's name.

        While something is `asked`, an answer such as "Hoàn thành đường thôn" is not the command "hoan".
        """
        words = text.strip().removeprefix("/").split()
        slash = text.strip().startswith("/")
        for count in (2, 1):
            if len(words) < count:
                continue
            *first, last = words[:count]
            if any("@" in word for word in first):
                continue  # the bot's name ends the command: "/start@KengBot CODE"
            name = fold(" ".join((*first, last.partition("@")[0]))).rstrip(".!?") or "?"
            command = self._commands.get(name)
            if not command or command.group < group:
                continue
            meant = slash or not asked or _is_meant(words[:count], words[count:])
            if len(words) == count or (command.arguments and meant):
                return Route(command.handler, rest=" ".join(words[count:]))
        return None

    def for_step(self, step: Step | None) -> Route[W] | None:
        handler = self._steps.get(step.name) if step else None
        return Route(handler) if handler else None

    def for_words(self, text: str, vocabulary: Vocabulary) -> Route[W] | None:
        meaning = vocabulary.first(text, self._words)
        return Route(self._words[meaning], rest=meaning) if meaning else None

    @staticmethod
    def _put(table: dict[str, H], name: str, handler: H) -> None:
        if name in table:
            raise ValueError(f"two handlers for {name!r}")
        table[name] = handler


def _is_meant(name: Sequence[str], rest: Sequence[str]) -> bool:
    """Written as commands are, without accents; or followed by a number, as no sentence begins."""
    return all(word.isascii() for word in name) or any(word[0].isdigit() for word in rest[:1])
