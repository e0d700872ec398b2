"""Opening the workbook: bytes to the cells of each sheet."""

import zipfile
import zlib
from collections.abc import Mapping
from datetime import date, time, timedelta
from io import BytesIO
from itertools import islice
from warnings import catch_warnings, simplefilter

from reports.roster.cells import Raw
from reports.roster.columns import message

Cells = tuple[Raw, ...]
Grid = Mapping[int, Cells]

# Unpacked; a real roster of 5,000 people is about 3 MB. Guards against a zip bomb.
SIZE_LIMIT = 200_000_000
# Excel has no more; a damaged row number would make the reader count through a billion empty rows.
ROW_LIMIT = 1_048_576


class NotAWorkbook(Exception):
    """The file cannot be read at all; `code` is a key of `[messages]`, `str()` the Vietnamese sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(message(code))
        self.code = code

    def text(self, language: str = "vi") -> str:
        return message(self.code, language)


def open_grids(data: bytes) -> dict[str, Grid]:
    """Every sheet by its name: the rows that hold anything, by row number."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > SIZE_LIMIT:
                raise NotAWorkbook("too_big")
            if "[Content_Types].xml" not in archive.namelist():
                raise NotAWorkbook("not_a_workbook")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise NotAWorkbook("not_a_workbook") from None
    try:
        values, formulas = _grids(data, computed=True), _grids(data, computed=False)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, RuntimeError):
        raise NotAWorkbook("broken_workbook") from None
    except (SyntaxError, ValueError, TypeError, AttributeError, NotImplementedError):
        # openpyxl has no error family of its own; damaged XML surfaces as any of these.
        raise NotAWorkbook("broken_workbook") from None
    return {name: _merged(values[name], formulas[name]) for name in values}


def _grids(data: bytes, *, computed: bool) -> dict[str, Grid]:
    from openpyxl import load_workbook  # noqa: PLC0415  half a second that only an import needs

    with catch_warnings():
        simplefilter("ignore")  # openpyxl warns of styles and extensions that do not matter here
        book = load_workbook(BytesIO(data), read_only=True, data_only=computed)
        grids: dict[str, Grid] = {}
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some writers leave a wrong one, which would hide rows
            rows = enumerate(islice(sheet.iter_rows(values_only=True), ROW_LIMIT), start=1)
            grids[sheet.title] = {
                number: tuple(_raw(value) for value in row)
                for number, row in rows
                if any(value is not None for value in row)
            }
        book.close()
    return grids


def _raw(value: object) -> Raw:
    if value is None or isinstance(value, str | int | float | date | time | timedelta):
        return value
    return "="  # an array formula or a data table


def _merged(values: Grid, formulas: Grid) -> Grid:
    """Take the computed values; where a formula was never computed, the formula, so that it is not lost."""
    merged: dict[int, Cells] = {}
    for number in sorted({*values, *formulas}):
        computed, written = values.get(number, ()), formulas.get(number, ())
        rest = written[len(computed) :]
        merged[number] = (
            tuple(
                written[place] if value is None and place < len(written) else value
                for place, value in enumerate(computed)
            )
            + rest
        )
    return merged
