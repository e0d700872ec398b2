"""A year of cells by months as a picture for a telephone held upright: colour, number and sign in every square."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from PIL import Image, ImageDraw

from chat.text import Param, Text
from meetings.attendance import Rate
from reports import signs
from reports.catalogue import Catalogue
from reports.lettering import Font, fitted, font, height
from reports.year_sight import SightRow, Sign, Square, YearSight, pages, short_name

MEDIA_TYPE = "image/png"
WIDTH = 1080  # pixels: what a telephone shows across
_EDGE, _NAMES, _GAP = 24, 300, 4
_ROW, _HEAD, _LEGEND_ROW = 60, 52, 56
_SMALLEST = 24  # pixels of a letter: below 9 on a telephone 390 wide nobody reads them
_INK, _FAINT, _PAPER = "#1a1a1a", "#5f5f5f", "#ffffff"
Say = Callable[..., str]


def heat_map(sight: YearSight, catalogue: Catalogue, language: str, *, page: int | None = None) -> bytes:
    """The picture as PNG: one page of it, from 1, or everything on one, however long.

    Raises IndexError where there is no such page.
    """
    many = pages(len(sight.rows))
    if page is not None and not 1 <= page <= many:
        raise IndexError(page)
    a_page = ceil(len(sight.rows) / many)
    rows = sight.rows if page is None else sight.rows[(page - 1) * a_page : page * a_page]

    def say(key: str, **known: Param) -> str:
        return catalogue.render(Text(key, known), language)

    drawing = _Drawing(sight, rows, say, catalogue, language, (page, many))
    written = io.BytesIO()
    drawing.draw().save(written, "PNG")
    return written.getvalue()


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One picture. Everything is measured in pixels from the upper left corner."""

    sight: YearSight
    rows: Sequence[SightRow]
    say: Say
    catalogue: Catalogue
    language: str
    page: tuple[int | None, int]

    def draw(self) -> Image.Image:
        title = self._title()
        head = _EDGE + sum(height(letters) + 14 for _, letters in title) + 14
        table = head + _HEAD + (len(self.rows) + 1) * _ROW + 12
        legend = self._legend()
        bottom = table + 20 + ceil(len(legend) / 2) * _LEGEND_ROW + _EDGE
        image = Image.new("RGB", (WIDTH, bottom), _PAPER)
        pen = ImageDraw.Draw(image)
        down = _EDGE
        for words, letters in title:
            pen.text((_EDGE, down), words, _INK, letters)
            down += height(letters) + 14
        self._months(pen, head)
        self._row(pen, head + _HEAD, self.sight.total, self.say("sight.total"), font(28, bold=True))
        for place, row in enumerate(self.rows):
            down = head + _HEAD + (place + 1) * _ROW + 12
            self._row(pen, down, row, short_name(row.name), font(28))
        self._write_legend(pen, table + 20, legend)
        # A palette makes a third of the bytes, and the octree is five times as fast as the usual way.
        return image.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)

    def _title(self) -> list[tuple[str, Font]]:
        """What is shown, of whom, of which months; the unit's name on two lines at most."""
        large, plain = font(40, bold=True), font(30)
        room = WIDTH - 2 * _EDGE
        first, last = self.sight.months[0].first_day, self.sight.months[-1].first_day
        lines = [(self.say("sight.title", period=last), large)]
        lines += [(one, font(32, bold=True)) for one in fitted(self.sight.unit, font(32, bold=True), room)]
        lines.append((self.say("sight.months", first=first, last=last), plain))
        page, many = self.page
        if page is not None and many > 1:
            paged = self.say("sight.page", page=page, pages=many)
            lines[-1] = (f"{lines[-1][0]} · {paged}", plain)
        if self.sight.left_out:
            lines.append((self.say("sight.left_out", n=self.sight.left_out), plain))
        return lines

    @property
    def _square(self) -> float:
        return (WIDTH - 2 * _EDGE - _NAMES) / len(self.sight.months)

    def _months(self, pen: signs.Pen, down: int) -> None:
        """The last one, which the message is about, is bold and underlined."""
        last = self.sight.months[-1]
        for place, month in enumerate(self.sight.months):
            known: dict[str, Param] = {"m": month.month, "year": month.year % 100}
            same = month.year == last.year
            words = self.say("sight.month", **known) if same else self.say("sight.month_before", **known)
            middle = _EDGE + _NAMES + (place + 0.5) * self._square
            letters = font(_SMALLEST, bold=month == last)
            pen.text((middle, down + _HEAD / 2), words, _INK, letters, anchor="mm")
            if month == last:
                half = self._square / 2 - _GAP
                pen.line((middle - half, down + _HEAD - 6, middle + half, down + _HEAD - 6), _INK, 4)

    def _row(self, pen: signs.Pen, down: int, row: SightRow, name: str, letters: Font) -> None:
        room = _NAMES - 12
        lines = [name]
        if letters.getlength(name) > room:
            letters = font(_SMALLEST)
            lines = fitted(name, letters, room)
        step = height(letters) + 3
        top = down + _ROW / 2 - step * (len(lines) - 1) / 2
        for place, line in enumerate(lines):
            pen.text((_EDGE, top + place * step), line, _INK, letters, anchor="lm")
        for place, square in enumerate(row.squares):
            left = _EDGE + _NAMES + place * self._square
            box = (left + _GAP / 2, down + _GAP / 2, left + self._square - _GAP / 2, down + _ROW - _GAP / 2)
            self._fill(pen, box, square)

    def _fill(self, pen: signs.Pen, box: signs.Box, square: Square) -> None:
        if square.sign is not Sign.RATE:
            signs.draw(pen, box, square.sign)
            return
        words = self._percent(square.rate)
        letters = font(30 if self._square > 90 else _SMALLEST)
        signs.rate(pen, box, square.rate, words, letters)
        if square.is_partial:
            signs.corner(pen, box)

    def _percent(self, rate: Rate) -> str:
        """Without its sign, which the title has: "88,4"; a hundred without decimals."""
        if rate.tenths == 1000:
            return "100"
        return self.catalogue.render(Text("sight.rate", {"rate": rate}), self.language).removesuffix("%")

    def _legend(self) -> list[tuple[signs.Sample, str]]:
        """The steps of colour in the left column, the signs in the right one."""
        steps = [_step(at) for at in range(len(signs.STEPS))]
        names = [self.say(f"sight.step.{at}") for at in range(len(steps))]
        kinds = [one for one in Sign if one is not Sign.RATE]
        marks = [_sign(one) for one in kinds]
        said = [self.say(f"sight.sign.{one}") for one in kinds]
        left = list(zip(steps, names, strict=True))
        right = list(zip(marks, said, strict=True))
        shown = [square for row in (self.sight.total, *self.rows) for square in row.squares]
        if any(one.is_partial for one in shown):
            left.append((signs.partial, self.say("sight.partial")))
        if any(one.sign is Sign.RATE and not one.expected for one in shown):
            left.append((signs.nobody, self.say("sight.nobody")))
        mixed = [one for pair in zip(left, right, strict=False) for one in pair]
        return mixed + left[len(right) :]

    def _write_legend(
        self,
        pen: signs.Pen,
        down: int,
        legend: Sequence[tuple[signs.Sample, str]],
    ) -> None:
        half = (WIDTH - 2 * _EDGE) / 2
        for place, (sign, words) in enumerate(legend):
            left, top = _EDGE + place % 2 * half, down + place // 2 * _LEGEND_ROW
            sign(pen, (left, top + 4, left + 64, top + _LEGEND_ROW - 4))
            pen.text((left + 80, top + _LEGEND_ROW / 2), words, _INK, font(26), anchor="lm")


def _step(at: int) -> signs.Sample:
    return lambda pen, box: signs.step(pen, box, at)


def _sign(sign: Sign) -> signs.Sample:
    return lambda pen, box: signs.draw(pen, box, sign)
