"""The year at a glance and the workbook against the digest of each month, and against the facts added up by hand."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.app import make_house
from bot.settings import Settings
from jobs.clock import wall_clock
from meetings.attendance import Rate
from meetings.period import Period
from meetings.records import Unit
from meetings.terms import ONE_A_MONTH, State
from reports.digest_workbook import digest_file
from reports.year_sight import SightRow, Sign, Square
from services import Work, digest
from services.digest_book import book_of
from services.digest_lines import CellFigures, Standing
from services.digest_text import as_text
from services.work import House
from services.year_sight import months_to, rows_of, year_sight
from storage.database import Database
from tests.grown import COUNTS, Fact, Grown, Shape, grow

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIRST, LAST = Period(2026, 3), Period(2026, 11)
COMMUNE, PROVINCE = "X0000", "T01"


@pytest.fixture(scope="module")
def house() -> House:
    return make_house(Settings(secret_keys="a test key"))


@dataclass
class Scene:
    """A grown province and its moment. `now` is in the middle of the last month with meetings."""

    work: Work
    grown: Grown

    async def unit(self, code: str) -> Unit:
        found = await self.work.uow.units.by_code(code)
        assert found is not None
        return found

    def facts(self, month: Period, *, commune: str | None = None, cell: str | None = None) -> list[Fact]:
        """The regular meetings of a month."""
        return [
            one
            for one in self.grown.facts
            if one.period == month
            and one.kind in ONE_A_MONTH
            and commune in (None, one.commune)
            and cell in (None, one.cell)
        ]


@pytest.fixture(params=[1, 2, 3])
async def scene(database: Database, house: House, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    grown = await grow(database, Shape(4, (9, 1, 4, 0), 6, FIRST, LAST, seed=request.param, closed=0.75))
    async with database.read() as uow:
        yield Scene(Work(uow, house, NOW, wall_clock()), grown)


def added(facts: list[Fact]) -> tuple[int, int, int]:
    """Closed lists, present and expected: domain.md 5, with nothing of the program in it."""
    closed = [one.figures for one in facts if one.stands and one.figures]
    return len(closed), sum(one["present"] for one in closed), sum(one["expected"] for one in closed)


def sums(square: Square) -> tuple[int, int, int]:
    return square.closed, square.present, square.expected


def sign_of(facts: list[Fact], month: Period) -> Sign:
    """What a cell's square has to show."""
    is_over = NOW.date() > month.last_day
    if not facts:
        return Sign.NOT_HELD if is_over else Sign.NO_PLAN
    [one] = facts
    if one.stands:
        return Sign.RATE
    coming = one.state in (State.PLANNED, State.ANNOUNCED)
    if one.state is State.HELD or (coming and one.starts_at <= NOW):
        return Sign.NOT_RECORDED
    if coming:
        return Sign.AHEAD
    return Sign.NOT_HELD if is_over or one.state is State.CANCELLED else Sign.NO_PLAN


async def test_every_square_is_what_the_facts_add_up_to(scene: Scene) -> None:
    sight = await year_sight(scene.work, await scene.unit(COMMUNE), LAST)
    cells = [one for one in scene.grown.cells if one.startswith(COMMUNE)]
    assert [row.code for row in sight.rows] == cells
    for place, month in enumerate(sight.months):
        if month < FIRST:  # before Kẻng came
            assert {row.squares[place].sign for row in sight.rows} == {Sign.UNKNOWN}
            continue
        assert sums(sight.total.squares[place]) == added(scene.facts(month, commune=COMMUNE))
        for row in sight.rows:
            facts = scene.facts(month, cell=row.code)
            square = row.squares[place]
            assert (square.sign, *sums(square)) == (sign_of(facts, month), *added(facts)), (row.code, month)


