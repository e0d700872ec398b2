"""Typed Vietnamese made comparable (vietnamese.md 4) and names made sortable (vietnamese.md 7)."""

import re
import unicodedata
from typing import Final

_FINAL_PUNCTUATION: Final = ".,;:!?…"

# f, j, w, z stand in names of minority peoples, at their Latin place.
_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK: Final = {letter: rank for rank, letter in enumerate(_ALPHABET)}
# The order of Vietnamese dictionaries: level (no mark), huyền, hỏi, ngã, sắc, nặng.
_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}

WordKey = tuple[tuple[int, ...], int]
NameKey = tuple[WordKey, ...]


def tidy(text: str) -> str:
    """Put a text into NFC on one line, trimmed, single blanks, nothing invisible; else as typed."""
    return _nfc(" ".join("".join(_visible(char) for char in _nfc(text)).split()))


def squeeze(text: str) -> str:
    """Make a typed answer comparable (vietnamese.md 4): tidy, lower-case, without final punctuation.

    A text of nothing but punctuation stays: `?` is a command. A final bracket goes only if none was
    opened: `2)` is the answer 2 (style.md 4.3).
    """
    plain = _nfc(tidy(text).lower())
    droppable = _FINAL_PUNCTUATION + " " + ("" if "(" in plain else ")")
    return plain.rstrip(droppable) or plain


def fold(text: str) -> str:
    """Take away case and accents: `Đồng ý` → `dong y`."""
    bare = "".join(char for char in _nfd(_nfd(text).casefold()) if unicodedata.category(char) != "Mn")
    return _nfc(bare.replace("đ", "d"))


def spellings(*phrases: str) -> str:
    """Write a regular expression for any of the phrases, each word with its accents or without any.

    A word with *other* accents does not match, because `tối` (evening) is not `tới` (next).
    """
    ordered = sorted(phrases, key=len, reverse=True)
    return "(?:" + "|".join(" ".join(_spelling(word) for word in phrase.split()) for phrase in ordered) + ")"


def name_key(name: str) -> NameKey:
    """Sort key of a Vietnamese name: the last word (tên), then the others from the left.

    Each word goes by its letters and, these being equal, by its tone, wherever the tone mark is set
    (`Hoà` = `Hòa`).
    """
    words = tidy(name).lower().split()
    return tuple(_word_key(word) for word in words[-1:] + words[:-1])


def _word_key(word: str) -> WordKey:
    if word.isascii() and word.isdigit():
        # An erased person is "Đảng viên số <n>" (domain.md 15): 3 before 12, numbers before letters.
        digits = word.lstrip("0")
        return (-1, len(digits), *map(ord, digits)), 0
    decomposed = _nfd(word)
    letters = _nfc("".join(char for char in decomposed if char not in _TONES))
    tone = max((_TONES.get(char, 0) for char in decomposed), default=0)
    return tuple(_RANK.get(letter, len(_ALPHABET) + ord(letter)) for letter in letters), tone


def _spelling(word: str) -> str:
    bare = fold(word)
    return re.escape(word) if bare == word else f"(?:{re.escape(word)}|{re.escape(bare)})"


def _visible(char: str) -> str:
    """Drop zero-width marks, lone surrogates, and control characters (PostgreSQL refuses U+0000)."""
    return "" if unicodedata.category(char) in {"Cf", "Cc", "Cs"} and not char.isspace() else char


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)
