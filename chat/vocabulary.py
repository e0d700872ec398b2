"""Typed words and what they mean: whole messages only, accents first, then folded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from meetings.folding import fold, squeeze


@dataclass(frozen=True, slots=True)
class Words:
    """One meaning: `written` is compared with accents, `plain` with the folded message."""

    written: frozenset[str]
    plain: frozenset[str]

    @classmethod
    def of(cls, written: Iterable[str], plain: Iterable[str] = ()) -> "Words":
        return cls(frozenset(squeeze(word) for word in written), frozenset(fold(word) for word in plain))


class Vocabulary:
    """Looks a whole message up among named meanings."""

    def __init__(self, meanings: Mapping[str, Words], ambiguous: Iterable[str] = ()) -> None:
        self._meanings = meanings
        self._ambiguous = frozenset(ambiguous)

    def ambiguous(self, text: str) -> bool:
        """Whether these letters without accents could be two opposite words: ask again, never guess."""
        typed = squeeze(text)
        return typed == fold(typed) and typed in self._ambiguous

    def means(self, text: str, name: str) -> bool:
        """Whether the whole message is one of the words of that meaning."""
        words = self._meanings.get(name)
        if words is None:
            return False
        typed = squeeze(text)
        if typed in words.written:
            return True
        plain = fold(typed)
        return plain not in self._ambiguous and plain in words.plain

    def first(self, text: str, names: Iterable[str]) -> str | None:
        """The first of these meanings by accents; failing that, by folded words."""
        typed = squeeze(text)
        names = list(names)
        for name in names:
            words = self._meanings.get(name)
            if words is not None and typed in words.written:
                return name
        return next((name for name in names if self.means(text, name)), None)
