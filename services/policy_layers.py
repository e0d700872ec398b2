"""The files a policy is made of, one over the other: a rule pack, a commune's own file, its tables of units."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

Values = Mapping[str, object]
Place = tuple[str | int, ...]  # where a value stands: ("step", 0, "day")

BUILT_IN = "vn-2025-10"
_JOINED = "holiday"  # the days of a unit come to those of the commune, every other list takes its place
_WHERE = re.compile(r"^(?P<why>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_SHORT_HOUR = re.compile(r"\b\d{1,2}:\d{2}(?!:)\b")


class BadPolicy(Exception):
    """The policy cannot be used; one line that names file, line, key and what is allowed."""


@dataclass(frozen=True)
class Layer:
    """One file, or one table `[unit.CODE]` of it. `pack` is one of ours."""

    name: str
    values: Values
    text: str = field(repr=False)
    pack: bool = False
    unit: str | None = None

    @property
    def own(self) -> Values:
        """What it lays over the layers before."""
        return {key: value for key, value in self.values.items() if key != "unit"}

    def line(self, place: Place) -> int | None:
        """The line a value stands on, or the table it would stand in; from 1."""
        whole = place if self.unit is None else ("unit", self.unit, *place)
        least = 0 if self.unit is None else 2
        for end in range(len(whole), least, -1):
            if whole[:end] in self._lines:
                return self._lines[whole[:end]]
        return self._lines.get(whole[:least])

    @cached_property
    def _lines(self) -> Mapping[Place, int]:
        return lines_of(self.text)

    def table(self, unit: str) -> "Layer":
        """The table of a unit as a layer of its own."""
        tables = self.values.get("unit")
        values = tables.get(unit) if isinstance(tables, dict) else None
        return Layer(self.name, values if isinstance(values, dict) else {}, self.text, unit=unit)


def packs() -> tuple[str, ...]:
    """The names of all rule packs, newest last."""
    found = (files("services") / "packs").iterdir()
    return tuple(sorted(one.name.removesuffix(".toml") for one in found if one.name.endswith(".toml")))


@cache
def pack(name: str) -> Layer:
    """A rule pack of ours; old ones stay, a meeting keeps the one it was held under."""
    text = (files("services") / "packs" / f"{name}.toml").read_text(encoding="utf-8")
    return Layer(name, tomllib.loads(text), text, pack=True)


def own_file(path: Path) -> Layer:
    """A commune's own file. Raises BadPolicy."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # Notepad puts a mark before the text
    except OSError as error:
        raise BadPolicy(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadPolicy(f"{path}: not UTF-8 text") from error
    try:
        return Layer(str(path), tomllib.loads(text), text)
    except tomllib.TOMLDecodeError as error:
        raise BadPolicy(f"{path}:{_not_toml(str(error), text)}") from error


def _not_toml(said: str, text: str) -> str:
    lines = _lines(text)
    found = _WHERE.match(said)
    number = int(found["line"]) if found and found["line"] else len(lines)
    why = found["why"] if found else said
    hint = ""
    if 0 < number <= len(lines) and _SHORT_HOUR.search(lines[number - 1]):
        hint = "; an hour is written with its seconds: 21:30:00"
    return f"{number}: not TOML: {why}{hint}"


def stacked(own: Layer | None, units: Sequence[str] = ()) -> tuple[Layer, ...]:
    """What holds for a unit, lowest first: the pack that is asked for last, the own file, the unit tables."""
    over = () if own is None else (own, *(own.table(unit) for unit in units))
    asked = next((one.own["pack"] for one in reversed(over) if "pack" in one.own), BUILT_IN)
    return (pack(asked if asked in packs() else BUILT_IN), *over)


def together(layers: Sequence[Layer]) -> dict[str, object]:
    """The values of some layers, the later over the earlier."""
    values: dict[str, object] = {}
    for layer in layers:
        values = _laid_over(values, layer.own, joined=(_JOINED,))
    return values


def _laid_over(base: Values, own: Values, *, joined: Sequence[str] = ()) -> dict[str, object]:
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _laid_over(below, value)
        elif key in joined and isinstance(below, list) and isinstance(value, list):
            merged[key] = [*below, *value]
        else:
            merged[key] = value
    return merged


def lines_of(text: str) -> dict[Place, int]:
    """On which line each key and each table of a sound TOML text begins.

    Every statement is read alone, by the same parser: what does not parse yet goes on in the next line.
    """
    lines: dict[Place, int] = {}
    table: Place = ()
    counts: dict[Place, int] = {}
    for number, statement in _statements(text):
        said = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _entered(said, counts)
            said = {}
        for place in (table, *_places(said, table)):
            for end in range(1, len(place) + 1):
                lines.setdefault(place[:end], number)
    return lines


def _lines(text: str) -> list[str]:
    """Lines as TOML counts them; `splitlines` also ends one at U+2028, which may stand in a comment."""
    return text.removesuffix("\n").split("\n")


def _statements(text: str) -> Iterator[tuple[int, str]]:
    pending, start = "", 1
    for number, line in enumerate(_lines(text), 1):
        start = start if pending else number
        pending += line + "\n"
        try:
            tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        yield start, pending
        pending = ""


def _entered(said: object, counts: dict[Place, int]) -> Place:
    """The table a header opens, with the number of each list of tables on the way."""
    place: Place = ()
    while isinstance(said, dict) and said:
        [(name, said)] = said.items()
        place = (*place, name)
        if isinstance(said, list):
            counts[place] = counts.get(place, -1) + 1
            place, said = (*place, counts[place]), said[0]
        elif place in counts:
            place = (*place, counts[place])
    return place


def _places(said: object, above: Place) -> Iterator[Place]:
    """Every key of a statement, with those inside inline tables and lists."""
    below = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for name, value in below:
        yield (*above, name)
        yield from _places(value, (*above, name))
