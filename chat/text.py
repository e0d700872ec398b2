"""Text that is words only when it is sent: a catalogue key and its parameters."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from meetings.attendance import Rate


@dataclass(frozen=True, slots=True)
class Text:
    """One catalogue entry with parameters. Queued rows keep it, so they survive a change of wording."""

    key: str
    params: Mapping[str, "Param"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lines:
    """Several texts one under the other, or joined by another separator."""

    parts: tuple["Text | Lines", ...]
    separator: str = "\n"


NOTHING = Lines(())

Param = str | int | datetime | date | time | Rate | Text | Lines
Wording = Text | Lines


def lines(*parts: Wording | None) -> Lines:
    """The parts that are there, one a line."""
    return Lines(tuple(part for part in parts if part is not None))


def listing(*parts: Wording, separator: str = ", ") -> Lines:
    return Lines(tuple(parts), separator)


def encode(value: Param) -> object:
    """A parameter as JSON values; `decode` is its inverse."""
    if isinstance(value, Text):
        return {"text": value.key, "with": {name: encode(param) for name, param in value.params.items()}}
    if isinstance(value, Lines):
        return {"lines": [encode(part) for part in value.parts], "by": value.separator}
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a naive datetime must not be stored")
        return {"instant": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, Rate):
        return {"rate": [value.present, value.expected]}
    return value


def decode(value: object) -> Param:
    if not isinstance(value, dict):
        if isinstance(value, str | int):
            return value
        raise ValueError("not an encoded parameter")
    if "text" in value:
        return Text(value["text"], {name: decode(param) for name, param in value["with"].items()})
    if "lines" in value:
        return Lines(tuple(wording(part) for part in value["lines"]), value["by"])
    if "instant" in value:
        return datetime.fromisoformat(value["instant"])
    if "day" in value:
        return date.fromisoformat(value["day"])
    if "time" in value:
        return time.fromisoformat(value["time"])
    present, expected = value["rate"]
    return Rate(present, expected)


def wording(value: object) -> Wording:
    decoded = decode(value)
    if isinstance(decoded, Text | Lines):
        return decoded
    raise ValueError("not an encoded text")


def dumps(text: Wording) -> str:
    return json.dumps(encode(text), ensure_ascii=False)


def loads(stored: str) -> Wording:
    return wording(json.loads(stored))