async def test_the_sight_agrees_with_the_digest_of_every_month(scene: Scene) -> None:
    unit = await scene.unit(PROVINCE)
    sight = await year_sight(scene.work, unit, LAST)
    for place, month in enumerate(sight.months):
        found = await digest.compute(scene.work, unit, month)
        signs = {row.code: row.squares[place].sign for row in sight.rows}
        assert sums(sight.total.squares[place]) == (
            len(found.closed),
            found.total.present,
            found.total.expected,
        )
        assert {one.cell.code for one in found.closed} == of(signs, Sign.RATE)
        # Begun since the month was locked: a digest that was sent stays as it was, the picture is of today.
        begun = {one.cell.code for one in found.which(Standing.AHEAD) if has_begun(one, scene.work.now)}
        unrecorded = {one.cell.code for one in found.not_recorded}
        assert unrecorded | begun == of(signs, Sign.NOT_RECORDED)
        not_held = (Sign.NOT_HELD, Sign.NO_PLAN, Sign.AHEAD, Sign.UNKNOWN)
        others = (Standing.NOT_HELD, Standing.CANCELLED, Standing.AHEAD)
        assert {one.cell.code for each in others for one in found.which(each)} - begun == of(signs, *not_held)


def has_begun(one: CellFigures, now: datetime) -> bool:
    return one.regular.starts_at is not None and one.regular.starts_at <= now


def of(signs: dict[str, Sign], *these: Sign) -> set[str]:
    return {code for code, sign in signs.items() if sign in these}


async def test_text_picture_workbook_and_json_say_the_same(scene: Scene) -> None:
    """Read back as a reader would: the workbook's cells, the words, the JSON, the squares."""
    unit = await scene.unit(PROVINCE)
    for month in (FIRST, Period(2026, 7), LAST):
        found = await digest.compute(scene.work, unit, month)
        told: Any = digest.as_json(found)
        words = scene.work.house.catalogue.render(as_text(found), "vi")
        book = await book_of(scene.work, found)
        opened = load_workbook(io.BytesIO(digest_file(book, scene.work.house.catalogue, "vi")))
        summary, cells, months, _, _ = opened.worksheets
        total = told["total"]
        assert f"{total['closed']}/{total['cells']}" in words
        assert f"{total['present']}/{total['expected']}" in words
        named = {row[0]: row[1] for row in summary.iter_rows(min_row=4, values_only=True)}
        assert (named["Tổng số chi bộ"], named["Đã chốt danh sách"]) == (total["cells"], total["closed"])
        assert (named["Đảng số"], named["Phải dự"]) == (total["roll"], total["expected"])
        assert shown(named["Tỷ lệ"], total) == total["rate"]
        assert_cells_agree(cells, told)
        assert_squares_agree(months, [*book.year.rows, book.year.total])
        place = book.year.months.index(month)
        for line, row in zip(told["cells"], book.year.rows, strict=True):
            square = row.squares[place]
            rate = square.rate.json if square.sign is Sign.RATE else None
            assert (line["code"], line["rate"]) == (row.code, rate)


def assert_cells_agree(sheet: Worksheet, told: Any) -> None:
    *rows, last = sheet.iter_rows(min_row=4, values_only=True)
    names = [name for name in COUNTS if name != "online"]
    for row, line in zip([*rows, last], [*told["cells"], {**told["total"], "code": None}], strict=True):
        assert (row[0], [*row[3:11]]) == (line["code"], [line[name] for name in names])
        assert shown(row[11], line) == line["rate"]


def assert_squares_agree(sheet: Worksheet, rows: list[SightRow]) -> None:
    words = {
        Sign.NOT_HELD: "chưa sinh hoạt",
        Sign.NOT_RECORDED: "chưa cập nhật",
        Sign.NO_PLAN: "chưa có lịch",
    }
    words |= {Sign.AHEAD: "đã có lịch, chưa đến ngày", Sign.UNKNOWN: "chưa theo dõi"}
    for line, row in zip(sheet.iter_rows(min_row=4, values_only=True), rows, strict=True):
        assert line[0] == row.code
        for value, square in zip(line[2:], row.squares, strict=True):
            if square.sign is not Sign.RATE:
                assert value == words[square.sign]
            elif square.expected:
                assert value == pytest.approx(square.present / square.expected)
            else:
                assert value is None


