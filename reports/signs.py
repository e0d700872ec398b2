"""What stands in a square of the heat map: a step of colour with its number, or a sign drawn in ink."""

from collections.abc import Callable

from PIL import ImageDraw

from meetings.attendance import Rate
from reports.lettering import Font, font
from reports.year_sight import Sign

Box = tuple[float, float, float, float]
Pen = ImageDraw.ImageDraw
Sample = Callable[[Pen, Box], None]  # draws one square of the legend
_INK, _LINE, _PAPER, _GREY = "#1a1a1a", "#8a8a8a", "#ffffff", "#d9d9d9"
# Cividis, which people of every colour vision see as one row from dark to light; from how many percent, the
# colour, and the ink that is read on it.
STEPS = (
    (0, "#00204c", "#ffffff"),
    (50, "#414d6b", "#ffffff"),
    (70, "#8c8a78", "#000000"),
    (80, "#c4b56c", "#000000"),
    (90, "#ffe945", "#000000"),
)


def step_of(rate: Rate) -> int:
    """Which step a rate belongs to, decided on integers."""
    return max(at for at, (least, _, _) in enumerate(STEPS) if rate.present * 100 >= least * rate.expected)


def rate(pen: Pen, box: Box, found: Rate, words: str, letters: Font) -> None:
    """The number on its colour; on white where nobody was expected."""
    colour, ink = STEPS[step_of(found)][1:] if found.expected else (_PAPER, _INK)
    pen.rectangle(box, colour, None if found.expected else _LINE)
    pen.text(_middle(box), words, ink, letters, anchor="mm")


def step(pen: Pen, box: Box, at: int) -> None:
    pen.rectangle(box, STEPS[at][1])


def corner(pen: Pen, box: Box) -> None:
    """Not all cells are in it: the upper right corner is cut off."""
    _, top, right, _ = box
    pen.polygon([(right - 15, top), (right, top), (right, top + 15)], _PAPER, _PAPER)
    pen.line((right - 15, top, right, top + 15), _INK, 3)


def partial(pen: Pen, box: Box) -> None:
    pen.rectangle(box, _GREY)
    corner(pen, box)


def nobody(pen: Pen, box: Box) -> None:
    """A list was closed on which nobody was expected."""
    rate(pen, box, Rate(0, 0), "–", font(26))


def draw(pen: Pen, box: Box, sign: Sign) -> None:
    """The signs differ in form, so that they are told apart without any colour."""
    x, y = _middle(box)
    match sign:
        case Sign.NOT_HELD:
            pen.rectangle(box, _PAPER, _INK, 2)
            pen.line((x - 13, y - 13, x + 13, y + 13), _INK, 6)
            pen.line((x - 13, y + 13, x + 13, y - 13), _INK, 6)
        case Sign.NOT_RECORDED:
            pen.rectangle(box, _PAPER, _INK, 2)
            _hatch(pen, box)
        case Sign.AHEAD:
            pen.rectangle(box, _PAPER, _LINE, 2)
            pen.ellipse((x - 13, y - 13, x + 13, y + 13), outline=_INK, width=4)
        case Sign.NO_PLAN:
            _dashes(pen, box)
        case _:
            pen.rectangle(box, _PAPER, _GREY, 2)
            pen.ellipse((x - 4, y - 4, x + 4, y + 4), _LINE)


def _hatch(pen: Pen, box: Box) -> None:
    left, top, right, bottom = box
    height = bottom - top
    at = left - height + 14
    while at < right:
        start, end = max(at, left), min(at + height, right)
        pen.line((start, bottom - (start - at), end, bottom - (end - at)), _INK, 3)
        at += 14


def _dashes(pen: Pen, box: Box) -> None:
    left, top, right, bottom = box
    at = left
    while at < right:
        for y in (top + 1, bottom - 1):
            pen.line((at, y, min(at + 8, right), y), _INK, 3)
        at += 14
    at = top
    while at < bottom:
        for x in (left + 1, right - 1):
            pen.line((x, at, x, min(at + 8, bottom)), _INK, 3)
        at += 14


def _middle(box: Box) -> tuple[float, float]:
    left, top, right, bottom = box
    return (left + right) / 2, (top + bottom) / 2
