"""The four sheets of the roster workbook (contract.md, "Roster workbook"): names, columns, allowed words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from meetings.folding import fold


class Form(StrEnum):
    """What a column holds; decides the cell format and the drop-down of the template."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Column:
    """`words` names the list of allowed words; `refers` the sheet whose first column is referred to."""

    name: str
    form: Form = Form.TEXT
    required: bool = False
    width: int = 14
    words: str | None = None
    refers: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    columns: tuple[Column, ...]
    needed: bool = True

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


UNITS = Sheet(
    "units",
    (
        Column("code", Form.CODE, required=True),
        Column("name", required=True, width=36),
        Column("level", Form.WORD, required=True, words="level"),
        Column("parent", Form.CODE, refers="units"),
        Column("type", Form.WORD, words="type", width=20),
        Column("day", Form.CODE),
        Column("time", Form.TIME, width=9),
        Column("place", width=32),
        Column("zalo_bot", width=18),
    ),
)
PEOPLE = Sheet(
    "people",
    (
        Column("code", Form.CODE, required=True),
        Column("name", required=True, width=28),
        Column("cell", Form.CODE, required=True, refers="units"),
        Column("number", Form.NUMBER, required=True, width=7),
        Column("group", width=10),
        Column("standing", Form.WORD, words="standing"),
        Column("status", Form.WORD, words="status", width=16),
        Column("since", Form.DATE, width=12),
        Column("until", Form.DATE, width=12),
        Column("role", Form.WORD, words="role"),
        Column("liaison", Form.CODE, refers="people", width=16),
        Column("language", Form.WORD, words="language", width=12),
    ),
)
OFFICIALS = Sheet(
    "officials",
    (
        Column("person", Form.CODE, required=True),
        Column("name", width=28),
        Column("unit", Form.CODE, required=True, refers="units"),
        Column("role", Form.WORD, required=True, words="upper_role"),
        Column("digest", Form.WORD, words="digest", width=16),
    ),
    needed=False,
)
ASSIGNMENTS = Sheet(
    "assignments",
    (
        Column("person", Form.CODE, required=True, refers="officials"),
        Column("cell", Form.CODE, required=True, refers="units"),
        Column("visits_per_year", Form.NUMBER, width=12),
        Column("from", Form.DATE, width=12),
        Column("until", Form.DATE, width=12),
    ),
    needed=False,
)
SHEETS = (UNITS, PEOPLE, OFFICIALS, ASSIGNMENTS)

# Any word may name a level of the tree; every other list is closed.
OPEN_WORDS = frozenset({"level"})

Words = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Locale:
    """locales/roster.toml. In a list of words the first is the one written, the others are also read."""

    sheets: Words
    columns: Mapping[str, Words]
    values: Mapping[str, Words]
    marks: Mapping[str, str]
    notes: Mapping[str, Mapping[str, str]]
    messages: Mapping[str, Mapping[str, str]]


@cache
def _locale() -> Locale:
    return Locale(**tomllib.loads(files("locales").joinpath("roster.toml").read_text("utf-8")))


def plain(text: str) -> str:
    """Fold the text as names and values are compared; `_ - / *` count as blanks."""
    return " ".join(fold(text).translate(str.maketrans("_-/*", "    ")).split())


def _readings(words: Words) -> dict[str, str]:
    """Every accepted spelling, English and Vietnamese, to the English name it stands for."""
    return {plain(spelling): name for name, found in words.items() for spelling in (name, *found)}


@cache
def _sheet_readings() -> Mapping[str, str]:
    return _readings(_locale().sheets)


@cache
def _column_readings(sheet: str) -> Mapping[str, str]:
    return _readings(_locale().columns[sheet])


@cache
def _value_readings(words: str) -> Mapping[str, str]:
    return _readings(_locale().values[words])


def sheet_title(sheet: str) -> str:
    """Name a sheet in Vietnamese."""
    return _locale().sheets[sheet][0]


def sheet_named(text: str) -> Sheet | None:
    """Find the sheet an English or Vietnamese name stands for."""
    name = _sheet_readings().get(plain(text))
    return next((sheet for sheet in SHEETS if sheet.name == name), None)


def column_title(sheet: str, column: str) -> str:
    """Name a column in Vietnamese."""
    return _locale().columns[sheet][column][0]


def column_named(sheet: Sheet, text: str) -> Column | None:
    """Find the column an English or Vietnamese header stands for in this sheet."""
    name = _column_readings(sheet.name).get(plain(text))
    return None if name is None else sheet.column(name)


def column_titles(sheet: Sheet) -> str:
    """All headers of a sheet in both languages, for a message."""
    return ", ".join(f"{column_title(sheet.name, column.name)} = {column.name}" for column in sheet.columns)


def column_note(sheet: str, column: Column) -> str:
    """Explain a column in the template: whether it is required, its use, the words to choose from."""
    locale = _locale()
    note = locale.marks["required" if column.required else "optional"] + locale.notes[sheet][column.name]
    if column.words is None:
        return note
    return f"{note}\n{locale.marks['one_of']}{', '.join(written(column.words))}."


def meaning(words: str, text: str) -> str | None:
    """Find the stored value of a word in either language; None when unknown. An open list takes any word."""
    known = _value_readings(words).get(plain(text))
    return text.casefold() if known is None and words in OPEN_WORDS else known


def word(words: str, value: str) -> str:
    """Find the Vietnamese word for a stored value; the value itself where the list is open."""
    return _locale().values[words].get(value, [value])[0]


def written(words: str) -> list[str]:
    """List the Vietnamese words of a column, for the drop-down."""
    return [found[0] for found in _locale().values[words].values()]


def allowed(words: str) -> str:
    """List the words of a column in both languages, for a message."""
    return ", ".join(f"{found[0]} = {value}" for value, found in _locale().values[words].items())


def message(code: str, language: str = "vi") -> str:
    """Find the template of a fault's text; English for `en`, Vietnamese for everything else."""
    return _locale().messages["en" if language == "en" else "vi"][code]
