"""The fictional people of the demo: names drawn by a seed, groups with leaders, offices and statuses. Nobody is real."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import files
from random import Random

from meetings.terms import CellRole, Standing
from reports.roster.rows import PersonRow, RosterStatus

# The demo's clock starts in November 2026.
SINCE = date(2026, 1, 1)
YEAR_END = date(2026, 12, 31)


@dataclass(frozen=True, slots=True)
class Names:
    """locales/names.toml."""

    surnames: list[str]
    middles: list[str]
    givens: list[str]
    group: str
    units: dict[str, str]
    places: dict[str, str]
    villages: list[str]


@dataclass(frozen=True, slots=True)
class Posts:
    """What sets some members of a cell apart, by roll number."""

    roles: Mapping[int, CellRole] = field(default_factory=dict)
    statuses: Mapping[int, RosterStatus] = field(default_factory=dict)
    probationary: frozenset[int] = frozenset()


def read_names() -> Names:
    return Names(**tomllib.loads(files("locales").joinpath("names.toml").read_text("utf-8")))


def full_names(names: Names, seed: int) -> Iterator[str]:
    """Draw full names without end, each once."""
    random = Random(seed)  # noqa: S311  names for a demo, not a secret
    seen: set[str] = set()
    while True:
        name = " ".join(random.choice(part) for part in (names.surnames, names.middles, names.givens))
        if name not in seen:
            seen.add(name)
            yield name


def members(cell: str, size: int, before: int, drawn: Iterator[str]) -> list[PersonRow]:
    """Make ordinary members; codes run on through the commune, `before` people came before this cell."""
    return [PersonRow(f"DV{before + number:03}", next(drawn), cell, number) for number in range(1, size + 1)]


def grouped(
    people: Sequence[PersonRow], group: str, *, leaders: tuple[int, ...], relayed: frozenset[int]
) -> list[PersonRow]:
    """Split a cell into groups round the leaders; `relayed` are the numbers who get a liaison."""
    found = []
    for person in people:
        place = leaders.index(person.number) if person.number in leaders else person.number % len(leaders)
        liaison = people[leaders[place] - 1].code if person.number in relayed else None
        found.append(replace(person, group=f"{group} {place + 1}", liaison=liaison))
    return found


def posted(people: Sequence[PersonRow], posts: Posts) -> list[PersonRow]:
    """Set what differs from an ordinary member."""
    return [
        replace(
            person,
            role=posts.roles.get(person.number),
            status=posts.statuses.get(person.number, RosterStatus.ACTIVE),
            since=SINCE if person.number in posts.statuses else None,
            until=YEAR_END if posts.statuses.get(person.number) is RosterStatus.AWAY else None,
            standing=Standing.PROBATIONARY if person.number in posts.probationary else Standing.OFFICIAL,
        )
        for person in people
    ]
