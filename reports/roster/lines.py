"""A sheet with named columns, and one of its rows being read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from reports.roster.cells import CODE_LIMIT, TEXT_LIMIT, BadCell, Raw, checked_text, clean, shown
from reports.roster.columns import Form, Sheet, allowed, meaning
from reports.roster.rows import Fault
from reports.roster.workbook import Cells, Grid

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as found: which column stands where, under which header."""

    spec: Sheet
    name: str
    places: Mapping[str, int]
    headers: Mapping[str, str]
    rows: Grid

    def fault(self, row: int, column: str, code: str, **params: str) -> Fault:
        return Fault(self.name, row, self.headers.get(column, column), code, params)


@dataclass(frozen=True, slots=True)
class Line:
    """One row being read; what is wrong goes to `faults` and reading goes on."""

    table: Table
    row: int
    cells: Cells
    faults: list[Fault]

    @property
    def where(self) -> str:
        return f"{self.table.name}!{self.row}"

    def blame(self, column: str, code: str, **params: str) -> None:
        self.faults.append(self.table.fault(self.row, column, code, **params))

    def raw(self, column: str) -> Raw:
        place = self.table.places.get(column)
        return None if place is None or place >= len(self.cells) else self.cells[place]

    def take(self, column: str, convert: Callable[[Raw], T]) -> T | None:
        """Convert the cell's value; None when the cell is empty or wrong."""
        raw = self.raw(column)
        try:
            if clean(raw):
                return convert(raw)
        except BadCell as bad:
            self.blame(column, bad.code, **bad.params)
            return None
        if column in self.table.places and self.table.spec.column(column).required:
            self.blame(column, "missing_value")
        return None

    def text(self, column: str) -> str | None:
        limit = CODE_LIMIT if self.table.spec.column(column).form is Form.CODE else TEXT_LIMIT
        return self.take(column, partial(checked_text, limit=limit))

    def word(self, column: str) -> str | None:
        """Read one of the column's allowed words as its stored value."""
        words = self.table.spec.column(column).words or ""

        def convert(raw: Raw) -> str:
            text = checked_text(raw)
            found = meaning(words, text)
            if found is None:
                raise BadCell("unknown_word", value=shown(text), allowed=allowed(words))
            return found

        return self.take(column, convert)


def lines(table: Table, faults: list[Fault]) -> Iterator[Line]:
    """Go through the rows below the headers that hold anything visible."""
    for row, cells in table.rows.items():
        if row > 1 and any(clean(value) for value in cells):
            yield Line(table, row, cells, faults)
