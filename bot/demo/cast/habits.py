"""What somebody is like: drawn from their code alone, so every demo has the same people."""

import tomllib
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from hashlib import blake2b
from importlib.resources import files

_WHOLE = 1 << 64


class Answers(Enum):
    """When somebody says whether they come: to the first message, to a reminder, to the last one, or not."""

    SOON = auto()
    REMINDED = auto()
    LAST = auto()
    NEVER = auto()


class Joins(Enum):
    YES = auto()
    NOT_YET = auto()
    REFUSES = auto()


@dataclass(frozen=True, slots=True)
class Habits:
    """`numbers`: a phone whose app shows no buttons. `types`: writes words where others press."""

    phone: bool
    numbers: bool
    joins: Joins
    answers: Answers
    types: bool
    wavers: bool


@dataclass(frozen=True, slots=True)
class Phrases:
    """locales/cast.toml."""

    coming: list[str]
    absent: list[str]
    confused: list[str]
    agree: list[str]
    group: str
    nobody_absent: str
    roll: str
    reasons: dict[str, str]


@cache
def phrases() -> Phrases:
    return Phrases(**tomllib.loads(files("locales").joinpath("cast.toml").read_text("utf-8")))


def chance(*about: object) -> float:
    """A number from 0 to 1 that depends on nothing but these words."""
    drawn = blake2b(":".join(map(str, about)).encode(), digest_size=8).digest()
    return int.from_bytes(drawn, "big") / _WHOLE


def one_of(choices: list[str], *about: object) -> str:
    return choices[int(chance(*about) * len(choices))]


def habits_of(code: str, *, relayed: bool = False) -> Habits:
    """`relayed`: somebody else brings them the news, mostly because they have no phone."""
    joins = chance(code, "joins")
    answers = chance(code, "answers")
    return Habits(
        phone=chance(code, "phone") < (0.2 if relayed else 0.97),
        numbers=chance(code, "numbers") < 0.4,
        joins=Joins.YES if joins < 0.93 else Joins.NOT_YET if joins < 0.98 else Joins.REFUSES,
        answers=(
            Answers.SOON
            if answers < 0.6
            else Answers.REMINDED
            if answers < 0.82
            else Answers.LAST
            if answers < 0.92
            else Answers.NEVER
        ),
        types=chance(code, "types") < 0.3,
        wavers=chance(code, "wavers") < 0.04,
    )
