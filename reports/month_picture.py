"""A month of meetings of all cells as a picture for a telephone held upright: days, hours, places, officials, clashes."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from chat.text import Text, Wording
from reports.catalogue import Catalogue
from reports.lettering import Font, fitted, font, height
from reports.month_pages import LINES_A_PAGE, MonthLine, MonthSheet, pages

MEDIA_TYPE = "image/png"
WIDTH = 1080  # pixels: what a telephone shows across
_EDGE, _HOUR, _STEP, _PAD = 24, 150, 36, 12
_INK, _FAINT, _PAPER, _BAND, _MARK = "#1a1a1a", "#5f5f5f", "#ffffff", "#e6e6e6", "#00204c"
_LARGE, _NAME, _SMALL = 36, 30, 26


def month_picture(sheet: MonthSheet, catalogue: Catalogue, language: str, *, page: int) -> bytes:
    """A page of the picture, from 1, as PNG. Raises IndexError where there is no such page."""
    many = pages(len(sheet.lines))
    if not 1 <= page <= many:
        raise IndexError(page)

    def say(words: Wording) -> str:
        return catalogue.render(words, language)

    shown = sheet.lines[(page - 1) * LINES_A_PAGE : page * LINES_A_PAGE]
    strips = [*_head(sheet, say, (page, many)), *_body(shown, say)]
    if not sheet.lines:
        strips.append(_strip(say(Text("unitcal.empty")), font(_SMALL), ink=_FAINT))
    bottom = sum(one.height for one in strips) + 2 * _EDGE
    image = Image.new("RGB", (WIDTH, bottom), _PAPER)
    pen, down = ImageDraw.Draw(image), _EDGE
    for one in strips:
        one.draw(pen, down)
        down += one.height
    written = io.BytesIO()
    # As in the heat map: a palette makes a third of the bytes.
    image.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(written, "PNG")
    return written.getvalue()


@dataclass(frozen=True, slots=True)
class _Strip:
    """Lines below each other, all across. `hour` stands before the first one, `bar` marks a clash."""

    lines: Sequence[tuple[str, Font, str]]
    left: int = _EDGE
    hour: str = ""
    bar: bool = False
    band: bool = False

    @property
    def height(self) -> int:
        return sum(_step(letters) for _, letters, _ in self.lines) + _PAD

    def draw(self, pen: ImageDraw.ImageDraw, down: int) -> None:
        if self.band:
            pen.rectangle((0, down, WIDTH, down + self.height - _PAD // 2), _BAND)
        if self.bar:
            pen.rectangle((4, down, 14, down + self.height - _PAD), _MARK)
        if self.hour:
            pen.text((_EDGE, down), self.hour, _INK, font(_NAME, bold=True))
        for words, letters, ink in self.lines:
            pen.text((self.left, down), words, ink, letters)
            down += _step(letters)


def _step(letters: Font) -> int:
    return max(_STEP, height(letters) + 10)


def _strip(words: str, letters: Font, *, ink: str = _INK, band: bool = False) -> _Strip:
    cut = fitted(words, letters, WIDTH - 2 * _EDGE)
    return _Strip([(one, letters, ink) for one in cut], band=band)


def _head(sheet: MonthSheet, say: Callable[[Wording], str], page: tuple[int, int]) -> list[_Strip]:
    found = [_strip(say(sheet.title), font(_LARGE, bold=True))]
    found += [_strip(say(one), font(_SMALL)) for one in sheet.sums]
    if page[1] > 1:
        words = say(Text("unitcal.page", {"page": page[0], "pages": page[1]}))
        found.append(_strip(words, font(_SMALL), ink=_FAINT))
    return found


def _body(lines: Sequence[MonthLine], say: Callable[[Wording], str]) -> list[_Strip]:
    """A band with each day, and its meetings below."""
    found, before = [], None
    for one in lines:
        if one.day != before:
            found.append(
                _strip(say(Text("unitcal.day", {"day": one.day})), font(_NAME, bold=True), band=True)
            )
        before = one.day
        found.append(_meeting(one, say))
    return found


def _meeting(one: MonthLine, say: Callable[[Wording], str]) -> _Strip:
    room = WIDTH - _EDGE - _HOUR - _EDGE
    large, small, heavy = font(_NAME), font(_SMALL), font(_SMALL, bold=True)
    lines = [(words, large, _INK) for words in fitted(one.cell, large, room)]
    lines += [(words, small, _FAINT) for said in one.said for words in fitted(say(said), small, room)]
    lines += [
        (words, heavy, _MARK) for said in one.clashes for words in fitted(say(said), heavy, room, lines=3)
    ]
    return _Strip(lines, left=_EDGE + _HOUR, hour=say(one.hour), bar=bool(one.clashes))