def shown(value: object, line: Any) -> str | None:
    """A rate of the workbook as JSON has it."""
    if value is None:
        return None
    assert isinstance(value, float | int)
    assert value == pytest.approx(line["present"] / line["expected"])
    return Rate(line["present"], line["expected"]).json


async def test_a_province_is_shown_by_communes_with_the_sums_of_their_cells(
    database: Database, house: House
) -> None:
    grown = await grow(database, Shape(4, (50, 30, 1, 60), 3, Period(2026, 9), Period(2026, 10)))
    async with database.read() as uow:
        scene = Scene(Work(uow, house, NOW, wall_clock()), grown)
        unit = await scene.unit(PROVINCE)
        sight = await year_sight(scene.work, unit, Period(2026, 10))
        assert await rows_of(scene.work, unit) == 4
        assert [row.code for row in sight.rows] == grown.communes
        assert [row.squares[-1].cells for row in sight.rows] == [50, 30, 1, 60]
        for row in (*sight.rows, sight.total):
            commune = None if row is sight.total else row.code
            assert sums(row.squares[-1]) == added(scene.facts(Period(2026, 10), commune=commune))
            found = await digest.compute(scene.work, await scene.unit(row.code), Period(2026, 10))
            assert row.squares[-1].rate == found.total.rate
        assert sight.rows[0].squares[-1].is_partial


async def test_a_cell_alone_and_a_unit_without_cells_have_a_sight_too(scene: Scene) -> None:
    [only] = (await year_sight(scene.work, await scene.unit(f"{COMMUNE}-C001"), LAST)).rows
    assert only.code == f"{COMMUNE}-C001"
    empty = await year_sight(scene.work, await scene.unit("X0003"), LAST)
    assert (empty.rows, empty.total.squares[0].cells) == ([], 0)


async def test_the_calendar_lists_the_coming_month_and_the_officials_are_only_counted(scene: Scene) -> None:
    unit = await scene.unit(COMMUNE)
    found = await digest.compute(scene.work, unit, Period(2026, 10))
    book = await book_of(scene.work, found)
    coming = [one for one in scene.grown.facts if one.period == LAST and one.commune == COMMUNE]
    kept = sorted(one.cell for one in coming if one.state is not State.CANCELLED)
    assert sorted(one.code for one in book.calendar) == kept
    assert {one.place for one in book.calendar} <= {"Nhà văn hoá bản", "=1+1", "@Hội trường xã"}
    assert set(book.officials.values()) == {1}
    opened = load_workbook(io.BytesIO(digest_file(book, scene.work.house.catalogue, "vi")))
    calendar = opened.worksheets[4]
    rows = list(calendar.iter_rows(min_row=4, values_only=True))
    zone = scene.work.zone
    starts = [one.starts_at.astimezone(zone) for one in book.calendar]
    assert [(row[0].date(), row[1]) for row in rows] == [(one.date(), one.time()) for one in starts]  # type: ignore[union-attr]
    written = [str(value) for sheet in opened for row in sheet.iter_rows(values_only=True) for value in row]
    assert not [one for one in written if "Lò Văn" in one]  # nobody's name


@pytest.mark.parametrize(
    ("period", "first", "how_many"),
    [
        (Period(2026, 12), Period(2026, 1), 12),
        (Period(2026, 7), Period(2026, 1), 7),
        (Period(2026, 6), Period(2026, 1), 6),
        (Period(2026, 1), Period(2025, 8), 6),
        (Period(1, 2), Period(1, 1), 2),
    ],
)
def test_the_months_are_those_of_the_year_and_at_least_six(
    period: Period, first: Period, how_many: int
) -> None:
    months = months_to(period)
    assert (months[0], months[-1], len(months)) == (first, period, how_many)
