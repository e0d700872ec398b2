"""Numbers where there are no buttons: menus kept with the conversation, and how typed text matches them.

The sender registers a menu when a message with choices goes out. Numbers belong to the last open
question. A message that asks the *same* question again replaces its menu; one that arrives while a
*different* question is open gets letter tags ("A1"), so that it never steals a digit.
"""

import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chat.replies import Action, Choice
from chat.text import Text
from chat.vocabulary import Vocabulary
from meetings.folding import fold, squeeze

_TAGGED_KEPT = 3
_FADED = "-"
_NUMBER = re.compile(r"([a-z]?)(\d{1,2})[.)]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a menu; `number` is None for what must be typed in words."""

    number: int | None
    action: Action
    label: Text
    words: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """An open question. `tag` is "" or one capital letter; `until` is exclusive.

    A question that another one has pushed aside fades: its labels may still be typed, its numbers are gone.
    An answered question is closed, unless it `stays`: an invitation takes a change of mind until the start,
    though it no longer holds the plain numbers against another question.
    """

    question: str
    tag: str
    items: tuple[Item, ...]
    until: datetime
    answered: bool = False
    stays: bool = False

    @property
    def faded(self) -> bool:
        return self.tag == _FADED

    def marker(self, item: Item) -> str:
        return f"{self.tag}{item.number}" if item.number is not None else ""


def items_of(choices: Sequence[Choice]) -> tuple[Item, ...]:
    """Numbers 1… for every choice that may be a number."""
    numbered = 0
    items = []
    for choice in choices:
        if not choice.typed_only:
            numbered += 1
        number = None if choice.typed_only else numbered
        items.append(Item(number, choice.action, choice.label, choice.words))
    return tuple(items)


def opened(
    menus: Sequence[Menu], menu: Menu, *, now: datetime, busy: bool, answer: bool
) -> tuple[Menu, tuple[Menu, ...]]:
    """The menu of an outgoing message with its tag, and all menus that stay open beside it.

    `answer`: the message answers something written in this chat, so its question takes the plain numbers.
    `busy`: a typed answer is awaited in this chat. Of several answers the last has the numbers, and the
    labels of the one before it still count until the next answer.
    """
    alive = [one for one in menus if one.until > now and one.question != menu.question]
    tagged = [one for one in alive if one.tag and not one.faded][-_TAGGED_KEPT:]
    plain = [one for one in alive if not one.tag]
    held = [one for one in plain if not one.answered]
    if answer:
        menu = replace(menu, tag="")
        return menu, (*tagged, *_fading(held), menu)
    faded = [one for one in alive if one.faded]
    if not (busy or held):
        menu = replace(menu, tag="")
        return menu, (*tagged, *faded, menu)
    menu = replace(menu, tag=_free_tag(alive))
    return menu, (*faded, *plain, *tagged[-(_TAGGED_KEPT - 1) :], menu)


def _fading(held: Sequence[Menu]) -> tuple[Menu, ...]:
    return tuple(
        replace(menu, tag=_FADED, items=tuple(replace(item, number=None, words="") for item in menu.items))
        for menu in held[-1:]
    )


def answered(menus: Sequence[Menu], action: Action) -> tuple[Menu, ...]:
    """What stays open once this action was chosen: the question that offered it closes, unless it stays."""
    left = []
    for menu in menus:
        if not any(item.action == action for item in menu.items):
            left.append(menu)
        elif menu.stays:
            left.append(replace(menu, answered=True))
    return tuple(left)


def staying(menus: Sequence[Menu]) -> tuple[Menu, ...]:
    """A command was given instead of an answer: plain questions are closed, invitations stay."""
    return tuple(menu for menu in menus if (menu.tag and not menu.faded) or menu.stays)


def without_plain(menus: Sequence[Menu]) -> tuple[Menu, ...]:
    """A typed answer is awaited now: digits belong to it and to nothing else."""
    return tuple(menu for menu in menus if menu.tag and not menu.faded)


def match(
    menus: Sequence[Menu],
    text: str,
    *,
    now: datetime,
    vocabulary: Vocabulary,
    labels: Callable[[Text], Sequence[str]],
) -> Item | None:
    """The choice a typed message stands for: number, then label, then words.

    None if nothing fits, or if words fit two invitations.
    """
    alive = [menu for menu in reversed(menus) if menu.until > now]
    found = _by_number(alive, squeeze(text))
    if found is not None:
        return found
    typed = "" if vocabulary.ambiguous(text) else squeeze(text)
    fits = [(menu, item) for menu in alive if (item := _labelled(menu, typed, vocabulary, labels))]
    fits += [(menu, item) for menu in alive if (item := _worded(menu, text, vocabulary))]
    if not fits:
        return None
    first, item = fits[0]
    # Two invitations stand open: a word does not say which of them it answers.
    return None if first.stays and any(menu.stays and menu is not first for menu, _ in fits) else item


def _labelled(
    menu: Menu, typed: str, vocabulary: Vocabulary, labels: Callable[[Text], Sequence[str]]
) -> Item | None:
    if not typed:
        return None
    return next(
        (
            item
            for item in menu.items
            if any(_same(typed, squeeze(label), vocabulary) for label in labels(item.label))
        ),
        None,
    )


def _worded(menu: Menu, text: str, vocabulary: Vocabulary) -> Item | None:
    named = {item.words: item for item in menu.items if item.words}
    meaning = vocabulary.first(text, named)
    return None if meaning is None else named[meaning]


def is_number(text: str) -> bool:
    """Whether the message is nothing but a menu number."""
    return _NUMBER.fullmatch(squeeze(text)) is not None


def _by_number(menus: Sequence[Menu], typed: str) -> Item | None:
    hit = _NUMBER.fullmatch(typed)
    if hit is None:
        return None
    tag, number = hit[1].upper(), int(hit[2])
    for menu in menus:
        if menu.tag == tag:
            return next((item for item in menu.items if item.number == number), None)
    return None


def _same(typed: str, label: str, vocabulary: Vocabulary) -> bool:
    """With the same accents, or without regard to them where they do not make another word."""
    plain = fold(typed)
    return typed == label or (plain == fold(label) and not vocabulary.ambiguous(plain))


def _free_tag(menus: Sequence[Menu]) -> str:
    taken = {menu.tag for menu in menus}
    return next(letter for letter in string.ascii_uppercase if letter not in taken)
