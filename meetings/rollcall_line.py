"""The roll-call in one typed line: `vắng 3 7kp 12ốm +5 4tt`, `đủ` (contract.md; domain.md 4.9 and 6)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from meetings.attendance import Counting, Entry, in_base
from meetings.folding import fold, squeeze
from meetings.terms import Mark, PersonId, Reason, Ruling

# The verb is compared as written, never folded: "vâng" (yes) and "dự" (will come) fold to the same letters.
_VERB = re.compile(r"(vắng|vang|đủ|du)(?![^\W\d_])[\s:,;]*")
_ITEM = re.compile(r"(?P<plus>\+ *)?(?P<number>[0-9]+) *(?P<suffix>[^\W\d_]*)(?=[\s,;+]|$)")
_BETWEEN = re.compile(r"[\s,;]+")
_REASONS = {
    "om": Reason.HEALTH,
    "ct": Reason.WORK,
    "gd": Reason.FAMILY,
    "xa": Reason.AWAY,
    "khac": Reason.OTHER,
}
_MAX_DIGITS = 4  # no cell has ten thousand members
_MAX_WORD = 24  # a word repeated back in the answer; the line may be 10,000 characters


class ItemKind(StrEnum):
    """What a number in the line says. An extra person may follow online too: `+5tt`."""

    ABSENT = "absent"
    ONLINE = "online"
    EXTRA = "extra"
    EXTRA_ONLINE = "extra_online"


class LineFault(StrEnum):
    """Why a line is refused as a whole. The last four need the roll, the others only the text."""

    NOT_A_LINE = "not_a_line"
    EMPTY = "empty"
    UNKNOWN_WORD = "unknown_word"
    TOO_LARGE = "too_large"
    REPEATED = "repeated"
    ABSENT_AFTER_ALL = "absent_after_all"
    UNKNOWN_NUMBER = "unknown_number"
    NOT_EXPECTED = "not_expected"
    EXPECTED = "expected"
    ONLINE_NOT_ALLOWED = "online_not_allowed"


class BadLine(Exception):
    """The line is refused whole; `word` is the word or number at fault, empty for an empty line."""

    def __init__(self, kind: LineFault, word: str) -> None:
        super().__init__(f"{kind}: {word[:_MAX_WORD]}")
        self.kind = kind
        self.word = word[:_MAX_WORD]


@dataclass(frozen=True, slots=True)
class Item:
    """One number of the line. A reason or `unexcused` stands on an absence only."""

    number: int
    kind: ItemKind
    reason: Reason | None = None
    unexcused: bool = False


@dataclass(frozen=True, slots=True)
class RollcallLine:
    """A line that reads well; whether its numbers exist is another question. `everybody`: it said `đủ`."""

    items: tuple[Item, ...]
    everybody: bool


@dataclass(frozen=True, slots=True)
class LineMark:
    """What the line says about one person. Ruling and reason stand on an absence only."""

    mark: Mark
    ruling: Ruling | None = None
    reason: Reason | None = None


def is_line(text: str) -> bool:
    """Tell whether a text begins like a roll-call line. Words that answer another question may, too."""
    return _VERB.match(squeeze(text)) is not None


def parse_line(text: str) -> RollcallLine:
    """Read the line without looking at the roll; raise BadLine naming the first word at fault."""
    line = squeeze(text)
    verb = _VERB.match(line)
    if verb is None:
        raise BadLine(LineFault.NOT_A_LINE, line.partition(" ")[0])
    everybody = verb[1] in {"đủ", "du"}
    items = tuple(_items(line, verb.end()))
    if not items and not everybody:
        raise BadLine(LineFault.EMPTY, "")
    seen: set[int] = set()
    for item in items:
        if item.number in seen:
            raise BadLine(LineFault.REPEATED, str(item.number))
        if everybody and item.kind is ItemKind.ABSENT:
            raise BadLine(LineFault.ABSENT_AFTER_ALL, str(item.number))
        seen.add(item.number)
    return RollcallLine(items, everybody)


def _items(line: str, start: int) -> Iterator[Item]:
    at = start
    while at < len(line):
        if gap := _BETWEEN.match(line, at):
            at = gap.end()
            continue
        found = _ITEM.match(line, at)
        if found is None:
            raise BadLine(LineFault.UNKNOWN_WORD, _BETWEEN.split(line[at:], maxsplit=1)[0])
        yield _item(found)
        at = found.end()


def _item(found: re.Match[str]) -> Item:
    digits = found["number"].lstrip("0") or "0"
    if len(digits) > _MAX_DIGITS:
        raise BadLine(LineFault.TOO_LARGE, digits)
    number, suffix, extra = int(digits), fold(found["suffix"]), found["plus"] is not None
    if suffix == "tt":
        return Item(number, ItemKind.EXTRA_ONLINE if extra else ItemKind.ONLINE)
    if extra and not suffix:
        return Item(number, ItemKind.EXTRA)
    if extra or (suffix and suffix != "kp" and suffix not in _REASONS):
        raise BadLine(LineFault.UNKNOWN_WORD, found[0])  # with its number: "7kpp"
    return Item(number, ItemKind.ABSENT, _REASONS.get(suffix), unexcused=suffix == "kp")


def apply_line(
    line: RollcallLine,
    entries: Sequence[Entry],
    *,
    stated: Mapping[PersonId, Reason],
    online_allowed: bool,
    counting: Counting,
    rules: bool,
) -> dict[PersonId, LineMark]:
    """Give a mark to everyone in the base and to the extras, in the order of the entries.

    `stated` are the reasons given beforehand; `rules` is False for a minute-taker, whose absences all await
    a ruling (domain.md 6). Raises BadLine naming the first number that does not fit the roll.
    """
    named = {item.number: item for item in line.items}
    roll = {entry.number: in_base(entry, counting) for entry in entries}
    for item in line.items:
        _check(item, roll.get(item.number), online_allowed=online_allowed)
    return {
        entry.person: _mark(named.get(entry.number), stated.get(entry.person), rules=rules)
        for entry in entries
        if roll[entry.number] or entry.number in named
    }


def _check(item: Item, expected: bool | None, *, online_allowed: bool) -> None:
    word, extra = str(item.number), item.kind in {ItemKind.EXTRA, ItemKind.EXTRA_ONLINE}
    if expected is None:
        raise BadLine(LineFault.UNKNOWN_NUMBER, word)
    if expected and extra:
        raise BadLine(LineFault.EXPECTED, word)
    if not expected and not extra:
        raise BadLine(LineFault.NOT_EXPECTED, word)
    if item.kind in {ItemKind.ONLINE, ItemKind.EXTRA_ONLINE} and not online_allowed:
        raise BadLine(LineFault.ONLINE_NOT_ALLOWED, word)


def _mark(item: Item | None, stated: Reason | None, *, rules: bool) -> LineMark:
    if item is None or item.kind is ItemKind.EXTRA:
        return LineMark(Mark.PRESENT)
    if item.kind is not ItemKind.ABSENT:
        return LineMark(Mark.ONLINE)
    reason = None if item.unexcused else item.reason or stated
    if not rules:
        return LineMark(Mark.ABSENT, Ruling.AWAITING, reason)
    if item.unexcused:
        return LineMark(Mark.ABSENT, Ruling.UNEXCUSED)
    return LineMark(Mark.ABSENT, Ruling.EXCUSED if reason else Ruling.AWAITING, reason)
