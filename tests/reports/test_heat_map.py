"""The picture: as large as a telephone needs, every letter of Vietnamese, every sign told apart without colour."""

import io
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from meetings.attendance import Rate
from meetings.period import Period
from reports import heat_map as drawing
from reports import signs
from reports.catalogue import Catalogue
from reports.heat_map import WIDTH, heat_map
from reports.lettering import fitted, font
from reports.year_sight import ROWS_A_PAGE, SightRow, Sign, Square, YearSight, pages, short_name

CATALOGUE = Catalogue(ZoneInfo("Asia/Ho_Chi_Minh"))
MONTHS = tuple(Period(2026, month) for month in range(1, 13))
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
HELD = Square(Sign.RATE, 1, 1, 28, 31)


def sight(rows: int, *, months: tuple[Period, ...] = MONTHS, square: Square = HELD) -> YearSight:
    squares = (square,) * len(months)
    return YearSight(
        "Đảng uỷ xã Mường Thanh",
        months,
        SightRow("X01", "Đảng uỷ xã Mường Thanh", squares),
        [SightRow(f"C{n}", f"Chi bộ bản {n}", squares) for n in range(rows)],
    )


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "PNG"
    return picture.convert("RGB")


def test_twenty_two_cells_are_one_upright_picture_that_telegram_does_not_shrink() -> None:
    content = heat_map(sight(22), CATALOGUE, "vi", page=1)
    picture = opened(content)
    assert pages(22) == 1
    assert picture.width == WIDTH == 1080
    assert picture.width < picture.height < 2560
    assert len(content) < 200_000


def test_eighty_nine_cells_are_three_pictures_of_the_same_kind_or_one_long_one() -> None:
    whole = sight(89)
    sizes = [opened(heat_map(whole, CATALOGUE, "vi", page=page)).size for page in (1, 2, 3)]
    assert pages(89) == 3
    assert max(height for _, height in sizes) <= 2560
    assert {width for width, _ in sizes} == {1080}
    assert opened(heat_map(whole, CATALOGUE, "vi")).height > sum(height for _, height in sizes) / 2
    for page in (0, 4):
        with pytest.raises(IndexError):
            heat_map(whole, CATALOGUE, "vi", page=page)


