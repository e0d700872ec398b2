"""What is wrong with a policy, as one line: file, line, key, and what is allowed (domain.md 17)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from services.policy_layers import BadPolicy, Layer, Place

_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that cannot stand: where, and why."""

    place: Place
    why: str


def refusal(faults: Sequence[Fault], layers: Sequence[Layer]) -> BadPolicy:
    """The first fault in the order of the file that was written last."""
    own = layers[-1]
    placed = [(own.line(one.place), one) for one in faults]
    line, first = min(placed, key=lambda pair: pair[0] or 0)
    where = f"{own.name}:{line}" if line else own.name
    prefix = ("unit", own.unit) if own.unit else ()
    return BadPolicy(f"{where}: {dotted((*prefix, *first.place))}: {first.why}")


def dotted(place: Place) -> str:
    """`attendance.target_percent`; a code with a point or blank in it is quoted, as in the file."""
    parts = (str(part) for part in place)
    return ".".join(one if one.replace("-", "").replace("_", "").isalnum() else f'"{one}"' for one in parts)


def faults_of(model: type[BaseModel], error: ValidationError) -> list[Fault]:
    """Every error of a validation in our words."""
    return [Fault(one["loc"], _why(model, one)) for one in error.errors()]


def _why(model: type[BaseModel], error: ErrorDetails) -> str:
    place = error["loc"]
    if error["type"] == "extra_forbidden":
        return _unknown(model, place)
    if error["type"] == "missing":
        return f"is missing; allowed: {allowed(model, place)}"
    if error["type"] == "value_error":
        return error["msg"].removeprefix("Value error, ")
    return f"{_shown(error['input'])} is not allowed; allowed: {allowed(model, place)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        text = f"[{', '.join(map(_shown, value))}]"
    else:
        text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _unknown(model: type[BaseModel], place: Place) -> str:
    """No such key: the nearest there, or the table where there is one of that name."""
    name, table = str(place[-1]), _field(model, place[:-1])[0] if place[:-1] else model
    names = list(table.model_fields) if isinstance(table, type) and issubclass(table, BaseModel) else []
    near = get_close_matches(name, names, 1, _NEAR)
    if near:
        return f"no such key; did you mean {near[0]}?"
    leaves = [key for key in keys(model) if key.rpartition(".")[0]]
    elsewhere = get_close_matches(name, [key.rpartition(".")[2] for key in leaves], 1, 0.8)
    if elsewhere:
        home = next(key for key in leaves if key.endswith(f".{elsewhere[0]}"))
        return f"no such key here; did you mean {home}?"
    return f"no such key; allowed: {', '.join(names)}"


def near_key(name: str, known: Sequence[str]) -> str:
    """What is said of a name that is none of these."""
    near = get_close_matches(name, known, 1, _NEAR)
    return f"did you mean {near[0]}?" if near else f"allowed: {', '.join(known)}"


def keys(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every table and every value a policy may have, dotted; a list of tables is one value."""
    for name, found in model.model_fields.items():
        key = f"{above}{name}"
        yield key
        inner = _bare(found.annotation)[0]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from keys(inner, f"{key}.")


def allowed(model: type[BaseModel], place: Place) -> str:
    """What may stand at a place, in words."""
    annotation, limits = _field(model, place)
    inner, optional = _bare(annotation)
    words = _words(inner, limits)
    return f"{words}, or nothing" if optional else words


def _words(inner: object, limits: Sequence[object]) -> str:  # noqa: C901 - one case a kind of value
    if get_origin(inner) is tuple:
        each = get_args(inner)
        many = "" if Ellipsis in each else f" of {len(each)}"
        return f"a list{many}, each {_words(each[0], ())}"
    if get_origin(inner) is dict:
        return "a table"
    if not isinstance(inner, type):
        return "another kind of value"
    if issubclass(inner, Enum):
        return ", ".join(str(one.value) for one in inner)
    if issubclass(inner, BaseModel):
        return f"a table with {', '.join(inner.model_fields)}"
    if inner is bool:
        return "true or false"
    if inner is int:
        low, high = (next((getattr(one, end) for one in limits if isinstance(one, kind)), None)
                     for kind, end in ((Ge, "ge"), (Le, "le")))  # fmt: skip
        if low is None or high is None:
            return "a whole number"
        return f"only {low}" if low == high else f"a whole number from {low} to {high}"
    if inner is time:
        return "an hour, 00:00:00 to 23:59:59"
    if inner is date:
        return "a date, such as 2026-02-17"
    if inner is str:
        most = next((one.max_length for one in limits if isinstance(one, MaxLen)), None)
        return f'"text" of at most {most} characters' if most else '"text"'
    return "a table"


def _field(model: type[BaseModel], place: Place) -> tuple[object, Sequence[object]]:
    """The annotation at a place, and its limits."""
    annotation: object = model
    limits: Sequence[object] = ()
    for part in place:
        inner = _bare(annotation)[0]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found = inner.model_fields.get(str(part), FieldInfo(annotation=object))
            annotation, limits = found.annotation, found.metadata
        elif get_origin(inner) is dict:
            annotation, limits = get_args(inner)[1], ()
        elif get_origin(inner) is tuple:
            annotation, limits = get_args(inner)[0], ()
        else:
            annotation, limits = object, ()
    return annotation, limits


def _bare(annotation: object) -> tuple[object, bool]:
    """Without "or None", and whether that was there."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        inner = [one for one in get_args(annotation) if one is not NoneType]
        return inner[0], len(inner) < len(get_args(annotation))
    return annotation, False
