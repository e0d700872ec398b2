"""Letters for pictures: DejaVu Sans Condensed, which has every letter of Vietnamese, and names that fit."""

import io
from functools import cache
from importlib.resources import files

from PIL import ImageFont

_FILES = {False: "DejaVuSansCondensed.ttf", True: "DejaVuSansCondensed-Bold.ttf"}
Font = ImageFont.FreeTypeFont


@cache
def font(size: int, *, bold: bool = False) -> Font:
    """`size` in pixels."""
    content = files("reports").joinpath("fonts", _FILES[bold]).read_bytes()
    return ImageFont.truetype(io.BytesIO(content), size, layout_engine=ImageFont.Layout.BASIC)


def height(letters: Font) -> int:
    """In pixels."""
    return round(letters.size)


def fitted(name: str, letters: Font, width: int, lines: int = 2) -> list[str]:
    """A name on so many lines at most; of what is too long the end stays, where names of one kind differ."""
    words = name.split()
    found: list[str] = []
    while words and len(found) < lines - 1:
        taken = _words_that_fit(words, letters, width)
        found.append(_cut(" ".join(words[:taken]), letters, width))
        words = words[taken:]
    return [*found, _without_middle(words, letters, width)] if words else found


def _words_that_fit(words: list[str], letters: Font, width: int) -> int:
    taken = 1
    while taken < len(words) and letters.getlength(" ".join(words[: taken + 1])) <= width:
        taken += 1
    return taken


def _without_middle(words: list[str], letters: Font, width: int) -> str:
    whole = " ".join(words)
    if letters.getlength(whole) <= width:
        return whole
    for dropped in range(1, len(words) - 1):
        for first in range(1, len(words) - dropped):
            short = f"{' '.join(words[:first])} … {' '.join(words[first + dropped :])}"
            if letters.getlength(short) <= width:
                return short
    return _cut(whole, letters, width)


def _cut(text: str, letters: Font, width: int) -> str:
    if letters.getlength(text) <= width:
        return text
    while text and letters.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