@pytest.mark.parametrize("rows", [0, 1, ROWS_A_PAGE, ROWS_A_PAGE + 1, 240])
def test_every_row_stands_on_exactly_one_page(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    draw = drawing._Drawing._row

    def noted(self: drawing._Drawing, pen: signs.Pen, down: int, row: SightRow, *rest: object) -> None:
        drawn.append(row.code)
        draw(self, pen, down, row, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(drawing._Drawing, "_row", noted)
    whole = sight(rows, months=MONTHS[:6])
    for page in range(1, pages(rows) + 1):
        heat_map(whole, CATALOGUE, "vi", page=page)
    assert [code for code in drawn if code != "X01"] == [f"C{n}" for n in range(rows)]
    assert drawn.count("X01") == pages(rows)


def test_no_letter_is_smaller_than_twenty_four_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: set[float] = set()
    text = ImageDraw.ImageDraw.text

    def measured(self: ImageDraw.ImageDraw, *what: Any, **more: Any) -> None:
        sizes.add((what[3] if len(what) > 3 else more["font"]).size)
        text(self, *what, **more)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", measured)
    heat_map(sight(22), CATALOGUE, "vi", page=1)
    assert min(sizes) >= 24


def test_every_number_fits_its_square() -> None:
    room = (WIDTH - 2 * drawing._EDGE - drawing._NAMES) / 12 - drawing._GAP
    assert max(font(24).getlength(words) for words in ("88,8", "100", "–")) < room


@pytest.mark.parametrize("bold", [False, True])
def test_the_letters_of_vietnamese_are_all_there(bold: bool) -> None:
    missing = font(30, bold=bold).getmask("\ue000").getbbox(), bytes(font(30, bold=bold).getmask("\ue000"))
    for letter in LETTERS + LETTERS.upper() + "0123456789,%–…·/()“”":
        mask = font(30, bold=bold).getmask(letter)
        assert (mask.getbbox(), bytes(mask)) != missing, letter


def test_signs_and_steps_are_told_apart_without_colour() -> None:
    """In grey every two of them differ clearly: by their form, or by how dark they are."""
    box = (0.0, 0.0, 60.0, 56.0)

    def grey(draw: signs.Sample) -> Image.Image:
        image = Image.new("RGB", (64, 60), "#ffffff")
        draw(ImageDraw.Draw(image), box)
        return image.convert("L")

    samples = [grey(lambda pen, box, at=at: signs.step(pen, box, at)) for at in range(len(signs.STEPS))]  # type: ignore[misc]
    samples += [
        grey(lambda pen, box, one=one: signs.draw(pen, box, one))  # type: ignore[misc]
        for one in Sign
        if one is not Sign.RATE
    ]
    for one, other in combinations(samples, 2):
        different = ImageChops.difference(one, other).histogram()
        assert sum(n for value, n in enumerate(different) if value > 20) > 100


@pytest.mark.parametrize("step", range(len(signs.STEPS)))
def test_a_number_is_read_on_its_colour(step: int) -> None:
    """WCAG 2: three to one is enough for large letters."""
    _, colour, ink = signs.STEPS[step]
    dark, light = sorted((_luminance(colour), _luminance(ink)))
    assert (light + 0.05) / (dark + 0.05) > 3


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("present", "expected", "step"), [(0, 9, 0), (1, 2, 1), (7, 10, 2), (199, 249, 2), (4, 5, 3), (9, 10, 4)]
)
def test_integers_decide_on_the_step(present: int, expected: int, step: int) -> None:
    assert signs.step_of(Rate(present, expected)) == step


def test_a_square_is_painted_in_its_colour_and_the_sign_of_partial_sums_only_where_they_are() -> None:
    full, some = Square(Sign.RATE, 4, 4, 9, 10), Square(Sign.RATE, 4, 3, 9, 10)
    assert (full.is_partial, some.is_partial) == (False, True)
    pictures = [opened(heat_map(sight(3, square=one), CATALOGUE, "vi")) for one in (full, some)]
    yellow = tuple(int(signs.STEPS[4][1][at : at + 2], 16) for at in (1, 3, 5))
    painted = [
        sum(n for n, colour in one.getcolors(1 << 24) or () if _near(colour, yellow)) for one in pictures
    ]
    assert painted[0] > painted[1] > painted[0] * 0.9
    assert pictures[1].height > pictures[0].height  # one line of the legend more


def _near(colour: object, other: tuple[int, ...]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(a - b) < 4 for a, b in zip(colour, other, strict=True))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Chi bộ bản Noong", "Bản Noong"),
        ("Đảng uỷ xã Mường Thanh", "Xã Mường Thanh"),
        ("Đảng bộ  Trường Tiểu học", "Trường Tiểu học"),
        ("Chi bộ 4", "4"),
        ("Công an xã", "Công an xã"),
        ("Chi bộ ", "Chi bộ"),
    ],
)
def test_a_name_leaves_out_what_every_name_begins_with(name: str, short: str) -> None:
    assert short_name(name) == short


def test_a_long_name_keeps_its_end_where_the_others_differ() -> None:
    name = "Trường Phổ thông dân tộc bán trú Tiểu học và Trung học cơ sở Huổi Chon số 2"
    first, second = fitted(name, font(24), 288)
    assert first == "Trường Phổ thông dân tộc"
    assert second.startswith("bán")
    assert second.endswith("số 2")


NAMES = st.text(st.characters(max_codepoint=0x1EFF, exclude_categories=("Cs", "Cc")), max_size=60)
SQUARES = st.builds(
    lambda sign, cells, closed, expected, present: Square(
        sign, cells, min(cells, closed), min(present, expected), expected
    ),
    st.sampled_from(Sign),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 60),
    st.integers(0, 60),
)


@hypothesis_settings(max_examples=25)
@given(st.data(), NAMES, st.sampled_from(["vi", "en"]))
def test_whatever_is_in_it_there_is_a_picture(data: st.DataObject, unit: str, language: str) -> None:
    months = MONTHS[: data.draw(st.sampled_from([2, 6, 12]))]
    squares = st.tuples(*(SQUARES for _ in months))
    rows = [SightRow("c", data.draw(NAMES), data.draw(squares)) for _ in range(data.draw(st.integers(0, 3)))]
    whole = YearSight(unit, months, SightRow("x", unit, data.draw(squares)), rows, left_out=3)
    assert opened(heat_map(whole, CATALOGUE, language)).width == WIDTH


@given(NAMES, st.integers(60, 400))
def test_a_fitted_name_fits(name: str, width: int) -> None:
    letters = font(24)
    lines = fitted(name, letters, width)
    assert len(lines) <= 2
    assert all(letters.getlength(line) <= width for line in lines)
